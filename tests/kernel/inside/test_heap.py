"""New objects of a fork lie one beside another, whatever was loaded and removed before it."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

HOLES = """
import ctypes
from grader.kernel.inside.heap import fill_holes
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_size_t, [ctypes.c_size_t]
for size in (40, 600, 3000, 50_000):
    pieces = [libc.malloc(size) for _ in range(400)]
    for piece in pieces[::2]:
        libc.free(piece)
    fill_holes()
    new = [libc.malloc(size) for _ in range(100)]
    print(size, len({piece >> 12 for piece in new}), not set(new) & set(pieces))
"""


GLIBC = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallinfo2")


@pytest.mark.skipif(not GLIBC, reason="glibc's")
def test_new_pieces_of_memory_lie_in_as_few_pages_as_they_fill() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, timeout=30, check=True)
    for line in done.stdout.splitlines():
        size, pages, apart = line.split()
        assert apart == "True", line
        assert int(pages) <= 100 * (int(size) + 16) / 4096 + 3, line
