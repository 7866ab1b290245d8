"""Another surrounding round a command: what forbids things in a container or on another Linux, without either.

usage: container.py [--profile NAME] [--proc HOW] [--closed] [--private] [--user FOLDER] [--reach PATH] COMMAND ...

`--profile`: what the system forbids (PROFILES). `--proc`: `masked` as Docker covers parts of it, `hidden` as with
hidepid, `read-only`, or `none`. Every user can enter the folders that lead to Python, as in an image, unless
`--closed`: then only the command's user can. `--private`: IPython is installed as under umask 077. `--user`: the
command runs as a user without rights or a name, whose own folder this is. `--reach`: more that every user can get to.

Linux only. Where what is asked can't be had, as for who is not root, it exits with 77.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import os
import platform
import shutil
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from grader.kernel.sandbox import seccomp
from grader.kernel.sandbox.landlock import readable_roots
from grader.kernel.sandbox.mounts import MS_BIND, MS_PRIVATE, MS_REC, hide, mount_tmpfs
from grader.kernel.sandbox.syscalls import (
    CLONE_NEWNS,
    CLONE_NEWUSER,
    PR_CAPBSET_DROP,
    PR_SET_NO_NEW_PRIVS,
    call,
    prctl,
)

SKIPPED = 77
UNPRIVILEGED = 54321
ROOT = Path(__file__).resolve().parents[1]
MS_READ_ONLY, MS_REMOUNT = 1, 32
CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
LANDLOCK = (444, 445, 446)
MOUNTING = "mount umount2 pivot_root open_tree move_mount fsopen fsconfig fsmount".split()
DOCKERS = [*MOUNTING, *"unshare setns bpf perf_event_open keyctl add_key request_key".split()]


@dataclass(frozen=True)
class Profile:
    """What is forbidden.

    `calls`: the number of the error for each system call that fails. `flags`: of clone and unshare, those with which
    they fail, and `flags_errno` how. `capabilities`: those that root keeps; None for all.
    """

    calls: Mapping[str | int, int] = field(default_factory=dict)
    flags: int = 0
    flags_errno: int = errno.EPERM
    capabilities: frozenset[int] | None = None


def docker(*more: int) -> Profile:
    """As Docker does for who lacks CAP_SYS_ADMIN."""
    denied: dict[str | int, int] = dict.fromkeys((*DOCKERS, *more), errno.EPERM)
    return Profile(denied, seccomp._NEW_NAMESPACES, capabilities=frozenset(CAPABILITIES))


PROFILES = {
    "free": Profile(),
    "docker": docker(),
    "docker-before-landlock": docker(*LANDLOCK),
    "no-landlock": Profile(dict.fromkeys(LANDLOCK, errno.EOPNOTSUPP)),
    "no-namespaces": Profile(flags=seccomp._NEW_NAMESPACES, flags_errno=errno.ENOSPC),
    # AppArmor lets a user make a user namespace, in which nothing is allowed; nor is writing its map, hence --proc.
    "apparmor": Profile(dict.fromkeys(MOUNTING, errno.EACCES), seccomp._NEW_NAMESPACES & ~CLONE_NEWUSER),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", choices=PROFILES, default="free")
    parser.add_argument("--proc", choices=["masked", "hidden", "read-only", "none"])
    parser.add_argument("--closed", action="store_true")
    parser.add_argument("--private", action="store_true")
    parser.add_argument("--user", type=Path)
    parser.add_argument("--reach", type=Path, action="append", default=[])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if os.geteuid() == 0:
        arrange(options)
    elif options.proc or options.closed or options.private:
        sys.exit(SKIPPED)
    profile = PROFILES[options.profile]
    if profile.capabilities is not None and os.geteuid() == 0:
        drop_capabilities(profile.capabilities)
    forbid(profile)
    if options.user is not None:
        become_user(options.user)
    os.execv(options.command[0], options.command)


def arrange(options: argparse.Namespace) -> None:
    """All that needs mounts."""
    try:
        call("unshare", CLONE_NEWNS)
    except OSError:
        sys.exit(SKIPPED)
    call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    own, here = [] if options.user is None else [options.user], Path.cwd()
    closed = open_up([*readable_roots(), ROOT, *options.reach, *own])
    os.chdir(here)  # through what has just been mounted
    if options.closed:
        for folder in closed or [made_up()]:
            os.chown(folder, *[UNPRIVILEGED if own else 0] * 2)
            folder.chmod(0o700)
    if options.private:
        close_package("IPython")
    if options.proc:
        change_proc(options.proc)


def open_up(reachable: list[Path]) -> list[Path]:
    """Folders above these that only their owner may enter give way to ones for all, which hold nothing else. Returns
    them."""
    closed: list[Path] = []
    above = {parent for path in reachable for parent in path.parents}
    while found := sorted(folder for folder in above if not folder.stat().st_mode & 0o001):
        hide(found[0], reachable)
        closed.append(found[0])
    return [folder for folder in closed if any(root.is_relative_to(folder) for root in readable_roots())]


def made_up() -> Path:
    """Where no folder above Python is closed, the outermost one of some that is."""
    above = sorted(parent for path in readable_roots() for parent in path.parents if parent != Path("/"))
    outside = [folder for folder in above if folder.parts[1] not in ("usr", "lib")]
    if not outside:
        sys.exit(SKIPPED)
    hide(outside[0], [*readable_roots(), ROOT])
    return outside[0]


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


def change_proc(how: str) -> None:
    if how == "masked":
        call("mount", b"/dev/null", b"/proc/uptime", None, MS_BIND, None)
    elif how == "hidden":
        call("mount", b"proc", b"/proc", b"proc", 0, b"hidepid=2")
    elif how == "read-only":
        call("mount", b"/proc", b"/proc", None, MS_BIND | MS_REC, None)
        call("mount", b"none", b"/proc", None, MS_BIND | MS_REMOUNT | MS_READ_ONLY, None)
    else:
        mount_tmpfs(Path("/proc"), "size=4k,mode=0555")


def drop_capabilities(kept: frozenset[int]) -> None:
    for capability in range(64):
        if capability not in kept:
            try:
                prctl(PR_CAPBSET_DROP, capability)
            except OSError:
                return  # this Linux knows no more


def forbid(profile: Profile) -> None:
    """As a classic BPF program: calls by number, clone and unshare by their flags. clone3 is not known then, as its
    flags can't be seen."""
    column = list(seccomp._ARCHITECTURES).index(platform.machine())
    steps = [(seccomp._LOAD, 0, 0, 0)]
    for name, error in profile.calls.items():
        number = name if isinstance(name, int) else seccomp._DENIED[name][column]
        assert number is not None
        steps += [(seccomp._EQUAL, 0, 1, number), answer(error)]
    if profile.flags:
        steps += [(seccomp._EQUAL, 0, 1, seccomp._CLONE3[column]), answer(errno.ENOSYS)]
        for number in (seccomp._CLONE[column], seccomp._DENIED["unshare"][column]):
            assert number is not None
            looked = [(seccomp._LOAD, 0, 0, 16), (seccomp._ANY_BIT, 0, 1, profile.flags), answer(profile.flags_errno)]
            steps += [(seccomp._EQUAL, 0, len(looked) + 1, number), *looked, (seccomp._LOAD, 0, 0, 0)]
    steps += [(seccomp._RETURN, 0, 0, seccomp._ALLOW)]
    if os.geteuid() != 0:
        prctl(PR_SET_NO_NEW_PRIVS, 1)
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(buffer))
    call("syscall", seccomp._SECCOMP[column], 1, 0, ctypes.create_string_buffer(program, len(program)))


def answer(error: int) -> tuple[int, int, int, int]:
    return seccomp._RETURN, 0, 0, seccomp._ERRNO | error


def become_user(folder: Path) -> None:
    """With a home and a folder for temporary files of its own in `folder`."""
    for name in ("home", "tmp"):
        folder.joinpath(name).mkdir(exist_ok=True)
    os.environ |= {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, UNPRIVILEGED, UNPRIVILEGED, follow_symlinks=False)
        os.setgroups([])
        os.setresgid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
        os.setresuid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)


if __name__ == "__main__":
    main()
