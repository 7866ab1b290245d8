"""Many submissions: in any order, by any number of workers, warm or cold, each is graded as if it were alone."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.batch import lanes, local_worker, memory, workers
from grader.batch.workers import WorkerPool, grade_all
from grader.config import Config, Kernels, Limits
from grader.course.course import Course
from grader.i18n import render
from grader.kernel import fork_client as warm
from grader.model import CheckStatus, ExerciseStatus, Grade, SubmissionStatus
from grader.pipeline import Grader
from grader.report import formats, json_report
from grader.report.run import Run
from grader.submissions.find import find
from grader.submissions.submission import Submission, from_file
from tests.conftest import QUICK, ROOT, GradeCells
from tests.sample_files import notebook

SAMPLES = ROOT / "tests" / "samples"
WORK = local_worker.grade
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
    return {item["path"]: {**item, "duration_s": 0} for item in json.loads(json_report.text(run))["submissions"]}


@pytest.fixture(scope="module")
def alone(course: Course) -> dict[str, Any]:
    together: dict[str, Any] = {}
    for submission in map(from_file, NOTEBOOKS):
        together |= told(grade_all([submission], course, CONFIG), course)
    return together


@pytest.mark.parametrize("order", [NOTEBOOKS, NOTEBOOKS[::-1], [*NOTEBOOKS[2:], *NOTEBOOKS[:2]]])
def test_nothing_leaks_from_one_submission_to_the_next(
    order: list[Path], course: Course, alone: dict[str, Any]
) -> None:
    process = warm.start(CONFIG.kernel)
    try:
        grades = grade_all([*map(from_file, order)], course, CONFIG, 1, process)
    finally:
        if process is not None:
            process.close()
    assert [grade.notebook.path for grade in grades] == [str(path) for path in order]
    assert told(grades, course) == alone


@pytest.mark.parametrize("kernel", ["warm", "cold"])
def test_workers_give_what_one_alone_gives(kernel: str, course: Course, alone: dict[str, Any]) -> None:
    config = replace(CONFIG, kernel=kernel)
    assert told(grade_all([*map(from_file, NOTEBOOKS)], course, config, 2), course) == alone


def dies_at_the_samples(submission: Submission) -> Grade:
    """A worker that is ended from outside, each time or the first time, as its notebook's name says."""
    once = Path(submission.path).with_suffix(".once")
    if submission.participant == "always" or (submission.participant == "once" and not once.exists()):
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return WORK(submission)


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_a_worker_that_is_killed_loses_nobody(tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_worker, "grade", dies_at_the_samples)
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


def stalls(*_: object, **__: object) -> Any:
    """Where nothing in Python can end it: a signal that is blocked, in one long call."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    time.sleep(600)


def spins(*_: object, **__: object) -> Any:
    while True:
        pass


SLOW = {
    "reading": ("grader.submissions.submission.read_notebook", stalls),
    "judging": ("grader.pipeline.judge", spins),
    "diagnosing": ("grader.pipeline.diagnose", spins),
    "closing": ("grader.kernel.kernel.Kernel.close", stalls),
    "calling": ("grader.kernel.protocol.channel.Channel.receive", stalls),
}
QUICKEST = replace(CONFIG, limits=replace(QUICK, total_timeout_s=1.0))


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
@pytest.mark.parametrize("where", SLOW)
def test_what_stalls_is_ended_from_outside_wherever_it_is(
    where: str, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "GRACE_S", 1.0)
    monkeypatch.setattr(*SLOW[where])
    monkeypatch.setattr(Grader, "_score_unknown", spins)  # a busy machine comes no further within a second
    started = time.monotonic()
    (grade,) = grade_all([from_file(SAMPLES / "solved.ipynb")], course, QUICKEST, 1)
    assert 2 <= time.monotonic() - started < 2 + 20
    assert_ended(grade, course)


def assert_ended(grade: Grade, course: Course) -> None:
    assert (grade.status, grade.score, grade.bonus, grade.faulted) == (SubmissionStatus.GRADED, 0, 0, False)
    assert (grade.max_score, [one.id for one in grade.exercises]) == (18, [one.id for one in course.exercises])
    assert {one.status for one in grade.exercises} == {ExerciseStatus.NOT_RUN}
    assert {check.status for one in grade.exercises for check in one.checks} == {CheckStatus.NOT_RUN}
    assert "took more than the" in str(grade.notes[0])
    assert grade.digest
    run = Run((grade,), course, CONFIG)
    assert all("took more than the" in formats.text(name, run) for name in ("json", "terminal", "markdown", "html"))


def hoards(*_: object, **__: object) -> Any:
    """Takes memory without end, slower than a look at it comes."""
    held = []
    while True:
        held.append(b"x" * (8 << 20))
        time.sleep(0.01)


def hoards_at_the_samples(submission: Submission) -> Grade:
    return hoards() if submission.participant.startswith("Żółw") else WORK(submission)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("jobs", [1, 2])
def test_whose_grading_takes_too_much_memory_pays_for_it_alone(
    jobs: int, tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MAX_MIB", 200)
    monkeypatch.setattr(local_worker, "grade", hoards_at_the_samples)
    for name in ("Ada", "Żółw " + "Źdźbłosław " * 8, "Bo"):
        shutil.copy(SAMPLES / "solved.ipynb", tmp_path / f"{name}.ipynb")
    for grade in grade_all(find([tmp_path]).submissions, course, CONFIG, jobs):
        if grade.notebook.participant.startswith("Żółw"):
            assert (grade.status, grade.score, grade.faulted) == (SubmissionStatus.GRADED, 0, False)
            assert "took more than the 200 MiB of memory" in render(grade.notes[0], "en")
            assert grade.digest
        else:
            assert (grade.score, grade.bonus) == (18, 4), grade.notes


def leaves_memory_behind(submission: Submission) -> Grade:
    LEFT.append(b"x" * (30 << 20))
    return WORK(submission)


LEFT: list[bytes] = []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_notebooks_leave_behind_in_a_worker_costs_no_later_one_anything(
    tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MAX_MIB", 160)
    monkeypatch.setattr(local_worker, "grade", leaves_memory_behind)
    for name in "abcdef":
        shutil.copy(SAMPLES / "solved.ipynb", tmp_path / f"{name}.ipynb")
    grades = grade_all(find([tmp_path]).submissions, course, CONFIG, 1)
    assert [(grade.score, grade.bonus) for grade in grades] == [(18, 4)] * 6


def stalls_at_the_samples(submission: Submission) -> Grade:
    return stalls() if submission.participant.startswith("Żółw") else WORK(submission)


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("kernel", ["warm", "cold"])
def test_nobody_waits_for_who_stalls_and_nobody_pays_for_it(
    jobs: int, kernel: Kernels, tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_worker, "grade", stalls_at_the_samples)
    monkeypatch.setattr(
        workers, "time_limit_s", lambda submission, config: 3.0 if submission.participant.startswith("Żółw") else 90.0
    )
    names = ["Ada", "Żółw " + "Źdźbłosław " * 8, "Bo", "Żółw drugi", "Cyd"]
    for name in names:
        shutil.copy(SAMPLES / "solved.ipynb", tmp_path / f"{name}.ipynb")
    submissions = find([tmp_path]).submissions
    with warm.start(kernel) or nullcontext() as process:
        grades = grade_all(submissions, course, replace(CONFIG, kernel=kernel), jobs, process)
    assert [grade.notebook.participant for grade in grades] == [submission.participant for submission in submissions]
    for grade in grades:
        if grade.notebook.participant.startswith("Żółw"):
            assert_ended(grade, course)
        else:
            assert (grade.score, grade.bonus) == (18, 4), grade.notes
    assert not multiprocessing.active_children()


NAMES = "".join(f"{'ab' * 95}{number} = 1\n" for number in range(1500))


def test_the_command_explains_many_long_names_in_time(tmp_path: Path) -> None:
    """They were compared for minutes, in the grader's own process."""
    (tmp_path / "Żółw.ipynb").write_text(
        notebook(NAMES, *["a" * 100 + "b" * 99 + f"\nż{n}" for n in range(12)]), "utf-8"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "grader", str(tmp_path / "Żółw.ipynb"), "--total-timeout", "5", "--lang", "en"],
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
    )
    assert done.returncode == 1, done.stderr
    assert "took more than" not in done.stdout
    assert "Traceback" not in done.stderr
    assert time.monotonic() - started < 5 + workers.GRACE_S


def hurried_in_company(submission: Submission) -> Grade:
    """A worker on a machine that is busy with the others: the first time there is no time for some notebooks."""
    once = Path(submission.path).with_suffix(".once")
    graded = WORK(submission)
    if submission.participant.startswith("slow") and not once.exists():
        once.touch()
        return replace(graded, exercises=graded.exercises[:1], hurried=True)
    if submission.participant == "worse" and once.exists():
        return replace(graded, exercises=(), hurried=True)
    once.touch()
    return replace(graded, hurried=submission.participant == "worse")


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_the_clock_ended_in_company_is_graded_once_more_alone(
    jobs: int, tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_worker, "grade", hurried_in_company)
    names = ["Ada", "slow Żółw", "slow Ślimak", "worse"]
    for name in names:
        shutil.copy(SAMPLES / "solved.ipynb", tmp_path / f"{name}.ipynb")
    grades = {
        grade.notebook.participant: grade for grade in grade_all(find([tmp_path]).submissions, course, CONFIG, jobs)
    }
    assert {name: grades[name].score for name in names} == {
        "Ada": 18,
        "slow Żółw": 18 if jobs == 2 else 2,
        "slow Ślimak": 18 if jobs == 2 else 2,
        "worse": 18,
    }


def order(tmp_path: Path, course: Course, cell: str, before: str = "") -> str:
    """The order in which a class is done on one lane: after those before, a has such a cell, in which `last` is the
    path of a file that is made when c is done. All others are right."""
    last, done = tmp_path / "last", []
    (tmp_path / "a.ipynb").write_text(notebook(f"import os, time\nlast = {str(last)!r}\n{cell}"), "utf-8")
    for name in (*before, "b Źdźbłosław", "c"):
        shutil.copy(SAMPLES / "solved.ipynb", tmp_path / f"{name}.ipynb")

    def note(grade: Grade) -> None:
        done.append(grade.notebook.participant[0])
        assert grade.score == (0 if done[-1] == "a" else 18)
        if done[-1] == "c":
            last.touch()

    limits = Limits(cell_timeout_s=20, memory_mib=512)
    config, submissions = Config(lang="en", limits=limits, sandbox="off"), find([tmp_path]).submissions
    with warm.start("warm") as process:
        grades = grade_all(submissions, course, config, 1, process, note)
    assert [grade.notebook.participant[0] for grade in grades] == sorted(done)
    assert not multiprocessing.active_children()
    return "".join(done)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("cell", "turn"),
    [("while not os.path.exists(last): time.sleep(1)", -1), ("while time.process_time() < 2: pass", 0)],
)
def test_while_a_notebook_waits_its_lane_grades_others_but_not_while_it_computes(
    cell: str, turn: int, tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_mib", lambda: 8000)
    assert order(tmp_path, course, cell)[turn] == "a"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    "cell",
    [
        "while not os.path.exists(last): pass",
        "if os.fork() == 0:\n    while not os.path.exists(last): pass\n    os._exit(0)\nos.wait()",
        "while not os.path.exists(last): print('Żółw', end='')",
    ],
    ids=["itself", "in processes of its own", "printing"],
)
def test_who_computes_for_much_longer_than_the_others_is_graded_after_them(
    cell: str, tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_mib", lambda: 1000)
    monkeypatch.setattr(lanes, "LONG_FACTOR", 0.0)  # a machine that is busy has no other clock than this one
    monkeypatch.setattr(lanes, "LONG_S", 1.0)
    assert order(tmp_path, course, cell, "12") == "12bca"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_who_is_put_off_has_the_grade_that_it_has_alone(
    course: Course, alone: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "LONG_FACTOR", 0.0)
    monkeypatch.setattr(lanes, "LONG_S", 0.0)  # each but the last ones, wherever it is just then
    for module in (lanes, workers, memory):  # often enough for notebooks that take less than a tenth of a second
        monkeypatch.setattr(module, "LOOK_S", 0.01)
    replaced, replace_one = [], WorkerPool._replace
    monkeypatch.setattr(WorkerPool, "_replace", lambda pool, worker: replaced.append(1) or replace_one(pool, worker))
    with warm.start("warm") as process:
        grades = grade_all([*map(from_file, [*NOTEBOOKS, *NOTEBOOKS])], course, CONFIG, 2, process)
    assert told(grades, course) == alone
    assert len(replaced) >= 2, "somebody was put off"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("free_mib", [8000, 1000])
def test_where_no_process_or_no_room_is_left_for_another_those_that_wait_hold_up_their_lane(
    free_mib: int, tmp_path: Path, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_mib", lambda: free_mib)
    start = WorkerPool._start

    def starts_one(pool: WorkerPool, lane: int) -> Any:
        if hasattr(pool, "_workers") and free_mib == 8000:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return start(pool, lane)

    monkeypatch.setattr(WorkerPool, "_start", starts_one)
    assert order(tmp_path, course, "time.sleep(2)") == "abc"


def test_a_notebook_whose_time_is_over_in_the_middle_of_its_calls_says_so(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    slow = "import time\ndef get_linear_forward(x, w, b):\n    time.sleep(1.8)\n    return w * x + b"
    started = time.monotonic()
    grade = grade_cells(*{**solutions, "1a": slow}.values(), limits=replace(QUICK, total_timeout_s=4.0))
    took_s = time.monotonic() - started
    said = " ".join(str(check.message) for one in grade.exercises for check in one.checks)
    assert "loop that never stops" not in said
    assert "time for this notebook" in said
    assert took_s < 4 + 3


def says_when_it_begins(submission: Submission) -> Grade:
    Path(submission.path).with_suffix(".begun").touch()
    return WORK(submission)


@pytest.mark.skipif(sys.platform != "linux", reason="a worker that is no fork has another `grade`")
def test_the_next_notebook_begins_while_the_grade_of_the_last_one_is_kept(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ada", "Łucja"):
        (tmp_path / f"{name}.ipynb").write_text(notebook("x = 1"), "utf-8")
    monkeypatch.setattr(local_worker, "grade", says_when_it_begins)
    with workers.open_workers(course, CONFIG, 1) as engine:
        grades = engine(find([tmp_path]).submissions)
        assert next(grades)[0] == 0
        deadline = time.monotonic() + 20
        while not (tmp_path / "Łucja.begun").exists():
            assert time.monotonic() < deadline, "it waits until somebody asks for its grade"
            time.sleep(0.01)
        assert [place for place, _ in grades] == [1]


def test_nobody_looks_at_the_memory_of_a_worker_whenever_another_one_answers(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(memory, "LOOK_S", 60.0)
    monkeypatch.setattr(memory, "is_overgrown", lambda pid, inherited: bool(looks.append(pid)))
    for number in range(4):
        (tmp_path / f"Żółw {number}.ipynb").write_text(notebook("x = 1"), "utf-8")
    assert len(grade_all(find([tmp_path]).submissions, course, CONFIG, 2)) == 4
    assert looks == []
