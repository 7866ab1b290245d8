"""Raises the walls around a participant's code, in the kernel's own process, before any of that code runs.

Linux only; no root and no helper program is needed. Each wall stands or falls by itself, and those that do not stand
are reported with a reason. Outermost first:

supervisor  a process of ours that ends everything the kernel started and removes its files, even if the grader dies:
            the fork server for kernels that begin in a pid namespace of their own, else one for each
memory      the supervisor sees how much memory all these processes hold together, and ends them if it is too much
namespaces  mount, pid, net, ipc (behind a user namespace where we are not root; a net that root's kernel has left
            serves another: networks.py)
mounts      a small tmpfs to write to, a new /proc, empty folders over those that hold the course or the user's files
user        another user id than root's; capabilities dropped, no new privileges, not dumpable
rlimits     memory, CPU, processes, file size, open files, no core dump
landlock    readable: the Python installation; writable: the scratch folder; no execve, no TCP, no abstract sockets
seccomp     no sockets but unix ones, none with a name, no ptrace, no mount, no new namespaces, no keys, bpf, io_uring,
            no memory that no limit counts, no signals to the supervisor, no other owners, modes, times or attributes of
            files
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import socket
import struct
import sys
from collections.abc import Callable, Collection
from pathlib import Path

from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.sandbox.landlock import close_rulesets, landlock
from grader.kernel.sandbox.mounts import closed_folders, closed_inside, make_folders, mount
from grader.kernel.sandbox.prepared import Prepared
from grader.kernel.sandbox.seccomp import seccomp
from grader.kernel.sandbox.supervisor import fork_under_supervision, is_visible
from grader.kernel.sandbox.syscalls import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    call,
    drop_bounding_set,
    fork_into,
    prctl,
)

MAX_FILE_MIB = 64
MAX_PROCESSES = 64
TASKS_UNKNOWN = 4096  # where nothing says how many tasks a user has
MAX_OPEN_FILES = 256
SCRATCH_UID_BASE = 1_900_000_000
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1 << 1, 1 << 2
_HIDDEN = "/proc hides what the processes of a notebook hold together; only each by itself is limited"
_NAMESPACES = {"pid": CLONE_NEWPID, "net": CLONE_NEWNET, "ipc": CLONE_NEWIPC}


class SandboxStatus:
    """Which walls stand.

    Attributes:
        stood: names of those that stand.
        missing: those that do not, each as "name: reason".
        without: names of those that are not wanted.
    """

    def __init__(self, without: Collection[str]) -> None:
        self.stood: list[str] = []
        self.missing: list[str] = []
        self.without = without

    def attempt(self, name: str, wall: Callable[[], str | None]) -> bool:
        """Raise one wall; its failure is recorded, and ends nothing. `wall` may return a detail for its name."""
        if name in self.without:
            self.missing.append(f"{name}: switched off")
            return False
        try:
            detail = wall()
        except (OSError, ValueError, AttributeError, ImportError) as error:
            self.missing.append(f"{name}: {error}")
            return False
        self.stood.append(f"{name} {detail}" if detail else name)
        return True


def fork_apart(settings: SandboxSettings, has_network: bool = False) -> int | None:
    """Fork a child that begins in namespaces of its own: what it starts ends with it. Returns as os.fork does, or None
    where namespaces are not available or not wanted. `has_network`: this process is in an empty one, which it leaves to
    the child."""
    if not settings.enabled or not _NAMESPACES.keys().isdisjoint(settings.without):
        return None
    flags = sum(_NAMESPACES.values()) | (CLONE_NEWUSER if os.geteuid() else 0)
    flags &= ~(CLONE_NEWNET if has_network else 0)
    own = os.geteuid(), os.getegid()
    try:
        child = fork_into(flags)
    except OSError:
        return None
    if child == 0 and flags & CLONE_NEWUSER:
        try:
            _keep_user(*own)
        except BaseException:
            os._exit(70)  # a child must never go on as its parent
    return child


def probe_forks() -> tuple[bool, bool]:
    """Whether `fork_apart` is worth trying in this process, which must have one thread, and whether a parent sees how
    much memory such a child holds."""
    try:
        if len([*Path("/proc/self/task").iterdir()]) > 1:
            return False, False
    except OSError:  # no /proc
        return False, False
    ready, go = os.pipe()
    answer, end = os.pipe()
    child = fork_apart(SandboxSettings())
    if child == 0:
        prctl(PR_SET_DUMPABLE, 0)  # as the kernel will be
        os.write(go, b"1")
        os.close(end)
        os.read(answer, 1)
        os._exit(0)
    for descriptor in (go, answer):
        os.close(descriptor)
    visible = child is not None and os.read(ready, 1) == b"1" and is_visible(child)
    for descriptor in (ready, end):
        os.close(descriptor)
    return child is not None and os.waitpid(child, 0)[1] == 0, visible


def enter(
    settings: SandboxSettings,
    runtime_dir: Path,
    lifeline: socket.socket | None,
    apart: bool = False,
    visible: bool = False,
    prepared: Prepared | None = None,
) -> SandboxStatus:
    """Go behind the walls. On Linux this returns in a new process, whose parent becomes its supervisor; with `apart` it
    returns in this one, which was forked into namespaces of its own. `visible`: whether its parent may see its memory.

    `runtime_dir` holds the folder `work` that it may write to: another than the grader's of that name, where the wall
    "mount" stands. `prepared`: by the fork server. When `lifeline` closes, the supervisor ends everything.
    """
    status = SandboxStatus(settings.without)
    if not settings.enabled:
        status.missing.append("walls: switched off")
        make_folders(runtime_dir)
        return status
    try:
        return _raise_all(status, settings, runtime_dir, lifeline, apart, visible, prepared)
    finally:
        close_rulesets()


def _raise_all(
    status: SandboxStatus,
    settings: SandboxSettings,
    runtime_dir: Path,
    lifeline: socket.socket | None,
    apart: bool,
    visible: bool,
    prepared: Prepared | None,
) -> SandboxStatus:
    supervised = lifeline is not None and hasattr(os, "pidfd_open")
    if sys.platform != "linux" or not (apart or supervised):
        status.missing.append(f"walls: {platform.system()} has none of them")
        make_folders(runtime_dir)
        status.attempt("rlimits", lambda: _limit_resources(settings, alone=False))
        return status
    for name, flag in (dict.fromkeys(_NAMESPACES, "") if apart else _unshare(status)).items():
        status.attempt(name, lambda flag=flag: _demand(flag))  # type: ignore[misc]
    if lifeline is not None:
        visible = fork_under_supervision(runtime_dir, lifeline, settings.joint_memory_bytes)
    status.attempt("memory", lambda: _demand("" if visible else _HIDDEN))
    uid = _free_uid(runtime_dir)
    if not status.attempt("mount", lambda: mount(runtime_dir, settings, "pid" in status.stood, prepared)):
        make_folders(runtime_dir)
    status.attempt("user", lambda: _become_nobody(runtime_dir, uid))
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # only now: changing the user id resets it
    status.attempt("rlimits", lambda: _limit_resources(settings, alone="pid" in status.stood))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    status.attempt("landlock", lambda: landlock(settings, runtime_dir, prepared))
    prctl(PR_SET_DUMPABLE, 0)
    return status


def seal(status: SandboxStatus) -> None:
    """Raise the last wall, for all threads: once the kernel is set up, and before its first cell."""
    if sys.platform == "linux" and "landlock" in " ".join([*status.stood, *status.missing]):
        status.attempt("seccomp", lambda: seccomp(os.getppid()))


# ---- namespaces


def _unshare(status: SandboxStatus) -> dict[str, str]:
    """Leave the namespaces of the grader. Returns for each of pid, net, ipc why that failed, or an empty text."""
    reasons = dict.fromkeys(_NAMESPACES, "")
    wanted = {name: flag for name, flag in _NAMESPACES.items() if name not in status.without}
    try:
        if os.geteuid() != 0:
            unshare_user()
        for name, flag in wanted.items():
            try:
                call("unshare", flag)
            except OSError as error:
                reasons[name] = str(error)
    except OSError as error:
        reasons = dict.fromkeys(reasons, f"no user namespace: {error}")
    return reasons


def _demand(reason: str) -> None:
    if reason:
        raise OSError(reason)


def unshare_user() -> None:
    uid, gid = os.geteuid(), os.getegid()
    call("unshare", CLONE_NEWUSER)
    _keep_user(uid, gid)


def _keep_user(uid: int, gid: int) -> None:
    """Be the same user in a new user namespace as outside."""
    prctl(PR_SET_DUMPABLE, 1)  # a process that is not dumpable may not write its own maps
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


# ---- user, resources


def _become_nobody(runtime_dir: Path, uid: int) -> str | None:
    """Drop all capabilities and, as root, become a user that owns nothing, with the number `uid`. Raise OSError.

    Where Python itself is in a folder that only root may enter, stay root, with the capabilities to enter folders.
    """
    drop_bounding_set()
    if os.geteuid() == 0:
        if closed := sorted(closed_folders(runtime_dir)) or sorted(closed_inside()):
            _keep_capabilities(_CAP_DAC_OVERRIDE | _CAP_DAC_READ_SEARCH)
            raise OSError(f"only root can enter {', '.join(map(str, closed[:3]))}, and a kernel must")
        _hand_over(runtime_dir, uid)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    _keep_capabilities(0)
    return None


def _keep_capabilities(wanted: int) -> None:
    """Drop all capabilities but those of the first 32 that are held and are `wanted`."""
    header, kept = struct.pack("Ii", 0x20080522, 0), 0
    if wanted:
        held = ctypes.create_string_buffer(24)
        call("capget", header, held)
        kept = struct.unpack("6I", held.raw)[1] & wanted
    call("capset", header, struct.pack("6I", kept, kept, 0, 0, 0, 0))


def _hand_over(folder: Path | str, uid: int) -> None:
    """Make a user the owner of a folder and of everything in it. What a link points to keeps its owner."""
    os.chown(folder, uid, uid, follow_symlinks=False)
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _hand_over(entry.path, uid)
            else:
                os.chown(entry.path, uid, uid, follow_symlinks=False)


def _free_uid(runtime_dir: Path) -> int:
    """A user id of this kernel's own, from its folder's inode on the disk, so that no two kernels share one."""
    return SCRATCH_UID_BASE + os.stat(runtime_dir).st_ino % 100_000_000


def _limit_resources(settings: SandboxSettings, alone: bool) -> None:
    import resource

    limits = {
        "RLIMIT_AS": settings.memory_mib << 20,
        "RLIMIT_CPU": settings.cpu_s,
        "RLIMIT_FSIZE": MAX_FILE_MIB << 20,
        "RLIMIT_NOFILE": MAX_OPEN_FILES,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": MAX_PROCESSES if alone else MAX_PROCESSES + _tasks_of_user(),
    }
    for name, limit in limits.items():
        kind = getattr(resource, name, None)
        if kind is None or (name in ("RLIMIT_NPROC", "RLIMIT_AS") and sys.platform != "linux"):
            continue
        _, hard = resource.getrlimit(kind)
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (allowed, allowed))


def _tasks_of_user() -> int:
    """How many tasks this user runs: outside of a namespace of our own, the limit counts them too."""
    if not Path("/proc/self").exists():
        return TASKS_UNKNOWN
    total, uid = 0, os.geteuid()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == uid:
                total += sum(1 for _ in (folder / "task").iterdir())
        except OSError:
            continue
    return total
