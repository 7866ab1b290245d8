"""The grades of a run of any size: on the disk, read whenever somebody asks for one. In memory there are outlines."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from grader.batch.results import FileState, Key, Results
from grader.batch.sealed import Answer, Sealed, Sealing, article_of, encode, whole
from grader.batch.store import with_current_names
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import msg
from grader.model import Grade, Notebook
from grader.output import UNFINISHED
from grader.report.outline import Article, KeptGrades, Outline, Work, one_of_each, outline
from grader.report.same_work import lines_handed_out, work_of
from grader.submissions.submission import Submission

if TYPE_CHECKING:
    from grader.batch.store import Store, Stored


Place = tuple[int, int]
"""Where something is in a file, and its length."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A grade that is on the disk.

    Attributes:
        outline: What tables need of it.
        work: What it has that others may have too.
        file: A digest of its file in the store; empty for one that is not there.
        place: Where it is in the file of those that are in no store; None for one in the store.
        article: Where what a page says of it is in the file of those.
        is_taken_over: Whether it is an earlier run's, and has names of its own.
    """

    outline: Outline
    work: Work
    file: bytes
    place: Place | None = None
    article: Place | None = None
    is_taken_over: bool = False


class KeptResults(Results):
    """The grade of each submission so far, on the disk: where there is a store, in that."""

    def __init__(self, store: Store | None, course: Course) -> None:
        super().__init__(store)
        self._sealing, self._handed_out = Sealing(course), lines_handed_out(course)
        self._kept: dict[Key, Kept] = {}
        self._spool = _Spool()
        self._articles = _Spool(store.folder if store is not None else None)

    def find(self, submission: Submission) -> Grade | None:
        kept = self._kept.get(submission.key)
        if kept is None:
            return self._grades.get(submission.key)
        if kept.place is not None:
            return msgspec.json.decode(self._spool.read(kept.place), type=Grade)
        return self._read(submission, kept)

    def article(self, submission: Submission) -> Article | None:
        """What a page says of it, if that is there already."""
        kept = self._kept.get(submission.key)
        return None if kept is None or kept.article is None else article_of(self._articles.read(kept.article))

    def collect(self, submissions: Iterable[Submission]) -> KeptGrades:
        return _Collected(self, [one for one in submissions if self.has(one)])

    def kept(self, submission: Submission) -> Kept:
        """What is in memory of a grade that there is."""
        return self._kept.get(submission.key) or self._keep(self._grades[submission.key])

    def keep(self, submission: Submission, answer: Answer, states: tuple[FileState | None, ...]) -> Grade:
        sealed = self._sealing.seal(answer) if isinstance(answer, Grade) else answer
        return super().keep(submission, sealed, states)

    def _take(self, submission: Submission, stored: Stored) -> None:
        self._kept[submission.key] = self._keep(whole(stored.grade), stored.file, is_taken_over=True)

    def _put(self, submission: Submission, answer: Answer, file: bytes) -> None:
        """What JSON does not carry as it is stays in memory, and so does what has no room on the disk."""
        self._kept.pop(submission.key, None)
        if not isinstance(answer, Sealed):
            answer = self._sealing.seal(answer)  # an earlier one that counts
        if not isinstance(answer, Sealed):
            self._grades[submission.key] = answer
            return
        try:
            self._kept[submission.key] = self._keep_sealed(submission, answer, file)
            self._grades.pop(submission.key, None)
        except OSError:
            self._grades[submission.key] = answer.open()

    def _keep_sealed(self, submission: Submission, sealed: Sealed, file: bytes) -> Kept:
        """In memory, its names are those of the submission. Raise OSError."""
        score = sealed.outline.score
        named = with_current_names(score, submission)
        notebook = named.notebook if named.notebook == score.notebook else score.notebook
        known = _version_in(file, notebook, sealed.parts) if file else _digest(sealed.written)
        kept = one_of_each(replace(sealed.outline, score=replace(score, notebook=notebook), version=known), sealed.work)
        return Kept(
            *kept,
            file,
            place=None if file else self._spool.add(sealed.written),
            article=self._add_article(sealed.article),
        )

    def _add_article(self, article: bytes) -> Place | None:
        """None where there is none, or no room for it: it can be made again."""
        with suppress(OSError):
            return self._articles.add(article) if article else None
        return None

    def _digest(self, submission: Submission) -> str:
        return self.kept(submission).outline.score.digest

    def _keep(self, grade: Grade, file: bytes = b"", is_taken_over: bool = False) -> Kept:
        parts = [part.path for part in grade.notebook.parts]
        known = _version_in(file, grade.notebook, parts) if file else version(grade)
        return Kept(outline(grade, known), work_of(grade, self._handed_out), file, is_taken_over=is_taken_over)

    def _read(self, submission: Submission, kept: Kept) -> Grade:
        assert self.store is not None  # or it has a place
        grade = self.store.read(submission, kept.file)
        if grade is None:
            text = msg(
                "{folder}: the result of {participant} was changed or removed during the run. Run the same command "
                "again.",
                folder=str(self.store.folder),
                participant=submission.participant,
            )
            raise UsageError(text)
        return with_current_names(grade, submission) if kept.is_taken_over else grade


def version(grade: Grade) -> str:
    """A digest of all that a grade says."""
    return _digest(encode(grade))


def _digest(written: bytes) -> str:
    return hashlib.sha256(written).hexdigest()[:32]


def _version_in(file: bytes, notebook: Notebook, parts: Sequence[str]) -> str:
    """The same for a grade in a file with this digest, but for the names and paths that it has now; `parts`: those of
    the notebook's parts."""
    names = (notebook.path, notebook.participant, notebook.ids, notebook.email, [*parts], notebook.handed_in)
    return hashlib.blake2b(ascii(names).encode(), key=file, digest_size=16).hexdigest()


class _Collected(KeptGrades):
    """The grades of submissions, in their order."""

    def __init__(self, results: KeptResults, submissions: Sequence[Submission]) -> None:
        kept = [results.kept(one) for one in submissions]
        self._results, self._submissions = results, submissions
        self.outlines, self.works = [one.outline for one in kept], [one.work for one in kept]

    def read(self, place: int) -> Grade:
        grade = self._results.find(self._submissions[place])
        assert grade is not None  # it was there when they were collected
        return grade

    def article(self, place: int) -> Article | None:
        return self._results.article(self._submissions[place])


class _Spool:
    """A file without a name that holds one thing after another, and goes with the process. It has no buffer: what did
    not fit on the disk would be written once more before anything is read."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: where there is room for it; the system's for such files if none is given."""
        self._folder = folder
        self._file: IO[bytes] | None = None

    def add(self, data: bytes) -> Place:
        """Raise OSError."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0, dir=self._folder, prefix=UNFINISHED)  # noqa: SIM115  it is open as long as the run
        place, left = self._file.seek(0, 2), memoryview(data)
        while left:
            left = left[self._file.write(left) :]
        return place, len(data)

    def read(self, place: Place) -> bytes:
        assert self._file is not None  # something was added
        self._file.seek(place[0])
        return self._file.read(place[1])
