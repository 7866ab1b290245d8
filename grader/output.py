"""What leaves the program: files written in one step, texts without characters that break a terminal or a file."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from grader.errors import OutputError, reason_of
from grader.i18n import msg

UNFINISHED = ".grade-"
"""How the names of files begin that are being written."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def write_atomically(path: Path, text: str | bytes | Iterable[bytes], waits: bool = True) -> None:
    """Write the whole file or leave it as it was. A long one may come in parts. Raise OutputError.

    `waits`: until it is on the disk. Of many files that can be made again, nobody needs to know that, and each would
    take some milliseconds.
    """
    data = text.encode("utf-8") if isinstance(text, str) else text
    parts = [data] if isinstance(data, bytes) else data
    try:
        if _is_device(path):  # it must not be replaced by a file
            with path.open("wb") as device:
                device.writelines(parts)
            return
        descriptor, name = _open_beside(path)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(parts)
                file.flush()
                if waits:
                    os.fsync(file.fileno())
            made = Path(name)
            made.chmod(0o644)
            made.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise unwritable(path, error) from error


def _is_device(path: Path) -> bool:
    """Whether there is something that is no file, as a device or a pipe."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _open_beside(path: Path) -> tuple[int, str]:
    """A new file in the same folder, which is made if it is not there: its descriptor and its path. Raise OSError."""
    try:
        return tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)


def unwritable(path: Path, error: OSError) -> OutputError:
    """The error that says that the system refused to write a file or a folder."""
    text = msg(
        "{path} can't be written: {reason}. Choose another place, or make room.",
        path=str(path),
        reason=reason_of(error),
    )
    return OutputError(text)


def printable(text: str) -> str:
    """The text with control characters replaced, so that a participant's text can't control the terminal."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else REPLACEMENT for character in text)


def clean(text: str) -> str:
    """The text with NUL and lone surrogates replaced: Python refuses NUL in code, and no encoding has the others."""
    return without_surrogates(text).replace("\0", REPLACEMENT)


def without_surrogates(text: str) -> str:
    """The text with lone surrogates replaced. Two that make up one character become that character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if has_surrogates(text) else text


def has_surrogates(text: str) -> bool:
    """Whether UTF-8 can't express the text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
