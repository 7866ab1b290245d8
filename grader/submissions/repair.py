"""Make a valid notebook of nbformat 4.5 from one that was handed in, for a copy with results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode, ValidationError

from grader.output import without_surrogates
from grader.submissions.nbformat_versions import cells_of, join_source

_KEYS: Mapping[str, tuple[str, ...]] = {
    "code": ("metadata", "outputs", "execution_count"),
    "markdown": ("metadata", "attachments"),
    "raw": ("metadata", "attachments"),
}
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MAX_DIGITS = 18


def valid_notebook(text: str) -> NotebookNode:
    """The notebook in `text`, which `read_notebook` has accepted, with all of its cells in their order. Metadata and
    outputs are kept, except what no version of the format allows."""
    parsed: dict[str, Any] = json.loads(text, strict=False, parse_int=_number, parse_constant=lambda name: None)
    taken: set[str] = set()
    cells = [_cell(entry, index, taken) for index, entry in enumerate(_as_4(parsed))]
    metadata = parsed.get("metadata")
    notebook = nbformat.from_dict(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": metadata if isinstance(metadata, dict) else {},
            "cells": cells,
        }
    )
    if not _is_valid(notebook, "notebook"):
        notebook.cells = [_without_invalid_parts(cell) for cell in notebook.cells]
        notebook.metadata = _valid_metadata(notebook.metadata)
    nbformat.validate(notebook)
    return notebook


def _as_4(parsed: dict[str, Any]) -> Sequence[Any]:
    """The cells as nbformat 4 has them. Those of an older format keep their texts and outputs if these are valid."""
    cells: Sequence[Any] = cells_of(parsed)
    if not isinstance(parsed.get("worksheets"), list) and parsed.get("nbformat") != 1:
        return cells
    try:
        upgraded: list[Any] = list(nbformat.convert(nbformat.from_dict(parsed), 4).cells)
    except (AttributeError, KeyError, TypeError, ValueError, ValidationError):  # nbformat fails on malformed parts
        return cells
    return upgraded if len(upgraded) == len(cells) else cells


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def _cell(entry: object, index: int, taken: set[str]) -> dict[str, Any]:
    """The cell with the keys that its kind has. One of an unknown kind becomes a raw cell."""
    given = entry if isinstance(entry, dict) else {}
    kind = str(given.get("cell_type"))
    kind = kind if kind in _KEYS else "raw"
    cell = {key: given[key] for key in _KEYS[kind] if key in given}
    cell = {"id": _id(given.get("id"), index, taken), "cell_type": kind, "metadata": {}, **cell}
    cell["source"] = without_surrogates(join_source(given.get("source"), "source") or "")
    return {"outputs": [], "execution_count": None, **cell} if kind == "code" else cell


def _id(given: object, index: int, taken: set[str]) -> str:
    id = given if isinstance(given, str) and _ID.fullmatch(given) and given not in taken else f"cell-{index}"
    while id in taken:
        id += "_"
    taken.add(id)
    return id


def _without_invalid_parts(cell: NotebookNode) -> NotebookNode:
    """The cell without the parts that the format does not allow."""
    ref = f"{cell.cell_type}_cell"
    for key, bare in (("metadata", {}), ("attachments", {}), ("execution_count", None), ("outputs", [])):
        if key in cell and not _is_valid(_only(cell, key), ref):
            cell[key] = list(_valid_outputs(cell[key])) if key == "outputs" else bare
    return cell


def _only(cell: NotebookNode, key: str) -> NotebookNode:
    """A cell of the same kind with one part and an empty source."""
    plain: dict[str, Any] = {"id": cell.id, "cell_type": cell.cell_type, "metadata": {}, "source": ""}
    code: dict[str, Any] = {"outputs": [], "execution_count": None} if cell.cell_type == "code" else {}
    return nbformat.from_dict({**plain, **code, key: cell[key]})


def _valid_outputs(outputs: object) -> Iterator[Any]:
    for output in outputs if isinstance(outputs, list) else ():
        if output is not None and _is_valid(output, "output"):  # nbformat takes None for a missing argument
            yield output


def _valid_metadata(metadata: Mapping[str, Any]) -> NotebookNode:
    """The entries that the format allows."""
    base = {"nbformat": 4, "nbformat_minor": 5, "cells": []}
    kept = {key: value for key, value in metadata.items() if _is_valid({**base, "metadata": {key: value}}, "notebook")}
    return nbformat.from_dict(kept)


def _is_valid(part: Any, ref: str) -> bool:
    try:
        if ref == "notebook":
            nbformat.validate(nbformat.from_dict(part))
        else:
            nbformat.validate(part, ref=ref, version=4, version_minor=5)
    except ValidationError:
        return False
    return True
