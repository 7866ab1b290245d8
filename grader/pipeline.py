"""The pipeline: what one participant handed in goes in, a grade comes out. `Grader.grade` lists the stages."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.config import Config, Limits
from grader.course.course import Course, Exercise
from grader.diagnosis.by_results import name_by_results
from grader.diagnosis.diagnose import diagnose
from grader.diagnosis.exception_hints import explain_cells
from grader.diagnosis.illustrate import illustrate
from grader.diagnosis.misplaced import point_at_misplaced
from grader.errors import GraderError, KernelStartError
from grader.i18n import Text, msg
from grader.judging.by_hand import with_by_hand
from grader.judging.cell_input import cell_input
from grader.judging.judge import judge
from grader.judging.pictures import with_pictures
from grader.judging.suite import Suite
from grader.judging.ungraded import follow_lost
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.session import Session, run
from grader.lacking import all_needs
from grader.model import CheckStatus, ExerciseResult, ExerciseStatus, Grade, Notebook, SubmissionStatus
from grader.ready import with_data_files
from grader.submissions.cell_labels import label_cells
from grader.submissions.code_digest import code_digest
from grader.submissions.submission import Submission, fingerprint, read_submission

if TYPE_CHECKING:
    from grader.judging.cells.tests import CellTests

_NO_TIME_TO_ASK = msg(
    "The cells used up the time for this notebook, so none of its exercises could be checked. Look for loops that "
    "never stop, for long waits, and for cells that end the kernel: the others then run once more."
)
_BROKE_ON_OTHERS = msg(
    "The grader itself broke on another of the notebooks, which might have earned more. That is not your fault. Tell "
    "your trainer."
)

MAX_TIMED_ATTEMPTS = 3  # notebooks of one submission that may take their whole time


@dataclass(frozen=True, slots=True)
class Grader:
    """Grades submissions of one course, one after another, in the process that calls it.

    Attributes:
        course: The exercises and their points.
        suite: The course's hidden tests, loaded.
        config: The settings of the run.
        fork_server: What kernels are forked from; without it each kernel starts cold.
    """

    course: Course
    suite: Suite | CellTests
    config: Config
    fork_server: ForkServerClient | None = None

    def grade(self, submission: Submission) -> Grade:
        """Read, run, judge and score; of several notebooks the best one counts. A fault of the grader is a status of
        the grade, so that a batch goes on."""
        started = time.monotonic()
        reading = read_submission(submission)
        grades = [label_cells(grade) for grade in self._grade_each(reading.notebooks, started)]
        counts = replace(choose_best(submission, grades), hurried=any(grade.hurried for grade in grades))
        return replace(counts, digest=reading.digest, duration_s=time.monotonic() - started)

    def _grade_each(self, notebooks: Sequence[Notebook], started_s: float) -> Iterator[Grade]:
        """Each with the time that a notebook may take, as long as the submission has time left."""
        limits = self.config.limits
        deadline = started_s + submission_time_s(len(notebooks), limits)
        for notebook in notebooks:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                reason = msg("It was not run: the notebooks before it used up the time.")
                yield replace(self._ungraded(notebook, SubmissionStatus.GRADED, reason), hurried=True)
                continue
            own = replace(limits, total_timeout_s=min(limits.total_timeout_s, left_s))
            yield replace(self, config=replace(self.config, limits=own))._grade_or_fault(notebook)

    def grade_notebook(self, notebook: Notebook) -> Grade:
        """Run one notebook, judge its exercises and score it. Its duration is for the caller to measure."""
        if notebook.status is not SubmissionStatus.GRADED:
            return self._ungraded(notebook, notebook.status, notebook.reason)
        if not isinstance(self.suite, Suite):
            return self._grade_cells(notebook, self.suite)
        config = replace(self.config, cell_input=cell_input(self.course, notebook))
        with run(self._worth_running(notebook), config, self.fork_server) as session:
            if session.is_unknown:
                return self._score_unknown(notebook, session)
            judged = judge(session, self.course, self.suite, self.config, code_digest(notebook))
            results = diagnose(judged, session, self.course)
            results = name_by_results(results, session, self.course, self.suite)
            results = illustrate(results, judged, session, self.course)
            results = point_at_misplaced(results, notebook, self.course)
            if self.config.curves:
                results = with_pictures(results, session, self.course)
            return self.score(notebook, session, with_by_hand(results, self.course, notebook))

    def _score_unknown(self, notebook: Notebook, session: Session) -> Grade:
        """Nothing of what the cells left is known, so no exercise has a verdict."""
        exercises = with_by_hand(self._none_run(), self.course, notebook)
        grade = self.score(notebook, session, exercises)
        return replace(grade, notes=(_NO_TIME_TO_ASK, *grade.notes))

    def _none_run(self) -> tuple[ExerciseResult, ...]:
        return tuple(_not_run(one, self.suite) for one in self.course.tested if self._is_chosen(one.id))

    def _worth_running(self, notebook: Notebook) -> Notebook:
        """Without the course's own experiments: training long for a picture that nobody sees takes time."""
        cells = tuple(cell for cell in notebook.cells if not self.course.only_draws(cell.source))
        return replace(notebook, cells=cells)

    def _grade_cells(self, notebook: Notebook, tests: CellTests) -> Grade:
        """The same for an assignment, whose tests run while the notebook does, each in its place."""
        from grader.judging.cells.placing import place  # here, for most courses are no assignments
        from grader.judging.cells.results import judge_cells
        from grader.judging.cells.running import undisturbed

        placed = place(notebook, tests.assignment)
        bench = tests.beside(placed)
        with (
            undisturbed(tests.course.folder),
            run(placed.notebook, self.config, self.fork_server, bench.after) as session,
        ):
            results = judge_cells(tests, placed, session, bench.ended)
            grade = self.score(notebook, session, results)
        theirs = {cell.index for cell in notebook.cells}
        return replace(grade, cells=tuple(cell for cell in grade.cells if cell.index in theirs))

    def score(self, notebook: Notebook, session: Session, results: tuple[ExerciseResult, ...]) -> Grade:
        """The grade that the results of the exercises make."""
        chosen = tuple(result for result in results if self._is_chosen(result.id))
        status, notes = SubmissionStatus.GRADED, (*notebook.notes, *session.notes)
        handed_out = any(self.course.is_stub(version.name, version.source) for version in session.versions)
        if chosen and handed_out and not any(result.begun for result in chosen):
            notes = (msg("Nothing is written yet. Start with exercise {id}.", id=chosen[0].id), *notes)
        elif all(result.status is ExerciseStatus.MISSING for result in chosen):
            status = SubmissionStatus.NO_EXERCISES
            none = msg("None of the exercises' functions is defined in this notebook.")
            notes = (*([none] if any(result.function for result in chosen) else ()), *notes)
        ran = follow_lost(session.sources, session.cells)
        cells = explain_cells(session.sources, ran, self.course, session.budget, session.walls)
        read = replace(notebook, texts=())
        hurried = session.hurried and session.is_starved
        return Grade(read, status, 0.0, chosen, cells, notes, session.walls, hurried=hurried)

    def grade_lost(self, submission: Submission) -> Grade:
        """The grade of a submission whose worker process died each time that it was tried."""
        reason = msg("The process that graded this notebook was ended from outside, perhaps because memory ran out.")
        return self._unread(submission, SubmissionStatus.GRADER_FAULT, reason)

    def grade_overrun(self, submission: Submission, took_s: float) -> Grade:
        """The grade of a submission that used up its time, so that its worker process was ended."""
        reason = msg(
            "Grading this notebook took more than the {limit} s that it may take, so it was stopped and nothing is "
            "scored. Look for loops that never stop, and for what is very long or very large.",
            limit=f"{self.config.limits.total_timeout_s:g}",
        )
        return replace(self._unread(submission, SubmissionStatus.GRADED, reason), duration_s=took_s)

    def grade_overgrown(self, submission: Submission, took_s: float, limit_mib: int) -> Grade:
        """The grade of a submission for which the process that graded it took too much memory, so that it was ended."""
        reason = msg(
            "Grading this notebook took more than the {limit} MiB of memory that it may take, so it was stopped and "
            "nothing is scored. Look for what is very long or very large.",
            limit=limit_mib,
        )
        return replace(self._unread(submission, SubmissionStatus.GRADED, reason), duration_s=took_s)

    def _grade_or_fault(self, notebook: Notebook) -> Grade:
        try:
            return self.grade_notebook(notebook)
        except KernelStartError as error:
            reason = msg("This machine can't run notebooks. {error}\nWhat it lacks: grade --doctor.", error=str(error))
            return self._ungraded(notebook, SubmissionStatus.GRADER_FAULT, reason)
        except GraderError:
            raise
        except Exception:
            return self._ungraded(notebook, SubmissionStatus.GRADER_FAULT, traceback.format_exc(limit=-3))

    def _unread(self, submission: Submission, status: SubmissionStatus, reason: Text) -> Grade:
        """A grade without parsing the files again, for that may be what went wrong."""
        digest = fingerprint(submission)
        notebook = Notebook(
            submission.path,
            submission.participant,
            digest,
            notes=submission.notes,
            ids=submission.ids,
            email=submission.email,
            handed_in=submission.handed_in,
        )
        return replace(self._ungraded(notebook, status, reason), digest=digest)

    def _ungraded(self, notebook: Notebook, status: SubmissionStatus, reason: Text | None) -> Grade:
        """A grade in which no exercise has a verdict; each is listed all the same, worth 0."""
        exercises = self._none_run()
        is_read = status is SubmissionStatus.NO_EXERCISES
        if is_read:
            exercises = point_at_misplaced(exercises, notebook, self.course)
        exercises = with_by_hand(exercises, self.course, notebook if is_read else None, self.config.only)
        if any(exercise.answer for exercise in exercises):
            status = SubmissionStatus.GRADED
        notes = (*((reason,) if reason else ()), *notebook.notes)
        return Grade(replace(notebook, texts=()), status, 0.0, exercises, notes=notes)

    def _is_chosen(self, exercise: str) -> bool:
        return not self.config.only or exercise in self.config.only


def submission_time_s(attempts: int, limits: Limits) -> float:
    """How long all notebooks that one participant handed in may take together, however many there are."""
    return min(max(1, attempts), MAX_TIMED_ATTEMPTS) * limits.total_timeout_s


@contextmanager
def open_grader(course: Course, config: Config, fork_server: ForkServerClient | None = None) -> Iterator[Grader]:
    """A grader with hidden tests of its own, which are unloaded at the end."""
    with hidden_tests(course) as suite:
        yield Grader(course, suite, with_data_files(course, config), fork_server)


def hidden_tests(course: Course) -> Suite | CellTests:
    """The course's hidden tests, to be loaded by entering them."""
    if course.assignment is None:
        return Suite(course)
    from grader.judging.cells.tests import CellTests

    return CellTests(course, course.assignment)


def choose_best(submission: Submission, grades: Sequence[Grade]) -> Grade:
    """The grade that counts of those of the attempts, with a note that says so.

    The best of those that earned something without a fault of the grader counts. Where none did, one with such a fault
    comes first, because without the fault it might have earned points.
    """
    if len(grades) == 1:
        return grades[0]
    place = max(range(len(grades)), key=lambda at: _merit(grades[at]))
    chosen = replace(grades[place], attempt=place)
    if chosen.faulted:
        return chosen
    if any(grade.faulted for grade in grades) and (chosen.score, chosen.bonus) != (chosen.max_score, chosen.max_bonus):
        chosen = replace(chosen, incomplete=True, notes=(_BROKE_ON_OTHERS, *chosen.notes))
    rest = [one for one in grades if one.score + one.ungraded_points > chosen.score + chosen.ungraded_points]
    lacking = tuple(what for one in rest for what in one.needs)
    if lacking:
        chosen = replace(chosen, notes=(_might_earn_more(lacking), *chosen.notes))
    called, files = submission.file_names, submission.attempts[place]
    names = ", ".join(called.values())
    if len(files) > 1:
        note = msg("Several notebooks were handed in: {files}. Taken together they earn most.", files=names)
    else:
        note = msg(
            "Several notebooks were handed in: {files}. The one that earns most counts: {best}.",
            files=names,
            best=called[files[0]],
        )
    return replace(chosen, notes=(note, *chosen.notes))


def _might_earn_more(lacking: Sequence[str]) -> Text:
    needs = all_needs(list(dict.fromkeys(lacking)))
    return msg("Another of the notebooks might earn more, but can't be judged here: {needs}.", needs=needs)


def _merit(grade: Grade) -> tuple[bool, bool, bool, float, float]:
    earned = not grade.faulted and (grade.score, grade.bonus) > (0, 0)
    return earned, grade.faulted, grade.status is SubmissionStatus.GRADED, grade.score, grade.bonus


def _not_run(exercise: Exercise, suite: Suite | CellTests) -> ExerciseResult:
    checks = tuple(check.result(CheckStatus.NOT_RUN) for check in suite.checks(exercise.id))
    return ExerciseResult(
        exercise.id,
        exercise.title,
        ExerciseStatus.NOT_RUN,
        exercise.function,
        0.0,
        exercise.max_points,
        0.0,
        exercise.max_bonus,
        checks=checks,
    )
