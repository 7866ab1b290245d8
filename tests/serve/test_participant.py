"""Joining, handing in, and reading the own report, as a browser without a script does it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from grader.model import SubmissionStatus
from grader.people import Id, Namespace, Person, Sheet
from grader.serve.attempts import State
from grader.serve.graders import Graders, Outcome
from grader.serve.notebooks import receive
from grader.submissions.submission import Submission
from tests.serve.conftest import Served, notebook

ANNA, JAN, JAN_TOO = (
    Person("Anna Kot", (Id(Namespace.ROSTER, "1001"),)),
    Person("Jan Nowak", (Id(Namespace.ROSTER, "1002"),)),
    Person("Jan Nowak", (Id(Namespace.ROSTER, "1003"),)),
)
LIST = Sheet(
    "roster.csv", (("name", "id"), *((one.name, one.id) for one in (ANNA, JAN, JAN_TOO))), (None, ANNA, JAN, JAN_TOO)
)


def test_somebody_joins_hands_in_and_reads_the_own_report(served: Served) -> None:
    anna = served.join("Anna Żółć-Kowalska")
    assert "Nothing is handed in yet" in anna.last
    answer = anna.upload(notebook("right 1a", "x = 1"))
    assert answer.status == 200
    served.settle()
    page = anna.get("/").text
    assert "Graded. Handed in at" in page
    assert "Anna Żółć-Kowalska" in page
    assert '<article class="person"' in page
    assert "<script>" not in page


def test_a_wrong_join_code_lets_nobody_in(served: Served) -> None:
    stranger = served.browser()
    assert stranger.join("Anna", "aaaa-aaaa").status == 403
    assert "This is not the join code" in stranger.last
    assert not stranger.cookies
    assert served.call(served.classroom.roll.everybody) == []


def test_the_join_code_may_be_typed_in_any_way(served: Served) -> None:
    typed = served.join_code.replace("-", " ").upper()
    assert served.browser().join("Anna", f" {typed}").status == 200
    assert len(served.call(served.classroom.roll.everybody)) == 1


@pytest.mark.parametrize(
    "name",
    ["", "x", "123", "../../etc", "a/b", "a_1_assignsubmission_file_", "<script>alert(1)</script>", "x" * 61, "."],
)
def test_a_name_that_is_none_is_refused_with_what_to_do(served: Served, name: str) -> None:
    answer = served.browser().join(name, served.join_code)
    assert answer.status == 422
    assert "Write your name with letters" in answer.text


def test_with_a_list_people_join_by_name_or_number(serve: Callable[..., Any]) -> None:
    with serve(sheet=LIST, is_open=False, list_file=b"name,id\n") as served:
        assert "not on the list" in served.browser().join("Obcy Człowiek", served.join_code).text
        assert "Several people" in served.browser().join("jan nowak", served.join_code).text
        served.join("kot anna")
        served.join("1003")
        assert [one.name for one in served.call(served.classroom.roll.everybody)] == ["Anna Kot", "Jan Nowak (1003)"]


def test_a_name_is_claimed_once_and_a_second_claim_waits_for_the_trainer(served: Served) -> None:
    first = served.join("Anna Kot")
    second = served.join("KOT anna")
    assert "This name is somebody" in second.last
    assert second.get("/my-data.json").status == 403
    assert second.upload(notebook("right 1a")).status == 403
    trainer = served.trainer()
    assert "Is it really them?" in trainer.get("/board").text
    trainer.post("/board/claim/1", {"answer": "yes"})
    assert "Nothing is handed in yet" in second.get("/").text
    assert "Join code" in first.get("/").text, "the old code is worth nothing any more"


def test_a_claim_that_the_trainer_refuses_changes_nothing(served: Served) -> None:
    first, second = served.join("Anna Kot"), served.join("Anna Kot")
    trainer = served.trainer()
    trainer.get("/board")
    trainer.post("/board/claim/1", {"answer": "no"})
    assert "Join code" in second.get("/").text
    assert "Nothing is handed in yet" in first.get("/").text


def test_outputs_and_metadata_are_not_kept(served: Served) -> None:
    anna = served.join("Anna")
    anna.upload(
        notebook("right 1a", kernelspec={"name": "python3", "display_name": "SECRET"}, colab={"name": "1a.ipynb"})
    )
    served.settle()
    data = anna.get("/my-data.json")
    assert "PRINTED" not in data.text
    assert "secret" not in data.text.casefold()
    kept = json.loads(data.body)
    assert kept["name"] == "Anna"
    assert kept["handed_in"][0]["notebooks"]["notebook.ipynb"]["cells"][0]["source"] == "right 1a"


def test_a_personal_code_hands_in_and_the_report_comes_back(served: Served) -> None:
    anna = served.join("Anna")
    terminal = served.browser()
    answer = terminal.upload(notebook("right 1a"), path="/api/hand-in", Authorization=f"Bearer {anna.code.upper()}")
    assert answer.status == 202
    assert answer.text.startswith("Handed in and kept.")
    assert "Score: 2 of 18 points" in answer.text
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_cell_sends_the_notebook_as_it_is(served: Served) -> None:
    anna = served.join("Anna")
    told = {"Authorization": f"Bearer {anna.code}", "Accept_Language": "pl"}
    answer = served.browser()._ask("POST", "/api/hand-in?name=1b.ipynb", notebook("right 1b"), told)
    assert answer.status == 202
    assert "Wynik: 1 z 18 punktów" in answer.text or "Wynik:" in answer.text
    assert served.call(lambda: served.classroom.attempts.everything())[1][0].state is State.GRADED


@pytest.mark.parametrize("code", ["", "Bearer", "Bearer wrong", "Basic YTpi", "Bearer " + "x" * 2000])
def test_without_a_personal_code_nothing_is_taken(served: Served, code: str) -> None:
    answer = served.browser().upload(
        notebook("right 1a"), path="/api/hand-in", **({"Authorization": code} if code else {})
    )
    assert answer.status == 401
    assert "personal code is not known" in answer.text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04zip", "archive"),
        (b"%PDF-1.4", "PDF"),
        (b"", "empty"),
        (b"{}", "no cells"),
        (b'{"cells": []}', "no code"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_notebook_is_refused_with_the_reason(served: Served, data: bytes, says: str) -> None:
    anna = served.join("Anna")
    answer = anna.upload(data)
    assert answer.status == 422
    assert says in answer.text
    assert served.call(served.classroom.attempts.everything) == {}


def test_a_form_without_a_file_says_so(served: Served) -> None:
    anna = served.join("Anna")
    assert "No file was chosen" in anna.post("/hand-in").text


def test_the_same_notebook_again_is_the_attempt_that_it_was(served: Served) -> None:
    anna = served.join("Anna")
    anna.upload(notebook("right 1a"))
    served.settle()
    anna.upload(notebook("right 1a"))
    assert len(served.call(served.classroom.attempts.everything)[1]) == 1


def test_notebooks_of_one_exercise_each_count_together(served: Served) -> None:
    anna = served.join("Anna")
    for name, code in (("1a.ipynb", "right 1a"), ("Kopia notatnika 1b.ipynb", "right 1b"), ("1a (2).ipynb", "wrong")):
        anna.upload(notebook(code), name=name)
        served.settle()
    assert [one.score for one in served.call(served.classroom.attempts.everything)[1]] == [2, 4, 2]
    anna.upload(notebook("right 1a # again"), name="1a.ipynb")
    served.settle()
    assert served.call(served.classroom.attempts.everything)[1][-1].score == 4


def test_one_press_asks_for_help_and_another_takes_it_back(served: Served) -> None:
    anna, trainer = served.join("Anna"), served.trainer()
    assert "knows that you need help" in anna.post("/help", {"wanted": "yes"}).text
    assert "Anna" in trainer.get("/board").text.partition("Wants help")[2].partition("</section>")[0]
    key = served.call(served.classroom.roll.everybody)[0].key
    trainer.post(f"/board/person/{key}/help")
    assert "I need help" in anna.get("/").text
    anna.post("/help", {"wanted": "yes"})
    assert "I need help" in anna.post("/help", {"wanted": "no"}).text


def test_who_signs_out_is_asked_to_join(served: Served) -> None:
    anna = served.join("Anna")
    assert "Join code" in anna.post("/leave").text
    assert not anna.cookies


def test_pages_speak_the_language_that_the_browser_asks_for_or_the_one_that_was_chosen(served: Served) -> None:
    browser = served.browser()
    assert "Kod dołączenia" in browser.get("/", Accept_Language="pl-PL,pl;q=0.9,en;q=0.8").text
    assert "Join code" in browser.get("/", Accept_Language="de").text
    browser.get("/?lang=pl")
    assert "Kod dołączenia" in browser.get("/").text


def test_what_comes_after_the_deadline_is_graded_but_does_not_count(serve: Callable[..., Any]) -> None:
    with serve(deadline_s=time.time() - 60) as served:
        anna = served.join("Anna")
        anna.upload(notebook("right 1a"))
        served.settle()
        assert "after the deadline, so it does not count" in anna.get("/").text
        assert served.call(lambda: served.classroom.workshop().people[0].grade) is None


def test_nothing_can_be_handed_in_while_the_trainer_has_closed_it(served: Served) -> None:
    anna, trainer = served.join("Anna"), served.trainer()
    trainer.get("/board")
    trainer.post("/board/freeze", {"frozen": "yes"})
    answer = anna.upload(notebook("right 1a"))
    assert answer.status == 422
    assert "the trainer has closed it" in answer.text
    trainer.post("/board/freeze", {"frozen": "no"})
    assert anna.upload(notebook("right 1a")).status == 200


@pytest.mark.parametrize(("policy", "score"), [("best", 2), ("last", 0)])
def test_the_best_or_the_last_attempt_counts(serve: Callable[..., Any], policy: str, score: float) -> None:
    with serve(policy=policy) as served:
        anna = served.join("Anna")
        for code in ("right 1a", "wrong"):
            anna.upload(notebook(code))
            served.settle()
        grade = served.call(lambda: served.classroom.workshop().people[0].grade)
        assert grade is not None
        assert grade.score == score


def test_what_was_graded_once_is_not_graded_again(serve: Callable[..., Any], by_words: Any) -> None:
    graded = []

    def grade(one: Any, is_last: bool) -> Any:
        graded.append(one)
        return by_words.grade(one, is_last)

    from dataclasses import replace

    with serve(replace(by_words, grade=grade), policy="last") as served:
        anna = served.join("Anna")
        for code in ("right 1a", "wrong", "right 1a"):
            anna.upload(notebook(code))
            served.settle()
        assert len(graded) == 2
        grade_of = served.call(lambda: served.classroom.workshop().people[0].grade)
        assert grade_of is not None
        assert grade_of.score == 2


# ---- what a full queue, a late one or a slow look must not change


@contextmanager
def busy(serve: Callable[..., Any], by_words: Graders, **changes: Any) -> Iterator[tuple[Served, threading.Event]]:
    """A server that grades nothing before the event is set."""
    may_grade = threading.Event()

    def grade(one: Submission, is_last: bool) -> Outcome:
        assert may_grade.wait(10)
        return by_words.grade(one, is_last)

    with serve(replace(by_words, grade=grade), **changes) as served:
        try:
            yield served, may_grade
        finally:
            may_grade.set()


@pytest.mark.parametrize(("policy", "score"), [("best", 2), ("last", 0)])
def test_a_full_queue_changes_nothing_of_which_attempt_counts(
    serve: Callable[..., Any], by_words: Graders, policy: str, score: float
) -> None:
    with busy(serve, by_words, policy=policy) as (served, may_grade):
        for name in ("Jan", "Ewa"):
            served.join(name).upload(notebook("x"))
        anna = served.join("Anna")
        anna.upload(notebook("right 1a"))
        anna.upload(notebook("an experiment"))
        may_grade.set()
        served.settle()
        grade = served.call(lambda: served.classroom.workshop().people[2].grade)
        assert grade is not None
        assert grade.score == score


def test_what_comes_too_late_to_count_does_not_replace_what_counts(
    serve: Callable[..., Any], by_words: Graders
) -> None:
    with busy(serve, by_words, policy="last") as (served, may_grade):
        anna = served.join("Anna")
        served.call(lambda: setattr(served.classroom, "is_late", lambda _: False))
        for name in ("Jan", "Ewa"):
            served.join(name).upload(notebook("x"))
        anna.upload(notebook("right 1a"))
        served.call(lambda: setattr(served.classroom, "is_late", lambda _: True))
        anna.upload(notebook("right 1a", "and more"))
        may_grade.set()
        served.settle()
        grade = served.call(lambda: served.classroom.workshop().people[0].grade)
        assert grade is not None
        assert grade.score == 2


def test_who_hands_in_at_the_last_moment_is_in_time_however_long_the_server_looks_at_it(
    serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def receive_slowly(*given: Any) -> Any:
        time.sleep(0.5)
        return receive(*given)

    monkeypatch.setattr("grader.serve.classroom.receive", receive_slowly)
    with serve() as served:
        anna = served.join("Anna")
        late = replace(served.classroom.rules, deadline_s=time.time() + 0.4)
        served.call(lambda: setattr(served.classroom, "rules", late))
        anna.upload(notebook("right 1a"))
        assert time.time() > late.deadline_s
        assert not served.call(lambda: served.classroom.attempts.everything()[1][0].is_late)


@pytest.mark.parametrize("starts_again", [False, True])
def test_that_on_which_the_grader_broke_is_graded_again_when_it_comes_again_or_the_server_starts_again(
    serve: Callable[..., Any], by_words: Graders, starts_again: bool
) -> None:
    def break_once(one: Submission, is_last: bool) -> Outcome:
        found = by_words.grade(one, is_last)
        assert found.grade is not None
        broken.append(len(broken) == 0)
        return Outcome(replace(found.grade, status=SubmissionStatus.GRADER_FAULT)) if broken[-1] else found

    broken: list[bool] = []
    graders = replace(by_words, grade=break_once)
    with serve(graders) as served:
        anna = served.join("Anna")
        anna.upload(notebook("right 1a"))
        served.settle()
        assert served.call(lambda: served.classroom.attempts.everything()[1][-1].score) is None
        if not starts_again:
            anna.upload(notebook("right 1a"))
            served.settle()
            assert served.call(lambda: served.classroom.attempts.everything()[1][-1].score) == 2
    if starts_again:
        with serve(graders) as served:
            served.settle()
            assert served.call(lambda: served.classroom.attempts.everything()[1][-1].score) == 2


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", ""])
def test_nothing_in_a_notebook_is_taken_for_a_form(served: Served, kind: str) -> None:
    anna = served.join("Anna")
    headers = {"Authorization": f"Bearer {anna.code}", **({"Content_Type": kind} if kind else {})}
    for text in ("&" * 2000, "&amp;=" * 2000, "%zz" * 2000):
        answer = served.browser()._ask("POST", "/api/hand-in", notebook(f"right 1a # {text}"), headers)
        assert answer.status == 202
