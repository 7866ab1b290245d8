"""A written answer is found whatever was done to the notebook around it, and what was handed out is never one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from grader.course import authoring, loader
from grader.course.course import Course, Exercise
from grader.judging.written_answer import find_answer
from grader.submissions.notebook import read_notebook
from tests.conftest import ROOT

ANSWER = "Bo kilka osób zarabia **dużo** więcej.\n\nPrzykład: prezes."
COURSE = loader.load(ROOT / "tests" / "courses" / "values")
ESSAY = COURSE.exercise("essay")
Cells = list[dict[str, Any]]


@lru_cache
def workshop() -> str:
    return authoring.stub_notebooks(COURSE, authoring.colab_cell("grader", "pl"))["workshop.ipynb"]


def handed_out() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(workshop())
    return made


def found(cells: Cells, course: Course = COURSE, exercise: Exercise = ESSAY) -> str | None:
    notebook = {**handed_out(), "cells": cells}
    answer = find_answer(exercise, course, read_notebook(json.dumps(notebook).encode(), "a.ipynb", "Żółć"))
    return None if answer is None else answer.text


def at(cells: Cells, id: str) -> int:
    return next(place for place, cell in enumerate(cells) if cell["id"] == id)


def text_cell(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "inna", "metadata": {}, "source": source, **more}


def write(cells: Cells) -> None:
    cells[at(cells, "essay-answer")]["source"] = ANSWER


def write_below_the_placeholder(cells: Cells) -> None:
    cells[at(cells, "essay-answer")]["source"] = f"{ESSAY.placeholder}\n\n{ANSWER}\n"


def write_into_the_statement(cells: Cells) -> None:
    cell = cells[at(cells, "essay-statement")]
    cell["source"] = f"{''.join(cell['source'])}\n\n{ANSWER}"


def write_a_cell_below(cells: Cells) -> None:
    cells.insert(at(cells, "essay-answer") + 1, text_cell(ANSWER))


def throw_the_answers_cell_away(cells: Cells) -> None:
    cells[at(cells, "essay-answer")] = text_cell(ANSWER)


def throw_the_heading_away(cells: Cells) -> None:
    write(cells)
    del cells[at(cells, "essay-statement")]


def throw_heading_and_ids_away(cells: Cells) -> None:
    throw_the_answers_cell_away(cells)
    del cells[at(cells, "essay-statement")]


def lose_all_ids(cells: Cells) -> None:
    write(cells)
    for number, cell in enumerate(cells):
        cell["id"] = f"nowe-{number}"


def in_colab(cells: Cells) -> None:
    write(cells)
    for cell in cells:
        cell["metadata"]["id"] = cell.pop("id")


def as_code(cells: Cells) -> None:
    new = {"cell_type": "code", "id": "essay-answer", "metadata": {}, "outputs": [], "execution_count": None}
    cells[at(cells, "essay-answer")] = {**new, "source": ANSWER}


def as_raw_text(cells: Cells) -> None:
    cells[at(cells, "essay-answer")] |= {"cell_type": "raw", "source": ANSWER.splitlines(keepends=True)}


def move_it_to_the_top(cells: Cells) -> None:
    write(cells)
    cells[:0] = [cells.pop(at(cells, "essay-statement")), cells.pop(at(cells, "essay-answer"))]


@pytest.mark.parametrize(
    "change",
    [
        write, write_below_the_placeholder, write_into_the_statement, write_a_cell_below, throw_the_answers_cell_away,
        throw_the_heading_away, throw_heading_and_ids_away, lose_all_ids, in_colab, as_code, as_raw_text,
        move_it_to_the_top,
    ],
)  # fmt: skip
def test_an_answer_is_found(change: Callable[[Cells], None]) -> None:
    cells = handed_out()["cells"]
    change(cells)
    assert found(cells) == ANSWER


def nothing(cells: Cells) -> None:
    pass


def an_empty_cell(cells: Cells) -> None:
    cells[at(cells, "essay-answer")]["source"] = " \n"


def another_look(cells: Cells) -> None:
    cells[at(cells, "essay-answer")]["source"] = "_Tutaj wpisz   swoją odpowiedź._\n"


def another_exercise(cells: Cells) -> None:
    cells.insert(at(cells, "plot-statement") + 1, text_cell("Tu myślałam o wykresie."))


def none_of_it(cells: Cells) -> None:
    del cells[at(cells, "essay-statement") : at(cells, "essay-answer") + 1]


@pytest.mark.parametrize("change", [nothing, an_empty_cell, another_look, another_exercise, none_of_it])
def test_what_was_handed_out_is_no_answer(change: Callable[[Cells], None]) -> None:
    cells = handed_out()["cells"]
    change(cells)
    assert found(cells) is None


def test_a_cell_of_nbgraders_is_found_by_its_grade_id() -> None:
    exercise = replace(ESSAY, folder=Path("nowhere"), answer_cell="q7-why", placeholder="YOUR ANSWER HERE")
    course = replace(COURSE, exercises=(exercise,))
    named = {"metadata": {"nbgrader": {"grade_id": "q7-why", "schema_version": 3}}}
    cells = [text_cell("## A heading of theirs"), text_cell(ANSWER, **named), text_cell("And a note of theirs")]
    assert found(cells, course, exercise) == ANSWER
    assert found([text_cell("YOUR ANSWER HERE", **named)], course, exercise) is None
    code = {"cell_type": "code", "outputs": [], "execution_count": None}
    assert found([text_cell("plot(x)", **code, **named), text_cell("And a note")], course, exercise) == "plot(x)"
    assert found([text_cell("plot(x)", **code)], course, exercise) == "plot(x)", "Colab takes the grade_id away"


@pytest.mark.parametrize("metadata", [None, [], {"nbgrader": []}, {"nbgrader": {"grade_id": 7}}, {"id": {}}])
def test_odd_metadata_break_nothing(metadata: Any) -> None:
    cells = handed_out()["cells"]
    cells[at(cells, "essay-answer")] |= {"source": ANSWER, "metadata": metadata, "id": ["x"]}
    assert found(cells) == ANSWER


def test_a_long_answer_is_cut() -> None:
    cells = handed_out()["cells"]
    cells[at(cells, "essay-answer")]["source"] = "ż" * 1_000_000
    assert len(found(cells) or "") == 20_000
