"""A run that was started by a test does not outlive a test that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.sample_files import lay_out, notebook

TEST = """
import subprocess, sys
from tests.launch import ends_with_test
grade = subprocess.Popen(ends_with_test(["-m", "grader", *sys.argv[1:]]), start_new_session=True)
print(grade.pid, flush=True)
grade.wait()
"""


def family(pid: int) -> set[int]:
    """A process and all that it has started, directly or not."""
    found = {pid}
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found |= {one for child in task.read_text().split() for one in family(int(child))}
    return found


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if os.path.exists(f"/proc/{pid}/exe")}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's end")
def test_watching_ends_with_a_test_that_is_killed(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "żółw", {"anna.ipynb": notebook("x = 1"), "jan.ipynb": notebook("while True: pass")})
    options = [str(folder), "--watch", "-o", str(tmp_path / "out"), "-j", "2", "--cell-timeout", "60"]
    command = [sys.executable, "-c", TEST, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, start_new_session=True) as test:
        assert test.stdout is not None
        watching = int(test.stdout.readline())
        until = time.monotonic() + 30
        while len(pids := family(watching)) < 5 and time.monotonic() < until:  # workers, and kernels of theirs
            time.sleep(0.1)
        test.send_signal(signal.SIGKILL)
    assert len(pids) >= 4, pids
    until = time.monotonic() + 15
    while alive(pids) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(pids)
