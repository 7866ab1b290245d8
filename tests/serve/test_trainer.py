"""The trainer's board, the projector, and what the trainer can do to people."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import html5lib
import pytest

from grader.model import CheckStatus
from grader.serve import board
from grader.serve.graders import Graders, Outcome
from grader.submissions.submission import Submission
from tests.serve.conftest import Browser, Served, notebook


def hand_in(served: Served, browser: Browser, *codes: str) -> None:
    for code in codes:
        browser.upload(notebook(code))
        served.settle()


def key_of(served: Served, name: str) -> str:
    person = served.call(lambda: served.classroom.roll.by_name(name))
    assert person is not None
    return person.key


def test_the_secret_link_makes_a_browser_the_trainers(served: Served) -> None:
    trainer = served.trainer()
    page = trainer.get("/board").text
    assert served.join_code in page
    assert "Nobody has joined yet" in page
    assert served.call(lambda: served.classroom.settings.trainer) not in page


def test_the_board_shows_who_has_what(served: Served) -> None:
    anna, jan = served.join("Anna Kot"), served.join("Jan Nowak")
    hand_in(served, anna, "right 1a", "right 1a right 1b")
    hand_in(served, jan, "wrong")
    page = served.trainer().get("/board/now").text
    assert "2 joined · 2 handed in · 0 wait to be graded" in page
    row = next(one for one in page.split("<tr>") if "Anna Kot" in one)
    assert len(re.findall(r'class="mark m-passed"', row)) == 2
    assert '<path d="M0.0 ' in row
    assert "2 people" in page.partition("What to explain again")[2].partition("</section>")[0]


def test_what_is_new_comes_to_the_board_by_itself(served: Served) -> None:
    anna = served.join("Anna")
    seen: list[bytes] = []
    import http.client
    from urllib.parse import urlsplit

    trainer = served.trainer()
    parts = urlsplit(served.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    cookies = "; ".join(f"{name}={value}" for name, value in trainer.cookies.items())
    connection.request("GET", "/board/events", headers={"Cookie": cookies})
    answer = connection.getresponse()
    assert answer.getheader("Content-Type") == "text/event-stream"
    seen.append(answer.readline())
    answer.readline()
    anna.upload(notebook("right 1a"))
    seen.append(answer.readline())
    connection.close()
    assert seen == [b"data: news\n"] * 2


def test_who_is_stuck_is_named(served: Served) -> None:
    anna, jan = served.join("Anna"), served.join("Jan")
    hand_in(served, anna, "right 1a", "wrong", "wrong 2", "wrong 3")
    hand_in(served, jan, "right 1a", "right 1a 1", "right 1a right 1b")
    found = served.call(lambda: board.look(served.classroom, "en"))
    assert [(row.person.name, row.tries) for row in found.stuck] == [("Anna", 3)]


@pytest.mark.parametrize(
    ("scores", "tries"), [([], 0), ([1], 0), ([1, 1, 1, 1], 3), ([0, 0, 0, 1], 0), ([3, 1, 2, 3], 3), ([1, 2, 3], 0)]
)
def test_an_attempt_is_in_vain_if_it_brings_no_more_than_the_best_before_it(scores: list[float], tries: int) -> None:
    assert board.tries_in_vain(scores) == tries


def test_who_says_nothing_while_others_hand_in_is_stuck(served: Served) -> None:
    served.join("Anna")
    jan = served.join("Jan")
    served.call(lambda: served.classroom.roll._database.execute("UPDATE people SET seen_s = seen_s - 2000"))
    assert served.call(lambda: board.look(served.classroom, "en").stuck) == [], "nobody hands in: it is a break"
    hand_in(served, jan, "right 1a")
    assert [row.person.name for row in served.call(lambda: board.look(served.classroom, "en").stuck)] == ["Anna"]


def test_the_projector_shows_no_name(served: Served) -> None:
    anna = served.join("Anna Kot")
    hand_in(served, anna, "right 1a SECRET_CODE")
    anna.post("/help", {"wanted": "yes"})
    screen = served.browser()
    address = f"/projector/{served.call(lambda: served.classroom.settings.projector)}"
    for page in (screen.get(address).text, screen.get(f"{address}/now").text):
        assert "1 of 1 passed" in page
        assert "Anna" not in page
        assert "SECRET_CODE" not in page
    assert served.join_code in screen.get(address).text
    assert "<svg" in screen.get(address).text.partition('class="qr"')[2][:200]
    assert not screen.cookies
    assert screen.get("/board").status == 404


def test_the_projector_shows_no_word_of_a_participants(serve: Callable[..., Any], by_words: Graders) -> None:
    """Whoever joins twice can make a mistake common, and choose what an exception is called."""

    def grade(one: Submission, is_last: bool) -> Outcome:
        found = by_words.grade(one, is_last).grade
        assert found is not None
        failed = [
            replace(each, checks=(replace(each.checks[0], status=CheckStatus.ERROR, actual="AnnaIsSlow: at last"),))
            for each in found.exercises
        ]
        return Outcome(replace(found, exercises=tuple(failed)))

    with serve(replace(by_words, grade=grade)) as served:
        for name in ("Jan", "Ewa"):
            hand_in(served, served.join(name), "wrong")
        page = served.browser().get(f"/projector/{served.call(lambda: served.classroom.settings.projector)}").text
        assert "It fails at: " in page
        assert "AnnaIsSlow" not in page
        assert "AnnaIsSlow" in served.trainer().get("/board").text


def test_the_trainers_points_and_comment_stand_beside_the_grade(served: Served) -> None:
    anna = served.join("Anna")
    hand_in(served, anna, "right 1a")
    trainer = served.trainer()
    key = key_of(served, "Anna")
    trainer.get(f"/board/person/{key}")
    trainer.post(f"/board/person/{key}/note", {"points": "2,5", "comment": "Dobrze <b>!"})
    page = anna.get("/").text
    assert "your trainer&#39;s own points: 2.5" in page
    assert "Dobrze &lt;b&gt;!" in page
    assert served.call(lambda: served.classroom.workshop().people[0].grade.score) == 2
    for wrong in ("many", "nan", "1e400", "9" * 12):
        answer = trainer.post(f"/board/person/{key}/note", {"points": wrong, "comment": ""})
        assert answer.status == 422
        assert "Points are a number" in answer.text


def test_a_person_gets_another_name(served: Served) -> None:
    anna = served.join("Ana")
    served.join("Jan")
    trainer, key = served.trainer(), key_of(served, "Ana")
    trainer.get(f"/board/person/{key}")
    assert "Somebody else has this name" in trainer.post(f"/board/person/{key}/rename", {"name": "JAN"}).text
    trainer.post(f"/board/person/{key}/rename", {"name": "Anna"})
    assert "Anna" in anna.get("/").text


def test_two_who_are_one_person_become_one(served: Served) -> None:
    first, second = served.join("Anna Kot"), served.join("Anna K")
    hand_in(served, first, "right 1a")
    hand_in(served, second, "right 1a right 1b")
    trainer = served.trainer()
    key, into = key_of(served, "Anna K"), key_of(served, "Anna Kot")
    trainer.get(f"/board/person/{key}")
    trainer.post(f"/board/person/{key}/merge", {"into": into})
    assert [one.name for one in served.call(served.classroom.roll.everybody)] == ["Anna Kot"]
    assert "Anna Kot" in second.get("/").text, "the code that is in use goes on"
    assert "Join code" in first.get("/").text
    assert served.call(lambda: served.classroom.workshop().people[0].grade.score) == 4


def test_who_lost_the_code_joins_again_after_a_reset(served: Served) -> None:
    anna = served.join("Anna")
    hand_in(served, anna, "right 1a")
    trainer, key = served.trainer(), key_of(served, "Anna")
    trainer.get(f"/board/person/{key}")
    trainer.post(f"/board/person/{key}/reset")
    assert "Join code" in anna.get("/").text
    again = served.join("Anna")
    assert '<article class="person"' in again.last


def test_a_removed_person_is_gone_with_all_that_was_theirs(served: Served) -> None:
    anna, jan = served.join("Anna"), served.join("Jan")
    hand_in(served, anna, "right 1a SECRET")
    hand_in(served, jan, "right 1a")
    trainer, key = served.trainer(), key_of(served, "Anna")
    trainer.get(f"/board/person/{key}")
    assert "tick the box" in trainer.post(f"/board/person/{key}/remove").text
    trainer.post(f"/board/person/{key}/remove", {"sure": "yes"})
    assert [one.name for one in served.call(served.classroom.roll.everybody)] == ["Jan"]
    assert "Join code" in anna.get("/").text
    kept = (served.classroom.rules.out / "workshop.db").read_bytes()
    assert b"SECRET" not in kept
    assert b"SECRET" not in b"".join(one.read_bytes() for one in served.classroom.rules.out.glob("workshop.db-*"))


def test_the_gradebook_can_be_downloaded_at_any_time(served: Served) -> None:
    hand_in(served, served.join("Anna Kot"), "right 1a")
    served.join("Jan Nowak")
    answer = served.trainer().get("/board/gradebook.csv")
    rows = [*csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))]
    assert [(row["participant"], row["status"], row["score"]) for row in rows] == [
        ("Anna Kot", "graded", "2"), ("Jan Nowak", "missing", "0"),
    ]  # fmt: skip


def test_the_trainer_reads_any_report_and_gets_all_that_is_kept_of_a_person(served: Served) -> None:
    anna = served.join("Anna")
    hand_in(served, anna, "right 1a")
    trainer, key = served.trainer(), key_of(served, "Anna")
    page = trainer.get(f"/board/person/{key}").text
    report = re.search(r'href="(/board/report/[\w-]+)"', page)
    assert report is not None
    assert '<article class="person"' in trainer.get(report[1]).text
    assert '"name": "Anna"' in trainer.get(f"/board/person/{key}/data.json").text


def test_every_page_is_html_as_the_standard_says(served: Served) -> None:
    anna = served.join("Anna")
    hand_in(served, anna, "right 1a", "wrong")
    served.join("Jan")
    waiting, trainer, key = served.join("Jan"), served.trainer(), key_of(served, "Anna")
    anna.post("/help", {"wanted": "yes"})
    report = re.search(r'href="(/report/[\w-]+)"', anna.last)
    assert report is not None
    projector = f"/projector/{served.call(lambda: served.classroom.settings.projector)}"
    pages = {
        "join": served.browser().get("/"),
        "wait": waiting.get("/"),
        "me": anna.get("/?lang=pl"),
        "report": anna.get(report[1]),
        "missing": anna.get("/nothing"),
        "board": trainer.get("/board"),
        "person": trainer.get(f"/board/person/{key}"),
        "projector": served.browser().get(projector),
    }
    for name, answer in pages.items():
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(answer.text)
        assert parser.errors == [], name
