import re
from itertools import islice

import numpy as np
import pytest

NUMBER = re.compile(r"(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?")
MIN_DIGITS = 2
MAX_NUMBERS = 50  # printed for each epoch; more is a heap in which everything can be found
RTOL = 1e-6


@pytest.mark.check(points=1, pl="Jedna epoka", en="One epoch")
def test_one_epoch(train, solution, small):
    cases = [
        (np.array([1]), np.array([5]), 2, 0, 0.1, 1),
        (np.array([1, 2]), np.array([4, 1]), 0, 1, 0.1, 1),
        (*small(3), 0.1, 1),
        (*small(100), 0.1, 1),
    ]
    for call in train.each(cases):
        call.returns(solution(*call.args, verbose=False))


@pytest.mark.check(points=2, pl="Tyle epok, o ile poproszono", en="As many epochs as were asked for")
def test_several_epochs(train, solution, small):
    cases = [
        (np.array([1]), np.array([5]), 2, 0, 0.1, 2),
        (np.array([1, 2]), np.array([4, 1]), 0, 1, 0.1, 3),
        (*small(3), 0.1, 4),
        (*small(20), 0.1, 6),
        (*small(200), 0.1, 3),
    ]
    for call in train.each(cases):
        call.returns(solution(*call.args, verbose=False))


@pytest.mark.check(points=1, pl="Inny learning rate i inne dane", en="Another learning rate and other data")
def test_other_rates_and_data(train, solution, small, data, rng):
    whole = rng.integers(-3, 4, 10), rng.integers(-9, 10, 10)
    cases = [
        (np.array([2]), np.array([-1]), 1, 3, 0.05, 2),
        (*small(1), 0.02, 3),
        (*whole, 1, -2, 0.04, 4),
        (*data, 0.5, 0, 0.0001, 5),
        (*small(100), 0.2, 3),
    ]
    for call in train.each(cases):
        call.returns(solution(*call.args, verbose=False))


@pytest.mark.check(points=1, pl="Dużo epok: dochodzi do minimum błędu", en="Many epochs: arrives at the smallest loss")
def test_arrives_at_the_minimum(train, solution, scaled, rng):
    # By then all is settled, so that whoever miscounts the epochs but does train keeps this point. Many lines go through
    # the last case's one point: which of them is reached depends on where the training began, which no formula for the
    # best line knows.
    cases = [
        (np.array([-1, 1]), np.array([1, 5]), 0, 0, 0.46, 8),
        (*scaled(5), 0, 0, 0.47, 8),
        (*scaled(50), 1, -1, round(float(rng.uniform(0.45, 0.49)), 2), 9),
        (np.array([1.0]), np.round(rng.uniform(4, 9, 1), 2), 2, 1, 0.24, 8),
    ]
    for call in train.each(cases):
        call.returns(solution(*call.args, verbose=False))


@pytest.mark.check(bonus=1, pl="Wypisuje błąd po każdej epoce", en="Prints the loss after each epoch")
def test_prints_the_loss(train, solution, losses, scaled):
    # The losses run from below 1000 to above 100, each a sixth less than the one before: however few digits somebody
    # prints, they are told apart, and no parameter, gradient or count of epochs looks like one. The losses of the two
    # cases lie half a step apart, so that nobody who prints the one is taken to print the other too.
    cases = [
        (np.array([-1, 1]), np.array([10, 43]), 0, 0, 0.04, 12),
        (*scaled(20), 0, 0, 0.04, 13),
    ]
    descents = [losses(*case) for case in cases]
    for call, descent, other in zip(train.each(cases), descents, descents[::-1]):
        call.returns(solution(*call.args, verbose=False))  # only what trained has losses to print
        after, before = descent[1:], descent[:-1]
        readings = [list(_numbers(text, MAX_NUMBERS * len(after))) for text in _readings(call.printed)]
        # A text that holds the losses of other data too was made to hold whatever is looked for.
        if None in (_first_missing(other[1:], readings), _first_missing(other[:-1], readings)):
            _refuse(call, 0, after[0])
        missing = _first_missing(after, readings)
        # The loss of the forward pass made in the epoch is the same loss a step earlier: a fair reading of the task.
        if missing is not None and _first_missing(before, readings) is not None:
            _refuse(call, missing, after[missing])


def _refuse(call, epoch, loss):
    if not call.printed.strip():
        call.refuse(
            pl="Funkcja niczego nie wypisała. Po każdej epoce użyj print.",
            en="The function printed nothing. Use print after each epoch.",
            printed=True,
        )
    call.refuse(
        pl=f"Wśród wypisanych liczb nie ma po kolei błędu z każdej epoki: brakuje epoki {epoch + 1}, błąd {loss:.4f}.",
        en=f"The printed numbers do not hold each epoch's loss in order: epoch {epoch + 1} is missing, loss {loss:.4f}.",
        printed=True,
    )


def _first_missing(wanted, readings):
    """Index of the first loss that the numbers do not hold, in order; None when they hold all. The kindest reading counts."""
    firsts = [_first_missing_in(wanted, numbers) for numbers in readings]
    return None if None in firsts else max(firsts)


def _readings(text):
    """The text with commas between numbers, as marks of thousands, and as decimal commas; each reading once."""
    thousands = re.sub(r"(?<=\d)[ ,_\u00a0](?=\d{3}(?!\d))", "", text)
    return dict.fromkeys((text.replace(",", " "), thousands, text.replace(",", ".")))


def _numbers(text, most):
    """The first numbers of the text, each with the value of its last digit; a single digit tells too little."""
    for found in islice(NUMBER.finditer(text), most):
        whole, fraction, power = found[1], found[2] or "", int(found[3] or 0)
        if len((whole + fraction).lstrip("0")) >= MIN_DIGITS:
            yield float(f"{whole}.{fraction}e{power}"), 10.0 ** (power - len(fraction))


def _first_missing_in(wanted, numbers):
    index = 0
    for value, last_digit in numbers:
        # One unit of the last digit, not half: people cut digits off as well as round.
        if index < len(wanted) and abs(value - wanted[index]) <= max(last_digit, RTOL * wanted[index]):
            index += 1
    return None if index == len(wanted) else index


@pytest.fixture
def small(rng):
    """Draws x, y and initial parameters; x is so small that no learning rate used here overshoots without end."""

    def draw(n):
        x, y = rng.uniform(-2.5, 2.5, n).round(2), rng.uniform(-9, 9, n).round(2)
        w, b = rng.uniform(-2, 2, 2).round(2).tolist()
        return x, y, w, b

    return draw


@pytest.fixture
def scaled(rng):
    """Draws x of mean 0 and deviation 1, and y about a line such that the loss at w = b = 0 is about 900."""

    def draw(n):
        x = rng.normal(size=n)
        x, angle = (x - x.mean()) / x.std(), rng.uniform(0, 2 * np.pi)
        return x, np.round(30 * np.cos(angle) * x + 30 * np.sin(angle) + rng.normal(size=n), 2)

    return draw
