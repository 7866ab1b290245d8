"""`grade-course`: for authors of courses."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.cli import EXIT_OK, run_command


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


def main() -> None:
    """Run the command and exit with its code."""
    sys.exit(run_command(grade_course, "grade-course"))
