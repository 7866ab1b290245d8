"""The memory of a process that grades: what keeps one notebook from taking all of the machine's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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


def free_mib() -> int | None:
    """The memory that this process and others may still take, of the machine or of the control groups that it is in;
    None where that can't be known."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        machine = next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None
    return max(0, min([machine, *_left_in_groups()])) >> 20


def _left_in_groups() -> Iterator[int]:
    try:
        group = Path("/proc/self/cgroup").read_text().rpartition("0::/")[2].strip()
    except OSError:
        return
    inner = Path("/sys/fs/cgroup", group)
    for folder in (inner, *inner.parents):
        try:
            yield int((folder / "memory.max").read_text()) - int((folder / "memory.current").read_text())
        except (OSError, ValueError):  # it has no limit
            continue
