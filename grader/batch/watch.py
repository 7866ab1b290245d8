"""A workshop that goes on: what appears or changes is graded, a board shows it, the results are kept current."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from grader.batch import changes
from grader.batch import dashboard as board
from grader.batch.cohort import states
from grader.batch.dashboard import Feed, Latest, Screen
from grader.batch.run import Plan, grading, opened, write
from grader.batch.store import Store
from grader.batch.workers import Engine, hidden_folders
from grader.errors import UsageError
from grader.i18n import Text
from grader.model import Grade, SubmissionStatus
from grader.report.run import Run
from grader.submissions.find import Found
from grader.submissions.submission import Submission, better_known

LOOK_EVERY_MS = 500
PATIENCE_S = 3.0
Key = tuple[str, str]


def watch(plan: Plan, look: Callable[[], Found]) -> Run:
    """Grade until Ctrl-C. `look` finds what is there now. Returns what there was in the end."""
    plan = replace(plan, config=replace(plan.config, hidden=hidden_folders(plan.found.roots, plan.course)))
    title = ", ".join(str(root) for root in plan.found.roots)
    with opened(plan) as kept:
        watched = _Watched(plan, look, kept)
        with (
            suppress(KeyboardInterrupt),
            grading(plan, plan.jobs) as (engine, _),
            board.on(plan.console, plan.lang, title) as shown,
        ):
            watched.until_interrupted(engine, shown)
        run = watched.run()
        if kept is not None:
            write(kept.folder, run)
            changes.write(kept.folder, None, changes.scores(run.grades, kept.terms))
    return run


class _Watched:
    """What is known of each entry: how its files looked when it was graded, and its grade."""

    def __init__(self, plan: Plan, look: Callable[[], Found], kept: Store | None) -> None:
        self._plan, self._look, self._store = plan, look, kept
        self._found = plan.found
        self._shown: Feed | Screen
        self._said = ""
        self._doubts: list[Text] = []
        self._grades: dict[Key, Latest] = {}
        self._graded_as: dict[Key, object] = {}
        self._seen: dict[Key, object] = {}
        self._first_bad: dict[Key, float] = {}

    def run(self) -> Run:
        grades = tuple(one.grade for one in self._latest())
        return Run(grades, self._plan.course, self._plan.config, self._found.missing, self._found.unmatched)

    def until_interrupted(self, engine: Engine, shown: Feed | Screen) -> None:
        """Look again after each change, and as long as something waits to be whole."""
        self._shown = shown
        self._take_over()
        self._say_who_is_unmatched()
        self._show()
        for changed in _changes(self._plan):
            if changed or self._waiting():
                self._look_again()
                self._grade(engine, self._ready())

    def _latest(self) -> list[Latest]:
        return [
            self._grades[submission.key] for submission in self._found.submissions if submission.key in self._grades
        ]

    def _take_over(self) -> None:
        for submission in self._found.submissions if self._store is not None else ():
            looked, grade = states(submission), self._store.kept(submission)  # type: ignore[union-attr]
            if grade is not None:
                self._grades[submission.key] = Latest(grade, 0.0)
                self._graded_as[submission.key] = looked

    def _look_again(self) -> None:
        try:
            found = self._look()
        except UsageError as error:  # a list in the middle of being saved, a folder that is gone for a moment
            if str(error) != self._said:
                self._said = str(error)
                self._shown.say(self._said)
                self._show()
            return
        self._said = ""
        self._say_who_is_unmatched()
        gone = len(self._found.submissions) > len(found.submissions)
        self._found = found
        if gone:
            self._results_changed()

    def _say_who_is_unmatched(self) -> None:
        for one in self._found.unmatched:
            if one.reason not in self._doubts:
                self._doubts.append(one.reason)
                self._shown.say(one.reason)

    def _waiting(self) -> list[Submission]:
        """Those that have not been graded as they are now."""
        return [
            submission
            for submission in self._found.submissions
            if self._graded_as.get(submission.key) != states(submission)
        ]

    def _ready(self) -> list[Submission]:
        """Of those the ones that looked the same the last time, so that nobody is writing them any more."""
        waiting = {submission.key: (submission, states(submission)) for submission in self._waiting()}
        ready = [submission for key, (submission, looked) in waiting.items() if self._seen.get(key) == looked]
        self._seen = {key: looked for key, (_, looked) in waiting.items()}
        return ready

    def _grade(self, engine: Engine, submissions: Sequence[Submission]) -> None:
        looked = [states(submission) for submission in submissions]
        for place, grade in engine(submissions) if submissions else ():
            submission = submissions[place]
            if self._is_unfinished(submission, grade):
                continue
            counts = self._kept(submission, grade)
            self._grades[submission.key] = Latest(counts, time.time())
            self._graded_as[submission.key] = looked[place]
            self._shown.graded(counts)
            self._show()
        if submissions:
            self._results_changed()

    def _kept(self, submission: Submission, grade: Grade) -> Grade:
        """The grade that counts now."""
        if self._store is not None:
            return self._store.keep(submission, grade)
        before = self._grades.get(submission.key)
        return better_known(before.grade if before else None, grade)

    def _is_unfinished(self, submission: Submission, grade: Grade) -> bool:
        """A file that can't be read may be one that is not whole yet: for some seconds it is tried again."""
        if grade.status is not SubmissionStatus.UNREADABLE:
            self._first_bad.pop(submission.key, None)
            return False
        first = self._first_bad.setdefault(submission.key, time.monotonic())
        return time.monotonic() - first < PATIENCE_S

    def _results_changed(self) -> None:
        if self._plan.out is not None:
            write(self._plan.out, self.run())
        self._show()

    def _show(self) -> None:
        self._shown.show(self.run(), self._latest())


def _changes(plan: Plan) -> Iterator[bool]:
    """Whether something has changed in the folders, again and again. Begins with yes."""
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
