"""Which grade each participant's own page shows already, across runs, so that no page is made again for nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import cast

import msgspec

from grader import PACKAGE
from grader.batch.kept import version
from grader.batch.store import grader_version
from grader.model import Grade
from grader.output import write_atomically
from grader.report import people_files
from grader.report.page import beside, page
from grader.report.run import Run

FILE = ".pages.json"


class Shown(msgspec.Struct, frozen=True):
    """What the file holds.

    Attributes:
        made_with: A digest of all that a page rests on beside its grade.
        pages: By the file's name, a digest of the grade, and the file's size and the time of its last change in ns.
    """

    made_with: str
    pages: dict[str, tuple[str, int, int]]


def read(folder: Path, run: Run) -> dict[str, object]:
    """What the pages in the folder of the results show already of the run's grades, by the pages' names."""
    try:
        shown = msgspec.json.decode((folder / FILE).read_bytes(), type=Shown)
    except (OSError, msgspec.MsgspecError):
        return {}
    if shown.made_with != _made_with(run):
        return {}
    is_large = page.is_large(run)
    return {
        name: (known, is_large)
        for name, known in _named(run)
        if all(shown.pages.get(file) == _state(folder, file, known) for file in _files(name, is_large))
    }


def write(folder: Path, run: Run, known: Mapping[str, object]) -> None:
    """Note what the pages show, for the next run. Raise OutputError."""
    is_large = page.is_large(run)
    files = ((file, shown) for name, shown in _named(run) if name in known for file in _files(name, is_large))
    pages = {file: _state(folder, file, shown) for file, shown in files}
    there = {file: state for file, state in pages.items() if state is not None}
    write_atomically(folder / FILE, msgspec.json.encode(Shown(_made_with(run), there)))


def _named(run: Run) -> Iterable[tuple[str, object]]:
    return zip(run.own_files, (one.version for one in run.outlines), strict=True)


def _files(name: str, is_large: bool) -> tuple[str, ...]:
    """Somebody's page, and what the page of a large class loads of them."""
    return (name, beside.own_file(name)) if is_large else (name,)


def _state(folder: Path, name: str, known: object) -> tuple[str, int, int] | None:
    """None where there is no page."""
    try:
        found = (folder / people_files.FOLDER / name).stat()
    except OSError:
        return None
    digest = known if isinstance(known, str) else version(cast("Grade", known))
    return digest, found.st_size, found.st_mtime_ns


def _made_with(run: Run) -> str:
    known = (grader_version(), _looks(), run.course.digest, repr(run.config))
    return hashlib.sha256("\0".join(known).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@lru_cache
def _looks() -> str:
    """A digest of what pages are made of beside code: templates, styles, texts."""
    total = hashlib.sha256()
    for path in sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".html", ".css", ".js", ".mo")):
        total.update(path.read_bytes())
    return total.hexdigest()
