import pytest


@pytest.mark.check(points=1, pl="Domyślnie trzy", en="Three by default")
def test_default(best, solution):
    for scores in ([3, 9, 1, 7, 5], [1, 2, 3, 4]):
        call = best.call(scores)
        call.returns(solution(scores))


@pytest.mark.check(points=1, pl="Ile chcemy", en="As many as we want")
def test_as_many(best, solution):
    best.call([3, 9, 1], n=2).returns([9, 3])
    best.call([3, 9, 1], 1).returns([9])


@pytest.mark.check(points=1, pl="Od najmniejszych", en="From the smallest")
def test_from_smallest(best):
    best.call([3, 9, 1, 8], largest=False).returns([1, 3, 8])
    best.call([3, 9, 1, 8], n=1, largest=False).returns([1])
