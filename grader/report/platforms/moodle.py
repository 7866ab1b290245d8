"""Moodle's offline grading worksheet, grade and feedback together: assignment > Actions > Upload grading worksheet.

Moodle finds its columns by their names in the language of whoever uploads the file, and the number of a participant
behind its word for one. So only the worksheet that it exported fits everybody's Moodle.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence

from grader.errors import UsageError
from grader.i18n import Lang, msg, render
from grader.model import Grade, SubmissionStatus
from grader.people import Namespace, Sheet, id_in
from grader.report import wording
from grader.report.findings import explain
from grader.report.gradebook import escape_formula
from grader.report.run import Run
from grader.report.sheets import Filling, find_sheet, has_score, number, parse_number, scaled

COLUMNS = (
    "Identifier",  # "Participant 1234567"; Moodle ignores rows whose number it does not know
    "Full name",
    "Email address",
    "Status",
    "Grade",
    "Maximum grade",
    "Grade can be changed",
    "Last modified (submission)",
    "Last modified (grade)",
    "Feedback comments",  # HTML
)
MAX_FEEDBACK = 20_000


def text(run: Run) -> str:
    """Moodle's own worksheet, filled in; without one, an English one, with a row for each participant whose number in
    Moodle is known.

    The grade is without bonus, because Moodle ignores a grade above the maximum. Where the grader failed, or points
    can't be judged on this machine, there is none, and Moodle then changes nothing; the feedback says why.
    """
    found = filling(run)
    return found.text(run) if found else _new(run)


def _new(run: Run) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for grade in run.grades:
        notebook, number = grade.notebook, _number(grade)
        if not number:
            continue
        who = [f"Participant {number}", escape_formula(notebook.participant), escape_formula(notebook.email), ""]
        points = [f"{grade.score:g}" if has_score(grade) else "", f"{grade.max_score:g}"]
        writer.writerow([*who, *points, "Yes", "-", "-", _feedback(grade, run.lang)])
    return out.getvalue()


def left_out(run: Run) -> tuple[str, ...]:
    """The participants whose number in Moodle is not known."""
    return tuple(grade.notebook.participant for grade in run.scores if not _number(grade))


def _number(grade: Grade) -> str:
    number = id_in(grade.notebook.ids, Namespace.MOODLE)
    return number if number.isdecimal() else ""


def _feedback(grade: Grade, lang: Lang) -> str:
    """One line of HTML. It begins with a tag, so that no spreadsheet takes it for a formula."""
    lines = [render(text, lang) for text in (*wording.reasons(grade), wording.exposure([grade])) if text is not None]
    if grade.status is SubmissionStatus.GRADED:
        lines = [render(wording.score(grade), lang), *lines]
        for exercise in grade.exercises:
            title = f"{exercise.id} {render(exercise.title, lang)}: {wording.points(exercise, lang)}"
            lines += ["", f"{wording.MARKS[exercise.status]} {title}", *explain(exercise, lang)]
    shown, room = [], MAX_FEEDBACK
    for line in lines:
        shown.append(html.escape(wording.clean(line)))
        room -= len(shown[-1])
        if room < 0:
            shown[-1] = "…"
            break
    return f"<p>{'<br>'.join(shown)}</p>"


# ---- its own worksheet

_GRADE_NAMES = ("Grade", "Ocena")
_FEEDBACK_NAMES = ("Feedback comments", "Komentarz zwrotny", "Informacja zwrotna")
_SCALE_NAMES = ("Scale", "Skala")


def filling(run: Run) -> Filling | None:
    """What goes into Moodle's worksheet, if it is the list. Raise UsageError where it can't be filled."""
    sheet = find_sheet(run, "Moodle", _is_own)
    if sheet is None:
        return None
    grade_place, worth = _grade_column(sheet)
    maximum, feedback_place = parse_number(worth), _feedback_place(sheet)

    def cells(grade: Grade) -> dict[int, str]:
        shown = number(scaled(grade.score, run, maximum), like=worth)
        feedback = {} if feedback_place is None else {feedback_place: _feedback(grade, run.lang)}
        return {**({grade_place: shown} if has_score(grade) else {}), **feedback}

    return Filling(sheet, cells, maximum)


def _is_own(sheet: Sheet) -> bool:
    """Whether it is a worksheet, not just a list that has Moodle's numbers."""
    are_moodles = any(id_in(person.ids, Namespace.MOODLE) for person in sheet.people)
    return are_moodles and len(sheet.header) > len(COLUMNS) // 2


def _grade_column(sheet: Sheet) -> tuple[int, str]:
    """The place of the grades, and the maximum. In whatever language, the maximum is the same number in each row and
    stands right of the grades."""
    if any(name in sheet.header for name in _SCALE_NAMES):
        text = msg(
            "{file} is of an assignment that is graded with a scale. In Moodle set its grade to points, and download "
            "the worksheet again.",
            file=sheet.shown,
        )
        raise UsageError(text)
    people = [row for row, person in zip(sheet.rows, sheet.owners, strict=True) if person is not None]
    places = [place for place in range(1, len(sheet.header)) if _maximum(people, place)]
    named = [place for place in places if sheet.header[place] in _GRADE_NAMES]
    fitting = named or [place for place in places if _are_grades(people, place)]
    if len(fitting) != 1:
        text = msg(
            "{file}: the column of the grades is not certain. Download the worksheet from Moodle in English or Polish, "
            "and change nothing in it.",
            file=sheet.shown,
        )
        raise UsageError(text)
    return fitting[0], people[0][fitting[0] + 1]


def _maximum(people: Sequence[Sequence[str]], place: int) -> float:
    """The maximum grade, if it may be in the next column; otherwise 0."""
    found = {"".join(row[place + 1 : place + 2]) for row in people}
    return parse_number(found.pop()) or 0.0 if len(found) == 1 else 0.0


def _are_grades(people: Sequence[Sequence[str]], place: int) -> bool:
    """Whether the column may hold grades, none of which is above the maximum."""
    grades = [0.0 if row[place].strip() in ("", "-") else parse_number(row[place]) for row in people]
    return all(grade is not None and grade <= _maximum(people, place) for grade in grades)


def _feedback_place(sheet: Sheet) -> int | None:
    """The place of the comments, if the file has them: the last, after the time of the grade, which is never empty."""
    last = len(sheet.header) - 1
    named = [place for place, name in enumerate(sheet.header) if name in _FEEDBACK_NAMES]
    people = [row for row, person in zip(sheet.rows, sheet.owners, strict=True) if person is not None]
    is_last = any(not "".join(row[last:]).strip() for row in people)
    return named[0] if named else last if is_last else None
