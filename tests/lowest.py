"""The oldest releases that pyproject.toml allows, one requirement a line, as `pip install` takes them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import requires

from packaging.requirements import Requirement

from grader._version import DISTRIBUTION


def lowest() -> Iterator[str]:
    """Each requirement of the grader itself, not of its extras, at its lower bound."""
    for requirement in map(Requirement, requires(DISTRIBUTION) or ()):
        marker = requirement.marker
        if marker is None or marker.evaluate({"extra": ""}):
            (bound,) = (one.version for one in requirement.specifier if one.operator == ">=")
            yield f"{requirement.name}=={bound}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lowest())
