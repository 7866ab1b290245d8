"""Source notebooks of nbgrader's are read as nbgrader reads them; what is wrong with one is said, with the cell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.course import loader
from grader.course.assignment import Assignment, Role
from grader.course.readers.forms import read_assignment
from grader.course.readers.nbgrader import CODE_STUB, TEXT_STUB
from grader.errors import CourseError
from grader.i18n import render
from tests.source_notebooks import Raw, cell, graded, locked, solution, text, write

SQUARES = "def squares(n):\n    ### BEGIN SOLUTION\n    return [i * i for i in range(n)]\n    ### END SOLUTION"
TESTED = [solution("squares", SQUARES), graded("t", "assert squares(1) == [0]")]


def _read(folder: Path, *cells: Raw) -> Assignment:
    return read_assignment(write(folder / "zadanie.ipynb", *cells))


def test_a_solution_region_becomes_the_stub(tmp_path: Path) -> None:
    one = _read(tmp_path, *TESTED).cells[0]
    assert one.role is Role.SOLUTION
    assert one.stub == "def squares(n):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert one.source == "def squares(n):\n    return [i * i for i in range(n)]"


def test_a_solution_without_a_region_is_all_of_the_cell(tmp_path: Path) -> None:
    one = _read(tmp_path, solution("a", "x = 1"), graded("t", "assert x")).cells[0]
    assert (one.source, one.stub) == ("x = 1", CODE_STUB)


def test_hidden_tests_are_not_handed_out(tmp_path: Path) -> None:
    source = "assert x\n### BEGIN HIDDEN TESTS\nassert x == 1\n### END HIDDEN TESTS\nassert not not x"
    one = _read(tmp_path, solution("a", "x = 1"), graded("t", source, 2.5)).cells[1]
    assert (one.role, one.locked, one.hidden_lines) == (Role.TESTS, True, frozenset({2}))
    assert one.stub == "assert x\nassert not not x"
    assert one.source == "assert x\nassert x == 1\nassert not not x"


def test_units_are_the_graded_cells(tmp_path: Path) -> None:
    one = _read(
        tmp_path,
        text("# Tydzień 1"),
        text("## Część A (2 points)"),
        *TESTED,
        cell("YOUR ANSWER", "markdown", grade=True, solution=True, grade_id="essay", points=3),
        cell("x = 1", grade=True, solution=True, grade_id="code", points=1),
        cell("Zrób coś", "markdown", task=True, locked=True, grade_id="task", points=4),
    )
    assert one.title == "Tydzień 1"
    assert [(unit.id, unit.points, bool(unit.by_hand), unit.answer) for unit in one.units] == [
        ("t", 1.0, False, 2),
        ("essay", 3.0, True, 4),
        ("code", 1.0, True, 5),
        ("task", 4.0, True, None),
    ]
    assert [unit.title for unit in one.units][:2] == ["Część A", "Część A"]
    assert (one.cells[4].role, one.cells[4].stub) == (Role.BY_HAND, TEXT_STUB)


@pytest.mark.parametrize("version", [0, 1, 2, 3])
def test_each_schema_is_read(version: int, tmp_path: Path) -> None:
    cells = [cell("x = 1", solution=True, grade_id="a"), cell("assert x", grade=True, grade_id="t", points="2")]
    for one in cells:
        marks = one["metadata"]["nbgrader"]
        marks["schema_version"] = version
        if version == 0:
            for name in ("schema_version", "locked", *(("solution",) if marks["grade"] else ("grade",))):
                del marks[name]
        if version == 2:
            marks |= {"checksum": "0" * 32, "cell_type": "code"}
    read = _read(tmp_path, *cells)
    assert [(unit.id, unit.points) for unit in read.units] == [("t", 2.0)]
    assert [one.role for one in read.cells] == [Role.SOLUTION, Role.TESTS]


def test_an_old_notebook_with_worksheets_is_read(tmp_path: Path) -> None:
    cells = [{**one, "input": one["source"]} for one in TESTED]
    for one in cells:
        del one["source"]
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps({"worksheets": [{"cells": cells}], "metadata": {}, "nbformat": 3}), "utf-8")
    assert [unit.id for unit in read_assignment(path).units] == ["t"]


def test_a_locked_cell_is_given(tmp_path: Path) -> None:
    cells = _read(tmp_path, locked("setup", "import math"), cell("y = 2"), *TESTED).cells
    assert [(one.role, one.locked) for one in cells[:2]] == [(Role.GIVEN, True), (Role.GIVEN, False)]


FAULTS: dict[str, tuple[list[Raw], str]] = {
    "no mark at all": ([cell("x = 1")], "no cell is marked"),
    "a region that never ends": ([solution("a", "### BEGIN SOLUTION\nx = 1"), TESTED[1]], "cell 1"),
    "a region inside of another": (
        [solution("a", "### BEGIN SOLUTION\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION"), TESTED[1]],
        "inside of another",
    ),
    "a solution in a test": (
        [*TESTED, graded("u", SQUARES)],
        "cell 3: a solution stands in a cell that is no solution",
    ),
    "hidden tests in a cell without points": (
        [*TESTED, cell("### BEGIN HIDDEN TESTS\nassert x\n### END HIDDEN TESTS")],
        "cell 3: hidden tests stand in a cell that is no test",
    ),
    "an id twice": ([*TESTED, graded("t", "assert 1")], "cell 3: its grade_id 't' is also that of cell 2"),
    "no id": ([*TESTED, cell("assert 1", grade=True, points=1)], "cell 3: it has no grade_id"),
    "points that are none": (
        [*TESTED, cell("assert 1", grade=True, grade_id="u", points="dużo")],
        "cell 3: its points are no number from 0 on: 'dużo'",
    ),
    "text with points that is no answer": (
        [*TESTED, cell("Ile?", "markdown", grade=True, grade_id="u", points=1)],
        "cell 3: it is text that has points",
    ),
    "a newer schema": ([*TESTED, cell("1", grade=True, grade_id="u", schema_version=9)], "schema 9"),
}


@pytest.mark.parametrize(("cells", "says"), FAULTS.values(), ids=list(FAULTS))
def test_an_authors_fault_is_named(cells: list[Raw], says: str, tmp_path: Path) -> None:
    with pytest.raises(CourseError) as refused:
        _read(tmp_path, *cells)
    assert says in render(refused.value.text, "en")
    assert "zadanie.ipynb" in str(refused.value)


def test_of_several_notebooks_one_may_only_explain(tmp_path: Path) -> None:
    _read(tmp_path, solution("a", "x = 1"))
    with pytest.raises(CourseError, match=r"zadanie\.ipynb: no cell of it has points"):
        loader.load(tmp_path)
    write(tmp_path / "test.ipynb", *TESTED)
    loaded = loader.load(tmp_path).assignment
    assert loaded is not None
    assert loaded.sources == ("test.ipynb", "zadanie.ipynb")
    assert [unit.id for unit in loaded.units] == ["t"]


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text("{}", "utf-8")
    with pytest.raises(CourseError, match="can't be read as a notebook"):
        read_assignment(path)


@pytest.mark.parametrize(
    ("cells", "kernel", "says"),
    [
        ([graded("t", "### AUTOTEST squares(2)")], "python", "AUTOTEST"),
        ([graded("t", "stopifnot(TRUE)")], "R", "r"),
    ],
)
def test_what_is_not_taken_over_is_graded_by_hand(cells: list[Raw], kernel: str, says: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", TESTED[0], *cells)
    raw: dict[str, Any] = json.loads(path.read_text("utf-8"))
    raw["metadata"]["kernelspec"]["language"] = kernel
    path.write_text(json.dumps(raw), "utf-8")
    (unit,) = read_assignment(path).units
    assert unit.by_hand is not None
    assert says in render(unit.by_hand, "en")
    assert unit.points == 1


# ---- as courses


def test_a_folder_of_notebooks_is_one_course(tmp_path: Path) -> None:
    folder = tmp_path / "source" / "ps1"
    write(folder / "problem1.ipynb", *TESTED)
    write(folder / "problem2.ipynb", solution("cube", "c = 1"), graded("t", "assert c"), graded("u", "assert c == 1"))
    write(folder / "notes.ipynb", text("# Only text"))
    (folder / "dane.csv").write_text("a\n1\n", "utf-8")
    course = loader.load(folder)
    assert course.id == "ps1"
    assert [exercise.id for exercise in course.exercises] == ["problem1-t", "problem2-t", "u"]
    assert [path.name for path in course.files] == ["problem1.ipynb", "problem2.ipynb", "dane.csv"]


def test_beside_any_other_notebook_only_the_files_that_it_names_are_handed_out(tmp_path: Path) -> None:
    for name in ("dane.csv", "oceny.csv", "pomoc.py", "sekret.py", "zbior/a.txt", ".ukryte"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1", "utf-8")
    code = "import pomoc\nfor name in ['dane.csv', 'zbior/' + 'a.txt']:\n    open(name)"
    files = _read(tmp_path, cell(code), *TESTED).files
    assert sorted(map(str, files)) == ["dane.csv", "pomoc.py", "zbior/a.txt"]


def test_too_many_data_files_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "source" / "ps1"
    write(folder / "a.ipynb", *TESTED)
    with (folder / "large.bin").open("wb") as file:
        file.truncate(33 << 20)
    with pytest.raises(CourseError, match="33 MiB"):
        loader.load(folder)
