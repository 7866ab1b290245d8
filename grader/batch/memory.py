"""The memory of a process that grades: what keeps one notebook from taking all of the machine's."""

from __future__ import annotations

from grader.kernel.sandbox.supervisor import held_bytes

MAX_MIB = 1024  # beyond what a worker shares with the process that it was forked from; most need 60
LOOK_S = 0.1
"""How often somebody looks: what a process takes between two looks may be more than the limit."""


def is_overgrown(pid: int, inherited: int = 0) -> bool:
    """Whether the process holds more than a grading process may. `inherited`: the bytes that it held when it was
    forked. False where there is no /proc."""
    return held_bytes(pid) - inherited > MAX_MIB << 20


def is_worn(pid: int, inherited: int = 0) -> bool:
    """Whether so much is left from the notebooks before that the next one had less room than they."""
    return held_bytes(pid) - inherited > MAX_MIB << 19
