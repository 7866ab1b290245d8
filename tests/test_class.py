"""A small class with a few of every kind of disease and attack: graded in one run, each with its right status."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

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
