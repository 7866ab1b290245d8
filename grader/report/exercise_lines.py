"""Exercises as lines of a terminal: their points, what is wrong with each and why."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from grader.i18n import Lang, Text, msg, render
from grader.model import CheckStatus, ExerciseResult, ExerciseStatus
from grader.report import by_hand, wording
from grader.report.findings import Finding, findings

WIDTH = 64  # of an exercise's title, before its points
STYLES = {
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


class Lines:
    """Prints texts in one language."""

    def __init__(self, console: Console, lang: Lang) -> None:
        self.console, self.lang = console, lang

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


class ExerciseLines(Lines):
    """Prints exercises.

    Attributes:
        explained: each hint that was shown, with the number of its step.
        number: that of the step being shown.
    """

    def __init__(self, console: Console, lang: Lang) -> None:
        super().__init__(console, lang)
        self.explained: list[tuple[Text, int]] = []
        self.number = 0

    def exercise(self, exercise: ExerciseResult) -> None:
        title = f"{wording.MARKS[exercise.status]} {exercise.id:<3} {self.say(exercise.title)}"
        points = wording.points(exercise, self.lang)
        self.line(f"{title:<{WIDTH}} {points:>9}", indent=1, style=STYLES[exercise.status])

    def findings(self, exercise: ExerciseResult) -> None:
        if exercise.status is ExerciseStatus.PARTIAL:
            passed = [check for check in exercise.checks if check.status is CheckStatus.PASSED]
            self.lines([msg("✓ {title}", title=check.title) for check in passed], indent=4, style="green")
        for finding in findings(exercise):
            self.lines([by_hand.failed_title(check) for check in (finding.check, *finding.same)], indent=4)
            self._finding(finding)

    def checks(self, exercise: ExerciseResult) -> None:
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
