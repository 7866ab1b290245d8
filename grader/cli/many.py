"""`grade` with a folder of several assignments: each is graded by itself, and one gradebook holds all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.options import Options
from grader.errors import UsageError
from grader.i18n import msg, render

if TYPE_CHECKING:
    from grader.report.run import Run


def grade_each(
    options: Options, folders: Sequence[Path], grade: Callable[[Options, Collection[str]], Run]
) -> Sequence[Run]:
    """Grade each assignment, one after another, and write the gradebook of all where results are kept."""
    if options.reports or options.watch or options.only:
        raise UsageError(
            msg(
                "--course names a folder of {count} assignments. --report, --watch and --exercise are for one of them: "
                "name its folder, such as --course {example}. The gradebook of all: -o DIR.",
                count=len(folders),
                example=str(folders[0]),
            )
        )
    runs: dict[str, Run] = {}
    for folder in folders:
        click.echo(f"\n{folder.name}")
        out = options.out / folder.name if options.out is not None else None
        own = replace(options, course_dir=folder, out=out)
        runs[folder.name] = grade(own, _others(folder, folders))
    if options.out is not None:
        _write(options.out, runs, options)
    return [*runs.values()]


def _others(folder: Path, folders: Sequence[Path]) -> frozenset[str]:
    """The names of the other assignments, and of notebooks that only they have."""
    from grader.course.loader import source_notebooks

    own = {folder.name.lower(), *(path.name.lower() for path in source_notebooks(folder))}
    others = [other for other in folders if other != folder]
    names = {other.name.lower() for other in others}
    return frozenset(names | {path.name.lower() for other in others for path in source_notebooks(other)}) - own


def _write(out: Path, runs: Mapping[str, Run], options: Options) -> None:
    from grader.output import write_atomically
    from grader.report import across
    from grader.report.platforms import nbgrader

    for name, content in (("gradebook.csv", across.text(runs)), ("nbgrader.csv", nbgrader.text_of(runs))):
        write_atomically(out / name, content)
        text = msg("All assignments together: {file}", file=str(out / name))
        click.echo(f"grade: {render(text, options.lang)}", err=True)
