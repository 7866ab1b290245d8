"""The blocks of an otter assignment: which of its cells belong to which question, and to which part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.course.readers.otter_tests import read_yaml
from grader.course.readers.sources import RawCell, RawNotebook
from grader.errors import CourseError

_BOUNDARY = re.compile(r"#\s+(?P<edge>begin|end)\s+(?P<block>question|prompt|solution|tests)\b", re.IGNORECASE)
_CONFIG = re.compile(r"#\s+assignment\s+config\b", re.IGNORECASE)
_IGNORED = re.compile(r"#+\s*ignore\b", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*```otter[ \t]*\n(.*?)^[ \t]*```[ \t]*\n?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class BlockCell:
    """A cell that is not a boundary.

    Attributes:
        raw: The cell; at the end of a question its boundary.
        place: What messages call it.
        question: The settings of the question that it belongs to; None outside of questions.
        block: The innermost block: "question", "prompt", "solution", "tests"; empty outside of questions.
        ends: Whether this is no cell but the end of the question.
    """

    raw: RawCell
    place: str
    question: Mapping[str, Any] | None
    block: str
    ends: bool = False


def is_otters(notebook: RawNotebook) -> bool:
    """Whether a notebook is the source of an otter assignment."""
    return any(_is_config(cell) or _boundary(cell) for cell in _unfenced(notebook))


def settings(notebook: RawNotebook) -> Mapping[str, Any]:
    """The settings of the assignment, from all of its configuration cells."""
    found: dict[str, Any] = {}
    for cell in _unfenced(notebook):
        if _is_config(cell):
            found |= read_yaml(cell.source, _place(notebook, cell))
    return found


def blocks(notebook: RawNotebook) -> Iterator[BlockCell]:
    """Each cell with the question and block that it is in. Raise CourseError where boundaries don't match."""
    open_blocks: list[str] = []
    question: Mapping[str, Any] | None = None
    for cell in _unfenced(notebook):
        place, edge = _place(notebook, cell), _boundary(cell)
        if _IGNORED.match(cell.source) or _is_config(cell):
            continue
        if edge is None:
            yield BlockCell(cell, place, question, open_blocks[-1] if open_blocks else "")
            continue
        block = edge["block"].lower()
        if edge["edge"].lower() == "begin":
            _refuse_begin(block, open_blocks, place)
            open_blocks.append(block)
            question = _named(read_yaml(cell.source, place), place) if block == "question" else question
            continue
        _refuse_end(block, open_blocks, place)
        open_blocks.pop()
        if block == "question":
            yield BlockCell(cell, place, question, block, ends=True)
            question = None
    if open_blocks:
        _say_lacking(f"# END {open_blocks[-1].upper()}", f"{notebook.path}, end")


def _place(notebook: RawNotebook, cell: RawCell) -> str:
    return f"{notebook.path}, cell {cell.number}"


def _is_config(cell: RawCell) -> bool:
    return cell.kind == "raw" and _CONFIG.match(cell.source) is not None


def _boundary(cell: RawCell) -> re.Match[str] | None:
    return _BOUNDARY.match(cell.source) if cell.kind == "raw" else None


def _refuse_begin(block: str, open_blocks: Sequence[str], where: str) -> None:
    if (block == "question") != (not open_blocks) or len(open_blocks) > 1:
        inside = open_blocks[-1] if open_blocks else "question"
        _say_lacking(f"# END {inside.upper()}" if open_blocks else "# BEGIN QUESTION", where)


def _refuse_end(block: str, open_blocks: Sequence[str], where: str) -> None:
    if not open_blocks:
        _say_lacking(f"# BEGIN {block.upper()}", where)
    if open_blocks[-1] != block:
        _say_lacking(f"# END {open_blocks[-1].upper()}", where)


def _say_lacking(lacking: str, where: str) -> None:
    raise CourseError(
        "{where}: before it there should be a raw cell {lacking}. Add it", where=where, lacking=repr(lacking)
    )


def _named(question: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    if not question.get("name"):
        raise CourseError("{where}: the question has no name. Add a line such as `name: q1`", where=where)
    return question


def _unfenced(notebook: RawNotebook) -> Iterator[RawCell]:
    """The cells; of a text cell with fenced ```otter blocks, for editors without raw cells, each block as a raw one."""
    for cell in notebook.cells:
        if cell.kind != "markdown" or not _FENCE.search(cell.source):
            yield cell
            continue
        for at, piece in enumerate(_FENCE.split(cell.source)):
            if piece.strip():
                yield replace(cell, kind="raw" if at % 2 else "markdown", source=piece.strip("\n"))
