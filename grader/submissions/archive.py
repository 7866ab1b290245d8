"""Zip archives that strangers made. Nothing is unpacked to the disk; names, counts and sizes are held within bounds."""

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
_DAMAGED = msg("The archive is damaged. Make it anew, or hand in the .ipynb file itself.")
_ODD = msg(
    "The archive is packed in a way that can't be read here. Make an ordinary .zip, or hand in the .ipynb file itself."
)
_LOCKED = msg("The archive is locked with a password. Hand in the .ipynb file itself.")
_CROWDED = msg("There are too many files in the archive. Hand in the .ipynb file itself.")
_GONE = msg("There is no such file. Check its name and its folder.")


class Unreadable(Exception):
    """The archive can't be read; `reason` says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason.text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive. `name` is what the archive calls it; `parts` its folders and its name as people see them,
    None where it would lead out of the archive, is a link, or lies too deep."""

    name: str
    parts: tuple[str, ...] | None


def members(path: Path, inside: Sequence[str] = ()) -> list[Member]:
    """The files in the archive at `path`, or in the one `inside` it. Raise Unreadable."""
    with _opened(path, inside) as archive:
        infos = {info.filename: info for info in archive.infolist() if not info.is_dir()}
    if len(infos) > MAX_MEMBERS:
        raise Unreadable(_CROWDED)
    return [Member(name, _parts(info)) for name, info in infos.items()]


def load(path: Path, inside: Sequence[str]) -> bytes | Message:
    """The contents of a file in an archive, or the reason why there are none."""
    try:
        with _opened(path, inside[:-1]) as archive:
            return _member(archive, inside[-1])
    except Unreadable as error:
        return error.reason


@contextmanager
def _opened(path: Path, inside: Sequence[str]) -> Iterator[zipfile.ZipFile]:
    try:
        with path.open("rb") as file, _zip(file) as outermost, ExitStack() as stack:
            archive = outermost
            for name in inside:
                archive = stack.enter_context(_zip(io.BytesIO(_member(archive, name))))
            yield archive
    except Unreadable:
        raise
    except FileNotFoundError as error:
        raise Unreadable(_GONE) from error
    except NotImplementedError as error:
        raise Unreadable(_ODD) from error
    except Exception as error:  # zipfile and its decoders raise all kinds of errors over bytes that a stranger made
        raise Unreadable(_DAMAGED) from error


@contextmanager
def _zip(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    bounded = _Bounded(file)
    with zipfile.ZipFile(bounded) as archive:
        bounded.most = -1
        yield archive


class _Bounded:
    """A file of which no more is read at once than a listing may take: zipfile reads all of that before it looks."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.most = file, MAX_LISTING_MIB * MIB
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if self.most < 0:
            return self._file.read(size)
        data = self._file.read(size if 0 <= size <= self.most else self.most + 1)
        if len(data) > self.most:
            raise Unreadable(_CROWDED)
        return data


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """What the archive says of a file's size is not believed. Raise Unreadable."""
    try:
        with archive.open(name) as file:
            contents = file.read(MAX_MEMBER_MIB * MIB + 1)
    except KeyError as error:
        raise Unreadable(_GONE) from error
    except NotImplementedError:  # which is a RuntimeError
        raise
    except RuntimeError as error:  # what zipfile raises for want of a password
        raise Unreadable(_LOCKED) from error
    if len(contents) > MAX_MEMBER_MIB * MIB:
        raise Unreadable(msg("The file in the archive is larger than {limit} MB.", limit=MAX_MEMBER_MIB))
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
    """Programs that do not say that a name is UTF-8 write it in UTF-8 all the same, or as Windows does in Poland."""
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
