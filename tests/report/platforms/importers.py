"""What learning platforms make of an uploaded file: the rules of their importers, restated.

Moodle's: mod/assign/feedback/offline (importgradeslib.php, locallib.php). Canvas's: lib/gradebook_importer.rb.
Brightspace's and Blackboard's are closed: what their help pages say of columns.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """Moodle's texts in one language: those that its importer looks for, and the decimal sign."""

    id: str
    grade: str
    modified: str
    comments: str
    participant: str
    decimal: str


ENGLISH = Language("Identifier", "Grade", "Last modified (grade)", "Feedback comments", "Participant ", ".")
POLISH = Language(
    "identyfikator", "Ocena", "Ostatnia aktualizacja (ocena)", "Komentarz zwrotny", "Uczestnik", ","
)  # fmt: skip
SPANISH = Language(
    "Identificador", "Calificación", "Última modificación (calificación)", "Comentarios de retroalimentación",
    "Participante ", ",",
)  # fmt: skip


def moodle(data: bytes, language: Language, users: Collection[int], maximum: float) -> dict[int, tuple[str, str]]:
    """Grade and comment of each user as Moodle takes them, the grade empty where it is skipped."""
    text = data.decode("utf-8").removeprefix("\ufeff")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    places = {name: place for place, name in enumerate(header)}  # of two with one name the last
    id, grade = places[language.id], places[language.grade]
    assert language.modified in places, "Moodle calls it no grading worksheet"
    comments = places.get(language.comments) or None  # never the first column
    taken = {}
    for row in rows:
        number = re.match(r"\d*", row[id][len(language.participant) :])
        if number and number[0] and int(number[0]) in users:
            comment = "" if comments is None else row[comments]
            taken[int(number[0])] = (_moodle_grade(row[grade], language, maximum), comment)
    return taken


def _moodle_grade(cell: str, language: Language, maximum: float) -> str:
    compact = cell.replace(" ", "").replace(language.decimal, ".")
    beginning = re.match(r"\d+(\.\d+)?", compact)  # as PHP reads a number
    value = float(beginning[0]) if beginning else None
    return "" if value is None or value > maximum else f"{value:g}"


@dataclass(frozen=True)
class CanvasImport:
    """What Canvas takes from a file.

    Attributes:
        grades: The cells by assignment and user.
        new: The titles of assignments that it makes, with what they are worth.
        strangers: Names for which it would make new users.
    """

    grades: Mapping[tuple[str, int], str]
    new: Mapping[str, str]
    strangers: list[str]


_CANVAS_INFO = ("SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
_CANVAS_TOTALS = re.compile("Current Score|Current Points|Current Grade|Final Score|Final Points|Final Grade|Override")


def canvas(
    data: bytes, assignments: Mapping[int, str], users: Mapping[int, tuple[str, str]], custom: Collection[str] = ()
) -> CanvasImport:
    """`assignments`: the titles by number. `users`: name and SIS id by number. `custom`: the course's own columns."""
    text = data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_canvas_delimiter(text)))
    header = rows[0]
    assert "Student" in header[0]
    assert "ID" in header[1]
    info = 2 + sum(name in _CANVAS_INFO for name in header)
    assert "Section" in header[info - 1], "Canvas calls it an invalid header"
    titles = {}
    for name in header[info:]:
        if not _CANVAS_TOTALS.search(name) and name not in custom:
            numbered = re.fullmatch(r"(.*) \((\d+)\)", name)
            known = assignments.get(int(numbered[2])) if numbered else None
            known = known or next((title for title in assignments.values() if title == name), None)
            titles[header.index(name)] = known or (numbered[1] if numbered else name)
    worth, grades, strangers = {}, {}, []
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            worth = {title: _canvas_number(row[place]) for place, title in titles.items()}
        elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell) for cell in row):
            user = _canvas_user(row, header, users)
            strangers += [row[0]] if user is None else []
            grades |= {(title, user or 0): _canvas_number(row[place].strip()) for place, title in titles.items()}
    new = {title: worth.get(title, "") for title in titles.values() if title not in assignments.values()}
    return CanvasImport(grades, new, strangers)


def _canvas_delimiter(text: str) -> str:
    counts = {}
    for delimiter in ";,":
        sizes = {len(row) for row in csv.reader(text.splitlines()[:3], delimiter=delimiter)}
        counts[delimiter] = sizes.pop() if len(sizes) == 1 else 0
    return ";" if counts[";"] > counts[","] else ","


def _canvas_number(cell: str) -> str:
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *whole, last = re.split("[,.]", cell)
    return f"{''.join(whole)}.{last}" if whole else last


def _canvas_user(row: list[str], header: list[str], users: Mapping[int, tuple[str, str]]) -> int | None:
    if row[1].isdigit() and int(row[1]) in users:
        return int(row[1])
    sis = row[header.index("SIS User ID")] if "SIS User ID" in header else ""
    by_sis = (number for number, (_, known) in users.items() if known and known == sis)
    by_name = (number for number, (name, _) in users.items() if name == row[0])
    return next(by_sis, None) or next(by_name, None)


def brightspace(data: bytes) -> dict[str, dict[str, str]]:
    """Points by item and OrgDefinedId."""
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert header[-1].strip() == "End-of-Line Indicator"
    assert all(row[-1] == "#" and len(row) == len(header) for row in rows)
    items = {
        place: re.sub(r" Points Grade( <.*>)?$", "", name)
        for place, name in enumerate(header)
        if "Points Grade" in name
    }
    ids = [row[header.index("OrgDefinedId")].removeprefix("#") for row in rows]
    return {item: dict(zip(ids, (row[place] for row in rows), strict=True)) for place, item in items.items()}


def blackboard(data: bytes) -> dict[str, dict[str, str]]:
    """Cells by column, its number in front if it is there, and user name."""
    text = data.decode("utf-16") if data[:2] == b"\xff\xfe" else data.decode("utf-8-sig")
    delimiter = "\t" if "\t" in text else ","
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    users = [row[header.index("Username")] for row in rows]
    return {name: dict(zip(users, (row[place] for row in rows), strict=True)) for place, name in enumerate(header)}
