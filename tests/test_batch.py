"""Many submissions: in any order, by any number of workers, warm or cold, each is graded as if it were alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.batch import workers as batch
from grader.batch.workers import grade_all
from grader.course.course import Course
from grader.errors import OutputError
from grader.kernel import fork_client as warm
from grader.model import Config, Grade
from grader.output import write_atomically
from grader.report.json_report import text as json_text
from grader.report.run import Run
from grader.submissions.find import find
from grader.submissions.submission import Submission
from tests.conftest import QUICK, ROOT

SAMPLES = ROOT / "tests" / "samples"
WORK = batch._work
NOTEBOOKS = [
    SAMPLES / "solved.ipynb",
    ROOT / "tests" / "notebooks" / "running" / "os-exit.ipynb",
    SAMPLES / "typical_mistakes.ipynb",
    ROOT / "exercises" / "workshop.ipynb",
]
CONFIG = Config(lang="en", limits=QUICK)


def told(grades: list[Grade], course: Course, config: Config = CONFIG) -> dict[str, Any]:
    """What is said of each notebook, without the time it took and the walls."""
    run = Run(tuple(grades), course, config)
    return {item["path"]: {**item, "duration_s": 0} for item in json.loads(json_text(run))["submissions"]}


@pytest.fixture(scope="module")
def alone(course: Course) -> dict[str, Any]:
    together: dict[str, Any] = {}
    for path in NOTEBOOKS:
        together |= told(grade_all([path], course, CONFIG), course)
    return together


@pytest.mark.parametrize("order", [NOTEBOOKS, NOTEBOOKS[::-1], [*NOTEBOOKS[2:], *NOTEBOOKS[:2]]])
def test_nothing_leaks_from_one_submission_to_the_next(
    order: list[Path], course: Course, alone: dict[str, Any]
) -> None:
    process = warm.start(CONFIG.kernel)
    try:
        grades = grade_all(order, course, CONFIG, 1, process)
    finally:
        if process is not None:
            process.close()
    assert [grade.notebook.path for grade in grades] == [str(path) for path in order]
    assert told(grades, course) == alone


@pytest.mark.parametrize("kernel", ["warm", "cold"])
def test_workers_give_what_one_alone_gives(kernel: str, course: Course, alone: dict[str, Any]) -> None:
    config = replace(CONFIG, kernel=kernel)
    assert told(grade_all(NOTEBOOKS, course, config, 2), course) == alone


def dies_at_the_samples(submission: Submission) -> Grade:
    """A worker that is ended from outside, each time or the first time, as its notebook's name says."""
    once = Path(submission.path).with_suffix(".once")
    if submission.participant == "always" or (submission.participant == "once" and not once.exists()):
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return WORK(submission)


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_a_worker_that_is_killed_loses_nobody(tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_work", dies_at_the_samples)
    for name in ("a", "always", "b", "once"):
        shutil.copy(SAMPLES / "solved.ipynb", tmp_path / f"{name}.ipynb")
    grades = grade_all(find([tmp_path]).submissions, course, CONFIG, 2)
    assert [(grade.status.value, grade.score) for grade in grades] == [
        ("graded", 18),
        ("grader_fault", 0),
        ("graded", 18),
        ("graded", 18),
    ]
    assert "ended from outside" in str(grades[1].notes[0])


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "folder" / "report.json"
    write_atomically(target, "one")
    write_atomically(target, "two")
    assert target.read_text() == "two"
    assert [path.name for path in target.parent.iterdir()] == ["report.json"]
    if sys.platform == "linux":
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        descriptor = os.open(pipe, os.O_RDWR)
        write_atomically(pipe, "through")
        assert os.read(descriptor, 100) == b"through"
        os.close(descriptor)
        assert pipe.is_fifo()
        with pytest.raises(OutputError, match="can't be written"):
            write_atomically(Path("/proc/report.json"), "x")
