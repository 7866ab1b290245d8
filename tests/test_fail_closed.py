"""Wherever it breaks and however, there is a status, and never a point that was not earned.

A table of where (read, start, cell, call, reply, check, report) and how (raises, hangs, dies, floods, lies). What the
participant's side can do is done by a notebook; what only the grader's own side can suffer is put in its place.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.batch.workers import grade_all
from grader.config import Config
from grader.course.course import Course
from grader.errors import KernelStartError
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.model import CheckStatus, ExerciseStatus, Grade, SubmissionStatus
from grader.report import formats
from grader.report.run import Run
from grader.submissions.submission import from_file
from tests.conftest import BRIEF, QUICK, GradeCells, grade_file, result

WRONG = "def get_linear_forward(x, w, b):\n    "
CELLS = {
    "raises": "raise RuntimeError('x')",
    "hangs": "while True: pass",
    "dies": "import os\nos._exit(1)",
    "floods": "while True: print('x' * 10000)",
    "lies": "get_ipython().run_cell = lambda *a, **k: None",
}
CALLS = {
    "raises": "raise RuntimeError('x')",
    "hangs": "while True: pass",
    "dies": "import os; os._exit(1)",
    "floods": "while True: print('x' * 10000)",
    "lies": "return type('F', (float,), {'__eq__': lambda s, o: True, '__hash__': None})(0)",
}
REPLIES = {
    "raises": "return type('A', (), {'__array__': lambda self, *a, **k: 1 / 0})()",
    "hangs": "import os\n    for n in range(3, 64):\n        try: os.write(n, bytes(8))\n        except OSError: pass\n    while True: pass",
    "dies": "import os; os.closerange(3, 64); return 1",
    "floods": "import os\n    for n in range(3, 64):\n        try: os.write(n, b'x' * 10000)\n        except OSError: pass\n    return 1",
    "lies": 'import os\n    body = b\'["outcome",1,["none"],"",false]\'\n'
    "    for n in range(3, 64):\n        try: os.write(n, len(body).to_bytes(8, 'big') + body)\n        except OSError: pass\n    return 1",
}
FILES = {
    "raises": b"{",
    "dies": b"",
    "floods": b'{"cells": [' + b"[" * 100_000,
    "lies": b'{"cells": 1, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
}


@pytest.mark.parametrize("how", CELLS)
def test_a_cell_that(how: str, grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    grade = grade_cells(*solutions.values(), CELLS[how], limits=BRIEF)
    assert grade.status is SubmissionStatus.GRADED
    assert (grade.score, grade.bonus) == (18, 4), "everything else was right"


@pytest.mark.parametrize("how", CALLS)
def test_a_call_that(how: str, grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    others_keep_theirs(how, WRONG + CALLS[how], grade_cells, solutions)


@pytest.mark.parametrize("how", REPLIES)
def test_a_reply_that(how: str, grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    others_keep_theirs(how, WRONG + REPLIES[how], grade_cells, solutions)


def others_keep_theirs(how: str, source: str, grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    grade = grade_cells(*{**solutions, "1a": source}.values(), limits=BRIEF)
    assert grade.status is SubmissionStatus.GRADED
    assert result(grade, "1a").points == 0
    assert all(check.status is not CheckStatus.PASSED for check in result(grade, "1a").checks)
    passed = {item.id for item in grade.exercises if item.status is ExerciseStatus.PASSED}
    assert passed >= {"1b", "3a", "3b", "4", "6"}, (how, grade.exercises)


@pytest.mark.parametrize("how", FILES)
def test_a_file_that(how: str, tmp_path: Path, course: Course) -> None:
    """`hangs` is a pipe, which test_notebook goes through."""
    (tmp_path / "a.ipynb").write_bytes(FILES[how])
    (tmp_path / "b.ipynb").write_bytes((course.folder.parent / "tests" / "samples" / "solved.ipynb").read_bytes())
    bad, good = grade_all([from_file(tmp_path / f"{name}.ipynb") for name in "ab"], course, Config(limits=QUICK))
    assert (bad.status, bad.score, bad.bonus) == (SubmissionStatus.UNREADABLE, 0, 0)
    assert bad.max_score == 18
    assert good.score == 18


def faulty(*args: object, **kwargs: object) -> Any:
    raise ZeroDivisionError("injected")


def no_kernel(*args: object, **kwargs: object) -> Any:
    raise KernelStartError("no kernel here")


FAULTS = {
    "start-raises": ("grader.kernel.notebook_run.Kernel", no_kernel, SubmissionStatus.GRADER_FAULT),
    "start-breaks": ("grader.kernel.notebook_run.Kernel", faulty, SubmissionStatus.GRADER_FAULT),
    "judge-breaks": ("grader.pipeline.judge", faulty, SubmissionStatus.GRADER_FAULT),
    "suite-breaks": ("grader.judging.suite.Suite.run", faulty, SubmissionStatus.GRADER_FAULT),
    "compare-breaks": ("grader.judging.compare.compare", faulty, SubmissionStatus.GRADED),
    "solution-breaks": ("grader.course.course.Course.solution", faulty, SubmissionStatus.GRADED),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_graders_own_is_told_and_earns_nothing(
    fault: str, course: Course, monkeypatch: pytest.MonkeyPatch, warm: ForkServerClient | None
) -> None:
    where, what, status = FAULTS[fault]
    monkeypatch.setattr(where, what)
    notebook = course.folder.parent / "tests" / "samples" / "solved.ipynb"
    with Suite(course) as suite:
        graded = grade_file(notebook, course, suite, Config(limits=QUICK), warm)
    assert graded.status is status
    assert graded.score == 0
    assert graded.faulted, "and the command exits with 3"
    assert [item.id for item in graded.exercises] == [exercise.id for exercise in course.exercises]


def test_a_hidden_test_that_hangs_up_pytest_is_a_fault(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = course.folder.parent / "tests" / "samples" / "solved.ipynb"
    with Suite(course) as suite:
        suite.checks("1a")
        monkeypatch.setattr(suite._plugin, "_run", faulty)
        graded = grade_file(notebook, course, suite, Config(limits=QUICK))
    assert graded.faulted
    assert graded.score == 0


def test_no_report_holds_a_hidden_test_or_a_reference(
    course: Course, grade_cells: GradeCells, solutions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong: wrong answers, errors, crashes, faults."""
    bad = {id: f"{source.split(':')[0]}:\n    raise ValueError(1)" for id, source in solutions.items()}
    grades = [grade_cells(*bad.values()), grade_cells("def get_linear_forward(x, w, b):\n    return w * x")]
    monkeypatch.setattr("grader.judging.compare.compare", faulty)
    grades.append(grade_cells("def get_linear_forward(x, w, b):\n    return w * x + b"))
    secrets = {
        line.strip()
        for path in course.folder.rglob("*.py")
        if path.name.startswith(("test_", "solution", "conftest")) or path.parent.name in ("mistakes", "right")
        for line in path.read_text("utf-8").splitlines()
        if len(line.strip()) > 25 and not line.strip().startswith(("#", "import", "def ", '"', "pl=", "en="))
    }
    assert len(secrets) > 100
    for text in all_reports(grades, course):
        assert not [secret for secret in secrets if secret in text]


def every_text(run: Run) -> dict[str, str]:
    return {name: formats.text(name, run) for name in formats.FORMATS if formats.load(name).text is not None}


def all_reports(grades: list[Grade], course: Course) -> list[str]:
    texts = []
    for grade in grades:
        run = Run((grade,), course, Config(lang="en"))
        texts += every_text(run).values()
    texts += [json.loads(json.dumps(text)) for text in texts]
    return texts


@pytest.mark.parametrize(
    "evil",
    [
        "\x1b[31mred\x1b[0m",
        "[bold red]markup[/]",
        "<script>alert(1)</script>",
        "=HYPERLINK('x')",
        "\u202eevil",
        "a\rb\x08",
    ],
)
def test_what_participants_write_is_inert_in_every_report(evil: str, grade_cells: GradeCells, course: Course) -> None:
    grade = grade_cells(
        f"def get_linear_forward(x, w, b):\n    raise ValueError({evil!r})", f"raise KeyError({evil!r})"
    )
    run = Run((grade,), course, Config(lang="en"))
    texts = every_text(run)
    for name in ("terminal", "csv"):
        assert not [character for character in texts[name] if not character.isprintable() and character != "\n"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in texts["csv"].replace("\n", ",").split(","))
    if "[bold" in evil:
        assert "[bold red]markup[/]" in texts["terminal"], "shown as it was written"
    json.loads(texts["json"])


def test_a_source_that_breaks_the_parser_costs_nobody(grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    bomb = (
        "import linecache\nname = get_linear_forward.__code__.co_filename\n"
        "lines = ['def get_linear_forward(x, w, b):\\n', '    return ' + '-' * 15000 + '1\\n']\n"
        "linecache.cache[name] = (1, None, lines, name)"
    )
    assert grade_cells(*solutions.values(), bomb).score == 18


def test_a_carried_question_cannot_make_the_grader_work(grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    greedy = {
        **solutions,
        "1a": "def get_linear_forward(x, w, b):\n    return w * x",
        "2": "def train(x, y, init_w, init_b):\n"
        "    return float(np.sum(get_linear_forward(np.ones((20000, 1)), np.ones((1, 20000)), 0)))",
    }
    grade = grade_cells(*greedy.values())
    assert not grade.faulted
    assert result(grade, "2").points == 0


def test_numbers_that_cover_every_loss_earn_no_bonus(grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    train = "def train(x, y, init_w, init_b, alpha, epochs):\n    for v in range(99, 9, -2): print(f'{v}e1')\n    return 0, 0"
    assert result(grade_cells(*{**solutions, "5": train}.values()), "5").bonus == 0
