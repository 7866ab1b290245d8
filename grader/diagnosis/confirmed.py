"""Where the source shows the place of a mistake that the answers show, the place is what helps."""

from __future__ import annotations

from collections.abc import Mapping

from grader.model import Diagnosis

_CUT = frozenset({"cut-to-whole-numbers", "rounded-down", "answer-rounded", "result-cut", "result-rounded"})
_SHORT = frozenset({"first-observation-left-out", "last-observation-left-out"})
# The name of a rule on the source to the names of the clues that show that it is right.
_CONFIRMED: Mapping[str, frozenset[str]] = {"whole-numbers": _CUT, "rounded": _CUT, "short-range": _SHORT}


def confirmed(clue: Diagnosis | None, source: Diagnosis | None) -> Diagnosis | None:
    """The hint from the source where the clue shows the same mistake, or else the clue."""
    if clue is None or source is None:
        return clue
    return source if clue.mistake.rpartition(":")[2] in _CONFIRMED.get(source.mistake, ()) else clue
