"""Where lines and bars of the page's charts are, and how numbers are written beside them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from grader.report.page import charts
from tests.sample_class import GRADES


@pytest.mark.parametrize(
    ("low", "high", "most", "whole", "steps"),
    [
        (0, 18, 4, True, [0, 5, 10, 15]),
        (0, 1, 4, True, [0, 1]),
        (0, 0, 4, True, [0]),
        (0, 0.9, 5, False, [0, 0.2, 0.4, 0.6, 0.8]),
        (-3, 14600, 5, False, [0, 5000, 10000]),
        (0, 15, 8, True, [0, 2, 4, 6, 8, 10, 12, 14]),
    ],
)
def test_axes_have_round_numbers(low: float, high: float, most: int, whole: bool, steps: list[float]) -> None:
    assert list(charts.steps(low, high, most, whole)) == pytest.approx(steps)


@pytest.mark.parametrize(
    ("value", "english", "polish"),
    [
        (0, "0", "0"),
        (14596.5, "14,596", "14\N{NARROW NO-BREAK SPACE}596"),
        (337.25, "337.2", "337,2"),
        (0.05, "0.05", "0,05"),
        (-2.5, "-2.5", "-2,5"),
        (9.13e46, "9.13·10⁴⁶", "9,13·10⁴⁶"),
        (1e-9, "1.00·10⁻⁹", "1,00·10⁻⁹"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value: float, english: str, polish: str) -> None:
    assert (charts.figure(value, "en"), charts.figure(value, "pl")) == (english, polish)


@pytest.mark.parametrize(
    "heights",
    [
        (None, 2.0, None, 1.0),
        (1.0, 1e300, -1e300, 5.0),
        (1.7e308, -1.7e308, 1.0, 2.0),
        (1e-300, 1e300, 1.0, 1.0),
        (0.0, 0.0, 0.0, 0.0),
        (None, None, 1.0, 1.0),
    ],
)
def test_a_curve_is_drawn_whatever_its_heights(heights: tuple[float | None, ...]) -> None:
    (curve,) = GRADES[0].exercises[6].curves
    for reference in (curve.reference, (0.0, 0.0, 0.0, 0.0), (1.0, -1.0, 2.0, 2.0)):
        picture = charts.lines(replace(curve, heights=heights, reference=reference), "en")
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", picture.own + picture.reference + picture.dots)]
        assert all(0 <= number <= 360 for number in numbers)  # nothing leaves the picture
        assert len({tick.at for tick in picture.frame.y_ticks}) == len(picture.frame.y_ticks) <= 8
        assert picture.own.count("M") == (2 if heights[0] is None and heights[1] is not None else 1)


def test_a_loss_that_grows_without_end_has_powers_of_ten_beside_it() -> None:
    (curve,) = GRADES[0].exercises[6].curves
    picture = charts.lines(replace(curve, heights=(14596.5, 6e9, 3e15, 1e21)), "pl")
    assert [tick.text for tick in picture.frame.y_ticks] == ["10⁴", "10⁸", "10¹²", "10¹⁶", "10²⁰"]
    assert picture.dots.count("M") == 4  # none is left out
    steps = [float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", picture.own)]
    assert steps == sorted(steps, reverse=True)
