"""Only data crosses the wall, and nothing that is sent can break, stall or fool the receiver."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.kernel.protocol import messages, values
from grader.kernel.protocol.channel import Channel

decoder = msgspec.json.Decoder(messages.Reply)


def carry(value: object) -> object:
    outcome = messages.Outcome(1, values.encode(value), "", False)
    return values.decode(decoder.decode(msgspec.json.encode(outcome)).result)


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


@pytest.mark.parametrize(
    "value",
    [object(), Lies(), lambda: 1, 1 + 2j, np.array([1 + 2j]), np.array(["a"]), {1, 2}, 10**400, np.datetime64("2020")],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_data_arrives_as_a_name_only(value: object) -> None:
    assert isinstance(carry(value), values.Opaque)


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
        values.Items("set", []),
    ],
)
def test_a_value_that_contradicts_itself_is_refused(value: values.Value) -> None:
    with pytest.raises(values.WireError):
        values.decode(value)


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_random_bytes_are_a_wire_error_or_a_message(body: bytes) -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(struct.pack(">Q", len(body)) + body)
        with contextlib.suppress(values.WireError):
            Channel(right, messages.Reply).receive(1.0)


@settings(max_examples=200)
@given(
    st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda s: st.lists(s) | st.dictionaries(st.text(), s))
)
def test_random_json_is_a_wire_error_or_a_message(tree: object) -> None:
    left, right = socket.socketpair()
    with left, right:
        body = json.dumps({"t": "outcome", "number": 1, "result": tree, "printed": "", "cut": False}).encode()
        left.sendall(struct.pack(">Q", len(body)) + body)
        with pytest.raises(values.WireError):
            Channel(right, messages.Reply).receive(1.0)


def test_a_huge_frame_is_refused_before_it_is_read() -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(struct.pack(">Q", 1 << 62))
        with pytest.raises(values.WireError):
            Channel(right, messages.Reply).receive(1.0)


def test_half_a_frame_stalls_nobody() -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(struct.pack(">Q", 100) + b"half")
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            Channel(right, messages.Reply).receive(0.2)
        assert time.monotonic() - started < 10


def test_a_trickle_of_bytes_does_not_push_the_deadline_on() -> None:
    left, right = socket.socketpair()
    stop = threading.Event()

    def trickle() -> None:
        left.sendall(struct.pack(">Q", 1000))
        while not stop.wait(0.02):
            left.sendall(b" ")

    feeder = threading.Thread(target=trickle)
    with left, right:
        feeder.start()
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            Channel(right, messages.Reply).receive(0.2)
        assert time.monotonic() - started < 10
        stop.set()
        feeder.join()


def test_a_reader_that_does_not_read_stalls_nobody() -> None:
    left, right = socket.socketpair()
    with left, right, pytest.raises(TimeoutError):
        Channel(left, messages.Reply).send(values.Text("x" * 10_000_000), 0.2)


@pytest.mark.parametrize("depth", [20, 3000, 100_000])
def test_deep_nesting_is_a_wire_error(depth: int) -> None:
    left, right = socket.socketpair()
    item = '{"t":"items","kind":"list","items":[' * depth + "]}" * depth
    body = ('{"t":"outcome","number":1,"result":' + item + ',"printed":"","cut":false}').encode()
    with left, right:
        sender = threading.Thread(target=left.sendall, args=(struct.pack(">Q", len(body)) + body,))
        sender.start()
        with pytest.raises(values.WireError):  # noqa: PT012
            outcome = Channel(right, messages.Reply).receive(20.0)
            values.decode(outcome.result)  # how deep it may be before this depends on the Python
        sender.join()
