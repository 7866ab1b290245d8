"""Answers are named in words, in both languages, and shown as Python writes them."""

from __future__ import annotations

import numpy as np
import pytest

from grader.i18n import render
from grader.judging.describe import call_text, kind, show, show_both
from grader.kernel.session import Opaque


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
    text = call_text("f", (np.array([1, 2]), 3, np.float64(0.5)))
    assert text == "f(np.array([1, 2]), 3, 0.5)"
    assert eval(text, {"f": lambda *a: len(a), "np": np}) == 3


def test_long_values_are_cut() -> None:
    assert len(show(np.arange(100_000))) < 200
    assert len(call_text("f", (np.arange(100_000),))) < 60
    assert len(show(list(range(1000)))) < 60
