"""Sets the random numbers of Python and of numpy before each call."""

from __future__ import annotations

import _random
import ctypes
import random
from collections.abc import Callable
from typing import Any

import numpy as np

STATE_BYTES = 4 * (624 + 1)  # of a Mersenne Twister's state: its numbers, and which is the next

_Read = Callable[[], object]
"""Reads a generator's state as it lies in memory, many times as fast as the generator gives it."""


def seed_all(seed: int) -> None:
    _PYTHONS.seed(seed)
    _NUMPYS.seed(seed)


class _Generator:
    """The generator that a module draws from. To seed it takes longer than most calls do, and hardly any of them draws:
    while it is as it was after the last seed, it is left so."""

    def __init__(self, module: Any, name: str, kind: type, reader: Callable[[Any], _Read | None]) -> None:
        """`name`: the module's for it. `kind`: its class. `reader`: makes what reads it; None where its state can't be
        read."""
        self._module, self._name = module, name
        self._generator = self._now()
        is_known = type(self._generator) is kind and _shows_draws(kind, reader)
        self._read = reader(self._generator) if is_known else None
        self._seeded: tuple[int, object] | None = None

    def _now(self) -> Any:
        return getattr(self._module, self._name, None)

    def seed(self, seed: int) -> None:
        if self._read is None or self._now() is not self._generator:  # a cell has loaded the module again
            self._module.seed(seed)
        elif (seed, self._read()) != self._seeded:
            self._module.seed(seed)
            self._seeded = seed, self._read()


def _shows_draws(kind: type, reader: Callable[[Any], _Read | None]) -> bool:
    """Whether the state that is read tells a generator that has drawn from one that has not."""
    one: Any = kind(1)
    read = reader(one)
    if read is None:
        return False
    before = read()
    one.random()
    after = read()
    one.seed(1)
    return before == read() != after


def _of_python(generator: Any) -> _Read | None:
    """It holds its state itself, but for half of a pair that `gauss` has drawn."""
    memory = _memory_of(generator, _random.Random)
    if len(memory) < STATE_BYTES:
        return None
    return lambda: (getattr(generator, "gauss_next", 0) is None, memory.raw)


def _of_numpy(generator: Any) -> _Read | None:
    """It holds half of a pair, and what it draws from holds the state."""
    memory, twister = _memory_of(generator, np.random.RandomState), generator._bit_generator
    state = (ctypes.c_char * STATE_BYTES).from_address(twister.ctypes.state_address)
    return lambda: (memory.raw, state.raw) if generator._bit_generator is twister else object()


def _memory_of(value: object, kind: type) -> Any:
    """What lies in a value as in each of this kind."""
    header = object.__basicsize__
    return (ctypes.c_char * (kind.__basicsize__ - header)).from_address(id(value) + header)


_PYTHONS = _Generator(random, "_inst", random.Random, _of_python)
_NUMPYS = _Generator(np.random.mtrand, "_rand", np.random.RandomState, _of_numpy)
