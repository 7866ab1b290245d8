"""System calls of Linux that Python does not offer, through ctypes."""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_GET_TID_ADDRESS = 36, 38, 40
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 1 << 17, 1 << 27, 1 << 28, 1 << 29, 1 << 30
_CLONE_CHILD_CLEARTID, _CLONE_CHILD_SETTID, _CLONE3 = 1 << 21, 1 << 24, 435
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def call(name: str, *arguments: object) -> int:
    """Call a libc function that returns -1 when it fails. Raise OSError with the function's name."""
    if _LIBC is None:
        raise OSError(f"{name}: not on this system")
    result = int(getattr(_LIBC, name)(*map(_long, arguments)))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def find_functions() -> None:
    """Find what walls `call`. The fork server does it before it forks."""
    for name in ("mount", "umount2", "unshare", "setns", "capget", "capset", "syscall"):
        getattr(_LIBC, name, None)
    _prctl()


def system_call(number: int, *types: type) -> Callable[..., int]:
    """A system call with arguments of fixed types, which is quicker than `call`. It raises OSError where it fails."""
    library = ctypes.CDLL(None, use_errno=True)
    function = library["syscall"]  # not the one that `call` uses
    function.argtypes, function.restype = [ctypes.c_long, *types], ctypes.c_long

    def run(*arguments: object) -> int:
        result = int(function(number, *arguments))
        if result < 0:
            raise OSError(ctypes.get_errno(), f"system call {number}: {os.strerror(ctypes.get_errno())}")
        return result

    return run


def _long(argument: object) -> object:
    return ctypes.c_ulong(argument) if isinstance(argument, int) else argument


def prctl(option: int, *arguments: int) -> None:
    if _prctl()(option, *arguments, *[0] * (4 - len(arguments))) < 0:
        raise OSError(ctypes.get_errno(), f"prctl: {os.strerror(ctypes.get_errno())}")


def drop_bounding_set() -> None:
    """Give up each capability for all programs to come."""
    drop, known = _prctl(), 0
    while drop(PR_CAPBSET_DROP, known, 0, 0, 0) == 0:  # until Linux knows no more
        known += 1


@functools.cache
def _prctl() -> Callable[..., int]:
    """With arguments of fixed types, which is quicker than `call`: a kernel makes dozens."""
    function = ctypes.CDLL(None, use_errno=True)["prctl"]
    function.argtypes, function.restype = [ctypes.c_int, *[ctypes.c_ulong] * 4], ctypes.c_int
    return function


def fork_into(namespaces: int) -> int:
    """Like os.fork, but the child begins in new namespaces. Only for a process of one thread. Raise OSError.

    unshare and a fork can't do that: the process that unshares its pid namespace stays outside of the new one.
    """
    before, system_call, after_in_child, after = _fork_functions()
    flags, own_thread = namespaces, _address_of_thread_id()
    if own_thread:  # where libc keeps the thread's id; its own fork updates it, and so must this one
        flags |= _CLONE_CHILD_SETTID | _CLONE_CHILD_CLEARTID
    arguments = (ctypes.c_uint64 * 8)(flags, 0, own_thread, 0, signal.SIGCHLD, 0, 0, 0)
    before()
    pid = int(system_call(_CLONE3, arguments, ctypes.sizeof(arguments)))
    if pid == 0:
        after_in_child()
        return 0
    after()
    if pid < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"clone3: {os.strerror(number)}")
    return pid


@functools.cache
def _fork_functions() -> tuple[Callable[..., int], ...]:
    """What a fork calls. They are found before it: to look for them takes a child longer than to call them."""
    python, system_call = ctypes.pythonapi, ctypes.PyDLL(None, use_errno=True).syscall
    system_call.restype = ctypes.c_long
    return python.PyOS_BeforeFork, system_call, python.PyOS_AfterFork_Child, python.PyOS_AfterFork_Parent


@functools.cache
def _address_of_thread_id() -> int:
    address = ctypes.c_uint64()
    try:
        call("prctl", PR_GET_TID_ADDRESS, ctypes.byref(address), 0, 0, 0)
    except OSError:
        return 0  # this Linux was built without it
    return address.value
