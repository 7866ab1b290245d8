"""The report that a person reads in a terminal: what works, what does not and why, what to do next."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from grader.i18n import Lang, Message, Text, msg, msgs, render
from grader.model import (
    CellResult,
    CellStatus,
    CheckResult,
    CheckStatus,
    Diagnosis,
    ExerciseResult,
    ExerciseStatus,
    Grade,
    SubmissionStatus,
)
from grader.report import Run

MAX_STEPS = 3
_MARKS = {
    ExerciseStatus.PASSED: ("✓", "green"),
    ExerciseStatus.SUPERSEDED: ("✓", "green"),
    ExerciseStatus.PARTIAL: ("~", "yellow"),
    ExerciseStatus.FAILED: ("✗", "red"),
    ExerciseStatus.MISSING: ("·", "dim"),
    ExerciseStatus.NOT_RUN: ("·", "dim"),
    ExerciseStatus.GRADER_FAULT: ("!", "magenta"),
}
_STATUSES: dict[SubmissionStatus, Message] = {
    SubmissionStatus.GRADED: msg("graded"),
    SubmissionStatus.UNREADABLE: msg("unreadable"),
    SubmissionStatus.NO_EXERCISES: msg("no exercises"),
    SubmissionStatus.GRADER_FAULT: msg("fault of the grader"),
}


def text(run: Run) -> str:
    """The report without colour, 100 columns wide."""
    out = io.StringIO()
    show(run, Console(file=out, width=100, color_system=None, force_terminal=False))
    return out.getvalue()


def show(run: Run, console: Console, verbose: bool = False) -> None:
    """Print one submission's report, or a table of many."""
    lang: Lang = "pl" if run.config.lang == "pl" else "en"
    if len(run.grades) == 1:
        _Report(run, run.grades[0], console, lang, verbose).show()
    else:
        _class_table(run, console, lang)


class _Report:
    def __init__(self, run: Run, grade: Grade, console: Console, lang: Lang, verbose: bool) -> None:
        self.run, self.grade, self.console, self.lang, self.verbose = run, grade, console, lang, verbose

    def say(self, text: Text) -> str:
        return _clean(render(text, self.lang))

    def line(self, text: str, indent: int = 0, style: str | None = None) -> None:
        self.console.print(Padding(escape(text), (0, 0, 0, indent)), style=style, highlight=False)

    def show(self) -> None:
        grade = self.grade
        self.console.print()
        self.line(f"{self.say(self.run.course.title)}: {_clean(grade.submission.path)}", style="bold")
        if grade.status is not SubmissionStatus.GRADED:
            self._ungraded()
            return
        self.line(self._score(), style="bold")
        self.console.print()
        for exercise in grade.exercises:
            self._exercise(exercise)
        self._steps()
        self._cells()
        self._notes()
        self._walls()

    def _ungraded(self) -> None:
        status = msg("Status: {status}", status=_STATUSES[self.grade.status])
        self.line(self.say(status), style="bold red")
        for note in self.grade.notes:
            for line in render(note, self.lang).splitlines():
                self.line(_clean(line), indent=2)
        if self.grade.status is SubmissionStatus.NO_EXERCISES:
            names = ", ".join(dict.fromkeys(exercise.function for exercise in self.grade.exercises))
            self.line(
                self.say(msg("The grader looks for functions with these names: {names}.", names=names)),
                indent=2,
            )
            for exercise in self.grade.exercises:
                for note in exercise.notes:
                    self.line(f"{exercise.id}: {self.say(note)}", indent=2)
            self._cells()

    def _score(self) -> str:
        grade = self.grade
        score = msg("Score: {score} of {max} points", score=grade.score, max=grade.max_score)
        if not grade.max_bonus:
            return self.say(score)
        return self.say(msg("{score}, bonus {bonus} of {max}", score=score, bonus=grade.bonus, max=grade.max_bonus))

    def _exercise(self, exercise: ExerciseResult) -> None:
        mark, style = _MARKS[exercise.status]
        title = f"{mark} {exercise.id:<3} {self.say(exercise.title)}"
        self.line(f"{title:<52} {_points(exercise, self.lang):>12}", indent=1, style=style)
        if exercise.status is ExerciseStatus.MISSING and not exercise.notes:
            self.line(self.say(msg("There is no function {function}.", function=exercise.function)), indent=7)
        for note in exercise.notes:
            self.line(self.say(note), indent=7)
        if exercise.status in (ExerciseStatus.MISSING, ExerciseStatus.SUPERSEDED):
            return
        for check, same in _worth_showing(exercise.checks, self.verbose):
            self._check(check, same)

    def _check(self, check: CheckResult, same: Sequence[CheckResult]) -> None:
        if check.status is CheckStatus.PASSED:
            self.line(f"✓ {self.say(check.title)}", indent=7, style="dim")
            return
        for failed in (check, *same):
            self.line(f"✗ {self.say(failed.title)}", indent=7)
        for text in (check.message, *self._hints(check.diagnosis)):
            if text is not None:
                self.line(self.say(text), indent=9)
        if check.input:
            self.line(_clean(check.input), indent=11, style="cyan")
        width = max(len(self.say(msg("expected"))), len(self.say(msg("you got"))))
        for label, value in ((msg("expected"), check.expected), (msg("you got"), check.actual)):
            if value is not None:
                self.line(f"{self.say(label):<{width}}: {_clean(value)}", indent=11)

    def _hints(self, diagnosis: Diagnosis | None) -> Iterator[Text]:
        if diagnosis is None or not diagnosis.steps:
            yield from (diagnosis.hint,) if diagnosis else ()
            return
        yield msg("Two mistakes at once; each hint speaks of one as if the other were not there:")
        yield from (f"{number}. {self.say(step)}" for number, step in enumerate(diagnosis.steps, start=1))

    def _steps(self) -> None:
        steps = list(self._next_steps())
        self.console.print()
        if not steps and self.grade.faulted:
            self.line(
                self.say(
                    msg("The grader itself broke at a place marked with !. Tell your trainer: it is not your fault.")
                )
            )
            return
        if not steps:
            self.line(self.say(msg("Everything works. Well done!")), style="bold green")
            return
        self.line(self.say(msg("What to do next:")), style="bold")
        for number, step in enumerate(steps[:MAX_STEPS], start=1):
            self.line(f"{number}. {self.say(step)}", indent=2)

    def _next_steps(self) -> Iterator[Text]:
        for exercise in self.grade.exercises:
            if exercise.status in (ExerciseStatus.FAILED, ExerciseStatus.PARTIAL):
                yield _repair(exercise)
        for exercise in self.grade.exercises:
            if exercise.status is ExerciseStatus.MISSING:
                yield msg("Write {function} (exercise {id}).", function=exercise.function, id=exercise.id)

    def _cells(self) -> None:
        broken = [cell for cell in self.grade.cells if cell.status is not CellStatus.OK]
        if not broken:
            return
        self.console.print()
        self.line(self.say(msg("Cells that did not run to their end (the others did):")), style="bold")
        for cell in broken[:10]:
            self.line(self.say(_cell_text(cell)), indent=2)
            for note in cell.notes:
                self.line(self.say(note), indent=4)
        if len(broken) > 10:
            self.line(self.say(msgs("and {n} more", "and {n} more", len(broken) - 10)), indent=2)

    def _notes(self) -> None:
        if self.grade.notes:
            self.console.print()
        for note in self.grade.notes:
            self.line(self.say(note), style="dim")

    def _walls(self) -> None:
        if self.run.walls:
            text = msg("Walls around your code: {walls}.", walls=", ".join(self.run.walls))
        else:
            text = msg("Your code ran without walls: this system has none, or they were switched off.")
        self.line(self.say(text), style="dim")


def _worth_showing(checks: Sequence[CheckResult], verbose: bool) -> Iterator[tuple[CheckResult, list[CheckResult]]]:
    """Every check with -v; else each that failed, with the later ones that failed for the same reason."""
    left = [check for check in checks if verbose or check.status is not CheckStatus.PASSED]
    while left:
        first = left.pop(0)
        same = [check for check in left if not verbose and (first.diagnosis or _same_cause(first, check))]
        left = [check for check in left if check not in same]
        yield first, same


def _same_cause(one: CheckResult, other: CheckResult) -> bool:
    """An error is the same whatever the input; a wrong value is a matter of its own in each check."""
    if one.status is CheckStatus.FAILED and one.expected is not None and one.actual != "None":
        return False
    return (one.status, one.message) == (other.status, other.message)


def _repair(exercise: ExerciseResult) -> Text:
    bad = next((check for check in exercise.checks if check.status is not CheckStatus.PASSED), None)
    cell = (exercise.cell or 0) + 1
    if bad is None or (exercise.status is ExerciseStatus.FAILED and not bad.input):
        return msg(
            "Mend {function} (exercise {id}, cell {cell}).",
            function=exercise.function,
            id=exercise.id,
            cell=cell,
        )
    return msg(
        "Mend {function} (exercise {id}, cell {cell}): paste the call shown above into a new cell and compare.",
        function=exercise.function,
        id=exercise.id,
        cell=cell,
    )


def _cell_text(cell: CellResult) -> Text:
    number = cell.index + 1
    if cell.status is CellStatus.TIMED_OUT:
        return msg("Cell {cell} took too long and was stopped.", cell=number)
    if cell.status is CellStatus.CRASHED:
        return msg("Cell {cell} ended the whole Python process.", cell=number)
    if cell.status is CellStatus.SKIPPED:
        return msg("Cell {cell} was skipped.", cell=number)
    return msg("Cell {cell}: {error}", cell=number, error=cell.error or "")


def _points(exercise: ExerciseResult, lang: Lang) -> str:
    parts = []
    if exercise.max_points:
        parts.append(f"{exercise.points:g}/{exercise.max_points:g}")
    if exercise.max_bonus:
        parts.append(f"+{exercise.bonus:g}/{exercise.max_bonus:g}")
    text = " ".join(parts)
    return text.replace(".", ",") if lang == "pl" else text


def _class_table(run: Run, console: Console, lang: Lang) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column(render(msg("participant"), lang), overflow="fold")
    table.add_column(render(msg("score"), lang), justify="right")
    for exercise in run.course.exercises:
        table.add_column(exercise.id, justify="right")
    table.add_column("")
    for grade in run.grades:
        cells = [_points(exercise, lang) for exercise in grade.exercises]
        marks = [
            f"[{_MARKS[exercise.status][1]}]{escape(cell)}[/]"
            for exercise, cell in zip(grade.exercises, cells, strict=True)
        ]
        marks += [""] * (len(run.course.exercises) - len(marks))
        status = "" if grade.status is SubmissionStatus.GRADED else render(_STATUSES[grade.status], lang)
        total = f"{grade.score:g}/{grade.max_score:g}" + (f" +{grade.bonus:g}" if grade.bonus else "")
        table.add_row(escape(_clean(grade.submission.participant)), total, *marks, status)
    console.print(table)


def _clean(text: str) -> str:
    """No control character of a participant's reaches the terminal."""
    return "".join(character if character.isprintable() or character == " " else "�" for character in text)
