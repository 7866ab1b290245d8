import numpy as np
import pytest


@pytest.mark.check(
    points=1, pl="Pochodna po w dla każdej obserwacji", en="The derivative with respect to w for each observation"
)
def test_derivative_by_w(get_backprop, solution, vector):
    cases = [
        (np.array([5]), np.array([3]), np.array([4])),
        (np.array([5, 1]), np.array([3, 4]), np.array([3, -2])),
        (vector(3), vector(3), vector(3)),
        (vector(50), vector(50), vector(50)),
    ]
    for call in get_backprop.each(cases):
        call.part(0).returns(solution(*call.args)[0])


@pytest.mark.check(
    points=1, pl="Pochodna po b dla każdej obserwacji", en="The derivative with respect to b for each observation"
)
def test_derivative_by_b(get_backprop, solution, vector):
    cases = [
        (np.array([5]), np.array([3]), np.array([4])),
        (np.array([5, 1]), np.array([3, 4]), np.array([3, -2])),
        (vector(3), vector(3), vector(3)),
        (vector(50), vector(50), vector(50)),
    ]
    for call in get_backprop.each(cases):
        call.part(1).returns(solution(*call.args)[1])


@pytest.mark.check(
    points=1,
    pl="Obie pochodne: jedna obserwacja, liczby całkowite, wiele obserwacji",
    en="Both derivatives: one observation, whole numbers, many observations",
)
def test_both_on_any_input(get_backprop, solution, vector):
    cases = [
        (np.array([-1]), np.array([2]), np.array([3])),
        (vector(1), vector(1), vector(1)),
        (vector(4, whole=True), vector(4, whole=True), vector(4, whole=True)),
        (vector(20), vector(20), vector(20, whole=True)),
        (vector(500), vector(500), vector(500)),
        (vector(4, whole=True), vector(4), vector(4)),
        (vector(4), vector(4, whole=True), vector(4)),
    ]
    for call in get_backprop.each(cases):
        call.returns(solution(*call.args))
