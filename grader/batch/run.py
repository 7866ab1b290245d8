"""A run over many submissions: take over, grade, write the results, compare them with those of the run before."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from grader.batch.kept import KeptResults
from grader.batch.progress import Progress, choose_progress
from grader.batch.results import FileState, file_states
from grader.batch.sealed import Answer, score
from grader.config import Config
from grader.course.course import Course
from grader.errors import Interrupted, OutputError, UsageError
from grader.i18n import Lang, Text, msg, msgs, render
from grader.kernel.fork_client import ForkServerClient
from grader.loading import loading
from grader.model import Grade, SubmissionStatus
from grader.output import write_atomically
from grader.ready import hidden_folders, ready_for
from grader.report.outline import KeptGrades
from grader.report.run import Run
from grader.submissions.find import Found, remarks, shorten
from grader.submissions.submission import Submission

if TYPE_CHECKING:
    from grader.batch.manual import Marks
    from grader.batch.store import Store
    from grader.batch.workers import Engine

FILES = {"results.json": "json", "gradebook.csv": "gradebook", "report.txt": "terminal"}
"""The reports in the folder of the results beside the pages: each file's name and format."""
BY_HAND = "manual.csv"  # the points that a person gives, where there are any


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be graded, with what, and where the results go.

    Attributes:
        found: The submissions.
        course: The exercises.
        config: The settings.
        console: Where the person who runs the grader reads messages and progress.
        jobs: How many submissions are graded at once.
        out: The folder of the results, if they are to be kept.
        fork_server: What kernels are forked from, with a connection for each job.
        dask: The address of a cluster's scheduler, to grade there instead.
        anonymous: Whether what is shown while it is watched holds nobody's name.
    """

    found: Found
    course: Course
    config: Config
    console: Console
    jobs: int = 1
    out: Path | None = None
    fork_server: ForkServerClient | None = None
    dask: str | None = None
    anonymous: bool = False

    @property
    def lang(self) -> Lang:
        return self.config.lang

    def say(self, *texts: Text) -> None:
        for text in texts:
            self.console.print(f"grade: {render(text, self.lang)}", markup=False, highlight=False, soft_wrap=True)


class BatchRun:
    """The submissions of a run and their grades so far.

    Attributes:
        submissions: What is to be graded, in order.
        results: The grades so far.
        deleted: The paths of submissions that were deleted before they were graded.
    """

    def __init__(self, submissions: Sequence[Submission], course: Course, store: Store | None = None) -> None:
        self.submissions, self.results = submissions, KeptResults(store, course)
        self.deleted: list[str] = []

    @property
    def waiting(self) -> list[int]:
        """The places of the submissions that have no grade yet, counted from 0."""
        return [place for place, one in enumerate(self.submissions) if not self.results.has(one)]

    @property
    def grades(self) -> KeptGrades:
        """The grades so far, in the order of the submissions."""
        return self.results.collect(self.submissions)

    def grade(self, engine: Engine, progress: Progress) -> None:
        """Grade what waits. Raise OutputError if a grade can't be kept."""
        waiting = self.waiting
        states = {place: file_states(self.submissions[place]) for place in waiting}
        for index, answer in engine([self.submissions[place] for place in waiting]):
            submission = self.submissions[waiting[index]]
            if score(answer).status is SubmissionStatus.UNREADABLE and _is_deleted(submission):
                self.deleted.append(submission.path)
                continue
            progress.show(waiting[index], self._keep(submission, answer, states.pop(waiting[index])))

    def outdated(self) -> list[str]:
        """The paths whose contents have changed since they were graded."""
        return [one.path for one in self.submissions if self.results.is_outdated(one)]

    def _keep(self, submission: Submission, answer: Answer, states: tuple[FileState | None, ...]) -> Grade:
        try:
            return self.results.keep(submission, answer, states)
        except OutputError as error:
            kept, count = len(self.grades), len(self.submissions)
            text = msgs(
                "{error} {n} of {all} results is kept; run the same command again to continue from there.",
                "{error} {n} of {all} results are kept; run the same command again to continue from there.",
                kept,
                error=error.text,
                all=count,
            )
            raise OutputError(text) from error


def run_batch(plan: Plan) -> Run:
    """Grade what has no grade yet and write the files in the folder of the results. Raise UsageError if nothing is left
    to grade, OutputError if something can't be written."""
    plan.say(*remarks(plan.found))
    config = ready_for(plan.course, plan.config)
    plan = replace(plan, config=replace(config, hidden=hidden_folders(plan.found.roots, plan.course)))
    with open_results(plan) as store:
        marks = read_marks(plan)
        batch_run = BatchRun(plan.found.submissions, plan.course, store)
        _take_over(plan, batch_run)
        try:
            _grade(plan, batch_run)
        except KeyboardInterrupt as error:
            raise _interrupted(plan, batch_run, marks) from error
        if plan.fork_server is not None:
            plan.fork_server.hang_up()  # it ends while the reports are made
        _say_what_happened(plan, batch_run)
        run = replace(_make_run(plan, batch_run, marks), before=totals_before(store))
        if not run.grades:
            raise UsageError(msg("there is nothing left to grade: every submission was deleted during the run"))
        if store is not None:
            if marks is not None:
                plan.say(*marks.remarks(batch_run.grades))
                marks.write(batch_run.grades, plan.lang)
            write_reports(store.folder, run)
            _compare(plan, store, run)
    return run


@contextmanager
def open_results(plan: Plan) -> Iterator[Store | None]:
    """The store in the folder of the results, if there is one."""
    if plan.out is None:
        yield None
        return
    from grader.batch.store import open_store, terms

    with open_store(plan.out, terms(plan.course, plan.config)) as store:
        yield store


@contextmanager
def open_engine(plan: Plan, count: int) -> Iterator[tuple[Engine, int]]:
    """What grades `count` submissions, and how many at once."""
    from grader.report.page.beside import MAX_PEOPLE  # here, for it takes long to load

    config = replace(plan.config, articles=plan.out is not None and count > MAX_PEOPLE)
    if plan.dask is not None:
        from grader.batch.dask_cluster import open_cluster

        with open_cluster(plan.dask, plan.course, config) as opened:
            yield opened
        return
    at_once = min(plan.jobs, count)
    with loading():
        from grader.batch.workers import open_workers  # here, for who has nothing to grade needs nothing that grades
    with open_workers(plan.course, config, at_once, plan.fork_server) as engine:
        yield engine, at_once


def read_marks(plan: Plan) -> Marks | None:
    """The points that a person has given so far, if there is a place for them. Raise UsageError."""
    if plan.out is None or not any(exercise.by_hand for exercise in plan.course.exercises):
        return None
    from grader.batch.manual import Marks

    return Marks(plan.out / BY_HAND, plan.course).read()


def totals_before(store: Store | None) -> Mapping[tuple[str, str], float] | None:
    """The points of the last completed run, by name and id; None if there was none."""
    if store is None:
        return None
    from grader.batch import changes

    last = changes.read_last(store.folder)
    return None if last is None else last.totals


def write_reports(out: Path, run: Run, known: MutableMapping[str, object] | None = None) -> None:
    """Write the reports in the folder of the results. Raise OutputError.

    `known`: what the participants' own files show already, for whoever writes them again and again.
    """
    from grader.batch import shown_pages  # all here, for the page takes long to load
    from grader.report import formats, people_files

    for name, format in FILES.items():
        write_atomically(out / name, formats.content(format, run))
    again = shown_pages.read(out, run) if known is None else known
    people_files.deliver(run, out, again)
    if known is None:
        shown_pages.write(out, run, again)


def output_files(out: Path) -> Iterator[Path]:
    """All files that a run writes in the folder of the results, and those that earlier runs left there."""
    from grader.batch import changes, shown_pages, store
    from grader.report import people_files
    from grader.report.page import projector
    from grader.submissions.results_folder import RESULTS_MARK

    names = (*FILES, BY_HAND, shown_pages.FILE, changes.LAST_RUN, changes.CHANGES, RESULTS_MARK, store.LOCK_FILE)
    yield from (out / name for name in (*names, projector.PAGE))
    yield from people_files.existing(out)
    yield from (out / store.FOLDER).glob("*.json")


def _take_over(plan: Plan, batch_run: BatchRun) -> None:
    count = batch_run.results.take_over(batch_run.submissions)
    if count:
        text = msgs(
            "{n} of {all} was graded before and has not changed since.",
            "{n} of {all} were graded before and have not changed since.",
            count,
            all=len(batch_run.submissions),
        )
        plan.say(text)


def _grade(plan: Plan, batch_run: BatchRun) -> None:
    waiting = batch_run.waiting
    if not waiting:
        return
    names = [submission.participant for submission in batch_run.submissions]
    with (
        open_engine(plan, len(waiting)) as (engine, at_once),
        choose_progress(plan.console, plan.lang, names, waiting, at_once) as progress,
    ):
        started_s = time.monotonic()
        batch_run.grade(engine, progress)
    if len(names) > 1:
        seconds = round(time.monotonic() - started_s, 1)
        count = len(waiting) - len(batch_run.waiting)
        plan.say(msgs("{n} graded in {seconds} s.", "{n} graded in {seconds} s.", count, seconds=seconds))


def _make_run(plan: Plan, batch_run: BatchRun, marks: Marks | None) -> Run:
    found, grades = plan.found, batch_run.grades
    return Run(
        marks.apply(grades) if marks is not None else grades,
        plan.course,
        plan.config,
        found.missing,
        found.unmatched,
        found.sheets,
    )


def _interrupted(plan: Plan, batch_run: BatchRun, marks: Marks | None) -> Interrupted:
    """What to say after Ctrl-C. The reports are written with what there is."""
    if plan.out is None:
        return Interrupted(msg("Interrupted. With -o DIR each result is kept, and a second run continues from there."))
    write_reports(plan.out, _make_run(plan, batch_run, marks))
    text = msgs(
        "Interrupted: {n} of {all} is graded and kept in {folder}. Run the same command again to continue from there.",
        "Interrupted: {n} of {all} are graded and kept in {folder}. Run the same command again to continue from there.",
        len(batch_run.grades),
        all=len(batch_run.submissions),
        folder=str(plan.out),
    )
    return Interrupted(text)


def _say_what_happened(plan: Plan, batch_run: BatchRun) -> None:
    if batch_run.deleted:
        plan.say(msg("Deleted during the run, so not graded: {names}.", names=shorten(batch_run.deleted)))
    outdated = batch_run.outdated()
    if outdated:
        text = msg(
            "Changed during the run: {names}. Run the same command again to grade the new versions.",
            names=shorten(outdated),
        )
        plan.say(text)


def _compare(plan: Plan, store: Store, run: Run) -> None:
    from grader.batch import changes

    before, now = changes.read_last(store.folder), changes.collect_scores(run.scores, store.terms)
    found = None if before is None else changes.compare(before, now)
    changes.write(store.folder, found, now)
    if found is not None and before != now:
        for line in changes.describe(found, plan.lang):
            plan.console.print(line, markup=False, highlight=False, soft_wrap=True)


def _is_deleted(submission: Submission) -> bool:
    return bool(submission.files) and not any(os.path.lexists(file.path) for file in submission.files)
