"""A folder of notebooks to grades."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from grader.checks import Suite
from grader.course import Course
from grader.errors import OutputError, UsageError
from grader.grade import grade
from grader.model import Config, Grade

SKIPPED_FOLDERS = frozenset({".ipynb_checkpoints", "__pycache__", ".git", ".venv", "node_modules"})


def notebooks(paths: Sequence[Path]) -> list[Path]:
    """The notebooks that `paths` name: files as they are, folders searched. Raise UsageError where there is nothing."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir() and path.suffix != ".ipynb":
            inside = sorted(_inside(path))
            if not inside:
                raise UsageError(f"{path}: there is no .ipynb file in this folder")
            found += inside
        elif path.is_dir() or os.path.lexists(path):
            found.append(path)
        else:
            raise UsageError(f"{path}: there is no such file or folder. Is the path right?")
    return list(dict.fromkeys(found))


def _inside(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS and not name.startswith(".")]
        named = [name for name in folders if name.endswith(".ipynb")]
        folders[:] = [name for name in folders if name not in named]
        yield from (
            Path(root, name) for name in [*files, *named] if name.endswith(".ipynb") and not name.startswith(".")
        )


def grade_all(
    paths: Sequence[Path], course: Course, config: Config, progress: Callable[[Grade], None] | None = None
) -> list[Grade]:
    """Grades in the order of `paths`."""
    grades = []
    with Suite(course) as suite:
        for path in paths:
            grades.append(grade(path, course, suite, config))
            if progress is not None:
                progress(grades[-1])
    return grades


def write_atomically(path: Path, text: str) -> None:
    """The file is there whole or as it was before. Raise OutputError with what to do."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=".grade-", delete=False
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise OutputError(f"{path} can't be written: {error.strerror}. Choose another place, or make room.") from error
