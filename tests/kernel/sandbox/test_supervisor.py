"""A folder that a participant's code wrote to goes, whatever is in it; and memory is what processes hold together."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from grader.kernel.sandbox.supervisor import (
    DESCRIPTOR_BYTES,
    family,
    held_bytes,
    is_visible,
    remove_tree,
    taken_bytes,
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
HOLDER = (
    "import sys; held = bytearray({mib} << 20); held[::4096] = b'x' * len(held[::4096]); print(1, flush=True); input()"
)


def test_a_folder_goes_however_deep_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "kernel"
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    for _ in range(1500):  # 3000 characters are below the limit of a path for none of this
        os.mkdir("ż" * 100, dir_fd=descriptor)
        below = os.open("ż" * 100, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)
    remove_tree(folder)
    assert not folder.exists()


def test_what_links_point_to_stays_and_what_is_closed_goes(tmp_path: Path) -> None:
    folder, outside = tmp_path / "kernel", tmp_path / "outside"
    (folder / "closed" / "inner").mkdir(parents=True)
    outside.mkdir()
    (outside / "file").write_text("")
    (folder / "link").symlink_to(outside)
    os.mkfifo(folder / "pipe")
    (folder / "closed").chmod(0)
    remove_tree(folder)
    assert not folder.exists()
    assert (outside / "file").exists()


def test_a_folder_that_is_gone_is_no_error(tmp_path: Path) -> None:
    remove_tree(tmp_path / "none")


@linux
def test_memory_is_that_of_all_descendants_without_what_was_inherited() -> None:
    mib = 30
    with subprocess.Popen(
        ["/bin/sh", "-c", '"$0" -c "$1"; true', sys.executable, HOLDER.format(mib=mib)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as shell:
        assert shell.stdin is not None
        assert shell.stdout is not None
        try:
            assert shell.stdout.readline() == b"1\n"
            processes = list(family(shell.pid))
            assert len(processes) == 2
            held = sum(map(held_bytes, processes))
            assert mib << 20 < held < (mib + 60) << 20
            descriptors = taken_bytes(processes, 1 << 40)
            assert descriptors >= 2 * 64 * DESCRIPTOR_BYTES, "what Linux makes room for at first"
            assert taken_bytes(processes, 0) == pytest.approx(held + descriptors, rel=0.05)
            assert taken_bytes(processes, held) == descriptors
        finally:
            shell.stdin.close()


@linux
def test_no_descriptor_keeps_more_than_is_counted_for_it() -> None:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        for size in (1, 4096, 65536, 212_900):
            assert _kept(kind, size) <= DESCRIPTOR_BYTES


def _kept(kind: int, size: int) -> int:
    """How much a pair of sockets takes in one direction, of messages of this size, before it is full."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    with ours, theirs:
        ours.setblocking(False)
        kept = 0
        with suppress(BlockingIOError):
            while True:
                kept += ours.send(bytes(size))
        return kept


@linux
def test_a_process_with_many_descriptors_counts_for_more() -> None:
    code = "import os; held = [os.dup(0) for _ in range(200)]; print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"1\n"
            assert taken_bytes([process.pid], 1 << 40) == 256 * DESCRIPTOR_BYTES
        finally:
            process.stdin.close()


@linux
def test_what_is_gone_holds_nothing_and_is_not_visible() -> None:
    assert held_bytes(2**22 + 1) == 0
    assert taken_bytes([2**22 + 1], 0) == 0
    assert not is_visible(2**22 + 1)
    assert is_visible(os.getpid())


@linux
def test_strays_end_and_what_is_known_stays() -> None:
    code = """if True:
        import ctypes, os, sys, time
        from grader.kernel.sandbox.supervisor import end_strays
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
        children = []
        for number in range(4):
            pid = os.fork()
            if pid == 0:
                os.setsid()
                if number and os.fork() == 0:  # below the strays, and theirs no more when they end
                    os.setsid()
                time.sleep(60)
            children.append(pid)
        time.sleep(0.1)
        end_strays(children[:1])
        assert os.waitpid(children[0], os.WNOHANG) == (0, 0)
        end_strays([])
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            print("none")
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, start_new_session=True)
    assert done.stdout == b"none\n", done.stderr
