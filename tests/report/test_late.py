"""What handing in late costs."""

from __future__ import annotations

import pytest

from grader.errors import UsageError
from grader.report import late

RULE = late.parse("10 ps1=2026-11-30T12:00+01:00 2026-12-24T00:00Z")


@pytest.mark.parametrize(
    ("handed_in", "assignment", "lost"),
    [
        ("2026-11-30 11:00:00.000000 UTC", "ps1", 0),
        ("2026-11-30 11:00:01.000000 UTC", "ps1", 2),
        ("2026-11-30 12:00:00 Europe/Warsaw", "ps1", 0),
        ("2026-12-01 11:00:00 UTC", "ps1", 2),
        ("2026-12-01 11:00:01 UTC", "ps1", 4),
        ("2027-11-30 11:00:00 UTC", "ps1", 20),
        ("2026-12-01 11:00:01", "ps2", 0),
        ("2026-12-24 00:00:01", "ps2", 2),
        ("", "ps1", 0),
        ("yesterday", "ps1", 0),
        ("2026-13-99 11:00:00 UTC", "ps1", 0),
        ("2027-01-01 11:00:00 Nowhere/At_All", "ps1", 0),
        ("2027-01-01 11:00:00 ../../etc/passwd", "ps1", 0),
    ],
)
def test_each_day_begun_costs_its_share_and_never_more_than_all(handed_in: str, assignment: str, lost: float) -> None:
    assert late.penalty(20, handed_in, assignment, RULE) == lost


def test_without_a_rule_nothing_is_lost() -> None:
    assert late.parse("") is late.parse("  ") is None
    assert late.penalty(20, "2027-01-01 11:00:00 UTC", "ps1", None) == 0


@pytest.mark.parametrize(
    "text", ["10", "2026-11-30T12:00", "10 tomorrow", "-1 2026-11-30T12:00", "101 2026-11-30T12:00"]
)
def test_a_rule_that_makes_no_sense_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match='--late "10 2026-11-30T23:59"'):
        late.parse(text)
