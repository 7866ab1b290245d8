"""The grades of a run: taken over from an earlier run where nothing has changed, kept as soon as they are there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch.sealed import Answer, score, whole
from grader.i18n import msg
from grader.model import Grade, SubmissionStatus
from grader.submissions.submission import Submission, fingerprint

if TYPE_CHECKING:
    from grader.batch.store import Store, Stored

Key = tuple[str, str]
FileState = bytes
"""What `os.lstat` says of a file, in a few bytes: inode, size, times of the last change in ns (contents, inode)."""
_BROKE_AGAIN = msg(
    "The grader itself broke when it graded this again, so the earlier score counts. That is not your fault. Tell "
    "your trainer."
)
_BROKE_ON_NEWER = msg(
    "The grader itself broke on a newer version, so the score of the earlier version counts. That is not your fault. "
    "Tell your trainer."
)
_BROKE = (_BROKE_AGAIN, _BROKE_ON_NEWER)


class Results:
    """The grade of each submission so far, in memory.

    Attributes:
        store: Where the grades are kept across runs, if they are.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.store = store
        self._grades: dict[Key, Grade] = {}
        self._states: dict[Key, tuple[FileState | None, ...]] = {}

    def take_over(self, submissions: Iterable[Submission]) -> int:
        """Take the grades of an earlier run for those in which nothing has changed. Returns how many."""
        if self.store is None:
            return 0
        for submission in submissions:
            states = file_states(submission)
            stored = self.store.load(submission)
            if stored is not None:
                self._states[submission.key] = states
                self._take(submission, stored)
        return len(self._states)

    def keep(self, submission: Submission, answer: Answer, states: tuple[FileState | None, ...]) -> Grade:
        """Keep a new grade and return the one that counts, with at least what its outline has: where the grader broke
        this time, the earlier one. `states` are those of the files before they were graded. Raise OutputError."""
        counts, file = self._which_counts(submission, answer)
        self._states[submission.key] = states
        self._put(submission, counts, file)
        return score(counts)

    def find(self, submission: Submission) -> Grade | None:
        """The grade of a submission, if there is one."""
        return self._grades.get(submission.key)

    def has(self, submission: Submission) -> bool:
        """Whether there is a grade of a submission."""
        return submission.key in self._states

    def collect(self, submissions: Iterable[Submission]) -> Sequence[Grade]:
        """The grades that there are, in the order of the submissions."""
        return tuple(grade for submission in submissions if (grade := self.find(submission)) is not None)

    def is_current(self, submission: Submission) -> bool:
        """Whether it has a grade and its files look as they did when it was graded."""
        return self._states.get(submission.key) == file_states(submission)

    def is_outdated(self, submission: Submission) -> bool:
        """Whether its grade belongs to other contents than its files have now."""
        if not self.has(submission) or self.is_current(submission):
            return False
        return fingerprint(submission) != self._digest(submission)

    def _which_counts(self, submission: Submission, answer: Answer) -> tuple[Answer, bytes]:
        """It, and a digest of its file in the store; empty if it is not there."""
        if self.store is not None:
            stored = self.store.keep(submission, answer)
            return stored.grade, stored.file
        now = score(answer)
        counts = better_known(self.find(submission), now)
        return (answer if counts is now else counts), b""

    def _take(self, submission: Submission, stored: Stored) -> None:
        """Take over a grade of the store's."""
        self._grades[submission.key] = whole(stored.grade)

    def _put(self, submission: Submission, answer: Answer, file: bytes) -> None:
        """Take a new grade. `file`: a digest of its file in the store; empty if it is not there."""
        self._grades[submission.key] = whole(answer)

    def _digest(self, submission: Submission) -> str:
        return self._grades[submission.key].digest


def better_known(before: Grade | None, now: Grade) -> Grade:
    """Which of a participant's two grades counts: the new one, unless the grader broke on it and the earlier one is a
    score of the same exercises."""
    if before is None or not _is_score(before) or _worth(before) != _worth(now):
        return now
    unchanged = before.digest == now.digest
    if not now.faulted and not (now.incomplete and unchanged):
        return now
    note = _BROKE_AGAIN if unchanged else _BROKE_ON_NEWER
    return replace(before, incomplete=True, notes=(note, *(one for one in before.notes if one not in _BROKE)))


def _is_score(grade: Grade) -> bool:
    return not grade.faulted and grade.status is not SubmissionStatus.UNREADABLE


def _worth(grade: Grade) -> list[tuple[str, float, float]]:
    return [(one.id, one.max_points, one.max_bonus) for one in grade.exercises]


def file_states(submission: Submission) -> tuple[FileState | None, ...]:
    """What shows a change of the files without reading them; None for a file that does not exist."""
    return tuple(_file_state(file.path) for file in submission.files)


def _file_state(path: Path) -> FileState | None:
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return b"%d %d %d %d" % (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
