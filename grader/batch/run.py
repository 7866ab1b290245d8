"""A run from what was found to what is left behind: taken over, graded, written, compared with the run before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from grader.batch.cohort import BatchRun
from grader.batch.progress import shown
from grader.batch.workers import Engine, engine, hidden_folders
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import Lang, Text, msg, msgs, render
from grader.kernel.fork_client import ForkServerClient
from grader.model import Config
from grader.output import write_atomically
from grader.report import formats
from grader.report.run import Run
from grader.submissions.find import Found, remarks, shortened

if TYPE_CHECKING:
    from grader.batch.store import Store

FILES = {"results.json": "json", "gradebook.csv": "csv", "report.html": "html"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be graded, with what, and where the results go. `console` is for whoever runs the grader; `warm` a
    process to fork kernels from, with a connection for each job; `dask` the address of a cluster to grade on instead.
    """

    found: Found
    course: Course
    config: Config
    console: Console
    jobs: int = 1
    out: Path | None = None
    warm: ForkServerClient | None = None
    dask: str | None = None

    @property
    def lang(self) -> Lang:
        return "pl" if self.config.lang == "pl" else "en"

    def say(self, *texts: Text) -> None:
        for text in texts:
            self.console.print(f"grade: {render(text, self.lang)}", markup=False, highlight=False, soft_wrap=True)


def conduct(plan: Plan) -> Run:
    """Grade what has not been graded yet, and write what belongs into the folder of the results. Raise UsageError where
    nothing is left to grade, OutputError where something can't be written."""
    plan.say(*remarks(plan.found))
    plan = replace(plan, config=replace(plan.config, hidden=hidden_folders(plan.found.roots, plan.course)))
    with opened(plan) as kept:
        batch_run = BatchRun(plan.found.submissions, kept)
        _take_over(plan, batch_run)
        try:
            _grade(plan, batch_run)
        except KeyboardInterrupt:
            _interrupted(plan, batch_run)
            raise
        _say_what_happened(plan, batch_run)
        run = _run(plan, batch_run)
        if not run.grades:
            raise UsageError("there is nothing to grade any more: everything was deleted while the run went on")
        if kept is not None:
            write(kept.folder, run)
            _compare(plan, kept, run)
    return run


@contextmanager
def opened(plan: Plan) -> Iterator[Store | None]:
    """The store in the folder of the results, if there is to be one."""
    if plan.out is None:
        yield None
        return
    from grader.batch import store

    with store.opened(plan.out, store.terms(plan.course, plan.config)) as kept:
        yield kept


def _take_over(plan: Plan, batch_run: BatchRun) -> None:
    count, of = batch_run.take_over(), len(batch_run.submissions)
    if count:
        text = msgs(
            "{n} of {all} was graded before and has not changed since.",
            "{n} of {all} were graded before and have not changed since.",
            count,
            all=of,
        )
        plan.say(text)


def _grade(plan: Plan, batch_run: BatchRun) -> None:
    waiting = batch_run.waiting
    if not waiting:
        return
    names = [submission.participant for submission in batch_run.submissions]
    with (
        grading(plan, len(waiting)) as (graded, at_once),
        shown(plan.console, plan.lang, names, waiting, at_once) as progress,
    ):
        started = time.monotonic()
        batch_run.go(graded, progress)
    if len(names) > 1:
        seconds = round(time.monotonic() - started, 1)
        count = len(waiting) - len(batch_run.waiting)
        plan.say(msgs("{n} graded in {seconds} s.", "{n} graded in {seconds} s.", count, seconds=seconds))


@contextmanager
def grading(plan: Plan, count: int) -> Iterator[tuple[Engine, int]]:
    """What grades, and how many at once."""
    if plan.dask is not None:
        from grader.batch.dask_cluster import on_dask

        with on_dask(plan.dask, plan.course, plan.config) as found:
            yield found
        return
    at_once = min(plan.jobs, count)
    with engine(plan.course, plan.config, at_once, plan.warm) as graded:
        yield graded, at_once


def _run(plan: Plan, batch_run: BatchRun) -> Run:
    return Run(batch_run.graded, plan.course, plan.config, plan.found.missing, plan.found.unmatched)


def write(out: Path, run: Run) -> None:
    """The files in the folder of the results. Raise OutputError."""
    for name, format in FILES.items():
        write_atomically(out / name, formats.text(format, run))


def _interrupted(plan: Plan, batch_run: BatchRun) -> None:
    if plan.out is None:
        plan.say(msg("Interrupted. With -o DIR each result is kept, and a second run goes on from there."))
        return
    write(plan.out, _run(plan, batch_run))
    text = msgs(
        "Interrupted: {n} of {all} is graded and kept in {folder}. The same command goes on from there.",
        "Interrupted: {n} of {all} are graded and kept in {folder}. The same command goes on from there.",
        len(batch_run.grades),
        all=len(batch_run.submissions),
        folder=str(plan.out),
    )
    plan.say(text)


def _say_what_happened(plan: Plan, batch_run: BatchRun) -> None:
    if batch_run.gone:
        plan.say(msg("Deleted while the run went on, so not graded: {names}.", names=shortened(batch_run.gone)))
    changed = batch_run.changed()
    if changed:
        text = msg(
            "Changed while the run went on: {names}. Run the same command again to grade what is there now.",
            names=shortened(changed),
        )
        plan.say(text)


def _compare(plan: Plan, kept: Store, run: Run) -> None:
    from grader.batch import changes

    before, now = changes.last(kept.folder), changes.scores(run.grades, kept.terms)
    found = None if before is None else changes.between(before, now)
    changes.write(kept.folder, found, now)
    if found is not None and before != now:
        for line in changes.told(found, plan.lang):
            plan.console.print(line, markup=False, highlight=False, soft_wrap=True)
