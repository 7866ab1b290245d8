"""A sample of the surroundings of tests/platforms.py: a right notebook has all its points, whichever walls stand."""

from __future__ import annotations

import itertools
import sys

import pytest

from tests.container import SKIPPED
from tests.platforms import SURROUNDINGS, WALLS, Case, cases, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
NAMED = {one.name: one for one in SURROUNDINGS}
SAMPLE = [
    (Case(NAMED[name], user, closed), kernel)
    for name, user, closed, kernel in [
        ("nothing special", True, True, "cold"),
        ("Docker", False, False, "warm"),
        ("Docker", True, False, "cold"),
        ("Docker before Landlock", False, True, "cold"),
        ("no Landlock", True, True, "warm"),
        ("no namespaces", False, False, "cold"),
        ("AppArmor's rule of Ubuntu", True, False, "warm"),
        ("/proc covered in part", True, False, "warm"),
        ("no /proc", True, False, "warm"),
    ]
]


@pytest.mark.parametrize(("case", "kernel"), SAMPLE, ids=str)
def test_a_right_notebook_has_all_its_points(case: Case, kernel: str) -> None:
    outcome = run(case, [kernel])[kernel]
    if outcome.code == SKIPPED:
        pytest.skip("this surrounding needs root, and a mount namespace")
    assert outcome.faults == []
    assert set(WALLS) - set(outcome.walls) == case.missing
    exposed = {"landlock", "mount"} <= case.missing
    assert outcome.report["sandbox"]["hides_tests"] is not exposed
    assert ("can't hide the hidden tests" in outcome.said) is exposed


def test_the_sample_is_one_of_all() -> None:
    everything = set(map(str, cases()))
    assert {str(case) for case, _ in SAMPLE if case.user} <= everything
    assert len(everything) >= len(SURROUNDINGS) * 2


def test_half_of_the_cases_join_any_two_of_who_where_and_kernel_in_each_surrounding() -> None:
    for surrounding in SURROUNDINGS:
        found = [(*both, Case(surrounding, *both).kernel) for both in itertools.product((False, True), repeat=2)]
        for one, other in itertools.combinations(range(3), 2):
            assert len({(case[one], case[other]) for case in found}) == 4
