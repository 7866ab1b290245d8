"""Proves a course: what is right passes, whatever its style; what is wrong is refused, and named.

candidates -> trials (kernels, the same judge as for participants) -> evidence -> flaws -> table and page
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.course.course import Course, Exercise
from grader.course.places import COURSE_FILE
from grader.diagnosis.exception_rules import RULES
from grader.errors import CourseError
from grader.i18n import Text
from grader.judging import curve
from grader.proof.assignments import prove_units
from grader.proof.cases import Candidate, candidates
from grader.proof.exemptions import read_exemptions
from grader.proof.findings import Evidence, Flaw
from grader.proof.trials import judge_all


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of a course.

    Attributes:
        course: the course.
        seeds: under how many seeds everything was tried.
        exercises: what was found, exercise by exercise.
    """

    course: Course
    seeds: int
    exercises: tuple[Evidence, ...]

    @property
    def by_hand(self) -> Iterator[tuple[Exercise, Text]]:
        """The units of an assignment that a person grades, each with the reason."""
        units = self.course.assignment.units if self.course.assignment is not None else ()
        yield from ((self.course.exercise(unit.id), unit.by_hand) for unit in units if unit.by_hand is not None)

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        return tuple(flaw for evidence in self.exercises for flaw in evidence.flaws)


def prove(
    course: Course,
    seeds: int,
    jobs: int,
    only: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,
    python: str = "",
) -> Proof:
    """Try all candidates of a course. Raise CourseError where it can't be read.

    `progress` gets how many were just done, and of how many. `python`: that of the kernels.
    """
    if course.assignment is not None:
        return Proof(course, 1, prove_units(course, course.assignment, jobs, only, progress, python))
    exercises = [exercise for exercise in course.tested if not only or exercise.id in only]
    exemptions = [read_exemptions(exercise) for exercise in exercises]
    for exercise in exercises:
        curve.read_plans(exercise, course)
    _refuse_unknown_hints(course)
    asked: list[Candidate] = [candidate for exercise in exercises for candidate in candidates(exercise)]
    checks, trials = judge_all(course, asked, seeds, jobs, lambda done: progress(done, len(asked)), python)
    return Proof(
        course,
        seeds,
        tuple(
            Evidence(
                exercise,
                checks[exercise.id],
                tuple(trial for trial in trials if trial.candidate.exercise == exercise.id),
                own,
            )
            for exercise, own in zip(exercises, exemptions, strict=True)
        ),
    )


def _refuse_unknown_hints(course: Course) -> None:
    rules = {rule.name for rule in RULES}
    for name in course.hints:
        if name not in rules:
            path = course.folder / COURSE_FILE
            raise CourseError(
                "{path}: [hints] names {kind}, which is no rule of the grader. Is it spelt right?",
                path=path,
                kind=repr(name),
            )
