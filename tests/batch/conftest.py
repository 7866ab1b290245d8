"""What tests of a batch share: an engine that grades at once, and plans whose messages can be read."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from grader.batch.run import Plan
from grader.config import Config
from grader.course.course import Course
from grader.model import ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.submissions.find import find
from grader.submissions.submission import Submission, read_submission
from tests.conftest import QUICK
from tests.sample_files import lay_out, notebook

CONFIG = Config(lang="en", limits=QUICK)


FOUR = {f"{name}.ipynb": notebook(f"# {name}") for name in ("anna", "ewa", "jan", "ola")}


class FakeEngine:
    """Gives points for the length of a notebook, and remembers whom it has graded."""

    def __init__(self, course: Course) -> None:
        self.graded: list[str] = []
        self.before: Callable[[Submission], None] = lambda submission: None
        self.exercise = course.exercises[0]
        self.breaks_on = ""

    @contextmanager
    def __call__(self, *settings: object) -> Iterator[Callable[[Sequence[Submission]], Iterator[tuple[int, Grade]]]]:
        yield lambda submissions: ((place, self._grade(one)) for place, one in enumerate(submissions))

    def _grade(self, submission: Submission) -> Grade:
        self.before(submission)
        self.graded.append(submission.participant)
        reading = read_submission(submission)
        notebook, first = reading.notebooks[0], self.exercise
        points = float(sum(len(cell.source) for cell in notebook.cells))
        result = ExerciseResult(first.id, first.title, ExerciseStatus.PARTIAL, first.function, points, 99.0, 0.0, 0.0)
        status = SubmissionStatus.GRADER_FAULT if submission.participant == self.breaks_on else notebook.status
        return Grade(notebook, status, time.monotonic(), (result,), digest=reading.digest)


@pytest.fixture
def engine(course: Course, monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    fake = FakeEngine(course)
    monkeypatch.setattr("grader.batch.workers.open_workers", fake)
    return fake


@pytest.fixture
def plan(course: Course, tmp_path: Path) -> Callable[..., Plan]:
    """A plan for the notebooks of tmp_path/in; its console can be read."""
    lay_out(tmp_path / "in", FOUR)

    def make(**settings: Any) -> Plan:
        config = replace(CONFIG, **settings)
        console = Console(file=io.StringIO(), width=200)
        return Plan(find([tmp_path / "in"]), course, config, console, out=tmp_path / "out")

    return make


def said(plan: Plan) -> str:
    assert isinstance(plan.console.file, io.StringIO)
    return plan.console.file.getvalue()


def results(out: Path) -> tuple[str, str]:
    """The gradebook, and the JSON without the time that each took."""
    timed = (out / "results.json").read_text("utf-8")
    text, count = re.subn(r'^      "duration_s": .*$', "", timed, flags=re.MULTILINE)
    assert count == len(json.loads(timed)["submissions"])
    return (out / "gradebook.csv").read_text("utf-8-sig"), text
