"""Every kind of data is compared, and what differs is said."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from grader.i18n import render
from grader.judging.compare import compare
from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.encode import encode

Point = namedtuple("Point", "x y")
Other = namedtuple("Other", "a b")


@dataclass
class Order:
    number: int
    items: list[str]


@dataclass
class Basket:
    number: int
    items: list[str]


TABLE = pd.DataFrame({"miasto": ["Łódź", "Kraków"], "cena": [1.5, 2.0]})
LABELLED = TABLE.set_axis(["a", "b"])


def sent(value: object) -> object:
    """The answer as it arrives from a kernel."""
    return decode(encode(value))


RIGHT = [
    (True, True), (False, np.bool_(False)), (None, None), ("ż", "ż"), (b"a", b"a"), (2**70, 2**70), (10**400, 10**400), (5, np.int8(5)),
    (1 + 2j, 1 + 2j), (1 + 0j, 1), (["a", "b"], ("a", "b")), (["a", "b"], np.array(["a", "b"])), ([1, "a"], [1.0, "a"]), ([], []),
    ([[1, 2], [3]], [[1, 2], [3]]), ({1, 2}, {1, 2}), ({0.3}, {0.1 + 0.2}), ({1}, frozenset({1})), ({"a": 0.3}, {"a": 0.1 + 0.2}),
    ({1: ["x"]}, {1: ["x"]}), (date(2020, 1, 1), date(2020, 1, 1)), (datetime(2020, 1, 1), pd.Timestamp("2020-01-01")),
    (timedelta(1), timedelta(1)), (Decimal("1.5"), Decimal("1.50")), (Fraction(1, 2), Fraction(2, 4)), (range(3), range(3)),
    (np.array(["a"]), ["a"]), (np.array([True, False]), [True, False]), (np.array(["2020", "NaT"], "M8[D]"), np.array(["2020", "NaT"], "M8[D]")),
    (np.array([1j]), [1j]), (np.zeros(2, [("a", "f8")]), np.zeros(2, [("a", "f8")])), (np.eye(2), np.eye(2)), (Point(1, 2), Point(1, 2)),
    (Point(1, 2), (1, 2)), (Order(1, ["a"]), Order(1, ["a"])), (TABLE, TABLE), (TABLE["cena"], TABLE["cena"]), (TABLE.index, TABLE.index),
    (TABLE, TABLE.astype({"cena": object})), (np.array([1.5, 2.0]), TABLE["cena"]), (TABLE.assign(n=[1, 2]), TABLE.assign(n=[1.0, 2.0])),
    (pd.DataFrame({"a": [1, None]}), pd.DataFrame({"a": [1, np.nan]})), (0.0, -0.0),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "actual"), RIGHT, ids=range(len(RIGHT)))
def test_what_is_right_passes_and_the_same_is_wrong_for_another_kind(expected: object, actual: object) -> None:
    assert compare(expected, sent(actual)).refusal is None
    assert compare(expected, object).refusal is not None
    assert compare(expected, sent(None)).refusal is not None or expected is None


@pytest.mark.parametrize(
    ("expected", "actual", "says"),
    [
        (True, False, "not the expected"),
        (True, 1, "should be True or False, and it is one number"),
        (None, 0, "should be None, and it is one number"),
        (2**70, 2**70 + 1, "not the expected"),
        (1_000_000, 1_000_001, "not the expected"),
        (2**70, "a", "should be one number, and it is a text"),
        ("Łódź", "łódź", "Only capital and small letters differ"),
        ("a b", "a  b\n", "Only spaces or ends of lines differ"),
        ("kot", "kit", "Character 2: there should be 'o', and there is 'i'"),
        ("a\nkot", "a\nkos", "Line 2, character 3: there should be 't', and there is 's'"),
        ("kotek", "kot", "too short: 'ek' is missing"),
        ("kot", "kotek", "too long: 'ek'"),
        ("a", None, "returned nothing"),
        (b"a", "a", "should be bytes, and it is a text"),
        (1j, 2j, "not the expected"),
        (["a", "b"], ["a"], "There should be 2 items in it, and the number of items is 1"),
        (["a", "b"], ["a", "c"], "Item 2: Character 1: there should be 'b'"),
        (["a"], {"a"}, "and it is a set"),
        ({1, 2}, {1}, "It lacks 2"),
        ({1}, {1, 2}, "It should not hold 2"),
        ({1, 2}, [1, 2], "should be a set, and it is a list of 2 values"),
        ({"a": 1}, {}, "It lacks the key 'a'"),
        ({}, {"a": 1}, "It should not have the key 'a'"),
        ({1: 2}, {"1": 2}, "It lacks the key 1"),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "Under the key 'a': Under the key 'b': The value"),
        (date(2020, 1, 1), datetime(2020, 1, 1), "should be a date, and it is a date with a time"),
        (date(2020, 1, 1), "2020-01-01", "should be a date, and it is a text"),
        (Decimal("1.5"), 1.5, "should be a decimal number (Decimal), and it is one number"),
        (Fraction(1, 2), 0.5, "should be a fraction"),
        (np.array(["a", "b"]), ["a", "c"], "Item 2: it should be 'b', and it is 'c'"),
        (np.array([True, False]), [1, 0], "should be an array of True and False"),
        (np.array([["a", "b"]]), [["a", "c"]], "Row 1, column 2: it should be 'b', and it is 'c'"),
        (np.eye(2), [[1, 0], [0, 2]], "Row 2, column 2: it should be 1, and it is 2"),
        (np.zeros(1, [("a", "f8")]), np.zeros(1, [("b", "f8")]), "It lacks 'a'"),
        (Point(1, 2), Other(1, 2), "Its fields should be x, y, and they are a, b"),
        (Order(1, ["a"]), Basket(1, ["a"]), "should be an object of type Order, and it is an object of type Basket"),
        (Order(1, ["a"]), Order(1, ["b"]), "Field items: Item 1: Character 1"),
        (TABLE, TABLE["cena"], "should be a table (DataFrame), and it is a column (Series)"),
        (TABLE, TABLE[["miasto"]], "The table lacks the column 'cena'"),
        (TABLE[["miasto"]], TABLE, "The table should not have the column 'cena'"),
        (TABLE, TABLE[["cena", "miasto"]], "in another order: they should be 'miasto', 'cena'"),
        (TABLE, TABLE[:1], "There should be 2 rows in it, and the number of rows is 1"),
        (TABLE, TABLE.assign(cena=[1.5, 3]), "Column 'cena': row 1: it should be 2, and it is 3"),
        (LABELLED, LABELLED.assign(miasto="Łódź"), "Column 'miasto': row 1 ('b'): it should be 'Kraków'"),
        (TABLE, LABELLED, "the labels of the rows (the index) should be 0, 1, and they are 'a', 'b'"),
        (TABLE["cena"], TABLE["cena"] * 2, "row 0: it should be 1.5, and it is 3"),
        (pd.Index(["a"]), pd.Index(["b"]), "row 0: it should be 'a', and it is 'b'"),
    ],
)  # fmt: skip
def test_what_differs_is_said(expected: object, actual: object, says: str) -> None:
    refusal = compare(expected, sent(actual)).refusal
    assert refusal is not None
    assert says in render(refusal, "en")


def test_what_is_no_data_can_not_be_expected() -> None:
    with pytest.raises(TypeError, match="can't compare with object"):
        compare(object(), 1)
