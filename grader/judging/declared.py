"""What a hidden test says of itself: its title, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from grader.course.sources import in_both
from grader.judging.stand_in import Check


def check_of(item: pytest.Item) -> Check:
    mark = item.get_closest_marker("check")
    values: Mapping[str, Any] = mark.kwargs if mark else {}
    name = str(getattr(item, "originalname", None) or item.name)
    texts = {lang: str(text) for lang, text in values.items() if lang not in ("points", "bonus")}
    title = in_both(texts or {"en": name}, tuple(texts))
    return Check(item.name, title, float(values.get("points", 0)), float(values.get("bonus", 0)))
