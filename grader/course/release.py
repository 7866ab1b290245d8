"""Writes source notebooks: the participants' version, without solutions, hidden tests and outputs, and a new one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.course.assignment import Assignment, Role, SourceCell, Unit
from grader.course.sources import read_file

_KEPT = ("kernelspec", "language_info")
SCHEMA = 3
STARTER = Path(__file__).parent / "starter" / "notebook"
_PARTS = ("statement", "solution", "tests")


def release(assignment: Assignment, written: Mapping[int, str] | None = None) -> str:
    """The notebook that participants get, as the text of a file. `written`: what somebody has written into cells since,
    by their places.

    Each cell keeps what the author's has besides its source, such as pictures that were pasted into it. Cells with a
    name have nbgrader's metadata, by which the grader, nbgrader and its extension of Jupyter know them again.
    """
    parsed = json.loads(read_file(assignment.path))
    originals = [cell for sheet in parsed.get("worksheets") or [parsed] for cell in sheet["cells"]]
    made = nbformat.v4.new_notebook()
    made.metadata.update({key: value for key, value in (parsed.get("metadata") or {}).items() if key in _KEPT})
    made.cells = list(_cells(assignment, originals, written or {}))
    nbformat.validate(made)
    return str(nbformat.writes(made)) + "\n"


def _cells(
    assignment: Assignment, originals: list[Mapping[str, Any]], written: Mapping[int, str]
) -> Iterator[NotebookNode]:
    worth = {test.cell: unit for unit in assignment.units for test in unit.tests[:1]}
    worth |= {unit.answer: unit for unit in assignment.units if unit.by_hand and unit.answer is not None}
    for place, cell in enumerate(assignment.cells):
        text = written.get(place, cell.stub)
        if text is None:
            continue
        original = originals[cell.number - 1] if cell.number else {}
        factory = nbformat.v4.new_code_cell if cell.is_code else nbformat.v4.new_markdown_cell
        made = factory(text.rstrip("\n"), id=f"cell-{place + 1}", metadata=_metadata(cell, original, worth.get(place)))
        if original.get("attachments") and not cell.is_code:
            made.attachments = original["attachments"]
        yield made


def _metadata(cell: SourceCell, original: Mapping[str, Any], unit: Unit | None) -> dict[str, Any]:
    kept = {key: value for key, value in (original.get("metadata") or {}).items() if key not in _OF_RUNNING}
    if cell.locked:
        kept |= {"editable": False, "deletable": False}
    if not cell.id or "nbgrader" in kept:
        return kept
    is_answer = cell.role in (Role.SOLUTION, Role.BY_HAND)
    marks = {
        "grade": unit is not None,
        "grade_id": cell.id,
        "locked": cell.locked,
        "schema_version": SCHEMA,
        "solution": is_answer,
        "task": False,
    }
    return kept | {"nbgrader": marks | ({"points": unit.points} if unit is not None else {})}


_OF_RUNNING = frozenset({"collapsed", "execution", "scrolled", "trusted", "ExecuteTime"})


def new_assignment(lang: str) -> str:
    """A source notebook of three cells to start from: a statement, a solution, tests."""
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    statement, solution, tests = (read_file(STARTER / f"{name}.{lang}.txt").rstrip("\n") for name in _PARTS)
    made.cells = [
        nbformat.v4.new_markdown_cell(statement, id="statement"),
        nbformat.v4.new_code_cell(solution, id="solution", metadata=_started("warmest", solution=True)),
        nbformat.v4.new_code_cell(tests, id="tests", metadata=_started("test_warmest", grade=True, points=2)),
    ]
    return str(nbformat.writes(made)) + "\n"


def _started(id: str, solution: bool = False, grade: bool = False, **more: Any) -> dict[str, Any]:
    marks = {"grade": grade, "grade_id": id, "locked": grade, "schema_version": SCHEMA, "solution": solution}
    return {"nbgrader": {**marks, "task": False, **more}}


def write_release(assignment: Assignment, folder: Path) -> Iterator[tuple[Path, bytes]]:
    """The files that participants get, each with its contents: the notebook, and the data beside it."""
    yield folder / assignment.path.name, release(assignment).encode()
    for file in assignment.files:
        yield folder / file, (assignment.path.parent / file).read_bytes()
