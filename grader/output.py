"""What leaves the program: files that are there whole or not at all, names without control characters."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from grader.errors import OutputError

UNFINISHED = ".grade-"


def write_atomically(path: Path, text: str | bytes) -> None:
    """The file is there whole or as it was before. Raise OutputError with what to do."""
    data = text.encode("utf-8") if isinstance(text, str) else text
    try:
        if path.exists() and not path.is_file():  # a device or a pipe is written to, not replaced
            path.write_bytes(data)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise OutputError(f"{path} can't be written: {error.strerror}. Choose another place, or make room.") from error


def printable(text: str) -> str:
    """No control character of a participant's reaches the terminal."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
