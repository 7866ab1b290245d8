"""A function that stands where Python does not run it is found, and where there is none nothing is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.config import Config
from grader.course.course import Course
from grader.diagnosis.misplaced import point_at_misplaced
from grader.i18n import Text, Titles, render
from grader.judging.suite import Suite
from grader.model import Cell, ExerciseResult, ExerciseStatus, Grade, Notebook, SubmissionStatus
from grader.submissions.submission import File, Submission, read_submission
from tests.conftest import QUICK, grade_file

RIGHT = "def get_linear_forward(x, w, b):\n    return w * x + b"
STUB = "def get_linear_forward(x, w, b):\n    return None  # <- tutaj wpisz swoje rozwiązanie / your solution here"
COMMENTED = "\n".join(f"# {line}" for line in RIGHT.splitlines())
TEXT, QUOTES, COMMENT, WRITTEN = (
    "stands in a text cell",
    "stands in quotes",
    "is commented out",
    "only written to a file",
)
# A code cell, and what is said of it.
CELLS = {
    "three quotes": (f'"""\n{RIGHT}\n"""', QUOTES),
    "on the line of the quotes": (f"'''{RIGHT}'''", QUOTES),
    "after other code": (
        f'x = 1\n"""\n    {RIGHT}\n\n    print(1)\n"""'.replace("\n    return", "\n        return"),
        QUOTES,
    ),
    "commented out": (COMMENTED, COMMENT),
    "without a blank": (COMMENTED.replace("# ", "#"), COMMENT),
    "tabs": ("#def get_linear_forward(x, w, b):\n#\ty = w * x\n#\n#\treturn y + b\nprint('żółw')", COMMENT),
    "long def line": (
        "# def get_linear_forward(\n#     x,\n#     w=1,\n#     b=0,\n# ):\n#     return w * x + b",
        COMMENT,
    ),
    "in a file": (f"%%writefile neuron.py\n{RIGHT}", WRITTEN),
    "the empty one": (f'"""\n{STUB}\n"""', None),
    "the empty one as a comment": ("\n".join(f"# {line}" for line in STUB.splitlines()), None),
    "only its first line": ("# def get_linear_forward(x, w, b):\n# tutaj piszemy", None),
    "only its name": ("# get_linear_forward(x, w, b) zwraca w * x + b\n'get_linear_forward'", None),
    "too few arguments": ("# def get_linear_forward(x):\n#     return x", None),
    "another function": (COMMENTED.replace("linear", "nonlinear"), None),
    "no Python": ("'''\ndef get_linear_forward(x, w, b):\n    zwróć w razy x\n'''", None),
    "a text that is used": (f"code = '''{RIGHT}'''", None),
}


def missing(course: Course, id: str = "1a") -> ExerciseResult:
    exercise = course.exercise(id)
    return ExerciseResult(id, Titles("a", "a"), ExerciseStatus.MISSING, exercise.function, 0, 2, 0, 0)


def said(course: Course, notebook: Notebook) -> list[str]:
    (found,) = point_at_misplaced((missing(course),), notebook, course)
    return in_words(found.notes)


def in_words(notes: tuple[Text, ...]) -> list[str]:
    return [render(note, "en") for note in notes]


@pytest.mark.parametrize("name", CELLS)
def test_a_function_without_effect_is_pointed_at(name: str, course: Course) -> None:
    source, says = CELLS[name]
    notes = said(course, Notebook("n.ipynb", "n", "", (Cell(0, "x = 1"), Cell(3, source))))
    assert [says in note and "(cell 4)" in note for note in notes if says] == ([True] if says else []), notes
    assert bool(notes) is (says is not None)


def test_the_last_of_several_is_pointed_at(course: Course) -> None:
    notebook = Notebook("n.ipynb", "n", "", (Cell(1, COMMENTED), Cell(5, COMMENTED)), texts=(Cell(2, RIGHT),))
    assert "(cell 6)" in said(course, notebook)[0]


def test_only_an_exercise_that_has_no_function_is_spoken_of(course: Course) -> None:
    notebook = Notebook("n.ipynb", "n", "", (Cell(1, COMMENTED),))
    for status in set(ExerciseStatus) - {ExerciseStatus.MISSING, ExerciseStatus.NOT_RUN}:
        done = ExerciseResult("1a", Titles("a", "a"), status, "get_linear_forward", 2, 2, 0, 0)
        assert point_at_misplaced((done,), notebook, course) == (done,)


def test_large_and_odd_texts_take_no_time(course: Course) -> None:
    line = "# def get_linear_forward(x, w, b):\n"
    cells = [line * 5_000, "'''" + "(" * 100_000 + "'''", "(" * 50_000, "# " * 90_000, "\\d" * 1000]
    notebook = Notebook("n.ipynb", "n", "", tuple(map(Cell, range(len(cells)), cells)), texts=(Cell(9, line * 9_000),))
    assert said(course, notebook) == []


def write(path: Path, *cells: tuple[str, str]) -> Path:
    made = [{"cell_type": kind, "metadata": {}, "source": source} for kind, source in cells]
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": made}), "utf-8")
    return path


def grade(path: Path, course: Course, suite: Suite) -> Grade:
    return grade_file(path, course, suite, Config(lang="en", limits=QUICK, only=("1a",)))


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize("code", ["import numpy as np", ""])
@pytest.mark.parametrize("text", [RIGHT, f"## Zadanie 1a\n\n```python\n{RIGHT}\n```\nGotowe!"])
def test_a_function_in_a_text_cell_is_pointed_at_also_where_there_is_no_code(
    kind: str, code: str, text: str, course: Course, suite: Suite, tmp_path: Path
) -> None:
    path = write(tmp_path / "Łucja Żak.ipynb", ("code", code), ("markdown", "# Łucja"), (kind, text))
    found = grade(path, course, suite)
    assert found.status is SubmissionStatus.NO_EXERCISES
    assert in_words(found.exercises[0].notes)[0] == (
        "get_linear_forward stands in a text cell (cell 3): make it a code cell."
    )


def test_statements_of_exercises_are_taken_for_nothing(course: Course, suite: Suite, tmp_path: Path) -> None:
    texts = [(exercise.folder / "statement.pl.md").read_text("utf-8") for exercise in course.exercises]
    path = write(tmp_path / "n.ipynb", ("code", "x = 1"), *(("markdown", text) for text in [*texts, STUB]))
    assert grade(path, course, suite).exercises[0].notes == ()


def test_a_text_cell_at_the_end_of_one_of_several_notebooks_is_named_with_its_file(tmp_path: Path) -> None:
    first = write(tmp_path / "część 1.ipynb", ("code", "x = 1"), ("markdown", RIGHT))
    second = write(tmp_path / "część 2.ipynb", ("code", "y = 1"), ("markdown", RIGHT))
    files = tuple(File(str(path), str(path)) for path in (first, second))
    (notebook,) = read_submission(Submission("Łucja Żak", "work", (files,))).notebooks
    assert [notebook.cell_label(cell.index) for cell in notebook.texts] == ["2 (część 1.ipynb)", "2 (część 2.ipynb)"]
    assert [notebook.cell_label(cell.index) for cell in notebook.cells] == ["1 (część 1.ipynb)", "1 (część 2.ipynb)"]
