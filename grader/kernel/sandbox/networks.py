"""Empty network namespaces for kernels: Linux takes longer to make and to remove one than for all other namespaces."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from grader.kernel.sandbox.landlock import abi
from grader.kernel.sandbox.syscalls import CLONE_NEWNET, call

if TYPE_CHECKING:
    from grader.kernel.protocol.messages import SandboxSettings

_OWN = "/proc/self/ns/net"


class Networks:
    """One for each kernel that runs. That of a kernel all of whose processes have ended serves another: nothing is left
    in it, and nobody in a kernel may change it.

    Only for a process of one thread. Where it may not change its own namespace, as no ordinary user may, it has none;
    nor where Linux has no Landlock, without which a kernel that stays root might write to /proc/sys/net.
    """

    def __init__(self) -> None:
        self._free: list[int] = []
        self._used: dict[int, int] = {}
        try:
            abi()
            self._home = _handle()
        except OSError:
            self._home = -1

    def enter(self, settings: SandboxSettings) -> bool:
        """Enter one in which nobody is, for the next fork to begin in. Returns whether that was possible. A kernel
        without some of its walls might change what it is in: it gets another."""
        if self._home < 0 or not settings.enabled or settings.without:
            return False
        try:
            if self._free:
                call("setns", self._free[-1], CLONE_NEWNET)
            else:
                call("unshare", CLONE_NEWNET)
                self._free.append(_handle())
        except OSError:
            return False
        return True

    def go_home(self) -> None:
        """Leave it again. Raise OSError."""
        call("setns", self._home, CLONE_NEWNET)

    def keep_for(self, pid: int) -> None:
        """The process `pid` is in the one that was entered last."""
        self._used[pid] = self._free.pop()

    def has_ended(self, pid: int) -> None:
        """Of what ran in its namespace nothing is left."""
        if pid in self._used:
            self._free.append(self._used.pop(pid))

    def close(self) -> None:
        """In a kernel: keep no way into that of another."""
        for handle in (self._home, *self._free, *self._used.values()):
            if handle >= 0:
                os.close(handle)


def _handle() -> int:
    return os.open(_OWN, os.O_RDONLY | os.O_CLOEXEC)
