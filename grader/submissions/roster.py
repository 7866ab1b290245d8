"""A list of participants: `roster.csv`, or what Moodle, Canvas, Brightspace, Blackboard or USOSweb exports."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from grader.errors import UsageError
from grader.i18n import Text, msg
from grader.people import Id, Namespace, Person, Sheet

MAX_MIB = 8
COLUMNS: Mapping[str, Sequence[str]] = {
    "name": (
        "name", "full name", "fullname", "student", "student name", "participant", "display name", "imię i nazwisko",
        "nazwisko i imię", "uczestnik", "uczestniczka", "student/ka", "uczeń", "osoba", "nazwa", "pełna nazwa",
    ),
    "first": ("first name", "firstname", "given name", "imię", "imiona", "imie"),
    "last": ("last name", "lastname", "surname", "family name", "nazwisko"),
    "id": (
        "orgdefinedid", "id", "identifier", "id number", "student id", "user id", "number", "identyfikator", "numer",
        "nr", "numer albumu", "nr albumu", "album", "numer indeksu", "nr indeksu", "indeks", "numer id", "os id",
    ),
    "login": ("login", "sis login id", "username", "user name", "nazwa użytkownika"),
    "sis": ("sis user id",),
    "email": ("email", "e-mail", "mail", "email address", "e-mail address", "adres e-mail", "adres email", "poczta"),
}  # fmt: skip
_CANVAS_COLUMNS = (("student", "id", "section"), ("student", "id", "sis login id"), ("lastname", "firstname", "id"))
_BRIGHTSPACE_COLUMNS = {"orgdefinedid", "end-of-line indicator"}
_CANVAS_POINTS = "Points Possible"  # in the place of a name, what the columns are worth
_CANVAS_TESTS = ("Student, Test", "Test Student")  # whom teachers look as
_MOODLE_IDS = ("identifier", "identyfikator")
_MOODLE_ID = re.compile(r"(\D* |[^\W\d_]{4}\D*|[^\x00-\u024f\d]+)(\d+)")  # its word for a participant, and a number
_MOODLE_TIMES = ("last modified (grade)", "ostatnia aktualizacja (ocena)")


def read(data: bytes, shown: str) -> Sheet:
    """The people in a CSV file, which may have its columns in any order. Raise UsageError."""
    sheet = read_cells(data, shown)
    return replace(sheet, owners=(None, *_people(sheet.rows, shown)))


def read_cells(data: bytes, shown: str) -> Sheet:
    """A CSV file cell by cell, without anybody in it. It may have any usual delimiter, and be in UTF-8, UTF-16 or the
    encoding of Polish Windows. Raise UsageError."""
    if len(data) > MAX_MIB << 20:
        problem = msg(
            "{file}: a list of participants can't be larger than {limit} MB. Is it the right file?",
            file=shown,
            limit=MAX_MIB,
        )
        raise UsageError(problem)
    encoding, mark, text = _decoded(data)
    text = text.lstrip()
    first_line, _, _ = text.partition("\n")
    delimiter = max(",;\t|", key=first_line.count)
    try:
        rows = tuple(tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        problem = msg("{file} is not a table: {reason}. Save it as CSV again.", file=shown, reason=str(error))
        raise UsageError(problem) from error
    line_end = "\r\n" if first_line.endswith("\r") else "\n"
    quotes_all = bool(rows) and first_line.strip().count('"') >= 2 * len(rows[0])
    return Sheet(shown, rows, (), delimiter, quotes_all, line_end, encoding, mark)


def _decoded(data: bytes) -> tuple[str, str, str]:
    """The encoding, the mark of the byte order if there is one, and the text without it."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if data.startswith(mark):
            return encoding, "\ufeff", data[len(mark) :].decode(encoding, "replace")
    try:
        return "utf-8", "", data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1250", "", data.decode("cp1250", "replace")


def _people(rows: Sequence[tuple[str, ...]], shown: str) -> Iterator[Person | None]:
    """Who is in each row but the first."""
    header = rows[0] if rows else ()
    names = [_column_name(cell) for cell in header]
    in_moodles = _moodle_columns(rows)
    columns = in_moodles | _columns(names) | ({"id": 0} if in_moodles else {})
    if not columns.keys() & {"name", "last", "id", "login", "sis", "email"}:
        raise UsageError(_unknown(header, shown))
    namespace = Namespace.MOODLE if in_moodles else _namespace(rows, names, columns)
    return (_person(row, columns, namespace) for row in rows[1:])


def _unknown(header: Sequence[str], shown: str) -> Text:
    if not header:
        return msg("{file} is empty. Its first line must name its columns: name, id, email.", file=shown)
    return msg(
        "{file}: none of its columns is known ({columns}). Its first line must name them: name, id, email.",
        file=shown,
        columns=", ".join(header)[:200],
    )


def _column_name(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell).casefold().replace("_", " ").split())


def _columns(names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, known in COLUMNS.items():
        place = next((names.index(name) for name in known if name in names), None)
        if place is not None:
            found[column] = place
    return found


def _moodle_columns(rows: Sequence[tuple[str, ...]]) -> dict[str, int]:
    """The columns of Moodle's worksheet in whatever language, or none if it is something else.

    Each row begins with the word for a participant and a number, and the maximum grade is there, with two decimals. The
    full name is next to the number, and an address is known by its sign.
    """
    people = [row for row in rows[1:] if row]
    words = [_MOODLE_ID.fullmatch(row[0].strip()) for row in people]
    if not people or None in words or len({word[1] for word in words if word}) > 1 or not _has_grades(rows[0], people):
        return {}
    emails = [place for place, cell in enumerate(people[0]) if "@" in cell]
    are_names = len({row[1:2] for row in people}) > len(people) // 2  # with anonymous marking the status stands there
    return {"id": 0, **({"name": 1} if are_names else {}), **({"email": emails[0]} if emails else {})}


def _has_grades(header: Sequence[str], people: Sequence[tuple[str, ...]]) -> bool:
    columns = ({*column} for column in zip(*people, strict=False))
    is_maximum = (len(column) == 1 and re.fullmatch(r"\d+[.,]\d\d", column.pop()) for column in columns)
    return any(_column_name(name) in _MOODLE_TIMES for name in header) or any(is_maximum)


def _namespace(rows: Sequence[tuple[str, ...]], names: Sequence[str], columns: Mapping[str, int]) -> Namespace:
    """Whose numbers the list has: those of the platform or the institution that exported it, or the list's own."""
    if any(all(name in names for name in wanted) for wanted in _CANVAS_COLUMNS):
        return Namespace.CANVAS
    if _BRIGHTSPACE_COLUMNS & set(names):
        return Namespace.SIS
    place = columns.get("id", 0)
    ids = ["".join(row[place : place + 1]).strip() for row in rows[1:]] if names[place] in _MOODLE_IDS else []
    return Namespace.MOODLE if any(re.fullmatch(r"\D+ \d+", id) for id in ids) else Namespace.ROSTER


def _person(row: Sequence[str], columns: Mapping[str, int], namespace: Namespace) -> Person | None:
    cells = {column: row[place].strip() if place < len(row) else "" for column, place in columns.items()}
    name = cells.get("name") or " ".join(filter(None, (cells.get("first"), cells.get("last"))))
    id, sis, login, email = (cells.get(column, "") for column in ("id", "sis", "login", "email"))
    if namespace is Namespace.SIS:  # Brightspace puts a # in front, so that no spreadsheet takes them for numbers
        id, login = id.removeprefix("#"), login.removeprefix("#")
    login = login or sis
    is_test = namespace is Namespace.CANVAS and name in _CANVAS_TESTS and not sis
    if not (name or id or login or email) or name == _CANVAS_POINTS or is_test:
        return None
    number = _MOODLE_ID.fullmatch(id) if namespace is Namespace.MOODLE else None
    if namespace is Namespace.MOODLE and not number:
        namespace = Namespace.ROSTER
    id = number[2] if number else id
    own = Id(Namespace.ROSTER, id or login)
    platforms = [Id(namespace, id), Id(Namespace.SIS, sis)]
    ids = tuple(dict.fromkeys(one for one in (own, *platforms) if one.value))
    return Person(name or login or email or id, ids, login, email, cells.get("last", ""))
