"""A folder that a participant's code wrote to goes, whatever is in it; and memory is what processes hold together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.kernel.sandbox.supervisor import family, held_bytes, remove_tree, taken_bytes

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
            assert taken_bytes(processes, 0) == pytest.approx(held, rel=0.05)
            assert taken_bytes(processes, held) == 0
        finally:
            shell.stdin.close()


def test_a_process_that_is_gone_holds_nothing() -> None:
    assert held_bytes(2**22 + 1) == 0
