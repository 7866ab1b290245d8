"""The list of participants, as trainers write it and platforms export it."""

from __future__ import annotations

import pytest

from grader.errors import UsageError
from grader.submissions import roster

ROSTERS: dict[str, tuple[bytes, list[tuple[str, str, str]]]] = {
    "plain": (b"name,id,email\nAnna Kot,7,a@x.pl\n", [("Anna Kot", "7", "a@x.pl")]),
    "other order, semicolons, Polish Windows": (
        "Adres e-mail;Nr albumu;Imię i nazwisko\r\nl@x.pl;s8;Łucja Żak\r\n;;\r\n".encode("cp1250"),
        [("Łucja Żak", "s8", "l@x.pl")],
    ),
    "tabs, a mark of the byte order": ("\ufeffNazwisko\tImię\nKot\tAnna\n".encode(), [("Anna Kot", "", "")]),
    "UTF-16, as a spreadsheet's Unicode text": ("name\temail\nŻak\tz@x.pl\n".encode("utf-16"), [("Żak", "", "z@x.pl")]),
    "Canvas's gradebook": (
        b'Student,ID,SIS User ID,SIS Login ID,Section\n"    Points Possible",,,,\n"Kot, Anna",101,s1,akot,A\n',
        [("Kot, Anna", "101", "")],
    ),
    "Moodle's worksheet": (
        b'Identifier,"Full name","Email address",Status\n"Participant 1234567","Anna Kot",a@x.pl,-\n',
        [("Anna Kot", "1234567", "a@x.pl")],
    ),
    "twice the same": (b"name\nAnna\nAnna\n", [("Anna", "", "")]),
}


@pytest.mark.parametrize("kind", ROSTERS)
def test_a_list_of_participants_is_read(kind: str) -> None:
    data, expected = ROSTERS[kind]
    assert [(person.name, person.id, person.email) for person in roster.read(data, "roster.csv")] == expected


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b'name\n"never ends' + b"x" * 200_000])
def test_a_list_that_is_none_is_a_users_mistake(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"roster\.csv"):
        roster.read(data, "roster.csv")
