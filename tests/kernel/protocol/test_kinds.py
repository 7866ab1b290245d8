"""Every kind of data arrives as it was, with its type; what is forged is refused."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass, make_dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import msgspec
import numpy as np
import pandas as pd
import pytest

from grader.kernel.protocol import messages, values
from grader.kernel.protocol.decode import MAX_ALIKE, decode
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.records import Record, fields_of, type_of

decoder = msgspec.json.Decoder(messages.Reply)
Punkt = namedtuple("Punkt", "x ź")
Empty = namedtuple("Empty", "")


Zamowienie = make_dataclass("Zamówienie", [("numer", int), ("pozycje", list)])


@dataclass
class Account:
    balance: int

    def deposit(self, amount: int) -> None:
        self.balance += amount


def carry(value: object) -> object:
    outcome = messages.Outcome(1, encode(value), "", False)
    return decode(decoder.decode(msgspec.json.encode(outcome)).result)


@pytest.mark.parametrize(
    "value",
    [
        2**64, -(2**70), 10**400, -(10**9000), 1 + 2j, complex(0, -0.0), b"", b"\x00\xff", "", "zażółć\n\N{SNAKE}",
        set(), {1, "a", None, (1, b"2")}, frozenset({frozenset({1})}), {1: "a", None: 2, (1, "x"): [3], "1": 4, 2.5: 5},
        date(2020, 2, 29), datetime(1, 1, 1, 23, 59, 59, 999999), datetime(2020, 1, 1, tzinfo=timezone.utc),
        time(3, 4, 5), timedelta(-1, 5, 7), timedelta(10**6), Decimal("1.50"), Decimal("-Infinity"), Decimal("1E+900000"),
        Fraction(-1, 3), Fraction(10**300, 7), range(10), range(10, 0, -3), np.str_("aż"), np.datetime64("2020-01-02"),
        np.timedelta64(3, "s"), np.complex64(1j), pd.Timestamp("2020-01-01 03:04:05.123456789"), pd.Timedelta(5, "ns"),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_data_arrives_as_it_was(value: object) -> None:
    got = carry(value)
    assert got == value
    assert type(got) is type(value)


def test_the_missing_values_of_pandas_arrive_as_themselves() -> None:
    assert carry(pd.NA) is pd.NA
    assert carry([pd.NaT, None]) == [pd.NaT, None]


@pytest.mark.parametrize(
    "array",
    [
        np.array(["a", "żółć"]), np.array([b"a", b"bc"]), np.array([], "U"), np.array([""]), np.array(["2020", "NaT"], "M8[Y]"),
        np.array([1, -5], "m8[25us]"), np.array([[1 + 2j]]), np.zeros(3, [("a", "f8"), ("ż", "i4", (2,))]),
        np.array([(1, "a")], [("n", "i8"), ("t", "U3")]), np.zeros((0, 2), "c8"), np.array(["a"], ">U3"),
    ],
    ids=lambda array: str(array.dtype),
)  # fmt: skip
def test_arrays_of_every_plain_type_arrive(array: np.ndarray) -> None:
    got = carry(array)
    assert isinstance(got, np.ndarray)
    assert (got.dtype, got.shape, str(got)) == (array.dtype.newbyteorder("="), array.shape, str(array))


TABLE = pd.DataFrame(
    {
        "whole": [1, 2, 3],
        "text": ["x", None, "żółw"],
        "kind": pd.Categorical(["u", "v", "u"], ordered=True),
        "maybe": pd.array([1, None, 3], dtype="Int64"),
        "when": pd.to_datetime(["2020-01-01", None, "2021-01-01"]),
        "zoned": pd.date_range("2020", periods=3, tz="Europe/Warsaw"),
        "part": [1.5, np.nan, 2],
        "mixed": [1, "a", (2, 3)],
        5: [True, False, True],
    },
    index=["r1", "r2", "r3"],
)


@pytest.mark.parametrize(
    "table",
    [
        TABLE, TABLE.T, pd.DataFrame(), pd.DataFrame({"a": pd.Series(["x", "y"], dtype=object)}), pd.DataFrame(index=[1, 2]), pd.DataFrame(columns=["a"]), TABLE.describe(),
        pd.DataFrame([[1, 2]], columns=["a", "a"]), TABLE.pivot_table(index="text", columns="kind", values="whole", observed=True),
    ],
    ids=range(9),
)  # fmt: skip
def test_tables_arrive_with_their_types_and_labels(table: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(carry(table), table)


def test_a_column_and_labels_arrive() -> None:
    grouped = TABLE.groupby(["text", "kind"], observed=True)["whole"].sum()
    pd.testing.assert_series_equal(carry(grouped), grouped)
    for labels in (pd.Index(["a"], name="n"), pd.RangeIndex(2, 9, 3), TABLE["zoned"].dt.date.index, grouped.index):
        pd.testing.assert_index_equal(carry(labels), labels)


def test_a_table_with_a_column_of_another_type_is_a_name_only() -> None:
    assert carry(pd.DataFrame({"a": pd.period_range("2020", periods=2)})) == values.Opaque("DataFrame", "")


def test_records_arrive_with_the_name_of_their_class_and_without_its_code() -> None:
    got = carry(Punkt(1, [2]))
    assert (got, got.x, got.ź) == ((1, [2]), 1, [2])  # type: ignore[attr-defined]
    assert (type_of(got), fields_of(got), carry(Empty())) == ("Punkt", {"x": 1, "ź": [2]}, ())
    order = carry(Zamowienie(3, ["a"]))
    assert isinstance(order, Record)
    assert (order.numer, order.pozycje, order == Zamowienie(3, ["a"])) == (3, ["a"], True)
    assert order != Zamowienie(4, ["a"])
    assert isinstance(carry(Account(1)), values.Opaque), "what has methods has a state, and stays there"


@pytest.mark.parametrize(
    "forged",
    [
        values.Named("date", "2020-13-01"), values.Named("Decimal", "1_0"), values.Named("Fraction", "1/0"),
        values.Named("eval", "1"), values.Named("range", "0 999999999999 1"), values.Named("datetime", "9" * 5000),
        values.Array("U1", [1], b"\xff\xff\xff\xff"), values.Array("U1", [1], b"\x00\xd8\x00\x00"), values.Array("O", [1], b"12345678"),
        values.Array("V8", [1], b"12345678"), values.Array("datetime64[eon]", [1], b"12345678"), values.Scalar("U999999", b""),
        values.Pairs([(values.Items("list", []), values.Nothing())]), values.Items("set", [values.Pairs([])]),
        values.Items("set", [encode((2**61 - 1) * at) for at in range(MAX_ALIKE + 1)]),
        values.Structured([2], [("a", values.Array("int8", [3], b"123"))]),
        values.Structured([1], [("a", values.Array("int8", [1], b"1"))] * 2),
        values.Column("int64", values.Nothing()),
        values.Series(values.Nothing(), values.Labels([], [values.Nothing()], [0, 3, 1]), values.Column("int64", encode(np.arange(2)))),
        values.Frame(values.Labels([], [values.Nothing()], [0, 10**12, 1]), values.Labels([], [values.Nothing()], [0, 0, 1]), []),
        values.Labels([values.Column("category", values.Items("tuple", []))], [values.Nothing()], []),
        values.Labels([values.Column("category", values.Items("tuple", [encode(np.array([7])), values.Column("object", encode([1])), encode(True)]))], [values.Nothing()], []),
        values.Labels([values.Column("eval", encode([1]))], [values.Nothing()], []),
        values.Labels([values.Column("object", encode([[1]]))] * 2, [values.Nothing()], []),
    ],
    ids=lambda value: f"{type(value).__name__}",
)  # fmt: skip
def test_what_is_forged_is_refused(forged: values.Value) -> None:
    with pytest.raises(values.WireError):
        decode(forged)
