"""The report in the terminal: what works first, then a few steps in their order, one cause one message."""

from __future__ import annotations

import hashlib
import io
import re
import sys
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from grader.config import Config, Limits
from grader.course.course import Course
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.model import Cell, Grade, Notebook
from grader.pipeline import Grader
from grader.report import terminal
from grader.report.run import Run
from tests import sample_run
from tests.conftest import ROOT, GradeCells
from tests.wrong_notebooks import WRONG, cells

GOLDEN = ROOT / "tests" / "golden" / "terminal"
SHORT = Limits(cell_timeout_s=1.0, call_timeout_s=0.5, total_timeout_s=60.0)


def graded(course: Course, suite: Suite, warm: ForkServerClient | None, name: str) -> Grade:
    sources = cells(course, name)
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    notebook = Notebook(f"{name}.ipynb", name, sha256, tuple(map(Cell, range(len(sources)), sources)))
    config = Config(limits=SHORT, hidden=(str(course.folder),))
    return Grader(course, suite, config, warm).grade_notebook(notebook)


@pytest.fixture(scope="module")
def reports(course: Course, suite: Suite, warm: ForkServerClient | None) -> dict[tuple[str, str], str]:
    made = {}
    for name in WRONG:
        grade = graded(course, suite, warm, name)
        for lang in ("pl", "en"):
            lines = [line.rstrip() for line in terminal.text(Run((grade,), course, Config(lang=lang))).splitlines()]
            made[name, lang] = "\n".join(lines).rstrip() + "\n\n"
    return made


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="Python's own messages differ from version to version")
@pytest.mark.parametrize("lang", ["pl", "en"])
@pytest.mark.parametrize("name", WRONG)
def test_a_report_is_as_it_was_read_and_found_clear(
    name: str, lang: str, reports: dict[tuple[str, str], str], request: pytest.FixtureRequest
) -> None:
    """`pytest tests/report/test_terminal.py --write-golden` writes them: read each as the beginner would."""
    file = GOLDEN / f"{name}.{lang}.txt"
    if request.config.getoption("--write-golden"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(reports[name, lang], "utf-8")
    assert reports[name, lang] == file.read_text("utf-8")


@pytest.mark.parametrize("name", WRONG)
def test_what_works_comes_before_at_most_three_steps_and_nothing_is_said_twice(
    name: str, reports: dict[tuple[str, str], str]
) -> None:
    text = reports[name, "en"]
    works, _, rest = text.partition("What to do next:")
    assert "What works:" in works
    assert " 4. " not in rest
    for step in re.split(r"^ \d\. ", rest, flags=re.MULTILINE):
        hints = [line for line in step.splitlines() if line.startswith("      ") and len(line.split()) > 4]
        assert len(hints) == len(set(hints))


def test_the_same_mistake_in_two_exercises_is_explained_once(
    grade_cells: GradeCells, course: Course, solutions: dict[str, str]
) -> None:
    half = {
        "3a": "def get_backprop(y_hat, y, x):\n    return (y_hat - y) * x, y_hat - y",
        "3b": "def get_backprop(y_hat, y, x):\n    return np.mean((y_hat - y) * x), np.mean(y_hat - y)",
    }
    text = terminal.text(Run((grade_cells(*{**solutions, **half}.values()),), course, Config(lang="en")))
    assert text.count("exactly half") == 1
    assert "The same mistake as in step 1." in text


def test_every_check_is_shown_when_asked_for(
    grade_cells: GradeCells, course: Course, solutions: dict[str, str], suite: Suite
) -> None:
    stubs = {exercise.id: exercise.stub for exercise in course.exercises if exercise.id not in ("1a", "1b")}
    grade = grade_cells(*{**solutions, **stubs, "1b": "def compute_mse_loss(y_hat, y):\n    return 1"}.values())
    out = io.StringIO()
    terminal.show(Run((grade,), course, Config(lang="en")), Console(file=out, width=100), verbose=True)
    assert f"numpy {np.__version__}" in out.getvalue()
    titles = [check.title.en for id in ("1a", "1b") for check in suite.checks(id)]
    assert all(title in out.getvalue() for title in titles)
    assert " 6. Write update_params" not in out.getvalue().partition("After that")[2], "nothing is put off"
    assert " 7. Write normalize (exercise 6)" in out.getvalue()


def table(run: Run, width: int) -> list[str]:
    out = io.StringIO()
    terminal.show(run, Console(file=out, width=width, color_system=None))
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(("width", "exercises"), [(20, False), (30, False), (70, True), (120, True)])
def test_a_class_table_keeps_names_and_scores_however_narrow(width: int, exercises: bool) -> None:
    grades = (sample_run.MIXED, sample_run.RIGHT, sample_run.HALF_FAULT)
    lines = table(sample_run.run(*grades), width)
    assert max(map(len, lines)) <= width
    scores = ["3/7", "7/7 +4", "4/7 +1"]
    assert [score for line in lines for score in scores if score in line] == scores
    assert any("+0/3" in line for line in lines) is exercises
    assert "".join(line.split()[0] for line in lines if line.split()).count("Half") == 1


def test_a_class_table_of_chosen_exercises_has_their_columns_only() -> None:
    run = sample_run.run(sample_run.MIXED, sample_run.RIGHT)
    chosen = tuple(replace(grade, exercises=grade.exercises[2:3]) for grade in run.grades)
    lines = table(replace(run, grades=chosen, config=Config(lang="en", only=("3",))), 100)
    assert lines[0].split() == ["participant", "score", "3"]
    assert lines[1].split()[-2:] == ["0/2", "0/2"]
