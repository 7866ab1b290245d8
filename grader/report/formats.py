"""The registry of report formats: all that `--report FORMAT` can be.

A new format is a module with a function `text(run)`, and a line in FORMATS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.i18n import Lang, Text
from grader.report import gradebook, junit, markdown
from grader.report.platforms import canvas, classroom50, github, gradescope, moodle, prairielearn
from grader.report.run import Run
from grader.report.writing import Environ


@dataclass(frozen=True, slots=True)
class Format:
    """A report format: its text, and what its reader needs beside it.

    Attributes:
        text: The whole report as one text; None for a format that is more than that, or needs the environment.
        deliver: Writes the report to a file (None: the standard output), where writing its `text` is not all.
        place: The file where the format's reader looks. None: the standard output.
        root: A folder that only the reader's machines have; without it nobody looks at `place`.
        find_place: `place`, where only the environment tells it. Raises UsageError.
        require: Raises UsageError where the environment lacks something that the report holds.
        also_written: Files, beside the named one, that are there already and would be written to.
        unfinished: What stands in the file until there are results: a text with the reason, in a language.
        left_out: Names of the participants of whom the report can hold nothing.
        finish: Runs after all reports are written; `passed` is whether every submission reached the minimal score.
        shares_output: Whether the standard output is left to the report for people.
        title: The platform's own name.
    """

    text: Callable[[Run], str] | None = None
    deliver: Callable[[Run, Path | None, Environ], None] | None = None
    place: Path | None = None
    root: Path | None = None
    find_place: Callable[[Environ], Path] | None = None
    require: Callable[[Environ], object] | None = None
    also_written: Callable[[Path | None, Environ], Iterable[Path]] | None = None
    unfinished: Callable[[Text, Lang], str] | None = None
    left_out: Callable[[Run], tuple[str, ...]] | None = None
    finish: Callable[[Run, Environ, bool], None] | None = None
    shares_output: bool = False
    title: str = ""


# ---- formats whose modules are slow to import: they wait until they are needed


def _terminal(run: Run) -> str:
    from grader.report import terminal

    return terminal.text(run)


def _json(run: Run) -> str:
    from grader.report import json_report

    return json_report.text(run)


def _page(run: Run) -> str:
    from grader.report.page import page

    return page.text(run)


def _deliver_copies(run: Run, file: Path | None, _: Environ) -> None:
    from grader.report import notebook_copy

    notebook_copy.deliver(run, file)


def _copies_there(file: Path | None, _: Environ) -> Iterable[Path]:
    """The notebooks in the folder of copies."""
    return file.glob("*.[iI][pP][yY][nN][bB]") if file is not None and file.is_dir() else ()


FORMATS: Mapping[str, Format] = {
    "terminal": Format(_terminal, shares_output=True),
    "json": Format(_json),
    "html": Format(_page),
    "csv": Format(gradebook.text),
    "junit": Format(junit.text),
    "markdown": Format(markdown.text),
    "github": Format(
        deliver=github.deliver_summary,
        find_place=github.summary_file,
        also_written=github.output_files,
        finish=github.finish,
        shares_output=True,
    ),
    "gradescope": Format(
        gradescope.text, place=gradescope.PLACE, root=gradescope.ROOT, unfinished=gradescope.unfinished
    ),
    "prairielearn": Format(
        prairielearn.text, place=prairielearn.PLACE, root=prairielearn.ROOT, unfinished=prairielearn.unfinished
    ),
    "classroom50": Format(deliver=classroom50.deliver, place=classroom50.PLACE, require=classroom50.identity),
    "moodle": Format(moodle.text, left_out=moodle.left_out, title="Moodle"),
    "canvas": Format(canvas.text, left_out=canvas.left_out, title="Canvas"),
    "notebook": Format(deliver=_deliver_copies, also_written=_copies_there),
}
TEXTS: Mapping[str, Callable[[Run], str]] = {name: one.text for name, one in FORMATS.items() if one.text is not None}
"""The formats that need nothing but the run, by name."""
