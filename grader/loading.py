"""How the large parts of the grader are imported."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """For imports. What is loaded stays, so nobody looks for garbage in it: neither meanwhile, nor at the end of all,
    where that would take longer than to load it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
