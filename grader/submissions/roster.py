"""A list of participants: `roster.csv`, or an export of Moodle or Canvas as it is."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from grader.errors import UsageError
from grader.model import Person

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
    "login": ("login", "sis login id", "sis user id", "username", "user name", "nazwa użytkownika"),
    "email": ("email", "e-mail", "mail", "email address", "e-mail address", "adres e-mail", "adres email", "poczta"),
}  # fmt: skip
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})


def read(data: bytes, shown: str) -> tuple[Person, ...]:
    """The people in a CSV file: any order of columns, any usual delimiter, UTF-8 or the encoding of Polish Windows.
    Raise UsageError."""
    if len(data) > MAX_MIB << 20:
        raise UsageError(f"{shown}: a list of participants can't be larger than {MAX_MIB} MB. Is it the right file?")
    text = _decoded(data)
    header, _, _ = text.lstrip().partition("\n")
    delimiter = max(",;\t|", key=header.count)
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip()), delimiter=delimiter))
    except csv.Error as error:
        raise UsageError(f"{shown} is no table: {error}. Save it as CSV again.") from error
    columns = _columns(rows[0] if rows else [], shown)
    people = (_person(row, columns) for row in rows[1:])
    return tuple(dict.fromkeys(person for person in people if person is not None))


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").lstrip("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1250", "replace")


def _columns(header: Sequence[str], shown: str) -> dict[str, int]:
    names = [" ".join(cell.casefold().replace("_", " ").split()) for cell in header]
    found: dict[str, int] = {}
    for column, known in COLUMNS.items():
        place = next((names.index(name) for name in known if name in names), None)
        if place is not None:
            found[column] = place
    if not found.keys() & {"name", "last", "id", "login", "email"}:
        raise UsageError(
            f"{shown}: none of its columns is known ({', '.join(header)[:200] or 'it is empty'}). "
            "Its first line must name them: name, id, email."
        )
    return found


def _person(row: Sequence[str], columns: Mapping[str, int]) -> Person | None:
    cells = {column: row[place].strip() if place < len(row) else "" for column, place in columns.items()}
    name = cells.get("name") or " ".join(filter(None, (cells.get("first"), cells.get("last"))))
    id, login, email = (cells.get(column, "") for column in ("id", "login", "email"))
    if not (name or id or login or email) or name == "Points Possible":  # Canvas's second line
        return None
    number = re.fullmatch(r"\D+ (\d+)", id)  # Moodle's worksheet: "Participant 1234567"
    return Person(name or login or email or id, number[1] if number else id, login, email)


# ---- whose a name is


class Register:
    """Finds people by what their files and folders are called."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._by_key: dict[str, list[Person]] = {}
        self._by_words = [(set(_words(person.name)), person) for person in people]
        for person in people:
            for key in set(_keys(person)):
                self._by_key.setdefault(key, []).append(person)

    def find(self, names: Sequence[str], id: str = "") -> Person | None:
        """The one person whom the id or the first telling name fits; None where nobody or several do."""
        for key in (id, *names):
            found = self._by_key.get(_folded(key), []) if key else []
            if len(found) == 1:
                return found[0]
        for name in names:
            words = set(_words(name))
            fitting = [person for wanted, person in self._by_words if len(wanted) > 1 and wanted <= words]
            if len(fitting) == 1:
                return fitting[0]
        return None


def _keys(person: Person) -> Iterator[str]:
    """What names them outright: numbers, addresses, and the name in either order with nothing between its words."""
    yield from (_folded(key) for key in (person.id, person.login, person.email) if key)
    yield from (_folded(key.partition("@")[0]) for key in (person.login, person.email) if "@" in key)
    words = _words(person.name)
    for turn in range(len(words)):
        yield "".join(words[turn:] + words[:turn])


def _folded(text: str) -> str:
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    """Words without case and accents, as people write their names in file names."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return re.findall(r"[^\W_]+", kept)
