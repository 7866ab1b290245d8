"""The mount wall: a small file system to write to, a new /proc, empty folders over everything that must not be seen."""

from __future__ import annotations

import contextlib
import functools
import os
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.sandbox.files import lay_files
from grader.kernel.sandbox.landlock import installed_graders, readable_roots
from grader.kernel.sandbox.syscalls import CLONE_NEWNS, call

if TYPE_CHECKING:
    from grader.kernel.sandbox.prepared import Prepared

SCRATCH_MIB = 64
MAX_FILES = 4096
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_DETACH = 2
_MOUNT_SETATTR, _RECURSIVE, _READ_ONLY = 442, 0x8000, struct.pack("QQQQ", 1, 0, 0, 0)
_SYSTEM_FOLDERS = frozenset("bin boot dev etc lib lib32 lib64 libx32 proc sbin sys usr".split())


@dataclass(frozen=True, slots=True)
class Cover:
    """An empty folder over `folder`, in which only the paths of `kept` stay visible, each with whether it is Python's
    and so can only be read. `made`: the folders that are made in it for them, outer ones first."""

    folder: bytes
    kept: tuple[tuple[bytes, bool], ...]
    made: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Hiding:
    """What is hidden from kernels: what lies over the folders, and what stood around when that was found."""

    covers: tuple[Cover, ...]
    surroundings: object


def mount(runtime_dir: Path, settings: SandboxSettings, own_pids: bool, prepared: Prepared | None = None) -> None:
    """Enter a mount namespace of our own. `own_pids`: whether we are in a pid namespace of our own. `prepared`: by the
    fork server. Raise OSError."""
    os.stat("/proc/self/fd")  # nothing can be kept in sight without it
    covers = prepared.covers if prepared else None
    if covers is None:
        covers = hiding(settings.hidden, prepared.place if prepared else runtime_dir).covers
    call("unshare", CLONE_NEWNS)
    call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    empty = b""
    for cover in covers:
        if _lay_over(cover, empty) and not cover.kept:
            empty = cover.folder
    over = os.fsencode(runtime_dir if prepared is None else runtime_dir.parent)
    laid = _open_laid(runtime_dir)
    mount_tmpfs(over, f"size={SCRATCH_MIB}m,nr_inodes={MAX_FILES},mode=0755")
    try:
        if own_pids:
            _mount_proc()
        os.makedirs(runtime_dir, 0o700, exist_ok=True)
        make_folders(runtime_dir)
        if laid is not None:
            lay_files(Path(f"/proc/self/fd/{laid}"), runtime_dir / "work" / "scratch")
            os.close(laid)
    except OSError:
        call("umount2", over, _DETACH)  # the kernel would look for its folder where it is not
        raise
    os.chdir(f"{runtime_dir}/work/scratch")


def make_folders(runtime_dir: Path) -> None:
    """What a notebook may write to."""
    for name in ("work", "work/home", "work/scratch"):
        with contextlib.suppress(FileExistsError):
            os.mkdir(f"{runtime_dir}/{name}")


def _open_laid(runtime_dir: Path) -> int | None:
    """The folder with what the grader has laid there for the notebook; None where that is nothing."""
    try:
        return os.open(f"{runtime_dir}/work/scratch", os.O_RDONLY)
    except FileNotFoundError:
        return None


def hiding(hidden: tuple[str, ...], own: Path) -> Hiding:
    """What is to be hidden around `own`, found once as long as the folders there are the same. `hidden`: the settings'
    folders. The fork server finds it before it forks."""
    surroundings = os.stat("/").st_mtime_ns, _closed_above(own)
    known = _found.get((hidden, own))
    if known is None or known.surroundings != surroundings:
        _found.clear()  # one run has one set of hidden folders
        folders = (*_folders_to_hide(hidden, own), *_hidden_in_python(hidden))
        covers = tuple(_cover(folder, [*readable_roots(), own]) for folder in folders)
        known = _found[hidden, own] = Hiding(covers, surroundings)
    return known


_found: dict[tuple[tuple[str, ...], Path], Hiding] = {}


def _mount_proc() -> None:
    """A /proc with our own processes only. Where that is refused, as in a container that covers parts of its own, an
    empty one."""
    try:
        call("mount", b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None)
    except OSError:
        mount_tmpfs(Path("/proc"), "size=4k,mode=0555")


def _folders_to_hide(hidden: tuple[str, ...], own: Path) -> list[Path]:
    """All top folders but the system's own (any may hold sockets, which Landlock does not restrict), the hidden ones of
    the settings, and folders above our own that only their owner may enter."""
    entries = (path for path in Path("/").iterdir() if path.name not in _SYSTEM_FOLDERS)
    top = {path for path in entries if path.is_dir() and not path.is_symlink()}
    shared_memory = Path("/dev/shm")  # noqa: S108  hidden, not used
    wanted = top | {shared_memory} | {Path(folder) for folder in hidden} | closed_folders(own)
    return outermost(folder for folder in wanted if folder != Path("/"))


def outermost(folders: Iterable[Path]) -> list[Path]:
    """Those that are not inside of another."""
    found: list[Path] = []
    for folder in sorted(folders):  # what is inside of a folder comes right after it
        if not found or not folder.is_relative_to(found[-1]):
            found.append(folder)
    return found


def _hidden_in_python(folders: tuple[str, ...]) -> Iterator[Path]:
    """The graders in the Python installation, and hidden folders in it: what is kept of the others shows them."""
    hidden = {*installed_graders(), *map(Path, folders)}
    for folder in sorted(path for path in hidden if hidden.isdisjoint(path.parents)):
        if any(root in folder.parents for root in readable_roots()):
            yield folder


def closed_folders(own: Path) -> set[Path]:
    """Folders above Python's and the kernel's own folder that other users can't enter."""
    return {*map(Path, _closed_above(own))}


def _closed_above(own: Path) -> list[str]:
    return [folder for folder in _above(own.parent) if not os.stat(folder).st_mode & 0o001]


@functools.cache
def _above(place: Path) -> tuple[str, ...]:
    """Folders above Python's, `place`, and those above it."""
    above = {parent for path in (*readable_roots(), place) for parent in path.parents}
    return tuple(map(str, {*above, place}))


@functools.cache
def closed_inside() -> frozenset[Path]:
    """Folders of the Python installation itself that other users can't read, as after an installation with umask 077.

    Looks at the roots, and at the folders of all modules that are loaded; those still to load are beside them.
    """
    roots = readable_roots()
    loaded = {Path(file).parent for module in [*sys.modules.values()] if (file := getattr(module, "__file__", None))}
    folders = {folder for path in loaded for folder in (path, *path.parents)}
    inside = {folder for folder in folders if any(folder.is_relative_to(root) for root in roots)}
    return frozenset(folder for folder in inside if folder.is_dir() and folder.stat().st_mode & 0o005 != 0o005)


def hide(folder: Path, kept: list[Path]) -> None:
    """Mount an empty folder over `folder`, in which only the paths of `kept` stay visible, and can only be read."""
    _lay_over(_cover(folder, kept))


def _cover(folder: Path, kept: list[Path]) -> Cover:
    inside = [path for path in kept if path != folder and path.is_relative_to(folder) and path.exists()]
    inside = [path for path in inside if not any(path != other and path.is_relative_to(other) for other in inside)]
    between = {part for path in inside for part in (path, *path.parents) if folder in part.parents}
    shown = tuple((os.fsencode(path), path in readable_roots()) for path in inside)
    return Cover(os.fsencode(folder), shown, tuple(os.fsencode(part) for part in sorted(between)))


def _lay_over(cover: Cover, empty: bytes = b"") -> bool:
    """Returns whether there is a folder to lie over. `empty`: such an empty folder, which also serves for others."""
    handles = [os.open(path, os.O_PATH) for path, _ in cover.kept]
    try:
        if empty and not cover.kept:  # half as much work for Linux
            call("mount", empty, cover.folder, None, MS_BIND, None)
        else:
            mount_tmpfs(cover.folder, "size=64k,mode=0755")
        _keep(cover, handles)
    except (FileNotFoundError, NotADirectoryError):
        if cover.kept:
            raise
        return False  # nothing is there that could be seen, or a file, which is left to Landlock
    finally:
        for handle in handles:
            os.close(handle)
    return True


def _keep(cover: Cover, handles: list[int]) -> None:
    """Show what was opened before at its paths again."""
    try:
        for folder in cover.made:
            os.mkdir(folder)
        for (path, _), handle in zip(cover.kept, handles, strict=True):
            call("mount", f"/proc/self/fd/{handle}".encode(), path, None, MS_BIND | MS_REC, None)
    except OSError:
        call("umount2", cover.folder, _DETACH)  # what can't be kept in sight must not be lost
        raise
    for path, read_only in cover.kept:
        if read_only:
            with contextlib.suppress(OSError):  # before Linux 5.12, Landlock is what forbids writing
                call("syscall", _MOUNT_SETATTR, -1, path, _RECURSIVE, _READ_ONLY, len(_READ_ONLY))


def mount_tmpfs(folder: str | bytes | Path, options: str) -> None:
    call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", MS_NOSUID | MS_NODEV, options.encode())
