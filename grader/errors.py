"""Mistakes of the person who runs the grader. A participant's mistake is a status, and any other exception is a bug.

GraderError
├── UsageError        the command line is wrong: a missing file, an invalid setting
├── CourseError       the course can't be read, or contradicts itself
├── SandboxError      `--sandbox strict` was given and a wall is missing
├── OutputError       a file can't be written
└── KernelStartError  no kernel starts on this machine
"""

from __future__ import annotations

from grader.i18n import Text, render


class GraderError(Exception):
    """A fault that the person who runs the grader can fix. The text says what, where, and what to do next.

    Attributes:
        text: What to tell the person. As a string, the error is this text in English.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(render(text, "en"))
        self.text = text


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
