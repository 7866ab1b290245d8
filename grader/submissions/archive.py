"""Read zip archives that nobody vouches for. Nothing is unpacked to the disk; names, counts and sizes are bounded."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from grader.i18n import Message, msg
from grader.submissions.files import MAX_FILE_MIB, MIB

MAX_MEMBERS = 20_000
MAX_MEMBER_MIB = MAX_FILE_MIB
MAX_LISTING_MIB = 8
MAX_PARTS = 20
_DAMAGED = msg("The archive is damaged. Make a new one, or hand in the .ipynb file itself.")
_ODD = msg(
    "The archive is packed in a way that can't be read here. Make an ordinary .zip, or hand in the .ipynb file itself."
)
_LOCKED = msg("The archive is locked with a password. Hand in the .ipynb file itself.")
_CROWDED = msg("There are too many files in the archive. Hand in the .ipynb file itself.")
_GONE = msg("There is no such file. Check its name and its folder.")


class UnreadableArchive(Exception):
    """The archive can't be read; `reason` says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason.text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive.

    Attributes:
        name: What the archive calls it.
        parts: Its folders and its own name, as people see them; None if it is a link, lies too deep, or its name leads
            out of the archive.
    """

    name: str
    parts: tuple[str, ...] | None


def list_members(path: Path, inside: Sequence[str] = ()) -> list[Member]:
    """The files in the archive at `path`, or in the one inside it to which the names in `inside` lead. Raise
    UnreadableArchive."""
    with _open(path, inside) as archive:
        infos = {info.filename: info for info in archive.infolist() if not info.is_dir()}
    if len(infos) > MAX_MEMBERS:
        raise UnreadableArchive(_CROWDED)
    return [Member(name, _parts(info)) for name, info in infos.items()]


def load(path: Path, inside: Sequence[str]) -> bytes | Message:
    """The contents of a file in an archive, or the reason why it can't be read."""
    try:
        with _open(path, inside[:-1]) as archive:
            return _read_member(archive, inside[-1])
    except UnreadableArchive as error:
        return error.reason


@contextmanager
def _open(path: Path, inside: Sequence[str]) -> Iterator[zipfile.ZipFile]:
    try:
        with path.open("rb") as file, _zip(file) as outermost, ExitStack() as stack:
            archive = outermost
            for name in inside:
                archive = stack.enter_context(_zip(io.BytesIO(_read_member(archive, name))))
            yield archive
    except UnreadableArchive:
        raise
    except FileNotFoundError as error:
        raise UnreadableArchive(_GONE) from error
    except NotImplementedError as error:
        raise UnreadableArchive(_ODD) from error
    except Exception as error:  # zipfile and its decoders raise all kinds of errors over bytes that a stranger made
        raise UnreadableArchive(_DAMAGED) from error


@contextmanager
def _zip(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    bounded = _BoundedReader(file)
    with zipfile.ZipFile(bounded) as archive:
        bounded.most = -1
        yield archive


class _BoundedReader:
    """A file that limits what is read at once to the size of a listing, because zipfile reads a listing as a whole."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.most = file, MAX_LISTING_MIB * MIB
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if self.most < 0:
            return self._file.read(size)
        data = self._file.read(size if 0 <= size <= self.most else self.most + 1)
        if len(data) > self.most:
            raise UnreadableArchive(_CROWDED)
        return data


def _read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read a file up to the limit, whatever size the archive states. Raise UnreadableArchive."""
    try:
        with archive.open(name) as file:
            contents = file.read(MAX_MEMBER_MIB * MIB + 1)
    except KeyError as error:
        raise UnreadableArchive(_GONE) from error
    except NotImplementedError:  # which is a RuntimeError
        raise
    except RuntimeError as error:  # raised by zipfile if a password is needed
        raise UnreadableArchive(_LOCKED) from error
    if len(contents) > MAX_MEMBER_MIB * MIB:
        raise UnreadableArchive(msg("The file in the archive is larger than {limit} MB.", limit=MAX_MEMBER_MIB))
    return contents


def _parts(info: zipfile.ZipInfo) -> tuple[str, ...] | None:
    name = _name(info).replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    leads_out = name.startswith("/") or ".." in parts or ":" in parts[0][1:2] if parts else True
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    if leads_out or is_link or len(parts) > MAX_PARTS or any(len(part) > 255 for part in parts):
        return None
    return parts


def _name(info: zipfile.ZipInfo) -> str:
    """The name, also where the archive does not state its encoding: then UTF-8, or that of Polish Windows."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")  # how zipfile has read it
    except UnicodeEncodeError:
        return info.filename
    return next(_decodings(raw), info.filename)


def _decodings(raw: bytes) -> Iterator[str]:
    for encoding in ("utf-8", "cp852"):
        try:
            yield raw.decode(encoding)
        except UnicodeDecodeError:
            continue
