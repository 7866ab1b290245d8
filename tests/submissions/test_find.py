"""From paths on the command line to submissions, with the list of participants."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.batch.store import file_name
from grader.errors import UsageError
from grader.i18n import render
from grader.submissions.find import find, remarks
from tests.sample_files import (
    EMPTY,
    IDS,
    lay_out,
    on_list,
    short,
    zipped,
)


def test_files_on_the_command_line_stay_in_their_order_and_are_distinguished(tmp_path: Path) -> None:
    names = ["z.ipynb", "anna/workshop.ipynb", "ola/workshop.ipynb", "g/a.ipynb", "g/b.ipynb"]
    lay_out(tmp_path, names)
    paths = [tmp_path / name for name in (*names[:3], "g", "z.ipynb")]
    assert list(short(find(paths, IDS), tmp_path)) == ["z", "anna", "ola", "a", "b"]
    with pytest.raises(UsageError, match="no such file"):
        find([tmp_path / "none.ipynb"])
    with pytest.raises(UsageError, match=r"no \.ipynb file in this folder"):
        find([lay_out(tmp_path / "empty", ["a.txt"])])


def test_the_list_names_participants_and_says_who_is_missing(tmp_path: Path) -> None:
    lay_out(
        tmp_path,
        {
            **dict.fromkeys(
                ["kot_anna.ipynb", "Jan_Nowak_final.ipynb", "s3.ipynb", "ewa.lis@x.pl.ipynb", "kto to.ipynb",
                 "Nowak Piotr/1a.ipynb", "nowak-piotr-1b.ipynb"], EMPTY),
            "roster.csv": "name,id,email\nAnna Kot,s1,\nJan Nowak,s2,\nŁucja Żak,s3,lu@x.pl\nEwa Lis,s4,ewa.lis@x.pl\n"
            "Piotr Nowak,s5,\nAdam Brak,s6,a@x.pl\n",
        },
    )  # fmt: skip
    found = find([tmp_path], IDS)
    assert short(found, tmp_path) == {
        "Jan Nowak@s2": [["Jan_Nowak_final.ipynb"]],
        "Piotr Nowak@s5": [["Nowak Piotr/1a.ipynb", "nowak-piotr-1b.ipynb"]],
        "Ewa Lis@s4": [["ewa.lis@x.pl.ipynb"]],
        "kto to": [["kto to.ipynb"]],
        "Anna Kot@s1": [["kot_anna.ipynb"]],
        "Łucja Żak@s3": [["s3.ipynb"]],
    }
    assert [person.name for person in found.missing or ()] == ["Adam Brak"]
    assert found.strangers == ("kto to",)
    assert [render(text, "en") for text in remarks(found)] == [
        "On the list, and nothing handed in: Adam Brak.",
        "Handed in, and not on the list: kto to.",
    ]


def test_an_address_tells_namesakes_apart_and_their_keys_differ(tmp_path: Path) -> None:
    people = "name,email\nAnna Kot,a@x.pl\nAnna Kot,b@x.pl\n"
    found = on_list(tmp_path, people, ["a@x.pl.ipynb", "Anna Kot b@x.pl.ipynb", "Anna Kot.ipynb", "anna-kot/x.ipynb"])
    assert sorted((one.email, Path(one.path).name) for one in found.submissions) == [
        ("", "Anna Kot.ipynb"), ("", "x.ipynb"), ("a@x.pl", "a@x.pl.ipynb"), ("b@x.pl", "Anna Kot b@x.pl.ipynb"),
    ]  # fmt: skip
    assert len({one.key for one in found.submissions}) == 4
    assert len({file_name(one) for one in found.submissions}) == 4


def test_a_list_in_one_of_several_archives_is_not_the_classs(tmp_path: Path) -> None:
    evil = {"x.ipynb": EMPTY, "roster.csv": "name,login\nJan Zły,anna\n"}
    lay_out(tmp_path, {"jan.zip": zipped(evil), "anna.ipynb": EMPTY})
    found = find([tmp_path / "jan.zip", tmp_path / "anna.ipynb"], IDS)
    assert found.missing is None
    assert find([tmp_path / "jan.zip"], IDS).missing is not None
