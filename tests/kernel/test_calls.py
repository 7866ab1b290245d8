"""Plain values go in and come out; what the kernel sends that is no answer is a problem, never an error of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from grader.kernel.calls import (
    Case,
    Invocation,
    Problem,
    decode_outcome,
    encode_calls,
)
from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.messages import Ask, Outcome, Raised, Timeout, Version
from grader.kernel.protocol.values import Array, Items, Nothing, Opaque, Scalar, Value
from grader.kernel.sending import CannotAnswer, Sending

VERSION = Version("0", "f", 0, "", None, "", False)


def outcome(result: Value | Raised | Timeout) -> Outcome:
    return Outcome(1, result, "zażółć", False)


def test_cases_keep_places_and_names() -> None:
    request = encode_calls(Invocation(VERSION, True, ("g",)), [Case((1, np.arange(2)), {"ż": None})], 5, Sending())
    assert (request.version, request.after_cell, request.asked, request.seed) == ("0", True, ["g"], 5)
    (case,) = request.cases
    assert decode(case.args[0]) == 1
    np.testing.assert_array_equal(decode(case.args[1]), [0, 1])  # type: ignore[arg-type]
    assert case.kwargs == [("ż", Nothing())]


def test_no_two_requests_have_the_same_number() -> None:
    assert len({encode_calls(Invocation(VERSION), [], 0, Sending()).number for _ in range(100)}) == 100


@pytest.mark.parametrize("value", [None, 1, 2.5, True, "ż", [1, (2, [])], {"a": {"b": 1}}], ids=str)
def test_a_value_is_plain(value: object) -> None:
    answer = decode_outcome(outcome(encode(value)))
    assert (answer.value, answer.problem, answer.printed) == (value, None, "zażółć")
    assert type(answer.value) is type(value)


def test_what_is_no_data_is_opaque() -> None:
    assert decode_outcome(outcome(encode(object()))).value == Opaque("object", "")


def deep(levels: int) -> Value:
    value: Value = Nothing()
    for _ in range(levels):
        value = Items("list", [value])
    return value


@pytest.mark.parametrize("value", [Scalar("float64", b""), Array("float64", [3], b""), Items("deque", []), deep(5000)])
def test_a_value_that_contradicts_itself_is_garbled(value: Value) -> None:
    answer = decode_outcome(outcome(value))
    assert (answer.value, answer.problem, answer.printed) == (None, Problem.GARBLED, "zażółć")


def test_how_else_a_call_ends() -> None:
    raised = Raised("E", "text", 3, 1, "code")
    assert decode_outcome(outcome(raised)).raised == raised
    assert decode_outcome(outcome(raised)).problem is Problem.RAISED
    assert decode_outcome(outcome(Timeout())).problem is Problem.TIMED_OUT


def test_a_question_is_answered_with_plain_values() -> None:
    def answer(name: str, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        return [name, *args, kwargs]

    reply = Sending().answer(Ask("g", [encode(1)], [("k", encode("v"))]), answer)
    assert (decode(reply.value), reply.error) == (["g", 1, {"k": "v"}], "")


def test_a_question_without_an_answer_says_why() -> None:
    def refuse(name: str, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        raise CannotAnswer("no such function")

    reply = Sending().answer(Ask("g", [], []), refuse)
    assert (reply.value, reply.error) == (Nothing(), "no such function")


def test_a_question_that_contradicts_itself_asks_nobody() -> None:
    def never(name: str, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        raise AssertionError

    reply = Sending().answer(Ask("g", [Items("deque", [])], []), never)
    assert reply.error == "g got arguments that make no sense"
