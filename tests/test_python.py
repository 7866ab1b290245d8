"""The grader from Python, and as a plugin of pytest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader import Config, Course, Grade, grade_all, load_course
from grader.errors import CourseError, UsageError
from tests.conftest import ROOT

SAMPLES = ROOT / "tests" / "samples"


def test_a_notebook_is_graded_as_the_command_grades_it() -> None:
    graded = grader.grade(SAMPLES / "typical_mistakes.ipynb")
    assert isinstance(graded, Grade)
    assert (graded.score, graded.max_score, graded.bonus) == (10, 18, 1)
    assert [result.status.value for result in graded.exercises].count("failed") == 3


def test_several_come_in_their_order_with_a_course_and_settings() -> None:
    course, seen = load_course(ROOT / "reference"), []
    paths = [str(SAMPLES / name) for name in ("typical_mistakes.ipynb", "solved.ipynb")]
    graded = grade_all(paths, course, Config(lang="en", only=("3b",)), jobs=2, progress=seen.append)
    assert isinstance(course, Course)
    assert [(item.submission.path, item.score, item.max_score) for item in graded] == [
        (paths[0], 0, 2),
        (paths[1], 2, 2),
    ]
    assert sorted(map(id, seen)) == sorted(map(id, graded))


def test_what_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none"):
        grader.grade(tmp_path / "none.ipynb")
    with pytest.raises(CourseError, match=r"course\.toml"):
        load_course(tmp_path)
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        grader.nothing_of_the_kind  # noqa: B018


def test_the_code_of_the_docs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(SAMPLES / "typical_mistakes.ipynb", tmp_path / "ada.ipynb")
    shutil.copy(SAMPLES / "solved.ipynb", tmp_path / "jan.ipynb")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), {"__name__": "__main__"})


# ---- pytest


def run_pytest(folder: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--grade-lang", "en", *options]
    # An open Suite in this process keeps pytest's plugins out of its own session, and out of what is started meanwhile.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=110)
    return done.returncode, done.stdout + done.stderr


def test_exercises_are_items_whose_failures_are_the_report(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "typical_mistakes.ipynb", tmp_path / "ada.ipynb")
    code, out = run_pytest(tmp_path, "ada.ipynb", "--junitxml=out.xml")
    assert code == 1, out
    assert "3 failed, 4 passed, 1 skipped" in out
    assert "compute_mse_loss(np.array([5]), np.array([2]))\n    expected: 9\n    you got: 4.5" in out
    assert "Traceback" not in out
    assert 'name="3b-get_backprop"' in (tmp_path / "out.xml").read_text("utf-8")


def test_the_usual_options_work(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "typical_mistakes.ipynb", tmp_path / "ada.ipynb")
    assert "1 failed, 7 deselected" in run_pytest(tmp_path, "ada.ipynb", "-k", "3b")[1]
    assert "1 failed, 1 passed" in run_pytest(tmp_path, "ada.ipynb", "-x")[1]
    assert "3 failed, 4 passed, 1 skipped" in run_pytest(tmp_path, "ada.ipynb", "-n", "2", "--dist", "loadgroup")[1]


def test_notebooks_that_nobody_named_are_left_alone(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "solved.ipynb", tmp_path / "ada.ipynb")
    (tmp_path / "test_own.py").write_text(
        "import sys\ndef test_own():\n    assert 'numpy' not in sys.modules and 'grader.api' not in sys.modules\n"
    )
    assert "1 passed" in run_pytest(tmp_path, ".")[1]
    (tmp_path / "pytest.ini").write_text("[pytest]\ngrade_notebooks = true\n")
    assert "8 passed" in run_pytest(tmp_path, "-k", "ipynb")[1]


def test_a_notebook_that_cannot_be_read_fails_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "cut.ipynb").write_text("{")
    code, out = run_pytest(tmp_path, "cut.ipynb", "-k", "1a")
    assert code == 1
    assert "not a notebook" in out or "cut off" in out, out
    assert "Traceback" not in out
