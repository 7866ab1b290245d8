"""The grades of a run are on the disk: what is read again is what was kept, and memory holds outlines only."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch.kept import KeptResults
from grader.batch.results import Results, file_states
from grader.batch.sealed import Sealed, Sealing, from_bytes, to_bytes
from grader.batch.store import open_store
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import msg
from grader.model import Cell, Grade, SubmissionStatus
from grader.report.outline import outline
from grader.submissions.submission import Submission, fingerprint, from_file
from tests.sample_class import GRADES
from tests.sample_files import notebook

TERMS = {"course": "ż"}


def make(folder: Path, number: int, source: str = "x = 1  # żółw") -> tuple[Submission, Grade]:
    (folder / f"Łucja {number}.ipynb").write_text(notebook(f"{source}{number}"), "utf-8")
    submission = from_file(folder / f"Łucja {number}.ipynb")
    grade = GRADES[number % len(GRADES)]
    known = replace(
        grade.notebook, participant=submission.participant, path=submission.path, cells=(Cell(0, source + str(number)),)
    )
    exercises = tuple(replace(one, curves=()) for one in grade.exercises)
    return submission, replace(grade, notebook=known, digest=str(number), exercises=exercises)


@pytest.mark.parametrize("stored", [True, False])
def test_what_was_kept_is_read_again(tmp_path: Path, course: Course, stored: bool) -> None:
    pairs = [make(tmp_path, number) for number in range(2 * len(GRADES))]
    with open_store(tmp_path / "out", TERMS) as store:
        kept = KeptResults(store if stored else None, course)
        for submission, grade in pairs:
            assert kept.keep(submission, grade, file_states(submission)) == outline(grade).score
        found = kept.collect([submission for submission, _ in reversed(pairs)])
        assert [*found] == [grade for _, grade in reversed(pairs)]
        assert [*found[1:3]] == [grade for _, grade in reversed(pairs)][1:3]
        assert [one.score.score for one in found.outlines] == [grade.score for grade in found]


@pytest.mark.parametrize("stored", [True, False])
def test_memory_holds_no_cell_of_anybody(tmp_path: Path, course: Course, stored: bool) -> None:
    with open_store(tmp_path / "out", TERMS) as store:
        kept = KeptResults(store if stored else None, course)
        for number in range(30):
            submission, grade = make(tmp_path, number, "only_here = ")
            kept.keep(submission, grade, file_states(submission))
        del grade
        gc.collect()
        assert not [one for one in gc.get_objects() if isinstance(one, Cell) and "only_here" in one.source]


def test_what_is_equal_in_grades_that_workers_sent_is_in_memory_once(tmp_path: Path, course: Course) -> None:
    kept, sealing = KeptResults(None, course), Sealing(course)
    number = next(number for number, grade in enumerate(GRADES) if outline(grade).slips)
    found = []
    for submission, grade in (make(tmp_path, place) for place in (number, number + len(GRADES))):
        answer = sealing.seal(grade)
        assert isinstance(answer, Sealed)
        kept.keep(submission, from_bytes(to_bytes(answer)), file_states(submission))
        found.append(kept.kept(submission))
    one, other = found
    assert one.outline.slips is other.outline.slips
    assert one.outline.score.exercises is other.outline.score.exercises
    assert one.work.named is other.work.named


@pytest.mark.parametrize("odd", ["\ud800", float("inf"), float("nan")], ids=str)
@pytest.mark.parametrize("stored", [True, False])
def test_what_json_lacks_is_not_changed(tmp_path: Path, course: Course, stored: bool, odd: str | float) -> None:
    submission, grade = make(tmp_path, 1)
    grade = replace(grade, notes=(msg("{value}", value=odd),))
    with open_store(tmp_path / "out", TERMS) as store:
        kept = KeptResults(store if stored else None, course)
        kept.keep(submission, grade, file_states(submission))
        assert kept.collect([submission])[0] is grade


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk here that is always full")
def test_what_has_no_room_on_the_disk_stays_in_memory(tmp_path: Path, course: Course) -> None:
    kept, (first, second) = KeptResults(None, course), (make(tmp_path, number) for number in range(2))
    kept.keep(*first, file_states(first[0]))
    room = kept._spool._file
    with open("/dev/full", "r+b", buffering=0) as kept._spool._file:
        kept.keep(*second, file_states(second[0]))
    kept._spool._file = room
    assert [*kept.collect([first[0], second[0]])] == [first[1], second[1]]


def test_where_the_grader_broke_the_earlier_grade_is_read(tmp_path: Path, course: Course) -> None:
    submission, grade = make(tmp_path, 1)
    broken = replace(grade, status=SubmissionStatus.GRADER_FAULT)
    with open_store(tmp_path / "out", TERMS) as store:
        kept, whole = KeptResults(store, course), Results(store)
        for results in (whole, kept):
            results.keep(submission, grade, file_states(submission))
            results.keep(submission, broken, file_states(submission))
        assert kept.find(submission) == whole.find(submission) != grade


def test_a_result_that_somebody_removes_during_the_run_is_named(tmp_path: Path, course: Course) -> None:
    submission, grade = make(tmp_path, 1)
    with open_store(tmp_path / "out", TERMS) as store:
        kept = KeptResults(store, course)
        kept.keep(submission, grade, file_states(submission))
        for file in (tmp_path / "out" / "submissions").iterdir():
            file.unlink()
        with pytest.raises(UsageError, match="Łucja 1 was changed or removed"):
            kept.find(submission)


@pytest.mark.parametrize("is_taken_over", [False, True])
def test_a_result_that_somebody_changes_during_the_run_does_not_count(
    tmp_path: Path, course: Course, is_taken_over: bool
) -> None:
    """Code of another notebook may reach the folder where a machine has no walls."""
    submission, grade = make(tmp_path, 1)
    grade = replace(grade, digest=fingerprint(submission))
    with open_store(tmp_path / "out", TERMS) as store:
        kept = KeptResults(store, course)
        kept.keep(submission, grade, file_states(submission))
        if is_taken_over:
            kept = KeptResults(store, course)
            assert kept.take_over([submission]) == 1
        assert kept.find(submission) is not None
        store.keep(submission, replace(grade, exercises=()))
        with pytest.raises(UsageError, match="Łucja 1 was changed or removed"):
            kept.find(submission)
