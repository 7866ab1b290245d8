"""Blackboard's grades as its upload reads them: Grade Center > Work Offline > Upload. People are known by user name."""

from __future__ import annotations

import csv
import io
import re

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

USER = "Username"
_POINTS = r" \[[^\]\d]*([\d.,]+)[^\]]*\] \|\d+"  # "[Total Pts: 18 Score] |4567" in whatever language


def text(run: Run) -> str:
    """Blackboard's own download, filled in; without one, a row for each participant whose user name is known. A row
    without a score is left out: an empty cell would take a grade away that is there."""
    found = filling(run)
    return found.text(run) if found else _new(run)


def _new(run: Run) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([USER, escape_formula(titles(run)[0])])
    writer.writerows([_user(grade), number(grade.score)] for grade in run.scores if _user(grade) and has_score(grade))
    return out.getvalue()


def left_out(run: Run) -> tuple[str, ...]:
    """The participants whose user name is not known."""
    return tuple(grade.notebook.participant for grade in run.scores if not _user(grade))


def _user(grade: Grade) -> str:
    """The user name in Blackboard. A bare user name may be that of another platform. One that a spreadsheet would run
    is none: escaped, Blackboard would find nobody by it."""
    user = id_in(grade.notebook.ids, Namespace.LOGIN)
    return user if user == escape_formula(user) and user != grade.notebook.participant else ""


# ---- its own download


def filling(run: Run) -> Filling | None:
    """What goes into Blackboard's download, if it is the list: the column with the course's title, or a new one."""
    sheet = find_sheet(run, "Blackboard", _is_own)
    if sheet is None:
        return None
    score, bonus = (find_column(sheet, run, _POINTS, is_bonus) for is_bonus in (False, True))
    if score is None:
        score = Column(len(sheet.header))
        sheet = with_column(sheet, score.place, {0: titles(run)[0]})
    return fill_points(sheet, run, score, bonus)


def _is_own(sheet: Sheet) -> bool:
    return any(re.search(r"\] \|\d+$", name) for name in sheet.header)
