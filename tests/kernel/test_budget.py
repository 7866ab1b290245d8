"""One deadline for all that is done for a notebook; late cells have small limits, and are not left out at once."""

from __future__ import annotations

import pytest

from grader.config import Limits
from grader.kernel import budget, timer
from grader.kernel.budget import Budget
from grader.kernel.timer import CLOCK_FACTOR, TimeLimit

LIMITS = Limits(cell_timeout_s=30, call_timeout_s=5, total_timeout_s=100)


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds since the budget began, set by hand."""
    now = [0.0]
    for module in (budget, timer):
        monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("at", "cell", "definitions"),
    [
        (0, TimeLimit(30, 70), TimeLimit(2, 6)),
        (50, TimeLimit(30, 20), TimeLimit(2, 6)),
        (69.9, TimeLimit(30, 2), TimeLimit(2, 6)),
        (70, TimeLimit(2, 6), TimeLimit(2, 6)),
        (79, TimeLimit(2, 2), TimeLimit(2, 6)),
        (80, None, TimeLimit(2, 6)),
        (89.9, None, TimeLimit(2, 0.5)),
        (90, None, None),
    ],
)
def test_cells_have_their_share_then_small_limits_then_only_what_they_define_is_run(
    at: float, cell: TimeLimit | None, definitions: TimeLimit | None, spent: list[float]
) -> None:
    one = Budget(LIMITS)
    spent[0] = at
    for given, wanted in ((one.for_cell(), cell), (one.for_definitions(), definitions)):
        assert (given is None) == (wanted is None)
        if given is not None and wanted is not None:
            assert (given.cpu_s, given.clock_s) == pytest.approx((wanted.cpu_s, wanted.clock_s))
    assert one.is_late == (at >= 70)


def test_no_limit_reaches_beyond_the_deadline(spent: list[float]) -> None:
    one = Budget(LIMITS)
    for at in (0, 69, 75, 85, 99, 99.99, 100, 130):
        spent[0] = at
        limits = (one.for_cell(), one.for_definitions(), one.for_cell_again(), one.for_call(), one.for_call(0.5))
        assert all(limit.clock_s <= max(0, 100 - at) + 1e-9 for limit in limits if limit is not None)
        assert all(limit.clock_s <= CLOCK_FACTOR * limit.cpu_s for limit in limits if limit is not None)
        assert (one.is_nearly_spent, one.is_spent) == (at >= 90, at >= 100)
        assert one.may_explain == (at < 105)


def test_what_cells_print_and_functions_return_has_one_limit_and_neither_takes_the_others_share() -> None:
    one = Budget(Limits(output_bytes=100, kept_bytes=1000))
    kept = 0
    for _ in range(10):
        text = "ż" * (one.output_bytes // 2)
        kept += len(text.encode())
        one.keep_output(text)
    assert kept == 250
    assert one.output_bytes == 0
    assert one.may_keep(700)
    assert not one.may_keep(51)
    assert one.may_keep(50), "what is small still fits"
