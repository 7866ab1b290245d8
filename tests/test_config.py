"""The settings of a run: their defaults are those of the command, and nothing changes them on the way."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import msgspec
import pytest

import grader
from grader.cli.grade import grade
from grader.cli.options import Options
from grader.config import Config, Limits
from grader.course.course import Course


def test_the_defaults_are_those_of_the_command(course: Course) -> None:
    options = Options.from_click(grade.make_context("grade", ["--no-config", "x.ipynb"]).params, {})
    config, default = options.make_config(course), Config()
    assert config.limits == default.limits
    assert (config.sandbox, config.kernel, config.seed) == (default.sandbox, default.kernel, default.seed)
    assert (config.only, config.without_walls) == (default.only, default.without_walls) == ((), ())


def test_the_settings_are_frozen_and_the_same_after_they_were_sent_to_a_worker() -> None:
    config = Config(only=("1a",), lang="en", limits=Limits(memory_mib=512), hidden=("/zajęcia",))
    with pytest.raises(FrozenInstanceError):
        config.seed = 1  # type: ignore[misc]
    assert msgspec.json.decode(msgspec.json.encode(config), type=Config) == config


def test_the_package_offers_the_settings() -> None:
    assert (grader.Config, grader.Limits) == (Config, Limits)
