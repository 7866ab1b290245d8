"""What the proof can't tell by itself and an author says by hand, with a reason: proof.toml in an exercise's folder."""

from __future__ import annotations

import msgspec

from grader.course.course import Exercise
from grader.errors import CourseError
from grader.proof.mutants import Mutant, same_lines

MARKS_FILE = "proof.toml"


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of a line of the solution that change nothing of what was asked for."""

    line: str
    becomes: list[str]
    reason: str

    def covers(self, mutant: Mutant, becomes: str) -> bool:
        return same_lines(self.line, mutant.before) and same_lines(becomes, mutant.after)


class Twin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known mistake that answers as another does, and so is called by the other's name."""

    mistake: str
    named: str
    reason: str


class Marks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All marks of an exercise."""

    equivalent: list[Equivalent] = []
    twin: list[Twin] = []

    def reason(self, mutant: Mutant) -> str | None:
        """Why the mutant is no mistake, if it is marked."""
        for mark in self.equivalent:
            if any(mark.covers(mutant, becomes) for becomes in mark.becomes):
                return mark.reason
        return None

    def twin_of(self, mistake: str) -> str | None:
        return next((mark.named for mark in self.twin if mark.mistake == mistake), None)


def marks(exercise: Exercise) -> Marks:
    """The marks of an exercise; none where it has no file. Raise CourseError with what is wrong and where."""
    path = exercise.folder / MARKS_FILE
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Marks)
    except FileNotFoundError:
        return Marks()
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise CourseError(f"{path}: {error}") from error
