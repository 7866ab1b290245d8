"""The same work on a Dask cluster on this machine: nothing lost, nothing twice, the same results as without it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.api import load_course
from grader.batch import dask_cluster, worker_process
from grader.batch.dask_cluster import Loss, OtherVersion, open_cluster, work
from grader.batch.sealed import Sealing, to_bytes, whole
from grader.batch.worker_process import Limit, decode_answer
from grader.batch.workers import Engine, grade_all
from grader.config import Config
from grader.course.course import Course
from grader.errors import UsageError
from grader.model import ExerciseStatus, Grade, SubmissionStatus
from grader.report import gradebook, json_report
from grader.report.run import Run
from grader.serve.graders import open_graders
from grader.submissions.find import Found, find
from grader.submissions.submission import Submission, from_file
from tests.conftest import QUICK
from tests.sample_files import lay_out, notebook, zipped

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.xdist_group("dask"), pytest.mark.timeout(200)]
CONFIG = Config(lang="en", limits=QUICK, seed=3)
SEALING = Sealing(load_course())


WORKERS = 2


@pytest.fixture(scope="module")
def clusters() -> Iterator[list[Any]]:
    """The one that is in use, if there is one."""
    started: list[Any] = []
    yield started
    for cluster in started:
        cluster.close()


@pytest.fixture
def local_cluster(clusters: list[Any]) -> Any:
    """A cluster with all its workers. One that a test before has ended may still be starting; Dask does not try again
    where one is ended while it starts, and then it is another cluster."""
    if not clusters or not _has_all_workers(clusters[-1]):
        while clusters:
            clusters.pop().close()
        cluster = distributed.LocalCluster(
            n_workers=WORKERS, threads_per_worker=2, host="127.0.0.1", dashboard_address=None, silence_logs=50
        )
        clusters.append(cluster)
    return clusters[-1]


def _has_all_workers(cluster: Any) -> bool:
    deadline = time.monotonic() + 20
    while len(cluster.scheduler.running) < WORKERS and time.monotonic() < deadline:
        time.sleep(0.05)
    return len(cluster.scheduler.running) == WORKERS


@pytest.fixture
def found(tmp_path: Path, solutions: dict[str, str]) -> Found:
    """Files, a folder, an archive, something unreadable and somebody hostile."""
    sources = [*solutions.values(), "x = 1", "import os\nos._exit(1)"]
    files: dict[str, str | bytes] = {
        f"p{number}.ipynb": notebook("import numpy as np", source) for number, source in enumerate(sources)
    }
    files |= {f"ola/{id}.ipynb": notebook("import numpy as np", solutions[id]) for id in ("1a", "1b")}
    files |= {"broken.ipynb": "{", "Anna.zip": zipped({"work.ipynb": notebook("import numpy as np", solutions["4"])})}
    return find([lay_out(tmp_path / "in", files)], ["1a", "1b"])


def test_a_worker_that_is_killed_in_mid_run_loses_nothing_and_repeats_nothing_in_the_gradebook(
    local_cluster: Any, found: Found, course: Course
) -> None:
    grades = {}
    with open_cluster(local_cluster.scheduler_address, course, CONFIG) as (engine, at_once):
        assert at_once == 4
        for place, grade in engine(found.submissions):
            if not grades:
                os.kill(local_cluster.workers[0].process.process.pid, signal.SIGKILL)
            assert place not in grades
            grades[place] = whole(grade)
    assert sorted(grades) == list(range(len(found.submissions)))
    there = Run(tuple(grades[place] for place in sorted(grades)), course, CONFIG)
    here = Run(tuple(grade_all(found.submissions, course, CONFIG, 2)), course, CONFIG)
    assert gradebook.text(there) == gradebook.text(here)
    envelopes = [json.loads(json_report.text(run)) for run in (there, here)]
    for one in envelopes:
        for submission in one["submissions"]:
            submission["duration_s"] = 0
    assert envelopes[0] == envelopes[1]


def test_the_command_grades_on_the_cluster(local_cluster: Any, found: Found, tmp_path: Path) -> None:
    args = [tmp_path / "in", "--dask", local_cluster.scheduler_address, "-e", "1a", "-o", tmp_path / "out"]
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, args)], capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 1, done.stderr
    assert len((tmp_path / "out" / "gradebook.csv").read_text("utf-8").splitlines()) == 1 + len(found.submissions)
    assert f"{len(found.submissions)}/{len(found.submissions)}  " in done.stderr


def test_a_notebook_that_no_process_survives_is_a_fault_of_the_grader(
    local_cluster: Any, found: Found, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "work", _dies)
    with open_cluster(local_cluster.scheduler_address, course, CONFIG) as (engine, _):
        (grade,) = graded(engine, found.submissions[:1]).values()
    assert grade.faulted
    assert grade.notebook.participant == found.submissions[0].participant


def _dies(submission: bytes, setup: bytes, wanted: str, within_s: float) -> bytes:
    raise worker_process.WorkerDied


def test_a_notebook_that_overruns_its_time_is_ended_and_costs_nobody_else_anything(
    local_cluster: Any, found: Found, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = found.submissions[0].participant
    monkeypatch.setattr(
        dask_cluster, "time_limit_s", lambda submission, config: 0.01 if submission.participant == first else 60.0
    )
    with open_cluster(local_cluster.scheduler_address, course, CONFIG) as (engine, _):
        grades = graded(engine, found.submissions[:3])
    assert (grades[0].status, grades[0].score, grades[0].faulted) == (SubmissionStatus.GRADED, 0, False)
    assert {one.status for one in grades[0].exercises} == {ExerciseStatus.NOT_RUN}
    assert "took more than the" in str(grades[0].notes[0])
    assert not [note for place in (1, 2) for note in grades[place].notes if "took more than the" in str(note)]
    assert grades[2].cells


def test_what_ran_out_of_time_or_died_in_company_is_graded_once_more_alone(
    local_cluster: Any, course: Course, solutions: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["Ada", "slow Żółw", "dies Łoś", "worse"]
    files = {f"{name}.ipynb": notebook("import numpy as np", solutions["1a"]) for name in names}
    monkeypatch.setattr(dask_cluster, "work", _is_disturbed_by_company)
    with open_cluster(local_cluster.scheduler_address, course, CONFIG) as (engine, _):
        submissions = find([lay_out(tmp_path, files)]).submissions
        grades = graded(engine, submissions)
    assert {submissions[place].participant: grades[place].score for place in grades} == dict.fromkeys(names, 2)
    assert {path.name.partition(".")[0]: path.read_text() for path in tmp_path.glob("*.again")} == dict.fromkeys(
        names[1:], "alone"
    )


def sent(grade: Grade) -> bytes:
    return to_bytes(SEALING.seal_replacing(grade))


def graded(engine: Engine, submissions: Sequence[Submission]) -> dict[int, Grade]:
    return {place: whole(answer) for place, answer in engine(submissions)}


def test_what_costs_several_workers_their_life_costs_no_other_its_grade(
    local_cluster: Any, course: Course, solutions: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["Ada", "kills Żółć", "Ola"]
    lay_out(tmp_path, {f"{name}.ipynb": notebook("import numpy as np", solutions["1a"]) for name in names})
    monkeypatch.setattr(dask_cluster, "work", _ends_its_worker_in_company)
    monkeypatch.setattr(dask_cluster, "_groups", lambda count, at_once: [range(count)])
    monkeypatch.setattr(local_cluster.scheduler, "allowed_failures", 0)
    with open_cluster(local_cluster.scheduler_address, course, CONFIG) as (engine, _):
        grades = graded(engine, find([tmp_path]).submissions)
    assert [grades[place].score for place in sorted(grades)] == [2, 2, 2]


def _ends_its_worker_in_company(submission: bytes, setup: bytes, wanted: str, within_s: float) -> bytes | Limit:
    once = Path(msgspec.msgpack.decode(submission)["path"]).with_suffix(".once")
    if once.stem.startswith("kills") and not once.exists():
        once.touch()
        os._exit(1)
    return work(submission, setup, wanted, within_s)


def test_a_process_that_dies_costs_the_others_of_its_task_nothing() -> None:
    def dies_of(submission: bytes, setup: bytes, wanted: str, within_s: float) -> bytes | Limit:
        if submission == b"2":
            raise worker_process.WorkerDied
        return Limit.TIME if submission == b"3" else submission

    answers = dask_cluster.work_through(dies_of, [b"1", b"2", b"3", b"4"], b"", "", [1.0] * 4)
    assert answers == [b"1", Loss.PROCESS, Limit.TIME, b"4"]


@pytest.mark.parametrize(("count", "at_once"), [(0, 1), (1, 4), (7, 2), (10_000, 2), (5_000, 64), (40, 1)])
def test_tasks_hold_everybody_once_in_order_and_are_small_at_the_end(count: int, at_once: int) -> None:
    groups = [*dask_cluster._groups(count, at_once)]
    assert [place for group in groups for place in group] == [*range(count)]
    assert all(1 <= len(group) <= dask_cluster.TOGETHER for group in groups)
    assert all(len(group) == 1 for group in groups[-2 * at_once :])
    if count >= 5_000:
        assert len(groups) < count / 3, "each task has its price"


def _is_disturbed_by_company(submission: bytes, setup: bytes, wanted: str, within_s: float) -> bytes | Limit:
    """Work on a machine that is busy with others: the first time there is no time or no memory for some notebooks."""
    grade = decode_answer(work(submission, setup, wanted, within_s)).open()  # type: ignore[arg-type]
    path = Path(grade.notebook.path)
    busy, once = path.with_suffix(".busy"), path.with_suffix(".once")
    busy.touch()
    try:
        if once.exists():
            others = {one.name for one in path.parent.glob("*.busy")} - {busy.name}
            path.with_suffix(".again").write_text(f"beside {others}" if others else "alone")
            return sent(replace(grade, exercises=(), hurried=True) if path.stem == "worse" else grade)
        once.touch()
        time.sleep(0.3)  # so that others are there
        if path.stem.startswith("dies"):
            raise worker_process.WorkerDied
        short = replace(grade, exercises=(), hurried=True)
        return sent(short if path.stem.startswith("slow") else replace(grade, hurried=path.stem == "worse"))
    finally:
        busy.unlink()


def test_a_notebook_that_runs_out_of_time_alone_is_not_graded_twice(
    local_cluster: Any, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Żółw.ipynb").write_text(notebook("x = 1"), "utf-8")
    monkeypatch.setattr(dask_cluster, "work", _is_out_of_time)
    with open_cluster(local_cluster.scheduler_address, course, CONFIG) as (engine, _):
        (grade,) = graded(engine, [from_file(tmp_path / "Żółw.ipynb")]).values()
    assert "took more than the" in str(grade.notes[0])
    assert (tmp_path / "Żółw.calls").read_text() == "1"


def _is_out_of_time(submission: bytes, setup: bytes, wanted: str, within_s: float) -> Limit:
    with Path(msgspec.msgpack.decode(submission)["path"]).with_suffix(".calls").open("a") as calls:
        calls.write("1")
    return Limit.TIME


def test_a_cluster_that_can_not_be_used_is_a_users_mistake(course: Course, local_cluster: Any) -> None:
    with pytest.raises(UsageError, match="no Dask scheduler answers at tcp"), _quick(1):
        open_cluster("tcp://127.0.0.1:9", course, CONFIG).__enter__()
    with pytest.raises(OtherVersion, match="a worker of the cluster has grader"):
        work(b"", b"", "0.0.1", 60)


class _quick:
    def __init__(self, seconds: int) -> None:
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(dask_cluster, "CONNECT_TIMEOUT_S", seconds)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        self._patch.undo()


def test_a_workshop_is_graded_on_the_cluster(
    course: Course, local_cluster: Any, solutions: dict[str, str], tmp_path: Path
) -> None:
    address = local_cluster.scheduler_address
    with open_graders(course, CONFIG, 1, tmp_path, address) as graders:
        assert graders.at_once == 4
        (tmp_path / "1a.ipynb").write_text(notebook("import numpy as np", solutions["1a"]))
        outcome = graders.grade(from_file(tmp_path / "1a.ipynb"), True)
    assert outcome.is_final
    assert outcome.grade is not None
    assert outcome.grade.score == 2


def test_a_workshop_does_not_start_where_a_worker_of_the_cluster_can_hide_nothing(
    course: Course, local_cluster: Any, tmp_path: Path
) -> None:
    exposed = replace(CONFIG, without_walls=("landlock", "mount"))
    with (
        pytest.raises(UsageError, match="never your own"),
        open_graders(course, exposed, 1, tmp_path, local_cluster.scheduler_address),
    ):
        pass


def test_only_so_many_wait_at_the_cluster_as_keep_it_busy(local_cluster: Any) -> None:
    """What waits there has its files in the memory of this process: of ten thousand that would be gigabytes."""
    at_once = 0
    begun: set[int] = set()
    with distributed.Client(local_cluster.scheduler_address, set_as_default=False) as client:

        def begin(place: int) -> Any:
            begun.add(place)
            return client.submit(int, place, pure=False)

        seen = []
        for place, future in dask_cluster._as_answered(client, range(30), begin, lambda: 3):
            seen.append((place, future.result()))
            at_once = max(at_once, len(begun) - len(seen))
    assert sorted(seen) == [(place, place) for place in range(30)], "each once"
    assert at_once <= 3
