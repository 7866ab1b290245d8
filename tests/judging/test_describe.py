"""Answers are named in words, in both languages, and shown as Python writes them."""

from __future__ import annotations

import time

import numpy as np
import pytest

from grader.i18n import render
from grader.judging.describe import MAX_SHOWN_BYTES, call_text, cut, error_text, kind, literal, show, show_both
from grader.kernel.session import Opaque, Raised


@pytest.mark.parametrize(
    ("value", "english", "polish"),
    [
        (None, "None", "None"),
        (3, "one number", "jedna liczba"),
        (np.float32(3), "one number", "jedna liczba"),
        (np.array(3.0), "one number", "jedna liczba"),
        (True, "True or False", "True albo False"),
        ("trzy", "a text", "tekst"),
        ({}, "a dict", "słownik"),
        ([1], "a list of 1 value", "lista z 1 wartością"),
        ([1, 2, 3], "a list of 3 values", "lista z 3 wartościami"),
        ((1, 2, 3, 4, 5), "a tuple of 5 values", "krotka z 5 wartościami"),
        (np.ones((3, 2)), "an array of shape (3, 2)", "tablica o kształcie (3, 2)"),
        (np.array([True]), "an array of True and False, of shape (1,)", "tablica z True i False, o kształcie (1,)"),
        (Opaque("complex128", "(1+2j)"), "a complex number", "liczba zespolona"),
        (Opaque("ndarray(complex128)", "shape (3,)"), "an array of complex numbers", "tablica liczb zespolonych"),
        (Opaque("ndarray(str96)", "shape (3,)"), "an array of texts", "tablica tekstów"),
        (
            Opaque("ndarray(datetime64)", ""),
            "an array that does not hold numbers",
            "tablica, w której nie ma liczb",
        ),
        (Opaque("function", ""), "a function that was not called", "funkcja, która nie została wywołana"),
        (
            Opaque("stand-in for scikit-learn", ""),
            "a stand-in for scikit-learn, which is not installed here",
            "atrapa modułu scikit-learn, którego tu nie zainstalowano",
        ),
        (Opaque("Inert", ""), "an object of type Inert", "obiekt typu Inert"),
        (Opaque("Czujnik", ""), "an object of type Czujnik", "obiekt typu Czujnik"),
    ],
    ids=str,
)
def test_an_answer_is_named_in_both_languages(value: object, english: str, polish: str) -> None:
    assert render(kind(value), "en") == english
    assert render(kind(value), "pl") == polish


@pytest.mark.parametrize(
    "type", ["ellipsis", "generator", "set", "module", "type", "range", "list", "ndarray(float64)", "ndarray(int64)"]
)
def test_no_name_of_a_type_is_left_untranslated(type: str) -> None:
    for lang in ("pl", "en"):
        words = render(kind(Opaque(type, "")), lang)
        assert "ndarray" not in words
        assert "ellipsis" not in words
    assert render(kind(Opaque(type, "")), "pl") != render(kind(Opaque(type, "")), "en")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Opaque("ellipsis", ""), "..."),
        (Opaque("stand-in for scikit-learn", ""), "<scikit-learn>"),
        (Opaque("function", ""), "<function>"),
        (Opaque("ndarray(complex128)", "shape (3,)"), "array(...)"),
        (Opaque("complex128", "(1+2j)"), "(1+2j)"),
        (Opaque("range", "range(0, 3)"), "range(0, 3)"),
        (Opaque("list", "900000 items"), "[...]"),
        ((1, Opaque("function", "")), "(1, <function>)"),
        ({"w": 1.5}, "{'w': 1.5}"),
        ((2.0,), "(2,)"),
        ("trzy", "'trzy'"),
    ],
    ids=str,
)
def test_a_value_is_shown_as_python_writes_it(value: object, shown: str) -> None:
    assert show(value) == shown


def test_both_values_are_shown_with_digits_enough_to_differ() -> None:
    expected, actual = show_both(1.0, 1.00000201)
    assert expected != actual


def test_a_shown_call_can_be_pasted() -> None:
    text = call_text("f", (np.array([1, 2]), 3, 0.5))
    assert text == "f(np.array([1, 2]), 3, 0.5)"
    assert eval(text, {"f": lambda *a: len(a), "np": np}) == 3


@pytest.mark.parametrize(
    "value",
    [
        np.arange(700),
        np.array([1.0, np.nan, -np.inf]),
        np.array([], dtype=float),
        np.array([1, 2], dtype=np.int16),
        np.array([0.1], dtype=np.float32),
        np.array([[True], [False]]),
        np.float64(0),
        np.int64(0),
        np.float32(0.5),
        [np.array([1]), (2.0,), {"a": np.array([3.5])}],
        float("inf"),
        "tekst",
        None,
    ],
    ids=repr,
)
def test_a_pasted_argument_is_the_one_that_was_given(value: object) -> None:
    pasted = eval(call_text("f", (value,), {"key": value}, "num"), {"f": lambda one, key: (one, key), "num": np})
    assert repr(pasted) == repr((value, value))
    assert getattr(pasted[0], "dtype", None) == getattr(value, "dtype", None)


def test_a_number_of_numpys_is_written_as_python_writes_it_where_that_is_the_same() -> None:
    assert call_text("f", (np.float64(0.5), np.int64(-3))) == "f(0.5, -3)"


def test_long_values_are_cut() -> None:
    assert len(show(np.arange(100_000))) < 200
    assert len(call_text("f", (np.arange(100_000),))) < 60
    assert len(show(list(range(1000)))) < 60


def nested(depth: int, leaf: object) -> object:
    """Six items on each level."""
    return [nested(depth - 1, leaf) for _ in range(6)] if depth else leaf


@pytest.mark.parametrize(
    "value",
    [
        nested(6, "ż" * 200),
        nested(6, {"🙂" * 100: "🙂" * 200, "b": (1.5,)}),
        {"k" * 100: {"ł" * 100: nested(6, 1 / 3)}},
        np.zeros((7,) * 8, np.int8),
        np.full((9,) * 7, -1e-300),
        [np.full((50, 50), np.pi)] * 6,
        "🙂" * 20_000,
    ],
    ids=["texts", "dicts", "keys", "eight-sides", "seven-sides", "arrays", "text"],
)
def test_what_is_shown_is_bounded_in_bytes_and_in_time(value: object) -> None:
    started_s = time.process_time()
    for shown in (show(value), *show_both(value, value)):
        assert len(shown.encode()) <= MAX_SHOWN_BYTES
    assert time.process_time() - started_s < 1


def test_a_cut_text_is_whole_characters() -> None:
    for start in ("", "a", "aa", "aaa"):
        text = cut(start + "🙂" * 1000)
        assert MAX_SHOWN_BYTES - 4 < len(text.encode()) <= MAX_SHOWN_BYTES
        assert text.endswith("🙂 ...")
    assert cut("ż" * (MAX_SHOWN_BYTES // 2)) == "ż" * (MAX_SHOWN_BYTES // 2)


def test_an_exceptions_text_is_cut_like_a_value() -> None:
    raised = Raised("ValueError", "🙂" * 20_000, 0, 1, "x")
    assert len(error_text(raised).encode()) <= MAX_SHOWN_BYTES
    assert error_text(Raised("ValueError", "no", 0, 1, "x")) == "ValueError: no"


@pytest.mark.parametrize(
    "array",
    [
        np.linspace(-1e3, 1e3, 50),
        np.arange(8.0).reshape(2, 2, 2),
        np.zeros(0),
        np.zeros((2, 0)),
        np.array(1.5),
        np.array([1e-300, 1e300, -0.0, 1e22]),
        np.array([1, 2.1], "f2"),
        np.array([0.1], "f4"),
        np.array([0.1], np.longdouble),
        np.array([1.0, np.nan, -np.inf]),
        np.array([1, 1 << 62]),
        np.array([True]),
    ],
    ids=str,
)
def test_an_array_is_written_as_its_items_are(array: np.ndarray) -> None:
    assert literal(array).startswith(f"np.array({literal(array.tolist())}")
