"""Mistakes of the person who runs the grader. A participant's mistake is a status, and any other exception is a bug.

GraderError
├── UsageError        the command line is wrong: a missing file, an invalid setting
├── CourseError       the course can't be read, or contradicts itself
├── SandboxError      `--sandbox strict` was given and a wall is missing
├── OutputError       a file can't be written
└── KernelStartError  no kernel starts on this machine
"""

from __future__ import annotations

import errno
from collections.abc import Mapping

from grader.i18n import Lang, Message, Text, Titles, Value, msg, render

_NOT_EVERYWHERE: Mapping[str, Message] = {"EDQUOT": msg("Disk quota exceeded"), "ESTALE": msg("Stale file handle")}
_SYSTEM: Mapping[int, Message] = {
    errno.EACCES: msg("Permission denied"),
    errno.EAGAIN: msg("Resource temporarily unavailable"),
    errno.EBUSY: msg("Device or resource busy"),
    errno.ECONNREFUSED: msg("Connection refused"),
    errno.EEXIST: msg("File exists"),
    errno.EFBIG: msg("File too large"),
    errno.EINVAL: msg("Invalid argument"),
    errno.EIO: msg("Input/output error"),
    errno.EISDIR: msg("Is a directory"),
    errno.ELOOP: msg("Too many levels of symbolic links"),
    errno.EMFILE: msg("Too many open files"),
    errno.ENAMETOOLONG: msg("File name too long"),
    errno.ENFILE: msg("Too many open files in system"),
    errno.ENODEV: msg("No such device"),
    errno.ENOENT: msg("No such file or directory"),
    errno.ENOEXEC: msg("Exec format error"),
    errno.ENOMEM: msg("Cannot allocate memory"),
    errno.ENOSPC: msg("No space left on device"),
    errno.ENOTDIR: msg("Not a directory"),
    errno.ENOTEMPTY: msg("Directory not empty"),
    errno.ENXIO: msg("No such device or address"),
    errno.EPERM: msg("Operation not permitted"),
    errno.EROFS: msg("Read-only file system"),
    errno.ETIMEDOUT: msg("Connection timed out"),
    errno.ETXTBSY: msg("Text file busy"),
    **{number: text for name, text in _NOT_EVERYWHERE.items() if (number := getattr(errno, name, None)) is not None},
}
"""What the system says of errors with files, as Linux says it."""


def reason_of(error: OSError) -> Text:
    """What the system says of an error, in any language as far as it is known."""
    return _SYSTEM.get(error.errno or 0) or error.strerror or str(error)


class GraderError(Exception):
    """A fault that the person who runs the grader can fix. The text says what, where, and what to do next.

    Attributes:
        text: What to say, in any language; `str` of the error is in English.
        lang: The language to say it in, where a settings file has one.
    """

    lang: Lang | None = None

    def __init__(self, text: Text, /, **values: object) -> None:
        """`text`: a literal with `{name}` places for `values`, so that it is found when the catalog is extracted; or a
        Message."""
        if isinstance(text, str):
            text = Message(text, {name: _value(value) for name, value in values.items()})
        self.text = text
        super().__init__(render(self.text, "en"))

    def __reduce__(self) -> tuple[type[GraderError], tuple[Text]]:
        return type(self), (self.text,)


def _value(value: object) -> Value:
    if isinstance(value, GraderError):
        return value.text
    if isinstance(value, OSError):
        return reason_of(value)
    return value if isinstance(value, Message | Titles | int | float) else str(value)


class UsageError(GraderError):
    """The command line is wrong: a missing file, an invalid setting."""


class CourseError(GraderError):
    """The course can't be read, or contradicts itself."""


class SandboxError(GraderError):
    """`--sandbox strict` was given and a wall is missing."""


class OutputError(GraderError):
    """A file can't be written: a report, a result."""


class KernelStartError(GraderError):
    """No kernel starts on this machine, whatever the submission."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, where there is something to say about what is kept.

    Attributes:
        text: What is kept, and how to go on.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(render(text, "en"))
        self.text = text
