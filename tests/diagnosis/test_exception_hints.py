"""The usual cause of an exception is found, in the course's words where it has its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.config import Limits
from grader.course.course import Course
from grader.diagnosis.exception_hints import explain_cells, fault_of, find_exception_hint, notebook_context
from grader.diagnosis.exception_rule import Fault, NotebookContext
from grader.i18n import Titles, render
from grader.kernel.budget import Budget
from grader.model import Cell, CellResult, CellStatus, Diagnosis


def test_an_exception_that_no_rule_knows_has_no_hint(course: Course) -> None:
    assert (
        find_exception_hint(Fault("OddError", "odd"), NotebookContext(notebook_context([], [], course).names)) is None
    )
    odd = CellResult(0, CellStatus.ERROR, "OddError: odd", line=1)
    assert explain_cells([Cell(0, "x")], [odd], course, Budget(Limits())) == (odd,)


def test_texts_of_a_participant_are_cut_and_in_one_line(course: Course) -> None:
    fault = Fault("NameError", f"name '{'q' * 900}' is not defined", "x\n" * 90)
    found = find_exception_hint(fault, notebook_context([], [], course))
    assert isinstance(found, Diagnosis)
    assert len(render(found.hint, "en")) < 200
    assert "\n" not in render(found.hint, "en")


def test_a_course_says_it_in_its_own_words(course: Course) -> None:
    fault = Fault("OverflowError", "Numerical result out of range")
    own = replace(course, hints={"grown-without-end": Titles("Mniejszy krok.", "A smaller step.")})
    for hints, says in ((own, "A smaller step."), (replace(course, hints={}), "whether the steps are too large")):
        found = find_exception_hint(fault, notebook_context([], [], hints))
        assert found is not None
        assert found.mistake == "grown-without-end"
        assert says in render(found.hint, "en")


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (CellResult(3, CellStatus.ERROR, "KeyError: 'w'", inner_code="d['w']"), Fault("KeyError", "'w'", "d['w']", 3)),
        (CellResult(3, CellStatus.ERROR, "MemoryError"), Fault("MemoryError", "", "", 3)),
        (CellResult(3, CellStatus.TIMED_OUT), None),
        (CellResult(3, CellStatus.OK), None),
    ],
)
def test_the_exception_of_a_cell_is_read_from_its_result(cell: CellResult, fault: Fault | None) -> None:
    assert fault_of(cell) == fault


@pytest.mark.parametrize(
    ("names", "says", "polish"),
    [
        ("argument: 'b'", "few arguments: b is missing", "brakuje argumentu b."),
        (
            "arguments: 'alpha' and 'liczba_epok'",
            "alpha, liczba_epok are missing",
            "brakuje argumentów alpha, liczba_epok.",
        ),
        ("arguments: 'a', 'b', and 'c'", "a, b, c are missing", "brakuje argumentów a, b, c."),
    ],
)
def test_arguments_that_are_missing_are_listed_in_the_readers_language(
    names: str, says: str, polish: str, course: Course
) -> None:
    fault = Fault("TypeError", f"f() missing 9 required positional {names}")
    found = find_exception_hint(fault, notebook_context([], [], course))
    assert found is not None
    assert says in render(found.hint, "en")
    assert polish in render(found.hint, "pl")
