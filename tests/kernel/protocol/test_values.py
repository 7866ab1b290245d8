"""Only data crosses the wall: values arrive as they were, and what is not data as a name only."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.kernel.protocol import messages, values
from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.encode import encode

decoder = msgspec.json.Decoder(messages.Reply)


def carry(value: object) -> object:
    outcome = messages.Outcome(1, encode(value), "", False)
    return decode(decoder.decode(msgspec.json.encode(outcome)).result)


numbers = st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.booleans(), st.none())

arrays = hnp.arrays(st.sampled_from(["float64", "float32", "int64", "bool", "uint8"]), hnp.array_shapes(min_dims=0))

trees = st.recursive(
    numbers | st.text(max_size=20), lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner)
)


@given(trees)
def test_plain_values_arrive_as_they_were(value: object) -> None:
    assert carry(value) == value


@given(arrays)
def test_arrays_arrive_with_their_type_and_shape(array: np.ndarray) -> None:
    got = carry(array)
    assert isinstance(got, np.ndarray)
    assert (got.dtype, got.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(got, array)


class Lies:
    def __eq__(self, other: object) -> bool:
        return True

    def __float__(self) -> float:
        return 1.0

    def __array__(self, *args: object, **kwargs: object) -> np.ndarray:
        return np.array([object()], dtype=object)

    __hash__ = None  # type: ignore[assignment]


class LyingKind(type):
    """Of classes that say that they are any other, and have no hash."""

    def __eq__(cls, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class Kept(metaclass=LyingKind):
    pass


class Word(str, metaclass=LyingKind):
    __slots__ = ()


class Row(list, metaclass=LyingKind):  # type: ignore[type-arg]
    pass


@pytest.mark.parametrize(
    "value",
    [
        object(),
        Lies(),
        Kept(),
        lambda: 1,
        {object()},
        {object(): 1},
        (x for x in "a"),
        10**200_000,
        range(10**9),
        "a" * 2_000_000,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_data_arrives_as_a_name_only(value: object) -> None:
    assert isinstance(carry(value), values.Opaque)


def test_what_a_class_says_of_itself_changes_nothing() -> None:
    assert carry([Row(["żółw", 1]), Word("żółw"), 2.5]) == [["żółw", 1], "żółw", 2.5]


def test_subclasses_arrive_as_plain_data() -> None:
    class Sly(float):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    assert type(carry(Sly(2.0))) is float
    assert type(carry(np.matrix([[1.0]]))) is np.ndarray


def test_a_list_that_holds_itself_ends() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert isinstance(carry(endless), list)


def test_what_is_too_large_arrives_as_a_name_only() -> None:
    assert isinstance(carry(np.zeros(values.MAX_FRAME_BYTES)), values.Opaque)
    assert isinstance(carry([0] * (values.MAX_ITEMS + 1)), values.Opaque)


@pytest.mark.parametrize(
    "value",
    [
        values.Array("float64", [2], b"\0" * 8),
        values.Array("float64", [-1], b""),
        values.Array("float64", [2**62, 4], b""),
        values.Array("float64", [1] * 40, b"\0" * 8),
        values.Array("object", [1], b"\0" * 8),
        values.Scalar("float64", b"\0"),
        values.Scalar("O", b"\0" * 8),
        values.Items("deque", []),
    ],
)
def test_a_value_that_contradicts_itself_is_refused(value: values.Value) -> None:
    with pytest.raises(values.WireError):
        decode(value)
