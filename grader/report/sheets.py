"""Filling in the very file that a platform exported, where it is the list of participants."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from grader.errors import UsageError
from grader.i18n import LANGUAGES, Text, msg, render
from grader.model import Grade
from grader.people import Namespace, Sheet, id_in
from grader.report.run import Run


@dataclass(frozen=True, slots=True)
class Filling:
    """A platform's file, and what goes into it.

    Attributes:
        sheet: The file as it was exported, with new columns where there are any.
        cells: What is written for a grade; nothing in the place of what is not certain.
        maximum: What the platform takes for all points; None where the file does not say.
        kept: What is never written over.
    """

    sheet: Sheet
    cells: Callable[[Grade], Mapping[int, str]]
    maximum: float | None = None
    kept: frozenset[str] = frozenset()

    def text(self, run: Run) -> str:
        """The file, filled in. Who handed in nothing, or whose row is not certain, keeps what stands there."""
        rows = [[*row] for row in self.sheet.rows]
        width = max(map(len, rows))
        for place, index in grades_by_row(self.sheet, run).items():
            row, grade = rows[place] + [""] * (width - len(rows[place])), run.grades[index]
            rows[place] = row
            for column, text in self.cells(grade).items() if not grade.faulted else ():
                row[column] = row[column] if row[column].strip() in self.kept else text
        return write_rows(rows, self.sheet)


def write_rows(rows: list[list[str]], sheet: Sheet) -> str:
    """The rows as the sheet writes its own."""
    out = io.StringIO()
    writer = partial(csv.writer, out, delimiter=sheet.delimiter, lineterminator=sheet.line_end)
    (writer(quoting=csv.QUOTE_ALL) if sheet.quotes_all else writer()).writerows(rows)
    return sheet.mark + out.getvalue()


def find_sheet(run: Run, platform: str, is_own: Callable[[Sheet], bool]) -> Sheet | None:
    """The list of participants that a platform exported. Raise UsageError if there are several."""
    found = [sheet for sheet in run.sheets if is_own(sheet)]
    if len(found) > 1:
        names = ", ".join(sheet.shown for sheet in found)
        text = msg(
            "only one file of {platform} can be filled in, and there are several: {names}. Name one: --roster FILE",
            platform=platform,
            names=names,
        )
        raise UsageError(text)
    return found[0] if found else None


def grades_by_row(sheet: Sheet, run: Run) -> dict[int, int]:
    """The indices of the grades by the places of their rows. A number that several people have in the file tells
    nobody's row."""
    graded = {_who(grade): index for index, grade in enumerate(run.scores)}
    times = Counter(id_in(person.ids, Namespace.ROSTER) for person in sheet.people)
    found = {}
    for place, person in enumerate(sheet.owners):
        id = "" if person is None else id_in(person.ids, Namespace.ROSTER)
        if person is not None and id and times[id] == 1 and (id, person.name, person.email) in graded:
            found[place] = graded[id, person.name, person.email]
    return found


def _who(grade: Grade) -> tuple[str, str, str]:
    """Whose row it is: a number alone may be another's on another list."""
    return id_in(grade.notebook.ids, Namespace.ROSTER), grade.notebook.participant, grade.notebook.email


def has_score(grade: Grade) -> bool:
    """Whether there is a certain score to report: no part of it is ungraded, or still to be graded by hand."""
    return not grade.faulted and not grade.open_points


def has_bonus(grade: Grade) -> bool:
    """The same of the bonus."""
    return not grade.faulted and not grade.ungraded_bonus


# ---- columns


@dataclass(frozen=True, slots=True)
class Column:
    """A column of points that the file has.

    Attributes:
        place: Where it is.
        worth: What it is worth, as the file has it; empty where it does not say.
    """

    place: int
    worth: str = ""


def titles(run: Run, bonus: bool = False) -> tuple[str, ...]:
    """What a column of the course may be called, the name for a new one first: it is the same in every language, so
    that a second import finds it."""
    names = (render(run.course.title, lang) for lang in ("en", *LANGUAGES))
    return tuple(dict.fromkeys(f"{name} (bonus)" if bonus else name for name in names))


def find_column(sheet: Sheet, run: Run, ending: str, bonus: bool = False) -> Column | None:
    """The column that has the course's title. Raise UsageError if there are several.

    `ending`: a regular expression for what the platform adds to the title; its group is what the column is worth.
    """
    names = "|".join(map(re.escape, titles(run, bonus)))
    matches = {place: re.fullmatch(f"(?:{names}){ending}", cell.strip()) for place, cell in enumerate(sheet.header)}
    found = [Column(place, (match.groups() or ("",))[0] or "") for place, match in matches.items() if match]
    if len(found) > 1:
        several = ", ".join(sheet.header[column.place] for column in found)
        text = msg(
            "{file}: several columns have the course's title: {several}. Keep one of them.",
            file=sheet.shown,
            several=several,
        )
        raise UsageError(text)
    return found[0] if found else None


def with_column(sheet: Sheet, place: int, cells: Mapping[int, str]) -> Sheet:
    """The sheet with one more column. `cells`: what stands in it, by rows; it is empty in the others."""
    rows = [
        (*row[:place], *[""] * (place - len(row)), cells.get(number, ""), *row[place:]) if row else row
        for number, row in enumerate(sheet.rows)
    ]
    return replace(sheet, rows=tuple(rows))


def fill_points(
    sheet: Sheet, run: Run, score: Column, bonus: Column | None = None, kept: frozenset[str] = frozenset()
) -> Filling:
    """A filling of the points, and of the bonus by the same scale."""
    maximum = parse_number(score.worth)

    def cells(grade: Grade) -> dict[int, str]:
        points = {score.place: grade.score} if has_score(grade) else {}
        points |= {bonus.place: grade.bonus} if bonus and has_bonus(grade) else {}
        return {place: number(scaled(value, run, maximum), like=score.worth) for place, value in points.items()}

    return Filling(sheet, cells, maximum, kept)


# ---- numbers


def scaled(points: float, run: Run, maximum: float | None) -> float:
    """The points as the platform counts them."""
    return points if maximum is None or not run.max_score else points * maximum / run.max_score


def number(value: float, like: str = "") -> str:
    """A number with at most two decimals. `like`: a number of the file, whose decimal sign is taken."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if "," in like else text


def parse_number(text: str) -> float | None:
    """The number in a cell, with either decimal sign."""
    compact = "".join(text.split()).replace(",", ".")
    return float(compact) if re.fullmatch(r"\d+(\.\d+)?", compact) else None


# ---- what the person who runs the grader should know


def remarks(platform: str, run: Run, filling: Filling | None, left_out: tuple[str, ...]) -> tuple[Text, ...]:
    """Who is left out of a report, and what was scaled. `left_out`: who is, where no file is filled in."""
    return (*_left_out(platform, run, filling, left_out), *provisional(platform, run))


def provisional(platform: str, run: Run) -> tuple[Text, ...]:
    """Who has no score in a report, because a person has not graded everything yet."""
    from grader.submissions.find import shorten

    waiting = [grade.notebook.participant for grade in run.scores if grade.by_hand_points]
    text = msg(
        "Without a score in the report for {platform}, because something is still to be graded by hand: {names}.",
        platform=platform,
        names=shorten(waiting),
    )
    return (text,) if waiting else ()


def _left_out(platform: str, run: Run, filling: Filling | None, left_out: tuple[str, ...]) -> tuple[Text, ...]:
    from grader.submissions.find import shorten

    if filling is None:
        without_number = msg(
            "Left out of the report for {platform}, which knows people only by its own numbers: {names}. The numbers "
            "are in the names of downloaded submissions, and in the list of people that it exports (name it with "
            "--roster).",
            platform=platform,
            names=shorten(left_out),
        )
        return (without_number,) if left_out else ()
    placed = {_who(run.scores[index]) for index in grades_by_row(filling.sheet, run).values()}
    rest = [grade.notebook.participant for grade in run.scores if _who(grade) not in placed]
    without_row = msg(
        "Left out of the report for {platform}, because no row of {file} is certainly theirs: {names}.",
        platform=platform,
        file=filling.sheet.shown,
        names=shorten(rest),
    )
    scaled_to = msg(
        "In {file} the whole is worth {theirs}, here {ours}: the points for {platform} are scaled.",
        file=filling.sheet.shown,
        platform=platform,
        theirs=filling.maximum,
        ours=run.max_score,
    )
    is_scaled = filling.maximum is not None and filling.maximum != run.max_score
    return (*([without_row] if rest else []), *([scaled_to] if is_scaled else []))
