"""What a run changed is compared with the last one and said in a few lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.batch.changes import CHANGES, LAST_RUN, Score, Scores, collect_scores, compare, describe, read_last, write
from tests.report.test_by_hand import GIVEN, OPEN
from tests.sample_run import RIGHT, UNGRADED


def test_a_long_list_of_changes_is_cut() -> None:
    many = [[Score(f"p{number}", "", "d", {"1a": points}) for number in range(30)] for points in (0.0, 1.0)]
    lines = describe(compare(Scores({}, many[0]), Scores({}, many[1])), "en")
    assert (lines[0], len(lines), lines[-1]) == ("30 of 30 scores changed:", 22, "  and 10 more, in changes.json")
    assert lines[1].endswith("0 → 1  it was graded again")


def test_who_joined_or_left_is_no_change_and_points_are_compared_by_exercise() -> None:
    before = Scores({}, [Score("Żaneta", "", "d", {"1": 1.0, "2": 2.0}), Score("gone", "", "d", {"1": 1.0})])
    after = Scores({}, [Score("new", "", "d", {"1": 0.0}), Score("Żaneta", "", "e", {"1": 1.0, "2": 2.5})])
    found = compare(before, after)
    assert (found.of, found.people) == (1, 1)
    assert [(one.participant, one.exercise, one.before, one.after, one.why) for one in found.changes] == [
        ("Żaneta", "2", 2.0, 2.5, ["notebook"])
    ]
    assert describe(found, "pl") == ["Zmienił się 1 wynik z 1:", "  Żaneta  2  2 → 2,5  zmienił się notatnik"]
    assert describe(compare(after, after), "en") == ["No score has changed."]


def test_an_exercise_that_was_not_asked_for_is_no_change() -> None:
    before = Scores({"exercises": "all"}, [Score("a", "", "d", {"1": 1.0, "2": 2.0})])
    after = Scores({"exercises": "1"}, [Score("a", "", "d", {"1": 1.0})])
    assert compare(before, after).changes == []
    assert compare(Scores({}, before.submissions), Scores({}, after.submissions)).changes[0].after is None


def test_scores_are_written_and_read_again_and_a_broken_file_is_none(tmp_path: Path) -> None:
    scores = Scores({"seed": "1"}, [Score("Łucja", "7", "d", {"1": 1.5})])
    assert read_last(tmp_path) is None
    write(tmp_path, None, scores)
    assert read_last(tmp_path) == scores
    assert not (tmp_path / CHANGES).exists()
    (tmp_path / LAST_RUN).write_text("{")
    assert read_last(tmp_path) is None


def test_most_people_share_their_points_in_memory_and_nobody_anothers_way_to_write_them(tmp_path: Path) -> None:
    points = [{"1": 1.0, "2": None}, {"1": 1.0, "2": None}, {"1": 1, "2": None}, {"1": 0.5, "2": None}]
    write(tmp_path, None, Scores({}, [Score(f"Łucja {place}", "", "d", one) for place, one in enumerate(points)]))
    found = read_last(tmp_path)
    assert found is not None
    first, second, _, last = found.submissions
    assert first.points is second.points is not last.points
    now = collect_scores([RIGHT, RIGHT], {}).submissions
    assert now[0].points is now[1].points
    as_whole = replace(RIGHT, exercises=tuple(replace(one, points=int(one.points)) for one in RIGHT.exercises))
    assert "1.0" not in str(collect_scores([as_whole], {}).submissions[0].points.values())


def test_what_can_not_be_judged_is_no_zero() -> None:
    now = collect_scores([UNGRADED], {})
    assert now.submissions[0].points == {"1": 2, "2": None, "3": None, "4": 3}
    before = Scores({}, [Score(UNGRADED.notebook.participant, "80", "d", {"1": 2.0, "2": 1.5, "3": None, "4": 3.0})])
    assert [line.split("  ", 2)[2] for line in describe(compare(before, now), "pl")[1:]] == [
        "2  1,5 → –  zmienił się notatnik"
    ]


def test_points_that_a_person_gave_are_no_new_grading() -> None:
    before = Scores({}, [Score("Ola", "", "d", {"1": 2.0, "2": None})])
    after = Scores({}, [Score("Ola", "", "d", {"1": 2.0, "2": 0.0}, {"2": 0.0})])
    (change,) = compare(before, after).changes
    assert (change.exercise, change.before, change.after, change.why) == ("2", None, 0.0, ["by_hand"])
    (change,) = compare(after, Scores({"seed": "2"}, [Score("Ola", "", "e", {"1": 2.0, "2": 0.5}, {"2": 0.5})])).changes
    assert change.why == ["notebook", "seed", "by_hand"]
    assert collect_scores([OPEN], {}).submissions[0].points == {"plot": None, "essay": None}
    given = collect_scores([GIVEN], {}).submissions[0]
    assert (given.points, given.by_hand) == ({"plot": 3, "essay": 1.5}, {"plot": 1, "essay": 1.5})
