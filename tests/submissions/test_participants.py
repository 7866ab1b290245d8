"""Whose the folders, archives and notebooks of a tree are."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.i18n import render
from grader.submissions.find import find
from grader.submissions.submission import read_submission
from tests.sample_files import (
    EMPTY,
    IDS,
    lay_out,
    relative,
    short,
    zipped,
)

EVIL = ["Anna Nowak.ipynb", "Anna Nowak_7_assignsubmission_file_x.ipynb", "kot_12_345_x.ipynb", "Ewa/1a.ipynb",
        "roster.csv", "Anna Nowak.zip"]  # fmt: skip


def test_a_participants_archive_in_a_folder_is_a_folder(tmp_path: Path) -> None:
    lay_out(
        tmp_path,
        {
            "anna.zip": zipped(["praca/1a.ipynb", "praca/1b.ipynb", "__MACOSX/praca/._1a.ipynb"]),
            "ola.ZIP": zipped(["w.ipynb"]),
            "broken.zip": b"PK\x03\x04nonsense",
        },
    )
    found = find([tmp_path], IDS)
    assert short(found, tmp_path) == {
        "anna": [["anna.zip/praca/1a.ipynb", "anna.zip/praca/1b.ipynb"]],
        "broken": [["broken.zip"]],
        "ola": [["ola.ZIP/w.ipynb"]],
    }
    assert [relative(name, tmp_path) for name in found.passed_over] == ["anna.zip/__MACOSX/praca/._1a.ipynb"]
    lay_out(tmp_path / "canvas", {"kot_12_345_x.zip": zipped(["1a.ipynb"]), "lis_13_346_y.ipynb": EMPTY})
    assert short(find([tmp_path / "canvas"], IDS), tmp_path / "canvas") == {
        "kot@12": [["kot_12_345_x.zip/1a.ipynb"]],
        "lis@13": [["lis_13_346_y.ipynb"]],
    }


@pytest.mark.parametrize("people", ["", "name,id\nAnna Nowak,7\nEwa Lis,12\nJan Zły,3\n", "name,id\nAnna Nowak,7\n"])
@pytest.mark.parametrize("count", range(1, len(EVIL) + 1))
def test_an_archive_in_a_folder_is_its_owners_whatever_is_in_it(count: int, people: str, tmp_path: Path) -> None:
    evil = {name: zipped(["Anna Nowak.ipynb"]) if name.endswith(".zip") else EMPTY for name in EVIL[:count]}
    lay_out(tmp_path, {"Jan Zły.zip": zipped(evil), "Anna Nowak.ipynb": EMPTY})
    lay_out(tmp_path, {"roster.csv": people} if people else {})
    found = find([tmp_path], IDS)
    assert [one.participant for one in found.submissions] == ["Anna Nowak", "Jan Zły"]
    assert short(found, tmp_path)["Anna Nowak@7" if people else "Anna Nowak"] == [["Anna Nowak.ipynb"]]
    outer = lay_out(tmp_path / "outer", {"class.zip": zipped({"Jan Zły.zip": zipped(evil), "Anna Nowak.ipynb": EMPTY})})
    assert [one.participant for one in find([outer / "class.zip"], IDS).submissions] == ["Anna Nowak", "Jan Zły"]


def test_what_holds_no_hand_in_is_nobody(tmp_path: Path) -> None:
    lay_out(tmp_path, {"anna.ipynb": EMPTY, "dane.zip": zipped(["dane.csv"]), "dane/dane.csv": "1"})
    assert list(short(find([tmp_path], IDS), tmp_path)) == ["anna"]


def test_a_damaged_archive_beside_a_notebook_is_reported_and_does_not_count(tmp_path: Path) -> None:
    lay_out(
        tmp_path, {"Anna Kot_1_assignsubmission_file/w.ipynb": EMPTY, "Anna Kot_1_assignsubmission_file/x.zip": b""}
    )
    one = find([tmp_path], IDS).submissions[0]
    assert [[file.name for file in attempt] for attempt in one.attempts] == [["w.ipynb"]]
    assert "x.zip: The archive is damaged" in render(read_submission(one).notebooks[0].notes[0], "en")
