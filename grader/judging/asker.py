"""What a stand-in does with a test's calls: it has the kernel make them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from grader.judging.ahead import Cases, met_again, share_out
from grader.judging.binding import Binding
from grader.judging.ungraded import Lost
from grader.kernel.session import Answer, Calls, Case, Invocation, Problem, StandInAnswer

MAX_LOST_CALLS = 2  # calls that may end the kernel before a version is not called again


@dataclass(slots=True)
class Asker:
    """Sends calls to the kernel. A version that ended the kernel twice is not called again.

    Attributes:
        session, lost: the notebook, and what it lacks.
        seed: of random numbers in the kernel.
        binding, invocation: how the version is called.
        answer: gives the results of the functions that the grader answers for.
        within_s: bounds the time of all calls of one message.
        left_bytes: what further calls may return.
        times_lost: how often it has ended the kernel.
    """

    session: Calls
    lost: Lost
    seed: int
    binding: Binding
    invocation: Invocation
    answer: StandInAnswer | None
    within_s: float
    left_bytes: int
    times_lost: int = 0

    def __call__(self, cases: Cases, writes_back: bool = False) -> list[Answer]:
        way = replace(self.invocation, writes_back=True) if writes_back else self.invocation
        return self._ask(way, self._own(cases))

    def ahead(self, stated: Sequence[Cases]) -> list[list[Answer]]:
        """The answers for each check, as far as they reach."""
        with met_again():
            return share_out(stated, self._ask(*self.stated(stated)))
        return []

    def stated(self, stated: Sequence[Cases]) -> tuple[Invocation, list[Case]]:
        """What the kernel is asked for the calls of several checks."""
        begins = tuple(accumulate(map(len, stated)))[:-1]
        return replace(self.invocation, begins=begins), self._own(case for one in stated for case in one)

    def _own(self, cases: Iterable[Sequence[object]]) -> list[Case]:
        return [_case(self.binding, case) for case in cases]

    def _ask(self, way: Invocation, cases: list[Case]) -> list[Answer]:
        if self.times_lost >= MAX_LOST_CALLS:
            return [Answer(problem=Problem.OUT_OF_TIME)]
        with np.errstate(all="ignore") if self.answer is not None else nullcontext():  # for what the reference computes
            answers = self.session.call(way, cases, self.seed, self.answer, self.within_s, self.left_bytes)
        return self.noted(answers)

    def noted(self, answers: list[Answer]) -> list[Answer]:
        """The answers of the kernel, of which it takes note."""
        self.left_bytes -= sum(one.size_bytes for one in answers)
        if self.lost.names:
            answers = [self.lost.explain(one) for one in answers]
        self.times_lost += bool(answers) and answers[-1].problem in (Problem.TIMED_OUT, Problem.CRASHED)
        return answers


def _case(binding: Binding, arguments: Sequence[object]) -> Case:
    places, keywords = binding.arrange(arguments)
    return Case(tuple(places), keywords)
