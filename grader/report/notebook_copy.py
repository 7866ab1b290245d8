"""A copy of the participant's notebook with a result under each exercise's cell, and a summary on top.

The participant's own cells are as they were. Whatever may be the participant's in ours stands in code, where nothing is
markup (see markdown.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from grader.course.course import Course
from grader.errors import OutputError
from grader.i18n import Lang, Message, Text, Value, msg
from grader.model import CheckStatus, ExerciseResult, ExerciseStatus, Grade
from grader.report import next_steps as steps
from grader.report import wording as prose
from grader.report.markdown import block, code, said
from grader.report.run import Run, language
from grader.submissions import notebook
from grader.submissions.bound_names import defines
from grader.submissions.repair import whole

MARK = "<!-- grader:result -->"
TAG = "grader"
SUMMARY = "summary"


def text(run: Run, grade: Grade) -> str:
    """The copy of one of a run's notebooks, which has been read. Raise OutputError where its file has changed since."""
    path = grade.notebook.path
    original = notebook.reread(Path(path), grade.notebook.sha256)
    if original is None:
        raise OutputError(f"{path} is no longer the file that was graded: grade it again to get a copy with results.")
    copy = _Copy(run.course, grade, whole(original), language(run)).made()
    nbformat.validate(copy)
    return str(nbformat.writes(copy)) + "\n"


class _Copy:
    """One copy in the making. `at`: from the index of a cell as it was handed in to where it is in the copy."""

    def __init__(self, course: Course, grade: Grade, original: NotebookNode, lang: Lang) -> None:
        self.course, self.grade, self.original, self.lang = course, grade, original, lang
        self.kept = [index for index, cell in enumerate(original.cells) if not _is_ours(cell)]
        self.placed = _placed(grade, self.kept)
        self.at: dict[int, int] = {}
        place = 1
        for index in self.kept:
            self.at[index] = place
            place += 1 + len(self.placed.get(index, ()))

    def made(self) -> NotebookNode:
        taken = {self.original.cells[index].id for index in self.kept}
        cells = [_cell(SUMMARY, self._summary(), taken)]
        for index in self.kept:
            cells.append(self.original.cells[index])
            cells += [_cell(one.id, self._result(one), taken) for one in self.placed.get(index, ())]
        self.original.cells = cells
        return self.original

    def say(self, text: Text) -> str:
        return said(_moved(text, self.at), self.lang)

    # ---- under an exercise's cell

    def _result(self, exercise: ExerciseResult) -> str:
        return _quoted(self._lines(exercise))

    def _lines(self, exercise: ExerciseResult) -> Iterator[str]:
        """Blocks of Markdown: the score, what works, what to change and why, the call that shows it."""
        mark = prose.MARKS[exercise.status].replace("~", r"\~")
        points = prose.points(exercise, self.lang)
        yield f"**{mark} {exercise.id} {self.say(exercise.title)}: {points}**"
        yield from (self.say(remark) for remark in prose.remarks(exercise))
        if exercise.status in (ExerciseStatus.MISSING, ExerciseStatus.SUPERSEDED, ExerciseStatus.NOT_RUN):
            return
        needed = steps.stands_on(exercise, self.grade, self.course) if exercise in steps.to_do(self.grade) else ""
        if needed:
            yield self.say(msg("It calls {names}, not right yet, but it has a mistake of its own too.", names=needed))
        passed = [check for check in exercise.checks if check.status is CheckStatus.PASSED]
        yield "  \n".join(f"✓ {self.say(check.title)}" for check in passed)
        for finding in prose.findings(exercise):
            yield from self._finding(finding)

    def _finding(self, finding: prose.Finding) -> Iterator[str]:
        yield "  \n".join(f"✗ {self.say(check.title)}" for check in (finding.check, *finding.same))
        yield from (self.say(text) for text in finding.texts)
        if finding.check.input:
            yield block(finding.check.input)
        yield "  \n".join(f"{self.say(label)}: {code(value)}" for label, value in finding.values)

    # ---- on top

    def _summary(self) -> str:
        return "\n\n".join([MARK, *filter(None, self._parts())])

    def _parts(self) -> Iterator[str]:
        grade = self.grade
        yield f"## {self.say(self.course.title)}\n\n**{self.say(prose.score(grade))}**"
        yield from (self.say(reason) for reason in prose.reasons(grade))
        yield self._table()
        left = steps.plan(grade)
        if not left and not grade.faulted:
            yield self.say(msg("Everything works. Well done!"))
        if left:
            shown = [steps.told(step.exercise) for step in left[: steps.MAX_STEPS]]
            lines = [f"{number}. {self.say(text)}" for number, text in enumerate(shown, start=1)]
            yield self._heading(msg("What to do next:")) + "\n\n" + "\n".join(lines)
            yield self.say(msg("Under the cell of each exercise stands what to change."))
        unplaced = [step.exercise for step in left if not any(step.exercise in some for some in self.placed.values())]
        for exercise in unplaced:
            yield _quoted(self._lines(exercise), mark=False)
        yield from self._cells()
        yield from (self.say(note) for note in grade.notes)

    def _heading(self, text: Text) -> str:
        return f"**{self.say(text)}**"

    def _table(self) -> str:
        exercise, points = self.say(msg("exercise")), self.say(msg("points"))
        head = f"|  | {exercise} | {points} |\n| --- | --- | ---: |"
        rows = [
            f"| {prose.MARKS[one.status]} | {one.id} {self.say(one.title)} | {prose.points(one, self.lang)} |"
            for one in self.grade.exercises
        ]
        return "\n".join([head, *rows]).replace("~", r"\~")

    def _cells(self) -> Iterator[str]:
        causes = steps.broken(self.grade).causes
        if causes:
            yield self._heading(msg("Cells that did not run to their end:"))
        for cell in causes:
            texts = [prose.cell_text(cell), *cell.notes]
            yield "- " + "  \n  ".join(self.say(text) for text in texts)


def _placed(grade: Grade, kept: Sequence[int]) -> Mapping[int, list[ExerciseResult]]:
    """Each exercise's result under the cell that it was judged by, or under the one that was to hold it."""
    placed: dict[int, list[ExerciseResult]] = {}
    taken = {exercise.cell for exercise in grade.exercises}
    for exercise in grade.exercises:
        cell = exercise.cell
        if cell is None:
            empty = [one.index for one in grade.notebook.cells if defines(one, exercise.function)]
            cell = next((index for index in empty if index not in taken), None)
            taken.add(cell)
        if cell is not None and cell in kept:
            placed.setdefault(cell, []).append(exercise)
    return placed


def _is_ours(cell: Mapping[str, Any]) -> bool:
    """A result of an earlier grading, also where an editor has dropped the tag; never a cell of code."""
    if cell["cell_type"] != "markdown":
        return False
    return TAG in cell["metadata"] or str(cell["source"]).startswith(MARK)


def _cell(name: str, source: str, taken: set[str]) -> NotebookNode:
    id = f"grader-{name}"
    while id in taken:
        id += "_"
    taken.add(id)
    return new_markdown_cell(source, id=id, metadata={TAG: {"result": name}})


def _quoted(blocks: Iterator[str], mark: bool = True) -> str:
    """Set off from the participant's own cells by a bar on the left."""
    lines = "\n\n".join(filter(None, blocks)).splitlines()
    return "\n".join(
        [*([MARK, ""] if mark else []), *(f"> {line}".rstrip(" ") if not line else f"> {line}" for line in lines)]
    )


def _moved(text: Text, at: Mapping[int, int]) -> Text:
    """The same text with the numbers that cells have in the copy."""
    if not isinstance(text, Message):
        return text
    values = {name: _moved_value(name, value, at) for name, value in text.values.items()}
    return Message(text.text, values, text.plural, text.n)


def _moved_value(name: str, value: Value, at: Mapping[int, int]) -> Value:
    if name == "cell" and isinstance(value, int):
        return at.get(value - 1, value - 1) + 1
    return _moved(value, at) if isinstance(value, Message) else value
