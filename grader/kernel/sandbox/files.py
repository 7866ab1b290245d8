"""Lays a course's data files into the folder that a notebook runs in."""

from __future__ import annotations

import shutil
from pathlib import Path

READ_ONLY = 0o444


def lay_files(source: Path, target: Path) -> None:
    """Copy what is in `source` into `target`, each file to be read and not to be written. A copy for each kernel:
    whatever code does with its own, nobody else sees it."""
    for path in sorted(source.iterdir()):
        if path.is_dir():
            target.joinpath(path.name).mkdir(exist_ok=True)
            lay_files(path, target / path.name)
        elif path.is_file():
            shutil.copyfile(path, target / path.name)
            target.joinpath(path.name).chmod(READ_ONLY)
