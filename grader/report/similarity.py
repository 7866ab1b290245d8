"""Everybody's code in a folder, as Dolos and JPlag take it: a folder for each person, and info.csv with the names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from grader.errors import UsageError
from grader.i18n import msg
from grader.model import Grade
from grader.output import without_surrogates
from grader.report.gradebook import escape_formula
from grader.report.notebook_copy import file_name
from grader.report.run import Run
from grader.report.writing import Environ, write

LIST, CODE = "info.csv", "notebook.py"


def refuse_output(_: Environ) -> NoReturn:
    """Raise UsageError: this is many files."""
    raise UsageError(msg("everybody's code is many files. Name a folder: --report similarity=FOLDER"))


def existing(file: Path | None, _: Environ) -> Iterable[Path]:
    """The files of an earlier run."""
    return (file / LIST, *file.glob(f"*/{CODE}")) if file is not None else ()


def deliver(run: Run, file: Path | None, _: Environ) -> None:
    """Write the code of all who handed in any. Raise OutputError."""
    assert file is not None  # refuse_output
    taken: set[str] = set()
    rows = [["filename", "full_name", "id"]]
    for grade in (grade for grade in run.grades if grade.notebook.cells):
        notebook = grade.notebook
        name = f"{file_name(notebook.participant, taken).removesuffix('.ipynb')}/{CODE}"
        write(file / name, code(grade))
        rows.append([name, escape_formula(notebook.participant), escape_formula(notebook.participant_id)])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    write(file / LIST, out.getvalue())


def code(grade: Grade) -> str:
    """The code cells of a notebook as one text."""
    return "".join(
        f"# %% {cell.index + 1}\n{without_surrogates(cell.source).rstrip()}\n\n" for cell in grade.notebook.cells
    )
