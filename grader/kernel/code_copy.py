"""How one of our modules is started in a kernel's process, also by another Python, which has nothing of the grader."""

from __future__ import annotations

import sys
from pathlib import Path

from grader import PACKAGE

THERE = ("fork_server.py", "inside/*.py", "protocol/*.py", "sandbox/*.py")
"""What of grader/kernel runs in a kernel's process."""


def module_command(python: str, module: str, folder: Path) -> list[str]:
    """The command for one of our modules that run in a kernel's process. Its working folder must be `folder`.

    Another Python must find nothing else of the grader, so a copy of just those is put into `folder`, where it looks
    first of all.
    """
    if python:
        _copy_code(folder)
    return [python or sys.executable, "-m", module]


def hidden_from(python: str) -> tuple[str, ...]:
    """The grader's own folder, of which another Python knows only the copy: it might be able to read that."""
    return (str(PACKAGE),) if python else ()


def _copy_code(folder: Path) -> None:
    kernel = PACKAGE / "kernel"
    there = [path for pattern in THERE for path in kernel.glob(pattern)]
    for path in (PACKAGE / "__init__.py", kernel / "__init__.py", *there):
        copy = folder / "grader" / path.relative_to(PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
