"""The cells of a notebook in each version of nbformat, from 1 to 4 (and what says that it is 5 or newer)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.i18n import Message, msg

MAX_CELLS = 10_000
KINDS = ("code", "markdown", "raw")
_OLD_KINDS = ("markdown", "raw", "heading", "html", "text")


def has_cells(notebook: Mapping[str, Any]) -> bool:
    """Whether there is a list of cells, or of worksheets (nbformat 2 and 3)."""
    return _is_list(notebook, "cells") or _is_list(notebook, "worksheets")


def refuse_format(notebook: Mapping[str, Any]) -> Message | None:
    """Why the notebook can't be read: its format is too new, or it has too many cells."""
    return _refuse_newer(notebook) or _refuse_crowded(notebook)


def cells_of(notebook: Mapping[str, Any]) -> Sequence[Any]:
    """All cells in order, as nbformat 4 has them. Nothing is promised about what is malformed."""
    if _major(notebook) == 4:
        cells: Sequence[Any] = notebook["cells"]
        return cells
    return _upgrade(notebook)


def source_key(notebook: Mapping[str, Any]) -> str:
    """The key under which a code cell of the file has its source."""
    return next((key for _, key in _layout(notebook)), "source")


def kind(cell: object) -> object:
    """What the cell says it is; None if it says nothing."""
    return cell.get("cell_type") if isinstance(cell, dict) else None


def source_of(cell: Mapping[str, Any]) -> str | None:
    """The source of a cell of nbformat 4, None if it is neither a string nor a list of strings."""
    return join_source(cell.get("source"), "source")


def join_source(source: object, key: str) -> str | None:
    """A source as one string, None if it is neither a string nor a list of strings."""
    if isinstance(source, str):
        return source
    if not isinstance(source, list) or not all(isinstance(line, str) for line in source):
        return None
    # Before nbformat 4 the lines of a list may lack their line ends.
    bare = key != "source" and source and not source[0].endswith(("\n", "\r"))
    return ("\n" if bare else "").join(source)


def _refuse_newer(notebook: Mapping[str, Any]) -> Message | None:
    version = notebook.get("nbformat")
    if not isinstance(version, float) or not version >= 5:
        return None
    return msg(
        "The notebook was made by a newer program (notebook format {version}) than can be read here. "
        "Open it in Colab and choose File > Download > Download .ipynb.",
        version=version,
    )


def _refuse_crowded(notebook: Mapping[str, Any]) -> Message | None:
    count = sum(len(cells) for cells, _ in _layout(notebook))
    if count <= MAX_CELLS:
        return None
    return msg(
        "The notebook has {count} cells; the limit is {limit}. Delete those you don't need.",
        count=count,
        limit=MAX_CELLS,
    )


def _major(notebook: Mapping[str, Any]) -> int:
    """1, 3 (2 is like it) or 4. The keys that the notebook has count for more than the number that it states."""
    stated = notebook.get("nbformat")
    if stated == 1.0 and _is_list(notebook, "cells"):
        return 1
    if _is_list(notebook, "worksheets") and (stated in (2.0, 3.0) or not _is_list(notebook, "cells")):
        return 3
    return 4


def _layout(notebook: Mapping[str, Any]) -> Iterator[tuple[list[Any], str]]:
    """Each list of cells with the key of its code cells' sources."""
    major = _major(notebook)
    if major == 3:
        sheets = (sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict))
        yield from ((sheet["cells"], "input") for sheet in sheets if _is_list(sheet, "cells"))
    else:
        yield notebook["cells"], "code" if major == 1 else "source"


def _upgrade(notebook: Mapping[str, Any]) -> Sequence[Any]:
    """Upgrade with nbformat.convert. It gets only kinds and sources, because it fails on malformed parts."""
    from nbformat import convert, from_dict

    old = [_old_cell(cell, key) for cells, key in _layout(notebook) for cell in cells]
    if _major(notebook) == 1:
        upgraded = convert(from_dict({"nbformat": 1, "cells": old}), 4)
    else:
        sheets = [{"metadata": {}, "cells": old}]
        trimmed = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": sheets}
        upgraded = convert(from_dict(trimmed), 4)
    upgraded_cells: Sequence[Any] = upgraded.cells
    return upgraded_cells


def _old_cell(cell: object, key: str) -> dict[str, Any]:
    cell_kind = kind(cell)
    if cell_kind == "code" and isinstance(cell, dict):
        source = join_source(cell.get(key), key)
        return {"cell_type": "code", "language": "python", "metadata": {}, "outputs": [], key: source}
    known = cell_kind in _OLD_KINDS or key == "code"  # nbformat 1 can't upgrade an unknown kind
    text_kind = "text" if key == "code" else "markdown"
    return {"cell_type": text_kind if known else "unknown", "metadata": {}, "source": ""}


def _is_list(value: Mapping[str, Any], key: str) -> bool:
    return isinstance(value.get(key), list)
