"""A protocol of USOSweb, the register of Polish universities: its CSV file, filled in with marks and imported again.

It knows people by `os_id`, which only its own file has, and takes marks, not points: `--marks` says which is which.
"""

from __future__ import annotations

from grader.errors import UsageError
from grader.i18n import msg
from grader.model import Grade
from grader.people import Sheet
from grader.report.run import Run
from grader.report.sheets import Filling, find_sheet, has_score, number, with_column

PERSON = "os_id"
COLUMNS = (PERSON, "imie", "nazwisko", "ocena", "komentarz")
_COMMENT = "komentarz"
_LAST_NAME = "nazwisko"  # left of the terms
_EXAMPLE = '--marks "2=0 3=50 3,5=60 4=70 4,5=80 5=90"'


def text(run: Run) -> str:
    """The protocol with a mark for everybody who has a score; without its file there is nobody in it."""
    found = filling(run)
    return found.text(run) if found else ";".join(COLUMNS) + "\n"


def left_out(run: Run) -> tuple[str, ...]:
    """Everybody: without its file nobody's number is known."""
    return tuple(grade.notebook.participant for grade in run.scores)


def check(run: Run) -> None:
    """Raise UsageError where there is no file to fill in, or nothing says what marks are given for."""
    if filling(run) is None:
        text = msg(
            "--report usosweb fills in the protocol's own CSV file, which has a column os_id. Export it from USOSweb, "
            "and name it: --roster FILE"
        )
        raise UsageError(text)


def filling(run: Run) -> Filling | None:
    """What goes into the protocol, if it is the list: marks into the first term that has none, points beside them."""
    sheet = find_sheet(run, "USOSweb", lambda sheet: PERSON in _names(sheet))
    if sheet is None:
        return None
    if not run.config.marks:
        text = msg(
            "USOSweb takes marks, not points. Say from how many percent each is given: {example}", example=_EXAMPLE
        )
        raise UsageError(text)
    sheet, place = _marks_column(sheet)
    has_comment = _COMMENT in "".join(_names(sheet)[place + 1 : place + 2])

    def cells(grade: Grade) -> dict[int, str]:
        if not has_score(grade):
            return {}
        comment = {place + 1: f"{number(grade.score)}/{number(run.max_score)}"} if has_comment else {}
        return {place: _mark(grade, run), **comment}

    return Filling(sheet, cells)


def _marks_column(sheet: Sheet) -> tuple[Sheet, int]:
    """The sheet with a column for the marks, and its place. Raise UsageError if every term has marks already."""
    names = _names(sheet)
    first = names.index(_LAST_NAME) + 1 if _LAST_NAME in names else len(names)
    terms = [place for place, name in enumerate(names) if place >= first and name and _COMMENT not in name]
    empty = [place for place in terms if not any("".join(row[place : place + 1]).strip() for row in sheet.rows[1:])]
    if empty:
        return sheet, empty[0]
    if terms:
        filled = ", ".join(sheet.header[place] for place in terms)
        text = msg(
            "{file}: each of its terms has marks already: {filled}. Empty the column to fill in.",
            file=sheet.shown,
            filled=filled,
        )
        raise UsageError(text)
    width = max(map(len, sheet.rows))
    for place, name in enumerate(COLUMNS[-2:], width):
        sheet = with_column(sheet, place, {0: name})
    return sheet, width


def _names(sheet: Sheet) -> list[str]:
    return [name.strip().casefold() for name in sheet.header]


def _mark(grade: Grade, run: Run) -> str:
    """The mark with the greatest least percentage that was reached."""
    percent = 100 * grade.score / run.max_score if run.max_score else 0.0
    return max((least, mark) for mark, least in run.config.marks if percent >= least - 1e-9)[1]
