import numpy as np
import pytest


@pytest.mark.check(points=1, pl="Przelicza całe stopnie", en="Converts whole degrees")
def test_whole_degrees(to_fahrenheit, solution, rng):
    cases = [
        (np.array([0]),),  # the simplest first: it is what people are shown when it fails
        (np.array([100, -5]),),
        (rng.integers(-50, 50, 10),),
    ]
    for call in to_fahrenheit.each(cases):
        call.returns(solution(*call.args))


@pytest.mark.check(points=1, pl="Przelicza dowolne temperatury", en="Converts any temperatures")
def test_any_degrees(to_fahrenheit, solution, rng):
    cases = [
        (np.array([36.6]),),
        (np.round(rng.uniform(-50, 50, 5), 1),),
        (rng.normal(15, 10, 200),),
    ]
    for call in to_fahrenheit.each(cases):
        call.returns(solution(*call.args))
