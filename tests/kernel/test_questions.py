"""A function that is called finds what a cell finds, and cells can run between calls."""

from __future__ import annotations

import ast

import IPython
import pytest

from grader.kernel.fork_client import ForkServerClient, available
from grader.kernel.kernel import Kernel
from grader.kernel.protocol import messages
from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.timer import time_limit
from grader.model import Cell
from tests.conftest import QUICK

LIMIT = time_limit(10)
LOOK = """
def patrz():
    import asyncio, builtins, getpass, sys
    said = []
    for ask in (input, getpass.getpass):
        try:
            ask("ile? ")
        except BaseException as error:
            said.append(f"{type(error).__name__}: {error}")
    said += [hasattr(builtins, name) for name in ("display", "get_ipython", "__IPYTHON__", "exit")]
    said.append(sys.displayhook is get_ipython().displayhook)
    return [*said, asyncio.get_running_loop().is_running()]
print(patrz())
"""


def called(kernel: Kernel) -> object:
    request = messages.Calls(1, "0.0..patrz", [messages.Case([], [])], False, [], 1)
    (outcome,), died = kernel.calls(request, LIMIT)
    assert outcome is not None
    assert died is None
    assert not isinstance(outcome.result, messages.Raised | messages.Timeout), outcome.result
    return decode(outcome.result)


@pytest.mark.parametrize("kind", ["forked", "cold"])
def test_a_function_finds_when_it_is_called_what_a_cell_finds(kind: str) -> None:
    if kind == "forked" and not available():
        pytest.skip("no warm processes here")
    with ForkServerClient() as server:
        kernel = Kernel(QUICK, SandboxSettings(), server if kind == "forked" else None)
        try:
            printed = kernel.run_cell(Cell(0, LOOK), LIMIT).printed
            expected = ast.literal_eval(printed)
            assert expected[0].startswith("StdinNotImplementedError")
            assert called(kernel) == expected
            again = kernel.run_cell(Cell(1, "import sys\nsys.stdout = open('wydruk.txt', 'w')\nprint(patrz())"), LIMIT)
            assert (again.error, again.printed) == (None, "")
            assert called(kernel) == expected
            assert kernel.run_cell(Cell(2, "sys.stdout.name"), LIMIT).printed == "'wydruk.txt'"
        finally:
            kernel.close()


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_what_the_first_traceback_needs_is_loaded_once_a_kernel_has_been_forked() -> None:
    source = "import sys\nprint('pygments.formatters' in sys.modules)"
    with ForkServerClient() as server:
        loaded = []
        for _ in range(2):
            kernel = Kernel(QUICK, SandboxSettings(), server)
            loaded.append(kernel.run_cell(Cell(0, source), LIMIT).printed)
            failed = kernel.run_cell(Cell(1, "def f():\n    1 / 0\nf()"), LIMIT)
            kernel.close()
            assert (failed.error, failed.line, failed.code) == ("ZeroDivisionError: division by zero", 3, "f()")
    with_the_shell = IPython.version_info[0] < 9  # which loads it itself
    assert loaded == [f"{with_the_shell}\n", "True\n"]
