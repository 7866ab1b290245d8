"""Brightspace's grades as its import reads them: Grades > Enter Grades > Import. The columns are its export's."""

from __future__ import annotations

import csv
import io

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
    has_score,
    number,
    titles,
    with_column,
)

NUMBER = "OrgDefinedId"
POINTS = " Points Grade"
LAST = "End-of-Line Indicator"  # its column holds a # in each row
_POINTS = POINTS + r"(?: <Numeric MaxPoints:([\d.,]+).*>)?"


def text(run: Run) -> str:
    """Brightspace's own export, filled in; without one, a row for each participant whose number in the institution is
    known. A row without a score is left out: an empty cell would take a grade away that is there."""
    found = filling(run)
    return found.text(run) if found else _new(run)


def _new(run: Run) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([NUMBER, escape_formula(titles(run)[0]) + POINTS, LAST])
    writer.writerows([f"#{_number(grade)}", number(grade.score), "#"] for grade in run.scores if _is_told(grade))
    return out.getvalue()


def left_out(run: Run) -> tuple[str, ...]:
    """The participants whom Brightspace can't find by any known number."""
    return tuple(grade.notebook.participant for grade in run.scores if not _number(grade))


def _is_told(grade: Grade) -> bool:
    return bool(_number(grade)) and has_score(grade)


def _number(grade: Grade) -> str:
    return id_in(grade.notebook.ids, Namespace.SIS)


# ---- its own export


def filling(run: Run) -> Filling | None:
    """What goes into Brightspace's export, if it is the list: the item with the course's title, or a new one."""
    sheet = find_sheet(run, "Brightspace", _is_own)
    if sheet is None:
        return None
    score, bonus = (find_column(sheet, run, _POINTS, is_bonus) for is_bonus in (False, True))
    if score is None:
        score = Column(sheet.header.index(LAST))
        sheet = with_column(sheet, score.place, {0: titles(run)[0] + POINTS})
        bonus = find_column(sheet, run, _POINTS, bonus=True)
    return fill_points(sheet, run, score, bonus)


def _is_own(sheet: Sheet) -> bool:
    return LAST in sheet.header
