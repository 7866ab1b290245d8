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
