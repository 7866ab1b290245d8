"""The Landlock wall: which files may be read and written, by path; no execve, no TCP, no abstract sockets."""

from __future__ import annotations

import ctypes
import functools
import os
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader import PACKAGE
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.sandbox.syscalls import call, system_call

if TYPE_CHECKING:
    from grader.kernel.sandbox.prepared import Prepared

_LL_CREATE, _LL_ADD, _LL_RESTRICT = 444, 445, 446
_FS_EXECUTE, _FS_WRITE, _FS_READ, _FS_READ_DIR = 1, 2, 4, 8
_FS_DEVICES = 1 << 6 | 1 << 11
_FS_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_FILE_RIGHTS = _FS_EXECUTE | _FS_WRITE | _FS_READ | 1 << 14 | 1 << 15
_NET_BIND_CONNECT = 3
_OURS = ("grader", "grader-*", "notebook_grader-*", "grader_course_*")  # the package, its metadata, packed courses
_SCOPE_ABSTRACT_AND_SIGNALS = 3
_SYSTEM_ROOTS = "/usr", "/usr/local"
_SYSTEM = """/lib /lib64 /usr/lib /usr/lib64 /usr/local/lib /usr/share/zoneinfo /usr/share/locale /etc/localtime
    /etc/ld.so.cache""".split()


def landlock(settings: SandboxSettings, runtime_dir: Path, prepared: Prepared | None = None) -> str:
    """Restrict this process. Returns the version of Landlock that this system has. Raise OSError.

    Where kernels have their folders in one place, two sets of rules stand, and what one does not allow is forbidden:
    the exact one that all of them share, with hundreds of rules, and with everything in that place; and one with only
    this kernel's own folder there, which elsewhere allows more.
    """
    rules = _new_ruleset()
    others = shared_rules(settings.hidden).rights if prepared is None else _outside_of(prepared.place)
    work = os.fsencode(os.path.realpath(runtime_dir)) + b"/work"
    for path, rights in (*others, *_devices(), (work, _all_but_programs())):
        _allow(rules, path, rights)
    call("syscall", _LL_RESTRICT, rules, 0)
    os.close(rules)
    if prepared is not None:  # the other way round, Linux would copy the many rules twice
        shared = prepared.rules if prepared.rules >= 0 else shared_ruleset(settings.hidden, prepared.place)
        call("syscall", _LL_RESTRICT, shared, 0)
    return f"(ABI {abi()})"


@functools.cache
def abi() -> int:
    """The version of Landlock that this system has. Raise OSError."""
    return call("syscall", _LL_CREATE, None, 0, 1)


def _handled() -> int:
    """All that this Landlock can forbid to do with files."""
    return _FS_ALL_BY_ABI[max(known for known in _FS_ALL_BY_ABI if known <= abi())]


def _new_ruleset() -> int:
    version = abi()
    network = _NET_BIND_CONNECT if version >= 4 else 0
    scope = _SCOPE_ABSTRACT_AND_SIGNALS if version >= 6 else 0
    attributes = struct.pack("QQQ", _handled(), network, scope)[: 8 if version < 4 else 16 if version < 6 else 24]
    return call("syscall", _LL_CREATE, attributes, len(attributes), 0)


def _all_but_programs() -> int:
    """What a kernel may do in its own folder: all but to execute, and to make devices."""
    return _handled() & ~(_FS_EXECUTE | _FS_DEVICES)


@functools.cache
def _outside_of(place: Path) -> list[tuple[bytes, int]]:
    """All that any kernel may read, and more, but nothing that is in `place`."""
    roots = {path.resolve() for path in (*readable_roots(), *map(Path, _SYSTEM)) if path.exists()}
    parts = {part for root in roots for part in _open_around(root, [place.resolve()], {})}
    return [(os.fsencode(part), _FS_READ | _FS_READ_DIR if part.is_dir() else _FS_READ) for part in sorted(parts)]


def _devices() -> list[tuple[bytes, int]]:
    readable = [(device, _FS_READ) for device in (b"/dev/zero", b"/dev/urandom", b"/dev/random")]
    return [(b"/dev/null", _FS_READ | _FS_WRITE), *readable]


def shared_ruleset(hidden: tuple[str, ...], place: Path) -> int:
    """The rules that all kernels share, with everything in `place`, as long as nothing is installed. The fork server
    makes them before it forks. A kernel must not keep the descriptor: through it, rules could be added for others.
    Raise OSError."""
    rules = shared_rules(hidden)
    if _shared.get(place, (None, -1))[0] is not rules:
        close_rulesets()
        _outside_of(place)
        ruleset = _new_ruleset()
        _shared[place] = rules, ruleset
        for path, rights in (*rules.rights, *_devices(), (os.fsencode(place.resolve()), _all_but_programs())):
            _allow(ruleset, path, rights)
    return _shared[place][1]


_shared: dict[Path, tuple[SharedRules, int]] = {}


def close_rulesets() -> None:
    """Close what `shared_ruleset` has opened in this process or, before it was forked, in its parent."""
    while _shared:
        _, (_, ruleset) = _shared.popitem()
        os.close(ruleset)


def _allow(rules: int, path: bytes, rights: int) -> None:
    """`path` has been resolved: a link that has come into its place is not followed."""
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return  # what does not exist needs no permission
    try:
        _add_rule()(rules, 1, struct.pack("=Qi", rights, handle), 0)
    finally:
        os.close(handle)


@functools.cache
def _add_rule() -> Callable[..., int]:
    return system_call(_LL_ADD, ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32)


@dataclass(frozen=True, slots=True)
class SharedRules:
    """What every kernel may read.

    Attributes:
        rights: each path, resolved, and what may be done with it.
        listed: the folders whose entries are among the paths, each with the time of its last change.
    """

    rights: tuple[tuple[bytes, int], ...]
    listed: tuple[tuple[str, int], ...]


def shared_rules(hidden: tuple[str, ...]) -> SharedRules:
    """The rules that kernels share, found once as long as nothing is installed: there are hundreds. The fork server
    finds them before it forks."""
    known = _found.get(hidden)
    if known is None or any(_changed_ns(folder) != then for folder, then in known.listed):
        _found.clear()  # one run has one set of hidden folders
        known = _found[hidden] = _find_rules([Path(folder) for folder in hidden])
    return known


_found: dict[tuple[str, ...], SharedRules] = {}


def _find_rules(hidden: list[Path]) -> SharedRules:
    listed: dict[str, int] = {}
    rights = {path.resolve(): _FS_READ_DIR for path in listable_paths()}
    rights |= {path.resolve(): _FS_READ | _FS_READ_DIR for path in readable_paths(hidden, listed)}
    kinds = ((path, what if path.is_dir() else what & _FILE_RIGHTS) for path, what in rights.items())
    return SharedRules(tuple((os.fsencode(path), what) for path, what in kinds if what), tuple(listed.items()))


def _changed_ns(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116  the fork server asks for each kernel
    except OSError:
        return -1


@functools.cache
def readable_roots() -> list[Path]:
    """The folders of the Python installation: the base's, the virtual environment's, and other folders of packages that
    it takes in by a .pth file."""
    prefixes = {Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
    others = {Path(path).resolve() for path in sys.path if Path(path).name in ("site-packages", "dist-packages")}
    return sorted(prefixes | {path for path in others if not any(path.is_relative_to(prefix) for prefix in prefixes)})


@functools.cache
def installed_graders() -> list[Path]:
    """Every grader that is installed where Python's folders are, with what is written about it: any may hold a
    course."""
    roots = [*readable_roots(), *map(Path, _SYSTEM_ROOTS)]
    folders = {*map(Path, sys.path), *(folder for root in roots for folder in root.glob("lib*/python3*/*-packages"))}
    found = {path.resolve() for folder in folders for name in _OURS for path in folder.glob(name)}
    return sorted({PACKAGE} | found)


def readable_paths(hidden: list[Path], listed: dict[str, int] | None = None) -> Iterator[Path]:
    """All that a participant's code may read: the Python installation without the grader, system libraries, time zones.

    `hidden`: folders that it may not. Of a folder that holds one, only the other entries are readable. `listed` gets
    each such folder, with the time of its last change.
    """
    hidden = [*installed_graders(), *(path.resolve() for path in hidden)]
    for root in [*readable_roots(), *map(Path, _SYSTEM)]:
        yield from _open_around(root, hidden, {} if listed is None else listed)


def _open_around(path: Path, hidden: list[Path], listed: dict[str, int]) -> Iterator[Path]:
    if path in hidden:
        return
    if not any(secret.is_relative_to(path) for secret in hidden):
        yield path
        return
    listed[str(path)] = _changed_ns(str(path))
    for entry in path.iterdir():
        if not entry.is_symlink():
            yield from _open_around(entry, hidden, listed)


def listable_paths() -> list[Path]:
    """Folders of sys.path that the import system must be able to list."""
    roots = readable_roots()
    return [path for path in map(Path, sys.path) if any(path.is_relative_to(root) for root in roots)]
