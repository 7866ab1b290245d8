"""`grade-course`: for authors of courses."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.cli import EXIT_OK, run_command
from grader.errors import UsageError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def grade_course() -> None:
    """Make and prove a course of notebook exercises."""


@grade_course.command()
@click.argument("course_dir", type=click.Path(path_type=Path), required=False)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default=Path("exercises"),
    show_default=True,
    help="Where the stub notebooks go.",
)
@click.option("--samples", type=click.Path(path_type=Path), help="Where a solved and a typically wrong notebook go.")
def build(course_dir: Path | None, out: Path, samples: Path | None) -> int:
    """Make the participants' stub notebooks from a course."""
    from grader import authoring, course
    from grader.batch import write_atomically

    loaded = course.load(course_dir or course.built_in())
    texts = {out / name: text for name, text in authoring.stub_notebooks(loaded).items()}
    if samples is not None:
        texts |= {samples / name: text for name, text in authoring.sample_notebooks(loaded).items()}
    for path, text in texts.items():
        write_atomically(path, text)
        click.echo(path)
    return EXIT_OK


@grade_course.command()
@click.argument("system", type=click.Choice(["gradescope", "prairielearn"]))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--course", "course_dir", type=click.Path(path_type=Path), help="Another course than the built-in one.")
@click.option("--lang", type=click.Choice(["pl", "en"]), default="en", show_default=True, help="Of the reports.")
@click.option("-e", "--exercise", "only", multiple=True, metavar="ID", help="Only this exercise (repeatable).")
@click.option("--image", default="", metavar="NAME", help="The image that PrairieLearn grades in.")
def export(system: str, folder: Path, course_dir: Path | None, lang: str, only: tuple[str, ...], image: str) -> int:
    """Make this grader the autograder of Gradescope or PrairieLearn: its files go to DIR."""
    from grader import course
    from grader import export as exports

    loaded = course.load(course_dir or course.built_in())
    for id in only:
        if id not in (ids := [exercise.id for exercise in loaded.exercises]):
            raise UsageError(f"there is no exercise {id!r} in this course. There are: {', '.join(ids)}")
    if system == "prairielearn" and not image:
        raise UsageError("PrairieLearn pulls an image: say what you will call it, --image NAME")
    arguments = ["--lang", lang, *(part for id in only for part in ("-e", id))]
    for path in exports.export(system, folder, loaded, arguments, image):
        click.echo(path)
    return EXIT_OK


def main() -> None:
    """Run the command and exit with its code."""
    sys.exit(run_command(grade_course, "grade-course"))
