"""The gradebook has a row for everybody, and no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from grader.config import Config
from grader.i18n import msg
from grader.people import Id, Namespace, Person, Unmatched
from grader.report import gradebook
from grader.report.gradebook import escape_formula
from grader.report.run import Run
from tests.sample_run import COURSE, GRADES, MIXED, run


def rows(run: Run) -> list[dict[str, str]]:
    return list(csv.DictReader(gradebook.text(run).splitlines()))


def test_points_without_bonus_and_bonus_have_columns_of_their_own_and_an_exercise_has_the_sum() -> None:
    (row,) = rows(run(MIXED))
    assert list(row) == [
        "participant", "path", "status", "score", "max_score", "bonus", "max_bonus", "1", "2", "3", "4", "id", "email",
        "ungraded",
    ]  # fmt: skip
    assert (row["participant"], row["status"]) == ("Ada Lovelace", "graded")
    assert [row[name] for name in ("score", "max_score", "bonus", "max_bonus")] == ["3", "7", "0", "4"]
    assert [row[id] for id in "1234"] == ["1", "2", "0", "0"]
    assert row["id"] == "1234567", "without a list it is the platform's"


def test_only_the_chosen_exercises_have_columns() -> None:
    graded = replace(MIXED, exercises=MIXED.exercises[1:2])
    (row,) = rows(Run((graded,), COURSE, Config(only=("2",))))
    assert list(row)[7:] == ["2", "id", "email", "ungraded"]


def test_with_a_list_everybody_on_it_has_a_row_and_the_number_on_the_list() -> None:
    nobody = Person("Łucja Żak", (Id(Namespace.ROSTER, "=9"),), email="l@x.example")
    doubtful = Person("Jan", (Id(Namespace.ROSTER, "8"),))
    unmatched = Unmatched("jan2", "work/jan2.ipynb", msg("bonus"), (doubtful, doubtful))
    found = rows(replace(run(MIXED), missing=(nobody,), unmatched=(unmatched,)))
    assert [row["participant"] for row in found] == ["Ada Lovelace", "Łucja Żak", "Jan"]
    assert [row["status"] for row in found] == ["graded", "missing", "unmatched"]
    assert [row["id"] for row in found] == ["", "'=9", "8"]
    assert [(row["score"], row["max_score"], row["1"]) for row in found[1:]] == [("0", "7", "0"), ("", "", "")]
    assert found[1]["email"] == "l@x.example"


def test_every_participant_has_one_row_whatever_the_name() -> None:
    table = gradebook.text(run())
    assert len(table.splitlines()) == 1 + len(GRADES)
    assert all(character.isprintable() or character == "\n" for character in table)


@pytest.mark.parametrize(
    ("cell", "escaped"),
    [
        ("=1+1", "'=1+1"),
        ("  @sum", "'  @sum"),
        ("-Fault", "'-Fault"),
        ("+48", "'+48"),
        ("＝1+1", "'＝1+1"),
        ("\N{IDEOGRAPHIC SPACE}＝1", "\N{REPLACEMENT CHARACTER}＝1"),
        (" ＠sum", "' ＠sum"),
        ("－Łucja", "'－Łucja"),
        ("＋48", "'＋48"),
        ("﹦1", "'﹦1"),
        ("−2", "'−2"),
        ("Ｚażółć ＝", "Ｚażółć ＝"),
        ("\t=1", "\N{REPLACEMENT CHARACTER}=1"),
        ("Łucja Żak-Nowak", "Łucja Żak-Nowak"),
        ("", ""),
    ],
)
def test_a_cell_is_no_formula(cell: str, escaped: str) -> None:
    assert escape_formula(cell) == escaped


def test_a_polish_spreadsheet_program_opens_it_in_columns_with_numbers_and_polish_letters() -> None:
    half = replace(MIXED, exercises=(replace(MIXED.exercises[0], points=1.5), *MIXED.exercises[1:]))
    named = replace(half, notebook=replace(half.notebook, participant="Żółć; Gęślą, Jaźń"))
    text = gradebook.spreadsheet_text(replace(run(named), config=Config(lang="pl")))
    assert text.encode().startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(text.removeprefix("\ufeff").splitlines(), delimiter=";")
    assert (row["participant"], row["score"], row["1"], row["2"]) == ("Żółć; Gęślą, Jaźń", "3,5", "1,5", "2")


def test_an_english_one_opens_it_too_and_programs_get_the_same_in_every_language() -> None:
    (row,) = csv.DictReader(gradebook.spreadsheet_text(run(MIXED)).removeprefix("\ufeff").splitlines())
    assert (row["participant"], row["score"]) == ("Ada Lovelace", "3")
    assert gradebook.text(run(MIXED)) == gradebook.text(replace(run(MIXED), config=Config(lang="pl")))
