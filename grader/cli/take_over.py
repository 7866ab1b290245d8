"""What `grade-course` does with source notebooks of nbgrader's and otter's: unfold, build and start them."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.commands import EXIT_OK
from grader.cli.help_texts import Command, help_text
from grader.errors import UsageError
from grader.i18n import locale_language, msg, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course.unfolding.unfold import LeftOut
    from grader.i18n import Lang
    from grader.submissions.gradebook_db import Score


@click.command(
    "import",
    cls=Command,
    help=help_text(
        msg(
            "Unfold source notebooks of nbgrader's or otter's into a course in DIR, to go on from: with known "
            "mistakes, more right solutions, a proof.\n\n"
            "SOURCE is a source notebook, or a folder of them. What can't be taken over is listed, with its reason and "
            "points."
        )
    ),
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help=help_text(msg("Folder of the course; with several sources, each gets a folder in it.")),
)
@click.option(
    "--lang",
    type=click.Choice(["pl", "en"]),
    help=help_text(msg("Language of the assignment's texts, and of the messages. [default: that of your locale]")),
)
def import_assignments(sources: Sequence[Path], out: Path, lang: Lang | None) -> int:
    """Write the course, and say what to do next."""
    from grader.course.loader import each_assignment, source_notebooks
    from grader.course.readers.forms import read_assignment
    from grader.course.unfolding.unfold import unfold
    from grader.output import write_atomically

    lang = lang or locale_language(os.environ)
    folders = [folder for source in sources for folder in each_assignment(source)]
    paths = [path for folder in folders for path in source_notebooks(folder)]
    if not paths:
        raise UsageError("no source notebook in it: no cell is marked as nbgrader's or otter's")
    made = {folder: (path, unfold(read_assignment(path), lang)) for folder, path in _apart(paths, out).items()}
    for folder in made:
        _refuse_full(folder)
    for path, unfolded in made.values():
        _say_left_out(path, unfolded.left_out, lang)
    written = [folder for folder, (_, unfolded) in made.items() if unfolded.files]
    if not written:
        raise UsageError("no test in it can be taken over, so there is nothing to make a course of")
    for folder in written:
        for name, content in made[folder][1].files.items():
            write_atomically(folder / name, content)
        click.echo(folder)
    for folder in written:
        next_step = msg("Now prove it: grade-course check --course {folder}", folder=shlex.quote(str(folder)))
        click.echo(render(next_step, lang))
    return EXIT_OK


def _apart(paths: Sequence[Path], out: Path) -> dict[Path, Path]:
    """The notebooks by the folders that they are unfolded into: by their own name, and where several have it by that of
    their assignment's folder too."""
    if len(paths) == 1:
        return {out: paths[0]}
    stems = Counter(path.stem for path in paths)
    return {out / (path.stem if stems[path.stem] == 1 else _with_folder(path)): path for path in paths}


def _with_folder(path: Path) -> str:
    return f"{path.absolute().parent.name}-{path.stem}"


def build(notebooks: Sequence[Path], out: Path, samples: Path | None) -> int:
    """Write the participants' version of each notebook, and the data files beside it."""
    from grader.course.readers.forms import read_assignment
    from grader.course.release import write_release
    from grader.output import write_atomically

    if samples is not None:
        raise UsageError("--samples is for a course in a folder. Leave it out; the source notebook is the solved one.")
    if any((out / path.name).resolve() == path.resolve() for path in notebooks):
        raise UsageError("{out} holds the source itself. Choose another folder: --out DIR", out=out)
    files = {file: content for path in notebooks for file, content in write_release(read_assignment(path), out)}
    for file, content in files.items():
        write_atomically(file, content)
        click.echo(file)
    return EXIT_OK


def start_notebook(folder: Path, lang: Lang) -> int:
    """Write a source notebook of three cells, and say how to go on."""
    from grader.course.release import new_assignment
    from grader.output import write_atomically

    path = folder / "assignment.ipynb"
    write_atomically(path, new_assignment(lang))
    click.echo(path)
    steps = msg(
        "Write your own statement, solution and tests in it. Then: grade-course check --course {path}\n"
        "For participants: grade-course build --course {path} --out {out}\n"
        "What they hand in: grade --course {path} HANDED-IN...",
        path=shlex.quote(str(path)),
        out=shlex.quote(f"{folder}-participants"),
    )
    click.echo(render(steps, lang))
    return EXIT_OK


@click.command(
    "manual-scores",
    cls=Command,
    help=help_text(
        msg(
            "Take over the points that a person gave in nbgrader: from its gradebook.db into manual.csv.\n\n"
            "Grade with --roster GRADEBOOK.DB, so that people have the same names in both."
        )
    ),
)
@click.argument("gradebook", metavar="GRADEBOOK.DB", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-a", "--assignment", required=True, metavar="NAME", help=help_text(msg("The assignment, as nbgrader calls it."))
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help=help_text(msg("manual.csv in the folder of results of grade -o.")),
)
def manual_scores(gradebook: Path, assignment: str, out: Path) -> int:
    """Write manual.csv, print its path, and name the points that it does not hold."""
    from grader.output import write_atomically
    from grader.submissions.gradebook_db import read_scores, scores_as_csv

    if out.exists():
        raise UsageError("{file} is there already. Choose another file, or remove it", file=out)
    scores = read_scores(gradebook, assignment)
    write_atomically(out, scores_as_csv(scores))
    click.echo(out)
    for one in scores:
        if one.is_test:
            _say_overruled(one)
    return EXIT_OK


def _say_overruled(score: Score) -> None:
    text = msg(
        "{participant}, {unit}: a person gave {points} in the place of a test's points. That is not taken over: points "
        "of tests come from tests here.",
        participant=score.participant,
        unit=score.unit,
        points=f"{score.points:g}",
    )
    click.echo(render(text, locale_language(os.environ)), err=True)


def _refuse_full(folder: Path) -> None:
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(
            "{folder} already exists and is not empty. Choose another folder for the new course.", folder=folder
        )


def _say_left_out(path: Path, left_out: Sequence[LeftOut], lang: Lang) -> None:
    for one in left_out:
        text = msg(
            "{path}: {unit}, worth {points}, is not taken over. {reason}",
            path=str(path),
            unit=one.unit,
            points=one.points,
            reason=one.reason,
        )
        click.echo(render(text, lang), err=True)
