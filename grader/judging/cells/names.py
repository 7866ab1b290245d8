"""The names that test cells share: what tests and given cells bound here, and the participant's in the kernel."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType
from typing import Any

from grader.judging.cells.view import CellView, replaced_builtins
from grader.judging.kernel_errors import NotebookError
from grader.kernel.session import Sending, Unsendable

_ABSENT = object()


class NotThere(NameError):
    """The notebook has no such name. A test catches it as Python's own."""


class Names(dict[str, Any]):
    """The global names of test cells. `exec` takes it: functions that a test defines read their names here too.

    Attributes:
        theirs: the names that are the participant's.
        imported: those of the course's that count only where the participant has them too.
        given: what given cells bound here, and the notebook has in its own version.
        in_test: whether a test runs; what given cells bind, the notebook has already.
    """

    def __init__(self, view: CellView, shared: frozenset[str]) -> None:
        super().__init__(__name__="__main__", __doc__=None)
        self._view, self._shared = view, shared
        self.theirs: set[str] = set()
        self.imported: set[str] = set()
        self.given: dict[str, Any] = {}
        self.in_test = False
        self._taken: dict[str, Any] = {}  # what the notebook had under the name of a given thing that a test took away
        view.patched = self._patched

    # ---- for the runner

    def hand_over(self, names: Iterable[str]) -> None:
        """From here on these are the participant's."""
        for name in names:
            dict.pop(self, name, None)
            self.theirs.add(name)

    def keep(self, name: str, value: Any) -> None:
        """A name is the course's from here on."""
        self.theirs.discard(name)
        dict.__setitem__(self, name, value)

    def _patched(self) -> dict[str, Callable[..., object]]:
        """The functions that a test has put in the place of built-in ones, by the names that the notebook shares."""
        own = {
            name: value for name, value in dict.items(self) if isinstance(value, FunctionType) and self._stands(name)
        }
        return replaced_builtins() | own

    def _stands(self, name: str) -> bool:
        """Whether a function of that name is in the place of one that the notebook has."""
        if name in _BUILTINS or name in self.theirs:
            return True
        return name in self._shared and dict.get(self, name) is not self.given.get(name, _ABSENT)

    # ---- what exec asks

    def __getitem__(self, name: str) -> Any:
        value = dict.get(self, name, _ABSENT)
        if value is not _ABSENT:
            if name in self.imported and not self._view.has(name):
                raise _not_there(name)
            return value
        if name in self.theirs:
            return self._their(name)
        raise KeyError(name)

    def _their(self, name: str) -> Any:
        try:
            return self._view.value(name)
        except NotebookError as error:
            if isinstance(error, NameError):
                raise _not_there(name) from None
            raise

    def __setitem__(self, name: str, value: Any) -> None:
        self.imported.discard(name)
        if name not in self.theirs or name not in self._shared:
            self._tell(name, value)
            self.keep(name, value)
        elif _is_sendable(value):
            dict.pop(self, name, None)
            self._view.give(name, value)
        else:
            dict.__setitem__(
                self, name, value
            )  # a function of the test's: the notebook calls it in the place of its own

    def _tell(self, name: str, value: Any) -> None:
        """What a test gives to a name that the course's functions read, the notebook gets too. With the value that is
        given its own comes back."""
        if not self.in_test or name not in self._shared or name in _BUILTINS:
            return
        if name in self.given and value is self.given[name]:
            if name in self._taken:
                self._view.give(name, self._taken.pop(name))
        elif _is_sendable(value):
            if name in self.given:
                self._take(name)
            self._view.give(name, value)

    def _take(self, name: str) -> None:
        """Keep what the notebook has under the name of a given thing."""
        if name not in self._taken and self._view.has(name):
            self._taken[name] = self._view.value(name)

    def __delitem__(self, name: str) -> None:
        own = dict.pop(self, name, _ABSENT)
        if self.in_test and own is not _ABSENT and name in self._shared and own is self.given.get(name, _ABSENT):
            self._take(name)
            if name in self._taken:
                self._view.take(name)
        if name in self.theirs:
            try:
                self._view.take(name)
            except NameError:
                raise _not_there(name) from None
        elif own is _ABSENT:
            raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        if dict.__contains__(self, name):
            return True
        return isinstance(name, str) and name in self.theirs and self._view.has(name)

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except (KeyError, NameError):
            return default

    def pop(self, name: str, *default: Any) -> Any:
        if name not in self and default:
            return default[0]
        value = self[name]
        del self[name]
        return value

    def __iter__(self) -> Iterator[str]:
        yield from dict.__iter__(self)
        yield from (name for name in self.theirs if name in self and not dict.__contains__(self, name))

    def keys(self) -> Any:
        return list(self)


_BUILTINS = frozenset(vars(builtins))


def _not_there(name: str) -> NotThere:
    error = NotThere(f"name {name!r} is not defined")
    error.name = name
    return error


def _is_sendable(value: Any) -> bool:
    if isinstance(value, FunctionType):
        return False
    try:
        Sending().value(value)
    except Unsendable:
        return False
    return True
