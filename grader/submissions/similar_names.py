"""Finds the name that a misspelt one probably stands for. The work is bounded, however many and long the names are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from heapq import nlargest

MAX_NAME = 80  # characters; nobody misspells a longer name
MAX_COMPARED = 20  # names that are compared letter by letter


def most_similar(name: str, known: Iterable[str], cutoff: float) -> str | None:
    """The most similar of the known names, if its similarity is at least `cutoff`, as difflib counts it from 0 to 1."""
    if len(name) > MAX_NAME:
        return None
    letters = Counter(name)
    bounds = ((_bound(letters, len(name), other), other) for other in known if _fits(len(name), len(other), cutoff))
    likely = [other for bound, other in nlargest(MAX_COMPARED, bounds) if bound >= cutoff]
    return next(iter(get_close_matches(name, likely, n=1, cutoff=cutoff)), None)


def _fits(length: int, other: int, cutoff: float) -> bool:
    """Whether names of these lengths can be similar enough."""
    return other <= MAX_NAME and 2 * min(length, other) >= cutoff * (length + other)


def _bound(letters: Counter[str], length: int, other: str) -> float:
    """What the similarity would be if the letters that both names have stood in the same order."""
    return 2 * sum((letters & Counter(other)).values()) / (length + len(other))
