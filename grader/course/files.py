"""Bounds on the data files of a course, of which each kernel gets its own copy, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.errors import CourseError

MAX_DATA_MIB, MAX_DATA_FILES = 32, 1000


def refuse_size(folder: Path, files: Sequence[Path]) -> None:
    """Raise CourseError where the files are too many or too large."""
    sizes = [file.stat().st_size for file in files]
    if sum(sizes) > MAX_DATA_MIB << 20 or len(sizes) > MAX_DATA_FILES:
        raise CourseError(
            "{folder}: {count} files of {mib} MiB together. Each notebook gets a copy: keep them to "
            "{max_data_files} files of {max_data_mib} MiB",
            folder=folder,
            count=len(sizes),
            mib=sum(sizes) >> 20,
            max_data_files=MAX_DATA_FILES,
            max_data_mib=MAX_DATA_MIB,
        )
