"""Moodle's offline grading worksheet, grade and feedback together: assignment > Actions > Upload grading worksheet."""

from __future__ import annotations

import csv
import html
import io

from grader.i18n import Lang, render
from grader.model import Grade, SubmissionStatus
from grader.people import Namespace, id_in
from grader.report import wording
from grader.report.gradebook import escape_formula
from grader.report.run import Run

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
    """A row for each participant whose number in Moodle is known.

    The grade is without bonus, because Moodle ignores a grade above the maximum. Where the grader failed it is empty,
    and Moodle then changes nothing.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for grade in run.grades:
        notebook, number = grade.notebook, _number(grade)
        if not number:
            continue
        who = [f"Participant {number}", escape_formula(notebook.participant), escape_formula(notebook.email), ""]
        points = ["" if grade.faulted else f"{grade.score:g}", f"{grade.max_score:g}"]
        writer.writerow([*who, *points, "Yes", "-", "-", _feedback(grade, run.lang)])
    return out.getvalue()


def left_out(run: Run) -> tuple[str, ...]:
    """The participants whose number in Moodle is not known."""
    return tuple(grade.notebook.participant for grade in run.grades if not _number(grade))


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
            lines += ["", f"{wording.MARKS[exercise.status]} {title}", *wording.explain(exercise, lang)]
    shown, room = [], MAX_FEEDBACK
    for line in lines:
        shown.append(html.escape(wording.clean(line)))
        room -= len(shown[-1])
        if room < 0:
            shown[-1] = "…"
            break
    return f"<p>{'<br>'.join(shown)}</p>"
