"""A test sends data, objects of the notebook and its own functions, which the kernel may ask; nothing else crosses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.messages import Ask
from grader.kernel.protocol.values import Asked, Opaque, Reference
from grader.kernel.sending import Sending, Unsendable


class Held(Reference):
    __slots__ = ()


def held(number: int) -> Held:
    reference = Held()
    reference.opaque = Opaque("Konto", "", number)
    return reference


def test_objects_and_functions_are_sent_as_numbers_the_same_ones_as_the_same() -> None:
    sending = Sending()
    assert sending.value(held(7)) == Opaque("Konto", "", 7)
    assert sending.value([abs, abs, len]) == encode([0, 0, 0]).__class__(
        "list", [Asked(1, "abs"), Asked(1, "abs"), Asked(2, "len")]
    )
    assert sending.functions == {1: abs, 2: len}


@pytest.mark.parametrize(
    "value",
    [object(), [{"a": object()}], {object(): 1}, np.array([1], object), np.ma.masked_all(1), 10**200_000, [[[]] * 300_000]],
    ids=range(7),
)  # fmt: skip
def test_what_can_not_cross_says_what_it_is(value: object) -> None:
    with pytest.raises(Unsendable, match="can't be sent to a notebook's function: send"):
        Sending().value(value)


def ask(function: Any, *args: object) -> tuple[object, str, str, Sending]:
    sending = Sending()
    sending.value(function)
    answer = sending.answer(Ask("", [encode(one) for one in args], [], 1), None)
    return decode(answer.value), answer.error, answer.type, sending


def test_a_function_of_the_test_answers_with_data_or_an_exception_of_its_kind() -> None:
    assert ask(lambda x: [x, x], "ż")[:2] == (["ż", "ż"], "")
    assert ask(lambda x: 1 / x, 0)[1:3] == ("division by zero", "ZeroDivisionError")
    assert "takes only data" in ask(abs, object())[1]
    assert Sending().answer(Ask("", [], [], 5), None).error == "no such function"
    assert Sending().answer(Ask("g", [], []), None).error == "no such function"


def test_what_a_function_of_the_test_asserts_ends_the_check_whatever_the_notebook_makes_of_it() -> None:
    def claim(x: int) -> None:
        assert x == 1, "not 1"

    assert isinstance(ask(claim, 2)[3].broken, AssertionError)
    assert isinstance(ask(lambda: object())[3].broken, Unsendable)
    assert ask(claim, 1)[3].broken is None
