"""Modules that the notebook wrote into its own folder: what they define is the participant's own."""

from __future__ import annotations

import functools
import os
import sys
import types
from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from operator import ne
from pathlib import Path
from typing import Any

import numpy as np


class OwnModules:
    """Finds the functions and classes in files of the notebook's own folder. No other module lies there."""

    def __init__(self) -> None:
        self._folder = f"{Path.cwd()}{os.sep}"
        self._last = next(reversed(sys.modules))  # of those that are loaded already
        self._found: dict[tuple[str, str], object] = {}

    def forget_files(self) -> None:
        """Let Python look again at which files there are: a cell may write one within a tick of the folder's clock."""
        finder = sys.path_importer_cache.get(self._folder.removesuffix(os.sep))
        if finder is not None and hasattr(finder, "invalidate_caches"):
            finder.invalidate_caches()

    def news(self) -> Iterator[tuple[str, Any]]:
        """What such modules define and did not when this was last called: the name and the function or class."""
        for module in self._new_modules():
            if not isinstance(module, types.ModuleType) or not self._is_own_file(vars(module).get("__file__")):
                continue
            for name, value in list(vars(module).items()):
                key = (module.__name__, name)
                if not name.startswith("_") and self.names_around(value) is vars(module):
                    if self._found.get(key) is not value:
                        yield name, value
                    self._found[key] = value

    def _new_modules(self) -> list[object]:
        """Those loaded since the first cell, the oldest first. They are the last of all: to look at a thousand names
        after each cell would take long, and copy the memory in which they are."""
        loaded = sys.modules
        names = [*takewhile(partial(ne, self._last), reversed(loaded))]
        return [loaded[name] for name in reversed(names)]

    def names_around(self, value: object) -> dict[str, Any] | None:
        """The global names that a function or class of such a file sees; None for everything else."""
        if isinstance(value, type):
            functions = [_function_in(one) for one in vars(value).values()]
        else:
            functions = [_function_in(value)]
        found = [one for one in functions if one is not None and self._is_own_file(one.__code__.co_filename)]
        return found[0].__globals__ if found else None

    def _is_own_file(self, name: object) -> bool:
        if not isinstance(name, str) or name.startswith("<"):
            return False
        path = name if name.startswith(os.sep) else str(Path(name).absolute())
        return path.startswith(self._folder)


def _function_in(value: object) -> types.FunctionType | None:
    """The function itself, or the one that numpy or functools has wrapped."""
    if isinstance(value, staticmethod | classmethod):
        value = value.__func__
    if isinstance(value, functools._lru_cache_wrapper):
        value = value.__wrapped__
    elif isinstance(value, functools.partial):
        value = value.func
    elif isinstance(value, np.vectorize):
        value = value.pyfunc
    return value if isinstance(value, types.FunctionType) else None
