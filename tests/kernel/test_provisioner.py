"""A cold kernel's process ends with all of its group, and is never waited for in vain."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from grader.kernel.provisioner import ColdProcess

posix = pytest.mark.skipif(os.name != "posix", reason="process groups")


def start(tmp_path: Path, python: str) -> ColdProcess:
    return ColdProcess([sys.executable, "-c", python], {"MARK": "ż"}, tmp_path, tmp_path / "log")


def test_it_has_its_own_environment_folder_and_log(tmp_path: Path) -> None:
    process = start(tmp_path, "import os; print(os.environ.get('MARK'), 'PATH' in os.environ, os.getcwd())")
    assert process.wait() == 0
    assert (tmp_path / "log").read_text("utf-8").split() == ["ż", "False", str(tmp_path)]
    assert process.poll() == 0
    assert not process.apart


@posix
def test_its_group_ends_with_it(tmp_path: Path) -> None:
    process = start(tmp_path, "import os, time\nprint(os.fork() or os.getpid(), flush=True)\ntime.sleep(60)")
    deadline = time.monotonic() + 10
    while len(numbers := (tmp_path / "log").read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill_group()
    assert process.wait() == -9
    for number in set(map(int, numbers)):
        while Path(f"/proc/{number}/stat").exists() and ") Z " not in Path(f"/proc/{number}/stat").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.01)
    process.kill_group()  # once it is gone, nobody else is killed in its place
