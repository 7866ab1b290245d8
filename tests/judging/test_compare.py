"""Kind to every style of a right answer, deaf to a wrong number."""

from __future__ import annotations

import numpy as np
import pytest

from grader.i18n import render
from grader.judging.compare import _close, compare
from grader.kernel.session import Opaque

VECTOR = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (2.5, 2.5),
        (2.5, np.float64(2.5)),
        (2.5, np.array(2.5)),
        (2.0, 2),
        (2.0, np.int32(2)),
        (2.5, 2.5 + 1e-9),
        (0.1, np.float32(0.1)),
        (0.000361, np.float32(0.000360)),
        (np.array([60.0, 0.01]), np.array([60.0, 0.0104], dtype=np.float32)),
        (np.array([np.inf, 1.0]), np.array([np.inf, 1.0], dtype=np.float32)),
        (VECTOR, [1, 2, 3]),
        (VECTOR, (1.0, 2.0, 3.0)),
        (VECTOR, [np.float64(1), 2, np.array(3.0)]),
        ((1.0, 2.0), [1, 2]),
        ((1.0, 2.0), np.array([1.0, 2.0])),
        ((VECTOR, VECTOR), np.array([VECTOR, VECTOR])),
        ((VECTOR, VECTOR), [[1, 2, 3], [1, 2, 3]]),
    ],
)
def test_a_right_answer_passes_without_a_remark(expected: object, actual: object) -> None:
    comparison = compare(expected, actual)
    assert comparison.refusal is None
    assert not comparison.remarks


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (VECTOR, VECTOR.reshape(3, 1)),
        (VECTOR, [[1], [2], [3]]),
        (VECTOR, VECTOR.reshape(1, 3)),
        (2.5, np.array([2.5])),
        (2.5, [2.5]),
        ((1.0, 2.0), np.array([[1.0], [2.0]])),
    ],
)
def test_an_unambiguous_shape_passes_with_a_remark(expected: object, actual: object) -> None:
    comparison = compare(expected, actual)
    assert comparison.refusal is None
    assert comparison.remarks


@pytest.mark.parametrize(
    ("expected", "actual", "says"),
    [
        (2.5, 2.50001, "not the expected one"),
        (2.5, np.float32(2.501), "not the expected one"),
        (np.array([60.0, 0.01]), np.array([60.0, 0.012], dtype=np.float32), "not the expected one"),
        (np.array([np.inf, 1.0]), np.array([np.inf, 2.0], dtype=np.float32), "not the expected one"),
        (0.01, 0.0101, "not the expected one"),
        (2.5, None, "returned nothing"),
        (1.0, True, "should be one number"),
        (1.0, "1.0", "should be one number"),
        (1.0, Opaque("Everything", ""), "it is an object of type Everything"),
        (1.0, float("nan"), "nan or inf"),
        (1.0, float("inf"), "nan or inf"),
        (1.0, [1.0, 1.0], "should be one number"),
        (VECTOR, 6.0, "should be an array of 3 numbers, and it is one number"),
        (VECTOR, [1, 2], "should be an array of 3 numbers, and it is a list of 2 values"),
        (VECTOR, [1, 2, [3]], "should hold only numbers, and one of its values is a list of 1 value"),
        (VECTOR, [True, 2, 3], "one of its values is True or False"),
        (VECTOR, np.array([True, False, True]), "should be an array of numbers, and it is an array of True and False"),
        ((1.0, 2.0), {"dw": 1.0, "db": 2.0}, "is a dict"),
        ((1.0, 2.0), (1.0, 2.0, 3.0), "should return 2 values, and it returned 3"),
        ((1.0, 2.0), 1.0, "should return 2 values, and its answer is one number"),
        ((1.0, 2.0), None, "returned nothing"),
        ((1.0, 2.0), np.array(1.0), "should return 2 values, and its answer is one number"),
        ((1.0, 2.0), (2.0, 1.0), "The value is not the expected one."),
        ((1.0, 2.0), (1.0, 3.0), "Only value 2 of 2 is not the expected one."),
        ((1.0, 2.0), (9.0, "a"), "Value 1 of 2: The value is not the expected one."),
        ((VECTOR, VECTOR), np.ones((3, 2)), "should return 2 values, and its answer is an array of shape (3, 2)"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_reason(expected: object, actual: object, says: str) -> None:
    refusal = compare(expected, actual).refusal
    assert refusal is not None
    assert says in render(refusal, "en")


@pytest.mark.parametrize("wanted", [0.0, 1.0, -1e300, np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("got", [0.0, 1.0, 1 + 1e-7, 1e-10, -1e300, 1e300, np.inf, -np.inf, np.nan])
def test_close_is_what_numpy_calls_close(got: float, wanted: float) -> None:
    one, other = np.asarray(got), np.asarray(wanted)
    with np.errstate(all="ignore"):
        assert _close(one, other, 1e-6, 1e-9) == np.allclose(one, other, rtol=1e-6, atol=1e-9)
