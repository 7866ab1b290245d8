"""The seccomp wall: a deny list of system calls, as a classic BPF program for all threads of the process."""

from __future__ import annotations

import ctypes
import platform
import struct

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
_SECCOMP, _SOCKET, _SOCKETPAIR, _CLONE, _CLONE3 = (317, 277), (41, 198), (53, 199), (56, 220), (435, 435)
_PRCTL, _PR_SET_PDEATHSIG = (157, 167), 1
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT, _AF_UNIX = 1, 38, 97, 1
_NEW_NAMESPACES = 0x7E020000


def seccomp() -> None:
    """Install the filter. Raise OSError."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(f"no filter for {machine}")
    column = list(_ARCHITECTURES).index(machine)
    program = _program(_ARCHITECTURES[machine], column)
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    filter = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    call("syscall", _SECCOMP[column], 1, 1, ctypes.create_string_buffer(filter, len(filter)))


def _program(architecture: int, column: int) -> list[tuple[int, int, int, int]]:
    """Steps (code, jump if true, jump if false, value) over struct seccomp_data: nr at 0, arch at 4, args from 16."""
    deny, allow = (_RETURN, 0, 0, _ERRNO | _EPERM), (_RETURN, 0, 0, _ALLOW)
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    if column == 0:
        steps += [(0x35, 0, 1, 0x40000000), (_RETURN, 0, 0, _KILL)]  # the same calls under x32's numbers
    for calls, answer in ((_DENIED, deny), (_IGNORED, (_RETURN, 0, 0, _ERRNO))):
        for by_machine in calls.values():
            number = by_machine[column]
            steps += [(_EQUAL, 0, 1, number), answer] if number is not None else []
    steps += [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]  # libc then falls back to clone
    no_family = (_RETURN, 0, 0, _ERRNO | _EAFNOSUPPORT)
    for numbers in (_SOCKET, _SOCKETPAIR):
        steps += [(_EQUAL, 0, 4, numbers[column]), (_LOAD, 0, 0, 16), (_EQUAL, 1, 0, _AF_UNIX), no_family, allow]
    # A kernel that reset its parent-death signal could outlive both the grader and the fork server.
    steps += [(_EQUAL, 0, 4, _PRCTL[column]), (_LOAD, 0, 0, 16), (_EQUAL, 0, 1, _PR_SET_PDEATHSIG), deny, allow]
    steps += [
        (_EQUAL, 0, 4, _CLONE[column]),
        (_LOAD, 0, 0, 16),
        (_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        deny,
        (_RETURN, 0, 0, _ALLOW),
    ]
    return [*steps, (_RETURN, 0, 0, _ALLOW)]
