"""A notebook has one deadline, whatever it does, and no neighbour shortens its time."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from grader.config import Config, Limits
from grader.course.course import Course
from grader.judging.suite import Suite
from grader.kernel import notebook_run
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel
from grader.kernel.notebook_run import NotebookRun
from grader.kernel.processor import Delay
from grader.kernel.session import Session
from grader.model import Cell, CellStatus, ExerciseStatus, Grade, Notebook, SubmissionStatus
from grader.pipeline import MAX_TIMED_ATTEMPTS, Grader
from grader.submissions import submission as submitted
from grader.submissions.submission import File, Submission, read_submission
from tests.conftest import QUICK, GradeCells, result
from tests.sample_files import notebook as notebook_text

SHORT = Limits(cell_timeout_s=0.6, call_timeout_s=0.3, total_timeout_s=2.0)
GRACE_S = 8.0  # of a machine that is busy with other tests


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


def linear(body: str) -> str:
    return f"import time, os\ndef get_linear_forward(x, w, b):\n{body}\n    return w * x + b"


STALLS = {
    "cells-that-end-the-kernel": ["import os\nos._exit(0)"] * 40,
    "cells-that-cannot-be-interrupted": ["while True:\n    try:\n        while True: pass\n    except: pass"] * 10,
    "cells-that-await": ["import asyncio\nawait asyncio.sleep(30)"] * 10,
    "calls-near-their-limit": [linear("    time.sleep(0.27)")],
    "calls-that-end-the-kernel": [linear("    os._exit(0)")] * 20,
    "a-slow-signature": [
        "class S:\n    __signature__ = property(lambda s: [0 for _ in iter(int, 1)])\n    def __call__(s): 0\nf = S()"
    ],
    "names-that-are-alike": ["\n".join(f"{'ab' * 39}{n} = 1" for n in range(1500)), *(["ba" * 40] * 40)],
}


@pytest.mark.parametrize("what", STALLS)
def test_a_notebook_ends_with_its_time_whatever_it_does(what: str, grade_cells: GradeCells) -> None:
    with at_most(SHORT.total_timeout_s + GRACE_S):
        grade = grade_cells(*STALLS[what], limits=SHORT)
    assert grade.status in (SubmissionStatus.GRADED, SubmissionStatus.NO_EXERCISES)
    assert not grade.faulted


@pytest.fixture
def fresh_kernels(monkeypatch: pytest.MonkeyPatch) -> list[Kernel]:
    """The kernels that sessions start, in order."""
    started: list[Kernel] = []

    def start(*arguments: object) -> Kernel:
        started.append(Kernel(*arguments))  # type: ignore[arg-type]
        return started[-1]

    monkeypatch.setattr(notebook_run, "Kernel", start)
    return started


def test_cells_that_sleep_only_when_they_run_again_end_with_the_notebooks_time(
    fresh_kernels: list[Kernel], grade_cells: GradeCells, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Kernel.run_cell

    def sleeps_again(kernel: Kernel, cell: Cell, *rest: object) -> object:
        slow = kernel is not fresh_kernels[0] and cell.source.startswith("a")
        return run(kernel, replace(cell, source="import time\ntime.sleep(30)") if slow else cell, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Kernel, "run_cell", sleeps_again)
    with at_most(SHORT.total_timeout_s + GRACE_S):
        grade = grade_cells(
            *(f"a{number} = 1" for number in range(60)), "import os\nos._exit(0)", "b = 1", limits=SHORT
        )
    assert len(fresh_kernels) > 1
    assert not grade.faulted


SLOW = {
    "sleeping-beside-a-definition": ["import time\ndef helper(): return 1\ntime.sleep(40)\ndef other(): return 2"] * 4,
    "one-that-ignores-interrupts": ["while True:\n    try:\n        while True: pass\n    except: pass"],
}


@pytest.mark.parametrize("what", SLOW)
def test_slow_cells_cost_no_right_code_below_them(
    what: str, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    limits = Limits(cell_timeout_s=3.0, call_timeout_s=2.0, total_timeout_s=6.0)
    grade = grade_cells(*SLOW[what], *solutions.values(), limits=limits)
    assert grade.score == 18, [(cell.status, cell.notes) for cell in grade.cells]
    assert {cell.status for cell in grade.cells[-len(solutions) :]} == {CellStatus.OK}


ENDED_BY_THE_CLOCK = {
    "a cell": ["import time\ntime.sleep(60)"],
    "a call": [linear("    time.sleep(60)")],
    "the cells": ["import time\ntime.sleep(60)"] * 5,
}


@pytest.mark.parametrize("delay_s", [0.0, 9.0])
@pytest.mark.parametrize("what", ENDED_BY_THE_CLOCK)
def test_what_sleeps_too_long_is_hurried_only_if_others_kept_it_waiting(
    what: str, delay_s: float, grade_cells: GradeCells, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Delay, "look", lambda self: delay_s)
    monkeypatch.setattr(NotebookRun, "_lost_s", lambda self: delay_s)
    grade = grade_cells(*ENDED_BY_THE_CLOCK[what], limits=replace(SHORT, cell_timeout_s=0.3))
    assert grade.hurried == (delay_s > 0)


@pytest.mark.parametrize("waited_s", [0.01, 1.0])
def test_what_the_processes_of_a_notebook_waited_together_says_whether_its_whole_time_was_its_own(
    waited_s: float, grade_cells: GradeCells, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Delay, "look", lambda self: 0.0)
    monkeypatch.setattr(Kernel, "waited_s", lambda self: waited_s)
    monkeypatch.setattr(notebook_run, "waited_s", lambda now, before: 0.0)  # the grader's own
    cells = ["import time\ntime.sleep(60)"] * 5
    assert grade_cells(*cells, limits=replace(SHORT, cell_timeout_s=0.3)).hurried == (waited_s > 0.04)


def pause(session: Session, after_s: float, seconds: float) -> None:
    """What a neighbour does that takes all processors: nothing of the kernel runs for a while."""
    time.sleep(after_s)
    assert session._run.kernel is not None
    with contextlib.suppress(ProcessLookupError):
        os.kill(session._run.kernel._pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(session._run.kernel._pid, signal.SIGCONT)


@pytest.mark.skipif(sys.platform != "linux", reason="processor time of another process is read on Linux only")
def test_a_cell_is_not_out_of_time_because_neighbours_have_the_processor(warm: ForkServerClient | None) -> None:
    cells = [Cell(0, "x = 1"), Cell(1, "import time\ntime.sleep(0.5)\nprint('Ż')"), Cell(2, "while True: pass")]
    limits = Limits(cell_timeout_s=1.0, call_timeout_s=1.0, total_timeout_s=60.0)
    session = Session(Notebook("n", "n", "0" * 64, tuple(cells)), Config(limits=limits), warm)
    try:
        session._run.ready()
        neighbour = threading.Thread(target=pause, args=(session, 0.2, 1.3))
        neighbour.start()
        session.run()
        neighbour.join()
        assert [cell.status for cell in session.cells] == [CellStatus.OK, CellStatus.OK, CellStatus.TIMED_OUT]
    finally:
        session.close()


def test_many_notebooks_of_one_participant_share_a_few_times_the_limit(
    course: Course, suite: Suite, tmp_path: Path, warm: ForkServerClient | None
) -> None:
    names = [f"wersja {number} Żółci.ipynb" for number in range(12)]
    for name in names:
        (tmp_path / name).write_text(notebook_text("import time\ntime.sleep(30)"), "utf-8")
    files = [File(str(tmp_path / name), name) for name in names]
    limits = replace(SHORT, total_timeout_s=1.0)
    grader = Grader(course, suite, Config(lang="en", limits=limits), warm)
    with at_most(MAX_TIMED_ATTEMPTS * 1.0 + GRACE_S):
        grade: Grade = grader.grade(Submission("Żółć", "x", tuple((file,) for file in files)))
    assert grade.hurried
    assert not grade.faulted


def test_what_is_beyond_the_bytes_of_a_submission_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, course: Course, suite: Suite
) -> None:
    monkeypatch.setattr(submitted, "MAX_READ_MIB", 1)
    right = notebook_text("def get_linear_forward(x, w, b):\n    return w * x + b")
    files = []
    for number, text in enumerate([right, " " * (2 << 20), right]):
        files.append(File(str(tmp_path / f"{number}.ipynb"), f"{number}.ipynb"))
        files[-1].path.write_text(text, "utf-8")
    handed_in = Submission("Ada", "x", tuple((file,) for file in files))
    statuses = [notebook.status for notebook in read_submission(handed_in).notebooks]
    assert statuses == [SubmissionStatus.GRADED, SubmissionStatus.UNREADABLE, SubmissionStatus.UNREADABLE]
    grade = Grader(course, suite, Config(limits=QUICK)).grade(handed_in)
    assert result(grade, "1a").status is ExerciseStatus.PASSED
