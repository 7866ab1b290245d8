"""What an attack is, and short ways to write one down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["attempt", "forgery", "siege"]


@dataclass(frozen=True)
class Attack:
    name: str
    kind: Kind
    tries: str
    code: str
    held_by: str
    spoils: bool = False
    """It breaks the participant's own process, whose other exercises may then fail; they must not gain."""


def attempt(name: str, tries: str, held_by: str, code: str) -> Attack:
    return Attack(name, "attempt", tries, code, held_by)


def forgery(name: str, tries: str, code: str, held_by: str = "data only crosses the wall") -> Attack:
    return Attack(name, "forgery", tries, code, held_by)


def siege(name: str, tries: str, held_by: str, code: str) -> Attack:
    return Attack(name, "siege", tries, code, held_by)
