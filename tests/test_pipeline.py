"""The pipeline from a submission to a grade: the best of several counts, a fault is a status, the choice is kept to."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from grader.config import Config
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import render
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.model import (
    Cell,
    CellStatus,
    CheckStatus,
    ExerciseResult,
    ExerciseStatus,
    Grade,
    Notebook,
    SubmissionStatus,
)
from grader.pipeline import Grader, choose_best, open_grader
from grader.ready import hidden_folders
from grader.submissions.submission import File, Submission, from_file
from tests.conftest import QUICK, ROOT
from tests.sample_run import UNGRADED

SAMPLES = ROOT / "tests" / "samples"
SOLVED, TYPICAL = (from_file(SAMPLES / f"{name}.ipynb") for name in ("solved", "typical_mistakes"))


@pytest.fixture
def grader(course: Course, suite: Suite, warm: ForkServerClient | None) -> Grader:
    return Grader(course, suite, Config(lang="en", limits=QUICK, only=("1a", "1b")), warm)


def test_of_several_notebooks_the_best_counts(grader: Grader) -> None:
    attempts = (*TYPICAL.attempts, *SOLVED.attempts)
    grade = grader.grade(Submission("Łucja Żak", "work", attempts))
    assert (grade.score, grade.max_score, grade.attempt) == (4, 4, 1)
    assert grade.notebook.participant == "Łucja Żak"
    assert grade.duration_s > 0
    assert grade.digest


def test_only_the_chosen_exercises_are_in_a_grade_whatever_its_status(grader: Grader, tmp_path: Path) -> None:
    (tmp_path / "cut.ipynb").write_text("{")
    cut = from_file(tmp_path / "cut.ipynb")
    grades = [grader.grade(SOLVED), grader.grade(cut), grader.grade_lost(SOLVED), grader.grade_overrun(SOLVED, 7.5)]
    assert [[one.id for one in grade.exercises] for grade in grades] == [["1a", "1b"]] * 4
    assert [grade.status.value for grade in grades] == ["graded", "unreadable", "grader_fault", "graded"]


def test_a_submission_that_was_lost_or_overran_has_no_verdict_and_says_why(grader: Grader) -> None:
    submission = replace(SOLVED, email="a@x.pl", notes=("A note.",))
    lost, overrun = grader.grade_lost(submission), grader.grade_overrun(submission, 7.5)
    assert lost.faulted
    assert not overrun.faulted
    assert overrun.duration_s == 7.5
    for grade, says in ((lost, "ended from outside"), (overrun, "took more than the")):
        assert says in str(grade.notes[0])
        assert grade.notes[1:] == ("A note.",)
        assert (grade.score, grade.max_score, grade.notebook.email) == (0, 4, "a@x.pl")
        assert {one.status for one in grade.exercises} == {ExerciseStatus.NOT_RUN}
        assert {check.status for one in grade.exercises for check in one.checks} == {CheckStatus.NOT_RUN}
        assert grade.digest == grader.grade(submission).digest


def test_a_fault_is_a_status_but_an_operators_mistake_is_raised(
    grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(error: Exception) -> None:
        def run(*_: object) -> None:
            raise error

        monkeypatch.setattr("grader.pipeline.run", run)

    fail(ZeroDivisionError("ours"))
    grade = grader.grade(SOLVED)
    assert grade.status is SubmissionStatus.GRADER_FAULT
    assert "ZeroDivisionError: ours" in str(grade.notes[0])
    fail(UsageError("yours"))
    with pytest.raises(UsageError, match="yours"):
        grader.grade(SOLVED)


def test_a_grader_opens_hidden_tests_of_its_own(course: Course) -> None:
    with open_grader(course, Config(lang="en", only=("1a",))) as grader:
        assert grader.suite.checks("1a")
        assert grader.fork_server is None


def test_the_course_and_the_outermost_folders_are_hidden_even_beside_a_notebook_in_the_root(
    course: Course, tmp_path: Path
) -> None:
    inner = tmp_path / "ćwiczenia" / "Żółw"
    inner.mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(inner)
    hidden = hidden_folders([inner, inner.parent, link, Path("/")], course)
    assert hidden == tuple(sorted([str(inner.parent), str(course.folder.resolve())]))


def test_an_attempt_whose_file_is_gone_costs_no_other(grader: Grader, tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "solved.ipynb", tmp_path / "work.ipynb")
    there, gone = (File(str(tmp_path / name), name) for name in ("work.ipynb", "gone.ipynb"))
    assert grader.grade(Submission("Ada", "work", ((gone,), (there,)))).score == 4


SCORES = {"clean": 2.0, "low": 1.0, "zero": 0.0, "fault": 0.0}


@pytest.mark.parametrize(
    ("attempts", "chosen", "incomplete"),
    [
        (["low", "fault"], "low", True),
        (["fault", "low"], "low", True),
        (["clean", "fault"], "clean", False),
        (["low", "clean"], "clean", False),
        (["zero", "fault"], "fault", False),
        (["fault", "fault"], "fault", False),
    ],
)
def test_a_fault_in_one_attempt_takes_no_score_away(attempts: list[str], chosen: str, incomplete: bool) -> None:
    files = [File(f"{place}.ipynb", f"{place}.ipynb") for place in range(len(attempts))]
    submission = Submission("anna", "anna", tuple((file,) for file in files))
    grades = [graded_as(name, file.shown) for name, file in zip(attempts, files, strict=True)]
    counted = choose_best(submission, grades)
    assert (counted.faulted, counted.score, counted.incomplete) == (chosen == "fault", SCORES[chosen], incomplete)
    assert any("broke on another" in render(note, "en") for note in counted.notes) == incomplete


def graded_as(name: str, path: str) -> Grade:
    status = SubmissionStatus.GRADER_FAULT if name == "fault" else SubmissionStatus.GRADED
    result = ExerciseResult("1a", "", ExerciseStatus.PARTIAL, "f", SCORES[name], 2.0, 0.0, 0.0)
    return Grade(Notebook(path, "anna", ""), status, 0.0, (result,))


def test_who_might_earn_more_where_nothing_is_lacking_is_told() -> None:
    files = [File(f"{place}.ipynb", f"{place}.ipynb") for place in range(3)]
    submission = Submission("anna", "anna", tuple((file,) for file in files))
    lacking = replace(UNGRADED, exercises=UNGRADED.exercises[2:3])
    known = replace(UNGRADED, exercises=UNGRADED.exercises[:1])
    counted = choose_best(submission, [lacking, known, replace(known, exercises=())])
    assert (counted.score, counted.needs) == (2, ())
    assert not any("might earn more" in render(note, "en") for note in counted.notes)
    counted = choose_best(submission, [known, replace(UNGRADED, exercises=UNGRADED.exercises[1:3]), lacking])
    assert (counted.score, counted.ungraded_points) == (2, 0)
    assert render(counted.notes[1], "en") == (
        "Another of the notebooks might earn more, but can't be judged here: needs scikit-learn, which is not "
        "installed here; needs Python 3.12."
    )


def test_an_experiment_is_run_only_when_it_was_changed(grader: Grader, course: Course) -> None:
    """It would take as long as all the rest, for a picture that nobody sees."""
    handed_out = (course.exercise("5").folder / "experiment.py").read_text("utf-8")
    sources = (handed_out, f"\n{handed_out}\n\n", handed_out.replace("1000", "10"))
    notebook = Notebook("a.ipynb", "a", "ab" * 32, tuple(Cell(*cell) for cell in enumerate(sources)))
    graded = grader.grade_notebook(notebook)
    assert [(cell.index, cell.status) for cell in graded.cells] == [(2, CellStatus.ERROR)]
    assert graded.notebook == notebook
