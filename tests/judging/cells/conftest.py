"""Grades hand-ins of small assignments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from grader.config import Config, Limits
from grader.kernel.fork_client import ForkServerClient
from grader.model import Grade
from grader.pipeline import Grader, hidden_tests
from grader.ready import with_data_files
from tests.source_notebooks import HandIn

LIMITS = Limits(cell_timeout_s=5.0, call_timeout_s=1.0, total_timeout_s=60.0)
GradeHandIn = Callable[[HandIn], Grade]


@pytest.fixture(scope="session")
def grade_hand_in(warm: ForkServerClient | None) -> GradeHandIn:
    def grade(hand_in: HandIn) -> Grade:
        course = hand_in.course
        config = with_data_files(course, Config(lang="en", limits=LIMITS, hidden=(str(course.folder),)))
        with hidden_tests(course) as tests:
            return replace(Grader(course, tests, config, warm).grade_notebook(hand_in.notebook), duration_s=0.0)

    return grade
