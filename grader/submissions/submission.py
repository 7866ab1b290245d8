"""What one participant handed in: files, each on the disk or in an archive, and how they make submissions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.i18n import Message, Text, msg
from grader.model import Cell, Grade, Id, Notebook, Part, SubmissionStatus, main_id
from grader.submissions import archive
from grader.submissions.notebook import digest, encodable, load, parse

MAX_READ_MIB = 400  # of all files of a submission together
_TOO_MUCH = msg("It was not read: the files before it hold more than {limit} MB.", limit=MAX_READ_MIB)
_BROKE_ON_OTHERS = msg(
    "The grader itself broke on another of the notebooks, which might have earned more. That is not your fault. Tell "
    "your trainer."
)
_BROKE_AGAIN = msg(
    "The grader itself broke when it graded this again, so the score from before stands. That is not your fault. Tell "
    "your trainer."
)
_BROKE_ON_NEWER = msg(
    "The grader itself broke on a newer version, so the score of the version before stands. That is not your fault. "
    "Tell your trainer."
)
_BROKE = (_BROKE_AGAIN, _BROKE_ON_NEWER)


@dataclass(frozen=True, slots=True)
class File:
    """A notebook's file: at `path`, or the innermost of `members` of the archive there. `shown` is what reports call
    it; `data` its contents, or why there are none, where they were sent along."""

    path: Path
    shown: str
    members: tuple[str, ...] = ()
    data: bytes | Message | None = field(default=None, repr=False, compare=False)

    @property
    def fault(self) -> Message | None:
        """Why it can't be read, where that showed when it was found."""
        return self.data if isinstance(self.data, Message) else None

    @property
    def name(self) -> str:
        return self.shown.replace("\\", "/").rpartition("/")[2]

    @property
    def folder(self) -> str:
        return self.shown.replace("\\", "/").rpartition("/")[0]

    def load(self) -> bytes | Message:
        """The contents, or the reason why there are none."""
        if self.data is not None:
            return self.data
        return archive.load(self.path, self.members) if self.members else load(self.path)


@dataclass(frozen=True, slots=True)
class Submission:
    """What one participant handed in. The files of an attempt are run in one kernel, in order; of several attempts the
    one that earns most counts. `path` stands for all of it in reports; with no attempt there was no notebook in it."""

    participant: str
    path: str
    attempts: tuple[tuple[File, ...], ...] = ()
    ids: tuple[Id, ...] = ()
    email: str = ""
    notes: tuple[Text, ...] = ()

    @property
    def id(self) -> str:
        return main_id(self.ids)

    @property
    def key(self) -> tuple[str, str]:
        """Nobody else's in a run."""
        return self.participant, self.id

    @property
    def files(self) -> tuple[File, ...]:
        return tuple(dict.fromkeys(file for attempt in self.attempts for file in attempt))


def from_file(path: Path) -> Submission:
    """A notebook by itself, its participant called as the file is."""
    shown = encodable(str(path))
    return Submission(encodable(path.stem), shown, ((File(path, shown),),))


@dataclass(frozen=True, slots=True)
class Reading:
    """What was handed in, read: a submission for each attempt, at least one, and a digest over all of it."""

    submissions: tuple[Notebook, ...]
    digest: str


def read_submission(submission: Submission) -> Reading:
    """Whatever is wrong with a file is a status of its submission."""
    read = {file: parse(data, file.shown, submission.participant) for file, data in _load_all(submission)}
    made = [_joined(submission, [read[file] for file in attempt]) for attempt in submission.attempts] or [
        _nothing(submission)
    ]
    known = (
        replace(notebook, ids=submission.ids, email=submission.email, notes=(*submission.notes, *notebook.notes))
        for notebook in made
    )
    return Reading(tuple(known), _digest(submission, {file: notebook.sha256 for file, notebook in read.items()}))


def fingerprint(submission: Submission) -> str:
    """The digest that `read` gives, without reading more than bytes."""
    return _digest(submission, {file: digest(data) for file, data in _load_all(submission)})


def _load_all(submission: Submission) -> Iterator[tuple[File, bytes | Message]]:
    """Each file with its contents, or with the reason why there are none. What one participant handed in must not take
    for ever to read."""
    left = MAX_READ_MIB << 20
    for file in submission.files:
        data = file.load() if left > 0 else _TOO_MUCH
        left -= len(data) if isinstance(data, bytes) else 0
        yield file, data


def _digest(submission: Submission, digests: Mapping[File, str]) -> str:
    """Of several files the names matter too: they order them, and reports tell them."""
    if len(submission.files) == 1 and not submission.notes:
        return digests[submission.files[0]]
    notes = [note.text if isinstance(note, Message) else str(note) for note in submission.notes]
    return _sha256([*notes, *("\0".join(_named(file, digests) for file in attempt) for attempt in submission.attempts)])


def _named(file: File, digests: Mapping[File, str]) -> str:
    return f"{file.name}\0{digests[file]}"


def best(submission: Submission, grades: Sequence[Grade]) -> Grade:
    """The attempt that counts, saying so: the best of those that earned something without a fault of the grader's; if
    there are none, one with such a fault, for without it the points may be there."""
    if len(grades) == 1:
        return grades[0]
    place = max(range(len(grades)), key=lambda at: _merit(grades[at]))
    chosen = replace(grades[place], attempt=place)
    if chosen.faulted:
        return chosen
    if any(grade.faulted for grade in grades) and (chosen.score, chosen.bonus) != (chosen.max_score, chosen.max_bonus):
        chosen = replace(chosen, incomplete=True, notes=(_BROKE_ON_OTHERS, *chosen.notes))
    names, files = ", ".join(file.name for file in submission.files), submission.attempts[place]
    if len(files) > 1:
        note = msg("Several notebooks were handed in: {files}. Taken together they earn most.", files=names)
    else:
        note = msg(
            "Several notebooks were handed in: {files}. The one that earns most counts: {best}.",
            files=names,
            best=files[0].name,
        )
    return replace(chosen, notes=(note, *chosen.notes))


def _merit(grade: Grade) -> tuple[bool, bool, bool, float, float]:
    earned = not grade.faulted and (grade.score, grade.bonus) > (0, 0)
    return earned, grade.faulted, grade.status is SubmissionStatus.GRADED, grade.score, grade.bonus


def better_known(before: Grade | None, now: Grade) -> Grade:
    """The one of two grades of a participant's that counts: `now`, unless the grader broke on it and there is a score
    from before, of the same exercises."""
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


def _joined(submission: Submission, parts: Sequence[Notebook]) -> Notebook:
    """The parts as one submission: cells are counted through, and what is said of a part names its file."""
    if len(parts) == 1:
        return parts[0]
    places: list[Part] = []
    cells: list[Cell] = []
    notes: list[Text] = []
    first = 0
    for part in parts:
        name = part.path.replace("\\", "/").rpartition("/")[2]
        places.append(Part(name, first, part.path))
        cells += [replace(cell, index=cell.index + first) for cell in part.cells]
        reasons = [part.reason] if part.status is SubmissionStatus.UNREADABLE and part.reason is not None else []
        notes += [msg("{file}: {text}", file=name, text=text) for text in (*reasons, *part.notes)]
        first += max((cell.index for cell in part.cells), default=-1) + 1
    order = msg("Run as one notebook, in this order: {files}.", files=", ".join(place.name for place in places))
    joined = Notebook(
        submission.path,
        submission.participant,
        _sha256([f"{place.name}\0{part.sha256}" for place, part in zip(places, parts, strict=True)]),
        tuple(cells),
        notes=(order, *notes),
        parts=tuple(places),
    )
    if cells:
        return joined
    worst = next((part for part in parts if part.status is SubmissionStatus.UNREADABLE), parts[0])
    return replace(joined, status=worst.status, reason=worst.reason)


def _nothing(submission: Submission) -> Notebook:
    reason = msg("There is no notebook in what was handed in. Hand in the .ipynb file.")
    return Notebook(
        submission.path, submission.participant, _sha256([]), status=SubmissionStatus.UNREADABLE, reason=reason
    )


def _sha256(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
