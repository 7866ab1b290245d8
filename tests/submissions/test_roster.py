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
    "Moodle's worksheet in Polish": (
        "identyfikator,Pełna nazwa,Adres e-mail,Ostatnia aktualizacja (ocena)\n"
        "Uczestnik1234567,Anna Kot,a@x.pl,-\n".encode(),
        [("Anna Kot", "1234567", "a@x.pl")],
    ),
    "Moodle's worksheet in a language that nobody here knows": (
        "識別碼,全名,電郵,狀態,成績,滿分\n參與者12,王小明,w@x.tw,-,,100.00\n參與者13,李四,l@x.tw,-,,100.00\n".encode(),
        [("王小明", "12", "w@x.tw"), ("李四", "13", "l@x.tw")],
    ),
    "own numbers with a letter are not Moodle's": (
        b"identyfikator,imie,nazwisko,grupa,uwagi\ns1234,Anna,Kot,1,\ns1235,Jan,Kos,1,\n",
        [("Anna Kot", "s1234", ""), ("Jan Kos", "s1235", "")],
    ),
    "nor are logins": (
        b"login,imie,nazwisko,grupa,uwagi\nstudent1,Anna,Kot,1,\nstudent2,Jan,Kos,1,\n",
        [("Anna Kot", "student1", ""), ("Jan Kos", "student2", "")],
    ),
    "Brightspace's grades": (
        b"\xef\xbb\xbfOrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\r\n"
        b"#07,#ak,Kot,Anna,a@x.pl,#\r\n",
        [("Anna Kot", "07", "a@x.pl")],
    ),
    "Blackboard's grades": (
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\n"Kot"\t"Anna"\t"ak"\t"07"\n'.encode("utf-16"),
        [("Anna Kot", "07", "")],
    ),
    "USOSweb's protocol": (
        "os_id;indeks;imie;nazwisko\n901;310101;Łucja;Żak\n".encode("cp1250"),
        [("Łucja Żak", "310101", "")],
    ),
    "twice the same": (b"name\nAnna\nAnna\n", [("Anna", "", "")]),
}


@pytest.mark.parametrize("kind", ROSTERS)
def test_a_list_of_participants_is_read(kind: str) -> None:
    data, expected = ROSTERS[kind]
    assert [(person.name, person.id, person.email) for person in roster.read(data, "roster.csv").people] == expected


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b'name\n"never ends' + b"x" * 200_000])
def test_a_list_that_is_none_is_a_users_mistake(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"roster\.csv"):
        roster.read(data, "roster.csv")


@pytest.mark.parametrize("kind", ROSTERS)
def test_a_list_is_kept_as_its_file_has_it(kind: str) -> None:
    data, _ = ROSTERS[kind]
    sheet = roster.read(data, "roster.csv")
    text = (sheet.mark + sheet.line_end.join(sheet.delimiter.join(row) for row in sheet.rows)).encode(sheet.encoding)
    assert text == data.replace('"'.encode(sheet.encoding), b"").removesuffix(sheet.line_end.encode(sheet.encoding))
    assert len(sheet.owners) == len(sheet.rows)
