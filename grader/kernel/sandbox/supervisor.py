"""The supervisor: a process of ours beside each kernel, which ends everything that it started and removes its files."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from grader.kernel.sandbox.syscalls import PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, PR_SET_PDEATHSIG, prctl

LOOK_AT_MEMORY_MS = 100
# What one descriptor can keep of what nobody reads: two datagrams, each as long as a socket may be full. A pipe keeps
# 64 KiB. Larger buffers, more descriptors than are open (sent, or of a thread) and connections from elsewhere are
# refused by seccomp, so that this bounds all of them, at Linux's default of net.core.wmem_default.
DESCRIPTOR_BYTES = 2 * 212_992
_HELD = re.compile(r"^(?:RssAnon|RssShmem|VmSwap|VmPTE|HugetlbPages):\s*(\d+) kB", re.MULTILINE)
_DESCRIPTORS = re.compile(r"^FDSize:\s*(\d+)", re.MULTILINE)


def fork_under_supervision(runtime_dir: Path, lifeline: socket.socket, memory_bytes: float) -> bool:
    """Fork. Returns in the child, which leads a session of its own: whether the parent, which becomes the supervisor,
    can see how much memory it holds."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_DUMPABLE, 0)  # as the kernel will be, so that the supervisor sees of it no more than it will then
    ready, go = os.pipe()
    child = os.fork()
    if child:
        os.close(ready)
        try:
            os._exit(_supervise(child, go, runtime_dir, lifeline, memory_bytes))
        finally:
            os._exit(70)
    os.close(go)
    lifeline.close()
    os.setsid()
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    visible = os.read(ready, 1) == b"1"
    os.close(ready)
    prctl(PR_SET_DUMPABLE, 1)
    return visible


def _supervise(child: int, go: int, runtime_dir: Path, lifeline: socket.socket, memory_bytes: float) -> int:
    """Wait until the kernel or the grader ends, or the kernel's processes together take more than `memory_bytes`. Then
    end all of them and remove the kernel's files."""
    signal.signal(signal.SIGINT, lambda *_: os.kill(child, signal.SIGINT))
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGKILL))
    watched = os.pidfd_open(child)
    for descriptor in range(3, 64):
        if descriptor not in (watched, go, lifeline.fileno()):
            _close(descriptor)
    os.write(go, b"1" if is_visible(child) else b"0")
    os.close(go)
    ended = select.poll()
    ended.register(watched, select.POLLIN)
    ended.register(lifeline, select.POLLIN)
    inherited = held_bytes(child)
    while not ended.poll(LOOK_AT_MEMORY_MS):
        if taken_bytes(_descendants(os.getpid()), inherited) > memory_bytes:
            break
    _end_all(child)
    remove_tree(runtime_dir)
    return 0


def family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    yield from _descendants(pid)


def taken_bytes(processes: Iterable[int], inherited: int) -> int:
    """The memory of all these processes together, without what each had when it was forked, but with what their
    descriptors can keep."""
    taken = 0
    for pid in processes:
        status = _status(pid)
        descriptors = sum(map(int, _DESCRIPTORS.findall(status)))
        taken += max(0, _held_bytes(status) - inherited) + descriptors * DESCRIPTOR_BYTES
    return taken


def is_visible(pid: int) -> bool:
    """Whether /proc shows how much memory a process and those that it starts hold: it may be hidden, or not there."""
    return held_bytes(pid) > 0 and os.access(f"/proc/{pid}/task/{pid}/children", os.R_OK)


def _descendants(pid: int) -> Iterator[int]:
    found = _children(pid)
    while found:
        pid = found.pop()
        yield pid
        found += _children(pid)


def held_bytes(pid: int) -> int:
    """The memory of a process that backs no file: its own pages, those shared with its parent, shared memory, also
    where they are swapped out, and the tables of its pages."""
    return _held_bytes(_status(pid))


def _held_bytes(status: str) -> int:
    return sum(int(kib) << 10 for kib in _HELD.findall(status))


def _status(pid: int) -> str:
    try:
        return read_small(f"/proc/{pid}/status")
    except OSError:
        return ""


def threads_of(pid: int) -> list[str]:
    """The folders in /proc of a process's threads. Raise OSError."""
    return [f"/proc/{pid}/task/{thread}" for thread in os.listdir(f"/proc/{pid}/task")]


def read_small(file: str) -> str:
    """A file of /proc. Such are read very often, and `pathlib` takes twice as long. Raise OSError."""
    handle, found = os.open(file, os.O_RDONLY | os.O_CLOEXEC), b""
    try:
        while part := os.read(handle, 1 << 16):
            found += part
    finally:
        os.close(handle)
    return found.decode(errors="replace")


def _end_all(child: int) -> None:
    """Kill the kernel and all its descendants; orphans become children of ours, as we are their subreaper."""
    os.kill(child, signal.SIGKILL)
    while True:
        for pid in _children(os.getpid()):
            os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.001)  # and look again: while children come and go, a look may miss one


def end_strays(known: Collection[int]) -> None:
    """Kill the children of this process but those in `known`: what a supervisor left that was killed itself."""
    while strays := [pid for pid in _children(os.getpid()) if pid not in known]:
        for pid in strays:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _children(pid: int) -> list[int]:
    found = []
    with contextlib.suppress(OSError):
        for thread in threads_of(pid):
            found += read_small(f"{thread}/children").split()
    return [int(child) for child in found]


def remove_tree(folder: Path) -> None:
    """Remove a folder that a participant's code wrote to, however deep it is: inner folders are moved up first."""
    prefix, number = os.urandom(8).hex(), 0
    waiting = _clear(str(folder))
    while waiting:
        inner = waiting.pop()
        for below in _clear(inner):
            number += 1
            with contextlib.suppress(OSError):
                os.rename(below, moved := f"{folder}{os.sep}{prefix}-{number}")
                waiting.append(moved)
        with contextlib.suppress(OSError):
            os.rmdir(inner)
    with contextlib.suppress(OSError):
        os.rmdir(folder)


def _clear(folder: str) -> list[str]:
    """Remove the files of one folder. Returns the folders in it."""
    folders = []
    with contextlib.suppress(OSError):
        if os.name == "posix" and os.geteuid() != 0:
            os.chmod(folder, 0o700)
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    os.unlink(entry.path)
    return folders


def _close(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.close(descriptor)
