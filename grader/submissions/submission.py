"""What one participant handed in, and reading it: the files of each attempt become one notebook."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path

from grader.i18n import Message, Text, msg
from grader.model import Cell, Notebook, Part, SubmissionStatus
from grader.people import Id, main_id
from grader.submissions import archive
from grader.submissions.files import digest, encodable, load
from grader.submissions.notebook import read_notebook

MAX_READ_MIB = 400  # of all files of a submission together
_TOO_MUCH = msg("It was not read: the files before it hold more than {limit} MB.", limit=MAX_READ_MIB)


@dataclass(frozen=True, slots=True)
class File:
    """A file on the disk or in an archive.

    Attributes:
        place: The path where it lies on the disk; of a file in an archive, the archive's.
        shown: What reports call it.
        members: Of a file in an archive, the names that lead to it: those of inner archives, then its own.
        data: Its contents, if they were sent along, or why they can't be read, if that is known already.
    """

    place: str
    shown: str
    members: tuple[str, ...] = ()
    data: bytes | Message | None = field(default=None, repr=False, compare=False)

    @property
    def path(self) -> Path:
        """Its place. A Path takes four times the memory of its text."""
        return Path(self.place)

    @property
    def fault(self) -> Message | None:
        """Why it can't be read, if that is known already."""
        return self.data if isinstance(self.data, Message) else None

    @property
    def name(self) -> str:
        """Its own name, without folders."""
        return self.shown.replace("\\", "/").rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The folder or the archive that it lies in, as reports call it."""
        return self.shown.replace("\\", "/").rpartition("/")[0]

    def load(self) -> bytes | Message:
        """The contents, or the reason why they can't be read."""
        if self.data is not None:
            return self.data
        return archive.load(self.path, self.members) if self.members else load(self.path)


@dataclass(frozen=True, slots=True)
class Submission:
    """What one participant handed in.

    Attributes:
        participant: The participant's name.
        path: What reports call all of it.
        attempts: The ways to take its files: each is run by itself, and the one that earns most counts. The files of
            an attempt are run in one kernel, in order. Without attempts it holds no notebook.
        ids: The participant's numbers on learning platforms and on the list of participants.
        email: The participant's address, from the list.
        notes: What the participant should know about how the files were found.
        handed_in: When, as nbgrader has noted it; "" where nobody has.
    """

    participant: str
    path: str
    attempts: tuple[tuple[File, ...], ...] = ()
    ids: tuple[Id, ...] = ()
    email: str = ""
    notes: tuple[Text, ...] = ()
    handed_in: str = ""

    @property
    def id(self) -> str:
        """The number by which namesakes differ."""
        return main_id(self.ids)

    @property
    def key(self) -> tuple[str, str]:
        """What no other submission of a run has."""
        return self.participant, self.id

    @property
    def files(self) -> tuple[File, ...]:
        """Each file of its attempts, once."""
        return tuple(dict.fromkeys(file for attempt in self.attempts for file in attempt))

    @property
    def file_names(self) -> Mapping[File, str]:
        """What to call each of its files; those of the same name have the folders by which they differ."""
        times = Counter(file.name for file in self.files)
        folders = {file: file.folder.replace("\\", "/").split("/") for file in self.files}
        shared = takewhile(lambda parts: len(set(parts)) == 1, zip(*folders.values(), strict=False))
        depth = len([*shared])
        return {
            file: file.name if times[file.name] == 1 else "/".join((*folder[depth:], file.name))
            for file, folder in folders.items()
        }


def from_file(path: Path) -> Submission:
    """A submission of one notebook; its participant is called as the file is."""
    file = file_at(path)
    return Submission(encodable(path.stem), file.shown, ((file,),))


def file_at(path: Path) -> File:
    """A file on the disk, which reports call by its path."""
    place = str(path)
    shown = encodable(place)
    return File(shown if shown == place else place, shown)  # one text in memory


@dataclass(frozen=True, slots=True)
class Reading:
    """A submission, read.

    Attributes:
        notebooks: One for each attempt. Without attempts, an unreadable one.
        digest: SHA-256 over all that was handed in.
    """

    notebooks: tuple[Notebook, ...]
    digest: str


def read_submission(submission: Submission) -> Reading:
    """Read the files and join those of each attempt. Whatever is wrong with a file is a status of its notebook."""
    read: dict[File, Notebook] = {}
    digests: dict[File, str] = {}
    for file, data in _load_all(submission):
        read[file], digests[file] = read_notebook(data, file.shown, submission.participant), _digest_of(data)
    made = [_join(submission, [read[file] for file in attempt]) for attempt in submission.attempts] or [
        _empty(submission)
    ]
    known = (
        replace(
            notebook,
            ids=submission.ids,
            email=submission.email,
            notes=(*submission.notes, *notebook.notes),
            handed_in=submission.handed_in,
        )
        for notebook in made
    )
    return Reading(tuple(known), _digest(submission, digests))


def fingerprint(submission: Submission) -> str:
    """The digest that `read_submission` gives, without parsing any file."""
    return _digest(submission, {file: _digest_of(data) for file, data in _load_all(submission)})


def _load_all(submission: Submission) -> Iterator[tuple[File, bytes | Message]]:
    """Each file with its contents, or with the reason why there are none. What one participant handed in must not take
    for ever to read."""
    left = MAX_READ_MIB << 20
    for file in submission.files:
        data = file.load() if left > 0 else _TOO_MUCH
        left -= len(data) if isinstance(data, bytes) else 0
        yield file, data


def _digest_of(data: bytes | Message) -> str:
    """SHA-256 of a file's contents, or of the reason why there are none."""
    return digest(data) if isinstance(data, bytes) else _sha256([repr(data)])


def _digest(submission: Submission, digests: Mapping[File, str]) -> str:
    """Of several files the names matter too, because they give the order and stand in reports."""
    if len(submission.files) == 1 and not submission.notes:
        return digests[submission.files[0]]
    notes = map(repr, submission.notes)
    return _sha256(
        [*notes, *("\0".join(_name_and_digest(file, digests) for file in attempt) for attempt in submission.attempts)]
    )


def _name_and_digest(file: File, digests: Mapping[File, str]) -> str:
    return f"{file.name}\0{digests[file]}"


def _join(submission: Submission, parts: Sequence[Notebook]) -> Notebook:
    """The parts as one notebook: cells are numbered consecutively, and notes about a part name its file."""
    if len(parts) == 1:
        return parts[0]
    places: list[Part] = []
    cells: list[Cell] = []
    texts: list[Cell] = []
    notes: list[Text] = []
    first = 0
    for part in parts:
        name = part.path.replace("\\", "/").rpartition("/")[2]
        places.append(Part(name, first, part.path))
        cells += [replace(cell, index=cell.index + first) for cell in part.cells]
        texts += [replace(cell, index=cell.index + first) for cell in part.texts]
        reasons = [part.reason] if part.status is SubmissionStatus.UNREADABLE and part.reason is not None else []
        notes += [msg("{file}: {text}", file=name, text=text) for text in (*reasons, *part.notes)]
        first += max((cell.index for cell in (*part.cells, *part.texts)), default=-1) + 1
    order = msg("Run as one notebook, in this order: {files}.", files=", ".join(place.name for place in places))
    joined = Notebook(
        submission.path,
        submission.participant,
        joined_digest((place.name, part.sha256) for place, part in zip(places, parts, strict=True)),
        tuple(cells),
        notes=(order, *notes),
        parts=tuple(places),
        texts=tuple(texts),
    )
    if cells:
        return joined
    worst = next((part for part in parts if part.status is SubmissionStatus.UNREADABLE), parts[0])
    return replace(joined, status=worst.status, reason=worst.reason)


def joined_digest(parts: Iterable[tuple[str, str]]) -> str:
    """SHA-256 of a notebook of several files, by the name and the digest of each."""
    return _sha256([f"{name}\0{digest}" for name, digest in parts])


def _empty(submission: Submission) -> Notebook:
    reason = msg("There is no notebook in what was handed in. Hand in the .ipynb file.")
    return Notebook(
        submission.path, submission.participant, _sha256([]), status=SubmissionStatus.UNREADABLE, reason=reason
    )


def _sha256(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
