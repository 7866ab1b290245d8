"""Where the source shows the place of a mistake that the answers show, the place is what helps."""

from __future__ import annotations

from collections.abc import Mapping

from grader.model import Diagnosis

_WHOLE = frozenset({"cut-to-whole-numbers", "rounded-down", "rounded-to-whole-numbers"})
_WHOLE_RESULT = frozenset({"result-cut", "result-rounded-to-whole-numbers"})
# The name of a rule on the source to the names of the clues that show that it is right.
_CONFIRMED: Mapping[str, frozenset[str]] = {
    "whole-numbers": _WHOLE | _WHOLE_RESULT,
    "rounded": frozenset({"answer-rounded", "result-rounded"}),
    "short-range": frozenset({"first-item-left-out", "last-item-left-out"}),
}


def confirmed(clue: Diagnosis | None, source: Diagnosis | None) -> Diagnosis | None:
    """The hint from the source where the clue shows the same mistake, or else the clue."""
    if clue is None or source is None:
        return clue
    return source if clue.mistake.rpartition(":")[2] in _CONFIRMED.get(source.mistake, ()) else clue
