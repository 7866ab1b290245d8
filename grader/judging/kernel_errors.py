"""Exceptions of the notebook, raised in a hidden test as ones that `pytest.raises(ValueError)` catches."""

from __future__ import annotations

import builtins
from typing import Any, Protocol

from grader.kernel.session import Opaque, Raised


class NotebookError(Exception):
    """An exception that the participant's code ended with. What is raised is also of the built-in class of its kind.

    Attributes:
        raised: what the kernel says of it.
        path: what the test did, as it is written.
    """

    raised: Raised
    path: str
    maker: Maker

    def __str__(self) -> str:
        return self.raised.text

    def __getattr__(self, name: str) -> Any:
        """What the participant's exception holds beside its text."""
        if name.startswith("__") or not self.__dict__.get("raised") or not self.raised.id:
            raise AttributeError(name)
        return getattr(self.maker.handle(Opaque(self.raised.type, "", self.raised.id), "error"), name)


class Maker(Protocol):
    """Makes handles."""

    def handle(self, opaque: Opaque, path: str) -> Any: ...


class Errors:
    """The participant's classes of exceptions, as classes here: the same one each time, below the built-in one."""

    def __init__(self) -> None:
        self._classes: dict[int, type[Exception]] = {}

    def of(self, raised: Raised, path: str, maker: Maker) -> NotebookError:
        """The exception to raise for one of the notebook's."""
        base = self.class_of(raised.lineage)
        bases = (NotebookError,) if base is Exception else (NotebookError, base)
        type_: type[NotebookError] = type(_name(raised.type), bases, {})
        error = type_.__new__(type_, raised.text)
        error.args = (raised.text,)
        error.raised, error.path, error.maker = raised, path, maker
        return error

    def class_of(self, lineage: tuple[tuple[str, int], ...] | list[Any]) -> type[Exception]:
        """The class here for one whose bases are these, the nearest first."""
        found: type[Exception] = Exception
        own: list[tuple[str, int]] = []
        for name, id in lineage:
            built_in = vars(builtins).get(name)
            if not id and isinstance(built_in, type) and issubclass(built_in, Exception):
                found = built_in
                break
            own.append((name, id))
        for name, id in reversed(own):
            known = self._classes.get(id)
            if known is None:
                known = self._classes[id] = type(_name(name), (found,), {})
            found = known
        return found


def _name(name: str) -> str:
    return name if name.isidentifier() else "Error"
