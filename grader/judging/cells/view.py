"""The notebook as test cells see it: what they do to it stays done, as in a notebook, and what it prints is printed."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Mapping
from typing import Any

from grader.judging.notebook_view import NotebookView
from grader.kernel.session import Answer, Calls, Deed, Opaque, Sending, Unsendable, can_change, write_back

MAX_HELD_BYTES = 2_000_000  # of a value whose changes are watched
_REPLACEABLE = {name: getattr(builtins, name) for name in ("input", "print", "open")}
_READS = frozenset({"name", "attribute", "class", "callable", "module"})


class _Held:
    """Data that belongs to a name of the notebook, as a test cell got it.

    Attributes:
        value: the same object for as long as it has the same content there.
        form: as it was when the two last agreed.
        fresh: whether nothing has happened there since.
    """

    __slots__ = ("form", "fresh", "value")

    def __init__(self, value: Any, form: Any) -> None:
        self.value, self.form, self.fresh = value, form, True


class CellView(NotebookView):
    """What test cells use of the notebook. A list that a test changes is changed there too, and the other way round."""

    def __init__(self, session: Calls) -> None:
        self._held: dict[str, _Held] = {}
        super().__init__(session, 0)
        self._agreeing = False
        self.patched: Callable[[], Mapping[str, Callable[..., object]]] = dict  # what tests have put over functions

    def begin(self, check: int, seed: int) -> None:
        """Begin a test. `check` is none of its own: each test sees what those before it did."""
        super().begin(0, seed)
        self._held = {}

    def settle(self) -> None:
        """End a test: what it changed here is changed there, before other cells run."""
        self._tell_changes()

    # ---- names

    def value(self, name: str) -> Any:
        """What the notebook has under a name. Raise NameError where it has nothing."""
        held = self._held.get(name)
        if held is not None and held.fresh:
            return held.value
        value = self.do(name, "name", None, name)
        form = _form(value)
        if form is None:
            self._held.pop(name, None)
            return value
        if held is not None and form == held.form:
            held.fresh = True  # what the test has changed in its own is told before the next deed
            return held.value
        if held is not None and type(held.value) is type(value):
            value = _updated(held, value, form)
        self._held[name] = _Held(value, form)
        return value

    def has(self, name: str) -> bool:
        try:
            self.value(name)
        except NameError:
            return False
        return True

    def give(self, name: str, value: Any) -> None:
        """Give a name a value there."""
        self._held.pop(name, None)
        self.do(f"{name} = ...", "set name", None, name, value)

    def take(self, name: str) -> None:
        """Take a name away there. Raise NameError where there is none."""
        self._held.pop(name, None)
        self.do(f"del {name}", "delete name", None, name)

    # ---- the kernel

    def _deed(
        self,
        action: str,
        target: Opaque | None,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        lines: tuple[str, ...],
    ) -> Deed:
        return Deed(action, target, args, kwargs, lines, None, None, 0, dict(self.patched()))

    def _do(self, path: str, action: str, target: Opaque | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if action in _READS or self._agreeing:
            return super()._do(path, action, target, args, kwargs)
        self._tell_changes()
        try:
            return super()._do(path, action, target, args, kwargs)
        finally:
            for held in self._held.values():
                held.fresh = False
            if self._last is not None and self._last[1].printed:
                sys.stdout.write(self._last[1].printed)

    def _tell_changes(self) -> None:
        """Change there what a test has changed here."""
        self._agreeing = True
        try:
            for name, held in self._held.items():
                form = _form(held.value)
                if form is not None and form != held.form:
                    self.do(f"{name} = ...", "set name", None, name, held.value)
                    held.form = form
        finally:
            self._agreeing = False


def replaced_builtins() -> dict[str, Callable[..., object]]:
    """The built-in functions that a test has replaced, for whoever calls them."""
    now = {name: getattr(builtins, name) for name in _REPLACEABLE}
    return {name: value for name, value in now.items() if value is not _REPLACEABLE[name]}


def _form(value: Any) -> Any:
    """By which two values of what can change are told apart; None for everything else, and for what is too large."""
    if not can_change(value) or getattr(value, "nbytes", 0) > MAX_HELD_BYTES or len(value) > MAX_HELD_BYTES // 20:
        return None
    if Answer(value).size_bytes > MAX_HELD_BYTES:
        return None
    try:
        return Sending().value(value)
    except Unsendable:
        return None


def _updated(held: _Held, value: Any, form: Any) -> Any:
    """The object that a test has, with the content that it has now; a new one where that can't be."""
    if form == _form(held.value):
        return held.value
    write_back(held.value, value)
    return held.value if _form(held.value) == form else value
