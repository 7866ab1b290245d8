"""The report that a person reads in a terminal: what works, what to do next and why, and the rest in short."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from grader.i18n import Lang, Text, msg, msgs, render
from grader.model import CellResult, CheckStatus, ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.report import by_hand, class_summary, next_steps, same_work, wording
from grader.report.next_steps import Step
from grader.report.run import Run
from grader.report.wording import Finding

WIDTH = 64  # of an exercise's title, before its points
MAX_SAME = 5  # lines about what is the same
MIN_NAME = 10  # characters of a name in the class table
_STYLES = {
    ExerciseStatus.PASSED: "green",
    ExerciseStatus.SUPERSEDED: "green",
    ExerciseStatus.PARTIAL: "yellow",
    ExerciseStatus.FAILED: "red",
    ExerciseStatus.MISSING: "dim",
    ExerciseStatus.NOT_RUN: "dim",
    ExerciseStatus.UNGRADED: "magenta",
    ExerciseStatus.BY_HAND: "magenta",
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
        _Report(run, run.grades[0], console, run.lang, verbose).show()
    else:
        _class_table(run, console, run.lang)


class _Report:
    """One submission's report.

    `explained` has each hint that was shown, with the number of its step; `number` is that of the step being shown.
    """

    def __init__(self, run: Run, grade: Grade, console: Console, lang: Lang, verbose: bool) -> None:
        self.run, self.grade, self.console, self.lang, self.verbose = run, grade, console, lang, verbose
        self.explained: list[tuple[Text, int]] = []
        self.number = 0

    def say(self, text: Text) -> str:
        return wording.clean(render(text, self.lang))

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
        self.line(f"{self.say(self.run.course.title)}: {wording.clean(grade.notebook.path)}", style="bold")
        if grade.status is not SubmissionStatus.GRADED:
            self._ungraded()
            return
        self.line(self.say(wording.score(grade)), style="bold")
        self._works()
        self._steps()
        self._unchecked()
        self._cells()
        self._notes()
        if self.verbose:
            self.line(self.say(wording.walls(self.run)), style="dim")
            self.line(self.say(wording.versions(self.run.config)), style="dim")

    def _ungraded(self) -> None:
        status = msg("Status: {status}", status=wording.STATUSES[self.grade.status])
        self.line(self.say(status), style="bold red")
        for note in self.grade.notes:
            for line in render(note, self.lang).splitlines():
                self.line(wording.clean(line), indent=2)
        if self.grade.status is SubmissionStatus.NO_EXERCISES:
            names = ", ".join(dict.fromkeys(one.function for one in self.grade.exercises if one.function))
            self.lines([msg("The grader looks for functions with these names: {names}.", names=names)], indent=2)
            for exercise in self.grade.exercises:
                self.lines([msg("{id}: {note}", id=exercise.id, note=note) for note in exercise.notes], indent=2)
            self._cells()

    # ---- what works

    def _works(self) -> None:
        exercises = next_steps.working(self.grade)
        more_to_earn = next_steps.bonuses(self.grade) if next_steps.plan(self.grade) else []
        if exercises:
            self.heading(msg("What works:"))
        for exercise in exercises:
            self._exercise(exercise)
            self.lines(wording.remarks(exercise), indent=7)
            if self.verbose and exercise.status is ExerciseStatus.PASSED:
                self._checks(exercise)
            elif exercise in more_to_earn:
                self.lines(next_steps.bonus_texts(exercise), indent=7)

    def _exercise(self, exercise: ExerciseResult) -> None:
        title = f"{wording.MARKS[exercise.status]} {exercise.id:<3} {self.say(exercise.title)}"
        points = wording.points(exercise, self.lang)
        self.line(f"{title:<{WIDTH}} {points:>9}", indent=1, style=_STYLES[exercise.status])

    # ---- what to do

    def _steps(self) -> None:
        left, bonuses = next_steps.plan(self.grade, everything=self.verbose), next_steps.bonuses(self.grade)
        if not left and not self.grade.faulted:
            self.console.print()
            self.line(self.say(next_steps.all_done_text(self.grade)), style="bold green")
        shown = left if self.verbose else left[: next_steps.MAX_STEPS]
        if shown:
            self.heading(wording.NEXT)
        for number, step in enumerate(shown, start=1):
            self._step(number, step)
        if next_steps.shows_values(shown):
            self.line(self.say(wording.PASTE), indent=2, style="dim")
        if left[len(shown) :]:
            self.heading(msg("After that:"))
        for step in left[len(shown) :]:
            self._exercise(step.exercise)
        later = next_steps.not_begun(self.grade)
        if later and not self.verbose:
            self.heading(next_steps.not_begun_text(later))
        if not left and bonuses:
            self.heading(msg("For a bonus:"))
            for exercise in bonuses:
                self._exercise(exercise)
                self._findings(exercise)

    def _step(self, number: int, step: Step) -> None:
        self.number, exercise = number, step.exercise
        title = f"{number}. {self.say(next_steps.instruction(exercise))}"
        points = wording.points(exercise, self.lang)
        self.line(f"{title:<{WIDTH}} {points:>9}", indent=1, style=_STYLES[exercise.status])
        self.lines(wording.remarks(exercise), indent=4)
        if exercise.status is ExerciseStatus.MISSING:
            return
        needed = next_steps.unfinished_needs(exercise, self.grade)
        if needed:
            self.line(self.say(wording.needs(needed)), indent=4)
        if self.verbose:
            self._checks(exercise)
        else:
            self._findings(exercise)
        if step.same:
            self.line(self.say(_same_cause(step.same)), indent=4)
        if step.together:
            self.line(self.say(next_steps.together_text(step)), indent=4)

    def _findings(self, exercise: ExerciseResult) -> None:
        if exercise.status is ExerciseStatus.PARTIAL:
            passed = [check for check in exercise.checks if check.status is CheckStatus.PASSED]
            self.lines([msg("✓ {title}", title=check.title) for check in passed], indent=4, style="green")
        for finding in wording.findings(exercise):
            self.lines([by_hand.failed_title(check) for check in (finding.check, *finding.same)], indent=4)
            self._finding(finding)

    def _checks(self, exercise: ExerciseResult) -> None:
        for check in exercise.checks:
            if check.by_hand:
                continue  # it stands among the remarks
            if check.status is CheckStatus.PASSED:
                self.line(f"✓ {self.say(check.title)}", indent=4, style="green")
            elif check.status is CheckStatus.UNGRADED:
                self.line(f"? {self.say(check.title)}", indent=4)
            else:
                self.line(self.say(by_hand.failed_title(check)), indent=4)
                self._finding(Finding(check))

    def _finding(self, finding: Finding) -> None:
        self._texts(finding)
        if finding.check.input:
            self.line(wording.clean(finding.check.input), indent=8, style="cyan")
        width = max((len(self.say(label)) for label, _ in finding.values), default=0)
        for label, value in finding.values:
            self.line(f"{self.say(label):<{width}}: {wording.clean(value)}", indent=8)
        self.lines(finding.paste, indent=6)
        self._worked(finding)

    def _worked(self, finding: Finding) -> None:
        if finding.worked:
            self.line(self.say(wording.WORKED), indent=6)
        for step in finding.worked:
            self.line(step, indent=8)
        self.lines(finding.compared, indent=6)

    def _texts(self, finding: Finding) -> None:
        """What happened and why. A mistake that an earlier step explains is not explained again."""
        hint = finding.check.diagnosis.hint if finding.check.diagnosis else None
        before = next((number for text, number in self.explained if text == hint), self.number)
        if before != self.number and finding.check.status is CheckStatus.FAILED:
            self.line(self.say(msg("The same mistake as in step {number}.", number=before)), indent=6)
            return
        self.lines(finding.texts, indent=6)
        if hint is not None:
            self.explained.append((hint, self.number))

    def _unchecked(self) -> None:
        ungraded = [one for one in self.grade.exercises if one.status is ExerciseStatus.UNGRADED]
        if ungraded:
            self.heading(wording.UNGRADED)
        for exercise in ungraded:
            self._exercise(exercise)
            self.lines(wording.remarks(exercise), indent=7)
            self._findings(exercise)
        self._by_hand()
        rest = [one for one in self.grade.exercises if one.status is ExerciseStatus.NOT_RUN]
        if rest:
            self.heading(msg("Not checked, because the time for this notebook was used up:"))
        for exercise in rest:
            self._exercise(exercise)
        broken = [one for one in self.grade.exercises if one.status is ExerciseStatus.GRADER_FAULT]
        if broken:
            self.heading(wording.GRADER_FAULT)
        for exercise in broken:
            self._exercise(exercise)
            for check in exercise.checks:
                if check.status is CheckStatus.GRADER_FAULT and check.message is not None:
                    self.line(self.say(check.message), indent=7)

    def _by_hand(self) -> None:
        to_come = [one for one in self.grade.exercises if one.status is ExerciseStatus.BY_HAND]
        both = ((by_hand.GRADED, next_steps.graded_by_hand(self.grade)), (by_hand.TO_GRADE, to_come))
        for title, exercises in both:
            if exercises:
                self.heading(title)
            for exercise in exercises:
                self._exercise(exercise)
                self.lines(wording.remarks(exercise), indent=7)

    # ---- cells, notes, walls

    def _cells(self) -> None:
        broken = next_steps.broken_cells(self.grade)
        if broken.causes:
            self.heading(wording.BROKEN_CELLS)
        for cell in broken.causes[: next_steps.MAX_CELLS]:
            self.line(self.say(wording.cell_text(cell)), indent=2)
            self.lines(cell.notes, indent=4)
        if len(broken.causes) > next_steps.MAX_CELLS:
            left = len(broken.causes) - next_steps.MAX_CELLS
            self.line(self.say(msgs("and {n} more", "and {n} more", left)), indent=2)
        self._following(broken.consequences)

    def _following(self, cells: Sequence[CellResult]) -> None:
        """Cells that will run once everything else is right: only their numbers, unless everything is shown."""
        if not cells:
            return
        self.heading(next_steps.run_again_text(cells))
        for cell in cells if self.verbose else ():
            self.line(self.say(wording.cell_text(cell)), indent=2)

    def _notes(self) -> None:
        self.console.print()
        self.lines(self.grade.notes, indent=0, style="dim")


def _same_cause(exercises: Sequence[ExerciseResult]) -> Text:
    names = ", ".join(f"{one.function} ({one.id})" for one in exercises)
    count = len(exercises)
    return msgs("{names} fails for the same reason.", "{names} fail for the same reason.", count, names=names)


def _class_table(run: Run, console: Console, lang: Lang) -> None:
    ids = tuple(one.id for one in run.course.exercises if not run.config.only or one.id in run.config.only)
    rows = [_row(grade, ids, lang) for grade in run.grades]
    blank = ("",) * len(ids)
    without = [(person, msg("handed in nothing")) for person in run.missing or ()]
    for person, what in (*without, *((person, msg("not certain what is theirs")) for person in run.doubtful)):
        rows.append(_Row(wording.clean(person.name), "", blank, blank, render(what, lang), "dim"))
    head = _Row(render(msg("participant"), lang), render(msg("score"), lang), ids, blank)
    console.print(_table(head, rows, console.width))
    for text in (*class_summary.open_texts(run), *_same(run)):
        console.print(escape(wording.clean(render(text, lang))), highlight=False)
    if (exposure := wording.exposure(run.grades)) is not None:
        console.print(render(exposure, lang), style="bold yellow", markup=False, highlight=False)


def _same(run: Run) -> Iterator[Text]:
    """What some people have the same, the first few of it."""
    found = same_work.same_work(run)
    for same in found[:MAX_SAME]:
        yield msg("{what}: {who}", what=same.text, who=same_work.names(same, run))
    more = len(found) - MAX_SAME
    if more > 0:
        yield msgs("and {n} more: --report xlsx=FILE", "and {n} more: --report xlsx=FILE", more)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the class table.

    Attributes:
        name: The participant.
        total: The score.
        points: The points in each exercise.
        styles: The styles of these.
        status: What there is to say instead of a score.
        style: That of the whole row.
    """

    name: str
    total: str
    points: tuple[str, ...]
    styles: tuple[str, ...]
    status: str = ""
    style: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """All but the name."""
        return (self.total, *self.points, self.status)


def _row(grade: Grade, ids: Sequence[str], lang: Lang) -> _Row:
    by_id = {exercise.id: exercise for exercise in grade.exercises}
    exercises = [by_id.get(id) for id in ids]
    points = tuple(wording.points(one, lang) if one else "" for one in exercises)
    styles = tuple(_STYLES[one.status] if one else "" for one in exercises)
    status = "" if grade.status is SubmissionStatus.GRADED else render(wording.STATUSES[grade.status], lang)
    return _Row(wording.clean(grade.notebook.participant), wording.total(grade, lang), points, styles, status)


def _table(head: _Row, rows: Sequence[_Row], width: int) -> Table:
    """Names fold, numbers don't: where there is no room for those of the exercises, they are left out."""
    widths = [max(map(len, column)) for column in zip(*(row.cells for row in [head, *rows]), strict=True)]
    fits = MIN_NAME + sum(column + 1 for column in widths) <= width
    table = Table(box=None, pad_edge=False)
    table.add_column(head.name, overflow="fold")
    for title in (head.total, *(head.points if fits else ())):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("")
    for row in rows:
        marks = [Line(text, style) for text, style in zip(row.points, row.styles, strict=True)] if fits else []
        table.add_row(escape(row.name), row.total, *marks, row.status, style=row.style)
    return table
