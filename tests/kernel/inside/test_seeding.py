"""Each call begins with the same random numbers, whatever the calls before have drawn."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from grader.kernel.inside import seeding
from grader.kernel.inside.seeding import seed_all


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    pythons, numpys = random.getstate(), np.random.get_state()
    yield
    random.setstate(pythons)
    np.random.set_state(numpys)


def drawn() -> tuple[float, ...]:
    return random.random(), random.gauss(0, 1), random.getrandbits(40), float(np.random.rand())


OTHERS: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "one number": random.random,
    "all that one turn of the generator gives": lambda: [random.getrandbits(32) for _ in range(624)],
    "half of a pair": lambda: random.gauss(0, 1),
    "a seed of its own": lambda: random.seed(1),
    "a state of its own": lambda: random.setstate(random.Random("żółw").getstate()),
    "a state that only lacks half of a pair": lambda: random.setstate((*random.getstate()[:2], 0.5)),
    "what is no half of a pair": lambda: setattr(random._inst, "gauss_next", np.ones(2)),  # type: ignore[attr-defined]
    "the place for half of a pair": lambda: delattr(random._inst, "gauss_next"),  # type: ignore[attr-defined]
    "numpy": np.random.rand,
    "numpy's half of a pair": np.random.randn,
    "numpy's all that one turn gives": lambda: np.random.bytes(4 * 624),
    "a seed of numpy's own": lambda: np.random.seed(1),
    "a state of numpy's own": lambda: np.random.set_state(np.random.RandomState(5).get_state()),
    "numpy's state that only lacks half of a pair": lambda: np.random.set_state((*STATE()[:3], 1, 0.5)),
    "numpy's state that only stands elsewhere": lambda: np.random.set_state((*STATE()[:2], 600)),
}
STATE: Callable[[], Any] = np.random.get_state


@pytest.mark.parametrize("what", OTHERS)
@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_random_numbers_are_those_of_the_seed_whatever_was_drawn_before(what: str, seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)
    expected = drawn()
    for _ in range(3):
        seed_all(seed)
        OTHERS[what]()
        seed_all(seed)
        assert drawn() == expected


def test_another_seed_gives_other_numbers() -> None:
    found = []
    for seed in (1, 2, 1):
        seed_all(seed)
        found.append(drawn())
    assert found[0] == found[2] != found[1]


GENERATORS: dict[str, tuple[Any, str, Callable[[], float], Callable[[int], object]]] = {
    "python": (random, "_inst", random.random, random.Random),
    "numpy": (np.random.mtrand, "_rand", np.random.rand, np.random.RandomState),
}
each_generator = pytest.mark.parametrize("name", GENERATORS)


@pytest.fixture
def seeds(name: str, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """With what the generator's module has been seeded since the call before."""
    seed_all(3)
    module: Any = GENERATORS[name][0]
    seed, seeds = module.seed, []

    def note(value: int) -> None:
        seeds.append(value)
        seed(value)

    monkeypatch.setattr(module, "seed", note)
    return seeds


@each_generator
def test_a_generator_that_has_not_drawn_is_not_seeded_again(name: str, seeds: list[int]) -> None:
    seed_all(3)
    assert seeds == []
    GENERATORS[name][2]()
    seed_all(3)
    seed_all(3)
    assert seeds == [3]


@each_generator
def test_another_generator_is_seeded_each_time(name: str, seeds: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    module, where, draw, make = GENERATORS[name]
    expected = draw()
    with monkeypatch.context() as other:  # as if a cell had loaded the module again
        other.setattr(module, where, make(5))
        seed_all(3)
        seed_all(3)
        assert seeds == [3, 3]
    seed_all(3)
    assert draw() == expected


def test_what_numpy_draws_from_may_be_another() -> None:
    before = np.random.get_bit_generator()
    try:
        np.random.set_bit_generator(np.random.PCG64(1))
        seed_all(3)
        first = np.random.rand()
        seed_all(3)
        assert np.random.rand() == first
    finally:
        np.random.set_bit_generator(before)


def test_where_the_state_lies_elsewhere_each_call_is_seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeding, "STATE_BYTES", 1 << 20)
    pythons = seeding._Generator(random, "_inst", random.Random, seeding._of_python)
    seeds: list[int] = []
    monkeypatch.setattr(random, "seed", seeds.append)
    pythons.seed(3)
    pythons.seed(3)
    assert seeds == [3, 3]
