"""Attributes of IPython's objects that each cell reads and sets: as traits, they take ten times as long."""

from __future__ import annotations

from typing import Any


def make_plain(owner: Any, *names: str) -> None:
    """Make these traits of one object plain attributes, which nobody observes and nothing checks.

    Its class gets one below it of the same name: a trait that is set for the class, as by a notebook, is none of these.
    """
    kind = type(owner)
    values = {name: getattr(owner, name) for name in names if hasattr(kind, name)}
    owner.__class__ = type(kind.__name__, (kind,), {"__module__": kind.__module__, **dict.fromkeys(values)})
    vars(owner).update(values)
