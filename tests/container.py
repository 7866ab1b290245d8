"""Docker's walls round a command, without Docker: what its default profile forbids and the capabilities it leaves root.

usage: container.py [--closed] [--private] [--without-landlock] [--free] COMMAND ARGUMENT...

Every user can enter the folders that lead to Python, as in an image, unless `--closed`. `--private`: IPython is
installed as under umask 077. `--without-landlock`: a profile older than Landlock, which forbids that too. `--free`
forbids nothing. Linux and root only; where not even a mount namespace can be had, it exits with 77.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import platform
import shutil
import struct
import sys
from importlib.util import find_spec
from pathlib import Path

from grader.kernel.sandbox import seccomp
from grader.kernel.sandbox.landlock import readable_roots
from grader.kernel.sandbox.mounts import MS_PRIVATE, MS_REC, closed_folders, hide, mount_tmpfs
from grader.kernel.sandbox.syscalls import CLONE_NEWNS, PR_CAPBSET_DROP, call, prctl

FORBIDDEN = """mount umount2 pivot_root unshare setns bpf perf_event_open open_tree move_mount fsopen fsconfig fsmount
    keyctl add_key request_key""".split()
LANDLOCK = (444, 445, 446)
CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}


def main() -> None:
    parser = argparse.ArgumentParser()
    for option in ("--closed", "--private", "--without-landlock", "--free"):
        parser.add_argument(option, action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    enter_namespace()
    if not options.closed:
        open_python()
    if options.private:
        close_package("IPython")
    if not options.free:
        forbid(LANDLOCK if options.without_landlock else ())
        drop_capabilities()
    os.execv(options.command[0], options.command)


def enter_namespace() -> None:
    try:
        call("unshare", CLONE_NEWNS)
    except OSError:
        sys.exit(77)
    call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)


def open_python() -> None:
    """Folders above Python that only their owner may enter give way to ones for all, which hold nothing else."""
    kept = [*readable_roots(), Path(__file__).resolve().parents[1]]
    while closed := closed_folders(Path("/tmp")):
        hide(min(closed), kept)


def close_package(name: str) -> None:
    """A copy that only root can read takes its place."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent
    original = os.open(folder, os.O_PATH)
    mount_tmpfs(folder, "mode=0700")
    shutil.copytree(f"/proc/self/fd/{original}", folder, dirs_exist_ok=True)
    folder.chmod(0o700)
    os.close(original)


def drop_capabilities() -> None:
    for capability in set(range(int(Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1)) - CAPABILITIES:
        prctl(PR_CAPBSET_DROP, capability)


def forbid(more: tuple[int, ...]) -> None:
    """As Docker does for who lacks CAP_SYS_ADMIN: the namespaces' calls fail with EPERM, clone3 is not known."""
    column = list(seccomp._ARCHITECTURES).index(platform.machine())
    numbers = [seccomp._DENIED[name][column] for name in FORBIDDEN]
    deny = (seccomp._RETURN, 0, 0, seccomp._ERRNO | seccomp._EPERM)
    allow = (seccomp._RETURN, 0, 0, seccomp._ALLOW)
    steps = [(seccomp._LOAD, 0, 0, 0)]
    for number in (*numbers, *more):
        assert number is not None
        steps += [(seccomp._EQUAL, 0, 1, number), deny]
    unknown = (seccomp._RETURN, 0, 0, seccomp._ERRNO | seccomp._ENOSYS)
    steps += [(seccomp._EQUAL, 0, 1, seccomp._CLONE3[column]), unknown]
    steps += [(seccomp._EQUAL, 0, 3, seccomp._CLONE[column]), (seccomp._LOAD, 0, 0, 16)]
    steps += [(seccomp._ANY_BIT, 0, 1, seccomp._NEW_NAMESPACES), deny, allow]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    filter = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(buffer))
    call("syscall", seccomp._SECCOMP[column], 1, 0, ctypes.create_string_buffer(filter, len(filter)))


if __name__ == "__main__":
    main()
