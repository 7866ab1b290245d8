"""Shorter arguments in the place of a call's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

MAX_ENDING = 3  # items at the end that are tried alone
LENGTHS = (*range(1, 17), 20, 25, 30, 40, 60)


def prefixes(args: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The arguments with fewer items, the fewest first."""
    count = _items(args)
    for length in LENGTHS:
        if length < count:
            yield _cut(args, 0, length)


def endings(args: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The arguments with the last items alone, which may be what makes them fail."""
    count = _items(args)
    for length in range(1, min(MAX_ENDING + 1, count)):
        yield _cut(args, count - length, count)


def _items(args: tuple[Any, ...]) -> int:
    """How many items the arrays among the arguments hold; 0 where they do not agree."""
    lengths = {len(one) if one.ndim == 1 else 0 for one in args if isinstance(one, np.ndarray)}
    return lengths.pop() if len(lengths) == 1 else 0


def _cut(args: tuple[Any, ...], start: int, end: int) -> tuple[Any, ...]:
    return tuple(one[start:end] if isinstance(one, np.ndarray) else one for one in args)
