"""The types of the JSON report `grade/1`. The report is encoded from them, and its JSON schema is made from them.

The fields of each type stand in the order in which the report has them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from grader.model import CellStatus, CheckStatus, ExerciseStatus, SubmissionStatus
from grader.report.same_work import Common

Points = Annotated[float, Meta(ge=0)]
Yes = Annotated[bool, Meta(extra_json_schema={"enum": [True]})]  # older releases of msgspec know no Literal[True]


class _Part(msgspec.Struct, forbid_unknown_fields=True):
    """A part of the report, which holds nothing but its fields."""


class Diagnosis(_Part):
    """The known mistake that the answers look like. `hint` says "probably" where only the source tells."""

    mistake: str  # the mistake's name in the course
    hint: str


class Check(_Part):
    """The verdict of one hidden test. `input` is a call that can be pasted into the notebook."""

    id: str  # the name of the test function, or of the unit that a person grades
    title: str
    status: CheckStatus
    points: Points  # without bonus
    max_points: Points
    bonus: Points
    max_bonus: Points
    message: str | None  # what went wrong; null where the check passed. Of a person who graded it, the comment
    input: str | None  # the first call that failed
    expected: str | None  # what the reference solution gives, as Python shows it
    actual: str | None  # what the participant's function gave, or the exception that it raised
    diagnosis: Diagnosis | None
    paste: str | UnsetType = UNSET  # what to heed where the call is pasted, if not any new cell will do
    worked: list[str] | UnsetType = UNSET  # the call worked out, a line a step, where nothing is named
    needs: str | UnsetType = UNSET  # what the machine lacks for it, there if the status is `ungraded`
    by_hand: Yes | UnsetType = UNSET  # there where a person grades it


class Exercise(_Part, kw_only=True):
    """`points` never include `bonus`. `cell` counts from 0; `file` is there where several files are one submission."""

    id: str
    title: str
    status: ExerciseStatus
    points: Points
    max_points: Points
    bonus: Points
    max_bonus: Points
    ungraded_points: Points | UnsetType = UNSET  # of max_points, what can't be judged on this machine
    ungraded_bonus: Points | UnsetType = UNSET
    needs: list[str] | UnsetType = UNSET  # what the machine lacks, there with ungraded points or bonus only
    by_hand_points: Points | UnsetType = UNSET  # of max_points, what a person has not graded yet
    answer: str | UnsetType = UNSET  # the text that a person grades
    function: str  # the name of the function that is asked for, if there is one
    cell: int | None  # the cell of the judged version; null where there is none
    file: str | UnsetType = UNSET  # the name of the notebook that holds the cell
    notes: list[str]
    checks: list[Check]


class Cell(_Part, kw_only=True):
    """How a code cell ended. `error`: the exception's type and message."""

    index: int  # counts all cells of its file from 0
    file: str | UnsetType = UNSET  # the name of the notebook that holds the cell
    status: CellStatus
    error: str | None
    notes: list[str] | UnsetType = UNSET  # what probably caused the error
    needs: str | UnsetType = UNSET  # what the machine lacks, where that is why it failed


class Submission(_Part, kw_only=True):
    """What one participant handed in. `path` is as it was given; `sha256` is the file's."""

    participant: str  # the name
    id: str | UnsetType = UNSET  # the number on a learning platform, or else the one on the list of participants
    email: str | UnsetType = UNSET
    path: str
    sha256: str
    status: SubmissionStatus
    score: Points  # without bonus
    max_score: Points
    bonus: Points
    max_bonus: Points
    ungraded_points: Points | UnsetType = UNSET  # of max_score, what can't be judged on this machine; not in score
    ungraded_bonus: Points | UnsetType = UNSET
    needs: list[str] | UnsetType = UNSET  # what the machine lacks, there with ungraded points or bonus only
    by_hand_points: Points | UnsetType = UNSET  # of max_score, what a person has not graded yet: score is provisional
    duration_s: Points
    notes: list[str]
    cells: list[Cell]
    exercises: list[Exercise]


class Person(_Part):
    """A person on the list of participants who handed in nothing."""

    participant: str  # the name
    id: str | UnsetType = UNSET  # the one on the list
    email: str | UnsetType = UNSET


class Unmatched(_Part):
    """A submission that the list of participants does not tell whose it is. Its score counts for nobody on the list."""

    participant: str  # the name that came with the submission
    path: str
    reason: str


class Same(_Part, kw_only=True):
    """What some people have the same, beyond what right answers have. It says nothing of why. The two lists of people
    are in the same order."""

    what: Common
    participants: list[str]  # the names
    paths: list[str]
    exercises: list[str]  # the ids of those that it is about; none where it is the whole notebook


class Course(_Part):
    """`digest` is of all files of the course."""

    id: str
    digest: str


class Sandbox(_Part):
    """The level that was asked for, and the walls that stood around every submission that ran. `hides_tests` is false
    where a notebook's code could read the hidden tests and the solutions."""

    level: Literal["auto", "strict", "off"]
    walls: list[str]
    hides_tests: bool


class Kernel(_Part):
    """What notebooks ran on."""

    python: str  # Python's version
    numpy: str


class Envelope(_Part):
    """One submission or many. Two runs on the same inputs differ in `duration_s` only."""

    schema: Literal["grade/1"]
    grader: str  # the grader's version
    course: Course
    seed: Annotated[int, Meta(ge=0)]
    sandbox: Sandbox
    kernel: Kernel
    submissions: list[Submission]
    missing: list[Person] | UnsetType = UNSET  # there with a list of participants only
    unmatched: list[Unmatched] | UnsetType = UNSET  # there where it is not empty
    same: list[Same] | UnsetType = UNSET  # likewise


def json_schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12. In each part the fields that are always there come first."""
    made = msgspec.json.schema(Envelope)
    for part in made["$defs"].values():
        if "description" in part:
            part["description"] = " ".join(part["description"].split())  # a docstring's, indented less by Python 3.13
        if "properties" in part:
            required = part["required"]
            part["properties"] = dict(sorted(part["properties"].items(), key=lambda field: field[0] not in required))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "grade/1", **made}
