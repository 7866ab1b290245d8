"""Who is on the page of a class, and in which order."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.i18n import Text, msg
from grader.model import ExerciseResult, Grade, SubmissionStatus
from grader.people import Person
from grader.report import class_summary, wording
from grader.report.alphabet import Key, name_key
from grader.report.run import Run

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Participant:
    """A submission on the page.

    Attributes:
        grade: Its grade.
        key: Its name in the page's addresses: the same in every report of the same path.
        name: The participant's name, with the path where several have the same name.
        sorted_by: The name with the surname first, where the list of participants tells it.
        file: The address of the participant's own report, relative to the page; empty if there is none.
    """

    grade: Grade
    key: str
    name: str
    sorted_by: str = ""
    file: str = ""

    @property
    def status(self) -> Text | None:
        """Why there is no score; None where there is one."""
        return None if self.grade.status is SubmissionStatus.GRADED else wording.STATUSES[self.grade.status]

    @property
    def home(self) -> str:
        """Where a link to the participant leads if the page runs no script."""
        return self.file or f"#{self.key}"

    def result(self, exercise: str) -> ExerciseResult | None:
        """The result of the exercise with this id."""
        return next((result for result in self.grade.exercises if result.id == exercise), None)

    def place(self, exercise: str) -> str:
        """The name in addresses of the exercise with this id."""
        return f"{self.key}-{[result.id for result in self.grade.exercises].index(exercise) + 1}"


@dataclass(frozen=True, slots=True)
class Absent:
    """Someone on the list without a submission that is certainly theirs.

    Attributes:
        name: As on the list.
        sorted_by: The name with the surname first, if the list has it by itself.
        is_doubtful: Whether there is a submission that may be theirs.
    """

    name: str
    sorted_by: str
    is_doubtful: bool

    @property
    def why(self) -> Text:
        """What there is to say instead of a score."""
        return msg("not certain what is theirs") if self.is_doubtful else msg("handed in nothing")


def participants(
    run: Run, files: Mapping[str, str] | None = None, grades: Sequence[Grade] | None = None
) -> list[Participant]:
    """The submissions in the run's order. Those with the same name have their paths beside it.

    `files`: the address of the own report by the submission's path. `grades`: the run's, unless its scores are enough.
    """
    grades = run.grades if grades is None else grades
    names = [wording.clean(grade.notebook.participant, MAX_NAME) for grade in grades]
    times = Counter(names)
    surnames = class_summary.surnames(run)
    people: list[Participant] = []
    keys: set[str] = set()
    for name, grade in zip(names, grades, strict=True):
        path = wording.clean(grade.notebook.path, 2 * MAX_NAME)
        key = _key(grade, keys)
        keys.add(key)
        shown = f"{name} ({path})" if times[name] > 1 else name
        sorted_by = _surname_first(shown, surnames.get(grade.notebook.participant, ""))
        people.append(Participant(grade, key, shown, sorted_by, (files or {}).get(grade.notebook.path, "")))
    return people


def fill(exercise: ExerciseResult) -> int:
    """How full a cell of the class's table is, in tenths: 0 only for nothing earned, 10 only for all."""
    most = exercise.max_points or exercise.max_bonus
    got = exercise.points if exercise.max_points else exercise.bonus
    if not most or got <= 0:
        return 0
    return 10 if got >= most else min(9, max(1, round(10 * got / most)))


def worst_first(people: Sequence[Participant]) -> list[Participant]:
    """Those who could not be graded, then the lowest scores; equals by name."""
    return sorted(people, key=_rank)


def absent(run: Run) -> list[Absent]:
    """People on the list whose row has no score, by name."""
    rows = [_absent(person, is_doubtful=False) for person in run.missing or ()]
    rows += [_absent(person, is_doubtful=True) for person in run.doubtful]
    return sorted(rows, key=lambda row: name_key(row.sorted_by))


def _absent(person: Person, is_doubtful: bool) -> Absent:
    name = wording.clean(person.name, MAX_NAME)
    return Absent(name, _surname_first(name, person.surname), is_doubtful)


def _rank(person: Participant) -> tuple[float, float, Key]:
    score, bonus = (-1.0, 0.0) if person.status else (person.grade.score, person.grade.bonus)
    return score, bonus, name_key(person.sorted_by)


def _surname_first(name: str, surname: str) -> str:
    return f"{wording.clean(surname, MAX_NAME)} {name}" if surname else name


def _key(grade: Grade, taken: set[str]) -> str:
    path, turn = grade.notebook.path.encode("utf-8", "replace"), 0
    while (key := f"p-{hashlib.sha256(path + b'%d' % turn).hexdigest()[:10]}") in taken:
        turn += 1
    return key
