"""Whatever a cell breaks in the kernel's own handler, the kernel replies, and the reply holds the cell's error."""

from __future__ import annotations

import sys

import pytest

from tests.conftest import GradeCells

GROUP = "" if sys.version_info >= (3, 11) else "from exceptiongroup import ExceptionGroup\n"
NO_FLUSH = """
class Tee:
    def __init__(self, stream): self.stream = stream
    def write(self, text): return self.stream.write(text)
"""
ENDINGS = {
    # What each cell does, and the beginning of the error that it ends with; None where it ends well.
    "import asyncio\nawait asyncio.sleep(0)\nprint('Ż')": None,
    "async def numbers():\n    yield 1\nasync for n in numbers():\n    n / 0": "ZeroDivisionError: ",
    "async with asyncio.Lock():\n    raise KeyError('ż')": "KeyError: 'ż'",
    "raise asyncio.CancelledError": "CancelledError",
    f"{GROUP}raise ExceptionGroup('grupa', [ValueError(1)])": "ExceptionGroup: grupa (1 sub-exception)",
    f"{GROUP}raise TypeError('text') from ExceptionGroup('grupa', [ValueError(1)])": "TypeError: text",
    "try:\n    raise ExceptionGroup('g', [ValueError(1)])\nexcept Exception:\n    1 / 0": "ZeroDivisionError: ",
    "raise ValueError('\\ud800 a')": "ValueError: ? a",
    "print('\\ud800', '\\udc80')": None,
    "'\\udc80'": None,
    "display({'text/plain': '\\ud800', '\\udc80': '\\udfff'}, raw=True)": None,
    "class A(Exception):\n    def __str__(self): raise SystemExit\nraise A": "",
    "from IPython.display import HTML\nHTML('x' * (20 << 20))": None,
    "1 / 0": "ZeroDivisionError: division by zero",
    f"import sys\nown = sys.stdout, sys.stderr\n{NO_FLUSH}\nsys.stdout = Tee(sys.stdout)\nprint(1)": None,
    "'a value on a stream without a flush'": None,
    "raise ValueError('on a stream without a flush')": "ValueError: on a stream",
    "class Stubborn:\n    write = print\n    def flush(self): raise SystemExit\nsys.stderr = Stubborn()": None,
    "sys.stdout = sys.stderr = None": None,
    "2 + 2": None,
    "raise ValueError('without a stream')": "ValueError: without a stream",
    "sys.stdout, sys.stderr = 5, []": None,
    "sys.stdout, sys.stderr = own": None,
    "asyncio.get_event_loop().stop()": None,
    "await asyncio.sleep(0.01)\nasyncio.get_event_loop().stop()": None,
}


def test_each_cell_ends_as_it_would_in_jupyter_whatever_the_cells_above_have_broken(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    grade = grade_cells(*ENDINGS, *solutions.values())
    ended = dict(zip(ENDINGS, grade.cells[1:], strict=False))
    for source, wanted in ENDINGS.items():
        error = ended[source].error
        assert (error is None) if wanted is None else (error or "").startswith(wanted), (source, ended[source])
        assert ended[source].status.value == ("ok" if wanted is None else "error"), source
    assert "Ż" in ended[next(iter(ENDINGS))].printed
    assert (grade.score, grade.bonus) == (18, 4)


BROKEN = {
    "session": "get_ipython().kernel.session.send = None",
    "traceback": "get_ipython()._showtraceback = None\n1 / 0",
    "payload": "get_ipython().payload_manager = None",
    "hooks": "get_ipython().kernel.post_handler_hook = get_ipython().kernel.pre_handler_hook = None",
    "exit": "import signal\nsignal.signal(signal.SIGINT, lambda *a: exit())\nsignal.raise_signal(signal.SIGINT)",
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_a_cell_breaks_in_the_kernel_itself_costs_that_cell_only(
    broken: str, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    grade = grade_cells(*list(solutions.values())[:3], BROKEN[broken], *list(solutions.values())[3:])
    assert (grade.score, grade.bonus) == (18, 4)
