"""Dates, times, decimal numbers and fractions as texts, and back."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from grader.kernel.protocol.values import MAX_DIGITS, Named, WireError

_DECIMAL = re.compile(r"-?(\d+(\.\d*)?([eE][+-]?\d{1,18})?|Infinity|s?NaN\d{0,9})")


MAX_RANGE = 1 << 22  # items of a range: more would be too many as a list


def write(value: object) -> Named | None:
    """The value as a text; None where its type has none, or it is too long for one."""
    if type(value).__module__.partition(".")[0] == "pandas":
        return _write_pandas(value)
    if isinstance(value, range):
        fits = abs(value.stop - value.start) // abs(value.step) <= MAX_RANGE
        return Named("range", f"{value.start} {value.stop} {value.step}") if fits else None
    if isinstance(value, timedelta):
        return Named("timedelta", f"{value.days} {value.seconds} {value.microseconds}")
    if isinstance(value, date | time):
        kind = next(one for one in (datetime, date, time) if isinstance(value, one))
        return Named(kind.__name__, value.isoformat())
    if isinstance(value, Decimal):
        text = str(value)
        return Named("Decimal", text) if len(text) <= MAX_DIGITS else None
    if isinstance(value, Fraction):
        whole, part = int(value.numerator), int(value.denominator)
        short = max(whole.bit_length(), part.bit_length()) <= 3 * MAX_DIGITS
        return Named("Fraction", f"{whole}/{part}") if short else None
    return None


def _write_pandas(value: Any) -> Named | None:
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return None
    if value is pandas.NA or value is pandas.NaT:
        return Named("NA" if value is pandas.NA else "NaT", "")
    if isinstance(value, pandas.Timestamp):
        return Named("Timestamp", value.isoformat())
    if isinstance(value, pandas.Timedelta):
        return Named("Timedelta", value.isoformat())
    return None


def read(value: Named) -> object:
    """The value that the text stands for. Raise WireError where it stands for none."""
    reader = READ.get(value.kind)
    if reader is None or len(value.text) > 3 * MAX_DIGITS:
        raise WireError(f"no such kind of value: {value.kind!r}")
    try:
        return reader(value.text)
    except (ValueError, OverflowError, ArithmeticError, ImportError) as error:
        raise WireError(f"no {value.kind}: {value.text[:100]!r}") from error


def _timedelta(text: str) -> timedelta:
    days, seconds, microseconds = map(int, text.split(" "))
    return timedelta(days, seconds, microseconds)


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _fraction(text: str) -> Fraction:
    whole, part = text.split("/")
    return Fraction(int(whole), int(part))


def _range(text: str) -> range:
    start, stop, step = map(int, text.split(" "))
    found = range(start, stop, step)
    if abs(stop - start) // abs(step) > MAX_RANGE:
        raise ValueError("too long")
    return found


def _pandas(name: str) -> Callable[[str], object]:
    def reader(text: str) -> object:
        import pandas

        found = getattr(pandas, name)
        return found(text) if callable(found) and text else found

    return reader


READ: Mapping[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": _timedelta,
    "Decimal": _decimal,
    "Fraction": _fraction,
    "range": _range,
    **{name: _pandas(name) for name in ("NA", "NaT", "Timestamp", "Timedelta")},
}
