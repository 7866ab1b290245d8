"""Grading processes for a server: kept warm, replaced when they die, with nothing of the workshop in sight."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.config import Config, Limits
from grader.course.course import Course
from grader.errors import UsageError
from grader.model import SubmissionStatus
from grader.serve.database import open_database
from grader.serve.graders import Graders, open_graders
from grader.submissions.submission import File, Submission
from tests.serve.conftest import notebook

LIMITS = Limits(cell_timeout_s=3.0, call_timeout_s=1.0, total_timeout_s=20.0)
CONFIG = Config(lang="en", limits=LIMITS)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    with open_database(folder):
        return folder


@pytest.fixture(scope="module")
def graders(course: Course, out: Path) -> Iterator[Graders]:
    with open_graders(course, CONFIG, 1, out) as opened:
        yield opened


def handed_in(*sources: str) -> Submission:
    return Submission("", "", ((File("n.ipynb", "n.ipynb", data=notebook(*sources)),),))


def test_a_notebook_is_graded_as_the_command_does_it(graders: Graders, solutions: dict[str, str]) -> None:
    outcome = graders.grade(handed_in("import numpy as np", *solutions.values()), True)
    assert outcome.is_final
    assert outcome.grade is not None
    assert outcome.grade.score == outcome.grade.max_score


def test_the_code_sees_neither_the_course_nor_the_workshop(graders: Graders, course: Course, out: Path) -> None:
    look = (
        "import os\n"
        "def get_linear_forward(x, w, b):\n"
        f"    places = ({str(out)!r}, {str(out / 'workshop.db')!r}, {str(course.folder)!r})\n"
        "    seen = [one for one in places if os.path.exists(one)]\n"
        "    assert not seen, 'SEES ' + repr(seen)\n"
        "    return w * x + b"
    )
    outcome = graders.grade(handed_in(look), True)
    assert outcome.grade is not None
    assert outcome.grade.exercises[0].points == 2, outcome.grade.exercises[0].checks


def test_a_process_that_is_lost_is_replaced_and_the_notebook_tried_again(
    graders: Graders, solutions: dict[str, str]
) -> None:
    pool = graders.grade.__self__  # type: ignore[attr-defined]
    graders.warm_up()
    (process,) = pool._idle
    threading.Timer(0.2, process.end).start()
    lost = graders.grade(handed_in("import time\ntime.sleep(1)"), False)
    assert not lost.is_final
    again = graders.grade(handed_in("import numpy as np", solutions["1a"]), True)
    assert again.grade is not None
    assert again.grade.score == 2


def test_what_never_ends_is_a_grade_with_the_reason(course: Course, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.batch.workers.GRACE_S", -19.0)  # ended from outside after a second
    with open_graders(course, CONFIG, 1, out) as opened:
        first = opened.grade(handed_in("while True: pass"), False)
        last = opened.grade(handed_in("while True: pass"), True)
    assert not first.is_final
    assert last.is_final
    assert last.grade is not None
    assert last.grade.status is SubmissionStatus.GRADED
    assert last.grade.score == 0


def test_it_does_not_start_where_code_could_read_the_hidden_tests(course: Course, out: Path) -> None:
    exposed = replace(CONFIG, without_walls=("landlock", "mount"))
    with pytest.raises(UsageError, match="virtual machine with Linux"), open_graders(course, exposed, 1, out):
        pass
