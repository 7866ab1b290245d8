"""Small assignments for tests: source notebooks of nbgrader's, and what participants hand in for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.course.assignment import Role
from grader.course.course import Course
from grader.course.loader import load
from grader.model import Cell, Notebook

Raw = dict[str, Any]


def cell(source: str, kind: str = "code", **nbgrader: Any) -> Raw:
    """A cell of a notebook. `nbgrader`: its metadata of nbgrader's, if any."""
    made: Raw = {"cell_type": kind, "metadata": {}, "source": source.strip("\n")}
    if nbgrader:
        marks = {"grade": False, "solution": False, "locked": False, "schema_version": 3, **nbgrader}
        made["metadata"]["nbgrader"] = marks
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def text(source: str) -> Raw:
    return cell(source, "markdown")


def solution(id: str, source: str) -> Raw:
    return cell(source, solution=True, grade_id=id)


def graded(id: str, source: str, points: float = 1) -> Raw:
    return cell(source, grade=True, locked=True, grade_id=id, points=points)


def locked(id: str, source: str) -> Raw:
    return cell(source, locked=True, grade_id=id)


def notebook_text(cells: Sequence[Raw]) -> str:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps({"cells": [*cells], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4})


def write(path: Path, *cells: Raw) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook_text(cells), "utf-8")
    return path


def course_of(folder: Path, *cells: Raw) -> Course:
    return load(write(folder / "assignment.ipynb", *cells))


@dataclass(frozen=True)
class HandIn:
    """A participant's notebook that is made from an assignment: what they get, with their answers."""

    course: Course
    cells: tuple[Cell, ...]

    @staticmethod
    def of(course: Course, answers: Mapping[str, str] | None = None) -> HandIn:
        """`answers`: the source of cells by their grade_id; of the others the stub. Without any, the solution."""
        assert course.assignment is not None
        made: list[Cell] = []
        for index, one in enumerate(course.assignment.cells):
            if not one.is_code or one.stub is None:
                continue
            right = one.stub if one.role is Role.TESTS else one.source
            source = right if answers is None else answers.get(one.id, one.stub)
            made.append(Cell(index, source, ids=(one.id,) if one.id else ()))
        return HandIn(course, tuple(made))

    def bare(self) -> HandIn:
        """Without any metadata."""
        return replace(self, cells=tuple(replace(one, ids=()) for one in self.cells))

    def without(self, *ids: str) -> HandIn:
        return replace(self, cells=tuple(one for one in self.cells if not {*one.ids} & {*ids}))

    def also(self, id: str, source: str) -> HandIn:
        """With the source of the cell `id` changed."""
        return replace(self, cells=tuple(replace(one, source=source) if id in one.ids else one for one in self.cells))

    def before(self, id: str, source: str, *ids: str) -> HandIn:
        """With a cell more, before the cell `id`."""
        return self._put(id, source, ids, 0)

    def after(self, id: str, source: str, *ids: str) -> HandIn:
        return self._put(id, source, ids, 1)

    def first(self, source: str) -> HandIn:
        return self._numbered([Cell(0, source), *self.cells])

    def _put(self, id: str, source: str, ids: tuple[str, ...], by: int) -> HandIn:
        at = next(place for place, one in enumerate(self.cells) if id in one.ids) + by
        return self._numbered([*self.cells[:at], Cell(0, source, ids=ids), *self.cells[at:]])

    def _numbered(self, cells: Sequence[Cell]) -> HandIn:
        return replace(self, cells=tuple(replace(one, index=at) for at, one in enumerate(cells)))

    @property
    def notebook(self) -> Notebook:
        return Notebook("hand-in.ipynb", "Zażółć Gęślą-Jaźń", "0" * 64, self.cells)
