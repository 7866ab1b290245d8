"""GitHub Actions: the summary of a step, its outputs, and workflow commands.

The commands are annotations at the cells, and the line of points that classroom tools read. Their escaping is that of
actions/toolkit. GitHub shows ten annotations of each kind in a step, so no more are made.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from grader.errors import UsageError
from grader.i18n import Lang, msgs, render
from grader.model import ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.output import printable
from grader.report import by_hand, markdown, wording
from grader.report.findings import explain
from grader.report.platforms.github_runner import Runner
from grader.report.run import Run
from grader.report.writing import Environ, append, write

MAX_SUMMARY_BYTES = 1 << 20  # of a step, says GitHub
MAX_OF_A_KIND = 10
MAX_MESSAGE = 4_000  # characters
MAX_TITLE = 200


# ---- the step's files


def summary_file(environ: Environ) -> Path:
    """The file of the step's summary. Raise UsageError outside of GitHub Actions."""
    if not environ.get("GITHUB_STEP_SUMMARY"):
        raise UsageError("GITHUB_STEP_SUMMARY is not set: this is no step of GitHub Actions. Use --report github=FILE")
    return Path(environ["GITHUB_STEP_SUMMARY"])


def output_files(_: Path | None, environ: Environ) -> Iterator[Path]:
    """The file of the step's outputs, if there is one."""
    if environ.get("GITHUB_OUTPUT"):
        yield Path(environ["GITHUB_OUTPUT"])


def deliver_summary(run: Run, file: Path | None, environ: Environ) -> None:
    """Add the report to the step's summary, within its limit; overwrite any other file."""
    if file is None or str(file) != environ.get("GITHUB_STEP_SUMMARY"):
        write(file, markdown.text(run, MAX_SUMMARY_BYTES))
        return
    taken = file.stat().st_size if file.exists() else 0
    append(file, markdown.text(run, MAX_SUMMARY_BYTES - taken))


def finish(run: Run, environ: Environ, passed: bool) -> None:
    """Write the step's outputs, then print the annotations for the runner, which obeys again from here on."""
    for file in output_files(None, environ):
        outputs = {"score": f"{run.best.score:g}", "max-score": f"{run.best.max_score:g}"}
        outputs["passed"] = "true" if passed else "false"
        if run.best.needs:
            outputs["ungraded"] = f"{run.best.ungraded_points:g}"
        if run.best.by_hand_points:
            outputs["by-hand"] = f"{run.best.by_hand_points:g}"
        append(file, "".join(f"{name}={value}\n" for name, value in outputs.items()))
    context = click.get_current_context(silent=True)
    if context is not None and isinstance(context.obj, Runner):
        context.obj.resume(err=False)
    click.echo(commands(run, _relative_to_repository(environ)), nl=False)


def _relative_to_repository(environ: Environ) -> Callable[[str], str]:
    """A function from a path to the one from the repository's root, where GitHub looks for annotated files."""
    root = Path(environ.get("GITHUB_WORKSPACE") or Path.cwd())

    def relative(path: str) -> str:
        absolute = Path(os.path.abspath(path))  # noqa: PTH100  a link keeps its own name
        return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else path

    return relative


# ---- annotations


_MILD = frozenset({ExerciseStatus.MISSING, ExerciseStatus.UNGRADED, ExerciseStatus.BY_HAND})


@dataclass(frozen=True, slots=True)
class Annotation:
    """A message that GitHub shows at a line of a file.

    Attributes:
        level: "error", "warning" or "notice".
        message: The text, of one or more lines.
        title: A heading; empty for none.
        file: The path from the repository's root; empty for no file.
        line: The line of the file, from 1; None for the whole file.
    """

    level: str
    message: str
    title: str = ""
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        places = {"file": self.file, "line": str(self.line or ""), "title": self.title[:MAX_TITLE]}
        given = ",".join(f"{name}={_property(value)}" for name, value in places.items() if value)
        return f"::{self.level}{' ' if given else ''}{given}::{_data(self.message[:MAX_MESSAGE])}"


def commands(run: Run, relative: Callable[[str], str] = str) -> str:
    """One line for each command. `relative` turns a submission's path into the one from the repository's root."""
    found: list[Annotation] = []
    for grade in run.grades:
        file = relative(grade.notebook.path)
        found += [*_of_grade(grade, relative, run.lang), *_points(grade, file if len(run.grades) > 1 else "")]
    if (exposure := wording.exposure(run.scores)) is not None:
        found.insert(0, Annotation("warning", render(exposure, run.lang)))
    kept = [
        annotation
        for level in ("error", "warning", "notice")
        for annotation in _limit([one for one in found if one.level == level], run.lang)
    ]
    return "".join(f"{annotation}\n" for annotation in kept)


def _of_grade(grade: Grade, relative: Callable[[str], str], lang: Lang) -> Iterator[Annotation]:
    if wording.reasons(grade):
        message = "\n".join(wording.clean(render(reason, lang)) for reason in wording.reasons(grade))
        yield Annotation("error", message, wording.clean(grade.notebook.participant), relative(grade.notebook.path))
    if grade.status is SubmissionStatus.GRADED:
        for rest in filter(None, (wording.ungraded(grade), by_hand.provisional(grade))):
            yield Annotation("notice", wording.clean(render(rest, lang)), file=relative(grade.notebook.path))
        wrong = [exercise for exercise in grade.exercises if not exercise.status.done]
        yield from (_of_exercise(exercise, grade, relative(grade.file(exercise.cell)), lang) for exercise in wrong)
        yield from _of_cells(grade, relative, lang)


def _points(grade: Grade, file: str) -> Iterator[Annotation]:
    """In the format of GitHub Classroom's reporter, which later tools read too: out of what could be judged."""
    most = f"{grade.judged_max_score:g}"
    yield Annotation("notice", f"Points {grade.score:g}/{most}", "Autograding complete", file)
    report = f'{{"totalPoints":{grade.score:g},"maxPoints":{most}}}'
    yield Annotation("notice", report, "Autograding report", file)


def _of_exercise(exercise: ExerciseResult, grade: Grade, file: str, lang: Lang) -> Annotation:
    title = f"{exercise.id} {render(exercise.title, lang)} ({wording.points(exercise, lang)})"
    message = "\n".join(explain(exercise, lang))
    mild = exercise.status in _MILD or not exercise.max_points
    level = "warning" if mild else "error"
    return Annotation(level, message or title, title, file, grade.line(exercise))


def _of_cells(grade: Grade, relative: Callable[[str], str], lang: Lang) -> Iterator[Annotation]:
    lines = {cell.index: cell.line for cell in grade.notebook.cells}
    for cell in wording.broken(grade):
        message = wording.clean(render(wording.cell_text(cell), lang))
        yield Annotation("warning", message, file=relative(grade.file(cell.index)), line=lines.get(cell.index))


def _limit(annotations: Sequence[Annotation], lang: Lang) -> Sequence[Annotation]:
    """As many as GitHub shows; where there are more, the last one says how many."""
    over = len(annotations) - MAX_OF_A_KIND + 1
    if over <= 1:
        return annotations
    rest = msgs("and {n} more: see the summary", "and {n} more: see the summary", over)
    last = replace(annotations[-1], message=render(rest, lang), line=None, title="")
    return [*annotations[: MAX_OF_A_KIND - 1], last]


def _data(text: str) -> str:
    text = "".join(letter if letter in "\n\r" else printable(letter) for letter in text)
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
