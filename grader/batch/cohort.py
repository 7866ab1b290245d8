"""A class: what is graded already is taken over, the rest is graded, each result is kept as soon as it is there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from grader.batch.workers import Engine
from grader.errors import OutputError
from grader.model import Grade, SubmissionStatus
from grader.submissions.submission import Submission, fingerprint

if TYPE_CHECKING:
    from grader.batch.store import Store


class Progress(Protocol):
    """Told of every result. `place` counts entries from 0."""

    def done(self, place: int, grade: Grade) -> None: ...


class BatchRun:
    """The entries of a run, and the grades that are there so far, by place. `gone`: what was deleted meanwhile."""

    def __init__(self, submissions: Sequence[Submission], store: Store | None = None) -> None:
        self.submissions, self.store = submissions, store
        self.grades: dict[int, Grade] = {}
        self.gone: list[str] = []
        self._seen = [states(one) for one in submissions]

    def take_over(self) -> int:
        """Take what a run before has graded and nothing has changed. Returns how many."""
        if self.store is None:
            return 0
        for place, submission in enumerate(self.submissions):
            grade = self.store.kept(submission)
            if grade is not None:
                self.grades[place] = grade
        return len(self.grades)

    @property
    def waiting(self) -> list[int]:
        """The places that have no grade yet."""
        return [place for place in range(len(self.submissions)) if place not in self.grades]

    @property
    def graded(self) -> tuple[Grade, ...]:
        """The grades that are there, in the order of the entries."""
        return tuple(self.grades[place] for place in sorted(self.grades))

    def go(self, engine: Engine, progress: Progress) -> None:
        """Grade what waits. Raise OutputError where a result can't be kept."""
        waiting = self.waiting
        for index, grade in engine([self.submissions[place] for place in waiting]):
            submission = self.submissions[waiting[index]]
            if grade.status is SubmissionStatus.UNREADABLE and _is_gone(submission):
                self.gone.append(submission.path)
                continue
            counts = self._keep(submission, grade)
            self.grades[waiting[index]] = counts
            progress.done(waiting[index], counts)

    def _keep(self, submission: Submission, grade: Grade) -> Grade:
        """The one that counts."""
        if self.store is None:
            return grade
        try:
            return self.store.keep(submission, grade)
        except OutputError as error:
            kept = (
                f"{len(self.grades)} of {len(self.submissions)} results are kept; the same command goes on from there."
            )
            raise OutputError(f"{error} {kept}") from error

    def changed(self) -> list[str]:
        """The paths whose contents are not those that were graded any more."""
        touched = [place for place in sorted(self.grades) if states(self.submissions[place]) != self._seen[place]]
        return [
            self.submissions[place].path
            for place in touched
            if fingerprint(self.submissions[place]) != self.grades[place].digest
        ]


def states(submission: Submission) -> tuple[tuple[int, ...] | None, ...]:
    """By which a change of the files shows without reading them; None for one that is not there."""
    return tuple(_state(file.path) for file in submission.files)


def _state(path: Path) -> tuple[int, ...] | None:
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _is_gone(submission: Submission) -> bool:
    return bool(submission.files) and not any(os.path.lexists(file.path) for file in submission.files)
