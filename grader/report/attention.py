"""What a trainer looks at first: who is stuck, and what has changed since the last run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.model import Grade
from grader.report.class_summary import is_scored
from grader.report.run import Run
from grader.submissions.platforms.owner import LATE

HALF = 0.5


@dataclass(frozen=True, slots=True)
class Moved:
    """A submission with another score than in the last run.

    Attributes:
        index: Its place among the run's grades.
        before: The points with bonus in the last run.
        after: The points with bonus in this run.
    """

    index: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class News:
    """What has changed since the last completed run.

    Attributes:
        up: Those with more points, the largest gain first.
        down: Those with fewer points, the largest loss first.
        new: The places of those who were not there, among the run's grades; empty without an earlier run.
        late: The places of those who handed in late, as the platform says.
    """

    up: tuple[Moved, ...]
    down: tuple[Moved, ...]
    new: tuple[int, ...]
    late: tuple[int, ...]


def lowest(run: Run) -> tuple[int, ...]:
    """The places of those with less than half of what could be judged, the lowest first."""
    judged = [(share, index) for index, grade in enumerate(run.scores) if (share := _share(grade)) is not None]
    return tuple(index for share, index in sorted(judged) if share < HALF)


def news(run: Run) -> News:
    """What has changed since the last completed run."""
    moved = sorted(_moved(run), key=lambda one: one.before - one.after)
    known = None if run.before is None else run.before.keys()
    return News(
        tuple(one for one in moved if one.after > one.before),
        tuple(one for one in reversed(moved) if one.after < one.before),
        tuple(index for index, grade in enumerate(run.scores) if known is not None and _id(grade) not in known),
        tuple(index for index, grade in enumerate(run.scores) if LATE in grade.notes),
    )


def _moved(run: Run) -> Iterator[Moved]:
    before = run.before or {}
    for index, grade in enumerate(run.scores):
        if _id(grade) in before:
            yield Moved(index, before[_id(grade)], grade.score + grade.bonus)


def _id(grade: Grade) -> tuple[str, str]:
    return grade.notebook.participant, grade.notebook.participant_id


def _share(grade: Grade) -> float | None:
    """The score from 0 to 1 of what could be judged; None where nothing could."""
    most = grade.judged_max_score if grade.max_score else grade.judged_max_bonus
    got = grade.score if grade.max_score else grade.bonus
    return got / most if is_scored(grade) and most else None
