"""What the bench gives to other graders: a right notebook passes, a wrong one does not."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from grader.course.course import Course
from tests.bench import peers
from tests.conftest import ROOT


@pytest.fixture
def right(tmp_path: Path, solutions: dict[str, str], course: Course) -> Path:
    """A notebook as the bench makes them, with nothing wrong in it."""
    cells = ["import numpy as np", course.opening[-1].read_text("utf-8"), *solutions.values(), "train"]
    path = tmp_path / "right.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), path)
    return path


def failures(notebook: nbformat.NotebookNode) -> list[str]:
    """The ids of nbgrader's test cells that fail."""
    names: dict[str, Any] = {}
    failed = []
    for cell in notebook.cells:
        try:
            exec(cell.source, names)
        except Exception:
            failed.append(cell.metadata["nbgrader"]["grade_id"])
    return failed


def test_a_cell_for_nbgrader_stands_below_each_answer(right: Path) -> None:
    notebook = peers.with_tests(right)
    assert failures(notebook) == []
    answers = [cell for cell in notebook.cells if "def compute_mse_loss" in cell.source]
    answers[0].source = "def compute_mse_loss(y_hat, y):\n    return np.mean((y_hat - y) ** 2) / 2"
    assert failures(notebook) == ["test-1b", "test-2"]


def test_a_test_for_otter_is_a_session_that_passes_and_fails(course: Course) -> None:
    exercise = next(exercise for exercise in course.exercises if exercise.id == "4")
    written: dict[str, Any] = {}
    exec(peers.otter_test(exercise), written)
    assert written["OK_FORMAT"] is True
    assert written["test"]["points"] == exercise.max_points
    code = written["test"]["suites"][0]["cases"][0]["code"]
    wrong = {"update_params": lambda w, b, alpha, dw, db: (w + alpha * dw, b + alpha * db)}
    for names, failed in (({"update_params": update_params()}, False), (wrong, True)):
        example = doctest.DocTestParser().get_doctest(code + "\n", {"np": np, **names}, "q4", None, None)
        assert bool(doctest.DocTestRunner(verbose=False).run(example, out=lambda text: None).failed) is failed


def update_params() -> Any:
    names: dict[str, Any] = {"np": np}
    exec((ROOT / "reference" / "4" / "solution.py").read_text("utf-8"), names)
    return names["update_params"]


def test_an_environment_without_another_grader_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"neither nbgrader nor otter-grader: docs/compare\.md"):
        peers.peer_in(tmp_path)
