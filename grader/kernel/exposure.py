"""Whether a notebook's code could read the hidden tests, and what follows: a refusal, or a note beside the score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grader.config import Config
from grader.errors import SandboxError
from grader.i18n import Message, msg

HIDING = frozenset({"landlock", "mount"})
"""The walls of which each hides the hidden tests by itself."""
WITHOUT_WALLS = msg(
    "Graded without walls (--sandbox off): the notebook's code could read the hidden tests and the solutions, and do "
    "whatever the person who runs the grader may do. The score counts only where its author is trusted."
)
NOT_HIDDEN = msg(
    "This machine can't hide the hidden tests and the solutions from a notebook's code (grade --doctor says why). For "
    "your own notebook that is fine; let others' notebooks be graded on a machine that can."
)
MEMORY_NOT_LIMITED = msg(
    "Here nothing limited the memory of all the notebook's processes together, only that of each (grade --doctor says "
    "why)."
)


def is_exposed(walls: Iterable[str]) -> bool:
    """Whether code behind these walls alone could read the hidden tests. A wall's name may have a detail after it."""
    return HIDING.isdisjoint(wall.split()[0] for wall in walls)


def refuse_missing_walls(config: Config, walls: Sequence[str], missing: Sequence[str]) -> None:
    """Raise SandboxError where the walls that stand are too few for what is graded."""
    if config.sandbox == "strict" and missing:
        text = msg(
            "--sandbox strict: a wall is missing ({walls}). Fix that, or run with --sandbox auto.",
            walls="; ".join(missing),
        )
        raise SandboxError(text)
    if config.sandbox == "auto" and not config.own and is_exposed(walls):
        text = msg(
            "nothing on this machine hides the hidden tests and the solutions from a notebook's code ({reasons}). So "
            "only a notebook of your own is graded here: one file, not under CI and not with --watch. Grade others' "
            "notebooks on Linux 5.13 or newer (grade --doctor says what this machine lacks), or, if you trust all "
            "their authors, add --sandbox off.",
            reasons="; ".join(_reasons(missing)),
        )
        raise SandboxError(text)


def notes(config: Config, walls: Sequence[str], missing: Sequence[str]) -> Iterator[Message]:
    """What to say beside a score where walls were missing that it rests on."""
    if config.sandbox == "off":
        yield WITHOUT_WALLS
    elif is_exposed(walls):
        yield NOT_HIDDEN
    if any(reason.startswith("memory:") for reason in missing):
        yield MEMORY_NOT_LIMITED


def _reasons(missing: Sequence[str]) -> list[str]:
    """Why the walls that hide are missing; where they are not even named, why there are no walls."""
    hiding = [reason for reason in missing if reason.partition(":")[0] in HIDING]
    return hiding or list(missing)
