"""Workflow commands of GitHub Actions: annotations at the cells, and the line of points that classroom tools read.

Escaping is that of actions/toolkit; a step shows ten annotations of each kind, so no more are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.i18n import Lang, msgs, render
from grader.model import ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.report import wording as prose
from grader.report.run import Run, language

MAX_OF_A_KIND = 10
MAX_MESSAGE = 4_000
MAX_TITLE = 200


@dataclass(frozen=True, slots=True)
class Annotation:
    """`level` is error, warning or notice; `line` counts from 1."""

    level: str
    message: str
    title: str = ""
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        places = {"file": self.file, "line": str(self.line or ""), "title": self.title[:MAX_TITLE]}
        given = ",".join(f"{name}={_property(value)}" for name, value in places.items() if value)
        return f"::{self.level}{' ' if given else ''}{given}::{_data(self.message[:MAX_MESSAGE])}"


def commands(run: Run, located: Callable[[str], str] = str) -> str:
    """A line a command. `located` turns a submission's path into one from the repository's root."""
    lang = language(run)
    found: list[Annotation] = []
    for grade in run.grades:
        file = located(grade.notebook.path)
        found += [*_of_grade(grade, located, lang), *_points(grade, file if len(run.grades) > 1 else "")]
    kept = [
        annotation
        for level in ("error", "warning", "notice")
        for annotation in _limited([one for one in found if one.level == level], lang)
    ]
    return "".join(f"{annotation}\n" for annotation in kept)


def _of_grade(grade: Grade, located: Callable[[str], str], lang: Lang) -> Iterator[Annotation]:
    if prose.reasons(grade):
        message = "\n".join(prose.clean(render(reason, lang)) for reason in prose.reasons(grade))
        yield Annotation("error", message, prose.clean(grade.notebook.participant), located(grade.notebook.path))
    if grade.status is SubmissionStatus.GRADED:
        wrong = [exercise for exercise in grade.exercises if not exercise.status.done]
        yield from (_of_exercise(exercise, grade, located(grade.file(exercise.cell)), lang) for exercise in wrong)
        yield from _of_cells(grade, located, lang)


def _points(grade: Grade, file: str) -> Iterator[Annotation]:
    """As the reporter of GitHub Classroom wrote it, and as tools that came after read it."""
    yield Annotation("notice", f"Points {grade.score:g}/{grade.max_score:g}", "Autograding complete", file)
    report = f'{{"totalPoints":{grade.score:g},"maxPoints":{grade.max_score:g}}}'
    yield Annotation("notice", report, "Autograding report", file)


def _of_exercise(exercise: ExerciseResult, grade: Grade, file: str, lang: Lang) -> Annotation:
    title = f"{exercise.id} {render(exercise.title, lang)} ({prose.points(exercise, lang)})"
    message = "\n".join(prose.explained(exercise, lang))
    level = "warning" if exercise.status is ExerciseStatus.MISSING or not exercise.max_points else "error"
    return Annotation(level, message or title, title, file, grade.line(exercise))


def _of_cells(grade: Grade, located: Callable[[str], str], lang: Lang) -> Iterator[Annotation]:
    lines = {cell.index: cell.line for cell in grade.notebook.cells}
    for cell in prose.broken(grade):
        message = prose.clean(render(prose.cell_text(cell), lang))
        yield Annotation("warning", message, file=located(grade.file(cell.index)), line=lines.get(cell.index))


def _limited(annotations: Sequence[Annotation], lang: Lang) -> Sequence[Annotation]:
    """As many as are shown; where there are more, the last one says how many."""
    over = len(annotations) - MAX_OF_A_KIND + 1
    if over <= 1:
        return annotations
    rest = msgs("and {n} more: see the summary", "and {n} more: see the summary", over)
    return [
        *annotations[: MAX_OF_A_KIND - 1],
        replace(annotations[-1], message=render(rest, lang), line=None, title=""),
    ]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
