"""The time of one notebook, one deadline for all that is done for it with a share for its cells; and the bytes of it
that the grader keeps."""

from __future__ import annotations

import math
import time

from grader.config import Limits
from grader.kernel.timer import TimeLimit, time_limit

CELLS_SHARE = 0.7  # of the whole time; the rest is for what follows
LATE_CELLS_SHARE = 0.8  # after it only what cells define and import is run
DEFINITIONS_SHARE = 0.9
LATE_CELL_S = 2.0
EXPLAIN_S = 5.0
OUTPUT_SHARE = 0.25  # of the bytes that are kept; the rest is for what functions return


class Budget:
    """It begins when it is made. One slow cell must not cost what stands below it: when the cells' share is spent, the
    others still run, under a small limit each, and then at least what they define."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._started_s = time.monotonic()
        self._output_bytes = int(OUTPUT_SHARE * limits.kept_bytes)
        self._value_bytes = limits.kept_bytes - self._output_bytes
        self._late_cell_s = min(LATE_CELL_S, limits.total_timeout_s / 20)

    @property
    def left_s(self) -> float:
        """Negative when all of it is spent."""
        return self._left_s(1)

    @property
    def is_spent(self) -> bool:
        return self.left_s <= 0

    @property
    def is_late(self) -> bool:
        """Whether the cells' share is spent."""
        return self._left_s(CELLS_SHARE) <= 0

    @property
    def may_explain(self) -> bool:
        """Whether there is time for what earns no points: words about mistakes."""
        return self.left_s > -EXPLAIN_S

    def for_cell(self) -> TimeLimit | None:
        """What the next cell may take; None if it is too late to run all of it."""
        if not self.is_late:
            within_s = max(self._late_cell_s, self._left_s(CELLS_SHARE))
            return time_limit(self._limits.cell_timeout_s, min(within_s, self.left_s))
        left_s = self._left_s(LATE_CELLS_SHARE)
        return self._for_late_cell(max(self._late_cell_s, left_s)) if left_s > 0 else None

    def for_definitions(self) -> TimeLimit | None:
        """What the definitions and imports of the next cell may take; None if it is too late for them too."""
        left_s = self._left_s(DEFINITIONS_SHARE)
        return self._for_late_cell(max(self._late_cell_s / 4, left_s)) if left_s > 0 else None

    @property
    def is_nearly_spent(self) -> bool:
        """Whether what is left is needed for what follows the cells."""
        return self._left_s(DEFINITIONS_SHARE) <= 0

    def for_cell_again(self) -> TimeLimit:
        """What a cell may take that runs again, in a new kernel."""
        if not self.is_late:
            return time_limit(self._limits.cell_timeout_s, self.left_s)
        return self._for_late_cell(self.left_s)

    def for_call(self, within_s: float = math.inf) -> TimeLimit:
        """What one call may take."""
        return time_limit(self._limits.call_timeout_s, min(within_s, self.left_s))

    @property
    def output_bytes(self) -> int:
        """How much may be kept of what the next cell prints."""
        return min(self._limits.output_bytes, self._output_bytes)

    def keep_output(self, text: str) -> None:
        """Count what a cell printed."""
        self._output_bytes -= len(text.encode())

    def may_keep(self, value_bytes: int) -> bool:
        """Whether values that functions returned may be kept, which then counts."""
        if value_bytes > self._value_bytes:
            return False
        self._value_bytes -= value_bytes
        return True

    def _for_late_cell(self, within_s: float) -> TimeLimit:
        return time_limit(min(self._late_cell_s, self._limits.cell_timeout_s), min(within_s, self.left_s))

    def _left_s(self, share: float) -> float:
        return self._started_s + share * self._limits.total_timeout_s - time.monotonic()
