"""How what was graded went, as people read it.

`ungraded`: it can't be judged here for want of something of the machine's. `by_hand`: a person has not graded it yet.
"""

from __future__ import annotations

from enum import Enum


class SubmissionStatus(str, Enum):
    GRADED = "graded"
    UNREADABLE = "unreadable"
    NO_EXERCISES = "no_exercises"
    GRADER_FAULT = "grader_fault"


class ExerciseStatus(str, Enum):
    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    MISSING = "missing"
    SUPERSEDED = "superseded"
    NOT_RUN = "not_run"
    UNGRADED = "ungraded"
    BY_HAND = "by_hand"
    GRADER_FAULT = "grader_fault"

    @property
    def done(self) -> bool:
        """Whether nothing is left to do: it passed, or a later exercise that passed replaces it."""
        return self in (ExerciseStatus.PASSED, ExerciseStatus.SUPERSEDED)


class CheckStatus(str, Enum):
    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    ERROR = "error"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    NOT_RUN = "not_run"
    UNGRADED = "ungraded"
    BY_HAND = "by_hand"
    GRADER_FAULT = "grader_fault"


class CellStatus(str, Enum):
    OK = "ok"
    ERROR = "error"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    SKIPPED = "skipped"
