"""What is free of the memory that kernels are forked with, in one piece rather than in a thousand."""

from __future__ import annotations

import ctypes

_FIELDS = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
_LARGEST, _SMALLEST, _STEP = 1 << 16, 24, 16  # bytes: what is larger is no hole; below, the next sizes of malloc's


class _Mallinfo(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_size_t) for name in _FIELDS)


def fill_holes() -> None:
    """Take all free pieces of memory below the last one, for good. A fork copies each page that it writes to: where new
    objects lie one beside another, those are fewer.

    Only glibc says where its last free piece begins.
    """
    libc = ctypes.CDLL(None)
    try:
        malloc, free, mallinfo, sbrk = libc.malloc, libc.free, libc.mallinfo2, libc.sbrk
    except AttributeError:
        return
    malloc.argtypes, malloc.restype = [ctypes.c_size_t], ctypes.c_size_t
    free.argtypes, mallinfo.restype, sbrk.restype = [ctypes.c_size_t], _Mallinfo, ctypes.c_size_t
    last, size = sbrk(0) - mallinfo().keepcost, _LARGEST
    while size >= _SMALLEST:
        piece = malloc(size)
        if 0 < piece < last:
            continue
        free(piece)
        size -= max(_STEP, size >> 4)
