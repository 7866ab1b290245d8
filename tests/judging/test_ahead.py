"""The checks of an exercise that only state their calls are asked in one message; all others as they come."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from grader.judging.ahead import Cases, share_out
from grader.judging.attempts import Examiner
from grader.judging.binding import Binding
from grader.judging.stand_in import Function
from grader.judging.subject import Subject
from grader.judging.suite import Suite
from grader.kernel.session import Answer, Case, Invocation, Problem, Version
from grader.model import CheckStatus
from tests.proof.sick_course import write_course

FIRST = """
    def test_first(double, solution, rng):
        for call in double.each([(1,), (rng.random(),)]): call.returns(2 * call.args[0])"""
OTHERS = {
    "states its calls": "def test_other(double): double.each([(4,)])[0].returns(8)",
    "takes a fixture of the file": """
        @pytest.fixture
        def drawn(rng): return rng.random()
        def test_other(double, drawn): double.each([(drawn,)])[0].returns(2 * drawn)""",
    "draws something else each time": """
        def test_other(double):
            DRAWN.append(1.5)
            double.each([(sum(DRAWN),)])[0].returns(2 * sum(DRAWN))""",
}
ALONE = {
    "has parameters": """
        @pytest.mark.parametrize('n', [4])
        def test_other(double, n): double.each([(n,)])[0].returns(8)""",
    "looks before it calls": "def test_other(double):\n    assert False\n    double.each([(4,)])",
    "calls nothing": "def test_other(double): pass",
    "sees what is changed": "def test_other(double): double([1])",
    "catches everything": "def test_other(double):\n    try: double.each([(4,)])[0].returns(8)\n    except: pass",
    "computes with what numpy says to ignore": """
        def test_other(double):
            with np.errstate(divide="raise"):
                double.each([(4,)])[0].returns(8)
                with pytest.raises(FloatingPointError): np.array([1]) / 0
            assert np.geterr()["divide"] == 'warn'""",
    "takes warnings for errors": """
        def test_other(double):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                double.each([(4,)])[0].returns(8)
                with pytest.raises(UserWarning): warnings.warn("so")
            assert len(warnings.filters) == FILTERS""",
}
HEAD = ["import os, random, time, warnings", "import numpy as np", "import pytest"]
HEAD += ["DRAWN, FILTERS, GIVEN = [], len(warnings.filters), [1, 3]"]
ASKS_AGAIN = """
    def test_first(double):
        for number in (1, 2): double.each([(number,)])[0].returns(2 * number)"""


@dataclass
class Doubling:
    """A session whose function doubles. `messages`: how many calls each message held, and where checks begin."""

    messages: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    breaks_at: float | None = None
    breaks_by: BaseException = field(default_factory=lambda: AssertionError("the course's own function breaks"))

    def call(self, invocation: Invocation, cases: Sequence[Case], *_: object) -> list[Answer]:
        if self.breaks_at == math.inf and invocation.begins:
            until_s = time.thread_time() + 8  # the course's own function, which answers, computes on and on
            while time.thread_time() < until_s:
                pass
        if any(case.args[0] == self.breaks_at for case in cases):
            raise self.breaks_by  # of the course's own function, which answers
        self.messages.append((len(cases), invocation.begins))
        return [Answer(case.args[0] * 2) for case in cases]  # type: ignore[operator]


def run(folder: Path, *tests: str, **breaks: Any) -> tuple[list[CheckStatus], list[tuple[int, tuple[int, ...]]]]:
    """The verdicts and the messages. `breaks`: as Doubling takes it."""
    marks = [f"@pytest.mark.check(points={1 / len(tests)}, pl='Tak', en='So')\ndef test_" for _ in tests]
    marked = [dedent(test).replace("def test_", mark) for test, mark in zip(tests, marks, strict=True)]
    source = "\n\n".join([*HEAD, *marked])
    session: Any = Doubling(**breaks)
    course = write_course(folder, {"1": {"test_it.py": f"{source}\n"}})
    with Suite(course) as suite:
        way = Invocation(Version("1", "double", 0, "", [], "", False))
        ask = Examiner(session, course, suite, (1,)).asker(Binding((0,)), way)
        results = suite.run("1", Subject("double", Function("double", ask, parameters=["x"])), (1, 2))
    return [result.status for result in results], session.messages


@pytest.mark.parametrize("what", OTHERS)
def test_checks_that_state_their_calls_are_asked_in_one_message(what: str, tmp_path: Path) -> None:
    assert run(tmp_path / "ćwiczenia", FIRST, OTHERS[what]) == ([CheckStatus.PASSED] * 2, [(3, (2,))])


@pytest.mark.parametrize("what", ALONE)
def test_a_check_that_does_more_than_state_calls_is_asked_by_itself(what: str, tmp_path: Path) -> None:
    (alone,), messages = run(tmp_path / "sam", ALONE[what])
    last = OTHERS["states its calls"].replace("other", "last")
    verdicts, others = run(tmp_path / "obok", FIRST, FIRST.replace("first", "second"), ALONE[what], last)
    assert verdicts == [CheckStatus.PASSED, CheckStatus.PASSED, alone, CheckStatus.PASSED]
    assert others == [(4, (2,)), *messages, (1, ())]


def test_after_a_check_that_asks_again_nothing_is_asked_ahead(tmp_path: Path) -> None:
    """A function may remember its calls: they keep their order."""
    last = OTHERS["states its calls"]
    verdicts, messages = run(tmp_path, FIRST, ASKS_AGAIN.replace("first", "second"), last)
    assert verdicts == [CheckStatus.PASSED] * 3
    assert messages == [(3, (2,)), (1, ()), (1, ())]


SET = {  # what both of two checks set: it holds until the second has set it too
    "a global name": "global LAST; LAST = {n}; double.each([({n},)])[0].returns(2 * LAST)",
    "a list": "DRAWN[:] = [{n}]; double.each([({n},)])[0].returns(2 * sum(DRAWN))",
    "a variable of the system": """
        os.environ["ŻÓŁW"] = "{n}"
        double.each([({n},)])[0].returns(2 * {n})
        del os.environ["ŻÓŁW"]""",
    "the state of random numbers": """
        random.seed({n})
        numbers = double.each([(random.random(),)])[0].args[0], random.random()
        random.seed({n})
        assert numbers == (random.random(), random.random())""",
    "a list that both send": """
        GIVEN[0] = {n}
        double.each([(GIVEN,)])[0].returns([{n}, 3, {n}, 3])""",
}


@pytest.mark.parametrize("what", SET)
def test_checks_that_set_what_others_set_too_do_not_wait_for_each_other(what: str, tmp_path: Path) -> None:
    body = indent(dedent(SET[what]), "    ")
    both = [f"def test_{name}(double):\n" + body.replace("{n}", str(at)) for at, name in enumerate(("a", "b"), 4)]
    assert run(tmp_path, *both) == ([CheckStatus.PASSED] * 2, [(1, ()), (1, ())])


def test_checks_wait_as_far_as_none_of_them_sets_what_another_sets_too(tmp_path: Path) -> None:
    sets = [f"def test_{at}(double):\n    " + SET["a global name"].replace("{n}", str(at)) for at in (1, 2)]
    verdicts, messages = run(tmp_path, FIRST, FIRST.replace("first", "second"), *sets)
    assert (verdicts, messages) == ([CheckStatus.PASSED] * 4, [(4, (2,)), (1, ()), (1, ())])


BREAKS = "def test_breaks(double): double.each([(7,)])[0].returns(14)"


@pytest.mark.parametrize(
    "last", [OTHERS["states its calls"], ALONE["has parameters"]], ids=["here", "in pytest's thread"]
)
def test_what_breaks_when_all_are_asked_breaks_only_the_check_that_it_belongs_to(last: str, tmp_path: Path) -> None:
    verdicts, _ = run(tmp_path, FIRST, BREAKS, last, breaks_at=7)
    assert verdicts[0] is verdicts[2] is CheckStatus.PASSED
    assert verdicts[1] is not CheckStatus.PASSED


def test_a_function_of_a_test_that_fails_its_check_fails_no_other(tmp_path: Path) -> None:
    verdicts, _ = run(tmp_path, FIRST, BREAKS, breaks_at=7, breaks_by=pytest.fail.Exception("nie 7"))
    assert verdicts == [CheckStatus.PASSED, CheckStatus.FAILED]


def test_nothing_is_begun_where_the_reference_fails_a_check_while_it_is_called(tmp_path: Path) -> None:
    course = write_course(tmp_path, {"1": {"solution.py": "import pytest\ndef double(x): pytest.fail('nie')"}})
    with Suite(course) as suite:
        session: Any = Doubling()
        ask = Examiner(session, course, suite, (1,)).asker(
            Binding((0,)), Invocation(Version("1", "d", 0, "", [], "", False))
        )
        assert suite.begin([("1", Subject("double", Function("double", ask, parameters=["x"])))], (1, 2)) == []


@pytest.mark.parametrize("stated", ["", "double.each([(1,)])"])
def test_ctrl_c_in_a_test_is_no_verdict(stated: str, tmp_path: Path) -> None:
    pressed = f"def test_other(double):\n    {stated}\n    raise KeyboardInterrupt"
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, FIRST, pressed)


BURNS = """
    def test_slow(double):
        until_s = time.thread_time() + 0.9
        while time.thread_time() < until_s: pass
        double.each([(3,)])[0].returns(6)"""


def test_what_asks_without_end_is_bounded_however_long_the_checks_took_to_state_their_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.judging.suite.CHECK_LIMIT_S", 0.5)
    began_s = time.thread_time()
    verdicts, _ = run(tmp_path, FIRST, OTHERS["states its calls"], BURNS, breaks_at=math.inf)
    assert verdicts[:2] == [CheckStatus.PASSED] * 2
    assert time.thread_time() - began_s < 8


def test_what_a_check_computes_before_and_after_its_calls_counts_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.judging.suite.CHECK_LIMIT_S", 0.8)
    burn = "until_s = time.thread_time() + 0.7\n    while time.thread_time() < until_s: pass"
    twice = f"def test_slow(double):\n    {burn}\n    double.each([(3,)])\n    {burn}"
    assert run(tmp_path, FIRST, twice)[0] == [CheckStatus.PASSED, CheckStatus.GRADER_FAULT]


NO = Answer(problem=Problem.CRASHED)
ONE, TWO = Answer(1), Answer(2)


@pytest.mark.parametrize(
    ("answers", "shared"),
    [
        ([ONE, TWO, ONE, TWO, ONE], [[ONE, TWO], [ONE], [TWO, ONE]]),
        ([ONE, NO], [[ONE, NO]]),
        ([NO], [[NO]]),
        ([ONE, TWO, NO], [[ONE, TWO], [NO]]),
        ([ONE, TWO, ONE, NO], [[ONE, TWO], [ONE], [NO]]),
        ([ONE, TWO], [[ONE, TWO]]),
        ([ONE], []),
        ([], []),
    ],
)
def test_the_check_whose_call_ended_the_kernel_has_that_answer_and_those_after_it_none(
    answers: list[Answer], shared: list[list[Answer]]
) -> None:
    stated: list[Cases] = [[(1,), (2,)], [(3,)], [(4,), (5,)]]
    assert share_out(stated, answers) == shared
