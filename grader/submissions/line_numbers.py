"""Where in a notebook's file the source of each cell begins, so that a report can point into the file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, cast

_blank = re.compile(r"[ \t\n\r]*").match


def source_lines(text: str, key: str = "source") -> list[int | None]:
    """The line of each cell's source, from 1; None for a cell without one. Cells of several worksheets (nbformat 3) are
    numbered consecutively.

    Args:
        text: JSON that has been parsed without an error.
        key: The key under which a cell has its source.
    """
    scanner = _Scanner(text, key)
    scanner.object(scanner.after_blank(0), {"cells": scanner.cells, "worksheets": scanner.worksheets})
    return scanner.lines()


class _Scanner:
    """Goes over the JSON once. The standard library's scanner, which is in C, skips what is not needed."""

    def __init__(self, text: str, key: str) -> None:
        self._text, self._key = text, key
        # Not in typeshed. It takes a text and a place in it, and returns the value there and the place after it.
        decoder = cast(Any, json.JSONDecoder(strict=False, parse_int=float))
        self._scan: Callable[[str, int], tuple[object, int]] = decoder.scan_once
        self._places: list[int | None] = []

    def lines(self) -> list[int | None]:
        lines: list[int | None] = []
        line, reached = 1, 0
        for place in self._places:
            if place is not None:
                line, reached = line + self._text.count("\n", reached, place), place
            lines.append(None if place is None else line)
        return lines

    def after_blank(self, at: int) -> int:
        match = _blank(self._text, at)
        assert match is not None  # the pattern matches the empty text too
        return match.end()

    def skip(self, at: int) -> int:
        return self._scan(self._text, at)[1]

    def object(self, at: int, takers: Mapping[str, Callable[[int], int]]) -> int:
        """The place after the object at `at`. Functions in `takers` handle the values of their keys and return the
        places after these; other values are skipped."""
        if self._text[at] != "{":
            return self.skip(at)
        at = self.after_blank(at + 1)
        while self._text[at] != "}":
            key, at = self._scan(self._text, at)
            value = self.after_blank(self.after_blank(at) + 1)
            at = self._next(takers.get(str(key), self.skip)(value))
        return at + 1

    def list(self, at: int, take: Callable[[int], int]) -> int:
        if self._text[at] != "[":
            return self.skip(at)
        at = self.after_blank(at + 1)
        while self._text[at] != "]":
            at = self._next(take(at))
        return at + 1

    def _next(self, at: int) -> int:
        at = self.after_blank(at)
        return self.after_blank(at + 1) if self._text[at] == "," else at

    def worksheets(self, at: int) -> int:
        self._places.clear()
        return self.list(at, lambda sheet: self.object(sheet, {"cells": lambda cells: self.list(cells, self._cell)}))

    def cells(self, at: int) -> int:
        self._places.clear()  # the last of several equal keys counts
        return self.list(at, self._cell)

    def _cell(self, at: int) -> int:
        self._places.append(None)
        return self.object(at, {self._key: self._source})

    def _source(self, at: int) -> int:
        first = self.after_blank(at + 1) if self._text[at] == "[" else at
        self._places[-1] = first
        return self.skip(at)
