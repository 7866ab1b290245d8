"""A grading process answers submissions, ends when it is stuck, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch import memory
from grader.batch.worker_process import (
    GradingProcess,
    Limit,
    LimitReached,
    WorkerDied,
    decode_answer,
    encode_setup,
    encode_submission,
)
from grader.config import Config, Kernels
from grader.course.course import Course
from grader.errors import SandboxError
from grader.submissions.submission import from_file
from tests.conftest import QUICK, ROOT

CONFIG = Config(lang="en", limits=QUICK, seed=3, only=("1a",))
SUBMISSION = from_file(ROOT / "tests" / "samples" / "solved.ipynb")


def test_a_grading_process_that_is_stuck_is_ended(course: Course) -> None:
    process = GradingProcess(encode_setup(course, CONFIG))
    process.grade(encode_submission(SUBMISSION), 60)
    process._process.send_signal(signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(LimitReached) as reached:
        process.grade(encode_submission(SUBMISSION), 0.5)
    assert reached.value.limit is Limit.TIME
    assert time.monotonic() - started < 5
    stuck = GradingProcess(encode_setup(course, CONFIG))
    stuck._process.send_signal(signal.SIGSTOP)
    stuck.close()
    assert stuck._process.returncode is not None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is always so")
def test_a_worker_whose_machine_hides_no_tests_refuses(course: Course) -> None:
    process = GradingProcess(encode_setup(course, replace(CONFIG, without_walls=("landlock", "mount"))))
    try:
        for _ in range(2):  # and goes on
            answer = process.grade(encode_submission(SUBMISSION), 60)
            with pytest.raises(SandboxError, match="on a worker of the cluster: nothing on this machine hides"):
                decode_answer(answer)
    finally:
        process.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_grading_process_that_takes_too_much_memory_is_ended(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    process = GradingProcess(encode_setup(course, CONFIG))
    process.grade(encode_submission(SUBMISSION), 60)
    process._process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(memory, "MAX_MIB", 1)
    with pytest.raises(LimitReached) as reached:
        process.grade(encode_submission(SUBMISSION), 60)
    assert reached.value.limit is Limit.MEMORY
    assert process._process.returncode is not None


def test_a_grading_process_answers_parcels_and_ends_with_its_user(course: Course) -> None:
    process = GradingProcess(encode_setup(course, CONFIG))
    grade = decode_answer(process.grade(encode_submission(SUBMISSION), 60)).open()
    assert grade.notebook.path == SUBMISSION.path
    process.close()
    with pytest.raises(WorkerDied):
        process.grade(b"", 60)
    broken = GradingProcess(b"no setup")
    with pytest.raises(WorkerDied):
        broken.grade(b"", 60)


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups")
def test_ctrl_c_in_the_terminal_is_not_for_a_grading_process(course: Course) -> None:
    process = GradingProcess(encode_setup(course, CONFIG))
    try:
        assert os.getpgid(process._process.pid) != os.getpgrp()
    finally:
        process.end()
        process.close()


@pytest.mark.parametrize(("kernel", "killed"), [("warm", False), ("warm", True), ("cold", False)])
def test_a_grading_process_leaves_no_hidden_test_behind(
    kernel: Kernels, killed: bool, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(prefix="t") as short:  # a socket's path has no room for that of tmp_path
        monkeypatch.setenv("TMPDIR", short)
        process = GradingProcess(encode_setup(course, replace(CONFIG, kernel=kernel)))
        process.grade(encode_submission(SUBMISSION), 60)
        assert [files for _, _, files in os.walk(short) if "test_1a.py" in files]  # while a kernel's folder is removed
        if killed:
            process._process.kill()
        process.close()
        deadline = time.monotonic() + 5
        while (left := [*Path(short).glob("grade-*")]) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert left == []


def test_processes_that_start_together_do_not_keep_each_other_alive(course: Course) -> None:
    """Each ends when its own user hangs up: no process inherits another one's connection."""
    processes: list[GradingProcess] = []
    setup = encode_setup(course, CONFIG)
    start = [threading.Thread(target=lambda: processes.append(GradingProcess(setup))) for _ in "abc"]
    for thread in start:
        thread.start()
    for thread in start:
        thread.join()
    for process in processes:
        started = time.monotonic()
        process.close()
        assert time.monotonic() - started < 4, "it had to be killed"
        assert process._process.returncode == 0


def test_what_a_grading_process_prints_does_not_disturb_its_answers(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nprint('x' * 10, flush=True)\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH")))))
    process = GradingProcess(encode_setup(course, CONFIG))
    assert decode_answer(process.grade(encode_submission(SUBMISSION), 60)).open().score == 2
    process.close()
