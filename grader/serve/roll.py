"""The people of a workshop: who joined under which name, with which code, and what the trainer noted of them."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import msgspec

from grader.i18n import Text, msg
from grader.people import Person
from grader.serve import tokens
from grader.serve.database import transaction
from grader.submissions.matching import PersonIndex

MAX_NAME = 60
MAX_COMMENT = 2000
MAX_PEOPLE = 1000
MAX_CLAIMS = 3
"""How many may claim one name at a time."""
_ALLOWED = frozenset(" .'’-")  # no _, with which platforms' names for folders are made
_BAD_NAME = msg(
    "Write your name with letters, digits, spaces, dots and dashes, from 2 to {most} of them.", most=MAX_NAME
)
_NOT_LISTED = msg("This name is not on the list of participants. Write it as it stands there, or ask your trainer.")
_SEVERAL = msg("Several people on the list have this name. Write your number from the list instead.")
_CLAIMED = msg("Several people have asked for this name already. Ask your trainer.")
_FULL = msg("No more people can join. Ask your trainer.")


class Refused(Exception):
    """Something that a participant or the trainer asked for can't be; the text says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone who joined.

    Attributes:
        id: The number in the database.
        key: What stands in addresses.
        name: The name, which nobody else has.
        listed: The name and number on the list of participants, if the person is on it.
        joined_s: When the person joined, in seconds since the epoch.
        seen_s: When the person last handed something in or joined, likewise.
        help_s: Since when the person has wanted help; None if not.
        points: The points that the trainer gave by hand, beside the grade.
        comment: The trainer's words.
    """

    id: int
    key: str
    name: str
    listed: tuple[str, str] | None
    joined_s: float
    seen_s: float
    help_s: float | None
    points: float | None
    comment: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A name that somebody claimed whose it may not be.

    Attributes:
        id: The number in the database.
        person: The participant whose name it is.
        at_s: When it was claimed, in seconds since the epoch.
    """

    id: int
    person: Participant
    at_s: float


class Entry(Enum):
    """How joining went."""

    JOINED = 1
    WAITS = 2  # for the trainer: the name is somebody's already


class Roll:
    """Everybody who joined. Raises Refused with what to tell whoever asked."""

    def __init__(self, database: sqlite3.Connection, people: Sequence[Person], is_open: bool) -> None:
        """`people`: those on the list; `is_open`: whether others may join under a name of their choice."""
        self._database, self._people, self.is_open = database, people, is_open
        self._index = PersonIndex(people)
        names = Counter(person.name for person in people)
        self._names = {one: f"{one.name} ({one.id})" if names[one.name] > 1 else one.name for one in people}

    # ---- who is there

    def everybody(self) -> list[Participant]:
        """All who joined, in the order in which they did."""
        return [_participant(row) for row in self._database.execute("SELECT * FROM people ORDER BY id")]

    def by_code(self, code: str) -> Participant | None:
        """Whose personal code it is. Codes are looked up by their digests, so the time tells nothing of them."""
        return self._one("SELECT * FROM people WHERE token = ?", tokens.digest(code)) if tokens.plain(code) else None

    def by_key(self, key: str) -> Participant | None:
        return self._one("SELECT * FROM people WHERE key = ?", key)

    def by_id(self, id: int) -> Participant | None:
        return self._one("SELECT * FROM people WHERE id = ?", id)

    def by_name(self, name: str) -> Participant | None:
        folded = fold(name)
        return next((one for one in self.everybody() if fold(one.name) == folded), None)

    def claimed_by(self, code: str) -> Claim | None:
        """The claim that waits for the trainer, of whoever has this code."""
        return next((claim for claim in self._claims("token = ?", tokens.digest(code))), None)

    def claims(self) -> list[Claim]:
        """The names that were claimed a second time."""
        return self._claims("TRUE")

    # ---- joining

    def join(self, name: str, code: str, now_s: float) -> Entry:
        """Join under a name, with a new personal code. A name that somebody has waits for the trainer."""
        chosen, listed = self._choose(name)
        known = self.by_name(chosen)
        if known is not None:
            return self._claim(known, code, now_s)
        if self._database.execute("SELECT count(*) FROM people").fetchone()[0] >= MAX_PEOPLE:
            raise Refused(_FULL)
        with transaction(self._database):
            self._database.execute(
                "INSERT INTO people (key, name, listed, token, joined_s, seen_s) VALUES (?, ?, ?, ?, ?, ?)",
                (tokens.new_key(), chosen, _encode(listed), tokens.digest(code), now_s, now_s),
            )
        return Entry.JOINED

    def accept(self, claim_id: int) -> Participant | None:
        """Give a name to whoever claimed it: the codes of others for it are worth nothing any more."""
        claim = next((one for one in self.claims() if one.id == claim_id), None)
        if claim is None:
            return None
        with transaction(self._database):
            token = self._database.execute("SELECT token FROM claims WHERE id = ?", (claim_id,)).fetchone()[0]
            self._database.execute("DELETE FROM claims WHERE person = ?", (claim.person.id,))
            self._database.execute("UPDATE people SET token = ? WHERE id = ?", (token, claim.person.id))
        return claim.person

    def refuse(self, claim_id: int) -> None:
        with transaction(self._database):
            self._database.execute("DELETE FROM claims WHERE id = ?", (claim_id,))

    def _claim(self, known: Participant, code: str, now_s: float) -> Entry:
        has_code = self._database.execute("SELECT token FROM people WHERE id = ?", (known.id,)).fetchone()[0]
        with transaction(self._database):
            if has_code is None:  # the trainer has reset it
                self._database.execute(
                    "UPDATE people SET token = ?, seen_s = ? WHERE id = ?", (tokens.digest(code), now_s, known.id)
                )
                return Entry.JOINED
            query = "SELECT count(*) FROM claims WHERE person = ?"
            if self._database.execute(query, (known.id,)).fetchone()[0] >= MAX_CLAIMS:
                raise Refused(_CLAIMED)
            self._database.execute(
                "INSERT INTO claims (person, token, at_s) VALUES (?, ?, ?)", (known.id, tokens.digest(code), now_s)
            )
        return Entry.WAITS

    def _choose(self, name: str) -> tuple[str, Person | None]:
        """The name under which somebody joins, and who that is on the list."""
        fitting = list(dict.fromkeys(self._index.named(name))) if self._people else []
        if len(fitting) > 1:
            raise Refused(_SEVERAL)
        if fitting:
            return self._names[fitting[0]], fitting[0]
        if not self.is_open:
            raise Refused(_NOT_LISTED)
        return own_name(name), None

    # ---- what the trainer does

    def rename(self, person: Participant, name: str) -> None:
        """Give a person another name; one that is on the list makes the person that one."""
        try:
            chosen, listed = self._choose(name)
        except Refused:
            chosen, listed = own_name(name), None
        other = self.by_name(chosen)
        if other is not None and other.id != person.id:
            raise Refused(msg("Somebody else has this name. Merge the two instead."))
        self._set(person, "name = ?, listed = ?", chosen, _encode(listed))

    def merge(self, person: Participant, into: Participant) -> None:
        """Make two people one, who keeps the attempts of both, the second one's name and the first one's code."""
        if person.id == into.id:
            raise Refused(msg("These are one person already."))
        with transaction(self._database):
            token = self._database.execute("SELECT token FROM people WHERE id = ?", (person.id,)).fetchone()[0]
            self._database.execute("UPDATE attempts SET person = ? WHERE person = ?", (into.id, person.id))
            self._database.execute("DELETE FROM people WHERE id = ?", (person.id,))
            self._database.execute(
                "UPDATE people SET token = coalesce(?, token), help_s = coalesce(help_s, ?), "
                "points = coalesce(points, ?), comment = trim(comment || ' ' || ?) WHERE id = ?",
                (token, person.help_s, person.points, person.comment, into.id),
            )

    def reset(self, person: Participant) -> None:
        """Let the person join again: the code that there is is worth nothing any more."""
        self._set(person, "token = NULL")

    def remove(self, person: Participant) -> None:
        """Erase the person and all that they handed in."""
        with transaction(self._database):
            self._database.execute("DELETE FROM people WHERE id = ?", (person.id,))
            self._database.execute("DELETE FROM notebooks WHERE sha256 NOT IN (SELECT notebook FROM parts)")
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def note(self, person: Participant, points: float | None, comment: str) -> None:
        """The trainer's own points and words."""
        self._set(person, "points = ?, comment = ?", points, comment[:MAX_COMMENT])

    def ask_for_help(self, person: Participant, since_s: float | None) -> None:
        self._set(person, "help_s = ?", since_s)

    def see(self, person: Participant, now_s: float) -> None:
        self._set(person, "seen_s = ?", now_s)

    def _set(self, person: Participant, what: str, *values: object) -> None:
        with transaction(self._database):
            self._database.execute(f"UPDATE people SET {what} WHERE id = ?", (*values, person.id))  # noqa: S608  ours

    def _one(self, query: str, *values: object) -> Participant | None:
        row = self._database.execute(query, values).fetchone()
        return None if row is None else _participant(row)

    def _claims(self, where: str, *values: object) -> list[Claim]:
        query = f"SELECT id AS claim, person, at_s FROM claims WHERE {where} ORDER BY id"  # noqa: S608  ours
        people = {one.id: one for one in self.everybody()}
        rows = self._database.execute(query, values)
        return [Claim(row["claim"], people[row["person"]], row["at_s"]) for row in rows]


def own_name(name: str) -> str:
    """A name that somebody chose, as it is shown. It also is the name of a folder."""
    shown = " ".join(unicodedata.normalize("NFC", name).split())
    fits = 2 <= len(shown) <= MAX_NAME and all(map(_is_of_a_name, " " + shown, shown))
    if not fits or not any(letter.isalpha() for letter in shown) or shown.startswith((".", "-")):
        raise Refused(_BAD_NAME)
    return shown.rstrip(". ")


def fold(name: str) -> str:
    """The name as two are compared: nobody takes another's by a capital letter, a space or the order of its words."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = ("".join(one for one in word if one.isalnum() or _is_vowel(one)) for word in plain.split())
    return " ".join(sorted(filter(None, words)))


def _is_of_a_name(before: str, letter: str) -> bool:
    """Whether it may follow the letter before it. A vowel of Hindi or Thai is no letter to Unicode, but a mark, as are
    those that nobody sees: it is one of its script after another."""
    scripts = [unicodedata.name(one, "").partition(" ")[0] for one in (before, letter)]
    return letter.isalnum() or letter in _ALLOWED or (_is_mark(letter) and scripts[0] == scripts[1])


def _is_vowel(letter: str) -> bool:
    """Whether the mark is a letter of its own, unlike an accent."""
    return _is_mark(letter) and not unicodedata.combining(letter)


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Mc")


def _encode(person: Person | None) -> str | None:
    return None if person is None else msgspec.json.encode((person.name, person.id)).decode()


def _participant(row: sqlite3.Row) -> Participant:
    listed = row["listed"]
    return Participant(
        row["id"],
        row["key"],
        row["name"],
        None if listed is None else msgspec.json.decode(listed, type=tuple[str, str]),
        row["joined_s"],
        row["seen_s"],
        row["help_s"],
        row["points"],
        row["comment"],
    )
