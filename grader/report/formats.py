"""The registry of report formats: all that `--report FORMAT` can be.

A new format is a module with a function `text(run)`, a function here that describes it, and a line in FORMATS. The
modules are imported when their format is first used, so that the command starts fast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.i18n import Lang, Text, msg
from grader.report.run import Run
from grader.report.writing import Environ

if TYPE_CHECKING:
    from grader.report.sheets import Filling


@dataclass(frozen=True, slots=True)
class Format:
    """A report format: its text, and what its reader needs beside it.

    Attributes:
        text: The whole report as one text; None for a format that is more than that, or needs the environment.
        parts: The same in parts, where it may be long. Together they are the text.
        deliver: Writes the report to a file (None: the standard output), where writing its `text` is not all.
        folder: Writes the report into a folder, where it can be more than a file.
        in_folder: The files that it writes there.
        place: The file where the format's reader looks. None: the standard output.
        root: A folder that only the reader's machines have; without it nobody looks at `place`.
        find_place: `place`, where only the environment tells it. Raises UsageError.
        require: Raises UsageError where the environment lacks something that the report holds.
        also_written: Files, beside the named one, that are there already and would be written to.
        unfinished: What stands in the file until there are results: a text with the reason, in a language.
        check: Raises UsageError where the lists or the settings of a run don't fit the report. The run has no grades.
        encoding: The encoding of the text, where it may be another than UTF-8.
        remarks: What the person who runs the grader should know about the report, such as who is left out of it.
        finish: Runs after all reports are written; `passed` is whether every submission reached the minimal score.
        shares_output: Whether the standard output is left to the report for people.
    """

    text: Callable[[Run], str] | None = None
    parts: Callable[[Run], Iterable[bytes]] | None = None
    deliver: Callable[[Run, Path | None, Environ], None] | None = None
    folder: Callable[[Run, Path], None] | None = None
    in_folder: Callable[[Path], Iterable[Path]] | None = None
    place: Path | None = None
    root: Path | None = None
    find_place: Callable[[Environ], Path] | None = None
    require: Callable[[Environ], object] | None = None
    also_written: Callable[[Path | None, Environ], Iterable[Path]] | None = None
    unfinished: Callable[[Text, Lang], str] | None = None
    check: Callable[[Run], object] | None = None
    encoding: Callable[[Run], str] | None = None
    remarks: Callable[[Run], tuple[Text, ...]] | None = None
    finish: Callable[[Run, Environ, bool], None] | None = None
    shares_output: bool = False


def _terminal() -> Format:
    from grader.report import terminal

    return Format(terminal.text, shares_output=True)


def _json() -> Format:
    from grader.report import json_report

    return Format(json_report.text, parts=json_report.parts)


def _html() -> Format:
    from grader.report import people_files
    from grader.report.page import page

    return Format(page.text, parts=page.parts, folder=people_files.deliver, in_folder=people_files.existing)


def _csv() -> Format:
    from grader.report import gradebook

    return Format(gradebook.text)


def _gradebook() -> Format:
    from grader.report import gradebook

    return Format(gradebook.spreadsheet_text)


def _xlsx() -> Format:
    from grader.report import xlsx

    return Format(deliver=xlsx.deliver, find_place=xlsx.refuse_output)


def _junit() -> Format:
    from grader.report import junit

    return Format(junit.text, parts=junit.parts)


def _markdown() -> Format:
    from grader.report import markdown

    return Format(markdown.text)


def _github() -> Format:
    from grader.report.platforms import github

    return Format(
        deliver=github.deliver_summary,
        find_place=github.summary_file,
        also_written=github.output_files,
        finish=github.finish,
        shares_output=True,
    )


def _gradescope() -> Format:
    from grader.report.platforms import gradescope

    return Format(gradescope.text, place=gradescope.PLACE, root=gradescope.ROOT, unfinished=gradescope.unfinished)


def _prairielearn() -> Format:
    from grader.report.platforms import prairielearn as module

    return Format(module.text, place=module.PLACE, root=module.ROOT, unfinished=module.unfinished)


def _classroom50() -> Format:
    from grader.report.platforms import classroom50

    return Format(
        deliver=classroom50.deliver,
        place=classroom50.PLACE,
        require=classroom50.identity,
        also_written=classroom50.existing_body,
    )


def _moodle() -> Format:
    from grader.report.platforms import moodle

    return _to_fill_in("Moodle", moodle.text, moodle.filling, moodle.left_out)


def _canvas() -> Format:
    from grader.report.platforms import canvas

    return _to_fill_in("Canvas", canvas.text, canvas.filling, canvas.left_out)


def _brightspace() -> Format:
    from grader.report.platforms import brightspace

    return _to_fill_in("Brightspace", brightspace.text, brightspace.filling, brightspace.left_out)


def _blackboard() -> Format:
    from grader.report.platforms import blackboard

    return _to_fill_in("Blackboard", blackboard.text, blackboard.filling, blackboard.left_out)


def _usosweb() -> Format:
    from grader.report.platforms import usosweb

    made = _to_fill_in("USOSweb", usosweb.text, usosweb.filling, usosweb.left_out)
    return replace(made, check=usosweb.check)


def _to_fill_in(
    platform: str,
    text: Callable[[Run], str],
    filling: Callable[[Run], Filling | None],
    left_out: Callable[[Run], tuple[str, ...]],
) -> Format:
    """A format that is the platform's own file, filled in, if that is the list of participants."""
    from grader.report import sheets

    def encoding(run: Run) -> str:
        found = filling(run)
        return found.sheet.encoding if found else "utf-8"

    def remarks(run: Run) -> tuple[Text, ...]:
        return sheets.remarks(platform, run, filling(run), left_out(run))

    return Format(text, check=filling, encoding=encoding, remarks=remarks)


def _nbgrader() -> Format:
    from grader.report import sheets
    from grader.report.platforms import nbgrader

    return Format(nbgrader.text, remarks=lambda run: sheets.provisional("nbgrader", run))


def _otter() -> Format:
    from grader.report import sheets
    from grader.report.platforms import otter

    return Format(otter.text, remarks=lambda run: sheets.provisional("otter", run))


def _notebook() -> Format:
    from grader.report import notebook_copy

    return Format(deliver=notebook_copy.deliver, also_written=notebook_copy.existing_copies)


def _similarity() -> Format:
    from grader.report import similarity

    return Format(deliver=similarity.deliver, find_place=similarity.refuse_output, also_written=similarity.existing)


FORMATS: Mapping[str, Callable[[], Format]] = {
    "terminal": _terminal,
    "json": _json,
    "html": _html,
    "csv": _csv,
    "gradebook": _gradebook,
    "xlsx": _xlsx,
    "junit": _junit,
    "markdown": _markdown,
    "github": _github,
    "gradescope": _gradescope,
    "prairielearn": _prairielearn,
    "classroom50": _classroom50,
    "moodle": _moodle,
    "canvas": _canvas,
    "brightspace": _brightspace,
    "blackboard": _blackboard,
    "usosweb": _usosweb,
    "nbgrader": _nbgrader,
    "otter": _otter,
    "notebook": _notebook,
    "similarity": _similarity,
}
"""What makes each format, by the name that `--report` knows it by."""


def load(name: str) -> Format:
    """The format of this name. Raise UsageError where there is none."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(msg("there is no report '{name}'. There are: {known}", name=name, known=known))
    return FORMATS[name]()


def text(name: str, run: Run) -> str:
    """The report of a run as one text. Raise UsageError where the format of this name is no single text."""
    made = load(name).text if name in FORMATS else None
    if made is None:
        known = sorted(name for name in FORMATS if load(name).text is not None)
        raise UsageError(
            "there is no report {name} as text. There are: {known}", name=repr(name), known=", ".join(known)
        )
    return made(run)


def content(name: str, run: Run) -> str | Iterable[bytes]:
    """What to write for a format that is one text, in parts where that may be long."""
    made = load(name)
    return text(name, run) if made.parts is None else made.parts(run)
