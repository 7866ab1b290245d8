"""The option `--course`, which all commands have."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from grader.cli.help_texts import help_text
from grader.i18n import msg


def _find(_context: click.Context, _option: click.Parameter, value: str | None) -> Path | None:
    from grader.course.places import find_course

    return None if value is None else find_course(value)


def _complete(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    from grader.course.places import installed_courses

    names = [CompletionItem(name) for name in sorted(installed_courses()) if name.startswith(begun)]
    return [*names, CompletionItem(begun, type="dir")]


course_option = click.option(
    "--course",
    "course_dir",
    type=click.Path(),
    callback=_find,
    shell_complete=_complete,
    metavar="NAME|DIR",
    help=help_text(msg("Another course than the built-in one: an installed one by its name, or the folder of one.")),
)
