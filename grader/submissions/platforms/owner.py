"""The owner of a file or a folder, as far as its name says."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from grader.i18n import msg
from grader.people import Id

LATE = msg("Canvas says that it was handed in late.")


@dataclass(frozen=True, slots=True)
class Owner:
    """A participant, as far as the name of a file or a folder says.

    Attributes:
        name: The participant's name.
        id: The number, or user name, on the learning platform that gave the name.
        late: Whether the platform says that it was handed in late.
    """

    name: str
    id: Id | None = None
    late: bool = False


def compose(name: str) -> str:
    """The name with each accented letter as one character; macOS may write it as two."""
    return unicodedata.normalize("NFC", name)
