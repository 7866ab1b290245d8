"""Exceptions from the proof that an author writes by hand, with a reason: proof.toml in an exercise's folder."""

from __future__ import annotations

from codecs import BOM_UTF8

import msgspec

from grader.course.course import Exercise
from grader.errors import CourseError
from grader.proof.mutants import ANY, Mutant, fits

EXEMPTIONS_FILE = "proof.toml"


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of the solution that are no mistakes.

    Attributes:
        line: of the solution.
        becomes: the lines that may stand in its place. In both, `...` stands for any piece of code.
        reason: why the exercise does not ask for the difference.
    """

    line: str
    becomes: list[str]
    reason: str

    def covers(self, mutant: Mutant, becomes: str) -> bool:
        return fits(self.line, mutant.before) and fits(becomes, mutant.after)

    def covers_one(self, becomes: str) -> bool:
        """Whether it means a single change, and not whatever fits a pattern."""
        return ANY not in self.line and ANY not in becomes


class Twin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known mistake that gives the same answers as another, and is therefore called by the other's name.

    Attributes:
        mistake, named: the two known mistakes.
        reason: why their answers can't differ.
    """

    mistake: str
    named: str
    reason: str


class Exemptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All exemptions of an exercise."""

    equivalent: list[Equivalent] = []
    twin: list[Twin] = []

    def reason(self, mutant: Mutant) -> str | None:
        """Why the mutant is no mistake, if it is exempt."""
        for exemption in self.equivalent:
            if any(exemption.covers(mutant, becomes) for becomes in exemption.becomes):
                return exemption.reason
        return None

    def twin_of(self, mistake: str) -> str | None:
        return next((twin.named for twin in self.twin if twin.mistake == mistake), None)


def read_exemptions(exercise: Exercise) -> Exemptions:
    """The exemptions of an exercise; none where it has no file. Raise CourseError with what is wrong and where."""
    path = exercise.folder / EXEMPTIONS_FILE
    try:
        return msgspec.toml.decode(path.read_bytes().removeprefix(BOM_UTF8), type=Exemptions)
    except FileNotFoundError:
        return Exemptions()
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise CourseError("{path}: {error}", path=path, error=error) from error
