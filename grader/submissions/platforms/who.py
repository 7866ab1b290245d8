"""A participant as a name tells it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from grader.model import Id


@dataclass(frozen=True, slots=True)
class Who:
    """A participant as a name tells it. `id` is the platform's."""

    name: str
    id: Id | None = None
    late: bool = False


def composed(name: str) -> str:
    """As one character what macOS may write as a letter and its accent."""
    return unicodedata.normalize("NFC", name)
