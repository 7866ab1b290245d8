"""What the trainer's board and the projector's view show."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.i18n import Lang
from grader.model import ExerciseResult, Grade
from grader.report import class_summary
from grader.report.alphabet import name_key
from grader.report.class_summary import Mistake, Topic
from grader.report.run import Run
from grader.serve.attempts import Attempt, scores
from grader.serve.classroom import Classroom
from grader.serve.roll import Participant

TRIES = 3  # attempts without progress, after which somebody looks stuck
SILENT_S = 15 * 60.0
HISTORY = (72.0, 18.0)  # the size of the small line of scores


@dataclass(frozen=True, slots=True)
class Row:
    """A person on the board.

    Attributes:
        person: Who.
        grade: What counts; None before anything is graded.
        attempts: All that they handed in, the oldest first.
        waits: Whether something of theirs waits to be graded.
        tries: How many attempts in a row have brought nothing, if so many that they look stuck; else 0.
        silent_s: For how long nothing came, if for so long that they look stuck; else 0.
        line: Their scores as an SVG path; empty for fewer than two.
    """

    person: Participant
    grade: Grade | None
    attempts: tuple[Attempt, ...]
    waits: bool
    tries: int
    silent_s: float
    line: str

    @property
    def is_stuck(self) -> bool:
        return bool(self.tries or self.silent_s)

    def result(self, exercise: str) -> ExerciseResult | None:
        exercises = () if self.grade is None else self.grade.exercises
        return next((one for one in exercises if one.id == exercise), None)


@dataclass(frozen=True, slots=True)
class Board:
    """The class as it is now.

    Attributes:
        run: What counts of everybody who has a grade.
        rows: Everybody, by name.
        topics: Each exercise across the class.
        mistakes: What several people do wrong, the commonest first.
        waiting: How many notebooks wait to be graded.
    """

    run: Run
    rows: tuple[Row, ...]
    topics: tuple[Topic, ...]
    mistakes: tuple[tuple[Topic, Mistake], ...]
    waiting: int

    @property
    def handed_in(self) -> int:
        return sum(bool(row.attempts) for row in self.rows)

    @property
    def wanting_help(self) -> list[Row]:
        """Who wants help, who has waited longest first."""
        rows = [row for row in self.rows if row.person.help_s is not None]
        return sorted(rows, key=lambda row: row.person.help_s or 0.0)

    @property
    def stuck(self) -> list[Row]:
        return [row for row in self.rows if row.is_stuck]


def look(classroom: Classroom, lang: Lang) -> Board:
    """The class as it is now."""
    now_s, attempts = time.time(), classroom.attempts.everything()
    last_s = max((one.at_s for own in attempts.values() for one in own), default=0.0)
    waiting = {one.person for one in classroom.queue.waiting}
    rows = [
        _row(classroom, person, attempts.get(person.id, []), waiting, now_s if now_s - last_s < SILENT_S else None)
        for person in sorted(classroom.roll.everybody(), key=lambda one: name_key(one.name))
    ]
    rules = classroom.rules
    grades = tuple(row.grade for row in rows if row.grade is not None)
    run = Run(grades, rules.course, replace(rules.config, lang=lang))
    topics = run.topics
    return Board(run, tuple(rows), topics, tuple(class_summary.hardest(topics, 5)), len(classroom.queue))


def _row(
    classroom: Classroom, person: Participant, attempts: Sequence[Attempt], waiting: set[int], now_s: float | None
) -> Row:
    """`now_s`: None while nobody hands in anything, when silence says nothing."""
    counts = classroom.attempts.counting(attempts)
    grade = None if counts is None else classroom.attempts.grade(counts)
    is_done = grade is not None and grade.reached(100)
    tries = 0 if is_done else tries_in_vain([*scores(attempts)])
    silent_s = 0.0 if is_done or now_s is None else now_s - person.seen_s
    return Row(
        person,
        grade,
        tuple(attempts),
        person.id in waiting,
        tries if tries >= TRIES else 0,
        silent_s if silent_s >= SILENT_S else 0.0,
        history([*scores(attempts)]),
    )


def tries_in_vain(scores: Sequence[float]) -> int:
    """How many of the last attempts did not bring more than the best one before them."""
    best = max(scores, default=0.0)
    return len(scores) - 1 - list(scores).index(best) if scores else 0


def history(scores: Sequence[float]) -> str:
    """The scores as a line in a small picture: an SVG path."""
    if len(scores) < 2:
        return ""
    width, height = HISTORY
    high = max(scores) or 1.0
    step = width / (len(scores) - 1)
    points = (f"{at * step:.1f} {height - 1 - (height - 2) * score / high:.1f}" for at, score in enumerate(scores))
    return "M" + "L".join(points)
