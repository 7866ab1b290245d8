"""A notebook that was handed in, as the grader reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.i18n import Text
from grader.people import Id, main_id
from grader.statuses import SubmissionStatus


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell, or a text cell.

    Attributes:
        index: Counts all cells of the notebook from 0.
        source: The code.
        line: The line of the file where the code begins, from 1, if it is known.
        ids: What the file calls the cell: its id, and nbgrader's.
    """

    index: int
    source: str
    line: int | None = field(default=None, compare=False)
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One of several notebooks that are run as one.

    Attributes:
        name: The file's name.
        first: The index of its first cell in the whole.
        path: What reports call the file.
    """

    name: str
    first: int
    path: str


@dataclass(frozen=True, slots=True)
class Notebook:
    """A participant's notebook, read.

    Attributes:
        path: What reports call it.
        participant: The participant's name.
        sha256: The digest of the file's contents.
        cells: The code cells that are not blank.
        status: GRADED if it can be graded.
        reason: Why it can't be graded; None exactly if it can.
        notes: What the participant should know about the file.
        ids: The participant's numbers, from the learning platform's download and from the list of participants.
        email: The participant's address, from the list.
        parts: If several notebooks are run as one, each of them. Their cells are then numbered consecutively.
        texts: The text cells, until the notebook is judged.
        handed_in: When, as nbgrader has noted it; "" where nobody has.
    """

    path: str
    participant: str
    sha256: str
    cells: tuple[Cell, ...] = ()
    status: SubmissionStatus = SubmissionStatus.GRADED
    reason: Text | None = None
    notes: tuple[Text, ...] = ()
    ids: tuple[Id, ...] = ()
    email: str = ""
    parts: tuple[Part, ...] = ()
    texts: tuple[Cell, ...] = ()
    handed_in: str = ""

    @property
    def participant_id(self) -> str:
        """The participant's number on a learning platform, or on the list."""
        return main_id(self.ids)

    def part(self, index: int | None) -> Part | None:
        """The one of several notebooks that holds the cell with this index."""
        return next((part for part in reversed(self.parts) if index is not None and part.first <= index), None)

    def cell_label(self, index: int) -> int | str:
        """What people call a cell: its number from 1, with its file where there are several."""
        part = self.part(index)
        return index + 1 if part is None else f"{index - part.first + 1} ({part.name})"
