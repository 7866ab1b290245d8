"""What crosses the wall: frames of JSON with tagged numbers and arrays, held against a schema, bounded in size.

Both sides use it. Nothing here runs code that a message names: no pickle, no eval, no object arrays.
"""

from __future__ import annotations

import math
import socket
import struct
import time
from typing import Annotated, Any, Union

import msgspec
import numpy as np

MAX_FRAME_BYTES = 32 << 20
MAX_DEPTH = 12
MAX_ITEMS = 200_000
MAX_TEXT = 20_000
MAX_VERSIONS = 400
MAX_SOURCE = 20_000
CANARY = "canary"  # the version that is called before the first cell
Word = Annotated[str, msgspec.Meta(max_length=200)]
Prose = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
CellIndex = Annotated[int, msgspec.Meta(ge=-1, le=100_000)]
DTYPES = {
    name: np.dtype(name).newbyteorder("<")
    for name in """bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64""".split()
}
_NAMES = {np.dtype(name): name for name in DTYPES}
_HEADER = struct.Struct(">Q")


class WireError(Exception):
    """The other side sent what the schema or the limits do not allow."""


class Closed(Exception):
    """The other side is gone."""


class Frozen(msgspec.Struct, frozen=True, tag_field="t", forbid_unknown_fields=True):
    """Base of all that is sent."""


class Nothing(Frozen, frozen=True, tag="none"):
    """Python's None."""


class Scalar(Frozen, frozen=True, tag="scalar"):
    """One number. `python` tells a plain int, float or bool from numpy's; ints beyond 64 bits become floats."""

    dtype: Word
    data: bytes
    python: bool = False


class Array(Frozen, frozen=True, tag="array"):
    """A numpy array in C order, little endian. `subclass` names the type when it is not plain ndarray."""

    dtype: Word
    shape: Annotated[list[int], msgspec.Meta(max_length=32)]
    data: bytes
    subclass: Word = ""


class Text(Frozen, frozen=True, tag="text"):
    """A string, cut to MAX_TEXT characters."""

    value: Prose


class Items(Frozen, frozen=True, tag="items"):
    """A tuple or a list."""

    kind: Word
    items: Annotated[list[Value], msgspec.Meta(max_length=MAX_ITEMS)]


class Pairs(Frozen, frozen=True, tag="dict"):
    """A dict with string keys, other keys as their text."""

    items: Annotated[list[tuple[Word, Value]], msgspec.Meta(max_length=MAX_ITEMS)]


class Opaque(Frozen, frozen=True, tag="opaque"):
    """Something that is no data: its type's name and a short text of it."""

    type: Word
    text: Prose


Value = Union[Nothing, Scalar, Array, Text, Items, Pairs, Opaque]


class Parameter(Frozen, frozen=True, tag="parameter"):
    """A parameter of a participant's function. `kind` is inspect's name for it in lower case."""

    name: Word
    kind: Word
    has_default: bool


class Version(Frozen, frozen=True, tag="version"):
    """One definition of a callable. `id` is stable when the same cells run again. `parameters` is None if unknowable.

    `rebound`: a name that it uses was bound to something else after its cell, so the state after its cell matters.
    """

    id: Prose
    name: Word
    cell: CellIndex
    owner: Word
    parameters: Union[Annotated[list[Parameter], msgspec.Meta(max_length=100)], None]
    source: Annotated[str, msgspec.Meta(max_length=MAX_SOURCE)]
    rebound: bool


class Raised(Frozen, frozen=True, tag="raised"):
    """A call ended with an exception. `cell` and `line` say where in the notebook, lines counted from 1."""

    type: Word
    text: Prose
    cell: CellIndex
    line: int
    code: Word


class Timeout(Frozen, frozen=True, tag="timeout"):
    """A call was interrupted."""


class Outcome(Frozen, frozen=True, tag="outcome"):
    """How one call ended, and what it printed (cut to the cap). `number` is that of the request."""

    number: int
    result: Union[Value, Raised, Timeout]
    printed: Annotated[str, msgspec.Meta(max_length=1 << 18)]
    cut: bool


class Described(Frozen, frozen=True, tag="described"):
    """What the notebook left: callables, modules that were stood in for, commands passed over (text, cell)."""

    versions: Annotated[list[Version], msgspec.Meta(max_length=MAX_VERSIONS)]
    standins: Annotated[list[Word], msgspec.Meta(max_length=100)]
    ignored: Annotated[list[tuple[Word, CellIndex]], msgspec.Meta(max_length=100)]


class Ask(Frozen, frozen=True, tag="ask"):
    """A carried-forward call: the participant's code needs the result of another exercise's function."""

    name: Word
    args: Annotated[list[Value], msgspec.Meta(max_length=50)]
    kwargs: Annotated[list[tuple[Word, Value]], msgspec.Meta(max_length=50)]


class Walls(msgspec.Struct, frozen=True):
    """Which walls to raise. `hidden`: folders that must not be seen, whatever else is readable."""

    enabled: bool = True
    memory_mib: int = 2048
    cpu_s: int = 300
    hidden: list[str] = []
    without: list[str] = []


class Boot(msgspec.Struct, frozen=True):
    """What a kernel needs to know. It holds nothing of the course's.

    `agent_path`: the grader's unix socket, or `agent_port` and `token` where there are none (Windows).
    """

    connection_file: str
    runtime_dir: str
    agent_path: str
    agent_port: int
    token: str
    output_bytes: int
    walls: Walls


class Broken(Frozen, frozen=True, tag="broken"):
    """The kernel could not start behind the walls, or can't run there what any notebook needs."""

    text: str


class Hello(Frozen, frozen=True, tag="hello"):
    """The kernel's first frame: the walls that stand, and why others do not."""

    token: str
    walls: list[str]
    missing: list[str]


class Describe(Frozen, frozen=True, tag="describe"):
    """Grader to agent: say what the notebook left."""


class Case(Frozen, frozen=True, tag="case"):
    """The arguments of one call, in the version's own order."""

    args: list[Value]
    kwargs: list[tuple[str, Value]]


class Calls(Frozen, frozen=True, tag="calls"):
    """Grader to agent: call a version on many cases, an Outcome back for each, until one times out.

    `number` comes back with each, so that an answer to nothing is not taken for one. `after_cell`: in the state that
    the notebook was in after the version's own cell. `asked`: names whose calls the grader answers itself.
    """

    number: int
    version: str
    cases: list[Case]
    after_cell: bool
    asked: list[str]
    seed: int


class Answer(Frozen, frozen=True, tag="answer"):
    """Grader to agent: the result of an Ask; `error` instead of a value where the arguments make no sense."""

    value: Value
    error: str


Request = Union[Describe, Calls, Answer]
Reply = Union[Described, Outcome, Ask]


class Channel:
    """Frames over a stream socket, each way with a deadline, so that no peer can stall the other.

    `incoming` is the union of messages that this side accepts.
    """

    def __init__(self, sock: socket.socket, incoming: Any) -> None:
        self._socket = sock
        self._decoder = msgspec.json.Decoder(incoming)
        self._received = bytearray()

    def send(self, message: Frozen, timeout_s: float | None = None) -> None:
        """Raise Closed when the peer is gone, TimeoutError when it does not read."""
        body = msgspec.json.encode(message)
        self._socket.settimeout(timeout_s)
        try:
            self._socket.sendall(_HEADER.pack(len(body)) + body)
        except TimeoutError:
            raise
        except OSError as error:
            raise Closed(str(error)) from error

    def receive(self, timeout_s: float | None = None) -> Any:
        """The next message. Raise Closed, TimeoutError or WireError (whatever follows it can't be trusted)."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        self._fill(_HEADER.size, deadline)
        (size,) = _HEADER.unpack_from(self._received)
        if size > MAX_FRAME_BYTES:
            raise WireError(f"a message of {size} bytes, over the limit of {MAX_FRAME_BYTES}")
        self._fill(_HEADER.size + size, deadline)
        body = bytes(self._received[_HEADER.size : _HEADER.size + size])
        del self._received[: _HEADER.size + size]
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise WireError(str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def _fill(self, size: int, deadline: float | None) -> None:
        """Read until at least `size` bytes are there."""
        while len(self._received) < size:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            try:
                chunk = self._socket.recv(max(1 << 16, min(size - len(self._received), 1 << 20)))
            except TimeoutError:
                raise
            except OSError as error:
                raise Closed(str(error)) from error
            if not chunk:
                raise Closed("end of stream")
            self._received += chunk


# ---- Python values to wire values


def encode(value: object) -> Value:
    """The wire form of any Python value. What is no data, too deep or too large becomes Opaque."""
    return _encode(value, 0, [MAX_ITEMS])


def _encode(value: object, depth: int, budget: list[int]) -> Value:
    budget[0] -= 1
    if depth > MAX_DEPTH or budget[0] < 0:
        return Opaque(_type_name(value), "")
    if value is None:
        return Nothing()
    if isinstance(value, bool | int | float | np.generic):
        return _encode_number(value)
    if isinstance(value, np.ndarray):
        return _encode_array(value, depth, budget)
    if isinstance(value, str):
        return Text(clean(value[:MAX_TEXT]))
    if isinstance(value, list | tuple):
        kind = "tuple" if isinstance(value, tuple) else "list"
        if len(value) > budget[0]:
            return Opaque(kind, f"{len(value)} items")
        return Items(kind, [_encode(item, depth + 1, budget) for item in list(value)])
    if isinstance(value, dict):
        if len(value) > budget[0]:
            return Opaque("dict", f"{len(value)} items")
        return Pairs([(clean(str(key)[:100]), _encode(item, depth + 1, budget)) for key, item in list(value.items())])
    return _encode_foreign(value, depth, budget)


def _encode_number(value: Any) -> Value:
    if isinstance(value, np.generic):
        plain = np.asarray(value)
        plain, name = _native(plain)
        if name is None:
            return Opaque(plain.dtype.name, clean(str(value)[:100]))
        return Scalar(name, _little(plain, name).tobytes())
    if isinstance(value, bool):
        return Scalar("bool", bytes([value]), python=True)
    if isinstance(value, int):
        if -(2**63) <= value < 2**63:
            return Scalar("int64", struct.pack("<q", value), python=True)
        if value.bit_length() < 1024:
            return Scalar("float64", struct.pack("<d", float(value)), python=True)
        return Opaque("int", f"{value.bit_length()} bits")
    return Scalar("float64", struct.pack("<d", float(value)), python=True)


def _encode_array(value: np.ndarray, depth: int, budget: list[int]) -> Value:
    subclass = "" if type(value) is np.ndarray else _type_name(value)
    plain = np.asarray(value)
    plain, name = _native(plain)
    if plain.dtype == object:
        return _encode(plain.tolist(), depth, budget)
    if name is None or plain.nbytes > MAX_FRAME_BYTES // 4:
        return Opaque(f"ndarray({plain.dtype.name})", f"shape {plain.shape}")
    return Array(name, list(plain.shape), _little(plain, name).tobytes(), subclass)


def _encode_foreign(value: object, depth: int, budget: list[int]) -> Value:
    """A pandas Series or another container that knows how to become an array; anything else is Opaque."""
    if not isinstance(value, type) and hasattr(type(value), "__array__"):
        array = np.asarray(value)
        if isinstance(array, np.ndarray) and array.dtype != object:
            encoded = _encode_array(array, depth, budget)
            if isinstance(encoded, Array):
                return Array(encoded.dtype, encoded.shape, encoded.data, _type_name(value))
    if isinstance(value, range | set | frozenset):
        return Opaque(_type_name(value), clean(repr(value)[:200]))
    return Opaque(_type_name(value), "")


def _native(array: np.ndarray) -> tuple[np.ndarray, str | None]:
    """The array in this machine's byte order, long doubles as floats; and its type's name, None if it can't be sent."""
    name = _NAMES.get(array.dtype)
    if name is not None:
        return array, name
    wanted = np.dtype(np.float64) if array.dtype == np.longdouble else array.dtype.newbyteorder("=")
    if wanted not in _NAMES:
        return array, None
    return array.astype(wanted), _NAMES[wanted]


def _little(array: np.ndarray, name: str) -> np.ndarray:
    return array.astype(DTYPES[name], copy=False)


def _type_name(value: object) -> str:
    return clean(str(getattr(type(value), "__name__", "?"))[:60])


def clean(text: str) -> str:
    """No lone surrogates, which UTF-8 can't carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


# ---- wire values to Python values


def decode(value: Value, depth: int = 0) -> object:
    """The Python value that a wire value stands for; Opaque stays. Raise WireError where it contradicts itself."""
    if depth > MAX_DEPTH + 1:
        raise WireError("nested too deep")
    if isinstance(value, Nothing):
        return None
    if isinstance(value, Scalar):
        return _decode_scalar(value)
    if isinstance(value, Array):
        return _decode_array(value)
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Items):
        if value.kind not in ("tuple", "list"):
            raise WireError(f"no such container: {value.kind!r}")
        items = [decode(item, depth + 1) for item in value.items]
        return tuple(items) if value.kind == "tuple" else items
    if isinstance(value, Pairs):
        return {key: decode(item, depth + 1) for key, item in value.items}
    return value


def _decode_scalar(value: Scalar) -> object:
    dtype = _dtype(value.dtype)
    if len(value.data) != dtype.itemsize:
        raise WireError(f"{len(value.data)} bytes for one {value.dtype}")
    number = np.frombuffer(value.data, dtype)[0]
    return number.item() if value.python else number


def _decode_array(value: Array) -> np.ndarray:
    dtype = _dtype(value.dtype)
    if len(value.shape) > 8 or any(side < 0 for side in value.shape):
        raise WireError(f"no such shape: {value.shape}")
    if math.prod(value.shape) * dtype.itemsize != len(value.data):
        raise WireError(f"{len(value.data)} bytes for shape {value.shape} of {value.dtype}")
    try:
        return np.frombuffer(value.data, dtype).reshape(value.shape).astype(dtype.newbyteorder("="))
    except ValueError as error:
        raise WireError(str(error)) from error


def _dtype(name: str) -> np.dtype:
    if name not in DTYPES:
        raise WireError(f"no such type of number: {name!r}")
    return DTYPES[name]
