"""Which names a notebook's cells bind. They are read from the text, because broken cells have names too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.model import Cell

MAX_NAMES = 2_000
_NAME = r"[^\W\d]\w*"
_DEF = re.compile(rf"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+({_NAME})", re.MULTILINE)
_ASSIGNED = re.compile(rf"^({_NAME}(?:[ \t]*,[ \t]*{_NAME}){{0,9}})[ \t]*(?::[^=\n]{{1,60}})?=(?!=)", re.MULTILINE)
_LOCAL = re.compile(rf"^[ \t]+({_NAME}(?:[ \t]*,[ \t]*{_NAME}){{0,9}})[ \t]*=(?!=)", re.MULTILINE)
_IMPORT = re.compile(rf"^[ \t]*import[ \t]+([\w.]+)(?:[ \t]+as[ \t]+({_NAME}))?", re.MULTILINE)
_NUMPY = re.compile(rf"^[ \t]*import[ \t]+numpy(?:[ \t]+as[ \t]+({_NAME}))?[ \t]*(?:#|;|,|$)", re.MULTILINE)
_FROM = re.compile(r"^[ \t]*from[ \t]+[\w.]+[ \t]+import[ \t]+([\w, \t]{1,300})", re.MULTILINE)


@dataclass(frozen=True)
class BoundNames:
    """The names that the cells of a notebook bind.

    Attributes:
        bound: Each name with the index of the first cell that binds it.
        imported: Those of modules, and of what is imported from modules.
        inner: Those that get a value inside a function.
    """

    bound: Mapping[str, int] = field(default_factory=dict)
    imported: frozenset[str] = frozenset()
    inner: frozenset[str] = frozenset()


def numpy_name(cells: Sequence[Cell]) -> str:
    """What the notebook calls numpy; `np` where it is not imported."""
    names = [name for cell in cells for name in _NUMPY.findall(cell.source)]
    return "np" if "np" in names or not names else names[0] or "numpy"


def imports_numpy(cells: Sequence[Cell]) -> bool:
    """Whether the notebook has a name for numpy."""
    return any(_NUMPY.search(cell.source) for cell in cells)


def object_name(owner: str, cells: Sequence[Cell]) -> str | None:
    """The first name that is given to a new object of a class."""
    pattern = re.compile(rf"^({_NAME})[ \t]*=[ \t]*{re.escape(owner)}\(", re.MULTILINE)
    return next((found[1] for cell in cells if (found := pattern.search(cell.source))), None)


def assigns(cell: Cell, name: str) -> bool:
    """Whether the text of a cell gives the name a value that is no function of its own."""
    return name in _split(_ASSIGNED.findall(cell.source))


def defines(cell: Cell, name: str) -> bool:
    """Whether the text of a cell defines a function of this name."""
    return re.search(rf"^[ \t]*(?:async[ \t]+)?def[ \t]+{re.escape(name)}\b", cell.source, re.MULTILINE) is not None


def read_bound_names(cells: Iterable[Cell]) -> BoundNames:
    """The names that the cells bind. Of many, the first ones."""
    bound: dict[str, int] = {}
    imported: set[str] = set()
    inner: set[str] = set()
    for cell in cells:
        modules = dict.fromkeys(_imported(cell.source))
        found = [*modules, *_DEF.findall(cell.source), *_split(_ASSIGNED.findall(cell.source))]
        for name in found:
            if len(bound) < MAX_NAMES:
                bound.setdefault(name, cell.index)
        imported |= modules.keys()
        inner |= set(_split(_LOCAL.findall(cell.source))[:MAX_NAMES])
    return BoundNames(bound, frozenset(imported), frozenset(inner))


def _imported(source: str) -> Iterable[str]:
    for module, alias in _IMPORT.findall(source):
        yield alias or module.split(".")[0]
    for names in _FROM.findall(source):
        for item in names.split(","):
            words = item.split()
            if words:
                yield words[-1]


def _split(groups: Iterable[str]) -> list[str]:
    return [name.strip() for group in groups for name in group.split(",")]
