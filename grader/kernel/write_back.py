"""Makes a test's own arguments what a call in the kernel made of them, so that a test sees what a function changes."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

import numpy as np


def can_change(value: object) -> bool:
    """Whether a call may change the value."""
    return isinstance(value, list | dict | set | np.ndarray) or _is_table(value)


def _is_table(value: object) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series)


def write_back(own: Any, now: Any) -> None:
    """Give `own` the content of `now`; what is inside stays the same object where it is of the same type."""
    if isinstance(own, np.ndarray) or _is_table(own):
        _write_array(own, now)
    elif type(own) is not type(now):
        return
    elif isinstance(own, list):
        kept = [_same_or_new(old, new) for old, new in zip(own, now, strict=False)]
        own[:] = [*kept, *now[len(kept) :]]
    elif isinstance(own, dict):
        items = {key: _same_or_new(own[key], new) if key in own else new for key, new in now.items()}
        own.clear()
        own.update(items)
    elif isinstance(own, set):
        own.clear()
        own.update(now)


def _same_or_new(own: Any, now: Any) -> Any:
    if not can_change(own) or type(own) is not type(now):
        return now
    if isinstance(own, np.ndarray) and own.shape != now.shape:
        return now
    write_back(own, now)
    return own


def _write_array(own: Any, now: Any) -> None:
    if _is_table(own):
        if type(own) is type(now):
            own.__init__(now)
    elif isinstance(now, np.ndarray) and now.shape == own.shape:
        with suppress(ValueError, TypeError):  # one that the author made read-only, or of other items
            own[...] = now
