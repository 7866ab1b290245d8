"""Finds functions that a participant wrote where Python does not run them: in a text cell, in quotes, commented out, or
in a file that no cell imports."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import msgspec

from grader.course.course import Course, Exercise, normal
from grader.i18n import CellRef, Message, Text, msg
from grader.model import Cell, ExerciseResult, ExerciseStatus, Notebook

MAX_TEXT = 200_000  # characters of cells that are looked at
MAX_FUNCTION = 5_000  # characters of one definition
MAX_TRIES = 20  # definitions of one function in a cell
_Place = tuple[Message, Cell, str]
_LOST = frozenset({ExerciseStatus.MISSING, ExerciseStatus.NOT_RUN})
_LONGER = re.compile(r"^def[ \t]+(\w+)[ \t]*\(", re.MULTILINE)
_FILE = re.compile(r"%%(?:writefile|file)[ \t]+(?:-a[ \t]+)?[\"']?([^\s\"']+)[\"']?[ \t]*\n")
_IN_TEXT = msg("{function} stands in a text cell (cell {cell}): make it a code cell.")
_IN_QUOTES = msg("{function} stands in quotes (cell {cell}), so Python takes it for a text: delete the quotes.")
_IN_COMMENT = msg("{function} is commented out (cell {cell}): delete the # in front of its lines.")
_IN_FUNCTION = msg(
    "{function} is defined inside another function (cell {cell}), where nothing else can call it: move its def line "
    "and all below it to the left."
)
_FUNCTION = re.compile(r"^[ \t]*def[ \t]+\w+[ \t]*\(", re.MULTILINE)
_IN_FILE = msg("{function} is only written to a file (cell {cell}): remove the line that begins with %%.")


def point_at_misplaced(
    results: tuple[ExerciseResult, ...], notebook: Notebook, course: Course
) -> tuple[ExerciseResult, ...]:
    """The results; an exercise without a function that can be called has a note on where the function stands."""
    lost = {one.id: course.exercise(one.id) for one in results if one.status in _LOST}
    names = {name for exercise in lost.values() for name in exercise.names}
    texts = [cell for cell in notebook.texts if _FUNCTION.search(cell.source)] if lost else ()
    places = list(_places(_naming(names, texts), _naming(names, notebook.cells))) if lost else []
    shared = {one.superseded_by for one in course.exercises}
    notes = {
        id: _note(exercise, places) or (_similar(exercise, notebook.cells, course) if id in shared else ())
        for id, exercise in lost.items()
    }
    return tuple(_with_notes(one, notes.get(one.id, ())) for one in results)


def _with_notes(result: ExerciseResult, notes: tuple[Text, ...]) -> ExerciseResult:
    return replace(result, notes=(*notes, *result.notes), begun=True) if notes else result


def _note(exercise: Exercise, places: Sequence[_Place]) -> tuple[Text, ...]:
    """What to say of the last place where the exercise's function stands without effect."""
    for says, cell, text in reversed(places):
        if any(_defines(text, name, exercise) for name in exercise.names):
            return (msgspec.structs.replace(says, values={"function": exercise.function, "cell": CellRef(cell.index)}),)
    return ()


def _naming(names: Iterable[str], cells: Sequence[Cell]) -> Iterator[Cell]:
    """The cells with a line that begins like one of the functions, up to a limit of characters."""
    begins = re.compile(rf"^[ \t#\"']*def[ \t]+(?:{'|'.join(map(re.escape, names))})[ \t]*\(", re.MULTILINE)
    left = MAX_TEXT
    for cell in cells:
        left -= len(cell.source)
        if left < 0:
            return
        if begins.search(cell.source):
            yield cell


def _places(texts: Iterable[Cell], cells: Iterable[Cell]) -> Iterator[_Place]:
    """What may be meant as code, and what to say if it is."""
    yield from ((_IN_TEXT, cell, cell.source) for cell in texts)
    for cell in cells:
        source = cell.source.lstrip()
        written = _FILE.match(source)
        if written:
            yield _IN_FILE, cell, source[written.end() :]
            continue
        yield _IN_COMMENT, cell, _commented_out(source)
        yield from ((_IN_QUOTES, cell, text) for text in _quoted(source))
        yield from ((_IN_FUNCTION, cell, text) for text in _nested(source))


def _commented_out(source: str) -> str:
    """The comments of a cell without their marks, as lines of their own; other lines are blank."""
    lines = [line.lstrip() for line in source.splitlines()]
    return "\n".join(line[1:] if line.startswith("#") else "" for line in lines)


def _quoted(source: str) -> Iterator[str]:
    """The texts that stand in a cell as statements, which do nothing."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return
    values = [statement.value for statement in statements if isinstance(statement, ast.Expr)]
    yield from (one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _nested(source: str) -> Iterator[str]:
    """The definitions in a cell that stand inside another function."""
    try:
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return
    inside = (inner for outer in nodes for inner in ast.walk(outer) if inner is not outer)
    for node in list(islice((one for one in inside if isinstance(one, ast.FunctionDef)), MAX_TRIES)):
        yield textwrap.dedent(ast.get_source_segment(source, node, padded=True) or "")


def _similar(exercise: Exercise, cells: Sequence[Cell], course: Course) -> tuple[Text, ...]:
    """What to say of a function with a longer name, where the name itself is that of an earlier exercise's."""
    known = {name for one in course.exercises for name in one.names}
    for cell in reversed(cells):
        for name in dict.fromkeys(_LONGER.findall(cell.source[:MAX_FUNCTION])):
            like = name not in known and any(normal(name).startswith(normal(own)) for own in exercise.names)
            if like and _defines(cell.source, name, exercise):
                return (
                    msg(
                        "The function {near} in cell {cell} looks like it. If it is, give it the name {function}.",
                        near=name[:60],
                        cell=CellRef(cell.index),
                        function=exercise.function,
                    ),
                )
    return ()


def _defines(text: str, name: str, exercise: Exercise) -> bool:
    """Whether a text holds a whole definition of the function, and not the one that participants begin with."""
    begins = list(re.finditer(rf"^([ \t]*)def[ \t]+{re.escape(name)}[ \t]*\(", text, re.MULTILINE))
    for found in begins[-MAX_TRIES:]:
        source = _block(text[found.start() : found.start() + MAX_FUNCTION], len(found[1]))
        if _takes(source, len(exercise.parameters)) and not exercise.is_stub(source):
            return True
    return False


def _block(text: str, indent: int) -> str:
    """The definition at the start of a text: all lines that are indented more deeply than its first."""
    first, *rest = text.splitlines()
    lines = [first]
    for line in rest:
        stripped = line.lstrip()
        if stripped and len(line) - len(stripped) <= indent and not stripped.startswith(")"):
            break
        lines.append(line)
    return textwrap.dedent("\n".join(lines))


def _takes(source: str, count: int) -> bool:
    """Whether it is a function with a body that can be called with this many arguments."""
    try:
        function = ast.parse(source).body[0]
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    if not isinstance(function, ast.FunctionDef):
        return False
    given = function.args
    own = [*given.posonlyargs, *given.args]
    keywords = sum(default is None for default in given.kw_defaults)
    required = len(own) - len(given.defaults) + keywords
    return required <= count and (given.vararg is not None or count <= len(own) + len(given.kwonlyargs))
