import numpy as np
import pytest


@pytest.mark.check(points=1, pl="Średnia pochodnych po w", en="The mean of the derivatives with respect to w")
def test_mean_derivative_by_w(get_backprop, solution, vector):
    for call in get_backprop.each(_cases(vector)):
        call.part(0).returns(solution(*call.args)[0])


@pytest.mark.check(points=1, pl="Średnia pochodnych po b", en="The mean of the derivatives with respect to b")
def test_mean_derivative_by_b(get_backprop, solution, vector):
    for call in get_backprop.each(_cases(vector)):
        call.part(1).returns(solution(*call.args)[1])


def _cases(vector):
    return [
        (np.array([5]), np.array([3]), np.array([4])),
        (np.array([5, 1]), np.array([3, 4]), np.array([3, -2])),
        (vector(3), vector(3), vector(3)),
        (vector(10, whole=True), vector(10, whole=True), vector(10, whole=True)),
        (vector(500), vector(500), vector(500)),
        (vector(4), vector(4), vector(4, whole=True)),
        (vector(4, whole=True), vector(4), vector(4)),
        (vector(4), vector(4, whole=True), vector(4)),
    ]
