"""A copy of the participant's notebook with a summary on top and a result under the cell of each exercise.

Several files that were run as one notebook make one copy, with the name of each above its cells. Where nothing can be
read, the copy is only the summary, which says why. The participant's own cells stay as they were. In the added cells,
whatever a participant may have written stands in code, where nothing is markup (see markdown.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import click
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from grader.course.course import Course
from grader.errors import OutputError, UsageError
from grader.i18n import CellRef, Lang, Message, Text, Value, msg, render
from grader.model import CheckStatus, ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.output import printable
from grader.report import by_hand, next_steps, wording
from grader.report.findings import Finding, findings
from grader.report.markdown import block, code, inline
from grader.report.run import Run
from grader.report.writing import Environ, write
from grader.submissions import originals
from grader.submissions.bound_names import defines
from grader.submissions.repair import valid_notebook
from grader.submissions.results_folder import COPY_MARK

TAG = "grader"  # is in the metadata of each added cell
SUMMARY = "summary"
MAX_ID = 56  # characters of a cell's id that are kept where a number follows; the format allows 64
MAX_STEM = 100  # characters of a copy's file name


def deliver(run: Run, file: Path | None, _: Environ) -> None:
    """Write a copy of the only notebook to `file`, or of each of several into a folder of that name."""
    single = len(run.grades) == 1
    if file is None and not single:
        raise UsageError(
            "there are {count} notebooks. Name a folder for copies: --report notebook=FOLDER", count=len(run.grades)
        )
    names: set[str] = set()
    for grade in run.grades:
        name = file_name(grade.notebook.participant, names)
        problem = _obstacle(grade)
        if problem is not None:
            path = printable(grade.notebook.path)
            said = msg("{path} {problem}: no copy of it is made", path=path, problem=problem)
            click.echo(f"grade: {render(said, run.lang)}", err=True)
        else:
            write(file if file is None or single else file / name, text(run, grade))


def existing_copies(file: Path | None, _: Environ) -> Iterable[Path]:
    """The notebooks in the folder that copies go into."""
    return file.glob("*.[iI][pP][yY][nN][bB]") if file is not None and file.is_dir() else ()


def _obstacle(grade: Grade) -> Text | None:
    """Why a submission can't be copied; None where it can."""
    if grade.status is SubmissionStatus.UNREADABLE or originals.is_there(grade.notebook):
        return None
    if "\N{REPLACEMENT CHARACTER}" in grade.notebook.path:
        return msg("has a name that is not UTF-8 (rename it)")
    return msg("is not there any more")


def file_name(participant: str, taken: set[str]) -> str:
    """A name for the participant's copy that any system allows and that is not in `taken`, where it is added."""
    kept = "".join(letter if letter.isalnum() or letter in "-_ " else "_" for letter in participant)
    stem = kept[:MAX_STEM] or "_"
    name, number = f"{stem}.ipynb", 2
    while name.lower() in taken:
        name, number = f"{stem}-{number}.ipynb", number + 1
    taken.add(name.lower())
    return name


def text(run: Run, grade: Grade) -> str:
    """The copy of one of the run's notebooks. Raise OutputError where a file has changed since it was graded."""
    copy = _Copy(run.course, grade, run.lang).build()
    nbformat.validate(copy)
    return str(nbformat.writes(copy)) + "\n"


@dataclass(frozen=True, slots=True)
class _Own:
    """A cell of the participant's.

    Attributes:
        cell: The cell.
        index: Its index in the whole; None for what follows the last cell of a file that anything is said of.
        file: The name of the file that begins with it, if several files are one notebook.
    """

    cell: NotebookNode
    index: int | None
    file: str = ""


def _read_cells(grade: Grade) -> tuple[NotebookNode, list[_Own]]:
    """An empty notebook with the participant's metadata, and their cells."""
    found = () if grade.status is SubmissionStatus.UNREADABLE else originals.reread(grade.notebook)
    if found is None:
        raise OutputError(
            "{path} is no longer the file that was graded. Grade it again to get a copy with results.",
            path=grade.notebook.path,
        )
    made, own = new_notebook(), list[_Own]()
    for place, file in enumerate(found):
        notebook = valid_notebook(file.text) if file.text is not None else new_notebook()
        made.metadata = made.metadata or notebook.metadata
        end = found[place + 1].first if place + 1 < len(found) else file.first + len(notebook.cells)
        indices = (index if index < end else None for index in count(file.first))
        cells = zip(notebook.cells, indices, strict=False)
        kept = [_Own(cell, index) for cell, index in cells if not _is_ours(cell)]
        own += [replace(one, file=file.name) for one in kept[:1]] + kept[1:]
    return made, own


class _Copy:
    """One copy while it is made.

    `own` are the participant's cells, `placed` the results that follow each of them, and `at` says where in the copy
    each of them is.
    """

    def __init__(self, course: Course, grade: Grade, lang: Lang) -> None:
        self.course, self.grade, self.lang = course, grade, lang
        self.notebook, self.own = _read_cells(grade)
        self.placed = _place(grade, [one.index for one in self.own if one.index is not None])
        self.at: dict[int, int] = {}
        place = 1
        for one in self.own:
            place += bool(one.file)
            if one.index is not None:
                self.at[one.index] = place
            place += 1 + len(self._results(one))

    def build(self) -> NotebookNode:
        taken: set[str] = set()
        for one in self.own:
            one.cell.id = _free(one.cell.id, taken)
        cells = [_cell(SUMMARY, self._summary(), taken)]
        for one in self.own:
            if one.file:
                cells.append(_cell("file", f"{COPY_MARK}\n\n### {code(one.file)}", taken))
            cells.append(one.cell)
            cells += [_cell(result.id, self._result(result), taken) for result in self._results(one)]
        self.notebook.cells = cells
        return self.notebook

    def _results(self, own: _Own) -> Sequence[ExerciseResult]:
        """The results that follow a cell."""
        return () if own.index is None else self.placed.get(own.index, ())

    def say(self, text: Text) -> str:
        return inline(_renumber(text, self.at), self.lang)

    # ---- under an exercise's cell

    def _result(self, exercise: ExerciseResult) -> str:
        return _quote(self._lines(exercise))

    def _lines(self, exercise: ExerciseResult) -> Iterator[str]:
        """Blocks of Markdown: the score, what works, what to change and why, the call that shows it."""
        mark = wording.MARKS[exercise.status].replace("~", r"\~")
        points = wording.points(exercise, self.lang)
        yield f"**{mark} {exercise.id} {self.say(exercise.title)}: {points}**"
        yield from (self.say(remark) for remark in wording.remarks(exercise))
        if exercise.status in (ExerciseStatus.MISSING, ExerciseStatus.SUPERSEDED, ExerciseStatus.NOT_RUN):
            return
        needed = next_steps.unfinished_needs(exercise, self.grade)
        if needed and exercise in next_steps.to_do(self.grade):
            yield self.say(wording.needs(needed))
        passed = [check for check in exercise.checks if check.status is CheckStatus.PASSED]
        yield "  \n".join(f"✓ {self.say(check.title)}" for check in passed)
        for finding in findings(exercise):
            yield from self._finding(finding)

    def _finding(self, finding: Finding) -> Iterator[str]:
        yield "  \n".join(self.say(by_hand.failed_title(check)) for check in (finding.check, *finding.same))
        yield from (self.say(text) for text in finding.texts)
        if finding.check.input:
            yield block(finding.check.input)
        yield "  \n".join(f"{self.say(label)}: {code(value)}" for label, value in finding.values)
        yield from (self.say(text) for text in finding.paste)
        if finding.worked:
            yield self.say(wording.WORKED)
            yield block(*finding.worked)
        yield from (self.say(text) for text in finding.compared)

    # ---- on top

    def _summary(self) -> str:
        return "\n\n".join([COPY_MARK, *filter(None, self._parts())])

    def _parts(self) -> Iterator[str]:
        grade = self.grade
        is_graded = grade.status is SubmissionStatus.GRADED
        head = wording.score(grade) if is_graded else wording.STATUSES[grade.status]
        yield f"## {self.say(self.course.title)}\n\n**{self.say(head)}**"
        yield from (self.say(reason) for reason in wording.reasons(grade))
        if not is_graded:
            return
        yield self._table()
        left = next_steps.plan(grade)
        if not left and not grade.faulted:
            yield self.say(next_steps.all_done_text(grade))
        if left:
            shown = [next_steps.instruction(step.exercise) for step in left[: next_steps.MAX_STEPS]]
            lines = [f"{number}. {self.say(text)}" for number, text in enumerate(shown, start=1)]
            yield self._heading(wording.NEXT) + "\n\n" + "\n".join(lines)
            yield self.say(msg("What to change is under the cell of each exercise."))
        later = next_steps.not_begun(grade)
        if later:
            yield self.say(next_steps.not_begun_text(later))
        lost = [one for one in grade.exercises if one.status is ExerciseStatus.UNGRADED]
        listed = (*(step.exercise for step in left), *lost)
        unplaced = [one for one in listed if not any(one in some for some in self.placed.values())]
        for exercise in unplaced:
            yield _quote(self._lines(exercise), mark=False)
        yield from self._cells()
        yield from (self.say(note) for note in grade.notes)

    def _heading(self, text: Text) -> str:
        return f"**{self.say(text)}**"

    def _table(self) -> str:
        exercise, points = self.say(msg("exercise")), self.say(msg("points"))
        head = f"|  | {exercise} | {points} |\n| --- | --- | ---: |"
        rows = [
            f"| {wording.MARKS[one.status]} | {one.id} {self.say(one.title)} | {wording.points(one, self.lang)} |"
            for one in self.grade.exercises
        ]
        return "\n".join([head, *rows]).replace("~", r"\~")

    def _cells(self) -> Iterator[str]:
        causes = next_steps.broken_cells(self.grade).causes
        if causes:
            yield self._heading(wording.BROKEN_CELLS)
        for cell in causes:
            texts = [wording.cell_text(cell), *cell.notes]
            yield "- " + "  \n  ".join(self.say(text) for text in texts)


def _place(grade: Grade, kept: Sequence[int]) -> Mapping[int, list[ExerciseResult]]:
    """The results by the index of the cell that they follow: the judged one, or an empty definition of the function."""
    placed: dict[int, list[ExerciseResult]] = {}
    taken = {exercise.cell for exercise in grade.exercises}
    for exercise in grade.exercises:
        cell = exercise.cell
        if cell is None:
            empty = [one.index for one in grade.notebook.cells if exercise.function and defines(one, exercise.function)]
            cell = next((index for index in empty if index not in taken), None)
            taken.add(cell)
        if cell is not None and cell in kept:
            placed.setdefault(cell, []).append(exercise)
    return placed


def _is_ours(cell: Mapping[str, Any]) -> bool:
    """Whether an earlier grading added the cell. An editor may have dropped the tag. A code cell never counts."""
    if cell["cell_type"] != "markdown":
        return False
    return TAG in cell["metadata"] or str(cell["source"]).startswith(COPY_MARK)


def _cell(name: str, source: str, taken: set[str]) -> NotebookNode:
    return new_markdown_cell(source, id=_free(f"grader-{name}", taken), metadata={TAG: {"result": name}})


def _free(id: str, taken: set[str]) -> str:
    """The id of a cell, changed if another cell has it. It is added to `taken`."""
    found, number = id, 2
    while found in taken:
        found, number = f"{id[:MAX_ID]}-{number}", number + 1
    taken.add(found)
    return found


def _quote(blocks: Iterator[str], mark: bool = True) -> str:
    """The blocks as a quotation, which has a bar on the left, apart from the participant's own cells."""
    lines = "\n\n".join(filter(None, blocks)).splitlines()
    return "\n".join(
        [*([COPY_MARK, ""] if mark else []), *(f"> {line}".rstrip(" ") if not line else f"> {line}" for line in lines)]
    )


def _renumber(text: Text, at: Mapping[int, int]) -> Text:
    """The text with the numbers that cells have in the copy."""
    if not isinstance(text, Message):
        return text
    values = {name: _renumber_value(name, value, at) for name, value in text.values.items()}
    return Message(text.text, values, text.plural, text.n)


def _renumber_value(name: str, value: Value, at: Mapping[int, int]) -> Value:
    if isinstance(value, CellRef):
        return CellRef(at.get(value.index, value.index))
    if name == "cell" and isinstance(value, int):
        return at.get(value - 1, value - 1) + 1
    return _renumber(value, at) if isinstance(value, Message) else value
