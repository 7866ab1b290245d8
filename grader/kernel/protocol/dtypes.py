"""The plain types of numpy's arrays that are sent: numbers, truth, texts, bytes, dates and times."""

from __future__ import annotations

import re
import sys

import numpy as np

from grader.kernel.protocol.values import WireError

NUMBERS = """bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64
    complex128""".split()
DTYPES = {name: np.dtype(name).newbyteorder("<") for name in NUMBERS}
_NAMES = {np.dtype(name): name for name in DTYPES}
SENT_AS_THEY_ARE = _NAMES if sys.byteorder == "little" else {}
"""The names of the types whose bytes need no change, as nearly all that is sent."""
NATIVE = {name: dtype for dtype, name in SENT_AS_THEY_ARE.items()}
"""The same, the other way round."""
_LONG = {np.dtype(np.longdouble): np.dtype(np.float64), np.dtype(np.clongdouble): np.dtype(np.complex128)}
_TEXT = re.compile(r"[US]\d{1,6}")
_DATE = re.compile(r"(datetime64|timedelta64)(\[(\d{1,9})?(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])?")
_LAST_CHARACTER, _SURROGATES = 0x10FFFF, (0xD800, 0xDFFF)


def native(array: np.ndarray) -> tuple[np.ndarray, str | None]:
    """The array in this machine's byte order, with long doubles as doubles, and the name of its type.

    The name is None for a type that is not sent.
    """
    name = _NAMES.get(array.dtype)
    if name is not None:
        return array, name
    wanted = _LONG.get(array.dtype, array.dtype.newbyteorder("="))
    name = _NAMES.get(wanted) or _other_name(wanted)
    return (array, None) if name is None else (array.astype(wanted, copy=False), name)


def _other_name(dtype: np.dtype) -> str | None:
    if dtype.kind in "US":
        return f"{dtype.kind}{dtype.itemsize // (4 if dtype.kind == 'U' else 1)}"
    return str(dtype.name) if dtype.kind in "mM" else None


def dtype_of(name: str) -> np.dtype:
    """The type of this name, little endian. Raise WireError where there is none."""
    known = DTYPES.get(name)
    if known is not None:
        return known
    if not (_TEXT.fullmatch(name) or _DATE.fullmatch(name)):
        raise WireError(f"no such type: {name!r}")
    try:
        return np.dtype(name).newbyteorder("<")
    except (TypeError, ValueError, OverflowError) as error:
        raise WireError(f"no such type: {name!r}") from error


def little(array: np.ndarray, name: str) -> bytes:
    """The array's bytes, little endian."""
    return array.astype(dtype_of(name), copy=False).tobytes()


def refuse_impossible_letters(array: np.ndarray) -> None:
    """Raise WireError where an array of texts holds what is no character: Python could not show it."""
    if array.dtype.kind != "U" or not array.size or not array.dtype.itemsize:
        return
    codes = np.frombuffer(np.ascontiguousarray(array).tobytes(), np.uint32)
    first, last = _SURROGATES
    if codes.max() > _LAST_CHARACTER or ((codes >= first) & (codes <= last)).any():
        raise WireError("a text that holds what is no character")
