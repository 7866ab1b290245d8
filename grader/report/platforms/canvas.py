"""Canvas's gradebook as its import reads it: Grades > Import. The columns are those of its own export."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from grader.errors import UsageError
from grader.i18n import msg
from grader.model import Grade
from grader.people import Namespace, Sheet, id_in
from grader.report.gradebook import escape_formula
from grader.report.run import Run
from grader.report.sheets import (
    Column,
    Filling,
    fill_points,
    find_column,
    find_sheet,
    has_bonus,
    has_score,
    number,
    parse_number,
    titles,
    with_column,
)

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS = "Points Possible"  # where other rows have a name
EXCUSED = "EX"
_NUMBER = r"(?: \(\d+\))?()"  # the assignment's own, after its title


def text(run: Run) -> str:
    """Canvas's own gradebook, filled in; without one, a row for each participant whose number is known.

    One column holds the points, another the bonus, out of 0 possible points. Where the grader failed, both are empty;
    what can't be judged on this machine is empty too. Canvas then changes nothing.
    """
    found = filling(run)
    return found.text(run) if found else _new(run)


def _new(run: Run) -> str:
    bonus = any(grade.max_bonus for grade in run.scores)
    names = [escape_formula(titles(run, is_bonus)[0]) for is_bonus in (False, True)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, *names[: 2 if bonus else 1]])
    possible = max((grade.max_score for grade in run.scores), default=0)
    writer.writerow([f"    {POINTS}", "", "", "", "", f"{possible:g}", *(["0"] if bonus else [])])
    for grade in run.scores:
        points = [
            f"{grade.score:g}" if has_score(grade) else "",
            f"{grade.bonus:g}" if has_bonus(grade) else "",
        ]
        numbers = _numbers(grade)
        if any(numbers):
            name = escape_formula(grade.notebook.participant)  # found by number, so its name may differ
            writer.writerow([name, *numbers, "", "", *points[: 2 if bonus else 1]])
    return out.getvalue()


def left_out(run: Run) -> tuple[str, ...]:
    """The participants whom Canvas can't find by any known number."""
    return tuple(grade.notebook.participant for grade in run.scores if not any(_numbers(grade)))


def _numbers(grade: Grade) -> tuple[str, str]:
    """The number in Canvas, and the one in the institution; empty where it is not known. A formula is no number: as it
    is a spreadsheet would run it, and escaped Canvas would not find anybody by it."""
    own, sis = (id_in(grade.notebook.ids, namespace) for namespace in (Namespace.CANVAS, Namespace.SIS))
    return own if own.isdecimal() else "", sis if sis == escape_formula(sis) else ""


# ---- its own export


def filling(run: Run) -> Filling | None:
    """What goes into Canvas's export, if it is the list. An assignment with the course's title is filled, or else there
    is a new one. Raise UsageError where it can't be filled."""
    sheet = find_sheet(run, "Canvas", _is_own)
    if sheet is None:
        return None
    points_row = next((place for place, row in enumerate(sheet.rows) if row and row[0].strip() == POINTS), 0)
    score, bonus = (_column(sheet, run, points_row, is_bonus) for is_bonus in (False, True))
    if score is None:
        score = Column(max(map(len, sheet.rows)), number(run.max_score))
        sheet = with_column(sheet, score.place, {points_row: score.worth, 0: titles(run)[0]})
    if bonus is None and run.max_bonus:
        bonus = Column(max(map(len, sheet.rows)), "0")
        sheet = with_column(sheet, bonus.place, {points_row: bonus.worth, 0: titles(run, bonus=True)[0]})
    return fill_points(sheet, run, score, bonus, kept=frozenset({EXCUSED, EXCUSED.lower()}))


def _is_own(sheet: Sheet) -> bool:
    return "Section" in sheet.header and any(id_in(person.ids, Namespace.CANVAS) for person in sheet.people)


def _column(sheet: Sheet, run: Run, points_row: int, is_bonus: bool) -> Column | None:
    found = find_column(sheet, run, _NUMBER, is_bonus)
    if found is None or not points_row:
        return found
    worth = "".join(sheet.rows[points_row][found.place : found.place + 1]).strip()
    if worth and parse_number(worth) is None:
        text = msg(
            "{file}: the column '{column}' is {worth} in Canvas. Rename the assignment there, or take the column out "
            "of the file.",
            file=sheet.shown,
            column=sheet.header[found.place],
            worth=worth.strip("()"),
        )
        raise UsageError(text)
    return replace(found, worth=worth)
