"""What was handed in, when, and the grade of each. Of a person's attempts one counts."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

import msgspec

from grader.batch.sealed import encode
from grader.model import Grade
from grader.serve import tokens
from grader.serve.database import transaction
from grader.serve.notebooks import Arrived
from grader.serve.roll import Participant

Policy = Literal["best", "last"]
"""Which of a person's attempts counts."""
MAX_DECODED = 2000  # grades that are held ready for pages
WHOLE = "notebook.ipynb"
"""What a notebook of all exercises is called."""


class State(str, Enum):
    """`REPLACED`: a newer one came before it was graded."""

    WAITING = "waiting"
    GRADED = "graded"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something that a person handed in, with what it goes together with.

    Attributes:
        id: The number in the database; later ones are higher.
        key: What stands in addresses.
        person: The number of the person.
        at_s: When it came, in seconds since the epoch.
        state: How far it is.
        is_late: Whether it came after the deadline, and so does not count.
        score: What it earned, bonus included; None before it is graded, and where nothing could be scored.
        graded_s: When it was graded, in seconds since the epoch.
    """

    id: int
    key: str
    person: int
    at_s: float
    state: State
    is_late: bool
    score: float | None
    graded_s: float | None

    @property
    def is_scored(self) -> bool:
        """Whether its grade is one to rely on: not where the grader itself broke."""
        return self.state is State.GRADED and self.score is not None


class Attempts:
    """All attempts."""

    def __init__(self, database: sqlite3.Connection, exercises: Sequence[str], terms: str, policy: Policy) -> None:
        """`exercises`: their ids; `terms`: what grades rest on beside notebooks."""
        self._database, self._exercises, self._terms, self._policy = database, exercises, terms, policy
        self._decoded: dict[int, tuple[float, Grade]] = {}

    # ---- handing in

    def hand_in(self, person: Participant, arrived: Arrived, now_s: float, is_late: bool) -> Attempt:
        """Keep a notebook: when this returns, it is on the disk. The same again is the attempt that it was before.

        A notebook of one exercise goes together with the person's last ones of the others. Where the last one counts,
        what the person had waiting is not graded any more, unless the new one came too late to count.
        """
        sha256 = hashlib.sha256(arrived.data).hexdigest()
        before = self.of(person)
        parts = {**(self._last_parts(before) if arrived.exercise else {}), arrived.exercise: sha256}
        last = before[-1] if before else None
        is_same = last is not None and last.is_late == is_late and self._parts(last) == parts
        if last is not None and is_same and (last.state is State.WAITING or last.is_scored):
            return last
        key = tokens.new_key()
        with transaction(self._database):
            run = self._database.execute
            if self._policy == "last":  # else a full queue would decide which attempts can be the best one
                run("UPDATE attempts SET state = 'replaced' "
                    "WHERE person = ? AND state = 'waiting' AND grade IS NULL AND is_late >= ?",
                    (person.id, is_late))  # fmt: skip
            run("INSERT OR IGNORE INTO notebooks VALUES (?, ?)", (sha256, arrived.data))
            made = run("INSERT INTO attempts (key, person, at_s, state, is_late) VALUES (?, ?, ?, 'waiting', ?)",
                       (key, person.id, now_s, is_late))  # fmt: skip
            for exercise, notebook in parts.items():
                run("INSERT INTO parts VALUES (?, ?, ?)", (made.lastrowid, exercise, notebook))
            self._take_over(made.lastrowid, before, parts, now_s)
        found = self.by_key(key)
        assert found is not None
        return found

    def _last_parts(self, before: Sequence[Attempt]) -> dict[str, str]:
        """The notebooks of single exercises that a person last handed in."""
        found = (self._parts(attempt) for attempt in reversed(before))
        return next((parts for parts in found if "" not in parts), {})

    def _take_over(self, id: int | None, before: Sequence[Attempt], parts: Mapping[str, str], now_s: float) -> None:
        """Take the grade of an earlier attempt of the same notebooks."""
        same = next((one for one in before if one.is_scored and self._parts(one) == parts), None)
        if same is not None:
            self._database.execute(
                "UPDATE attempts SET state = 'graded', graded_s = ?, (grade, score, terms) = "
                "(SELECT grade, score, terms FROM attempts WHERE id = ?) WHERE id = ?",
                (now_s, same.id, id),
            )

    # ---- what there is

    def of(self, person: Participant) -> list[Attempt]:
        """A person's attempts, the oldest first."""
        return self._all("person = ?", person.id)

    def everything(self) -> dict[int, list[Attempt]]:
        """Everybody's attempts, the oldest first, by the person's number."""
        found: dict[int, list[Attempt]] = {}
        for attempt in self._all("TRUE"):
            found.setdefault(attempt.person, []).append(attempt)
        return found

    def waiting(self) -> list[Attempt]:
        """Those that are not graded yet, or not by today's course, the oldest first."""
        return self._all("state = 'waiting'")

    def by_key(self, key: str) -> Attempt | None:
        return next(iter(self._all("key = ?", key)), None)

    def by_id(self, id: int) -> Attempt | None:
        return next(iter(self._all("id = ?", id)), None)

    def counting(self, attempts: Sequence[Attempt]) -> Attempt | None:
        """Which of a person's attempts counts: the best or the last of those that are graded and came in time."""
        graded = [one for one in attempts if one.state is State.GRADED and not one.is_late]
        if not graded:
            return None
        if self._policy == "last":
            return graded[-1]
        return max(graded, key=lambda one: (-1.0 if one.score is None else one.score, one.id))

    def files(self, attempt: Attempt) -> dict[str, bytes]:
        """The notebooks of an attempt by their names, in the course's order."""
        parts = self._parts(attempt)
        order = [id for id in (*self._exercises, "") if id in parts]
        return {f"{id}.ipynb" if id else WHOLE: self._notebook(parts[id]) for id in order}

    def grade(self, attempt: Attempt) -> Grade | None:
        """The grade; None before there is one."""
        row = self._database.execute("SELECT grade, graded_s FROM attempts WHERE id = ?", (attempt.id,)).fetchone()
        if row is None or row["grade"] is None:
            return None
        known = self._decoded.get(attempt.id)
        if known is None or known[0] != row["graded_s"]:
            known = row["graded_s"], msgspec.json.decode(row["grade"], type=Grade)
            if len(self._decoded) >= MAX_DECODED:
                self._decoded.clear()
            self._decoded[attempt.id] = known
        return known[1]

    def stored_bytes(self, person: Participant) -> int:
        """What a person's notebooks take, each once."""
        query = (
            "SELECT coalesce(sum(length(data)), 0) FROM notebooks WHERE sha256 IN "
            "(SELECT notebook FROM parts JOIN attempts ON attempts.id = parts.attempt WHERE person = ?)"
        )
        found: int = self._database.execute(query, (person.id,)).fetchone()[0]
        return found

    # ---- grading

    def keep(self, attempt: Attempt, grade: Grade, score: float | None, now_s: float) -> bool:
        """Keep a grade. Returns whether the attempt is still there: the trainer may have removed the person."""
        with transaction(self._database):
            done = self._database.execute(
                "UPDATE attempts SET state = 'graded', grade = ?, score = ?, terms = ?, graded_s = ? WHERE id = ?",
                (encode(grade), score, self._terms, now_s, attempt.id),
            )
        return done.rowcount > 0

    def grade_again_what_is_outdated(self) -> None:
        """What was graded by another version of the course or the grader waits again, with its grade meanwhile; so does
        that on which the grader broke."""
        with transaction(self._database):
            self._database.execute(
                "UPDATE attempts SET state = 'waiting' WHERE state = 'graded' AND (terms IS NOT ? OR score IS NULL)",
                (self._terms,),
            )

    def _parts(self, attempt: Attempt) -> dict[str, str]:
        rows = self._database.execute("SELECT exercise, notebook FROM parts WHERE attempt = ?", (attempt.id,))
        return {row["exercise"]: row["notebook"] for row in rows}

    def _notebook(self, sha256: str) -> bytes:
        row = self._database.execute("SELECT data FROM notebooks WHERE sha256 = ?", (sha256,)).fetchone()
        data: bytes = row[0]
        return data

    def _all(self, where: str, *values: object) -> list[Attempt]:
        columns = "id, key, person, at_s, state, is_late, score, graded_s"
        query = f"SELECT {columns} FROM attempts WHERE {where} ORDER BY id"  # noqa: S608  ours
        return [*map(_attempt, self._database.execute(query, values))]


def _attempt(row: sqlite3.Row) -> Attempt:
    return Attempt(
        row["id"],
        row["key"],
        row["person"],
        row["at_s"],
        State(row["state"]),
        bool(row["is_late"]),
        row["score"],
        row["graded_s"],
    )


def scores(attempts: Sequence[Attempt]) -> Iterator[float]:
    """What a person's graded attempts earned, the oldest first."""
    yield from (0.0 if one.score is None else one.score for one in attempts if one.state is State.GRADED)
