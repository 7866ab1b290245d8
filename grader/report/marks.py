"""Marks instead of points, as a trainer writes them down: from how many percent each is given."""

from __future__ import annotations

import re

from grader.errors import UsageError
from grader.i18n import msg


def parse(text: str) -> tuple[tuple[str, float], ...]:
    """Each mark with its least percentage, of a text such as "2=0 3=50 3,5=60". Raise UsageError."""
    pairs = [re.fullmatch(r"(\S+)=(\d+(?:[.,]\d+)?)%?", item) for item in text.split()]
    marks = tuple((pair[1], float(pair[2].replace(",", "."))) for pair in pairs if pair)
    least = {percent for _, percent in marks}
    if text.strip() and (None in pairs or 0 not in least or len(least) < len(pairs) or max(least) > 100):
        advice = msg(
            "--marks '{text}': write each mark with the percentage that it is given from, the lowest from 0: "
            '--marks "2=0 3=50 3,5=60 4=70 4,5=80 5=90"',
            text=text,
        )
        raise UsageError(advice)
    return marks
