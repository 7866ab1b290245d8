"""Gives the points: which version of a function answers which exercise, and what it earns.

A participant gets the benefit of every doubt here. What is said about a mistake is grader/diagnosis/'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from grader.config import Config
from grader.course.course import Course, Exercise
from grader.judging import curve
from grader.judging.attempts import Attempt, Examiner, best
from grader.judging.carry_forward import Need, carry_forward, carry_names, odd_form
from grader.judging.first_attempts import begin_first_attempts
from grader.judging.results import (
    Judged,
    missing_result,
    not_begun_result,
    result_of,
    superseded_result,
    together_result,
)
from grader.judging.shared_function import only_for_earlier, only_for_later
from grader.judging.suite import Suite
from grader.judging.ungraded import lost_of, ungraded_result
from grader.kernel.session import Calls, Invocation
from grader.model import Curve, ExerciseStatus


def judge(session: Calls, course: Course, suite: Suite, config: Config, digest: str) -> tuple[Judged, ...]:
    """Every exercise of the course with its points, in the course's order. `digest`: its code's, in hex digits."""
    return Judge(session, course, suite, config, digest).judge()


class Judge:
    """Judges the exercises of one session."""

    def __init__(self, session: Calls, course: Course, suite: Suite, config: Config, digest: str) -> None:
        digits = (int(digest[at : at + 8], 16) for at in range(0, 32, 8))
        self._examiner = Examiner(session, course, suite, (course.seed, config.seed, *digits), lost_of(session))
        self._course = course
        self._config = config
        self._attempts: dict[str, list[Attempt]] = {}
        self._judged: dict[str, Judged] = {}
        self._begun: dict[str, Callable[[], Attempt]] = {}

    def judge(self) -> tuple[Judged, ...]:
        """All exercises with hidden tests. Curves come last: they are asked for when all points are given."""
        exercises = self._course.tested
        self._begun = begin_first_attempts(self._examiner, exercises)
        before = (self.as_handed_in, self._supersede, self._ungrade, self._carry)
        for step in (*before, self._supersede, self._not_begun, self._together, self._draw):
            for exercise in exercises:
                self._judged[exercise.id] = step(exercise)
        return tuple(self._judged[exercise.id] for exercise in exercises)

    def as_handed_in(self, exercise: Exercise) -> Judged:
        """One exercise by itself: nothing is credited or carried forward from another."""
        first = self._begun.pop(exercise.id, None)
        attempts = self._attempts[exercise.id] = list(self._examiner.attempts_until_flawless(exercise, first))
        if attempts:
            return _judged(exercise, attempts)
        checks = self._examiner.suite.checks(exercise.id)
        return Judged(exercise, missing_result(exercise, self._course, self._examiner, checks))

    def _supersede(self, exercise: Exercise) -> Judged:
        """Full points where the later exercise passed and nothing else was written for this one: its function was
        edited in place."""
        judged, later = self._judged[exercise.id], self._course.supersedes(exercise)
        if later is None or judged.result.status.done:
            return judged
        later_result = self._judged[later.id].result
        if later_result.status is not ExerciseStatus.PASSED:
            return judged
        separate = self._not_for(later, exercise)
        if separate:
            return _judged(exercise, separate)
        return replace(judged, result=superseded_result(judged.result, exercise, later_result))

    def _not_for(self, later: Exercise, exercise: Exercise) -> list[Attempt]:
        """The attempts at the exercise with versions that do not pass as the later exercise."""
        attempts = self._attempts[exercise.id]
        ids = {attempt.version.id for attempt in attempts}
        versions = [version for version in self._examiner.versions(exercise) if version.id in ids]
        tried = {attempt.version.id for attempt in self._attempts[later.id]}
        passing = {attempt.version.id for attempt in self._attempts[later.id] if attempt.passed}
        others = [version for version in versions if version.id not in tried]
        passing |= {attempt.version.id for attempt in self._examiner.attempts(later, others) if attempt.passed}
        counted = self._judged[later.id].attempt
        passing |= {counted.version.id} if counted is not None else set()
        return [attempt for attempt in attempts if attempt.version.id not in passing]

    def _ungrade(self, exercise: Exercise) -> Judged:
        """Ungraded where the function that counts is in a cell that could not run here: there is no other, or it comes
        after the others and is not the one that a later exercise takes over."""
        judged, attempts = self._judged[exercise.id], self._attempts[exercise.id]
        if judged.result.status.done or (attempts and exercise.superseded_by):
            return judged
        found = self._examiner.lost.definition(exercise, judged.result.cell if attempts else None)
        return Judged(exercise, ungraded_result(judged.result, *found), judged.attempt) if found else judged

    def _carry(self, exercise: Exercise) -> Judged:
        """Judged again with right results of the exercises that it needs and that failed."""
        judged = self._judged[exercise.id]
        odd = [self._need(id) for id in exercise.needs if self._judged[id].result.status is ExerciseStatus.PASSED]
        odd = [need for need in odd if need.form]
        wrong = [self._need(id) for id in exercise.needs if not self._judged[id].result.status.done]
        wrong += [self._undone(id) for id in exercise.needs if self._is_undone(id)]
        if exercise.asks:
            fails = judged.result.status in (ExerciseStatus.FAILED, ExerciseStatus.PARTIAL)
            return carry_names(judged, wrong, self._examiner) if wrong and fails else judged
        for needs in (odd, wrong and [*odd, *wrong]):
            if needs and not _has_all(judged, exercise):
                judged = carry_forward(judged, needs, self._examiner)
        return judged

    def _is_undone(self, id: str) -> bool:
        """Whether the exercise passed with an earlier version of its function than the one that later cells call, which
        is wrong."""
        counted, attempts = self._judged[id].attempt, self._attempts[id]
        if counted is None or not attempts or self._course.exercise(id).superseded_by:
            return False
        latest = attempts[0]  # the likeliest
        return counted.passed and not latest.passed and latest.version.id != counted.version.id

    def _undone(self, id: str) -> Need:
        attempts = self._attempts[id]
        return Need(self._course.exercise(id), attempts, later=attempts[0].version.cell)

    def _need(self, id: str) -> Need:
        judged = self._judged[id]
        if judged.result.status is ExerciseStatus.PASSED and judged.attempt is not None:
            return Need(self._course.exercise(id), (judged.attempt,), form=odd_form(judged.attempt))
        return Need(self._course.exercise(id), self._attempts[id], judged.result.status is ExerciseStatus.UNGRADED)

    def _not_begun(self, exercise: Exercise) -> Judged:
        """Missing where the function is still an earlier exercise's: its only version passed as that one's, or none was
        written for this one."""
        judged = self._judged[exercise.id]
        earlier = next((one for one in self._course.exercises if self._course.supersedes(one) is exercise), None)
        if earlier is None or judged.result.points or judged.result.bonus or judged.result.needs:
            return judged
        if not (self._passed_alone(earlier, exercise) or only_for_earlier(*self._shared(earlier, exercise))):
            return judged
        return Judged(exercise, not_begun_result(judged.result, exercise, earlier))

    def _passed_alone(self, earlier: Exercise, exercise: Exercise) -> bool:
        """Whether the only version of the function passed as the earlier exercise's."""
        passed = self._judged[earlier.id]
        if passed.result.status is not ExerciseStatus.PASSED or passed.attempt is None:
            return False
        return {version.id for version in self._examiner.versions(exercise)} == {passed.attempt.version.id}

    def _together(self, exercise: Exercise) -> Judged:
        """Missing where the function is a later exercise's already, and is wrong there: one mistake, said once."""
        judged, later = self._judged[exercise.id], self._course.supersedes(exercise)
        if later is None or judged.result.points or judged.result.bonus or judged.result.needs:
            return judged
        wrong = self._judged[later.id].result.status in (ExerciseStatus.FAILED, ExerciseStatus.PARTIAL)
        if judged.result.status.done or not wrong or not only_for_later(*self._shared(exercise, later)):
            return judged
        return Judged(exercise, together_result(judged.result, exercise, later))

    def _shared(
        self, earlier: Exercise, later: Exercise
    ) -> tuple[Exercise, Exercise, list[Attempt], list[Attempt], Examiner]:
        return earlier, later, self._attempts[earlier.id], self._attempts[later.id], self._examiner

    def _draw(self, exercise: Exercise) -> Judged:
        """With the exercise's curves, if it has any and they cost next to nothing."""
        judged, attempts = self._judged[exercise.id], self._attempts[exercise.id]
        wanted = self._config.curves and (not self._config.only or exercise.id in self._config.only)
        if exercise.asks or not attempts or not wanted or judged.result.needs or not self._examiner.session.alive:
            return judged
        drawn = self._curves(exercise, best(attempts))
        return replace(judged, result=replace(judged.result, curves=drawn))

    def _curves(self, exercise: Exercise, attempt: Attempt) -> tuple[Curve, ...]:
        if not attempt.finished:
            return ()
        invocation = Invocation(attempt.version, attempt.after_cell)
        ask = self._examiner.asker(attempt.binding, invocation, within_s=curve.WITHIN_S)
        return curve.draw(exercise, self._course, ask)


def _judged(exercise: Exercise, attempts: Sequence[Attempt]) -> Judged:
    attempt = best(attempts)
    others = [other for other in attempts if other is not attempt]
    return Judged(exercise, result_of(exercise, attempt, others), attempt, (attempt,))


def _has_all(judged: Judged, exercise: Exercise) -> bool:
    """Whether there is nothing to gain from right results of earlier exercises, or no way to put them in."""
    result = judged.result
    if result.status is ExerciseStatus.PASSED:
        return result.bonus == exercise.max_bonus
    return result.status in (ExerciseStatus.SUPERSEDED, ExerciseStatus.MISSING)
