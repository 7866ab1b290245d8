"""The option `--course`, which all commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem


class CourseType(click.ParamType):
    """The name of an installed course, or a folder."""

    name = "course"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        from grader.course.places import find_course

        return find_course(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from grader.course.places import installed_courses

        names = [CompletionItem(name) for name in sorted(installed_courses()) if name.startswith(incomplete)]
        return [*names, CompletionItem(incomplete, type="dir")]


course_option = click.option(
    "--course",
    "course_dir",
    type=CourseType(),
    metavar="NAME|DIR",
    help="Another course than the built-in one: an installed one by its name, or the folder of one.",
)
