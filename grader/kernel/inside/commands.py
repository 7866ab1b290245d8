"""Commands of IPython that a notebook may hold: harmless ones run, all others are noted and ignored."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

LINE_MAGICS = frozenset("time timeit who whos who_ls pinfo pinfo2 pdoc pdef psource reset precision".split())
CELL_MAGICS = frozenset("time timeit capture writefile file prun".split())
RUN_OPTIONS = frozenset("-i -n -e -t".split())
MAX_IGNORED = 100


class Commands:
    """Takes the place of a shell's ways to run commands. `ignored`: those not run, each with the index of its cell."""

    def __init__(self, shell: Any, current_cell: Callable[[], int]) -> None:
        self.ignored: list[tuple[str, int]] = []
        self._current_cell = current_cell
        self._line_magic, self._cell_magic = shell.run_line_magic, shell.run_cell_magic
        shell.run_line_magic, shell.run_cell_magic = self._run_line_magic, self._run_cell_magic
        shell.getoutput = self._get_output
        shell.system = shell.system_raw = shell.system_piped = lambda command: self._ignore(f"!{command}")
        shell.ask_exit = lambda: self._ignore("exit()")

    def _run_line_magic(self, name: str, line: str, _stack_depth: int = 1) -> Any:
        """`_stack_depth`: how many frames above is the cell, whose names the magic sets."""
        if name in LINE_MAGICS or (name == "run" and _is_script_there(line)):
            return self._line_magic(name, line, _stack_depth=_stack_depth + 1)
        return self._ignore(f"%{name} {line}")

    def _run_cell_magic(self, name: str, line: str, cell: str) -> Any:
        return self._cell_magic(name, line, cell) if name in CELL_MAGICS else self._ignore(f"%%{name} {line}")

    def _get_output(self, command: str, **_: Any) -> list[str]:
        self._ignore(f"!{command}")
        return []

    def _ignore(self, command: str) -> None:
        if _is_own(command):
            return
        if len(self.ignored) < MAX_IGNORED:
            self.ignored.append((command.strip()[:80], self._current_cell()))


def _is_own(command: str) -> bool:
    """Whether it is the grader's own, of which a report need not say that it was not run."""
    words = command.split()
    return words[:1] == ["%grade"] or words[:2] == ["%load_ext", "grader"]


def _is_script_there(line: str) -> bool:
    """Whether `%run` names a Python file that is there. A notebook in its place would run cells inside a cell."""
    words = line.split()
    names = [word.strip("'\"") for word in words if not word.startswith("-")]
    options = {word for word in words if word.startswith("-")}
    if not names or not options <= RUN_OPTIONS:
        return False
    name = names[0] if names[0].endswith(".py") else f"{names[0]}.py"
    return os.path.isfile(name)  # noqa: PTH113  Path raises an exception where a name is too long
