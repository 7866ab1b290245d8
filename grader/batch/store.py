"""Results that stay: a file a submission, written as soon as it is there, so that nothing is graded twice.

A record holds all of a grade, and what it was made with. A second run takes over the grades whose notebook and terms
are the same; so does one that comes after a run that was killed, for a file is there whole or not at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields, is_dataclass, replace
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

import msgspec

from grader import PACKAGE, __version__
from grader.errors import OutputError, UsageError
from grader.model import Config, Grade, SubmissionStatus
from grader.output import UNFINISHED, write_atomically
from grader.submissions.submission import Submission, better_known, fingerprint
from grader.submissions.tree import RESULTS_MARK

if TYPE_CHECKING:
    from grader.course.course import Course

FOLDER = "submissions"
LOCK_WAIT_S = 10.0
MAX_NAME = 80
Terms = Mapping[str, str]


class Record(msgspec.Struct, frozen=True):
    """A grade, and what it was made with."""

    terms: dict[str, str]
    grade: Grade
    schema: Literal["grade-record/1"] = "grade-record/1"


def terms(course: Course, config: Config) -> Terms:
    """All that a grade rests on beside what was handed in. The language and the number of workers are not of these."""
    limits = asdict(config.limits)
    return {
        "course": course.digest,
        "limits": ", ".join(f"{name} {value:g}" for name, value in limits.items()),
        "seed": str(config.seed),
        "exercises": ", ".join(config.only) or "all",
        "sandbox": " without ".join([config.sandbox, *config.without_walls]),
        "grader": program(),
    }


@lru_cache
def program() -> str:
    """The version of the grader and what it counts with, and a digest of its code: versions stand still while code is
    being worked on."""
    import importlib.metadata
    import platform

    total = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        total.update(path.read_bytes())
    python, numpy = platform.python_version(), importlib.metadata.version("numpy")
    return f"{__version__} ({total.hexdigest()[:12]}), Python {python}, numpy {numpy}"


class Store:
    """The results in a folder. Make it with `opened`."""

    def __init__(self, folder: Path, terms: Terms) -> None:
        self.folder, self.terms = folder, terms

    def record(self, submission: Submission) -> Record | None:
        """What is known of this participant from before; None where that can't be read."""
        try:
            return _decoder().decode(self._path(submission).read_bytes())
        except (OSError, msgspec.MsgspecError):
            return None

    def kept(self, submission: Submission) -> Grade | None:
        """The grade from before, if nothing that it rests on has changed since. What the grader broke on is tried
        again, and so is what could not be read, which takes no time."""
        record = self.record(submission)
        if record is None or record.terms != self.terms or record.grade.faulted or record.grade.incomplete:
            return None
        if record.grade.status is SubmissionStatus.UNREADABLE or record.grade.digest != fingerprint(submission):
            return None
        return _located(record.grade, submission)

    def keep(self, submission: Submission, grade: Grade) -> Grade:
        """Returns the grade that counts: one from before, which then stays, where the grader broke this time. Raise
        OutputError."""
        record = self.record(submission)
        counts = better_known(None if record is None else _located(record.grade, submission), grade)
        if counts is grade:
            write_atomically(self._path(submission), encoded(Record(dict(self.terms), grade)))
        return counts

    def _path(self, submission: Submission) -> Path:
        return self.folder / FOLDER / f"{file_name(submission)}.json"


@contextmanager
def opened(folder: Path, terms: Terms) -> Iterator[Store]:
    """A store in `folder`, for this process alone. Raise OutputError where nothing can be written, UsageError where
    another grader is at work."""
    with _prepared(folder) as lock:
        _lock(lock.fileno(), folder)
        _sweep(folder)
        trial = folder / FOLDER / f"{UNFINISHED}trial"
        write_atomically(trial, b"x")
        trial.unlink()
        yield Store(folder, terms)


def _prepared(folder: Path) -> IO[str]:
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        return (folder / RESULTS_MARK).open("a")
    except OSError as error:
        raise OutputError(
            f"{folder} can't be written: {error.strerror}. Choose another place, or make room."
        ) from error


def _lock(descriptor: int, folder: Path) -> None:
    """It ends with this process, however that ends. Workers of a grader that was killed may live a moment longer."""
    try:
        import fcntl
    except ImportError:  # Windows has no such locks
        return
    deadline = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except (BlockingIOError, PermissionError) as error:
            if time.monotonic() > deadline:
                text = f"{folder}: another grade is at work in this folder. Wait for it, or choose another with -o."
                raise UsageError(text) from error
            time.sleep(0.1)
        except OSError:  # a file system without locks
            return


def _sweep(folder: Path) -> None:
    """Take away what a run that was killed had begun to write."""
    for place in (folder, folder / FOLDER):
        for path in place.glob(f"{UNFINISHED}*"):
            with contextlib.suppress(OSError):
                path.unlink()


def file_name(submission: Submission) -> str:
    """The participant's name as any file system takes it, and a digest that keeps those apart who are then alike."""
    known = "\0".join(submission.key).encode("utf-8", "surrogatepass")
    readable = re.sub(r"[^\w\-.]+", "_", submission.participant).strip("._")
    short = readable.encode()[:MAX_NAME].decode("utf-8", "ignore")
    return f"{short}-{hashlib.sha256(known).hexdigest()[:16]}"


def _located(grade: Grade, submission: Submission) -> Grade:
    """With names and paths as they are now."""
    files = submission.attempts[grade.attempt] if submission.attempts else ()
    parts = tuple(replace(part, path=file.shown) for part, file in zip(grade.notebook.parts, files, strict=False))
    notebook = replace(
        grade.notebook,
        path=files[0].shown if len(files) == 1 else submission.path,
        participant=submission.participant,
        ids=submission.ids,
        email=submission.email,
        parts=parts,
    )
    return replace(grade, notebook=notebook)


def encoded(value: Record | Grade) -> bytes:
    """As JSON. A half of a character, which UTF-8 can't carry, is replaced as the JSON report does it."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(value))


def _whole(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, tuple):
        return tuple(map(_whole, value))
    if isinstance(value, Mapping):
        return {name: _whole(inner) for name, inner in value.items()}
    if isinstance(value, msgspec.Struct):
        return type(value)(**{name: _whole(getattr(value, name)) for name in value.__struct_fields__})
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _whole(getattr(value, each.name)) for each in fields(value)})
    return value


@lru_cache
def _decoder() -> msgspec.json.Decoder[Record]:
    return msgspec.json.Decoder(Record)
