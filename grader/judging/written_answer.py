"""Finds a written answer in a notebook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.course.course import Course, Exercise
from grader.course.sources import read_file
from grader.i18n import Text, msg
from grader.model import Cell, Notebook

MAX_ANSWER = 20_000  # characters that are kept
_ADDED = re.compile(  # by `grade-course build`, to what is handed out
    r"</?(?:details|summary)\b|!\[[^\]]*\]\(data:|\*?To zadanie korzysta z wcześniejszych funkcji: "
    r"|\*?This exercise uses your earlier functions: "
)
_CHECK_CELL = re.compile(r"^check_language = ", re.MULTILINE)  # the cell that grades a notebook in Colab
_NO_HEADING = msg("Its heading is not in the notebook, so all texts of the notebook are shown as the answer.")


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """What a participant wrote.

    Attributes:
        text: The lines that were not handed out.
        cell: The index of the last cell that has any.
        notes: What there is to say of where it was.
    """

    text: str
    cell: int
    notes: tuple[Text, ...] = ()


def find_answer(exercise: Exercise, course: Course, notebook: Notebook) -> WrittenAnswer | None:
    """What a participant wrote, in the cell with the answer's id or anywhere between the exercise's heading and the
    next exercise's, in code too. Where the notebook has neither, it is all text that nobody handed out: somebody may
    have thrown the heading away; of an exercise that never had one it may be code. None where nothing was written."""
    code = (cell for cell in notebook.cells if not _CHECK_CELL.search(cell.source))
    cells, given = sorted([*notebook.texts, *code], key=_index), _handed_out(course)
    own = _own(exercise, course, cells)
    if own:
        return _written(own, given)
    others = {cell for one in course.exercises if not one.tested for cell in _own(one, course, cells)}
    loose = notebook.texts if exercise.statements else cells
    return _written([cell for cell in loose if cell not in others], given, (_NO_HEADING,))


def _own(exercise: Exercise, course: Course, cells: Sequence[Cell]) -> list[Cell]:
    """The cells that may hold the answer."""
    named = (cell for cell in cells if exercise.answer_cell in cell.ids)
    return sorted({*named, *_section(exercise, course, cells)}, key=_index)


def _index(cell: Cell) -> int:
    return cell.index


def _section(exercise: Exercise, course: Course, cells: Sequence[Cell]) -> Iterator[Cell]:
    """The cells from the exercise's heading to the next exercise's."""
    own, others = _headings([exercise]), _headings(one for one in course.exercises if one is not exercise)
    inside = False
    for cell in cells:
        lines = {_plain(line) for line in cell.source.splitlines()}
        inside = bool(lines & own) or (inside and not lines & others)
        if inside:
            yield cell


def _headings(exercises: Iterable[Exercise]) -> set[str]:
    """The first line of each statement, in each language."""
    statements = (statement.strip() for exercise in exercises for statement in exercise.statements)
    return {_plain(statement.splitlines()[0]) for statement in statements if statement}


def _handed_out(course: Course) -> set[str]:
    """The lines of all that is handed out as text."""
    titles = [f"# {title}" for title in (course.title.pl, course.title.en)]
    welcomes = [read_file(path) for path in sorted(course.folder.glob("welcome.*.md"))]
    own = [text for one in course.exercises for text in (*one.statements, one.placeholder)]
    return {_plain(line) for text in (*titles, *welcomes, *own) for line in text.splitlines()}


def _written(cells: Iterable[Cell], given: set[str], notes: tuple[Text, ...] = ()) -> WrittenAnswer | None:
    texts = {cell.index: text for cell in cells if (text := _without(cell.source, given))}
    return WrittenAnswer("\n\n".join(texts.values())[:MAX_ANSWER], max(texts), notes) if texts else None


def _without(source: str, given: set[str]) -> str:
    kept = (line for line in source.splitlines() if not (_plain(line) and _plain(line) in given) and not _added(line))
    return "\n".join(kept).strip()


def _added(line: str) -> bool:
    return _ADDED.match(line.strip()) is not None


def _plain(line: str) -> str:
    """A line as lines are compared: without what an editor changes in it."""
    return " ".join(line.replace("*", " ").replace("_", " ").split()).casefold()
