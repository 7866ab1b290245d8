"""Sets the random numbers of Python and of numpy before each call."""

from __future__ import annotations

import _random
import ctypes
import random
from collections.abc import Callable
from typing import Any

import numpy as np

STATE_BYTES = 4 * 624  # of a Mersenne Twister's state


def seed_all(seed: int) -> None:
    _PYTHONS.seed(seed)
    np.random.seed(seed)


class _Pythons:
    """Python's own generator, that of the module `random`. To seed it takes longer than most calls do, and hardly any
    of them draws from it: while it is as it was after the last seed, it is left so."""

    def __init__(self) -> None:
        self._generator = _now()
        self._read = _reader(self._generator) if _lies_in_memory() else None
        self._seeded: tuple[int, bytes] | None = None

    def seed(self, seed: int) -> None:
        if self._read is None or _now() is not self._generator:  # a cell has loaded the module again
            random.seed(seed)
        elif getattr(self._generator, "gauss_next", 0) is not None or (seed, self._read()) != self._seeded:
            random.seed(seed)
            self._seeded = seed, self._read()


def _now() -> Any:
    return getattr(random, "_inst", None)


def _reader(generator: Any) -> Callable[[], bytes]:
    """Reads the state of a generator as it lies in memory, many times as fast as `getstate`."""
    header = object.__basicsize__
    size = _random.Random.__basicsize__ - header
    memory = (ctypes.c_char * size).from_address(id(generator) + header)
    return lambda: memory.raw


def _lies_in_memory() -> bool:
    """Whether this Python keeps the whole state of a generator in the generator itself."""
    if _random.Random.__basicsize__ - object.__basicsize__ < STATE_BYTES or not isinstance(_now(), random.Random):
        return False
    one = random.Random(1)  # noqa: S311  no secret is made of it
    read = _reader(one)
    before = read()
    one.random()
    after = read()
    one.seed(1)
    return before == read() != after


_PYTHONS = _Pythons()
