import pytest


@pytest.mark.check(points=1, pl="Nowa waga w", en="The new weight w")
def test_new_weight(update_params, solution, rng, number):
    for call in update_params.each(_cases(rng, number)):
        call.part(0).returns(solution(*call.args)[0])


@pytest.mark.check(points=1, pl="Nowy bias b", en="The new bias b")
def test_new_bias(update_params, solution, rng, number):
    for call in update_params.each(_cases(rng, number)):
        call.part(1).returns(solution(*call.args)[1])


def _cases(rng, number):
    rates = [0.1, *(round(float(rng.uniform(0.01, 0.9)), 3) for _ in range(4))]
    drawn = [(number(), number(), rate, number(), number()) for rate in rates]
    return [(3, 1, 0.5, 2, 4), (-2, 5, 0.1, -10, 20), (0, 7, 0.01, 300, 0), *drawn]
