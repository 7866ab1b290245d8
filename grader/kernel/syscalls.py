"""System calls of Linux that Python has no words for, through ctypes."""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def call(name: str, *arguments: object) -> int:
    """A libc function that says -1 when it fails. Raise OSError with its name."""
    if _LIBC is None:
        raise OSError(f"{name}: not on this system")
    result = int(getattr(_LIBC, name)(*map(_long, arguments)))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def _long(argument: object) -> object:
    return ctypes.c_ulong(argument) if isinstance(argument, int) else argument


def prctl(option: int, *arguments: object) -> None:
    call("prctl", option, *arguments, *[0] * (4 - len(arguments)))
