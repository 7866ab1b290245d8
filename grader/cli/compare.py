"""`grade-course compare`: does nbgrader or otter itself judge as this grader does?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.commands import EXIT_BELOW, EXIT_OK, use_one_thread
from grader.cli.course_option import course_option
from grader.cli.help_texts import Command, help_text
from grader.cli.options import PYTHON
from grader.cli.progress import show_progress
from grader.errors import UsageError
from grader.i18n import locale_language, msg, msgs, render
from grader.kernel.pythons import find_python

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.i18n import Lang, Text
    from grader.proof.peers.compare import Comparison


@click.command(
    cls=Command,
    help=help_text(
        msg(
            "Let nbgrader or otter itself grade a source notebook's solution, its stub and every mutant of the "
            "solution, and list every unit whose verdict differs from this grader's.\n\n"
            "Exit codes: 0 the same verdicts; 1 differences, which are listed; 2 bad usage or an unreadable course; "
            "3 the grader itself failed; 130 interrupted."
        )
    ),
)
@course_option
@click.option(
    "--peer",
    required=True,
    type=click.Path(path_type=Path),
    metavar="PYTHON",
    help=help_text(
        msg("The Python of an environment that has nbgrader or otter-grader, and what the notebooks import.")
    ),
)
@PYTHON
@click.option(
    "--mutants", "most", type=click.IntRange(0), metavar="N", help=help_text(msg("At most N mutants of each cell."))
)
@click.option(
    "-j", "--jobs", type=click.IntRange(1), help=help_text(msg("Notebooks at once. [default: the number of cores]"))
)
@click.option(
    "--lang",
    type=click.Choice(["pl", "en"]),
    help=help_text(msg("Language of the messages. [default: that of your locale]")),
)
def compare(
    course_dir: Path | None, peer: Path, python: Path | None, most: int | None, jobs: int | None, lang: Lang | None
) -> int:
    """Grade everything in both, and list the differences."""
    use_one_thread()
    from grader.course import loader
    from grader.course.places import find_course
    from grader.course.readers.forms import read_assignment
    from grader.proof.peers.compare import compare as compare_with
    from grader.proof.peers.peer import peer_for

    folders = loader.each_assignment(find_course(course_dir)) if course_dir is not None else []
    notebooks = [path for folder in folders for path in loader.source_notebooks(folder)]
    if not notebooks:
        raise UsageError("Name a source notebook of nbgrader's or otter's, or a folder of them: --course SOURCE")
    if len(notebooks) > 1:  # some of several may only explain
        notebooks = [path for path in notebooks if read_assignment(path).units]
    there, differ = find_python(python) if python else "", False
    for path in notebooks:
        course = loader.load(path)
        assert course.assignment is not None
        with show_progress("grade-course compare") as progress:
            found = compare_with(
                course, peer_for(course.assignment, peer), jobs or os.cpu_count() or 1, most, progress, there
            )
        for text in _lines(path, found):
            click.echo(render(text, lang or locale_language(os.environ)))
        differ = differ or len(found.alike) < len(found.units)
    return EXIT_BELOW if differ else EXIT_OK


def _lines(path: Path, found: Comparison) -> Iterator[Text]:
    yield msg(
        "{path}: {alike} of {units} units have the same verdicts as {peer}'s on {notebooks} notebooks.",
        path=str(path),
        alike=len(found.alike),
        units=len(found.units),
        peer=found.kind,
        notebooks=found.notebooks,
    )
    for unit, reason in found.by_hand.items():
        yield msg("  {unit} is left to a person. {reason}", unit=unit, reason=reason)
    for one in found.differences:
        text = msg("passes here and not there") if one.ours else msg("passes there and not here")
        yield msg(
            "  {unit}, test {number}: {text}: {about}", unit=one.unit, number=one.number, text=text, about=one.about
        )
    if found.silent:
        yield msgs(
            "  {n} notebook has no verdict of one of them:", "  {n} notebooks have no verdict of one of them:",
            len(found.silent),
        )  # fmt: skip
    for about, why in found.silent.items():
        yield msg("    {about}: {why}", about=about, why=why)
