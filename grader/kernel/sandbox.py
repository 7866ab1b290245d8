"""The walls around a participant's code, raised in the kernel's own process before any of that code runs."""

from __future__ import annotations

import msgspec


class Walls(msgspec.Struct, frozen=True):
    """Which walls to raise. `memory_mib` bounds the address space of each of the submission's processes."""

    enabled: bool = True
    memory_mib: int = 2048
    readable: list[str] = []
    writable: list[str] = []


def raise_walls(walls: Walls) -> tuple[list[str], list[str]]:
    """Raise what this machine has. Return the names of the walls that stand, and the reasons of those that do not."""
    if not walls.enabled:
        return [], ["switched off"]
    stood, missing = [], []
    for name, wall in (("rlimits", _limit_resources),):
        try:
            wall(walls)
            stood.append(name)
        except (OSError, ValueError, ImportError) as error:
            missing.append(f"{name}: {error}")
    return stood, missing


def _limit_resources(walls: Walls) -> None:
    import resource

    memory = walls.memory_mib << 20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 << 20, 256 << 20))
