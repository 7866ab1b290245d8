"""Nothing lost, nothing twice: results are kept as soon as they are there, and every run goes on where one ended."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from grader.batch import run as batch_run
from grader.batch import store
from grader.batch.changes import Score, Scores, compare, describe
from grader.batch.run import Plan, run_batch
from grader.cli import grade as cli
from grader.course.course import Course
from grader.errors import Interrupted, OutputError, UsageError
from grader.i18n import render
from grader.kernel.fork_client import ForkServerClient, available
from grader.model import SubmissionStatus
from grader.submissions.submission import Submission
from tests.batch.conftest import CONFIG, FOUR, FakeEngine, results, said
from tests.cli.test_grade import command
from tests.conftest import QUICK
from tests.loaded import run_grade
from tests.sample_files import lay_out, notebook

# ---- a second run


def test_a_second_run_grades_nothing_that_has_not_changed(engine: FakeEngine, plan: Callable[..., Plan]) -> None:
    first = plan()
    run_batch(first)
    before = results(first.out or Path())
    assert engine.graded == ["anna", "ewa", "jan", "ola"]
    engine.graded.clear()
    second = plan()
    run = run_batch(second)
    assert engine.graded == []
    assert "grade: 4 of 4 were graded before and have not changed since." in said(second)
    assert results(second.out or Path()) == before
    assert [grade.notebook.participant for grade in run.grades] == ["anna", "ewa", "jan", "ola"]


@pytest.mark.skipif(not available(), reason="no fork server here")
def test_the_fork_server_ends_while_the_reports_are_made(
    engine: FakeEngine, plan: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ForkServerClient() as fork_server:
        wait = partial(fork_server._process.wait, 30)
        monkeypatch.setattr(batch_run, "write_reports", lambda out, run: wait())
        run_batch(replace(plan(), fork_server=fork_server))
        assert fork_server._process.returncode is not None, "it has ended by then"


def test_an_unreadable_notebook_is_taken_over_like_the_others(
    engine: FakeEngine, plan: Callable[..., Plan], tmp_path: Path
) -> None:
    lay_out(tmp_path / "in", {"ela.ipynb": "{", "iga.ipynb": ""})
    (tmp_path / "in" / "link.ipynb").symlink_to("/nowhere")
    (tmp_path / "in" / "zip.zip").write_bytes(b"PK")
    run = run_batch(plan())
    assert [grade.status for grade in run.grades].count(SubmissionStatus.UNREADABLE) == 4
    before = (tmp_path / "out" / "results.json").read_bytes()
    engine.graded.clear()
    run_batch(plan())
    assert engine.graded == []
    assert (tmp_path / "out" / "results.json").read_bytes() == before


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"seed": 1}, "the seed changed"),
        ({"limits": replace(QUICK, memory_mib=1024)}, "the limits changed"),
        ({"sandbox": "off"}, "the sandbox changed"),
        ({"only": ("1a",)}, "other exercises were chosen"),
        ({"without_walls": ("net",)}, "the sandbox changed"),
    ],
)
def test_whatever_a_grade_rests_on_makes_it_graded_again(
    settings: dict[str, Any], why: str, engine: FakeEngine, plan: Callable[..., Plan]
) -> None:
    run_batch(plan())
    engine.graded.clear()
    later = plan(**settings)
    run_batch(later)
    assert engine.graded == ["anna", "ewa", "jan", "ola"]
    assert "No score has changed." in said(later)
    terms = [dict(store.terms(later.course, config)) for config in (CONFIG, replace(CONFIG, **settings))]
    old, new = (
        Scores(its, [Score("a", "", "d", {"1a": points})]) for its, points in zip(terms, (1.0, 2.0), strict=True)
    )
    assert describe(compare(old, new), "en") == ["1 of 1 scores changed:", f"  a  1a  1 → 2  {why}"]


def test_the_language_and_the_workers_change_nothing(engine: FakeEngine, plan: Callable[..., Plan]) -> None:
    run_batch(plan())
    engine.graded.clear()
    run_batch(replace(plan(lang="pl"), jobs=3))
    assert engine.graded == []


def test_a_changed_notebook_is_graded_again_and_the_run_says_what_changed(
    engine: FakeEngine, plan: Callable[..., Plan], tmp_path: Path
) -> None:
    run_batch(plan())
    engine.graded.clear()
    lay_out(tmp_path / "in", {"ewa.ipynb": notebook("# ewa, better"), "zoe.ipynb": notebook("# zoe")})
    (tmp_path / "in" / "ola.ipynb").unlink()
    later = plan()
    run_batch(later)
    assert engine.graded == ["ewa", "zoe"]
    assert said(later).splitlines()[-2:] == ["1 of 3 scores changed:", "  ewa  1a  5 → 13  the notebook changed"]
    written = json.loads((tmp_path / "out" / "changes.json").read_text("utf-8"))
    assert written == {
        "schema": "grade-changes/1",
        "of": 3,
        "changes": [
            {"participant": "ewa", "id": "", "exercise": "1a", "before": 5.0, "after": 13.0, "why": ["notebook"]}
        ],
    }
    unchanged = plan()
    run_batch(unchanged)
    assert "changed:" not in said(unchanged)


def test_what_changed_is_told_though_the_run_that_found_it_was_ended(
    engine: FakeEngine, plan: Callable[..., Plan], tmp_path: Path
) -> None:
    run_batch(plan())
    lay_out(tmp_path / "in", {"anna.ipynb": notebook("# anna!"), "ewa.ipynb": notebook("# ewa!")})

    def stop_at_ewa(submission: Submission) -> None:
        if submission.participant == "ewa":
            raise KeyboardInterrupt

    engine.before = stop_at_ewa
    ended = plan()
    with pytest.raises(Interrupted, match="Interrupted: 3 of 4 are graded and kept in"):
        run_batch(ended)
    assert len((tmp_path / "out" / "gradebook.csv").read_text().splitlines()) == 4
    engine.before = lambda submission: None
    later = plan()
    run_batch(later)
    assert "2 of 4 scores changed:" in said(later)


def test_what_the_grader_broke_on_is_tried_again(engine: FakeEngine, plan: Callable[..., Plan]) -> None:
    first = plan()
    run = run_batch(first)
    fault = replace(run.grades[2], status=SubmissionStatus.GRADER_FAULT)
    with store.open_store(first.out or Path(), store.terms(first.course, first.config)) as kept:
        next(kept.folder.glob("submissions/jan-*")).unlink()
        assert kept.keep(first.found.submissions[2], fault).grade == fault
    engine.graded.clear()
    run_batch(plan())
    assert engine.graded == ["jan"]


@pytest.mark.parametrize(("changed", "says"), [(False, "when it graded this again"), (True, "on a newer version")])
def test_a_fault_of_the_graders_never_takes_a_score_away(
    changed: bool, says: str, engine: FakeEngine, plan: Callable[..., Plan], tmp_path: Path
) -> None:
    before = run_batch(plan()).grades[2]
    if changed:
        lay_out(tmp_path / "in", {"jan.ipynb": notebook("# jan, later")})
    engine.breaks_on = "jan"
    run = run_batch(plan(seed=1))
    assert (run.grades[2].score, run.grades[2].status) == (before.score, SubmissionStatus.GRADED)
    assert says in render(run.grades[2].notes[0], "en")
    assert cli._exit_code(run.grades, 0, exit_zero=True) == cli.EXIT_FAULT
    rows = csv.DictReader((tmp_path / "out" / "gradebook.csv").read_text("utf-8-sig").splitlines())
    assert [row["score"] for row in rows][2] == f"{before.score:g}"
    engine.graded.clear()
    engine.breaks_on = ""
    after = run_batch(plan(seed=1)).grades[2]
    assert engine.graded == ["jan"], "and it is tried again"
    assert (after.incomplete, after.notes) == (False, ())
    assert (after.score > before.score) == changed


def test_a_score_of_other_exercises_does_not_stand_in_for_a_fault(
    engine: FakeEngine, plan: Callable[..., Plan], course: Course
) -> None:
    run_batch(plan())
    engine.exercise, engine.breaks_on = course.exercises[1], "jan"
    assert run_batch(plan(only=("1b",))).grades[2].status is SubmissionStatus.GRADER_FAULT


# ---- what happens in mid-run


def test_what_is_deleted_or_changed_in_mid_run_is_told(
    engine: FakeEngine, plan: Callable[..., Plan], tmp_path: Path
) -> None:
    def meddle(submission: Submission) -> None:
        if submission.participant == "ewa":
            (tmp_path / "in" / "ewa.ipynb").unlink()
        if submission.participant == "jan":
            (tmp_path / "in" / "anna.ipynb").write_text(notebook("# anna, later"))

    engine.before = meddle
    disturbed = plan()
    run = run_batch(disturbed)
    assert [grade.notebook.participant for grade in run.grades] == ["anna", "jan", "ola"]
    folder = tmp_path / "in"
    assert f"Deleted during the run, so not graded: {folder / 'ewa.ipynb'}." in said(disturbed)
    assert f"Changed during the run: {folder / 'anna.ipynb'}." in said(disturbed)
    engine.graded.clear()
    engine.before = lambda submission: None
    run_batch(plan())
    assert engine.graded == ["anna"]
    resumed = results(tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    run_batch(plan())
    assert results(tmp_path / "out") == resumed


def test_when_all_is_deleted_there_is_nothing_to_grade(
    engine: FakeEngine, plan: Callable[..., Plan], tmp_path: Path
) -> None:
    engine.before = lambda submission: (tmp_path / "in" / f"{submission.participant}.ipynb").unlink()
    with pytest.raises(UsageError, match="every submission was deleted"):
        run_batch(plan())


def test_a_full_disk_is_told_with_what_is_kept_and_leaves_nothing_half_written(
    engine: FakeEngine, plan: Callable[..., Plan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync, written = os.fsync, []

    def full(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) == 4:  # the trial and two records have been written
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OutputError, match=r"No space left on device.*2 of 4 results are kept; run the same"):
            run_batch(plan())
    assert len(list((tmp_path / "out" / "submissions").iterdir())) == 2
    engine.graded.clear()
    run_batch(plan())
    assert engine.graded == ["jan", "ola"]


# ---- the real command


OPTIONS = ("--lang", "en", "-j", "2")


def grade(*arguments: object) -> subprocess.CompletedProcess[str]:
    return command(*arguments, *OPTIONS)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.timeout(300)
def test_a_run_that_is_killed_at_any_moment_goes_on_to_the_same_results(
    tmp_path: Path, solutions: dict[str, str]
) -> None:
    """Twenty kills at random moments of four runs: while it starts, grades, and writes its reports. One in five hits a
    new interpreter, which is loading the grader."""
    sources = [solutions["1a"], "def get_linear_forward(x, w, b):\n    return w * x", "x = 1", solutions["1b"]]
    files = {f"p{number}.ipynb": notebook("import numpy as np", source) for number, source in enumerate(sources * 2)}
    folder = lay_out(tmp_path / "in", {**files, "p9.ipynb": "{"})
    started = time.monotonic()
    undisturbed = grade(folder, "-o", tmp_path / "whole", "-e", "1a")
    whole_s = time.monotonic() - started
    assert undisturbed.returncode == 1, undisturbed.stderr
    moments = random.Random(6)
    for run in range(4):
        out = tmp_path / f"out{run}"
        arguments = [str(folder), "-o", str(out), "-e", "1a", *OPTIONS]
        for _ in range(4):
            run_grade(arguments, os.environ, Path.cwd(), moments.uniform(0.2, 1.0) * whole_s)
        with subprocess.Popen(
            [sys.executable, "-m", "grader", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            time.sleep(moments.uniform(0.2, 1.0) * whole_s)
            process.send_signal(signal.SIGKILL)
        done = grade(folder, "-o", out, "-e", "1a")
        assert done.returncode == 1, done.stderr
        assert results(out) == results(tmp_path / "whole")
        left = [path.name for path in (out, out / "submissions") for path in path.iterdir() if ".grade-" in path.name]
        assert left == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a folder that refuses root too")
def test_a_folder_that_can_not_be_written_is_told_before_anything_is_graded(tmp_path: Path) -> None:
    lay_out(tmp_path / "in", FOUR)
    (tmp_path / "file").write_text("")
    for out in ("/proc/results", tmp_path / "file" / "out"):
        done = grade(tmp_path / "in", "-o", out)
        assert done.returncode == 2
        assert "can't be written" in done.stderr
        assert "1/4" not in done.stderr
        assert "Traceback" not in done.stderr
