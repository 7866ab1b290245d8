"""Harmless commands of IPython run; all others are noted, and stop nothing."""

from __future__ import annotations

from grader.kernel.fork_client import ForkServerClient
from grader.kernel.inside.commands import MAX_IGNORED
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.timer import time_limit
from grader.model import Cell, CellStatus
from tests.conftest import QUICK


def ignored(warm: ForkServerClient | None, *sources: str) -> tuple[list[tuple[str, int]], list[str]]:
    """The commands that were not run, and what each cell printed. Every cell must have run to its end."""
    kernel = Kernel(QUICK, SandboxSettings(), warm)
    try:
        results = [kernel.run_cell(Cell(index, source), time_limit(5)) for index, source in enumerate(sources)]
        assert {result.status for result in results} == {CellStatus.OK}, results
        return kernel.describe().ignored, [result.printed for result in results]
    finally:
        kernel.close()


def test_commands_are_ignored_with_their_cell(warm: ForkServerClient | None) -> None:
    cells = ["!pip install numpy", "files = !ls\nprint(files)", "%cd /\nprint(1)", "%%bash\nls", "exit()\nprint(2)"]
    commands, printed = ignored(warm, *cells)
    assert commands == [("!pip install numpy", 0), ("!ls", 1), ("%cd /", 2), ("%%bash", 3), ("exit()", 4)]
    assert [printed[index] for index in (1, 2, 4)] == ["[]\n", "1\n", "2\n"]


def test_a_script_that_the_notebook_wrote_runs_and_no_other(warm: ForkServerClient | None) -> None:
    cells = ["%%writefile żółw.py\nx = 6", "%run żółw.py\nprint(x)", "%run -i 'żółw'\nprint(x)"]
    others = ["%run inny.py", "%run inny.ipynb", "%run", "%run -m timeit", f"%run {'ż' * 5000}", "%run \0.py"]
    commands, printed = ignored(warm, *cells, *others)
    assert printed[1:3] == ["6\n", "6\n"]
    assert [cell for _, cell in commands] == [*range(3, 9)]


def test_harmless_ones_run(warm: ForkServerClient | None) -> None:
    commands, printed = ignored(warm, "%time x = 6", "%%capture out\nprint(x)", "print(x, out.stdout)", "%who int")
    assert commands == []
    assert printed[2] == "6 6\n\n"
    assert "x" in printed[3]


def test_a_loop_of_commands_is_noted_up_to_a_limit(warm: ForkServerClient | None) -> None:
    commands, _ = ignored(warm, f"for i in range({MAX_IGNORED * 3}): get_ipython().system('ż' * 1000)")
    assert commands == [("!" + "ż" * 79, 0)] * MAX_IGNORED
