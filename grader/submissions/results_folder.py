"""Which folders hold the results of earlier runs, and nothing that was handed in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from grader.submissions.files import read_head

RESULTS_MARK = ".grade.lock"
COPY_MARK = "<!-- grader:result -->"
"""Begins each cell that the grader adds to a copy of a notebook; the first cell of a copy is such a cell."""
_HEAD_BYTES = 4096


def holds_only_results(folder: Path) -> bool:
    """Whether a run kept its results in the folder, and each notebook there is a copy that the grader made. What
    somebody handed in may lie beside results of their own."""
    return os.path.lexists(folder / RESULTS_MARK) and all(map(_is_copy, _possible_work(folder)))


def _possible_work(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in names if name.lower().endswith((".ipynb", ".zip")))


def _is_copy(path: Path) -> bool:
    return COPY_MARK.encode() in read_head(path, _HEAD_BYTES)
