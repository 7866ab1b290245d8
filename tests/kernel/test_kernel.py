"""A kernel that starts can run a notebook, and its start leaves no trace in it; one that can't is nobody's mistake."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from grader.cli import doctor
from grader.config import Config
from grader.course.course import Course
from grader.errors import KernelStartError
from grader.i18n import LANGUAGES, render
from grader.judging.suite import Suite
from grader.kernel.cells import CellRunner
from grader.kernel.fork_client import ForkServerClient, available
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.provisioner import ColdProcess
from grader.kernel.timer import time_limit
from grader.model import Cell, ExerciseStatus, SubmissionStatus
from tests.conftest import QUICK, grade_file

LIMIT = time_limit(5)


def test_however_often_the_grader_asks_whether_it_has_answered_random_numbers_are_the_same() -> None:
    kernel = Kernel(QUICK, SandboxSettings())
    try:
        for _ in range(3):
            kernel._client.kc.settle()
        printed = kernel.run_cell(
            Cell(0, "import random\nprint(random.getstate() == random.Random(0).getstate())"), LIMIT
        )
    finally:
        kernel.close()
    assert printed.printed == "True\n"


# How a kernel that starts is of no use on this machine: Python that runs in it before anything else, and what the
# grader says then. A reason of its own for each, so that none fails for another one, as a module that was renamed.
USELESS = {
    "no-temporary-folder": ("import tempfile; tempfile.tempdir = '/nowhere'", "needs: FileNotFoundError: .*'/nowhere/"),
    "temporary-files-fail": (
        "import tempfile; tempfile.NamedTemporaryFile = None",
        "needs: TypeError: 'NoneType' object is not",
    ),
    "ipython-fails": (
        "import IPython.core.compilerop as c; c.CachingCompiler.get_code_name = None\n"
        "import ipykernel.compiler as c; c.XCachingCompiler.get_code_name = None",
        r"get_code_name\((?s:.)*TypeError: 'NoneType' object is not callable",
    ),
    "history-fails": (
        "from IPython.core.interactiveshell import InteractiveShell as s; s.logger = property(lambda s: 1 / 0, lambda *_: None)",
        r"\.logger(?s:.)*ZeroDivisionError",
    ),
    "hangs": (
        "from grader.kernel.inside import agent; agent._canary = lambda *_: __import__('time').sleep(60)",
        "it does not answer within 3 s",
    ),
    "dies": (
        "from grader.kernel.inside import agent; agent._canary = lambda *_: __import__('os')._exit(1)",
        "did not start: end of stream",
    ),
    "lies": ("from grader.kernel.inside import agent; agent._canary = lambda *_: 3", r"1 \+ 1 is not 2"),
}


def begin_with(python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cold kernels run this first."""
    main = "import sys; from grader.kernel.inside import boot; boot.main(sys.argv[1])"

    def process(argv: list[str], *rest: Any) -> ColdProcess:
        return ColdProcess([argv[0], "-c", f"{python}\n{main}", argv[-1]], *rest)

    monkeypatch.setattr("grader.kernel.kernel.ColdProcess", process)


def test_a_kernel_that_does_not_answer_in_time_is_the_machines_fault_on_every_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On Python 3.10 asyncio has a TimeoutError of its own."""

    async def wait_in_vain(runner: CellRunner) -> None:
        await asyncio.wait_for(asyncio.sleep(60), 0.01)

    monkeypatch.setattr(CellRunner, "async_start_new_kernel", wait_in_vain)
    with pytest.raises(KernelStartError, match="it does not answer within"):
        doctor.try_kernels(Config(kernel="cold"))


@pytest.mark.parametrize("how", USELESS)
def test_a_kernel_that_can_run_no_notebook_is_nobodys_mistake(
    how: str, course: Course, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    python, reason = USELESS[how]
    begin_with(python, monkeypatch)
    monkeypatch.setattr("grader.kernel.kernel.START_TIMEOUT_S", 3.0)
    notebook = course.folder.parent / "tests" / "samples" / "solved.ipynb"
    graded = grade_file(notebook, course, suite, Config(limits=QUICK))
    assert graded.status is SubmissionStatus.GRADER_FAULT
    assert graded.faulted, "and the command exits with 3"
    assert (graded.cells, {item.status for item in graded.exercises}) == ((), {ExerciseStatus.NOT_RUN})
    said = {lang: render(graded.notes[0], lang) for lang in LANGUAGES}
    assert said["en"].startswith("This machine can't run notebooks.")
    assert said["pl"].startswith("Na tym komputerze nie da się uruchamiać notatników.")
    assert all(text.endswith("grade --doctor.") for text in said.values())
    with pytest.raises(KernelStartError, match=reason):
        doctor.try_kernels(Config(kernel="cold"))


SEEN = """
import gc, os, random, signal, sys, tempfile, threading, warnings
folder = os.path.dirname(os.path.dirname(os.getcwd()))
seen = [
    sorted(dir()), len(In), Out, get_ipython().execution_count, os.listdir('.'), os.listdir(os.environ['HOME']),
    sorted(sys.modules), random.getstate() == random.Random(0).getstate(), str(np.random.get_state()), signal.getsignal(2),
    sorted(os.environ), os.getcwd(), tempfile.gettempdir(), threading.active_count(), len(warnings.filters),
    sorted(vars(__import__('builtins'))), len(os.listdir('/proc/self/fd')) if sys.platform == 'linux' else 0,
    sys.stdout, sys.path, gc.isenabled(), sys.getrecursionlimit(),
]
import re
print(re.sub(', |0x[0-9a-f]+', '\\n', str(seen)).replace(folder, ''))
"""

UNTRIED = """from grader.kernel.inside import agent
from grader.kernel.protocol.messages import Outcome
from grader.kernel.protocol.encode import encode
def answer():
    channel = agent._agent.channel
    channel.send(Outcome(channel.receive().number, encode(2), '', False))
agent.try_out = answer"""


def test_what_is_tried_before_the_first_cell_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for first in ("", UNTRIED):
        begin_with(first, monkeypatch)
        kernel = Kernel(QUICK, SandboxSettings(without=["landlock"]))
        try:
            kernel.run_cell(Cell(0, "import numpy as np"), LIMIT)
            seen.append(kernel.run_cell(Cell(1, SEEN), LIMIT))
            assert kernel.describe().versions == []
        finally:
            kernel.close()
    assert [result.error for result in seen] == [None, None]
    tried, untried = (result.printed.splitlines() for result in seen)
    assert len(tried) > 1000, "modules too"
    assert tried == untried


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_one_kernel_is_tried_out_for_all_behind_the_same_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where their files are on the disk, each is: that may be full meanwhile."""
    asked: list[bool] = []
    fork = ForkServerClient.fork
    monkeypatch.setattr(
        ForkServerClient, "fork", lambda self, boot, *rest: asked.append(boot.tries_out) or fork(self, boot, *rest)
    )
    with ForkServerClient() as server:
        for sandbox in [SandboxSettings()] * 3 + [SandboxSettings(without=("mount",))] * 2:
            kernel = Kernel(QUICK, sandbox, server)
            printed = kernel.run_cell(Cell(0, "import tempfile\ntempfile.TemporaryFile()\nprint(1 + 1)"), LIMIT).printed
            in_memory = "mount" in kernel.walls
            kernel.close()
            assert printed == "2\n"
            if len(asked) == 1 and not in_memory:
                pytest.skip("no mount wall here")
    assert asked == [True, False, False, True, True]
