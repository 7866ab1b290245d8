"""Of a grade, what a whole class's tables need: numbers, names and digests, none of what was handed in or said of it.

A class of ten thousand is never in memory as a whole: its outlines are, and its grades are read one by one.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar, cast, overload

from grader.model import CheckResult, CheckStatus, ExerciseResult, ExerciseStatus, Grade, Notebook
from grader.report.next_steps import is_up_to_people

Value = TypeVar("Value", bound=Hashable)
_SAY_NOTHING = frozenset({CheckStatus.PASSED, CheckStatus.NOT_RUN, CheckStatus.UNGRADED})
_OPEN = frozenset({CheckStatus.UNGRADED, CheckStatus.BY_HAND})
_WITH_MISTAKES = frozenset({ExerciseStatus.PARTIAL, ExerciseStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake that somebody made in an exercise: a known one if there is any, or else the first check that failed.

    Attributes:
        exercise: The exercise's id.
        kind: What is the same wherever the mistake is; empty where no check could run.
        input: The call that shows it, if there is one.
        is_explained: Whether the exercise has a note.
    """

    exercise: str
    kind: tuple[str, ...]
    input: str | None
    is_explained: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody wrote, as digests: enough to tell who wrote the same.

    Attributes:
        exercises: The ids of the exercises.
        notebook: Of the own lines of the whole notebook; empty where all of it is short right answers.
        wrong: Of the own lines of each wrong answer, with their length in characters, by the exercise's id.
        named: The mistake that was recognised in each exercise that was written; empty where there was none.
    """

    exercises: tuple[str, ...]
    notebook: bytes
    wrong: tuple[tuple[str, bytes, int], ...]
    named: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """What is kept of a grade.

    Attributes:
        score: The grade without cells, texts and answers. Of its checks there are those that have no verdict, and those
            that a person grades: the rest of its points is in its exercises.
        has_run: Whether any of its cells ran.
        slips: Its mistakes.
        version: Differs wherever the grade does.
    """

    score: Grade
    has_run: bool
    slips: tuple[Slip, ...]
    version: object


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says of one person.

    Attributes:
        html: All of it.
        has_pictures: Whether there are pictures in it.
    """

    html: str
    has_pictures: bool


class KeptGrades(Sequence[Grade]):
    """Grades that are read whenever they are asked for, for all of them at once would take too much memory.

    Attributes:
        outlines: The outline of each.
        works: What each has that others may have too.
    """

    outlines: Sequence[Outline]
    works: Sequence[Work]

    @abstractmethod
    def read(self, place: int) -> Grade:
        """The grade at a place, counted from 0."""

    def article(self, place: int) -> Article | None:
        """What a page says of a grade, if that was made where it was graded."""
        return None

    def __len__(self) -> int:
        return len(self.outlines)

    @overload
    def __getitem__(self, place: int) -> Grade: ...

    @overload
    def __getitem__(self, place: slice) -> list[Grade]: ...

    def __getitem__(self, place: int | slice) -> Grade | list[Grade]:
        there = range(len(self))[place]
        return self.read(there) if isinstance(there, int) else [*map(self.read, there)]


def outline(grade: Grade, version: object = None) -> Outline:
    """What is kept of a grade. `version`: what stands for it where somebody asks whether it is another one; without it,
    the grade itself."""
    score = replace(
        grade,
        notebook=_notebook(grade.notebook),
        exercises=tuple(map(_exercise, grade.exercises)),
        cells=(),
        walls=same(grade.walls),
    )
    return Outline(score, bool(grade.cells), tuple(_slips(grade)), grade if version is None else version)


def _notebook(notebook: Notebook) -> Notebook:
    return Notebook(
        notebook.path,
        notebook.participant,
        "",
        status=notebook.status,
        ids=notebook.ids,
        email=notebook.email,
        handed_in=notebook.handed_in,
    )


def _exercise(result: ExerciseResult) -> ExerciseResult:
    kept = replace(
        result,
        points=float(result.points),  # 1 is the same as 1.0, and written differently
        bonus=float(result.bonus),
        max_points=float(result.max_points),
        max_bonus=float(result.max_bonus),
        cell=None,
        checks=tuple(_check(check) for check in result.checks if check.by_hand or check.status in _OPEN),
        notes=(),
        curves=(),
        place="",
        calls=(),
        answer="",
        pictures=(),
    )
    return same(kept)


def _check(check: CheckResult) -> CheckResult:
    about = (check.id, check.title, check.status, check.max_points, check.max_bonus)
    return CheckResult(*about, needs=check.needs, share=check.share, by_hand=check.by_hand)


def one_of_each(known: Outline, work: Work) -> tuple[Outline, Work]:
    """The same two, after another process has made them: in memory there is one of all that are equal."""
    exercises = same(tuple(map(same, known.score.exercises)))
    score = replace(known.score, exercises=exercises, walls=same(known.score.walls))
    slips = same(tuple(map(same, known.slips)))
    wrong = tuple((same(id), digest, length) for id, digest, length in work.wrong)
    shared = replace(work, exercises=same(work.exercises), wrong=wrong, named=same(tuple(map(same, work.named))))
    return replace(known, score=score, slips=slips), shared


@lru_cache(maxsize=4096)
def _first(value: Hashable) -> Hashable:
    return value


def same(value: Value) -> Value:
    """The first of all that are equal: most people have the same results."""
    return cast("Value", _first(value))


# ---- mistakes


def _slips(grade: Grade) -> Iterator[Slip]:
    for result in grade.exercises:
        if result.status in _WITH_MISTAKES and not is_up_to_people(result):
            check = telling(result)
            kind = same(_kind(check)) if check is not None else ()
            yield Slip(same(result.id), kind, check.input if check is not None else None, bool(result.notes))


def telling(result: ExerciseResult) -> CheckResult | None:
    """The check that tells most about what is wrong; None where no check could run."""
    bad = [check for check in result.checks if check.status not in _SAY_NOTHING and not check.by_hand]
    return next((check for check in bad if check.diagnosis), bad[0] if bad else None)


def _kind(check: CheckResult) -> tuple[str, ...]:
    if check.diagnosis:
        return (check.diagnosis.mistake,)
    return check.status.value, check.id, error(check)


def error(check: CheckResult) -> str:
    """The type of the exception that a call ended with."""
    name = (check.actual or "").partition(":")[0] if check.status is CheckStatus.ERROR else ""
    return name if name.isidentifier() else ""
