"""The people of a class: their numbers on learning platforms, the list of participants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from grader.i18n import Text


class Namespace(str, Enum):
    """Who gave a person a number. It means nothing in another namespace.

    `SIS`: the institution, as Canvas shows it. `LOGIN`: a platform, as a user name, which the list may have too.
    `ROSTER`: the list of participants.
    """

    MOODLE = "moodle"
    CANVAS = "canvas"
    SIS = "sis"
    OTHER = "other"
    LOGIN = "login"
    ROSTER = "roster"


@dataclass(frozen=True, slots=True)
class Id:
    """The number, or word, that a person has in one namespace."""

    namespace: Namespace
    value: str


def id_in(ids: Sequence[Id], *namespaces: Namespace) -> str:
    """The id in the first of the namespaces that has one, or an empty text."""
    return next((id.value for namespace in namespaces for id in ids if id.namespace is namespace), "")


def main_id(ids: Sequence[Id]) -> str:
    """The id by which namesakes differ: that of a learning platform, or that of the list."""
    return id_in(ids, Namespace.MOODLE, Namespace.CANVAS, Namespace.OTHER, Namespace.LOGIN, Namespace.ROSTER)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on the list of participants.

    Attributes:
        name: As on the list.
        ids: The person's numbers. If a platform exported the list, each is there twice: as its own and as the list's.
        login: As on the list.
        email: As on the list.
        surname: The part of the name by which lists are sorted, if the list has it by itself.
    """

    name: str
    ids: tuple[Id, ...] = ()
    login: str = ""
    email: str = ""
    surname: str = field(default="", compare=False)  # of several lists one may have it

    @property
    def id(self) -> str:
        """What the list has beside the name: the number or the login."""
        return id_in(self.ids, Namespace.ROSTER) or self.login


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list of participants cell by cell, so that a report can fill in the very file that a platform exported.

    Attributes:
        shown: What reports call the file.
        rows: Its cells, the names of the columns first.
        owners: Who is in each row; None where it is nobody.
        delimiter: What stands between cells.
        quotes_all: Whether every cell stands in quotes.
        line_end: What ends a line.
        encoding: Python's name of the encoding.
        mark: The mark of the byte order that the file begins with, or an empty text.
    """

    shown: str
    rows: tuple[tuple[str, ...], ...]
    owners: tuple[Person | None, ...]
    delimiter: str = ","
    quotes_all: bool = False
    line_end: str = "\n"
    encoding: str = "utf-8"
    mark: str = ""

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody on the list, each once."""
        return tuple(dict.fromkeys(person for person in self.owners if person is not None))

    @property
    def header(self) -> tuple[str, ...]:
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A submission of which it is not certain whose row on the list it belongs to.

    Attributes:
        participant: The name that it was handed in under.
        path: What reports call it.
        reason: Why it is not certain.
        people: Those on the list whose it may be and who handed in nothing else.
        is_contradicted: Whether the list and the learning platform disagree about its number.
    """

    participant: str
    path: str
    reason: Text
    people: tuple[Person, ...] = ()
    is_contradicted: bool = False
