"""Makes the process fit for a command, whoever started it: streams that take what is written, rights to its own files,
a folder to work in."""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.errors import OutputError, UsageError, reason_of
from grader.i18n import Message, Text, msg

_ADVICE: Mapping[int, Message] = {
    **dict.fromkeys((errno.EACCES, errno.EPERM), msg("Ask for the right to it, or work in a folder of your own.")),
    errno.EROFS: msg("Choose another place."),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), msg("Make room, or choose another place.")),
    **dict.fromkeys(
        (errno.EMFILE, errno.ENFILE), msg("Raise the limit of open files (ulimit -n), or use a smaller -j.")
    ),
    **dict.fromkeys((errno.ENOMEM, errno.EAGAIN), msg("Close other programs, or use a smaller -j.")),
    **dict.fromkeys(
        (errno.EIO, errno.ESTALE), msg("Look whether the disk, or the network that it is on, still works.")
    ),
    **dict.fromkeys((errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR), msg("Choose another path.")),
}
"""What to do where the system refuses something; with any other error it is our own bug."""


class _Output(io.FileIO):
    """A standard stream.

    Where its reader has gone, or the system refuses to write, it swallows the rest: Python itself writes what is left
    when it ends. The first refusal is an OutputError, unless `quiet`.
    """

    def __init__(self, descriptor: int, quiet: bool) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._quiet, self._lost = quiet, False

    def write(self, data: Any) -> int:
        while data and not self._lost:  # nothing is what click writes to look whether it can write
            try:
                written = super().write(data)
            except OSError as error:
                self._lost = True
                if not (self._quiet or isinstance(error, BrokenPipeError)):
                    raise OutputError(
                        "the standard output can't be written: {reason}. Make room there, or name a file: "
                        "--report FORMAT=FILE",
                        reason=error,
                    ) from error
            else:
                if written is not None:
                    return written
                select.select([], [self], [])  # it does not block, and is full just now
        return len(data)


def prepare() -> None:
    """Prepare the process that a command runs in, before anything is opened."""
    _open_closed()
    os.umask(os.umask(0) & 0o077)  # our own files must be ours to read
    sys.stdout = _guarded(sys.stdout, 1, quiet=False)
    sys.stderr = _guarded(sys.stderr, 2, quiet=True)


def require_working_folder() -> None:
    """Raise UsageError where the working folder is gone."""
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError(
            "the folder that this command was started in is not there any more ({reason}). Go to another "
            'one, for example with: cd "$HOME"',
            reason=error,
        ) from error


def refusal(error: BaseException) -> Text | None:
    """What the system refused, where, and what to do; None where the error is none of the system's."""
    advice = _ADVICE.get(error.errno or 0) if isinstance(error, OSError) else None
    if advice is None:
        return None
    assert isinstance(error, OSError)
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
    place = " -> ".join(names) or msg("this machine")
    return msg("{place}: {reason}. {advice}", place=place, reason=reason_of(error), advice=advice)


def _open_closed() -> None:
    """What was closed before we began (`>&-`) goes nowhere. Left alone, its number would be that of our next file."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _guarded(stream: Any, descriptor: int, quiet: bool) -> Any:
    """The stream over an _Output, if it is the process's own."""
    if stream is None:
        return io.TextIOWrapper(io.BufferedWriter(_Output(descriptor, quiet)), "utf-8", "replace")
    below = getattr(stream, "buffer", None)
    if not isinstance(stream, io.TextIOWrapper) or type(getattr(below, "raw", below)) is not io.FileIO:
        return stream
    output = _Output(stream.fileno(), quiet)
    return io.TextIOWrapper(
        output if type(below) is io.FileIO else io.BufferedWriter(output),  # python -u
        stream.encoding,
        stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
