"""The shape of the envelope `grade/1`, as types; its JSON schema is made from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from grader.model import CellStatus, CheckStatus, ExerciseStatus, SubmissionStatus

Points = Annotated[float, Meta(ge=0)]


class _Part(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing stands in a part that its type does not name."""


class Diagnosis(_Part):
    """The known mistake that the answers look like; `hint` says "probably" where only the source tells."""

    mistake: str
    hint: str


class Check(_Part):
    """A hidden test's verdict. `input` is a call that can be pasted into the notebook."""

    id: str
    title: str
    status: CheckStatus
    points: Points
    max_points: Points
    bonus: Points
    max_bonus: Points
    message: str | None
    input: str | None
    expected: str | None
    actual: str | None
    diagnosis: Diagnosis | None


class Exercise(_Part):
    """`points` never hold `bonus`. `cell` counts from 0; `file` is told where several files are one submission."""

    id: str
    title: str
    status: ExerciseStatus
    points: Points
    max_points: Points
    bonus: Points
    max_bonus: Points
    function: str
    cell: int | None
    notes: list[str]
    checks: list[Check]
    file: str | UnsetType = UNSET


class Cell(_Part):
    """How a code cell ended. `error`: the exception's type and message."""

    index: int
    status: CellStatus
    error: str | None
    file: str | UnsetType = UNSET
    notes: list[str] | UnsetType = UNSET


class Submission(_Part):
    """What one participant handed in. `path` is as it was given; `sha256` that of the file."""

    participant: str
    path: str
    sha256: str
    status: SubmissionStatus
    score: Points
    max_score: Points
    bonus: Points
    max_bonus: Points
    duration_s: Points
    notes: list[str]
    cells: list[Cell]
    exercises: list[Exercise]
    id: str | UnsetType = UNSET
    email: str | UnsetType = UNSET


class Person(_Part):
    """Somebody on the list of participants who handed in nothing."""

    participant: str
    id: str | UnsetType = UNSET
    email: str | UnsetType = UNSET


class Unmatched(_Part):
    """A submission of which the list of participants does not tell whose it is. Its score is nobody's on the list."""

    participant: str
    path: str
    reason: str


class Course(_Part):
    """`digest`: of all files of the course."""

    id: str
    digest: str


class Sandbox(_Part):
    """The level that was asked for, and the walls that stood around every submission that ran."""

    level: Literal["auto", "strict", "off"]
    walls: list[str]


class Envelope(_Part):
    """One submission or many. Two runs on the same inputs differ in `duration_s` only."""

    schema: Literal["grade/1"]
    grader: str
    course: Course
    seed: Annotated[int, Meta(ge=0)]
    sandbox: Sandbox
    submissions: list[Submission]
    missing: list[Person] | UnsetType = UNSET
    unmatched: list[Unmatched] | UnsetType = UNSET


def json_schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12."""
    made = msgspec.json.schema(Envelope)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "grade/1", **made}
