"""`grade-course`: for authors of courses."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import streams, take_over
from grader.cli.commands import EXIT_BELOW, EXIT_OK, run_command, use_one_thread
from grader.cli.compare import compare
from grader.cli.course_option import course_option
from grader.cli.help_texts import Group, help_text
from grader.cli.options import PYTHON
from grader.cli.progress import show_progress
from grader.errors import UsageError
from grader.i18n import locale_language, msg
from grader.kernel.pythons import find_python

if TYPE_CHECKING:
    from grader.i18n import Lang

EXERCISE = click.option(
    "-e", "--exercise", "only", multiple=True, metavar="ID", help=help_text(msg("Only this exercise (repeatable)."))
)
LANG = click.option(
    "--lang",
    type=click.Choice(["pl", "en"]),
    help=help_text(msg("Language of the messages. [default: that of your locale]")),
)


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=help_text(msg("Make and prove a course of notebook exercises.")),
)
def grade_course() -> None:
    """The commands below."""


@grade_course.command(
    help=help_text(msg("Make the participants' stub notebooks from a course, or from a source notebook."))
)
@course_option
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default=Path("exercises"),
    show_default=True,
    help=help_text(msg("Folder for the stub notebooks.")),
)
@click.option(
    "--samples",
    type=click.Path(path_type=Path),
    help=help_text(msg("Folder for a solved and a typically wrong notebook.")),
)
@click.option(
    "--colab",
    metavar="GRADER",
    help=help_text(
        msg(
            "End each notebook with a cell that grades it in Google Colab, with the grader from this address: "
            "git+https://..., a wheel, or whatever else `uvx --from` takes."
        )
    ),
)
def build(course_dir: Path | None, out: Path, samples: Path | None, colab: str | None) -> int:
    """Write the notebooks, and print what was written."""
    from grader.course import authoring, loader
    from grader.course.places import find_course
    from grader.output import write_atomically

    if colab is not None and course_dir is not None:
        raise UsageError("The cell of --colab grades with the built-in course. Leave out --colab or --course.")
    place = find_course(course_dir)
    if folders := loader.assignment_folders(place):
        return max(take_over.build(loader.source_notebooks(one), out / one.name, samples) for one in folders)
    if notebooks := loader.source_notebooks(place):
        return take_over.build(notebooks, out, samples)
    loaded = loader.load(place)
    ending = authoring.colab_cell(colab, loaded.languages[0]) if colab is not None else None
    texts = {out / name: text for name, text in authoring.stub_notebooks(loaded, ending).items()}
    if samples is not None:
        texts |= {samples / name: text for name, text in authoring.sample_notebooks(loaded).items()}
    for path, text in texts.items():
        write_atomically(path, text)
        click.echo(path)
    for path in authoring.copy_data_files(loaded, out):
        click.echo(path)
    return EXIT_OK


@grade_course.command(
    help=help_text(
        msg(
            "Prove a course: right solutions pass, wrong answers earn nothing, mistakes and mutants fail, mistakes are "
            "named, with any seed.\n\nExit codes: 0 proved; 1 something is not proved, and is listed; 2 bad usage or "
            "an unreadable course; 3 the grader itself failed; 130 interrupted."
        )
    )
)
@course_option
@EXERCISE
@click.option(
    "--seeds",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help=help_text(msg("How many times everything is tried, each time with other inputs.")),
)
@click.option(
    "-j", "--jobs", type=click.IntRange(1), help=help_text(msg("Kernels at once. [default: the number of cores]"))
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help=help_text(msg("Write the kill matrix to this page.")),
)
@PYTHON
@LANG
@click.option("-v", "--verbose", is_flag=True, help=help_text(msg("Show which check fails which mistake.")))
def check(
    course_dir: Path | None,
    only: tuple[str, ...],
    seeds: int,
    jobs: int | None,
    out: Path | None,
    python: Path | None,
    lang: Lang | None,
    verbose: bool,
) -> int:
    """Try everything, show the table, and write the page."""
    use_one_thread()
    from rich.console import Console

    from grader.course import loader
    from grader.course.places import find_course
    from grader.output import write_atomically
    from grader.proof.page import page
    from grader.proof.prove import prove
    from grader.proof.table import show

    place, proved = find_course(course_dir), True
    folders = loader.each_assignment(place)
    if len(folders) > 1 and (only or out is not None):
        raise UsageError("{place} holds several assignments. Leave out --exercise and --out, or name one", place=place)
    if only and out is not None:
        raise UsageError("--out writes the page of the whole course. Leave out --out or --exercise")
    console, there = Console(highlight=False), find_python(python) if python else ""
    for folder in folders:
        course = loader.load(folder)
        course.require(only)
        with show_progress("grade-course check") as progress:
            proof = prove(course, seeds, jobs or os.cpu_count() or 1, only, progress, there)
        if len(folders) > 1:
            click.echo(f"\n{folder}")
        show(proof, console, lang or locale_language(os.environ), verbose)
        if out is not None:
            write_atomically(out, page(proof))
        proved = proved and not proof.flaws
    return EXIT_OK if proved else EXIT_BELOW


@grade_course.command(help=help_text(msg("Start a course in DIR: one complete exercise to learn from.")))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--notebook",
    is_flag=True,
    help=help_text(
        msg("Start a notebook instead, DIR/assignment.ipynb, with a statement, a solution and tests in its cells.")
    ),
)
@LANG
def new(folder: Path, notebook: bool, lang: Lang | None) -> int:
    """Write the course, or the notebook, and say what to do next."""
    from grader.course.authoring import new_course
    from grader.i18n import render
    from grader.output import write_atomically

    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(
            "{folder} already exists and is not empty. Choose another folder for the new course.", folder=folder
        )
    if notebook:
        return take_over.start_notebook(folder, lang or locale_language(os.environ))
    for name, text in new_course(folder.resolve().name).items():
        write_atomically(folder / name, text)
        click.echo(folder / name)
    next_step = msg("Now prove it: grade-course check --course {folder}", folder=shlex.quote(str(folder)))
    click.echo(render(next_step, lang or locale_language(os.environ)))
    return EXIT_OK


@grade_course.command(
    help=help_text(msg("Write the files that make this grader the autograder of Gradescope or PrairieLearn to DIR."))
)
@click.argument("system", type=click.Choice(["gradescope", "prairielearn"]))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@course_option
@click.option(
    "--lang",
    type=click.Choice(["pl", "en"]),
    default="en",
    show_default=True,
    help=help_text(msg("Language of the reports.")),
)
@EXERCISE
@click.option(
    "--image", default="", metavar="NAME", help=help_text(msg("Container image in which PrairieLearn grades."))
)
def export(system: str, folder: Path, course_dir: Path | None, lang: str, only: tuple[str, ...], image: str) -> int:
    """Write the files, and print their paths."""
    from grader.course import export as exports
    from grader.course import loader
    from grader.course.places import find_course

    loaded = loader.load(find_course(course_dir))
    loaded.require(only)
    if system == "prairielearn" and not image:
        raise UsageError("PrairieLearn grades in an image. Say what yours is called: --image NAME")
    arguments = ["--lang", lang, *(part for id in only for part in ("-e", id))]
    for path in exports.export(system, folder, loaded, arguments, image):
        click.echo(path)
    return EXIT_OK


@grade_course.command(
    help=help_text(
        msg(
            "Make a wheel of a course, with its hidden tests and solutions: for whoever grades, never for participants."
            "\n\npip installs it beside the grader, and grade --course ID then grades with it."
        )
    )
)
@course_option
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default=True,
    help=help_text(msg("Folder for the wheel.")),
)
@click.option(
    "--release",
    metavar="VERSION",
    help=help_text(
        msg("Version of the wheel. [default: 0+ and the digest of the course, so that each change is another version]")
    ),
)
def pack(course_dir: Path | None, out: Path, release: str | None) -> int:
    """Write the wheel, and print its path."""
    from grader.course import loader
    from grader.course import pack as packing
    from grader.course.places import find_course

    click.echo(packing.pack(loader.load(find_course(course_dir)), out, release))
    return EXIT_OK


grade_course.add_command(take_over.import_assignments)
grade_course.add_command(take_over.manual_scores)
grade_course.add_command(compare)


def main() -> None:
    """Run the command and exit with its code."""
    streams.prepare()
    sys.exit(run_command(grade_course, "grade-course"))
