"""Results on the disk: a file for each submission, written as soon as its grade is there, so that nothing is graded
twice.

A record holds a whole grade and what it was made with. A later run takes over the grades whose notebook and terms are
unchanged. So does a run after one that was killed, for a file is written whole or not at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from grader import PACKAGE, __version__
from grader.batch.results import better_known
from grader.batch.sealed import Answer, as_json, score
from grader.config import Config
from grader.errors import UsageError
from grader.i18n import msg
from grader.kernel.exposure import NOT_HIDDEN
from grader.kernel.pythons import versions
from grader.model import Grade
from grader.output import UNFINISHED, unwritable, write_atomically
from grader.submissions.results_folder import RESULTS_MARK
from grader.submissions.submission import Submission, fingerprint

if TYPE_CHECKING:
    from grader.course.course import Course

FOLDER = "submissions"
LOCK_FILE = ".grade.busy"
LOCK_WAIT_S = 10.0  # the workers of a grader that was killed may live a moment longer
MAX_NAME = 80
Terms = Mapping[str, str]
"""What a grade rests on beside the submission, by name: the course's digest, the limits, the seed ..."""


class Record(msgspec.Struct, frozen=True):
    """A file of the store, as it is read. It is written as `_Written`, which has the same fields.

    Attributes:
        terms: What the grade was made with, by name.
        grade: All of the grade.
        schema: The version of this format.
    """

    terms: dict[str, str]
    grade: Grade
    schema: Literal["grade-record/1"] = "grade-record/1"


class _Written(msgspec.Struct, frozen=True):
    """A file of the store as it is written. The grade is encoded already."""

    terms: Terms
    grade: msgspec.Raw
    schema: Literal["grade-record/1"] = "grade-record/1"


def terms(course: Course, config: Config) -> Terms:
    """All that a grade rests on beside what was handed in. Neither the language nor the number of workers matters."""
    limits = asdict(config.limits)
    return {
        "course": course.digest,
        "limits": ", ".join(f"{name} {value:g}" for name, value in limits.items()),
        "seed": str(config.seed),
        "exercises": ", ".join(config.only) or "all",
        "sandbox": " without ".join([config.sandbox, *config.without_walls]),
        "python": _python(config),
        "grader": grader_version(),
    }


def _python(config: Config) -> str:
    found = versions(config.python)
    return f"{config.python or 'own'}: Python {found.python}, numpy {found.numpy}"


@lru_cache
def grader_version() -> str:
    """The versions of the grader, Python and numpy, and a digest of the grader's code, which changes more often than
    its version."""
    import importlib.metadata
    import platform

    total = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        total.update(path.read_bytes())
    python, numpy = platform.python_version(), importlib.metadata.version("numpy")
    return f"{__version__} ({total.hexdigest()[:12]}), Python {python}, numpy {numpy}"


@dataclass(frozen=True, slots=True)
class Stored:
    """A grade of the store's.

    Attributes:
        grade: The grade, sealed if it is new and JSON carries it.
        file: A digest of the file that holds it; empty for one that was not written because an earlier one counts.
    """

    grade: Answer
    file: bytes


class Store:
    """The results in a folder. Use `open_store`.

    Attributes:
        folder: Where they are.
        terms: What the grades of this run are made with.
    """

    def __init__(self, folder: Path, terms: Terms) -> None:
        self.folder, self.terms = folder, terms
        self._records = folder / FOLDER

    def read_record(self, submission: Submission) -> Record | None:
        """This participant's record from an earlier run; None if there is no readable one."""
        found = self._read(submission)
        return found[0] if found else None

    def read(self, submission: Submission, file: bytes) -> Grade | None:
        """The grade in the file that has this digest; None if it is there no more."""
        found = self._read(submission)
        return found[0].grade if found and found[1] == file else None

    def load(self, submission: Submission) -> Stored | None:
        """The grade from an earlier run, if nothing that it rests on has changed since. What the grader broke on, what
        lacked something that may be installed by now, and what could read the hidden tests is graded again."""
        record, file = self._read(submission) or (None, b"")
        if record is None or record.terms != self.terms or record.grade.faulted or record.grade.incomplete:
            return None
        if record.grade.needs or NOT_HIDDEN in record.grade.notes:
            return None
        if record.grade.digest != fingerprint(submission):
            return None
        return Stored(with_current_names(record.grade, submission), file)

    def keep(self, submission: Submission, answer: Answer) -> Stored:
        """Write a grade and return the one that counts: where the grader broke this time, the earlier one, which then
        stays. Raise OutputError."""
        record = self.read_record(submission)
        now = score(answer)
        counts = better_known(None if record is None else with_current_names(record.grade, submission), now)
        if counts is not now:
            return Stored(counts, b"")
        written = msgspec.json.encode(_Written(self.terms, msgspec.Raw(as_json(answer))))
        write_atomically(self._path(submission), written)
        return Stored(answer, _digest(written))

    def _read(self, submission: Submission) -> tuple[Record, bytes] | None:
        """The record and the digest of its file."""
        try:
            data = self._path(submission).read_bytes()
            return _decoder().decode(data), _digest(data)
        except (OSError, msgspec.MsgspecError):
            return None

    def _path(self, submission: Submission) -> Path:
        return self._records / f"{file_name(submission)}.json"


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


@contextmanager
def open_store(folder: Path, terms: Terms) -> Iterator[Store]:
    """A store in `folder`, for this process alone. Raise OutputError if nothing can be written there, UsageError if
    another grader works there."""
    _prepare(folder)
    with _lock(folder):
        _sweep(folder)
        trial = folder / FOLDER / f"{UNFINISHED}trial"
        write_atomically(trial, b"x")
        trial.unlink()
        yield Store(folder, terms)


def _prepare(folder: Path) -> None:
    """Make the folder, with the mark by which a later run knows that it holds results, not submissions."""
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        (folder / RESULTS_MARK).touch()
    except OSError as error:
        raise unwritable(folder, error) from error


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One grader at a time works in a folder, where its file system has locks. A lock ends with the process that holds
    it, however that ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(LOCK_WAIT_S, poll_interval=0.1)
    except Timeout as error:
        text = msg(
            "{folder}: another grade is working in this folder. Wait for it, or choose another folder with -o.",
            folder=str(folder),
        )
        raise UsageError(text) from error
    except OSError:  # a file system without locks
        pass
    try:
        yield
    finally:
        lock.release()


def _sweep(folder: Path) -> None:
    """Remove the unfinished files of a run that was killed."""
    for place in (folder, folder / FOLDER):
        for path in place.glob(f"{UNFINISHED}*"):
            with contextlib.suppress(OSError):
                path.unlink()


def file_name(submission: Submission) -> str:
    """The participant's name as any file system takes it, and a digest that tells apart those whose names are then the
    same."""
    known = "\0".join(submission.key).encode("utf-8", "surrogatepass")
    readable = re.sub(r"[^\w\-.]+", "_", submission.participant).strip("._")
    short = readable.encode()[:MAX_NAME].decode("utf-8", "ignore")
    return f"{short}-{hashlib.sha256(known).hexdigest()[:16]}"


def with_current_names(grade: Grade, submission: Submission) -> Grade:
    """The grade with the names and paths of today."""
    files = submission.attempts[grade.attempt] if submission.attempts else ()
    parts = tuple(replace(part, path=file.shown) for part, file in zip(grade.notebook.parts, files, strict=False))
    notebook = replace(
        grade.notebook,
        path=files[0].shown if len(files) == 1 else submission.path,
        participant=submission.participant,
        ids=submission.ids,
        email=submission.email,
        parts=parts,
        handed_in=submission.handed_in,
    )
    return replace(grade, notebook=notebook)


@lru_cache
def _decoder() -> msgspec.json.Decoder[Record]:
    return msgspec.json.Decoder(Record)
