"""Mistakes of the person who runs the grader. A participant's mistake is a status, and any other exception is a bug.

GraderError
├── UsageError        the command line is wrong: a missing file, an invalid setting
├── CourseError       the course can't be read, or contradicts itself
├── SandboxError      `--sandbox strict` was given and a wall is missing
├── OutputError       a file can't be written
└── KernelStartError  no kernel starts on this machine
"""

from __future__ import annotations

from grader.i18n import Lang, Message, Text, Titles, Value, msg, render

_SYSTEM = {
    "File exists": msg("File exists"),
    "Is a directory": msg("Is a directory"),
    "No space left on device": msg("No space left on device"),
    "No such file or directory": msg("No such file or directory"),
    "Not a directory": msg("Not a directory"),
    "Permission denied": msg("Permission denied"),
    "Read-only file system": msg("Read-only file system"),
}
"""What the system says of the errors that people meet most."""


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
    if isinstance(value, OSError) and value.strerror:
        value = value.strerror
    if isinstance(value, str):
        return _SYSTEM.get(value, value)
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
