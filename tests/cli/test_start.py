"""Ctrl-C while a command's code still loads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

INTERRUPTS_WHILE_IT_LOADS = (
    "import os, signal; os.kill(os.getpid(), signal.SIGINT); raise SystemExit('not interrupted')"
)


def load(folder: Path, command: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """The command, with a click that interrupts it instead of being loaded."""
    (folder / "click.py").write_text(INTERRUPTS_WHILE_IT_LOADS, "utf-8")
    code = f"import signal; {before}; from grader.cli import start; start.{command}()"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("command", ["grade", "grade_course"])
def test_an_interruption_ends_it_without_a_word(tmp_path: Path, command: str) -> None:
    ended = load(tmp_path, command, "signal.signal(signal.SIGINT, signal.default_int_handler)")
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, "")


def test_what_a_script_puts_in_the_background_goes_on(tmp_path: Path) -> None:
    ended = load(tmp_path, "grade", "signal.signal(signal.SIGINT, signal.SIG_IGN)")
    assert (ended.returncode, ended.stderr) == (1, "not interrupted\n")


def test_the_command_itself_can_be_interrupted_as_any_python() -> None:
    code = (
        "import signal, sys; from grader.cli import start; sys.argv = ['grade', '--version']\n"
        "try: start.grade()\n"
        "except SystemExit: print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.endswith("True\n")


def test_what_few_courses_and_reports_need_is_not_loaded_at_the_start() -> None:
    few = ["yaml", "sqlite3", "jinja2"]
    ours = ["grader.course.readers", "grader.course.assignment", "grader.judging.cells", "grader.report.page."]
    graded = "grader.batch.run, grader.batch.workers, grader.course.loader, grader.submissions.find"
    assert loaded(f"{graded}, grader.report.terminal", *few, *ours) == "[]\n"


def test_who_has_nothing_to_grade_loads_nothing_that_grades() -> None:
    written = "grader.batch.store, grader.batch.changes, grader.batch.shown_pages, grader.report.people_files"
    heavy = ["numpy", "pytest", "nbformat", "nbclient", "jupyter_client", "grader.pipeline", "grader.kernel.session"]
    assert loaded(f"grader.batch.run, grader.report.terminal, {written}", *heavy) == "[]\n"


def loaded(modules: str, *names: str) -> str:
    """Which modules whose names begin so are there after some were imported."""
    code = f"import sys, {modules}; print([name for name in sys.modules if name.startswith({names})])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    return done.stdout or done.stderr


def test_nobody_looks_for_garbage_in_what_is_loaded() -> None:
    """Neither while it is loaded nor at the end, when Python looks at all that is not frozen."""
    code = (
        "import gc; from grader.loading import loading\n"
        "with loading():\n"
        "    import json, decimal, email.message; looks = not gc.isenabled()\n"
        "kept = any(one is vars(json) for one in gc.get_objects())\n"
        "print(looks, gc.isenabled(), kept)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("True True False\n", "")
