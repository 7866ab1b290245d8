"""A list of participants: `roster.csv`, or an export of Moodle or Canvas as it is."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence

from grader.errors import UsageError
from grader.people import Id, Namespace, Person

MAX_MIB = 8
COLUMNS: Mapping[str, Sequence[str]] = {
    "name": (
        "name", "full name", "fullname", "student", "student name", "participant", "display name", "imię i nazwisko",
        "nazwisko i imię", "uczestnik", "uczestniczka", "student/ka", "uczeń", "osoba", "nazwa", "pełna nazwa",
    ),
    "first": ("first name", "firstname", "given name", "imię", "imiona"),
    "last": ("last name", "lastname", "surname", "family name", "nazwisko"),
    "id": (
        "id", "identifier", "id number", "student id", "user id", "number", "identyfikator", "numer", "nr",
        "numer albumu", "nr albumu", "album", "numer indeksu", "nr indeksu", "indeks", "numer id",
    ),
    "login": ("login", "sis login id", "username", "user name", "nazwa użytkownika"),
    "sis": ("sis user id",),
    "email": ("email", "e-mail", "mail", "email address", "e-mail address", "adres e-mail", "adres email", "poczta"),
}  # fmt: skip
_MOODLE_IDS = ("identifier", "identyfikator")
_CANVAS_COLUMNS = (("student", "id", "section"), ("student", "id", "sis login id"))


def read(data: bytes, shown: str) -> tuple[Person, ...]:
    """The people in a CSV file, which may have its columns in any order, any usual delimiter, and be in UTF-8, UTF-16
    or the encoding of Polish Windows. Raise UsageError."""
    if len(data) > MAX_MIB << 20:
        raise UsageError(f"{shown}: a list of participants can't be larger than {MAX_MIB} MB. Is it the right file?")
    text = _decoded(data)
    first_line, _, _ = text.lstrip().partition("\n")
    delimiter = max(",;\t|", key=first_line.count)
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip()), delimiter=delimiter))
    except csv.Error as error:
        raise UsageError(f"{shown} is not a table: {error}. Save it as CSV again.") from error
    header = rows[0] if rows else []
    names = [_column_name(cell) for cell in header]
    columns = _columns(names)
    if not columns.keys() & {"name", "last", "id", "login", "sis", "email"}:
        raise UsageError(
            f"{shown}: none of its columns is known ({', '.join(header)[:200] or 'it is empty'}). "
            "Its first line must name them: name, id, email."
        )
    namespace = _namespace(names, columns)
    people = (_person(row, columns, namespace) for row in rows[1:])
    return tuple(dict.fromkeys(person for person in people if person is not None))


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").lstrip("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1250", "replace")


def _column_name(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell).casefold().replace("_", " ").split())


def _columns(names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, known in COLUMNS.items():
        place = next((names.index(name) for name in known if name in names), None)
        if place is not None:
            found[column] = place
    return found


def _namespace(names: Sequence[str], columns: Mapping[str, int]) -> Namespace:
    """Whose numbers the list has: those of the platform that exported it, or the list's own."""
    if any(all(name in names for name in wanted) for wanted in _CANVAS_COLUMNS):
        return Namespace.CANVAS
    is_moodle = "id" in columns and names[columns["id"]] in _MOODLE_IDS
    return Namespace.MOODLE if is_moodle else Namespace.ROSTER


def _person(row: Sequence[str], columns: Mapping[str, int], namespace: Namespace) -> Person | None:
    cells = {column: row[place].strip() if place < len(row) else "" for column, place in columns.items()}
    name = cells.get("name") or " ".join(filter(None, (cells.get("first"), cells.get("last"))))
    id, sis, email = (cells.get(column, "") for column in ("id", "sis", "email"))
    login = cells.get("login") or sis
    if not (name or id or login or email) or name == "Points Possible":  # Canvas's second line
        return None
    number = re.fullmatch(r"\D+ (\d+)", id)  # Moodle's worksheet: "Participant 1234567"
    if namespace is Namespace.MOODLE and not number:
        namespace = Namespace.ROSTER
    id = number[1] if number else id
    own = Id(Namespace.ROSTER, id or login)
    platforms = [Id(namespace, id), Id(Namespace.SIS, sis)]
    ids = tuple(dict.fromkeys(one for one in (own, *platforms) if one.value))
    return Person(name or login or email or id, ids, login, email)
