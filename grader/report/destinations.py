"""Where each report goes: the file that was named, the place where its reader looks, or the standard output."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click

from grader.errors import GraderError, UsageError
from grader.i18n import Lang, Text, msg, render
from grader.report.formats import Format, load
from grader.report.run import Run
from grader.report.writing import Environ, write

_UNFINISHED = msg("The grader did not finish, and that is not your fault. Tell your trainer.")


@dataclass(frozen=True, slots=True)
class Destination:
    """A report and where it goes.

    Attributes:
        name: The name of the format, as `--report` knows it.
        file: The file that it is written to; None is the standard output. Copies of several notebooks go into a
            folder of that name.
        is_folder: Whether the name is that of a folder: one that is there, or with a slash at its end.
    """

    name: str
    file: Path | None
    is_folder: bool = False

    @property
    def format(self) -> Format:
        return load(self.name)


def destinations(given: Sequence[str], environ: Environ) -> list[Destination]:
    """The destinations of `FORMAT[=FILE]`s. Raise UsageError for an unknown format and for a missing place."""
    return [_destination(item, environ) for item in given]


def _destination(item: str, environ: Environ) -> Destination:
    name, _, file = item.partition("=")
    format = load(name)
    if format.require is not None:
        format.require(environ)
    if file:
        return Destination(name, Path(file), file.endswith(("/", os.sep)) or Path(file).is_dir())
    return Destination(name, _usual_place(name, format, environ))


def _usual_place(name: str, format: Format, environ: Environ) -> Path | None:
    if format.root is not None and not format.root.is_dir():
        raise UsageError(
            msg(
                "this machine has no {folder}, where {name} looks. Name a file: --report {name}=FILE",
                folder=str(format.root),
                name=name,
            )
        )
    return format.place if format.find_place is None else format.find_place(environ)


def is_output_free(found: Sequence[Destination]) -> bool:
    """Whether no report for a program takes the standard output."""
    return all(one.file is not None or one.format.shares_output for one in found)


# ---- what no report may be written over


def refuse_inputs(
    found: Sequence[Destination],
    results: Iterable[Path],
    environ: Environ,
    inputs: Callable[[], Iterable[tuple[Text, Path]]],
) -> None:
    """Raise UsageError where an input would be overwritten. Files are compared, not their names.

    `results`: files that the run itself writes. `inputs`: what each file that is read is, and its path.
    """
    written = {id: str(path) for path in chain(_written(found, environ), results) for id in _identities(path)}
    for what, path in inputs() if written else ():
        for id in _identities(path) & written.keys():
            raise UsageError(
                msg(
                    "{file} is {what}, and a report would overwrite it. Choose another place for the report.",
                    file=written[id],
                    what=what,
                )
            )


def refuse_later_inputs(found: Sequence[Destination], paths: Sequence[Path], out: Path | None) -> None:
    """Raise UsageError where the next look into a graded folder would take a report for a submission.

    `out` is the folder of results, where nobody looks for submissions.
    """
    folders = {path.resolve() for path in paths if path.is_dir()}
    for one in found:
        if one.file is None or not (one.name == "notebook" or one.file.suffix.lower() in (".ipynb", ".zip")):
            continue
        file = one.file.resolve()
        above = {file, *file.parents}
        if not above.isdisjoint(folders) and (out is None or out.resolve() not in above):
            raise UsageError(
                msg(
                    "{file} lies in a folder that is graded, and the next run would take it for a submission. "
                    "Choose a place for the report outside of the folder.",
                    file=str(one.file),
                )
            )


def _written(found: Sequence[Destination], environ: Environ) -> Iterator[Path]:
    for one in found:
        if one.file is not None and one.is_folder and one.format.in_folder is not None:
            yield from one.format.in_folder(one.file)
        elif one.file is not None:
            yield one.file
        if one.format.also_written is not None:
            yield from one.format.also_written(one.file, environ)


def _identities(path: Path) -> set[tuple[int, int]]:
    """The device and inode of a file, and of the link that leads to it; empty where there is nothing."""
    found = set()
    with suppress(OSError, ValueError):
        own = os.lstat(path)
        found.add((own.st_dev, own.st_ino))
        if stat.S_ISLNK(own.st_mode):
            there = os.stat(path)  # noqa: PTH116  twice as fast as the path's own, for tens of thousands of files
            found.add((there.st_dev, there.st_ino))
    return found


def check(run: Run, found: Sequence[Destination]) -> None:
    """Raise UsageError where a run can't be reported like that. It has no grades yet."""
    for one in found:
        if one.format.check is not None:
            one.format.check(run)


# ---- delivery


@contextmanager
def placeholders(found: Sequence[Destination], lang: Lang) -> Iterator[None]:
    """Put a placeholder where a platform waits for a file, so that it finds one even if this process is killed."""
    _write_placeholders(found, _UNFINISHED, lang)
    try:
        yield
    except GraderError as error:
        _write_placeholders(found, error.text, lang)
        raise


def _write_placeholders(found: Sequence[Destination], reason: Text, lang: Lang) -> None:
    for one in found:
        if one.file is not None and one.format.unfinished is not None:
            write(one.file, one.format.unfinished(reason, lang))


def deliver(run: Run, found: Sequence[Destination], environ: Environ, passed: bool) -> None:
    """Write every report, except for one that the command itself shows on the standard output.

    What follows the reports, such as lines for GitHub's runner, comes last and once for each format.
    """
    for one in found:
        _deliver(run, one, environ)
    for format in {one.name: one.format for one in found}.values():
        if format.finish is not None:
            format.finish(run, environ, passed)


def _deliver(run: Run, one: Destination, environ: Environ) -> None:
    if one.file is not None and one.is_folder and one.format.folder is not None:
        one.format.folder(run, one.file)
    elif one.format.deliver is not None:
        one.format.deliver(run, one.file, environ)
    elif one.format.parts is not None:
        write(one.file, one.format.parts(run))
    elif one.format.text is not None and (one.file is not None or not one.format.shares_output):
        write(one.file, _encoded(one.format.text(run), one.format, run))
    for text in one.format.remarks(run) if one.format.remarks is not None else ():
        click.echo(f"grade: {render(text, run.lang)}", err=True)


def _encoded(text: str, format: Format, run: Run) -> str | bytes:
    """The text in the encoding that its reader expects; what that lacks is written as HTML does."""
    encoding = "utf-8" if format.encoding is None else format.encoding(run)
    return text if encoding == "utf-8" else text.encode(encoding, "xmlcharrefreplace")
