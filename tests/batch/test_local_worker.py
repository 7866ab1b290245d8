"""A worker process loads the course once, leaves Ctrl-C to its parent, and does not outlive it."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time

import pytest

from grader.batch import local_worker
from grader.config import Config
from grader.course.course import Course
from tests.conftest import QUICK, ROOT


def describe_own_grader(*_: object) -> tuple[int, str, int, bool]:
    grader = local_worker.own_grader()
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    return os.getpid(), grader.course.id, len(grader.suite.checks("1a")), ignored


def test_each_process_of_a_pool_has_a_grader_of_its_own_and_leaves_ctrl_c_alone(course: Course) -> None:
    config = Config(lang="en", limits=QUICK, kernel="cold")
    with local_worker.process_pool(1, course.folder, config) as pool:
        first, second = (pool.submit(describe_own_grader).result(60) for _ in range(2))
    assert first == second
    assert first[0] != os.getpid()
    assert first[1] == course.id
    assert first[2] > 0
    assert first[3]


def test_garbage_is_collected_after_every_tenth_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", collected.append)
    monkeypatch.setattr(local_worker, "_count", 0)
    for _ in range(2 * local_worker.COLLECT_EVERY + 3):
        local_worker.collect_garbage()
    assert collected == [1, 1], "only what is new is looked at"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's end")
def test_a_worker_ends_when_its_parent_is_killed() -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom grader.batch import workers\n"
        "from grader.course.loader import load\n"
        "from grader.config import Config\n"
        f"pool = workers.WorkerPool(load(Path({str(ROOT / 'reference')!r})), Config(kernel='cold'), 1, None)\n"
        "print(pool._workers[0]._process.pid, flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        time.sleep(1)
        assert is_running(worker)
        parent.kill()
    deadline = time.monotonic() + 10
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(worker)


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
