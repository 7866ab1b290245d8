"""The files of a notebook that was graded, found and read again by what reports call them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.i18n import Message
from grader.model import Notebook, SubmissionStatus
from grader.submissions import archive, json_text
from grader.submissions.files import digest, encodable, load
from grader.submissions.notebook import read_notebook
from grader.submissions.submission import joined_digest


@dataclass(frozen=True, slots=True)
class Original:
    """A file of a notebook.

    Attributes:
        name: The file's name; empty if there is no other.
        first: The index of its first cell in the whole.
        text: Its text; None if it is no notebook that can be read.
    """

    name: str
    first: int
    text: str | None


def reread(notebook: Notebook) -> tuple[Original, ...] | None:
    """The files that the notebook was read from; None if any has changed since."""
    if not notebook.parts:
        data = _load(notebook.path)
        return (Original("", 0, _text(data)),) if digest(data) == notebook.sha256 else None
    loaded = [_load(part.path) for part in notebook.parts]
    names = [part.name for part in notebook.parts]
    if joined_digest(zip(names, map(digest, loaded), strict=True)) != notebook.sha256:
        return None
    places = zip(notebook.parts, loaded, strict=True)
    return tuple(Original(part.name, part.first, _text(data)) for part, data in places)


def is_there(notebook: Notebook) -> bool:
    """Whether there is a file for each of its files."""
    paths = [part.path for part in notebook.parts] or [notebook.path]
    return all(Path(path).is_file() or _archive_of(path) is not None for path in paths)


def _text(data: bytes | Message) -> str | None:
    if isinstance(data, Message) or read_notebook(data, "", "").status is SubmissionStatus.UNREADABLE:
        return None
    text = json_text.decode(data)
    return text if isinstance(text, str) else None


def _load(shown: str) -> bytes | Message:
    outermost = _archive_of(shown)
    if outermost is None:
        return load(Path(shown))
    rest = Path(shown).relative_to(outermost).parts
    members = next(_lead_to("/".join(rest), outermost, ()), None)
    return archive.load(outermost, members or rest)


def _archive_of(shown: str) -> Path | None:
    """The file on the disk that the path leads into, if it leads into one."""
    return next((around for around in Path(shown).parents if around.is_file()), None)


def _lead_to(shown: str, outermost: Path, inside: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The names that lead to a file in an archive, or in an archive inside it."""
    try:
        members = archive.list_members(outermost, inside)
    except archive.UnreadableArchive:
        return
    for member in members:
        name = encodable("/".join(member.parts or ()))
        if name == shown:
            yield (*inside, member.name)
        elif name and shown.startswith(f"{name}/"):
            yield from _lead_to(shown.removeprefix(f"{name}/"), outermost, (*inside, member.name))
