"""`pytest my_notebook.ipynb`: exercises are items, and their failures are what the report says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.sample_files import notebook

SAMPLES = ROOT / "tests" / "samples"


def run_pytest(folder: Path, *options: str) -> tuple[int, str]:
    lean = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest"]  # Hypothesis is loaded at the end, for nothing here
    command = [sys.executable, "-m", "pytest", *lean, "--grade-lang", "en", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=110)
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


def test_what_can_not_be_judged_here_is_skipped_with_what_it_needs(tmp_path: Path) -> None:
    source = "from no_such import mse\ndef compute_mse_loss(y_hat, y):\n    return mse(y_hat, y)"
    (tmp_path / "ada.ipynb").write_text(notebook(source))
    out = run_pytest(tmp_path, "ada.ipynb", "-k", "1b", "-rs")[1]
    assert "1 skipped, 7 deselected" in out
    assert "needs no_such, which is not installed here" in " ".join(out.split())
