"""Lays a course's data files into the folder that a notebook runs in."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

READ_ONLY = 0o444


@dataclass(frozen=True, slots=True)
class DataFiles:
    """The files that lie in a notebook's folder.

    Attributes:
        folder: where they are; empty where there are none.
        names: which of those in it, by their paths from there; empty for all.
    """

    folder: str = ""
    names: tuple[str, ...] = ()

    def lay(self, target: Path) -> None:
        """Copy them into `target`."""
        if self.folder and not self.names:
            lay_files(Path(self.folder), target)
        for name in self.names:
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(self.folder, name), copy)
            copy.chmod(READ_ONLY)


NO_FILES = DataFiles()


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
