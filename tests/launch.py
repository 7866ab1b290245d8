"""How tests start the command where it runs on until somebody ends it: it ends with the test, however that ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_BIND = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG, SIGKILL; it stays when another program takes over
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def ends_with_test(arguments: Sequence[object]) -> list[str]:
    """A command: Python with these arguments, in a process that is killed when this one ends. Only Linux can do it."""
    own = [str(argument) for argument in arguments]
    if sys.platform != "linux":
        return [sys.executable, *own]
    return [sys.executable, "-I", "-S", "-c", _BIND, str(os.getpid()), *own]
