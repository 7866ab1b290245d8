"""A class at a glance: how each exercise went, who made which mistakes, and how the scores are spread."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from grader.course.course import Exercise
from grader.i18n import Text, msg, msgs
from grader.model import CheckResult, CheckStatus, ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.report.outline import Slip, error, telling
from grader.report.run import Run

MAX_BINS = 21


class State(str, Enum):
    """How an exercise went, in the few words that the table of a class has room for."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    MISSING = "missing"
    UNGRADED = "ungraded"
    BY_HAND = "by_hand"
    UNKNOWN = "unknown"


_STATES = {
    ExerciseStatus.PASSED: State.PASSED,
    ExerciseStatus.SUPERSEDED: State.PASSED,
    ExerciseStatus.PARTIAL: State.PARTIAL,
    ExerciseStatus.FAILED: State.FAILED,
    ExerciseStatus.MISSING: State.MISSING,
    ExerciseStatus.NOT_RUN: State.UNKNOWN,
    ExerciseStatus.UNGRADED: State.UNGRADED,
    ExerciseStatus.BY_HAND: State.BY_HAND,
    ExerciseStatus.GRADER_FAULT: State.UNKNOWN,
}


WITH_POINTS = frozenset({State.PASSED, State.PARTIAL, State.FAILED})
"""What the table of a class shows points for."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What some people did wrong in an exercise.

    Attributes:
        heading: The mistake in a sentence.
        name: The known mistake's name in the course; empty for an unknown one.
        who: Indices of the people in the run's grades.
        example: The check whose call is the shortest to read; None where the function could not be called.
        note: Why the function could not be called, where that is known.
    """

    heading: Text
    name: str
    who: tuple[int, ...]
    example: CheckResult | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """An exercise across the class.

    Attributes:
        exercise: The exercise.
        counts: Each state, and the number of people in it.
        mistakes: The mistakes that people made, the commonest first.
    """

    exercise: Exercise
    counts: tuple[tuple[State, int], ...]
    mistakes: tuple[Mistake, ...]

    @property
    def passed(self) -> int:
        """The number of people who passed."""
        return dict(self.counts)[State.PASSED]


@dataclass(frozen=True, slots=True)
class Bin:
    """A bar of the histogram of scores.

    Attributes:
        low: The lowest score in it, in points.
        high: The lowest score above it.
        count: The number of people whose score is in it.
    """

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The scores of those who were graded: points without bonus, or the bonus where there is nothing else.

    Attributes:
        bins: The histogram, from 0 to the highest possible score.
        median: The median score.
        best: The highest possible score.
        full: The number of people with the highest possible score.
    """

    bins: tuple[Bin, ...]
    median: float
    best: float
    full: int


def state(exercise: ExerciseResult) -> State:
    """How an exercise went."""
    return _STATES[exercise.status]


def states(run: Run) -> tuple[State, ...]:
    """The states that an exercise of the course can be in."""
    by_hand = any(exercise.by_hand for exercise in run.course.exercises)
    return tuple(one for one in State if by_hand or one is not State.BY_HAND)


def exercises(run: Run) -> tuple[Exercise, ...]:
    """The exercises that were graded, in the course's order."""
    graded = {exercise.id for grade in run.scores for exercise in grade.exercises}
    return tuple(exercise for exercise in run.course.exercises if exercise.id in graded)


def ungraded(run: Run) -> tuple[int, ...]:
    """Indices of the grades that have no score."""
    return tuple(index for index, grade in enumerate(run.scores) if not is_scored(grade))


def lacking(run: Run) -> Text | None:
    """How many people have ungraded points, and what this machine lacks; None where there are none."""
    counts = Counter(what for grade in run.scores for what in grade.needs)
    what = ", ".join(f"{what} ({n})" for what, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    return msgs(
        "{n} participant has ungraded points: needs {what}. Grade again where that is installed.",
        "{n} participants have ungraded points: needs {what}. Grade again where that is installed.",
        sum(bool(grade.needs) for grade in run.scores),
        what=what,
    ) if counts else None  # fmt: skip


def provisional(run: Run) -> Text | None:
    """Of how many people something is still to be graded by hand; None where there are none."""
    count = sum(bool(grade.by_hand_points) for grade in run.scores)
    return msgs(
        "The score of {n} participant is provisional: something is still to be graded by hand. Write the points into "
        "manual.csv in the folder of -o, and grade again.",
        "The scores of {n} participants are provisional: something is still to be graded by hand. Write the points "
        "into manual.csv in the folder of -o, and grade again.",
        count,
    ) if count else None  # fmt: skip


def open_texts(run: Run) -> tuple[Text, ...]:
    """Why scores are not whole yet, for the person who runs the grader."""
    return tuple(filter(None, (lacking(run), provisional(run))))


def handed_in(run: Run) -> Text:
    """How many have handed in, of how many on the list, and how many of them have all points."""
    n = len(run.scores) + run.waiting
    done = sum(grade.reached(100) and not (grade.needs or grade.by_hand_points) for grade in run.scores)
    if run.missing is not None:
        return msg("{n} of {all} handed in, everything right: {done}", n=n, all=n + len(run.missing), done=done)
    return msgs("{n} handed in, everything right: {done}", "{n} handed in, everything right: {done}", n, done=done)


def topics(run: Run) -> tuple[Topic, ...]:
    """The exercises that were graded, each across the class."""
    return tuple(topic(exercise, run) for exercise in exercises(run))


def hardest(topics: Sequence[Topic], most: int = 3) -> list[tuple[Topic, Mistake]]:
    """The mistakes that more than one person made, of all exercises, the commonest first."""
    shared = [(topic, mistake) for topic in topics for mistake in topic.mistakes if len(mistake.who) > 1]
    return sorted(shared, key=lambda pair: -len(pair[1].who))[:most]


def spread(run: Run) -> Spread | None:
    """How the scores are spread, of those that are whole; None where there are none."""
    graded = [grade for grade in run.scores if is_scored(grade) and not (grade.needs or grade.by_hand_points)]
    if not graded:
        return None
    best = max(grade.max_score or grade.max_bonus for grade in graded)
    scores = [grade.score if grade.max_score else grade.bonus for grade in graded]
    full = sum(score >= best for score in scores)
    return Spread(tuple(_bins(scores, best)), statistics.median(scores), best, full)


def surnames(run: Run) -> dict[str, str]:
    """The surname by the name on the list, where the list has it by itself."""
    people = [person for sheet in run.sheets for person in sheet.people]
    return {person.name: person.surname for person in people if person.surname}


def _bins(scores: Sequence[float], best: float) -> Iterator[Bin]:
    width = next(width for width in _widths() if best / width < MAX_BINS)
    for number in range(int(best // width) + 1):
        low = number * width
        yield Bin(low, low + width, sum(low <= score < low + width for score in scores))


def _widths() -> Iterator[float]:
    scale = 1.0
    while True:
        yield from (scale, 2 * scale, 5 * scale)
        scale *= 10


def is_scored(grade: Grade) -> bool:
    """Whether its score is one of the class's."""
    return grade.status in (SubmissionStatus.GRADED, SubmissionStatus.NO_EXERCISES)


def topic(exercise: Exercise, run: Run) -> Topic:
    """An exercise across the class, even if nobody was graded in it."""
    found = Counter(state(result) for score in run.scores for result in score.exercises if result.id == exercise.id)
    return Topic(exercise, tuple((one, found[one]) for one in states(run)), tuple(_mistakes(exercise.id, run)))


def _mistakes(exercise: str, run: Run) -> list[Mistake]:
    """One mistake of each person: a known one if there is any, or else the first check that failed."""
    groups: dict[tuple[str, ...], list[tuple[int, Slip]]] = defaultdict(list)
    for index, one in enumerate(run.outlines):
        for slip in one.slips:
            if slip.exercise == exercise:
                groups[slip.kind].append((index, slip))
    mistakes = [_mistake(members, run) for members in groups.values()]
    return sorted(mistakes, key=lambda mistake: (-len(mistake.who), not mistake.name, str(mistake.heading)))


def _mistake(members: Sequence[tuple[int, Slip]], run: Run) -> Mistake:
    who = tuple(index for index, _ in members)
    if not members[0][1].kind:
        explained = next((member for member in members if member[1].is_explained), None)
        note = _result(*explained, run).notes[0] if explained else None
        return Mistake(msg("The function can't be called as the exercise says."), "", who, note=note)
    shortest = min(members, key=lambda member: _length(member[1].input))
    example = telling(_result(*shortest, run))
    assert example is not None  # for its slip is of a kind
    if example.diagnosis:
        return Mistake(example.diagnosis.hint, example.diagnosis.mistake, who, example)
    return Mistake(_heading(example), "", who, example)


def _length(call: str | None) -> tuple[bool, int, str]:
    return call is None, len(call or ""), call or ""


def _result(index: int, slip: Slip, run: Run) -> ExerciseResult:
    return next(result for result in run.grades[index].exercises if result.id == slip.exercise)


def _heading(check: CheckResult) -> Text:
    if check.status is CheckStatus.ERROR and error(check):
        return msg("{error} at: {check}", error=error(check), check=check.title)
    if check.status is CheckStatus.TIMED_OUT:
        return msg("It does not stop at: {check}", check=check.title)
    if check.status is CheckStatus.CRASHED:
        return msg("It ends the Python process at: {check}", check=check.title)
    if check.status is CheckStatus.PARTIAL:
        return msg("It is only partly right at: {check}", check=check.title)
    return msg("It fails at: {check}", check=check.title)
