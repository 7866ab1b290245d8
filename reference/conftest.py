"""What the hidden tests of several exercises share: drawn inputs, and gradient descent told epoch by epoch."""

import numpy as np
import pytest


@pytest.fixture
def vector(rng):
    """Draws n numbers from -10 to 10, with two digits after the point so that a person can read them, or whole."""

    def draw(n, whole=False):
        return rng.integers(-9, 10, n) if whole else np.round(rng.uniform(-10, 10, n), 2)

    return draw


@pytest.fixture
def number(rng):
    """Draws a number well away from 0, 1 and -1, behind which mistakes hide."""

    def draw():
        return round(float(rng.choice([-1, 1]) * rng.uniform(1.5, 9.5)), 2)

    return draw


@pytest.fixture
def losses():
    """The loss before the first epoch and after each of `epochs` epochs of gradient descent."""

    def descend(x, y, w, b, alpha, epochs):
        values = [np.mean((w * x + b - y) ** 2)]
        for _ in range(epochs):
            error = w * x + b - y
            w, b = w - alpha * np.mean(2 * error * x), b - alpha * np.mean(2 * error)
            values.append(np.mean((w * x + b - y) ** 2))
        return values

    return descend
