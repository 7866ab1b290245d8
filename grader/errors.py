"""The operator's mistakes. A participant's mistake is a status, never an exception; any other exception is our bug.

GraderError
├── UsageError        the command line asks for what can't be done
├── CourseError       the course can't be read, or contradicts itself
├── SandboxError      `--sandbox strict` and a wall is missing
├── OutputError       a report can't be written
└── KernelStartError  no kernel comes up on this machine
"""


class GraderError(Exception):
    """Something that the person who runs the grader can mend. The text names the thing, the fact and the next step."""


class UsageError(GraderError):
    """The command line asks for what can't be done."""


class CourseError(GraderError):
    """The course can't be read, or contradicts itself."""


class SandboxError(GraderError):
    """`--sandbox strict` was asked for and a wall is missing."""


class OutputError(GraderError):
    """A report or result can't be written."""


class KernelStartError(GraderError):
    """No kernel comes up on this machine, whatever the submission."""
