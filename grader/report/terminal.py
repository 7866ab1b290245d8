"""The report that a person reads in a terminal: what works, what to do next and why, and the rest in short."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from grader.i18n import Lang, Text, msg, msgs, render
from grader.model import CellResult, CheckStatus, ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.report import next_steps as steps
from grader.report import wording as prose
from grader.report.next_steps import Step
from grader.report.run import Run, language
from grader.report.wording import Finding

WIDTH = 64
_STYLES = {
    ExerciseStatus.PASSED: "green",
    ExerciseStatus.SUPERSEDED: "green",
    ExerciseStatus.PARTIAL: "yellow",
    ExerciseStatus.FAILED: "red",
    ExerciseStatus.MISSING: "dim",
    ExerciseStatus.NOT_RUN: "dim",
    ExerciseStatus.GRADER_FAULT: "magenta",
}


def text(run: Run) -> str:
    """The report without colour, 100 columns wide."""
    out = io.StringIO()
    show(run, Console(file=out, width=100, color_system=None, force_terminal=False))
    return out.getvalue()


def show(run: Run, console: Console, verbose: bool = False) -> None:
    """Print one submission's report, or a table of many."""
    if len(run.grades) == 1 and not run.missing and not run.doubtful:
        _Report(run, run.grades[0], console, language(run), verbose).show()
    else:
        _class_table(run, console, language(run))


class _Report:
    def __init__(self, run: Run, grade: Grade, console: Console, lang: Lang, verbose: bool) -> None:
        self.run, self.grade, self.console, self.lang, self.verbose = run, grade, console, lang, verbose
        self.told: list[tuple[Text, int]] = []
        self.number = 0

    def say(self, text: Text) -> str:
        return prose.clean(render(text, self.lang))

    def line(self, text: str, indent: int = 0, style: str | None = None) -> None:
        self.console.print(Padding(escape(text), (0, 0, 0, indent)), style=style, highlight=False)

    def lines(self, texts: Sequence[Text], indent: int, style: str | None = None) -> None:
        for text in texts:
            self.line(self.say(text), indent, style)

    def heading(self, text: Text) -> None:
        self.console.print()
        self.line(self.say(text), style="bold")

    def show(self) -> None:
        grade = self.grade
        self.console.print()
        self.line(f"{self.say(self.run.course.title)}: {prose.clean(grade.notebook.path)}", style="bold")
        if grade.status is not SubmissionStatus.GRADED:
            self._ungraded()
            return
        self.line(self.say(prose.score(grade)), style="bold")
        self._works()
        self._steps()
        self._unchecked()
        self._cells()
        self._notes()
        self.line(self.say(_walls(self.run)), style="dim")

    def _ungraded(self) -> None:
        status = msg("Status: {status}", status=prose.STATUSES[self.grade.status])
        self.line(self.say(status), style="bold red")
        for note in self.grade.notes:
            for line in render(note, self.lang).splitlines():
                self.line(prose.clean(line), indent=2)
        if self.grade.status is SubmissionStatus.NO_EXERCISES:
            names = ", ".join(dict.fromkeys(exercise.function for exercise in self.grade.exercises))
            self.lines([msg("The grader looks for functions with these names: {names}.", names=names)], indent=2)
            for exercise in self.grade.exercises:
                self.lines([msg("{id}: {note}", id=exercise.id, note=note) for note in exercise.notes], indent=2)
            self._cells()

    # ---- what works

    def _works(self) -> None:
        works = steps.works(self.grade)
        if works:
            self.heading(msg("What works:"))
        for exercise in works:
            self._exercise(exercise)
            self.lines(exercise.notes, indent=7)
            if self.verbose and exercise.status is ExerciseStatus.PASSED:
                self._checks(exercise)

    def _exercise(self, exercise: ExerciseResult) -> None:
        title = f"{prose.MARKS[exercise.status]} {exercise.id:<3} {self.say(exercise.title)}"
        points = prose.points(exercise, self.lang)
        self.line(f"{title:<{WIDTH}} {points:>9}", indent=1, style=_STYLES[exercise.status])

    # ---- what to do

    def _steps(self) -> None:
        left, bonuses = steps.plan(self.grade), steps.bonuses(self.grade)
        if not left and not self.grade.faulted:
            self.console.print()
            self.line(self.say(msg("Everything works. Well done!")), style="bold green")
        shown = left if self.verbose else left[: steps.MAX_STEPS]
        if shown:
            self.heading(msg("What to do next:"))
        for number, step in enumerate(shown, start=1):
            self._step(number, step)
        if any(check.expected for step in shown for check in step.exercise.checks):
            hint = msg("Paste the call that is shown into a new cell: what it gives should be as expected.")
            self.line(self.say(hint), indent=2, style="dim")
        if left[len(shown) :]:
            self.heading(msg("After that:"))
        for step in left[len(shown) :]:
            self._exercise(step.exercise)
        if not left and bonuses:
            self.heading(msg("For a bonus:"))
            for exercise in bonuses:
                self._exercise(exercise)
                self._findings(exercise)

    def _step(self, number: int, step: Step) -> None:
        self.number, exercise = number, step.exercise
        title = f"{number}. {self.say(steps.told(exercise))}"
        points = prose.points(exercise, self.lang)
        self.line(f"{title:<{WIDTH}} {points:>9}", indent=1, style=_STYLES[exercise.status])
        self.lines(prose.remarks(exercise), indent=4)
        if exercise.status is ExerciseStatus.MISSING:
            return
        needed = steps.stands_on(exercise, self.grade, self.run.course)
        if needed:
            text = msg("It calls {names}, not right yet, but it has a mistake of its own too.", names=needed)
            self.line(self.say(text), indent=4)
        if self.verbose:
            self._checks(exercise)
        else:
            self._findings(exercise)
        if step.same:
            names = ", ".join(f"{one.function} ({one.id})" for one in step.same)
            self.line(self.say(msg("The same holds up: {names}.", names=names)), indent=4)

    def _findings(self, exercise: ExerciseResult) -> None:
        if exercise.status is ExerciseStatus.PARTIAL:
            passed = [check for check in exercise.checks if check.status is CheckStatus.PASSED]
            self.lines([msg("✓ {title}", title=check.title) for check in passed], indent=4, style="green")
        for finding in prose.findings(exercise):
            self.lines([msg("✗ {title}", title=check.title) for check in (finding.check, *finding.same)], indent=4)
            self._finding(finding)

    def _checks(self, exercise: ExerciseResult) -> None:
        for check in exercise.checks:
            if check.status is CheckStatus.PASSED:
                self.line(f"✓ {self.say(check.title)}", indent=4, style="green")
            else:
                self.line(f"✗ {self.say(check.title)}", indent=4)
                self._finding(Finding(check))

    def _finding(self, finding: Finding) -> None:
        self._texts(finding)
        if finding.check.input:
            self.line(prose.clean(finding.check.input), indent=8, style="cyan")
        width = max((len(self.say(label)) for label, _ in finding.values), default=0)
        for label, value in finding.values:
            self.line(f"{self.say(label):<{width}}: {prose.clean(value)}", indent=8)

    def _texts(self, finding: Finding) -> None:
        """What happened and why; a mistake that an earlier step has explained is not explained again."""
        hint = finding.check.diagnosis.hint if finding.check.diagnosis else None
        before = next((number for text, number in self.told if text == hint), self.number)
        if before != self.number and finding.check.status is CheckStatus.FAILED:
            self.line(self.say(msg("The same mistake as in step {number}.", number=before)), indent=6)
            return
        self.lines(finding.texts, indent=6)
        if hint is not None:
            self.told.append((hint, self.number))

    def _unchecked(self) -> None:
        rest = [one for one in self.grade.exercises if one.status is ExerciseStatus.NOT_RUN]
        if rest:
            self.heading(msg("Not checked, because the time for this notebook was used up:"))
        for exercise in rest:
            self._exercise(exercise)
        broken = [one for one in self.grade.exercises if one.status is ExerciseStatus.GRADER_FAULT]
        if broken:
            self.heading(prose.GRADER_FAULT)
        for exercise in broken:
            self._exercise(exercise)
            for check in exercise.checks:
                if check.status is CheckStatus.GRADER_FAULT and check.message is not None:
                    self.line(self.say(check.message), indent=7)

    # ---- cells, notes, walls

    def _cells(self) -> None:
        broken = steps.broken(self.grade)
        if broken.causes:
            self.heading(msg("Cells that did not run to their end:"))
        for cell in broken.causes[: steps.MAX_CELLS]:
            self.line(self.say(prose.cell_text(cell)), indent=2)
            self.lines(cell.notes, indent=4)
        if len(broken.causes) > steps.MAX_CELLS:
            left = len(broken.causes) - steps.MAX_CELLS
            self.line(self.say(msgs("and {n} more", "and {n} more", left)), indent=2)
        self._following(broken.consequences)

    def _following(self, cells: Sequence[CellResult]) -> None:
        """Cells that will run once the rest is right: only their numbers, unless everything is to be shown."""
        if not cells:
            return
        self.heading(steps.run_again(cells))
        for cell in cells if self.verbose else ():
            self.line(self.say(prose.cell_text(cell)), indent=2)

    def _notes(self) -> None:
        self.console.print()
        self.lines(self.grade.notes, indent=0, style="dim")


def _walls(run: Run) -> Text:
    if run.walls:
        return msg("Walls around your code: {walls}.", walls=", ".join(run.walls))
    return msg("Your code ran without walls: this system has none, or they were switched off.")


def _class_table(run: Run, console: Console, lang: Lang) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column(render(msg("participant"), lang), overflow="fold")
    table.add_column(render(msg("score"), lang), justify="right")
    for exercise in run.course.exercises:
        table.add_column(exercise.id, justify="right")
    table.add_column("")
    for grade in run.grades:
        cells = [prose.points(exercise, lang) for exercise in grade.exercises]
        marks = [
            f"[{_STYLES[exercise.status]}]{escape(cell)}[/]"
            for exercise, cell in zip(grade.exercises, cells, strict=True)
        ]
        marks += [""] * (len(run.course.exercises) - len(marks))
        status = "" if grade.status is SubmissionStatus.GRADED else render(prose.STATUSES[grade.status], lang)
        total = f"{grade.score:g}/{grade.max_score:g}" + (f" +{grade.bonus:g}" if grade.bonus else "")
        table.add_row(escape(prose.clean(grade.notebook.participant)), total, *marks, status)
    blank = [""] * (1 + len(run.course.exercises))
    without = [(person, msg("handed in nothing")) for person in run.missing or ()]
    for person, what in (*without, *((person, msg("not certain what is theirs")) for person in run.doubtful)):
        table.add_row(escape(prose.clean(person.name)), *blank, render(what, lang), style="dim")
    console.print(table)
