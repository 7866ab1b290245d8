"""What the hidden tests of several exercises share: drawn inputs, and gradient descent told epoch by epoch."""

import pytest


@pytest.fixture
def vector(rng):
    """Draws n numbers from -10 to 10, with two digits after the point so that a person can read them, or whole."""

    def draw(n, whole=False):
        return rng.integers(-9, 10, n) if whole else rng.uniform(-10, 10, n).round(2)

    return draw


@pytest.fixture
def number(rng):
    """Draws a number well away from 0, 1 and -1, behind which mistakes hide."""

    def draw():
        sign = (-1, 1)[rng.integers(2)]
        return round(sign * rng.uniform(1.5, 9.5), 2)

    return draw


@pytest.fixture
def losses():
    """The loss before the first epoch and after each of `epochs` epochs of gradient descent."""

    def descend(x, y, w, b, alpha, epochs):
        values = []
        for _ in range(epochs + 1):
            error = w * x + b - y
            values.append(error @ error / len(error))
            w, b = w - 2 * alpha * (error @ x) / len(error), b - 2 * alpha * error.sum() / len(error)
        return values

    return descend
