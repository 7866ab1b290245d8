import numpy as np
import pytest


@pytest.mark.check(points=1, pl="Podnosi błąd jednej obserwacji do kwadratu", en="Squares the error of one observation")
def test_one_observation(compute_mse_loss, solution, vector):
    cases = [
        (np.array([5]), np.array([2])),
        (np.array([-4]), np.array([3])),
        (np.array([1.5]), np.array([-1.0])),
        (vector(1), vector(1) + 20),
    ]
    for call in compute_mse_loss.each(cases):
        call.returns(solution(*call.args))


@pytest.mark.check(points=1, pl="Liczy średnią z wielu obserwacji", en="Takes the mean over many observations")
def test_many_observations(compute_mse_loss, solution, vector):
    cases = [
        (np.array([3, 5]), np.array([1, 1])),
        (vector(3), vector(3)),
        (vector(10, whole=True), vector(10)),
        (vector(500), vector(500)),
        (vector(4), vector(4, whole=True)),
    ]
    for call in compute_mse_loss.each(cases):
        call.returns(solution(*call.args))
