"""Whatever a function returns, and whatever the kernel may say in its place, is a verdict; it is never a fault."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.config import Config, Limits
from grader.course.course import Course
from grader.diagnosis.by_answers import find_known_mistake
from grader.diagnosis.diagnose import diagnose
from grader.diagnosis.observed import Observed
from grader.judging import compare
from grader.judging.describe import show_both
from grader.judging.judge import judge
from grader.judging.suite import Suite
from grader.kernel.budget import Budget
from grader.kernel.calls import decode_all
from grader.kernel.protocol import dtypes, messages, values
from grader.kernel.protocol.encode import encode
from grader.kernel.session import Answer, Case, Invocation, Parameter, StandInAnswer, Version
from grader.model import Cell, CellResult, CheckStatus, ExerciseStatus, Grade, Notebook, SubmissionStatus
from grader.report import formats
from grader.report.run import Run
from tests.conftest import GradeCells, result

LINEAR = "1a"
HUGE = [2**63 - 1, 2**62, 2**40, 10**30, -1]

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names_of_types = st.sampled_from([*dtypes.DTYPES, "object", "U5", "complex128", ""])
floats = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.int8, np.uint64, np.bool_]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4) | st.sampled_from([(1,), (2,), (30,), (200, 1)]),
)
raw_arrays = st.builds(
    values.Array,
    names_of_types,
    st.lists(st.sampled_from([0, 1, 2, 3, *HUGE]), max_size=9),
    st.binary(max_size=16) | st.just(b""),
    words,
)
leaves = st.one_of(
    st.just(values.Nothing()),
    st.builds(values.Scalar, names_of_types, st.binary(max_size=8), st.booleans()),
    st.floats().map(encode),
    st.sampled_from([0, 1, -1, True, 2**63 - 1, 10**20, 10**400, math.inf, -math.inf, math.nan]).map(encode),
    floats.map(encode),
    raw_arrays,
    st.builds(values.Text, words),
    st.builds(values.Opaque, words | st.sampled_from(["int", "ndarray(float64)", "function", "ndarray("]), words),
)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.builds(values.Items, st.sampled_from(["list", "tuple", "set"]), st.lists(inner, max_size=4))
        | st.builds(values.Pairs, st.lists(st.tuples(inner, inner), max_size=3))
    ),
    max_leaves=8,
)
raised = st.builds(
    messages.Raised,
    words | st.sampled_from(["NameError", "TypeError", "ZeroDivisionError", "RecursionError"]),
    words | st.sampled_from(["name 'ż' is not defined", "operands could not be broadcast together with shapes ("]),
    st.integers(-1, 100_000),
    st.integers(0, 1 << 31),
    words,
)
replies = trees | raised | st.just(messages.Timeout())
LINKED: values.Value = values.Items("list", [encode(1.0)])
for _ in range(40):
    LINKED = values.Items("tuple", [LINKED])


@dataclass
class OneAnswer:
    """A session with one version of a function, whose kernel sends these replies in turn."""

    version: Version
    replies: Sequence[object]
    sources: tuple[Cell, ...] = ()
    cells: tuple[CellResult, ...] = ()
    alive: bool = True
    budget: Budget = field(default_factory=lambda: Budget(Limits()))
    walls: tuple[str, ...] = ()

    @property
    def versions(self) -> tuple[Version, ...]:
        return (self.version,)

    def call(
        self,
        invocation: Invocation,
        cases: Sequence[Case],
        seed: int,
        answer: StandInAnswer | None = None,
        within_s: float = math.inf,
        within_bytes: float = math.inf,
    ) -> list[Answer]:
        sent = [messages.Outcome(1, self.replies[at % len(self.replies)], "", False) for at in range(len(cases))]  # type: ignore[arg-type]
        read = msgspec.json.decode(msgspec.json.encode(sent), type=list[messages.Outcome])
        return decode_all(read, self.budget)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    exercise=st.sampled_from(["1a", "1b", "2", "3a", "3b", "4", "5", "6"]),
    replies=st.lists(replies, min_size=1, max_size=3),
)
@example("1a", [values.Array("int8", [2**63 - 1, 0], b"")])
@example("6", [values.Array("float64", [0, 2**62], b"", "matrix")])
@example("5", [values.Items("tuple", [values.Array("uint8", [2**40, 0], b""), encode(1)])])
@example("3b", [LINKED])
def test_any_reply_that_the_schema_allows_gets_a_verdict(
    course: Course, suite: Suite, exercise: str, replies: list[object]
) -> None:
    wanted = course.exercise(exercise)
    parameters = [Parameter(name, "positional_or_keyword", False) for name in wanted.parameters]
    session = OneAnswer(Version("1", wanted.function, 0, "", parameters, "def f(): pass", False), replies)
    judged = judge(session, course, suite, Config(), "0" * 64)
    for one in judged:
        assert one.result.status is not ExerciseStatus.GRADER_FAULT, one.result
        assert all(check.status is not CheckStatus.GRADER_FAULT for check in one.result.checks), one.result
        for attempt in one.to_diagnose:
            for call in attempt.calls:
                assert all(isinstance(text, str) for text in show_both(call.args[0], call.answer.value))
    results = diagnose(judged, session, course)
    notebook = Notebook("x.ipynb", "x", "0" * 64)
    run = Run((Grade(notebook, SubmissionStatus.GRADED, 0.0, results),), course, Config())
    assert all(formats.text(name, run).encode("utf-8") for name in ("json", "terminal", "csv"))


RETURNED = {
    "huge-and-empty": "np.zeros((2**63 - 1, 0), np.int8)",
    "huge-and-empty-inside": "[np.zeros((0, 2**62), np.int8)] * 2",
    "structured": "np.zeros(3, [('a', 'f8'), ('ż', 'i4', (2,))])",
    "structured-scalar": "np.zeros((), [('a', 'f8')])[()]",
    "object-array": "np.array([1, 'a', None, [1, 2], {1: 2}], dtype=object)",
    "object-array-of-itself": "(a := np.empty(2, object), a.fill(a), a)[2]",
    "list-of-itself": "(a := [], a.append(a), a)[2]",
    "long-integer": "10 ** 100_000",
    "long-integers": "[-(10 ** 5_000), 2 ** 63, 2 ** 64] * 2",
    "long-integer-as-key": "{10 ** 100_000: 1, None: 2, 1.5: 3, ('a',): 4}",
    "key-without-text": "{type('K', (), {'__str__': lambda s: 1 / 0, '__hash__': lambda s: 1})(): 1}",
    "surrogates": "{'\\ud800' * 200: '\\udfff', 'Żółć': ['\\udc80']}",
    "name-with-zero": "type('N\\0', (), {})()",
    "nan-inf": "x * float('nan') + np.array([np.inf, -np.inf] * len(x))[: len(x)]",
    "float16": "np.full(len(x), 6e4, np.float16)",
    "largest": "np.full(len(x), -1.7976931348623157e308)",
    "masked": "np.ma.masked_all(len(x))",
    "masked-value": "np.ma.masked",
    "matrix": "np.matrix(x).T",
    "dates": "np.array(['2020-01-01', 'NaT'], 'M8[D]')",
    "sides": "np.zeros((1,) * 32)",
    "strides": "np.broadcast_to(np.float64(1), (2**31, 2**20))",
    "subclass-that-lies": "type('L', (list,), {'__len__': lambda s: 10**9, '__iter__': lambda s: iter([1])})()",
    "float-that-lies": "type('F', (float,), {'__float__': lambda s: 1 / 0})(1)",
}


@pytest.mark.parametrize("batch", [list(RETURNED)[at::3] for at in range(3)], ids=["0", "1", "2"])
def test_any_value_is_a_failed_check_of_its_own(
    batch: list[str], grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    for name in batch:
        source = f"def get_linear_forward(x, w, b):\n    return {RETURNED[name]}"
        grade = grade_cells(source, solutions["1b"])
        one = result(grade, LINEAR)
        assert grade.status is SubmissionStatus.GRADED, (name, grade.notes)
        assert not grade.faulted, (name, one)
        assert one.points == 0, name
        assert {check.status for check in one.checks} <= {CheckStatus.FAILED, CheckStatus.ERROR}, (name, one.checks)
        assert result(grade, "1b").status is ExerciseStatus.PASSED, name


def test_an_answer_that_breaks_a_test_is_a_failed_check_and_a_broken_test_a_fault(
    course: Course, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters = [Parameter(name, "positional_or_keyword", False) for name in ("x", "w", "b")]
    version = Version("1", "get_linear_forward", 0, "", parameters, "", False)
    session = OneAnswer(version, [encode("ż")])

    def breaks_on_texts(expected: object, actual: object, rtol: float = compare.RTOL) -> compare.Comparison:
        np.asarray(actual, dtype=float)
        return real(expected, actual, rtol)

    def breaks(expected: object, actual: object, rtol: float = compare.RTOL) -> compare.Comparison:
        raise ValueError("broken")

    real = compare.compare
    for broken, status in ((breaks_on_texts, CheckStatus.ERROR), (breaks, CheckStatus.GRADER_FAULT)):
        monkeypatch.setattr(compare, "compare", broken)
        checks = judge(session, course, suite, Config(), "0" * 64)[0].result.checks
        assert {check.status for check in checks} == {status}
        assert {check.actual for check in checks} == ({"'ż'"} if broken is breaks_on_texts else {None})


def test_a_known_mistake_is_found_in_any_answer_without_a_fault(course: Course) -> None:
    for value in (np.zeros((0, 3)), [np.zeros(2), [1, [2]]], {"a": math.nan}, "ż", None, (np.float16(6e4),) * 3):
        calls = [Observed((np.arange(3.0), 1.0, 2.0), value)] * 4
        assert find_known_mistake(course.exercise(LINEAR), course, calls) is None
