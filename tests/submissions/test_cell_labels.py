"""What is said of several notebooks that are run as one names the file of each cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_type_hints

import pytest

from grader import i18n
from grader.i18n import CellRef, Message, Text, msg, render
from grader.model import (
    CellResult,
    CellStatus,
    CheckResult,
    CheckStatus,
    Diagnosis,
    ExerciseResult,
    ExerciseStatus,
    Grade,
    Notebook,
    Part,
    SubmissionStatus,
)
from grader.submissions.cell_labels import label_cells

POINTER = msg("In {where}", where=msg("cell {cell}", cell=CellRef(3)))
PARTS = (Part("1a.ipynb", 0, "x/1a.ipynb"), Part("1b — kopia.ipynb", 2, "x/1b — kopia.ipynb"))
TITLE = i18n.Titles("tytuł", "title")


def graded(parts: tuple[Part, ...]) -> Grade:
    """A grade that points to a cell in each text that it has room for."""
    diagnosis = Diagnosis("mistake", POINTER, (POINTER, POINTER))
    said = {"remarks": (POINTER,), "paste": POINTER, "worked": (POINTER,)}
    check = CheckResult("1", TITLE, CheckStatus.FAILED, 1, 0, POINTER, diagnosis=diagnosis, **said)  # type: ignore[arg-type]
    exercise = ExerciseResult(
        "1a", TITLE, ExerciseStatus.FAILED, "f", 0, 1, 0, 0, cell=3, checks=(check,), notes=(POINTER,)
    )
    notebook = Notebook("x", "Anna", "0" * 64, parts=parts)
    cell = CellResult(3, CellStatus.OK, notes=(POINTER, "a plain text"))
    return Grade(notebook, SubmissionStatus.GRADED, 0.0, (exercise, replace(exercise, cell=None)), (cell,), (POINTER,))


def texts(value: Any) -> Iterator[Message]:
    """Every message in a grade, wherever it stands."""
    if isinstance(value, Message):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts(getattr(value, each.name))


def test_every_text_of_a_grade_names_the_file_of_a_cell_where_there_are_several() -> None:
    labelled = label_cells(graded(PARTS))
    assert {render(text, "en") for text in texts(labelled)} == {"In cell 2 (1b — kopia.ipynb)"}
    assert len([*texts(labelled)]) == len([*texts(graded(PARTS))])
    assert labelled.cells[0].label == labelled.exercises[0].label == "2 (1b — kopia.ipynb)"
    assert labelled.exercises[1].place == ""
    assert label_cells(labelled) == labelled


def test_the_sample_grade_points_from_every_field_that_can_hold_a_text() -> None:
    """So that a text that is added to the model can't be left out of the labels."""
    sample = graded(PARTS)
    check = sample.exercises[0].checks[0]
    for part in (sample, sample.exercises[0], check, check.diagnosis, sample.cells[0]):
        for name, annotation in get_type_hints(type(part)).items():
            if Message in set(leaves(annotation)):
                assert POINTER in [*texts(getattr(part, name))], (type(part).__name__, name)


def leaves(annotation: Any) -> Iterator[Any]:
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for each in inner:
        yield from leaves(each)


def test_a_single_notebooks_cells_are_numbered_from_1() -> None:
    alone = graded(())
    assert label_cells(alone) is alone
    assert {render(text, "en") for text in texts(alone)} == {"In cell 4"}
    assert alone.cells[0].label == alone.exercises[0].label == 4


@pytest.mark.parametrize("text", ["as it stands", TITLE])
def test_a_text_without_cells_stays_as_it_is(text: Text) -> None:
    assert i18n.label_cells(text, str) is text
