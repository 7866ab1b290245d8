"""Mistakes of the person who runs the grader. A participant's mistake is a status, and any other exception is a bug.

GraderError
├── UsageError        the command line is wrong: a missing file, an invalid setting
├── CourseError       the course can't be read, or contradicts itself
├── SandboxError      `--sandbox strict` was given and a wall is missing
├── OutputError       a file can't be written
└── KernelStartError  no kernel starts on this machine
"""


class GraderError(Exception):
    """A fault that the person who runs the grader can fix. The text says what, where, and what to do next."""


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
