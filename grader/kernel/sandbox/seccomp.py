"""The seccomp wall: a deny list of system calls, as a classic BPF program for all threads of the process."""

from __future__ import annotations

import ctypes
import functools
import platform
import struct
from collections.abc import Iterator, Mapping

from grader.kernel.sandbox.syscalls import call

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_DENIED: dict[str, tuple[int, int | None]] = {  # name: (x86_64, aarch64)
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
    "memfd_secret": (447, 447),
    "statmount": (457, 457),
    "listmount": (458, 458),
    # what would let sockets and pipes hold more than DESCRIPTOR_BYTES for each descriptor, or hold it without one
    "setsockopt": (54, 208),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "connect": (42, 203),
    "listen": (50, 201),
    "splice": (275, 76),
    "vmsplice": (278, 75),
    "tee": (276, 77),
    "sendfile": (40, 71),
    # memory of the system that no limit of a process counts
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "seccomp": (317, 277),
    # signals with data, which nothing below looks at
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "bind": (49, 200),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
}
_IGNORED: dict[str, tuple[int, int | None]] = {  # do nothing and report success, so that shutil.copy and the like go on
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
}
_SECCOMP, _CLONE, _CLONE3, _MMAP, _PRLIMIT = (317, 277), (56, 220), (435, 435), (9, 222), (302, 261)
_SOCKET, _SOCKETPAIR, _PRCTL, _FCNTL = (41, 198), (53, 199), (157, 167), (72, 25)
_SIGNALS = {"kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131)}
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT, _AF_UNIX = 1, 38, 97, 1
_NEW_NAMESPACES, _CLONE_THREAD, _CLONE_FILES = 0x7E020000, 0x10000, 0x400
_MAP_SHARED, _MAP_ANONYMOUS = 1, 0x20
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP = 1, 22
_F_SETOWN, _F_SETOWN_EX, _F_SETPIPE_SZ = 8, 15, 1031
_LOCKS = (6, 7, 37, 38)  # F_SETLK, F_SETLKW and the same for open file descriptions
_STEP = "HBBI"
_Step = tuple[int, int, int, int]


def seccomp(supervisor: int) -> None:
    """Install the filter. `supervisor`: the process that no signal may reach; 0 where it is out of reach anyway. Raise
    OSError."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(f"no filter for {machine}")
    code = filter_code(machine, supervisor)
    buffer = ctypes.create_string_buffer(code, len(code))
    filter = struct.pack("HxxxxxxP", len(code) // struct.calcsize(_STEP), ctypes.addressof(buffer))
    number = _SECCOMP[list(_ARCHITECTURES).index(machine)]
    call("syscall", number, 1, 1, ctypes.create_string_buffer(filter, len(filter)))


@functools.cache
def filter_code(machine: str, supervisor: int) -> bytes:
    """The filter as Linux reads it. The fork server makes it before it forks."""
    program = _program(_ARCHITECTURES[machine], list(_ARCHITECTURES).index(machine), supervisor)
    return b"".join(struct.pack(_STEP, *step) for step in program)


def _program(architecture: int, column: int, supervisor: int) -> list[_Step]:
    """Steps (code, jump if true, jump if false, value) over struct seccomp_data: nr at 0, arch at 4, args from 16."""
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), _answer(_KILL), (_LOAD, 0, 0, 0)]
    if column == 0:
        steps += [(0x35, 0, 1, 0x40000000), _answer(_KILL)]  # the same calls under x32's numbers
    for calls, errno in ((_DENIED, _EPERM), (_IGNORED, 0)):
        numbers = [by_machine[column] for by_machine in calls.values()]
        steps += _answer_all([number for number in numbers if number is not None], _ERRNO | errno)
    steps += [(_EQUAL, 0, 1, _CLONE3[column]), _answer(_ERRNO | _ENOSYS)]  # libc then falls back to clone
    for number, rule in _rules(column, supervisor):
        steps += [(_EQUAL, 0, len(rule), number), *rule]
    return [*steps, _answer(_ALLOW)]


def _rules(column: int, supervisor: int) -> Iterator[tuple[int, list[_Step]]]:
    """Calls whose verdict depends on an argument, each with the steps that reach it."""
    deny = _ERRNO | _EPERM
    for family in (_SOCKET, _SOCKETPAIR):
        yield family[column], _by_value(0, {_AF_UNIX: _ALLOW}, _ERRNO | _EAFNOSUPPORT)
    # A kernel that reset its parent-death signal could outlive both the grader and the fork server.
    yield _PRCTL[column], _by_value(0, {_PR_SET_PDEATHSIG: deny, _PR_SET_SECCOMP: deny})
    # Locks are a list in the system's memory that may grow without end; a notebook has nobody to lock a file against.
    locks = dict.fromkeys(_LOCKS, _ERRNO)
    yield _FCNTL[column], _by_value(1, dict.fromkeys((_F_SETOWN, _F_SETOWN_EX, _F_SETPIPE_SZ), deny) | locks)
    yield _PRLIMIT[column], _by_value(0, {0: _ALLOW}, deny)  # of other processes
    spared = (supervisor, -supervisor, -1) if supervisor else ()
    for numbers in _SIGNALS.values():
        yield numbers[column], _by_value(0, {pid & 0xFFFFFFFF: deny for pid in spared})
    # A thread with descriptors of its own could hold more of them than a look at its process shows.
    yield (
        _CLONE[column],
        [
            (_LOAD, 0, 0, 16),
            (_ANY_BIT, 3, 0, _NEW_NAMESPACES),
            (_ANY_BIT, 0, 1, _CLONE_THREAD),
            (_ANY_BIT, 0, 1, _CLONE_FILES),
            _answer(_ALLOW),
            _answer(deny),
        ],
    )
    # Shared memory without a file stays when it is given back, or unmapped but for a page: no process then has it.
    anonymous = [(_ANY_BIT, 0, 2, _MAP_SHARED), (_ANY_BIT, 0, 1, _MAP_ANONYMOUS), _answer(deny), _answer(_ALLOW)]
    yield _MMAP[column], [(_LOAD, 0, 0, 16 + 8 * 3), *anonymous]


def _by_value(argument: int, verdicts: Mapping[int, int], otherwise: int = _ALLOW) -> list[_Step]:
    """Steps to the verdict for the lower 32 bits of an argument."""
    steps = [(_LOAD, 0, 0, 16 + 8 * argument)]
    for value, verdict in verdicts.items():
        steps += [(_EQUAL, 0, 1, value), _answer(verdict)]
    return [*steps, _answer(otherwise)]


def _answer_all(numbers: list[int], verdict: int) -> list[_Step]:
    """Steps to the verdict for any of these calls. They are to be few: Linux goes through all of them for each call
    that it has, to know those that are always allowed."""
    last = len(numbers) - 1  # from which the verdict is jumped over; to which the others jump
    return [*((_EQUAL, last - at, int(at == last), number) for at, number in enumerate(numbers)), _answer(verdict)]


def _answer(verdict: int) -> _Step:
    return _RETURN, 0, 0, verdict
