"""Moodle's offline grading worksheet, grade and feedback together: assignment > Actions > Upload grading worksheet."""

from __future__ import annotations

import csv
import html
import io

from grader.i18n import Lang, render
from grader.model import Grade, Namespace, SubmissionStatus, id_in
from grader.report import wording as prose
from grader.report.gradebook import escape_formula
from grader.report.run import Run, language

COLUMNS = (
    "Identifier",  # "Participant 1234567"; Moodle passes over rows whose number it does not know
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
    """A row for everybody whose number Moodle gave. The grade is without bonus, for Moodle passes over one above the
    maximum; where the grader broke it is left empty, and Moodle then changes nothing."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for grade in run.grades:
        notebook, number = grade.notebook, _number(grade)
        if not number:
            continue
        identifier = f"Participant {number}"
        points = "" if grade.faulted else f"{grade.score:g}"
        name = escape_formula(notebook.participant)
        feedback = _feedback(grade, language(run))
        writer.writerow(
            [
                identifier,
                name,
                escape_formula(notebook.email),
                "",
                points,
                f"{grade.max_score:g}",
                "Yes",
                "-",
                "-",
                feedback,
            ]
        )
    return out.getvalue()


def left_out(run: Run) -> tuple[str, ...]:
    """Those whose number in Moodle is not known."""
    return tuple(grade.notebook.participant for grade in run.grades if not _number(grade))


def _number(grade: Grade) -> str:
    number = id_in(grade.notebook.ids, Namespace.MOODLE)
    return number if number.isdecimal() else ""


def _feedback(grade: Grade, lang: Lang) -> str:
    """HTML on one line, which begins with a tag, so that no spreadsheet takes it for a formula."""
    lines = [render(reason, lang) for reason in prose.reasons(grade)]
    if grade.status is SubmissionStatus.GRADED:
        lines = [render(prose.score(grade), lang), *lines]
        for exercise in grade.exercises:
            title = f"{exercise.id} {render(exercise.title, lang)}: {prose.points(exercise, lang)}"
            lines += ["", f"{prose.MARKS[exercise.status]} {title}", *prose.explained(exercise, lang)]
    shown, room = [], MAX_FEEDBACK
    for line in lines:
        shown.append(html.escape(prose.clean(line)))
        room -= len(shown[-1])
        if room < 0:
            shown[-1] = "…"
            break
    return f"<p>{'<br>'.join(shown)}</p>"
