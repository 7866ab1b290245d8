"""manual.csv as it was read: its rows, and whose they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.errors import UsageError
from grader.i18n import msg
from grader.judging.by_hand import Mark
from grader.model import Grade
from grader.people import Sheet
from grader.report.gradebook import escape_formula
from grader.report.sheets import parse_number

NEEDED = ("participant", "unit", "points", "comment")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table.

    Attributes:
        place: Its index among the rows, the names of the columns being 0.
        participant, unit, id: Whose it is.
        answer: A short digest of what was there to grade when the row was last without points.
        mark: The points and the comment; None where the person has not written any points.
    """

    place: int
    participant: str
    unit: str
    id: str
    answer: str
    mark: Mark | None


class ManualTable:
    """The table, as it was read.

    Attributes:
        sheet: Its cells.
        rows: Those that say something.
    """

    def __init__(self, sheet: Sheet, units: Mapping[str, float]) -> None:
        """`units`: what each unit of the course is worth. Raise UsageError where a cell makes no sense."""
        self.sheet = sheet
        self.places = {name.strip().casefold(): place for place, name in enumerate(sheet.header)}
        lacking = [name for name in NEEDED if name not in self.places]
        if lacking:
            raise UsageError(
                msg(
                    "{file}: its first line lacks {columns}. It names the columns: {all}. Correct it, or rename the "
                    "file: a new one is then written.",
                    file=sheet.shown,
                    columns=", ".join(lacking),
                    all=", ".join(NEEDED),
                )
            )
        self.rows = tuple(self._row(place, units) for place, row in enumerate(sheet.rows) if place and any(row))
        self._refuse_doubles()

    def _row(self, place: int, units: Mapping[str, float]) -> Row:
        unit, points = self._cell(place, "unit"), self._cell(place, "points")
        mark = None
        if points:
            if unit not in units:
                raise UsageError(
                    msg(
                        "{file}, row {row}: nobody grades {unit} by hand in this course. There are: {all}.",
                        file=self.sheet.shown,
                        row=place + 1,
                        unit=unit,
                        all=", ".join(units),
                    )
                )
            mark = Mark(self._points(place, points, units[unit]), self._cell(place, "comment"))
        participant, id, answer = (self._cell(place, name) for name in ("participant", "id", "answer"))
        return Row(place, participant, unit, id, answer, mark)

    def _points(self, place: int, text: str, most: float) -> float:
        value = parse_number(text)
        if value is None or value > most:
            raise UsageError(
                msg(
                    "{file}, row {row}: the points are {points}. Write a number from 0 to {max}, or nothing as long as "
                    "it is not graded.",
                    file=self.sheet.shown,
                    row=place + 1,
                    points=text,
                    max=most,
                )
            )
        return value

    def _cell(self, place: int, name: str) -> str:
        row, at = self.sheet.rows[place], self.places.get(name)
        return row[at].strip() if at is not None and at < len(row) else ""

    def _refuse_doubles(self) -> None:
        given: dict[tuple[str, str, str], Row] = {}
        for row in self.rows:
            other = given.setdefault((row.participant, row.id, row.unit), row) if row.mark else row
            if other.mark != row.mark:
                raise UsageError(
                    msg(
                        "{file}: rows {row} and {other} give {participant} different points for {unit}. Keep one.",
                        file=self.sheet.shown,
                        row=other.place + 1,
                        other=row.place + 1,
                        participant=row.participant,
                        unit=row.unit,
                    )
                )


class Owners:
    """Whose the rows are."""

    def __init__(self, scores: Sequence[Grade]) -> None:
        """`scores`: at least the names of each grade."""
        self._scores = scores
        self._named: dict[str, list[int]] = defaultdict(list)
        for index, grade in enumerate(scores):
            for name in dict.fromkeys(names_of(grade)):
                self._named[name].append(index)

    def of(self, row: Row) -> int | None:
        """The index of the grade that it is about. A number must be theirs; a path may be an older one where nobody
        else has the name."""
        named = self._named.get(row.participant, [])
        exact = [index for index in named if row.id == id_of(self._scores[index])]
        if len(exact) == 1:
            return exact[0]
        if len(named) != 1 or exact:
            return None
        own = self._scores[named[0]].notebook.participant_id
        return named[0] if not own or row.id.lstrip("0") in ("", own.lstrip("0")) else None


def id_of(grade: Grade) -> str:
    """What tells namesakes apart."""
    return grade.notebook.participant_id or grade.notebook.path


def names_of(grade: Grade) -> tuple[str, str]:
    """The participant's name, and as a table has it."""
    name = grade.notebook.participant.strip()
    return name, escape_formula(name)
