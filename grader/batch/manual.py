"""manual.csv: the points that a person gives. The first run writes a row for each unit, a later one reads them.

What the person wrote is never changed: rows are only added, and the mark of an answer is set where none stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from grader.batch.kept import version
from grader.batch.manual_table import NEEDED, ManualTable, Owners, Row, id_of
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import Text, msg, number, render
from grader.judging.by_hand import Mark, with_marks
from grader.model import CheckStatus, Grade
from grader.output import write_atomically
from grader.people import Sheet
from grader.report.gradebook import escape_formula
from grader.report.outline import KeptGrades, outline
from grader.report.same_work import lines_handed_out, work_of
from grader.report.sheets import write_rows
from grader.submissions.roster import read_cells

COLUMNS = (*NEEDED, "max_points", "title", "id", "answer")


@dataclass(frozen=True)
class Marks:
    """What a person has graded so far.

    Attributes:
        path: Where the table is.
        course: The course.
        table: The table; None where there is none yet.
    """

    path: Path
    course: Course
    table: ManualTable | None = None

    @cached_property
    def units(self) -> Mapping[str, tuple[float, Text]]:
        """The worth and the title of each unit."""
        return {
            exercise.unit(line): (line.max_points, line.title)
            for exercise in self.course.exercises
            for line in exercise.by_hand
        }

    def read(self) -> Marks:
        """The marks as the file has them now. Raise UsageError."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return replace(self, table=None)
        except OSError as error:
            text = msg("{file} can't be read: {error}", file=str(self.path), error=error.strerror or str(error))
            raise UsageError(text) from error
        sheet = read_cells(data, str(self.path))
        table = ManualTable(sheet, {unit: worth for unit, (worth, _) in self.units.items()}) if sheet.rows else None
        return replace(self, table=table)

    def apply(self, grades: Sequence[Grade]) -> Sequence[Grade]:
        """The grades with the points that were given."""
        given: dict[int, dict[str, Mark]] = {}
        for row, index in self._owned(grades):
            if row.mark is not None:
                given.setdefault(index, {})[row.unit] = row.mark
        if isinstance(grades, KeptGrades):
            return Marked(grades, given, self.course)
        return tuple(_marked(grade, given.get(index, {})) for index, grade in enumerate(grades))

    def remarks(self, grades: Sequence[Grade]) -> Iterator[Text]:
        """What the person should know: whose points count for nobody, and which answers are others by now. `grades`:
        before the marks were applied."""
        from grader.submissions.find import shorten

        owned = self._owned(grades)
        placed = {row.place for row, _ in owned}
        rows = self.table.rows if self.table is not None else ()
        lost = [f"{row.participant} ({row.unit})" for row in rows if row.mark and row.place not in placed]
        if lost:
            yield msg(
                "{file}: these points count for nobody, for it is not certain whose they are: {names}.",
                file=str(self.path),
                names=shorten(lost),
            )
        graded = _read_each([(row, index) for row, index in owned if row.mark and row.answer], grades)
        other = [f"{row.participant} ({row.unit})" for row, grade in graded if _is_other(row, grade)]
        if other:
            yield msg(
                "{file}: these answers have changed since they were graded: {names}. Their points count all the same. "
                "When you have looked again, clear the cell in the column `answer`.",
                file=str(self.path),
                names=shorten(other),
            )

    def write(self, grades: Sequence[Grade], lang: str) -> None:
        """Add rows for what is still to be graded. `grades`: before the marks were applied. Raise OutputError."""
        if not self.units:
            return
        sheet = self.table.sheet if self.table is not None else _new_sheet(str(self.path), lang)
        rows = [[*row] for row in sheet.rows]
        places = {name.strip().casefold(): place for place, name in enumerate(sheet.header)}
        owned = self._owned(grades)
        open_rows = [(row, index) for row, index in owned if row.mark is None or not row.answer]
        for row, grade in _read_each(open_rows, grades) if "answer" in places else ():
            rows[row.place] += [""] * (len(sheet.header) - len(rows[row.place]))
            rows[row.place][places["answer"]] = _digest(grade, row.unit)
        there = {(index, row.unit) for row, index in owned}
        for index, score in enumerate(_scores(grades)):
            units = [unit for unit in _to_grade(score) if (index, unit) not in there]
            grade = grades[index] if units else score
            for unit in units:
                cells = self._cells(grade, unit, lang)
                rows.append([cells.get(name.strip().casefold(), "") for name in sheet.header])
        if len(rows) > 1 and (self.table is None or rows != [[*row] for row in sheet.rows]):
            write_atomically(self.path, _encoded(rows, sheet))

    def _cells(self, grade: Grade, unit: str, lang: str) -> dict[str, str]:
        worth, title = self.units[unit]
        texts = {
            "participant": grade.notebook.participant,
            "title": render(title, "pl" if lang == "pl" else "en"),
            "id": id_of(grade),
        }
        return {
            **{name: escape_formula(text) for name, text in texts.items()},
            "unit": unit,
            "max_points": number(worth, "pl" if lang == "pl" else "en"),
            "answer": _digest(grade, unit),
        }

    def _owned(self, grades: Sequence[Grade]) -> list[tuple[Row, int]]:
        """The rows with the index of the grade that each is about."""
        if self.table is None:
            return []
        owners = Owners(_scores(grades))
        found = ((row, owners.of(row)) for row in self.table.rows)
        return [(row, index) for row, index in found if index is not None]


class Marked(KeptGrades):
    """Grades with the points that a person gave."""

    def __init__(self, grades: KeptGrades, given: Mapping[int, Mapping[str, Mark]], course: Course) -> None:
        self._grades, self._given = grades, given
        self.outlines, self.works = [*grades.outlines], [*grades.works]
        handed_out = lines_handed_out(course)
        for index in given:
            grade = self[index]
            self.outlines[index], self.works[index] = outline(grade, version(grade)), work_of(grade, handed_out)

    def read(self, place: int) -> Grade:
        return _marked(self._grades[place], self._given.get(place, {}))


def _scores(grades: Sequence[Grade]) -> Sequence[Grade]:
    """At least the names, and what waits for somebody, of each."""
    return [one.score for one in grades.outlines] if isinstance(grades, KeptGrades) else grades


def _read_each(rows: Sequence[tuple[Row, int]], grades: Sequence[Grade]) -> Iterator[tuple[Row, Grade]]:
    """The rows with their grades, each of which is read once for all rows of a person that stand together."""
    for index, group in groupby(rows, key=itemgetter(1)):
        grade = grades[index]
        yield from ((row, grade) for row, _ in group)


def _new_sheet(shown: str, lang: str) -> Sheet:
    """An empty table, as a spreadsheet program of the language opens it."""
    return Sheet(shown, (COLUMNS,), (), ";" if lang == "pl" else ",", mark="\ufeff")


def _encoded(rows: list[list[str]], sheet: Sheet) -> bytes:
    text = write_rows(rows, sheet)
    try:
        return text.encode(sheet.encoding)
    except UnicodeEncodeError:  # a name that the encoding of the file has no letters for
        return text.removeprefix("\ufeff").encode("utf-8-sig")


def _marked(grade: Grade, marks: Mapping[str, Mark]) -> Grade:
    return replace(grade, exercises=tuple(with_marks(one, marks) for one in grade.exercises)) if marks else grade


def _to_grade(grade: Grade) -> list[str]:
    """The units that wait for somebody."""
    checks = (check for exercise in grade.exercises for check in exercise.checks)
    return [check.id for check in checks if check.status is CheckStatus.BY_HAND]


def _is_other(row: Row, grade: Grade) -> bool:
    return bool(row.answer) and row.answer != _digest(grade, row.unit)


def _digest(grade: Grade, unit: str) -> str:
    """Of what there is to look at. A spreadsheet takes it for no number."""
    found = next((one for one in grade.exercises if any(check.id == unit for check in one.checks)), None)
    if found is None:
        return ""
    code = next((cell.source for cell in grade.notebook.cells if cell.index == found.cell), "")
    return "#" + hashlib.sha256((found.answer or code).encode("utf-8", "replace")).hexdigest()[:8]
