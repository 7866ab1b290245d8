"""The workbook opens with types, a frozen header and nothing that is run."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from grader.errors import UsageError
from grader.people import Id, Namespace, Person
from grader.report import destinations, gradebook, xlsx
from grader.report.run import Run
from tests.sample_run import FORMULA, GRADES, HOSTILE, MIXED, UNGRADED, run


def opened(run: Run) -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx.workbook(run)))


def rows(sheet: Worksheet) -> Iterator[dict[object, object]]:
    header, *rest = sheet.iter_rows(values_only=True)
    yield from (dict(zip(header, row, strict=True)) for row in rest)


def test_numbers_are_numbers_and_what_is_ungraded_is_empty() -> None:
    half = replace(MIXED, exercises=(replace(MIXED.exercises[0], points=1.5), *MIXED.exercises[1:]))
    first, second = rows(opened(run(half, UNGRADED))["Gradebook"])
    assert (first["participant"], first["score"], first["maximum"], first["1"]) == ("Ada Lovelace", 3.5, 7, 1.5)
    assert second["score"] is None
    assert second["participant"] == "Zażółć Gęślą-Jaźń"


def test_the_gradebook_says_what_the_csv_says() -> None:
    nobody = Person("Łucja Żak", (Id(Namespace.ROSTER, "0017"),), email="l@x.example")
    listed = replace(run(*GRADES), missing=(nobody,))
    sheet = opened(listed)["Gradebook"]
    assert sheet.max_row == 1 + len(list(gradebook.rows(listed)))
    last = list(rows(sheet))[-1]
    assert (last["participant"], last["status"], last["score"], last["number"]) == (
        "Łucja Żak", "nothing handed in", 0, "0017",
    )  # fmt: skip


def test_no_text_is_a_formula_and_none_breaks_the_file() -> None:
    hostile = replace(MIXED, notebook=replace(MIXED.notebook, participant=HOSTILE, path=FORMULA + "x" * 40_000))
    book = opened(run(hostile))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert book["Gradebook"]["B2"].value.startswith(FORMULA)


@pytest.mark.parametrize(
    ("lang", "names"), [("en", ["Gradebook", "Exercises", "Mistakes"]), ("pl", ["Dziennik", "Zadania", "Błędy"])]
)
def test_each_sheet_keeps_its_header_on_the_screen(lang: str, names: list[str]) -> None:
    book = opened(run(lang=lang))
    assert book.sheetnames == names
    assert all(sheet.freeze_panes == "B2" and sheet["A1"].font.bold and sheet.auto_filter.ref for sheet in book)


def test_exercises_and_mistakes_are_counted() -> None:
    book = opened(run(MIXED, MIXED))
    exercise = next(rows(book["Exercises"]))
    assert (exercise["exercise"], exercise["points"], exercise["partly right"], exercise["passed"]) == ("1", 2, 2, 0)
    mistakes = list(rows(book["Mistakes"]))
    assert [row["people"] for row in mistakes] == sorted((row["people"] for row in mistakes), reverse=True)
    assert mistakes[0]["who"] == "Ada Lovelace, Ada Lovelace"


def test_the_same_results_give_the_same_file() -> None:
    assert xlsx.workbook(run()) == xlsx.workbook(run())


def test_a_workbook_goes_into_a_file_only(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--report xlsx=results\.xlsx"):
        destinations.destinations(["xlsx"], {})
    (place,) = destinations.destinations([f"xlsx={tmp_path / 'wyniki.xlsx'}"], {})
    destinations.deliver(run(), [place], {}, passed=True)
    assert openpyxl.load_workbook(tmp_path / "wyniki.xlsx").sheetnames


def test_pandas_reads_the_workbook_and_the_polish_gradebook_with_numbers() -> None:
    polish = run(
        MIXED, replace(MIXED, exercises=(replace(MIXED.exercises[0], points=1.5), *MIXED.exercises[1:])), lang="pl"
    )
    book = pandas.read_excel(io.BytesIO(xlsx.workbook(polish)), sheet_name=None)
    file = io.BytesIO(gradebook.spreadsheet_text(polish).encode())
    table = pandas.read_csv(file, sep=";", decimal=",")
    assert list(book["Dziennik"]["wynik"]) == list(table["score"]) == [3.0, 3.5]
    assert list(table.columns) == gradebook.header(polish)
