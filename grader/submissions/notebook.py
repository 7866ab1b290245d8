"""Read a participant's notebook. Whatever is wrong with the file is a status with a reason, never an exception."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from grader.i18n import Message, msg
from grader.model import Cell, Notebook, SubmissionStatus
from grader.output import clean
from grader.submissions import json_text
from grader.submissions.files import MIB, digest
from grader.submissions.language import python_2_note, refuse_language
from grader.submissions.line_numbers import source_lines
from grader.submissions.nbformat_versions import KINDS, cells_of, kind, refuse_format, source_key, source_of

LARGE_OUTPUTS_MIB = 20
_NO_CODE = msg(
    "There is no code in the notebook. If you have written some, save the notebook and download it again. "
    "In Colab: File > Download > Download .ipynb."
)
_SHOWN_NUMBERS = 10
MAX_TEXTS = 1_000
MAX_TEXT = 50_000  # characters of a text cell that are kept
MAX_ALL_TEXTS = 2_000_000  # characters of all of them
MAX_ID = 200


def read_notebook(data: bytes | Message, path: str, participant: str) -> Notebook:
    """The notebook in a file's contents, or in the reason why they can't be read. `path` is what reports call it."""
    notebook = Notebook(path, participant, digest(data))
    contents = _contents(data) if isinstance(data, bytes) else data
    if isinstance(contents, Message):
        return replace(notebook, status=SubmissionStatus.UNREADABLE, reason=contents)
    notebook = replace(notebook, cells=contents.cells, notes=contents.notes, texts=contents.texts)
    if contents.cells:
        return notebook
    return replace(notebook, status=SubmissionStatus.NO_EXERCISES, reason=_NO_CODE)


@dataclass(frozen=True, slots=True)
class _Contents:
    """What is taken from a file.

    Attributes:
        cells: The code cells that are not blank.
        notes: What the participant should know about the file.
        texts: The text cells.
    """

    cells: tuple[Cell, ...]
    notes: tuple[Message, ...]
    texts: tuple[Cell, ...]


def _contents(data: bytes) -> _Contents | Message:
    text = json_text.decode(data)
    if isinstance(text, Message):
        return text
    notebook = json_text.parse(text)
    if isinstance(notebook, Message):
        return notebook
    refusal = refuse_format(notebook) or refuse_language(notebook)
    if refusal is not None:
        return refusal
    cells = cells_of(notebook)
    sources = {index: source_of(cell) for index, cell in enumerate(cells) if kind(cell) == "code"}
    texts = {index: clean(source or "") for index, source in sources.items()}
    lines = _lines(text, notebook)
    code = tuple(
        Cell(index, source, lines.get(index), tuple(_ids(cells[index])))
        for index, source in texts.items()
        if source.strip()
    )
    python_2 = python_2_note(notebook)
    notes = [
        *_cell_notes(cells, sources, texts),
        *((python_2,) if python_2 is not None else ()),
        *_size_notes(len(data) - sum(len(text) for text in texts.values())),
    ]
    return _Contents(code, tuple(notes), tuple(_texts(cells)))


def _texts(cells: Sequence[Any]) -> Iterator[Cell]:
    """The text cells that are not blank, up to a limit of characters."""
    texts = ((index, cell) for index, cell in enumerate(cells) if kind(cell) in ("markdown", "raw"))
    left = MAX_ALL_TEXTS
    for index, cell in islice(texts, MAX_TEXTS):
        text = (source_of(cell) or "")[: min(MAX_TEXT, left)]
        left -= len(text)
        if text.strip():
            yield Cell(index, clean(text), ids=tuple(_ids(cell)))


def _ids(cell: Mapping[str, Any]) -> Iterator[str]:
    """The names of a cell: its own, the one that Colab keeps, and nbgrader's."""
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    names = (cell.get("id"), metadata.get("id"), nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None)
    yield from (name[:MAX_ID] for name in names if isinstance(name, str) and name)


def _lines(text: str, notebook: Mapping[str, Any]) -> dict[int, int | None]:
    """The line of the file where each cell's source begins; nothing for a large file, where the search is slow."""
    if len(text) > LARGE_OUTPUTS_MIB * MIB:
        return {}
    return dict(enumerate(source_lines(text, source_key(notebook))))


def _cell_notes(cells: Sequence[Any], sources: Mapping[int, str | None], texts: Mapping[int, str]) -> Iterator[Message]:
    unknown = [index for index, cell in enumerate(cells) if kind(cell) not in KINDS]
    if unknown:
        yield msg("Cells of an unknown kind were passed over: {cells}.", cells=_numbers(unknown))
    unread = [index for index, source in sources.items() if source is None]
    if unread:
        yield msg("Cells whose code can't be read were taken as empty: {cells}.", cells=_numbers(unread))
    replaced = [index for index, source in sources.items() if source is not None and source != texts[index]]
    if replaced:
        yield msg("Cells hold characters that no text can hold; they were replaced: {cells}.", cells=_numbers(replaced))


def _size_notes(rest_bytes: int) -> Iterator[Message]:
    if rest_bytes > LARGE_OUTPUTS_MIB * MIB:
        yield msg(
            "Outputs and pictures take up {size} MB of the notebook; they were passed over. "
            "Cleared outputs make it load faster.",
            size=rest_bytes // MIB,
        )


def _numbers(indices: Sequence[int]) -> str:
    """The numbers of cells from 1, as people count; of many, the first few."""
    shown = ", ".join(str(index + 1) for index in indices[:_SHOWN_NUMBERS])
    return shown + (", …" if len(indices) > _SHOWN_NUMBERS else "")
