"""A running workshop: whatever appears or changes is graded, a dashboard shows it, the results are kept up to date."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from grader.batch import changes
from grader.batch.boards import open_dashboard
from grader.batch.dashboard import Dashboard, Latest
from grader.batch.projector import recent
from grader.batch.results import Results, file_states
from grader.batch.run import Plan, open_engine, open_results, read_marks, totals_before, write_reports
from grader.batch.sealed import whole
from grader.batch.store import Store
from grader.batch.workers import Engine
from grader.errors import UsageError
from grader.i18n import Text, msgs
from grader.model import Grade, SubmissionStatus
from grader.output import write_atomically
from grader.ready import hidden_folders, ready_for
from grader.report.page import projector as projector_page
from grader.report.projector import view
from grader.report.run import Run
from grader.submissions.find import Found
from grader.submissions.submission import Submission

LOOK_EVERY_MS = 500
PATIENCE_S = 3.0
Key = tuple[str, str]


def watch(plan: Plan, look: Callable[[], Found]) -> Run:
    """Grade until Ctrl-C. `look` finds the submissions that are there now. Returns the run as it was at the end."""
    config = ready_for(plan.course, plan.config)
    plan = replace(plan, config=replace(config, hidden=hidden_folders(plan.found.roots, plan.course)))
    title = ", ".join(str(root) for root in plan.found.roots)
    with open_results(plan) as store:
        watched = _Watched(plan, look, store)
        with (
            suppress(KeyboardInterrupt),
            open_engine(plan, plan.jobs) as (engine, _),
            open_dashboard(plan.console, plan.lang, title, plan.anonymous) as dashboard,
        ):
            watched.grade_until_interrupted(engine, dashboard)
        run = watched.make_run()
        if store is not None:
            watched.write(run)
            plan.say(
                msgs(
                    "Watching has ended: {n} result is kept in {folder}.",
                    "Watching has ended: {n} results are kept in {folder}.",
                    len(run.grades),
                    folder=str(store.folder),
                )
            )
            changes.write(store.folder, None, changes.collect_scores(run.scores, store.terms))
    return run


class _Watched:
    """The submissions in the watched folders, and what is known of them."""

    def __init__(self, plan: Plan, look: Callable[[], Found], store: Store | None) -> None:
        self._plan, self._look, self._results = plan, look, Results(store)
        self._found = plan.found
        self._dashboard: Dashboard
        self._error: Text = ""
        self._doubts: list[Text] = []
        self._graded_at_s: dict[Key, float] = {}
        self._before = totals_before(store)
        self._marks = read_marks(plan)
        self._written: dict[str, object] = {}
        self._recent: list[Grade] = []
        self._seen: dict[Key, object] = {}
        self._unreadable_since_s: dict[Key, float] = {}

    def make_run(self) -> Run:
        """What a report shows of it now."""
        grades = self._results.collect(self._found.submissions)
        found = self._found
        grades = grades if self._marks is None else self._marks.apply(grades)
        return Run(
            grades, self._plan.course, self._plan.config, found.missing, found.unmatched, found.sheets, self._before,
            waiting=len(found.submissions) - len(grades),
        )  # fmt: skip

    def write(self, run: Run) -> None:
        """Write the reports, if there is a folder for them. Raise OutputError."""
        if self._plan.out is not None:
            write_reports(self._plan.out, run, self._written)
            self._write_projector(run)

    def _write_projector(self, run: Run) -> None:
        """Write the page for a projector, if there is to be one."""
        out = self._plan.out
        if out is None or not self._plan.anonymous:
            return
        self._recent = recent(self._latest())
        write_atomically(out / projector_page.PAGE, projector_page.text(run, view(run, self._recent)))

    def grade_until_interrupted(self, engine: Engine, dashboard: Dashboard) -> None:
        """Look again after each change, and as long as a submission waits to be graded."""
        self._dashboard = dashboard
        self._results.take_over(self._found.submissions)
        self._say_who_is_unmatched()
        self._write_projector(self._live_run())
        self._show()
        for changed in _wait_for_changes(self._plan):
            if changed or self._waiting():
                self._look_again()
                self._grade(engine, self._ready())
            if len(recent(self._latest())) < len(self._recent):  # a minute has passed
                self._write_projector(self._live_run())

    def _latest(self) -> list[Latest]:
        graded = ((one.key, self._results.find(one)) for one in self._found.submissions)
        return [Latest(grade, self._graded_at_s.get(key, 0.0)) for key, grade in graded if grade is not None]

    def _look_again(self) -> None:
        try:
            found = self._look()
        except UsageError as error:  # a list that is just being saved, a folder that is gone for a moment
            if error.text != self._error:
                self._error = error.text
                self._dashboard.say(self._error)
                self._show()
            return
        self._error = ""
        self._say_who_is_unmatched()
        before, self._found = self._found, found
        if len(found.submissions) < len(before.submissions) or found.missing != before.missing:
            self._write_and_show()

    def _say_who_is_unmatched(self) -> None:
        for one in self._found.unmatched:
            if one.reason not in self._doubts:
                self._doubts.append(one.reason)
                self._dashboard.say(one.reason)

    def _waiting(self) -> list[Submission]:
        """The submissions that have no grade for their files as they are now."""
        return [submission for submission in self._found.submissions if not self._results.is_current(submission)]

    def _ready(self) -> list[Submission]:
        """Those that wait and look as they did the last time, so that nobody is still writing them."""
        waiting = {submission.key: (submission, file_states(submission)) for submission in self._waiting()}
        ready = [submission for key, (submission, states) in waiting.items() if self._seen.get(key) == states]
        self._seen = {key: states for key, (_, states) in waiting.items()}
        return ready

    def _grade(self, engine: Engine, submissions: Sequence[Submission]) -> None:
        states = [file_states(submission) for submission in submissions]
        for place, answer in engine(submissions) if submissions else ():
            submission, grade = submissions[place], whole(answer)
            if self._may_be_unfinished(submission, grade):
                continue
            counts = self._results.keep(submission, grade, states[place])
            self._graded_at_s[submission.key] = time.time()
            self._dashboard.announce(counts)
            self._show()
        if submissions:
            self._write_and_show()

    def _may_be_unfinished(self, submission: Submission, grade: Grade) -> bool:
        """An unreadable file may still be being written: for some seconds it is tried again."""
        if grade.status is not SubmissionStatus.UNREADABLE:
            self._unreadable_since_s.pop(submission.key, None)
            return False
        since_s = self._unreadable_since_s.setdefault(submission.key, time.monotonic())
        return time.monotonic() - since_s < PATIENCE_S

    def _read_marks(self) -> None:
        """What a person has graded by now. What makes no sense is said, and what was known before counts."""
        if self._marks is None:
            return
        try:
            self._marks = self._marks.read()
        except UsageError as error:
            self._dashboard.say(error.text)
            return
        self._marks.write(self._results.collect(self._found.submissions), self._plan.lang)

    def _write_and_show(self) -> None:
        self._read_marks()
        self.write(self._live_run())
        self._show()

    def _live_run(self) -> Run:
        return replace(self.make_run(), is_live=True)

    def _show(self) -> None:
        self._dashboard.show(self.make_run(), self._latest())


def _wait_for_changes(plan: Plan) -> Iterator[bool]:
    """Whether something has changed in the watched folders, twice a second. Begins with True."""
    from watchfiles import watch as watch_files

    yield True
    own = str(plan.out.resolve()) if plan.out is not None else "\0"
    roots = [root for root in plan.found.roots if Path(root).is_dir()]
    for changed in watch_files(
        *roots,
        watch_filter=lambda _, path: not str(Path(path).resolve()).startswith(own),
        rust_timeout=LOOK_EVERY_MS,
        debounce=LOOK_EVERY_MS,
        yield_on_timeout=True,
    ):
        yield bool(changed)
