"""The outer cage: runs `grade` where an attack that gets through a wall harms nothing but this test.

usage: cage.py [--user] [--hide-proc] [--kill-after S] [--timeout S] SPEC

In a pid, ipc and mount namespace of its own, as an unprivileged user if asked, it runs `grade` with the arguments that
SPEC (JSON: {"arguments": [...], "tmp": DIR}) gives, then looks for what was left behind, and prints it all as JSON.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import functools
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.kernel.sandbox import walls
from grader.kernel.sandbox.landlock import readable_roots
from grader.kernel.sandbox.mounts import CLONE_NEWNS, MS_PRIVATE, MS_REC, hide
from grader.kernel.sandbox.syscalls import PR_SET_DUMPABLE, PR_SET_PDEATHSIG, call, prctl

UNPRIVILEGED = 65534
TIMEOUT_S = 500
SHM_KEY = 0x67726164


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--user", action="store_true")
    parser.add_argument("--hide-proc", action="store_true")
    parser.add_argument("--kill-after", type=float, default=0.0)
    parser.add_argument("--signal", type=int, default=int(signal.SIGKILL))
    parser.add_argument("--timeout", type=int, default=TIMEOUT_S)
    parser.add_argument("spec", type=Path)
    options = parser.parse_args()
    spec = json.loads(options.spec.read_text())
    root = os.geteuid() == 0
    if not root:
        walls.unshare_user()
    call("unshare", walls.CLONE_NEWPID | walls.CLONE_NEWIPC | CLONE_NEWNS | walls.CLONE_NEWNET)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # all of it ends with the test, however that ends
    child = os.fork()
    if child == 0:
        inside(spec, options, root)
    deadline = time.monotonic() + options.timeout
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)  # the first process of its namespace takes all others with it
        time.sleep(0.02)


def inside(spec: dict[str, Any], options: argparse.Namespace, root: bool) -> None:
    """The first process of the cage. Never returns."""
    try:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        raise_loopback()
        resource.setrlimit(resource.RLIMIT_CPU, (options.timeout, options.timeout))
        call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
        hidden = b"hidepid=2" if options.hide_proc else None
        mount_proc = functools.partial(call, "mount", b"proc", b"/proc", b"proc", 0, hidden)
        if options.user and root:
            become_unprivileged(Path(spec["tmp"]), mount_proc)
        else:
            mount_proc()
        print(json.dumps(run(spec, options)), flush=True)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(0)


def raise_loopback() -> None:
    """The cage's network is a loopback of its own."""
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, 0x8914, struct.pack("16sH14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP


def become_unprivileged(tmp: Path, mount_proc: Callable[[], object]) -> None:
    """Folders that only root may enter are replaced by ones that show just what the test needs."""
    mount_proc()
    kept = [*readable_roots(), tmp, Path(__file__).resolve().parents[2]]
    above = {parent for path in kept for parent in path.parents}
    for folder in sorted(folder for folder in above if not folder.stat().st_mode & 0o001):
        if not folder.stat().st_mode & 0o001:
            hide(folder, kept)
    for path in [tmp, *tmp.rglob("*")]:
        os.chown(path, UNPRIVILEGED, UNPRIVILEGED, follow_symlinks=False)
    os.setgroups([])
    os.setresgid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
    os.setresuid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
    prctl(PR_SET_DUMPABLE, 1)


def run(spec: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    """Run the command beside listeners that nobody should reach, and see what it leaves."""
    listeners = Listeners(Path(spec["tmp"]))
    libc = ctypes.CDLL(None)
    segment = libc.shmget(SHM_KEY, 4096, 0o1666)
    environment = {**os.environ, "TMPDIR": spec["tmp"] + "/tmp", "HOME": spec["tmp"] + "/home", "LC_ALL": "C.UTF-8"}
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "grader", *spec["arguments"]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=environment,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        if options.kill_after:
            time.sleep(options.kill_after)
            process.send_signal(options.signal)
        out, errors = process.communicate()
    left = wait_for_nothing_left(Path(spec["tmp"]) / "tmp")
    libc.shmctl(segment, 0, None)
    return {
        "code": process.returncode,
        "out": out,
        "errors": errors,
        "seconds": time.monotonic() - started,
        "reached": listeners.reached(),
        "most_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        **left,
    }


def wait_for_nothing_left(tmp: Path) -> dict[str, list[str]]:
    """Processes and files that are there five seconds later."""
    deadline = time.monotonic() + 5
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
        processes = [describe(pid) for pid in os.listdir("/proc") if pid.isdigit() and int(pid) != os.getpid()]
        files = [str(path) for path in tmp.iterdir()]
        if not (processes or files) or time.monotonic() > deadline:
            return {"processes": processes, "files": files}
        time.sleep(0.05)


def describe(pid: str) -> str:
    try:
        return pid + " " + Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")[:200]
    except OSError:
        return pid


class Listeners:
    """Sockets on this machine that no participant's code should reach."""

    def __init__(self, tmp: Path) -> None:
        self._sockets = {
            "tcp": socket.socket(),
            "udp": socket.socket(type=socket.SOCK_DGRAM),
            "unix": socket.socket(socket.AF_UNIX),
            "abstract": socket.socket(socket.AF_UNIX),
        }
        self._sockets["tcp"].bind(("127.0.0.1", 47121))
        self._sockets["udp"].bind(("127.0.0.1", 47122))
        folder = os.open(tmp, os.O_DIRECTORY)  # a socket's path must be short
        self._sockets["unix"].bind(f"/proc/self/fd/{folder}/listener")
        os.close(folder)
        os.chmod(tmp / "listener", 0o777)
        self._sockets["abstract"].bind("\0grader-attack")
        for name in ("tcp", "unix", "abstract"):
            self._sockets[name].listen()
        for sock in self._sockets.values():
            sock.setblocking(False)

    def reached(self) -> list[str]:
        found = []
        for name, sock in self._sockets.items():
            try:
                sock.recv(1) if name == "udp" else sock.accept()
                found.append(name)
            except OSError:
                pass
        return found


if __name__ == "__main__":
    main()
