"""Begins the first attempts at a notebook's exercises together, so that the kernel makes all their calls in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import takewhile

from grader.course.course import Exercise
from grader.course.own_time import TooLong, within
from grader.judging.ahead import BegunTests, Cases, give, share_out
from grader.judging.asker import Asker
from grader.judging.attempts import Attempt, Examiner, Prepared
from grader.judging.suite import CHECK_LIMIT_S
from grader.kernel.session import Answer, Unsendable

Answers = Callable[[], "list[Answer] | None"]


def begin_first_attempts(examiner: Examiner, exercises: Sequence[Exercise]) -> dict[str, Callable[[], Attempt]]:
    """For each exercise whose first attempt has been begun what makes the rest of it, by the exercise's id. The first
    attempts come in the order of the exercises, before all others."""
    prepared = [
        examiner.prepare(exercise, *way)
        for exercise in takewhile(lambda one: not one.asks, exercises)
        if (way := next(examiner.ways(exercise, examiner.versions(exercise)), None)) is not None
    ]
    begun = examiner.suite.begin([(one.exercise.id, one.subject) for one in prepared], examiner.seed)
    answers = _send(examiner, prepared, begun)
    return {
        one.exercise.id: partial(examiner.run, one, partial(_with_answers, one.asker, tests, answers.get(place)))
        for place, (one, tests) in enumerate(zip(prepared, begun, strict=False))
    }


def _send(examiner: Examiner, prepared: Sequence[Prepared], begun: Sequence[BegunTests]) -> dict[int, Answers]:
    """What gives the answers to the calls of those that the kernel could be sent, by their places."""
    stated = [one.asker.stated(_cases(tests)) for one, tests in zip(prepared, begun, strict=False)]
    if not stated:
        return {}
    first = prepared[0].asker
    with suppress(Exception, Unsendable):  # met again, and judged, when each asks by itself
        return dict(enumerate(examiner.session.begin(stated, first.seed, first.left_bytes)))
    return {}


def _with_answers(asker: Asker, tests: BegunTests, answers: Answers | None) -> BegunTests:
    with suppress(Exception, Unsendable, TooLong), within(CHECK_LIMIT_S):  # each check then asks by itself
        known = answers() if answers is not None else None
        cases = _cases(tests)
        give([*tests.values()], asker.ahead(cases) if known is None else share_out(cases, asker.noted(known)))
    return tests


def _cases(tests: BegunTests) -> list[Cases]:
    return [one.cases for one in tests.values()]
