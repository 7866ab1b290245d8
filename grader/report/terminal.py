"""The report that a person reads in a terminal: what works, what to do next and why, and the rest in short."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console

from grader.i18n import Lang, Text, msg, msgs, render
from grader.model import CellResult, CheckStatus, ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.report import by_hand, next_steps, wording
from grader.report.class_table import show_class
from grader.report.exercise_lines import STYLES, WIDTH, ExerciseLines
from grader.report.next_steps import Step
from grader.report.run import Run


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
        show_class(run, console, run.lang)


class _Report(ExerciseLines):
    """One submission's report."""

    def __init__(self, run: Run, grade: Grade, console: Console, lang: Lang, verbose: bool) -> None:
        super().__init__(console, lang)
        self.run, self.grade, self.verbose = run, grade, verbose

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
            self.exercise(exercise)
            self.lines(wording.remarks(exercise), indent=7)
            if self.verbose and exercise.status is ExerciseStatus.PASSED:
                self.checks(exercise)
            elif exercise in more_to_earn:
                self.lines(next_steps.bonus_texts(exercise), indent=7)

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
            self.exercise(step.exercise)
        later = next_steps.not_begun(self.grade)
        if later and not self.verbose:
            self.heading(next_steps.not_begun_text(later))
        if not left and bonuses:
            self.heading(msg("For a bonus:"))
            for exercise in bonuses:
                self.exercise(exercise)
                self.findings(exercise)

    def _step(self, number: int, step: Step) -> None:
        self.number, exercise = number, step.exercise
        title = f"{number}. {self.say(next_steps.instruction(exercise))}"
        points = wording.points(exercise, self.lang)
        self.line(f"{title:<{WIDTH}} {points:>9}", indent=1, style=STYLES[exercise.status])
        self.lines(wording.remarks(exercise), indent=4)
        if exercise.status is ExerciseStatus.MISSING:
            return
        needed = next_steps.unfinished_needs(exercise, self.grade)
        if needed:
            self.line(self.say(wording.needs(needed)), indent=4)
        if self.verbose:
            self.checks(exercise)
        else:
            self.findings(exercise)
        if step.same:
            self.line(self.say(_same_cause(step.same)), indent=4)
        if step.together:
            self.line(self.say(next_steps.together_text(step)), indent=4)

    def _unchecked(self) -> None:
        ungraded = [one for one in self.grade.exercises if one.status is ExerciseStatus.UNGRADED]
        if ungraded:
            self.heading(wording.UNGRADED)
        for exercise in ungraded:
            self.exercise(exercise)
            self.lines(wording.remarks(exercise), indent=7)
            self.findings(exercise)
        self._by_hand()
        rest = [one for one in self.grade.exercises if one.status is ExerciseStatus.NOT_RUN]
        if rest:
            self.heading(msg("Not checked, because the time for this notebook was used up:"))
        for exercise in rest:
            self.exercise(exercise)
        broken = [one for one in self.grade.exercises if one.status is ExerciseStatus.GRADER_FAULT]
        if broken:
            self.heading(wording.GRADER_FAULT)
        for exercise in broken:
            self.exercise(exercise)
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
                self.exercise(exercise)
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
