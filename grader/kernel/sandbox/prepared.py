"""What the walls of kernels are made of, found before they are forked."""

from __future__ import annotations

import platform
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.sandbox.landlock import shared_ruleset
from grader.kernel.sandbox.mounts import Cover, hiding
from grader.kernel.sandbox.seccomp import filter_code


@dataclass(frozen=True, slots=True)
class Prepared:
    """For the next kernel. What was not found it looks for itself: it meets the same error, and says so.

    Attributes:
        place: the fork server's folder with those of all kernels.
        covers: what lies over folders.
        rules: the set of Landlock's rules that all kernels share; -1: not found.
    """

    place: Path
    covers: tuple[Cover, ...] | None = None
    rules: int = -1


def prepare(settings: SandboxSettings, place: Path) -> Prepared:
    """Find what the walls of a kernel with its folder in `place` are made of, and those of the next ones."""
    if not settings.enabled or sys.platform != "linux":
        return Prepared(place)
    covers, rules = None, -1
    with suppress(OSError, KeyError):
        filter_code(platform.machine(), 0)
        covers = hiding(settings.hidden, place).covers
        rules = shared_ruleset(settings.hidden, place)
    return Prepared(place, covers, rules)
