"""The options become a record once, at the command line's edge."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest

from grader.cli.grade import grade
from grader.cli.options import Options
from grader.config import Limits
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import locale_language


def parse(*arguments: str, environ: Mapping[str, str] | None = None) -> Options:
    context = grade.make_context("grade", ["--no-config", *arguments])
    return Options.from_click(context.params, environ or {})


def test_every_option_is_in_the_record_and_nothing_else() -> None:
    hidden_from_it = {"help", "no_config", "config_file"}
    names = {parameter.name for parameter in grade.params} - hidden_from_it
    assert names == {field.name for field in fields(Options)}


def test_defaults_depend_on_the_machine_where_nothing_is_said() -> None:
    options = parse("a.ipynb", environ={"LANG": "pl_PL.UTF-8"})
    assert (options.lang, options.jobs) == ("pl", os.cpu_count())
    assert parse("a.ipynb", "--lang", "en", "-j", "3", environ={"LANG": "pl_PL.UTF-8"}).lang == "en"
    assert parse("a.ipynb", "-j", "3").jobs == 3
    assert options.paths == (Path("a.ipynb"),)


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "en"),
        ({"LANG": "pl_PL.UTF-8"}, "pl"),
        ({"LANG": "pl_PL.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_MESSAGES": "PL", "LANG": "C", "LC_ALL": ""}, "pl"),
    ],
)
def test_the_language_is_that_of_the_locale(environ: dict[str, str], lang: str) -> None:
    assert locale_language(environ) == lang


def test_a_config_holds_what_the_options_say(course: Course) -> None:
    arguments = "x -e 1a -e 2 --cell-timeout 3 --call-timeout 2 --total-timeout 40 --memory 512 --seed 7 --kernel cold"
    config = parse(*arguments.split(), "--sandbox", "off", "--without-wall", "net", "--lang", "pl").make_config(course)
    assert config.limits == Limits(3.0, 2.0, 40.0, 512)
    assert (config.only, config.seed, config.kernel, config.sandbox) == (("1a", "2"), 7, "cold", "off")
    assert (config.without_walls, config.lang) == (("net",), "pl")


def test_an_exercise_that_the_course_lacks_is_named_with_those_that_it_has(course: Course) -> None:
    with pytest.raises(UsageError, match=r"there is no exercise '99' in this course\. Available: 1a, 1b, 2,"):
        parse("x", "-e", "99").make_config(course)


@pytest.mark.parametrize(
    ("arguments", "curves"),
    [([], False), (["-o", "out"], True), (["--report", "html=x.html"], True), (["--report", "json"], False)],
)
def test_only_a_page_asks_for_curves(arguments: list[str], curves: bool, course: Course) -> None:
    assert parse("x", *arguments).make_config(course).curves is curves


@pytest.mark.parametrize("arguments", [["--jobs", "0"], ["--min-score", "101"], ["--lang", "de"], ["--kernel", "hot"]])
def test_an_impossible_value_is_refused(arguments: list[str]) -> None:
    with pytest.raises(click.UsageError):
        parse("x", *arguments)


def test_the_record_can_not_be_changed() -> None:
    options: Any = parse("x")
    with pytest.raises(AttributeError):
        options.jobs = 5
