"""Erasing what was kept: everything, as people were promised, or one person."""

from __future__ import annotations

import shutil
from pathlib import Path

from grader.batch.run import output_files
from grader.errors import OutputError
from grader.i18n import msg
from grader.serve.database import FILE
from grader.serve.results import NOTEBOOKS

LINK_FILE = "trainer-link.txt"


def purge(out: Path) -> None:
    """Erase the workshop in a folder of results, with all reports. Raise OutputError where something stays."""
    kept = [path for path in output_files(out) if path.name.startswith(".grade")]  # the marks of such a folder
    files = [*output_files(out), out / LINK_FILE, *(out / f"{FILE}{end}" for end in ("", "-wal", "-shm"))]
    try:
        for path in files:
            if path not in kept:
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
