"""The walls around a participant's code, raised in the kernel's own process before any of that code runs.

Linux only, without root or a helper program: system calls through ctypes. Each wall stands or falls on its own; what
does not stand is named with its reason. Outermost first:

supervisor  a process of ours that ends everything the kernel started and takes away its files, even if the grader dies
namespaces  mount, pid, net, ipc (behind a user namespace where we are not root)
mounts      a small tmpfs to write to, a fresh /proc, empty folders over what holds the course or the user's files
user        another user id than root's; capabilities dropped, no new privileges, not dumpable
rlimits     memory, CPU, processes, file size, open files, no core dump
landlock    readable: the Python installation; writable: the scratch folder; no execve, no TCP, no abstract sockets
seccomp     no sockets but unix ones, no ptrace, no mount, no new namespaces, no keys, bpf, io_uring
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import platform
import select
import shutil
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.kernel.wire import Walls

SCRATCH_MIB = 64
MAX_FILES = 4096
MAX_FILE_MIB = 64
MAX_PROCESSES = 64
MAX_OPEN_FILES = 256
SCRATCH_UID_BASE = 1_900_000_000

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Standing:
    """Names of the walls that stand, and the reasons of those that do not."""

    def __init__(self, without: list[str]) -> None:
        self.stood: list[str] = []
        self.missing: list[str] = []
        self.without = without

    def attempt(self, name: str, wall: Callable[[], str | None]) -> bool:
        """Raise one wall; a fault of it is a reason, never the end. `wall` may return more of its name."""
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


def enter(walls: Walls, runtime_dir: Path, lifeline: socket.socket | None) -> Standing:
    """Go behind the walls. On Linux this returns in a new process, whose parent stays as its supervisor.

    `runtime_dir` holds the kernel's sockets and the folder `work` that it may write to. When `lifeline` closes, the
    supervisor ends everything.
    """
    standing = Standing(walls.without)
    if not walls.enabled:
        standing.missing.append("walls: switched off")
        return standing
    if sys.platform != "linux" or lifeline is None or not hasattr(os, "pidfd_open"):
        standing.missing.append(f"walls: {platform.system()} has none of them")
        standing.attempt("rlimits", lambda: _limit_resources(walls, alone=False))
        return standing
    for name, flag in _unshare(standing).items():
        standing.attempt(name, lambda flag=flag: _demand(flag))  # type: ignore[misc]
    _fork(runtime_dir, lifeline)
    standing.attempt("mount", lambda: _mount(runtime_dir, walls, standing))
    standing.attempt("user", lambda: _become_nobody(runtime_dir))
    standing.attempt("rlimits", lambda: _limit_resources(walls, alone="pid" in standing.stood))
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    standing.attempt("landlock", lambda: _landlock(walls, runtime_dir))
    _prctl(PR_SET_DUMPABLE, 0)
    return standing


def seal(standing: Standing) -> None:
    """The last wall, for all threads at once: raised when the kernel has its sockets, before its first cell."""
    if sys.platform == "linux" and "landlock" in " ".join([*standing.stood, *standing.missing]):
        standing.attempt("seccomp", _seccomp)


# ---- namespaces and the supervisor


def _unshare(standing: Standing) -> dict[str, str]:
    """Leave the namespaces of the grader. Returns for each of pid, net, ipc why it could not be, or nothing."""
    wanted = {"pid": CLONE_NEWPID, "net": CLONE_NEWNET, "ipc": CLONE_NEWIPC}
    reasons = dict.fromkeys(wanted, "")
    wanted = {name: flag for name, flag in wanted.items() if name not in standing.without}
    try:
        if os.geteuid() != 0:
            _unshare_user()
        for name, flag in wanted.items():
            try:
                _call("unshare", flag)
            except OSError as error:
                reasons[name] = str(error)
    except OSError as error:
        reasons = dict.fromkeys(reasons, f"no user namespace: {error}")
    return reasons


def _demand(reason: str) -> None:
    if reason:
        raise OSError(reason)


def _unshare_user() -> None:
    uid, gid = os.geteuid(), os.getegid()
    _prctl(PR_SET_DUMPABLE, 1)  # a process that is not dumpable may not write its own maps
    _call("unshare", CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def _fork(runtime_dir: Path, lifeline: socket.socket) -> None:
    """Return in the child, which leads a session of its own; the parent never returns."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    ready, go = os.pipe()
    child = os.fork()
    if child:
        os.close(ready)
        try:
            os._exit(_supervise(child, go, runtime_dir, lifeline))
        finally:
            os._exit(70)
    os.close(go)
    lifeline.close()
    os.setsid()
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.read(ready, 1)
    os.close(ready)


def _supervise(child: int, go: int, runtime_dir: Path, lifeline: socket.socket) -> int:
    """Wait for the kernel's or the grader's end, then end all that the kernel started and take away its files."""
    signal.signal(signal.SIGINT, lambda *_: os.kill(child, signal.SIGINT))
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGKILL))
    watched = os.pidfd_open(child)
    for descriptor in range(3, 64):
        if descriptor not in (watched, go, lifeline.fileno()):
            _close(descriptor)
    os.write(go, b"1")
    os.close(go)
    select.select([watched, lifeline.fileno()], [], [])
    _end_all(child)
    with contextlib.suppress(RecursionError):
        shutil.rmtree(runtime_dir, ignore_errors=True)
    return 0


def _end_all(child: int) -> None:
    """Kill the kernel and whatever has it as its ancestor; orphans come to us, their subreaper."""
    os.kill(child, signal.SIGKILL)
    while True:
        for pid in _children():
            os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:
        return []


def _close(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.close(descriptor)


# ---- mounts


_SYSTEM_FOLDERS = frozenset("bin boot dev etc lib lib32 lib64 libx32 proc sbin sys usr".split())


def _mount(runtime_dir: Path, walls: Walls, standing: Standing) -> None:
    _call("unshare", CLONE_NEWNS)
    _call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    for folder in _folders_to_hide(walls, runtime_dir):
        _hide(folder, [*readable_roots(), runtime_dir])
    work = runtime_dir / "work"
    _mount_tmpfs(work, f"size={SCRATCH_MIB}m,nr_inodes={MAX_FILES},mode=0777")
    for name in ("home", "scratch"):
        (work / name).mkdir()
        (work / name).chmod(0o777)
    if "pid" in standing.stood:
        _call("mount", b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None)
    os.chdir(work / "scratch")


def _folders_to_hide(walls: Walls, runtime_dir: Path) -> Iterator[Path]:
    """All top folders but the system's own (there may be sockets in any of them, which Landlock does not know), what
    was asked for, and folders on our way that only their owner may enter."""
    top = {path for path in Path("/").iterdir() if path.name not in _SYSTEM_FOLDERS and not path.is_symlink()}
    shared_memory = Path("/dev/shm")  # noqa: S108  hidden, not used
    wanted = top | {shared_memory} | {Path(folder) for folder in walls.hidden} | _closed_folders(runtime_dir)
    outermost: list[Path] = []
    for folder in sorted(wanted):
        inside_another = any(folder.is_relative_to(other) for other in outermost)
        if folder.is_dir() and folder != Path("/") and not inside_another:
            outermost.append(folder)
    yield from outermost


def _closed_folders(runtime_dir: Path) -> set[Path]:
    """Folders above Python's and the kernel's own that other users can't enter."""
    above = {parent for path in (*readable_roots(), runtime_dir) for parent in path.parents}
    return {folder for folder in above if not folder.stat().st_mode & 0o001}


def _hide(folder: Path, kept: list[Path]) -> None:
    """An empty read-only folder over `folder`, in which only what is `kept` shows through."""
    inside = [path for path in kept if path != folder and path.is_relative_to(folder) and path.exists()]
    inside = [path for path in inside if not any(path != other and path.is_relative_to(other) for other in inside)]
    handles = [(path, os.open(path, os.O_PATH)) for path in inside]
    _mount_tmpfs(folder, "size=64k,mode=0755")
    for path, handle in handles:
        path.mkdir(parents=True, exist_ok=True)
        _call("mount", f"/proc/self/fd/{handle}".encode(), str(path).encode(), None, MS_BIND | MS_REC, None)
        os.close(handle)


def _mount_tmpfs(folder: Path, options: str) -> None:
    _call("mount", b"tmpfs", str(folder).encode(), b"tmpfs", MS_NOSUID | MS_NODEV, options.encode())


# ---- user, resources


def _become_nobody(runtime_dir: Path) -> str | None:
    """Started as root: become a user that owns nothing. In any case: no capability is left."""
    for capability in range(64):
        if _LIBC is None or _LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break
    if os.geteuid() == 0:
        if closed := _closed_folders(runtime_dir):
            raise OSError(f"only root can enter {', '.join(map(str, closed))}, and nothing could be mounted over it")
        uid = _free_uid(runtime_dir)
        for path in (runtime_dir, *runtime_dir.iterdir()):
            os.chown(path, uid, uid, follow_symlinks=False)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = struct.pack("Ii", 0x20080522, 0)
    _call("capset", header, struct.pack("6I", *[0] * 6))
    return None


def _free_uid(runtime_dir: Path) -> int:
    """A user id of this kernel's own, from its folder's inode, so that no two kernels share one."""
    return SCRATCH_UID_BASE + runtime_dir.stat().st_ino % 100_000_000


def _limit_resources(walls: Walls, alone: bool) -> None:
    import resource

    limits = {
        "RLIMIT_AS": walls.memory_mib << 20,
        "RLIMIT_CPU": walls.cpu_s,
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
    """How many tasks this user runs already: the limit counts them too where there is no namespace of ours."""
    total, uid = 0, os.geteuid()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == uid:
                total += sum(1 for _ in (folder / "task").iterdir())
        except OSError:
            continue
    return total


# ---- landlock: numbers from linux/landlock.h

_LL_CREATE, _LL_ADD, _LL_RESTRICT = 444, 445, 446
_FS_EXECUTE, _FS_WRITE, _FS_READ, _FS_READ_DIR = 1, 2, 4, 8
_FS_MAKE_SOCK = 1 << 9
_FS_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_FILE_RIGHTS = _FS_EXECUTE | _FS_WRITE | _FS_READ | 1 << 14 | 1 << 15
_NET_BIND_CONNECT = 3
_SCOPE_ABSTRACT_AND_SIGNALS = 3


def _landlock(walls: Walls, runtime_dir: Path) -> str:
    abi = _call("syscall", _LL_CREATE, None, 0, 1)
    handled = _FS_ALL_BY_ABI[max(known for known in _FS_ALL_BY_ABI if known <= abi)]
    network = _NET_BIND_CONNECT if abi >= 4 else 0
    scope = _SCOPE_ABSTRACT_AND_SIGNALS if abi >= 6 else 0
    attributes = struct.pack("QQQ", handled, network, scope)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    rules = _call("syscall", _LL_CREATE, attributes, len(attributes), 0)
    work, everything = runtime_dir / "work", handled & ~_FS_EXECUTE
    for path in readable_paths([Path(folder) for folder in walls.hidden]):
        _allow(rules, path, _FS_READ | _FS_READ_DIR)
    for path in listable_paths():
        _allow(rules, path, _FS_READ_DIR)
    _allow(rules, work, everything & ~(1 << 6 | 1 << 11))  # no device files
    _allow(rules, runtime_dir, _FS_MAKE_SOCK)
    _allow(rules, runtime_dir / "kernel.json", _FS_READ)
    _allow(rules, Path("/dev/null"), _FS_READ | _FS_WRITE)
    for device in ("/dev/zero", "/dev/urandom", "/dev/random"):
        _allow(rules, Path(device), _FS_READ)
    _call("syscall", _LL_RESTRICT, rules, 0)
    os.close(rules)
    return f"(ABI {abi})"


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no leave
    try:
        rights = rights if path.is_dir() else rights & _FILE_RIGHTS
        _call("syscall", _LL_ADD, rules, 1, struct.pack("=Qi", rights, handle), 0)
    finally:
        os.close(handle)


@functools.cache
def readable_roots() -> list[Path]:
    """The folders of the Python installation: the base's and the virtual environment's."""
    found = {Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
    return sorted(found)


def readable_paths(hidden: list[Path]) -> Iterator[Path]:
    """All that a participant's code may read: the Python installation without the grader, system libraries, time zones.

    A folder that holds something hidden is not opened as a whole; its other entries are.
    """
    ours = Path(__file__).resolve().parents[1]
    hidden = [ours, *ours.parent.glob("grader-*"), *(path.resolve() for path in hidden)]
    system = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/locale"]
    for root in [*readable_roots(), *map(Path, system), Path("/etc/localtime"), Path("/etc/ld.so.cache")]:
        yield from _open_around(root, hidden)


def _open_around(path: Path, hidden: list[Path]) -> Iterator[Path]:
    if path in hidden:
        return
    if not any(secret.is_relative_to(path) for secret in hidden):
        yield path
        return
    for entry in path.iterdir():
        if not entry.is_symlink():
            yield from _open_around(entry, hidden)


def listable_paths() -> list[Path]:
    """Folders on sys.path whose names the import system must be able to list."""
    roots = readable_roots()
    return [path for path in map(Path, sys.path) if any(path.is_relative_to(root) for root in roots)]


# ---- seccomp: a deny list, as classic BPF

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_DENIED = {  # name: (x86_64, aarch64)
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_by_handle_at": (304, 265),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "execve": (59, 221),
    "execveat": (322, 281),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
}
_SECCOMP, _SOCKET, _SOCKETPAIR, _CLONE, _CLONE3 = (317, 277), (41, 198), (53, 199), (56, 220), (435, 435)
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT, _AF_UNIX = 1, 38, 97, 1
_NEW_NAMESPACES = 0x7E020000


def _seccomp() -> None:
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(f"no filter for {machine}")
    column = list(_ARCHITECTURES).index(machine)
    program = _program(_ARCHITECTURES[machine], column)
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    filter = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    _call("syscall", _SECCOMP[column], 1, 1, ctypes.create_string_buffer(filter, len(filter)))


def _program(architecture: int, column: int) -> list[tuple[int, int, int, int]]:
    """Steps (code, jump if true, jump if false, value) over struct seccomp_data: nr at 0, arch at 4, args from 16."""
    deny, allow = (_RETURN, 0, 0, _ERRNO | _EPERM), (_RETURN, 0, 0, _ALLOW)
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    if column == 0:
        steps += [(0x35, 0, 1, 0x40000000), (_RETURN, 0, 0, _KILL)]  # the x32 numbers of the same calls
    for numbers in _DENIED.values():
        steps += [(_EQUAL, 0, 1, numbers[column]), deny]
    steps += [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]  # libc then uses clone
    no_family = (_RETURN, 0, 0, _ERRNO | _EAFNOSUPPORT)
    for call in (_SOCKET, _SOCKETPAIR):
        steps += [(_EQUAL, 0, 4, call[column]), (_LOAD, 0, 0, 16), (_EQUAL, 1, 0, _AF_UNIX), no_family, allow]
    steps += [
        (_EQUAL, 0, 4, _CLONE[column]),
        (_LOAD, 0, 0, 16),
        (_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        deny,
        (_RETURN, 0, 0, _ALLOW),
    ]
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


# ---- system calls


def _call(name: str, *arguments: object) -> int:
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


def _prctl(option: int, *arguments: object) -> None:
    _call("prctl", option, *arguments, *[0] * (4 - len(arguments)))
