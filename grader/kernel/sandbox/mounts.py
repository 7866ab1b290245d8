"""The mount wall: a small file system to write to, a new /proc, empty folders over everything that must not be seen."""

from __future__ import annotations

import contextlib
import functools
import os
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.sandbox.files import lay_files
from grader.kernel.sandbox.landlock import installed_graders, readable_roots
from grader.kernel.sandbox.syscalls import CLONE_NEWNS, call

SCRATCH_MIB = 64
MAX_FILES = 4096
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_DETACH = 2
_MOUNT_SETATTR, _RECURSIVE, _READ_ONLY = 442, 0x8000, struct.pack("QQQQ", 1, 0, 0, 0)
_SYSTEM_FOLDERS = frozenset("bin boot dev etc lib lib32 lib64 libx32 proc sbin sys usr".split())


def mount(runtime_dir: Path, settings: SandboxSettings, own_pids: bool) -> None:
    """Enter a mount namespace of our own. `own_pids`: whether we are in a pid namespace of our own. Raise OSError."""
    Path("/proc/self/fd").stat()  # nothing can be kept in sight without it
    call("unshare", CLONE_NEWNS)
    call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    for folder in (*_folders_to_hide(settings, runtime_dir), *_hidden_in_python(settings)):
        hide(folder, [*readable_roots(), runtime_dir])
    work = runtime_dir / "work"
    laid = os.open(work / "scratch", os.O_RDONLY)  # what the grader has laid there for the notebook
    mount_tmpfs(work, f"size={SCRATCH_MIB}m,nr_inodes={MAX_FILES},mode=0777")
    for name in ("home", "scratch"):
        (work / name).mkdir()
        (work / name).chmod(0o777)
    lay_files(Path(f"/proc/self/fd/{laid}"), work / "scratch")
    os.close(laid)
    if own_pids:
        _mount_proc()
    os.chdir(work / "scratch")


def _mount_proc() -> None:
    """A /proc with our own processes only. Where that is refused, as in a container that covers parts of its own, an
    empty one."""
    try:
        call("mount", b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None)
    except OSError:
        mount_tmpfs(Path("/proc"), "size=4k,mode=0555")


def _folders_to_hide(settings: SandboxSettings, runtime_dir: Path) -> list[Path]:
    """All top folders but the system's own (any may hold sockets, which Landlock does not restrict), the hidden ones of
    the settings, and folders above our own that only their owner may enter."""
    top = {path for path in Path("/").iterdir() if path.name not in _SYSTEM_FOLDERS and not path.is_symlink()}
    shared_memory = Path("/dev/shm")  # noqa: S108  hidden, not used
    wanted = top | {shared_memory} | {Path(folder) for folder in settings.hidden} | closed_folders(runtime_dir)
    return outermost(folder for folder in wanted if folder != Path("/") and folder.is_dir())


def outermost(folders: Iterable[Path]) -> list[Path]:
    """Those that are not inside of another."""
    found: list[Path] = []
    for folder in sorted(folders):  # what is inside of a folder comes right after it
        if not found or not folder.is_relative_to(found[-1]):
            found.append(folder)
    return found


def _hidden_in_python(settings: SandboxSettings) -> Iterator[Path]:
    """The graders in the Python installation, and hidden folders in it: what is kept of the others shows them."""
    hidden = {path for path in (*installed_graders(), *map(Path, settings.hidden)) if path.is_dir()}
    for folder in sorted(path for path in hidden if hidden.isdisjoint(path.parents)):
        if any(root in folder.parents for root in readable_roots()):
            yield folder


def closed_folders(runtime_dir: Path) -> set[Path]:
    """Folders above Python's and the kernel's own folder that other users can't enter."""
    above = {parent for path in (*readable_roots(), runtime_dir) for parent in path.parents}
    return {folder for folder in above if not folder.stat().st_mode & 0o001}


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
    inside = [path for path in kept if path != folder and path.is_relative_to(folder) and path.exists()]
    inside = [path for path in inside if not any(path != other and path.is_relative_to(other) for other in inside)]
    handles = [(path, os.open(path, os.O_PATH)) for path in inside]
    mount_tmpfs(folder, "size=64k,mode=0755")
    try:
        _keep(handles)
    except OSError:
        call("umount2", str(folder).encode(), _DETACH)  # what can't be kept in sight must not be lost
        raise


def _keep(handles: list[tuple[Path, int]]) -> None:
    """Show folders that were opened before at their paths again."""
    for path, handle in handles:
        path.mkdir(parents=True, exist_ok=True)
        call("mount", f"/proc/self/fd/{handle}".encode(), str(path).encode(), None, MS_BIND | MS_REC, None)
        os.close(handle)
        if path in readable_roots():
            with contextlib.suppress(OSError):  # before Linux 5.12, Landlock is what forbids writing
                call("syscall", _MOUNT_SETATTR, -1, str(path).encode(), _RECURSIVE, _READ_ONLY, len(_READ_ONLY))


def mount_tmpfs(folder: Path, options: str) -> None:
    call("mount", b"tmpfs", str(folder).encode(), b"tmpfs", MS_NOSUID | MS_NODEV, options.encode())
