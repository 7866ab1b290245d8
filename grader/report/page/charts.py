"""The positions of a chart's lines, bars and labels, in units of the SVG picture. The templates draw it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.i18n import Lang
from grader.model import Curve
from grader.report.class_summary import Bin

NO_BREAK = "\N{NARROW NO-BREAK SPACE}"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of an axis.

    Attributes:
        at: Its position along the axis, in units of the picture.
        text: The number.
    """

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The box around the data, in units of the picture.

    Attributes:
        left: The x of its left edge.
        top: The y of its upper edge.
        width: Its width.
        height: Its height.
        x_ticks: The labels of the x axis.
        y_ticks: The labels of the y axis.
    """

    left: float
    top: float
    width: float
    height: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram, in units of the picture.

    Attributes:
        x: The x of its left edge.
        y: The y of its upper edge.
        width: Its width.
        height: Its height.
        count: The number that it stands for.
    """

    x: float
    y: float
    width: float
    height: float
    count: int


@dataclass(frozen=True, slots=True)
class Bars:
    """A histogram.

    Attributes:
        frame: The box around it.
        bars: The bars, from the left.
    """

    frame: Frame
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """A curve beside the reference's, as SVG paths.

    Attributes:
        frame: The box around them.
        own: The participant's line.
        reference: The reference solution's line.
        dots: The participant's points, each a line of no length.
    """

    frame: Frame
    own: str
    reference: str
    dots: str


def bars(bins: Sequence[Bin], lang: Lang) -> Bars:
    """A histogram, 360 wide and 150 high."""
    left, top, width, height = 30.0, 16.0, 324.0, 104.0
    step = width / len(bins)
    most = max(1, *(bin.count for bin in bins))
    every = math.ceil(len(bins) / 10)
    x_ticks = (
        Tick(_round(left + (index + 0.5) * step), figure(bin.low, lang))
        for index, bin in enumerate(bins)
        if index % every == 0
    )
    y_ticks = (
        Tick(_round(top + height * (1 - value / most)), figure(value, lang)) for value in steps(0, most, 4, whole=True)
    )
    frame = Frame(left, top, width, height, tuple(x_ticks), tuple(y_ticks))
    return Bars(frame, tuple(_bar(frame, step, index, bin, most) for index, bin in enumerate(bins)))


def _bar(frame: Frame, step: float, index: int, bin: Bin, most: int) -> Bar:
    height = frame.height * bin.count / most
    x, y = frame.left + index * step + step * 0.1, frame.bottom - height
    return Bar(_round(x), _round(y), _round(step * 0.8), _round(height), bin.count)


def lines(curve: Curve, lang: Lang) -> Lines:
    """A participant's curve and the reference's, 360 wide and 222 high, on a scale that both fit."""
    left, top, width, height = 58.0, 26.0, 284.0, 150.0
    scale = _scale([*curve.reference, *(value for value in curve.heights if value is not None)])
    first, last = curve.places[0], curve.places[-1]

    def x(place: float) -> float:
        return _round(left + width * (place - first) / ((last - first) or 1))

    def y(value: float) -> float:
        return _round(top + height * (1 - 0.95 * scale.share(value)))

    frame = Frame(
        left,
        top,
        width,
        height,
        tuple(Tick(x(place), figure(place, lang)) for place in steps(first, last, 8, whole=True)),
        tuple(Tick(y(value), text) for value, text in scale.labels(lang)),
    )
    own = [
        None if value is None else (x(place), y(value))
        for place, value in zip(curve.places, curve.heights, strict=True)
    ]
    reference = [(x(place), y(value)) for place, value in zip(curve.places, curve.reference, strict=True)]
    dots = "".join(f"M{point[0]:g} {point[1]:g}h0" for point in own if point is not None)
    return Lines(frame, _path(own), _path(reference), dots)


# ---- parts of a picture that hold many numbers and no words: a template takes ten times as long for each


def grid(frame: Frame) -> str:
    """A line at each label of the y axis, as an SVG path."""
    return "".join(f"M{frame.left:g} {tick.at:g}H{frame.right:g}" for tick in frame.y_ticks)


def beside_y(frame: Frame) -> Markup:
    """The labels of the y axis."""
    return _texts((frame.left - 6, tick.at + 3.5, tick.text) for tick in frame.y_ticks)


def below_x(frame: Frame) -> Markup:
    """The labels of the x axis."""
    return _texts((tick.at, frame.bottom + 15, tick.text) for tick in frame.x_ticks)


def _texts(labels: Iterable[tuple[float, float, str]]) -> Markup:
    return Markup("".join(f'<text x="{x:g}" y="{y:g}">{text}</text>' for x, y, text in labels))  # noqa: S704  numbers


def rows(curve: Curve, lang: Lang) -> Markup:
    """The numbers of a curve, as rows of a table."""
    values = zip(curve.places, curve.heights, curve.reference, strict=True)
    return Markup(  # noqa: S704  numbers
        "".join(
            f"<tr><td>{figure(place, lang)}</td><td>{'–' if own is None else figure(own, lang)}</td>"
            f"<td>{figure(reference, lang)}</td></tr>\n"
            for place, own, reference in values
        )
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """The scale of an axis from `low` to `high`, by powers of ten if it is `logarithmic`."""

    low: float
    high: float
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """How far up the axis a value stands, from 0 to 1. Halves, for the whole may be more than a float can hold."""
        if self.logarithmic:
            low, high, value = math.log10(self.low), math.log10(self.high), math.log10(value)
        else:
            low, high, value = self.low / 2, self.high / 2, value / 2
        return (value - low) / ((high - low) or 1)

    def labels(self, lang: Lang) -> Iterable[tuple[float, str]]:
        """Values to label, each with its text."""
        if self.logarithmic:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            powers = range(first, last + 1, max(1, math.ceil((last - first) / 5)))
            return [(10.0**power, f"10{str(power).translate(_RAISED)}") for power in powers]
        fits = math.isfinite(self.high - self.low)
        values = steps(self.low, self.high, 5) if fits else (self.low, self.high)
        return [(value, figure(value, lang)) for value in values]


def _scale(values: Sequence[float]) -> _Scale:
    """By powers of ten where a loss that grows without end would leave nothing to see of all others."""
    low, high = min(values), max(values)
    if low > 0 and high / 1000 > low:
        return _Scale(low, high, logarithmic=True)
    return _Scale(min(0.0, low), high)


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """An SVG path; a point that is missing breaks the line."""
    parts, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        parts.append(f"{pen}{point[0]:g} {point[1]:g}")
        pen = "L"
    return "".join(parts)


def steps(low: float, high: float, most: int, whole: bool = False) -> Iterator[float]:
    """Round numbers from `low` to `high`, at most `most` + 1 of them, 1, 2 or 5 times a power of ten apart."""
    span = (high - low) or 1.0
    scale = 10.0 ** math.floor(math.log10(span / most))
    step = next(scale * factor for factor in (1, 2, 5, 10) if span / (scale * factor) <= most)
    step = max(step, 1.0) if whole else step
    for number in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1):
        yield number * step


def figure(value: float, lang: Lang) -> str:
    """A number for an axis or a table, with four significant digits and thousands set apart."""
    if value and not 1e-4 <= abs(value) < 1e9:
        factor, _, power = f"{value:.2e}".partition("e")
        return _decimal(f"{factor}·10{str(int(power)).translate(_RAISED)}", lang)
    digits = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return _decimal(text, lang)


def _decimal(text: str, lang: Lang) -> str:
    return text.replace(",", NO_BREAK).replace(".", ",") if lang == "pl" else text


def _round(value: float) -> float:
    return round(value, 1)
