"""Erasing what was kept: everything, as people were promised, or one person."""

from __future__ import annotations

import shutil
from pathlib import Path

from grader.errors import OutputError
from grader.i18n import msg
from grader.serve.database import FILE
from grader.serve.results import NOTEBOOKS, report_files

LINK_FILE = "trainer-link.txt"


def purge(out: Path) -> None:
    """Erase the workshop in a folder of results, with all reports. Raise OutputError where something stays."""
    files = [*report_files(out), out / LINK_FILE, *(out / f"{FILE}{end}" for end in ("", "-wal", "-shm"))]
    try:
        for path in files:
            path.unlink(missing_ok=True)
        if (out / NOTEBOOKS).is_dir() and not (out / NOTEBOOKS).is_symlink():
            shutil.rmtree(out / NOTEBOOKS)
    except OSError as error:
        text = msg(
            "{path} can't be erased: {reason}. Erase it by hand.",
            path=str(error.filename or out),
            reason=error.strerror,
        )
        raise OutputError(text) from error
