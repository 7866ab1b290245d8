"""Cells that ask for something at the keyboard get the course's answers, whatever way the asking is spread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from grader.config import Config, Limits
from grader.course import loader
from grader.judging.cell_input import cell_input
from grader.kernel.fork_client import ForkServerClient
from grader.model import Cell, CellStatus, ExerciseStatus, Grade, Notebook
from grader.pipeline import Grader, open_grader
from tests.conftest import ROOT

COURSE = loader.load(ROOT / "tests" / "courses" / "values")
ASK = "total = int(input('a: ')) + int(input('b: '))"


def of(*sources: str) -> Notebook:
    return Notebook("n.ipynb", "n", "", tuple(Cell(at, source) for at, source in enumerate(sources)))


@pytest.mark.parametrize(
    ("sources", "cells"),
    [
        ([ASK], [0]),
        (["a = int(input())", "b = int(input())", "total = a + b"], [0, 1, 2]),
        (["speed = 12", "a = int(input())", ASK, "print(total)", "squares = []"], [1, 2, 3]),
        (["speed = 12", "left = 3"], []),
        ([ASK, "input()"], [0]),
        (["def ask(): return input()", "ask()", "x = 1", ASK], [2, 3]),
    ],
)
def test_cells_belong_to_the_exercise_that_they_are_about(sources: list[str], cells: list[int]) -> None:
    found = cell_input(COURSE, of(*sources))
    assert [sorted(one.cells) for one in found] == ([cells] if cells else [])
    assert {one.lines for one in found} <= {("7", "3")}


def test_a_course_without_answers_costs_nothing() -> None:
    silent = replace(COURSE, exercises=tuple(replace(one, input=()) for one in COURSE.exercises))
    assert cell_input(silent, of(ASK)) == ()


@pytest.fixture(scope="module")
def grader(warm: ForkServerClient | None) -> Iterator[Grader]:
    limits = Limits(cell_timeout_s=20, call_timeout_s=5, total_timeout_s=120)
    with open_grader(COURSE, Config(lang="en", only=("keyboard",), limits=limits), warm) as opened:
        yield opened


def graded(grader: Grader, *sources: str) -> Grade:
    return grader.grade_notebook(of(*sources))


@pytest.mark.parametrize(
    "sources",
    [
        [ASK],
        ["a = int(input('Pierwsza liczba? '))", "b = int(input())", "total = a + b"],
        ["total = 1 + int(input()) * int(input())", ASK],  # a first attempt
        [ASK, "import os\nos._exit(1)"],  # the cells run again in another kernel
    ],
)
def test_answers_come_in_turn(sources: list[str], grader: Grader) -> None:
    (result,) = graded(grader, *sources).exercises
    assert result.status is ExerciseStatus.PASSED, result


def test_what_is_asked_and_answered_is_printed_and_there_is_no_end_of_asking(grader: Grader) -> None:
    grade = graded(grader, f"{ASK}\ninput('c: ')", "input('now? ')")
    first, last = grade.cells
    assert first.printed == "a: 7\nb: 3\nc: "
    assert (first.status, str(first.error)) == (
        CellStatus.ERROR, "EOFError: input() was asked for more lines than there are",
    )  # fmt: skip
    assert last.status is CellStatus.ERROR
    assert "StdinNotImplementedError" in str(last.error), "nobody answers a cell of no exercise"
    assert grade.exercises[0].status is ExerciseStatus.PASSED
