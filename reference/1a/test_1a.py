import numpy as np
import pytest


@pytest.mark.check(points=1, pl="Mnoży każdą obserwację przez wagę", en="Multiplies each observation by the weight")
def test_multiplies_by_the_weight(get_linear_forward, solution, vector, number):
    cases = [
        (np.array([1]), 2, 0),
        (np.array([2, -3]), 4, 0),
        (vector(3), number(), 0),
        (vector(100), number(), 0),
    ]
    for call in get_linear_forward.each(cases):
        call.returns(solution(*call.args))


@pytest.mark.check(points=1, pl="Dodaje bias, dla dowolnych w i b", en="Adds the bias, for any w and b")
def test_adds_the_bias(get_linear_forward, solution, vector, number):
    cases = [
        (np.array([1]), 2, 3),
        (np.array([0, 4]), -2, 5),
        (vector(3), number(), number()),
        (vector(10, whole=True), number(), number()),
        (vector(500), number(), number()),
    ]
    for call in get_linear_forward.each(cases):
        call.returns(solution(*call.args))
