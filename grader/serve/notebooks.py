"""What arrives at the door: a notebook, of which only the cells are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.i18n import Message, Text, msg
from grader.model import SubmissionStatus
from grader.output import clean
from grader.submissions import json_text, layouts
from grader.submissions.nbformat_versions import cells_of, kind, source_of
from grader.submissions.notebook import read_notebook
from grader.submissions.platforms.owner import compose

MAX_MIB = 20
MAX_SOURCE_BYTES = 2 << 20
_TOO_LARGE = msg(
    "The notebook's text is larger than {limit} MB without its outputs. Delete what you don't need.",
    limit=MAX_SOURCE_BYTES >> 20,
)
_KERNEL = ("kernelspec", "language_info")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A notebook that can be graded.

    Attributes:
        data: The notebook without outputs and without anything that its author did not write.
        exercise: The exercise whose id is in the file's name; empty for a notebook of all exercises.
    """

    data: bytes
    exercise: str


def receive(data: bytes, name: str, exercises: Sequence[str]) -> Arrived | Text:
    """The notebook in what was handed in, or what to tell whoever did. Time goes with the size: not in the event
    loop. `name`: that of the file; without one, that which Colab has noted in the notebook."""
    seen = read_notebook(data, "", "")
    if seen.status is not SubmissionStatus.GRADED:
        return seen.reason or ""
    text = json_text.decode(data)
    parsed = text if isinstance(text, Message) else json_text.parse(text)
    assert not isinstance(parsed, Message)  # or it could not have been read
    kept = json.dumps(_strip(parsed), ensure_ascii=False, indent=1).encode()
    if len(kept) > MAX_SOURCE_BYTES:
        return _TOO_LARGE
    return Arrived(kept, exercise_of(name or _name_in_colab(parsed), exercises))


def exercise_of(name: str, exercises: Sequence[str]) -> str:
    """The exercise that the name of a file names, as of one of those notebooks that have an exercise each."""
    stem = compose(name.replace("\\", "/").rpartition("/")[2])
    stem = stem[: -len(".ipynb")] if stem.lower().endswith(".ipynb") else stem
    return layouts.exercise(layouts.base(stem), exercises, strict=True) or ""


def _name_in_colab(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata")
    colab = metadata.get("colab") if isinstance(metadata, dict) else None
    name = colab.get("name") if isinstance(colab, dict) else None
    return name if isinstance(name, str) else ""


def _strip(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Its cells as nbformat 4 has them, in their places, and which language they are in."""
    metadata = notebook.get("metadata")
    known = {name: _plain(metadata[name]) for name in _KERNEL if name in metadata} if isinstance(metadata, dict) else {}
    return {
        "cells": [_cell(cell) for cell in cells_of(notebook)],
        "metadata": known,
        "nbformat": 4,
        "nbformat_minor": 4,
    }


def _plain(value: Any) -> dict[str, str]:
    """What there is to know of a kernel or a language."""
    names = ("name", "language", "version")
    return (
        {name: clean(value[name])[:40] for name in names if isinstance(value.get(name), str)}
        if isinstance(value, dict)
        else {}
    )


def _cell(cell: Any) -> dict[str, Any]:
    source = clean((source_of(cell) if isinstance(cell, dict) else None) or "")
    if kind(cell) == "code":
        return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
    return {"cell_type": "raw" if kind(cell) == "raw" else "markdown", "metadata": {}, "source": source}
