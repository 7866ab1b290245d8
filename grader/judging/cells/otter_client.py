"""The cells that otter puts into participants' notebooks, for the client that is not needed here."""

from __future__ import annotations

import re
from dataclasses import replace

from grader.model import Cell, Notebook

_CHECK = re.compile(r"grader\.check\(\s*(['\"])(?P<question>[^'\"]+)\1\s*\)")
_CLIENT = re.compile(
    r"import otter|grader\s*=\s*otter\.Notebook\(.*\)|grader\.(?:check_all|export)\(.*\)"
    r"|[%!]\s*pip install\b.*\botter\b.*"
)


def without_client(notebook: Notebook) -> Notebook:
    """The notebook without cells that only call otter's client. A check of a question is called as its tests are."""
    kept = [found for cell in notebook.cells if (found := _told(cell)) is not None]
    return replace(notebook, cells=tuple(kept)) if kept != list(notebook.cells) else notebook


def _told(cell: Cell) -> Cell | None:
    lines = [line.strip() for line in cell.source.splitlines() if line.strip() and not line.strip().startswith("#")]
    check = _CHECK.fullmatch(lines[0]) if len(lines) == 1 else None
    if check:
        return replace(cell, source="", ids=(*cell.ids, check["question"]))
    return None if lines and all(map(_CLIENT.fullmatch, lines)) else cell
