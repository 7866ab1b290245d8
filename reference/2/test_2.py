import numpy as np
import pytest


@pytest.mark.check(points=1, pl="Liczy błąd dla podanej wagi", en="Computes the loss at the given weight")
def test_loss_at_the_weight(train, solution, vector, number):
    cases = [
        (np.array([1]), np.array([5]), 2, 0),
        (np.array([1, 2]), np.array([4, 1]), 3, 0),
        (vector(3), vector(3), number(), 0),
        (vector(50), vector(50), number(), 0),
    ]
    for call in train.each(cases):
        call.returns(solution(*call.args))


@pytest.mark.check(
    points=1, pl="Liczy błąd dla podanej wagi i biasu", en="Computes the loss at the given weight and bias"
)
def test_loss_at_weight_and_bias(train, solution, data, vector, number):
    cases = [
        (np.array([1]), np.array([3]), 2, 5),
        (np.array([0, 3]), np.array([4, 1]), 2, -1),
        (vector(5, whole=True), vector(5), number(), number()),
        (*data, number(), number()),
        (vector(500), vector(500), number(), number()),
        (vector(5), vector(5, whole=True), number(), number()),
    ]
    for call in train.each(cases):
        call.returns(solution(*call.args))
