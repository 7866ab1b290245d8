"""Hand-ins that this grader once failed on, as they came: each has its points, and what is said of it is so."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from grader.config import Config, Limits
from grader.course.course import Course
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.model import Grade, SubmissionStatus
from grader.pipeline import Grader
from grader.report import formats
from grader.report.run import Run
from grader.submissions.find import find
from tests.conftest import QUICK, ROOT, grade_file

FAULTS = ROOT / "tests" / "faults"
SHORT = Limits(cell_timeout_s=0.8, call_timeout_s=2.0, total_timeout_s=6.0)


@dataclass(frozen=True)
class Expected:
    """What a notebook gets.

    Attributes:
        points: Its points and its bonus.
        says: What stands in its report, or is known of its cells.
        ended: How its cells ended that did not run well, by their numbers.
    """

    points: tuple[float, float]
    says: tuple[str, ...] = ()
    ended: tuple[tuple[int, str], ...] = ()


ALL, FIRST = (18.0, 4.0), (2.0, 0.0)
NOTEBOOKS = {
    "01_long_error_text_hangs_forever": Expected(FIRST, ("AssertionError: [0, 1, 2",), ((2, "error"),)),
    "04_top_level_await_timeout": Expected(FIRST),
    "05_four_awaits_then_right_code_0_of_18": Expected(ALL),
    "06_one_17MB_output_then_right_code_0_of_18": Expected(ALL),
    "08_exception_group_cell_said_ok": Expected(
        (0, 0),
        ("1a: get_linear_forward is in cell 2, which did not run to its end.", "ExceptionGroup: g (1 sub-exception)")
        if sys.version_info >= (3, 11)
        else ("1a: get_linear_forward is in cell 2, which ended with an error", "NameError: name 'ExceptionGroup'"),
        ((2, "error"),),
    ),
    "11_three_slow_cells_then_right_code_0_of_18": Expected(ALL),
    "12_tee_without_flush_2_of_18": Expected(ALL),
    "19_writefile_then_import_missing": Expected(ALL),
    "21_function_in_text_cell": Expected((0, 0), ("1a: get_linear_forward stands in a text cell (cell 2)",)),
    "23_multiprocessing_pool": Expected(
        FIRST, ("sandbox forbids starting other programs and processes", "`with Pool(2) as p:`"), ((2, "error"),)
    ),
}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_has_its_points(name: str, course: Course, suite: Suite, warm: ForkServerClient | None) -> None:
    expected = NOTEBOOKS[name]
    config = Config(lang="en", limits=SHORT if name.startswith("11") else QUICK, hidden=(str(course.folder),))
    grade = grade_file(FAULTS / f"{name}.ipynb", course, suite, config, warm)
    assert (grade.score, grade.bonus) == expected.points, grade.exercises
    errors = [cell.error or "" for cell in grade.cells]
    said = " ".join([*formats.text("terminal", Run((grade,), course, config)).split(), *errors])
    assert [piece for piece in expected.says if piece not in said] == [], said
    if not name.startswith("11"):
        bad = tuple((at + 1, cell.status.value) for at, cell in enumerate(grade.cells) if cell.status.value != "ok")
        assert bad == expected.ended
    assert formats.text("terminal", Run((grade,), course, replace(config, lang="pl"))) != said


FOLDERS: dict[str, dict[str, tuple[str, float]]] = {
    "02_canvas_with_empty_zip": {"kotanna": ("graded", 2), "okonjan": ("unreadable", 0)},
    "24_two_notebooks_person_told_missing": {"Anna Kot": ("graded", 2), "Jan Nowak": ("graded", 2)},
    "25_teams_versions": {"Anna Kot": ("graded", 2), "Jan Nowak": ("graded", 2)},
}


@pytest.mark.parametrize("name", FOLDERS)
def test_everybody_in_a_folder_has_their_own_points(
    name: str, course: Course, suite: Suite, warm: ForkServerClient | None
) -> None:
    found = find([FAULTS / name], [exercise.id for exercise in course.exercises])
    grader = Grader(course, suite, Config(lang="en", limits=QUICK), warm)
    grades = {one.participant: grader.grade(one) for one in found.submissions}
    assert {name: outcome(grade) for name, grade in grades.items()} == FOLDERS[name]
    assert not found.missing
    assert not found.unmatched


def outcome(grade: Grade) -> tuple[str, float]:
    assert grade.status is not SubmissionStatus.GRADER_FAULT
    return grade.status.value, grade.score


def test_a_report_over_the_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "my.ipynb"
    path.write_bytes((FAULTS / "26_report_over_input" / "my.ipynb").read_bytes())
    before = path.read_bytes()
    for report in ("json=my.ipynb", "notebook=my.ipynb"):
        done = subprocess.run(
            [sys.executable, "-m", "grader", "my.ipynb", "--lang", "en", "--report", report],
            capture_output=True, text=True, timeout=60, cwd=tmp_path, start_new_session=True,
        )  # fmt: skip
        assert (done.returncode, path.read_bytes()) == (2, before), done.stderr
        assert "a report would overwrite it" in " ".join(done.stderr.split())
