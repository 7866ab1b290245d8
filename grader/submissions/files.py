"""Read a file from the disk: ordinary files only, no larger than the limit. A fault is a reason, not an exception."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from grader.errors import reason_of
from grader.i18n import Message, Text, msg
from grader.output import has_surrogates

MAX_FILE_MIB = 200
MIB = 1 << 20
_NO_FILE = msg("There is no such file. Check its name and its folder.")
_NO_PERMISSION = msg("The file may not be opened: its permissions forbid reading. Give yourself the right to read it.")
_FOLDER = msg("This is a folder, not a notebook. Hand in the .ipynb file that is inside it.")
_LINK = msg("This is a link to another file. Hand in a copy of the notebook itself.")
_SPECIAL = msg("This is not an ordinary file (it is a pipe, a socket or a device). Hand in the .ipynb file itself.")

# Following no link and waiting for no pipe, even if one replaced the file after lstat. Windows lacks most flags.
_FLAG_NAMES = ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_NOCTTY", "O_BINARY")
_OPEN_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in _FLAG_NAMES)


def load(path: Path) -> bytes | Message:
    """The contents of a file, or the reason why it can't be read."""
    try:
        # lstat comes first, because merely opening a pipe or a device can have an effect.
        return _refusal(os.lstat(path)) or _open_and_read(path)
    except FileNotFoundError:
        return _NO_FILE
    except PermissionError:
        return _NO_PERMISSION
    except OSError as error:
        return _LINK if error.errno == errno.ELOOP else _cannot_open(reason_of(error))
    except ValueError as error:  # a path with a NUL character in it
        return _cannot_open(str(error))


def read_head(path: Path, size: int) -> bytes:
    """The first bytes of a file; none if it can't be read."""
    try:
        if _refusal(os.lstat(path)) is None:
            descriptor = os.open(path, _OPEN_FLAGS)
            try:
                return os.read(descriptor, size) if _refusal(os.fstat(descriptor)) is None else b""
            finally:
                os.close(descriptor)
    except (OSError, ValueError):
        pass
    return b""


def _refusal(info: os.stat_result) -> Message | None:
    if stat.S_ISDIR(info.st_mode):
        return _FOLDER
    if stat.S_ISLNK(info.st_mode):
        return _LINK
    if not stat.S_ISREG(info.st_mode):
        return _SPECIAL
    return _too_large(info.st_size) if info.st_size > MAX_FILE_MIB * MIB else None


def _open_and_read(path: Path) -> bytes | Message:
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        return _refusal(os.fstat(descriptor)) or _read_all(descriptor)
    finally:
        os.close(descriptor)


def _read_all(descriptor: int) -> bytes | Message:
    """Read up to the limit, whatever size was stated: the file may have grown, and /proc states 0."""
    with open(descriptor, "rb", closefd=False) as file:
        data = file.read(MAX_FILE_MIB * MIB + 1)
    return data if len(data) <= MAX_FILE_MIB * MIB else _too_large(len(data))


def _cannot_open(reason: Text) -> Message:
    return msg("The file can't be opened ({error}). Copy it somewhere else and try again.", error=reason)


def _too_large(size_bytes: int) -> Message:
    return msg(
        "The file is too large: {size} MB; the limit is {limit} MB. Clear the outputs and save it again. "
        "In Colab: Edit > Clear all outputs.",
        size=-(-size_bytes // MIB),  # rounded up, so that it never equals the limit
        limit=MAX_FILE_MIB,
    )


def digest(data: bytes | Message) -> str:
    """SHA-256 of a file's contents, or of no bytes if they could not be read."""
    return hashlib.sha256(data if isinstance(data, bytes) else b"").hexdigest()


def encodable(path: str) -> str:
    """The path without the lone surrogates by which Python keeps bytes that are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace") if has_surrogates(path) else path
