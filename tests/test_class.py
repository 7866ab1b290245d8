"""A small class with a few of every kind of disease and attack: graded in one run, each with its right status. A class
with all that went wrong once among it has the grades that it has alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grader.config import Limits
from tests.bench import neighbours
from tests.bench.sick_class import run


@pytest.mark.skipif(sys.platform != "linux", reason="the cage and the walls are Linux's")
@pytest.mark.timeout(280)
def test_each_of_a_mixed_class_gets_its_right_status(tmp_path: Path) -> None:
    """`python -m tests.bench.sick_class` does the same with 400, every disease and every attack among them."""
    outcome = run(24, tmp_path / "cage", "root" if os.geteuid() == 0 else "user", 200)
    assert outcome.wrong == []
    assert sum(outcome.kinds.values()) == 24
    assert set(outcome.kinds) == {"ordinary", "file", "running", "forgery", "attempt", "siege"}
    assert outcome.ended["code"] in (0, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="the cage and the walls are Linux's")
@pytest.mark.timeout(280)
def test_nobodys_grade_depends_on_what_others_hand_in(tmp_path: Path) -> None:
    """`python -m tests.bench.neighbours` does the same with 40, more others, and their time."""
    user = "root" if os.geteuid() == 0 else "user"
    limits = Limits(cell_timeout_s=0.5, call_timeout_s=1.0, total_timeout_s=6.0, memory_mib=1024)
    alone = neighbours.grade(tmp_path / "alone", 4, user, limits, None)
    among = neighbours.grade(tmp_path / "among", 4, user, limits, [])
    assert neighbours.differences(alone, among) == []
    assert len(alone.ordinary) == 4
    assert {"Anna Kot", "Jan Nowak", "Pusty", "Zły", "Żółw"} < set(among.others)
    notebooks = len(list(neighbours.FAULTS.glob("*.ipynb")))
    assert len(among.others) == notebooks + 12, "nobody appears who handed in nothing"
