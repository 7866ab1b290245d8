"""Each call that the course's cells make: what concerns an object of the participant's, or the state of their modules,
is done in the kernel; what would run the participant's data as code here is refused."""

from __future__ import annotations

import ast
import builtins
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import FrameType, FunctionType, MethodType, ModuleType, UnionType
from typing import Any

import numpy as np

from grader.i18n import Text, msg
from grader.judging.cells.names import Names
from grader.judging.cells.rewriting import Site
from grader.judging.cells.view import CellView
from grader.judging.handles import Handle, opaque_of
from grader.kernel.session import Sending, Unsendable

MAX_DEPTH = 5  # of what is made there because it can't be sent
_IN_KERNEL = frozenset({"matplotlib.pyplot"})  # modules that are all state, which is the notebook's
_LOOK_AT = frozenset({"inspect", "dis"})  # modules that look at functions
_DRAWS = ("random", "numpy.random")  # modules that draw random numbers
_RUNS_DATA = frozenset(
    "pickle _pickle cPickle dill cloudpickle marshal shelve joblib subprocess runpy imp ctypes".split()
)
_READERS = frozenset("read_csv read_table read_json read_excel read_fwf loadtxt genfromtxt imread".split())


class CannotTakeOver(BaseException):
    """A test does what it can't do outside of the participant's process. `reason`: for the author."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Caller:
    """Makes the calls of the course's cells beside one notebook."""

    def __init__(self, view: CellView, names: Names, sites: Sequence[Site]) -> None:
        self._view, self._names, self._sites = view, names, sites

    # ---- what rewritten cells call

    def call(self, site: int, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        special = _SPECIAL.get(function) if _is_hashable(function) else None
        if special is not None and (not kwargs or function is open):
            return special(self, *args, **kwargs)
        if isinstance(function, Handle):
            return self._there(function, sys._getframe(1), self._sites[site], args, kwargs)
        self._refuse(function)
        module = getattr(function, "__module__", None)
        name = getattr(function, "__name__", "")
        if module in _IN_KERNEL:
            return self._attribute(module, name)(*args, **kwargs)
        if module in _LOOK_AT and any(isinstance(value, Handle) for value in args):
            return self._attribute(module, name)(*args, **kwargs)
        if name in _READERS and args and isinstance(args[0], str | Path):
            args = (self._file(args[0], "rb") or args[0], *args[1:])
        if name == "seed":
            self._seed(function, args)
        return function(*args, **kwargs)

    def special(self, value: Any, name: str) -> Any:
        """`value.__name__` and its like."""
        return (
            self._view.do(f"{_path(value)}.{name}", "attribute", opaque_of(value), name)
            if isinstance(value, Handle)
            else getattr(value, name)
        )

    def run(self, source: Any, *rest: Any) -> Any:
        """`eval` or `exec` of a text that was made: it may be the participant's, so the kernel runs it."""
        if not isinstance(source, str) or rest:
            raise CannotTakeOver(msg("It runs code that it makes (eval, exec)."))
        return self._view.do("eval(...)", "evaluate", None, source)

    def equal(self, left: Any, right: Any, negated: bool = False) -> Any:
        """`left == right`. Lists of arrays are compared item by item: an array in two lists, which may be one object in
        the notebook, is two here."""
        if isinstance(left, Handle) is not isinstance(right, Handle):
            return self._is_what_stands_for(left, right) is not negated
        try:
            return left != right if negated else left == right
        except ValueError:
            if not isinstance(left, list | tuple | dict) or type(left) is not type(right):
                raise
            return _are_equal(left, right) is not negated

    def same(self, left_text: str, right_text: str, left: Any, right: Any) -> bool:
        """`left is right`. Whether two things of the notebook are one, the kernel knows."""
        if self._is_there(left_text) and self._is_there(right_text):
            text = f"({left_text}) is ({right_text})"
            return self._view.do(text, "evaluate", None, text) is True
        return left is right or self._is_what_stands_for(left, right)

    def _is_what_stands_for(self, one: Any, other: Any) -> bool:
        """Whether an object of the participant's is the kernel's own of a class or function of a module."""
        handle, own = (one, other) if isinstance(one, Handle) else (other, one)
        named = _named_place(own) if isinstance(handle, Handle) and not isinstance(own, Handle) else None
        try:
            return named is not None and self._attribute(*named) is handle
        except (NameError, AttributeError):
            return False

    def _is_there(self, text: str) -> bool:
        """Whether the notebook has it too: it is a name of the participant's or of a given cell, or a part of that."""
        node = ast.parse(text, mode="eval").body
        while isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant):
                return False
            node = node.value
        if not isinstance(node, ast.Name):
            return False
        own = dict.get(self._names, node.id, _NOWHERE)
        return node.id in self._names.theirs if own is _NOWHERE else own is self._names.given.get(node.id, _NOWHERE)

    # ---- a call of the participant's

    def _there(
        self, function: Any, frame: FrameType, site: Site, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Any:
        """Call it with what was given; what can't be sent is made there from its text."""
        if all(map(_can_cross, (*args, *kwargs.values()))):
            return function(*args, **kwargs)
        call = site.call
        if any(isinstance(one, ast.Starred) for one in call.args) or not all(one.arg for one in call.keywords):
            raise CannotTakeOver(msg("It gives the participant's function an object of its own."))
        made = [self._made(value, node, site, frame) for value, node in zip(args, call.args, strict=True)]
        texts = {one.arg: one.value for one in call.keywords}
        named = {name: self._made(value, texts[name], site, frame) for name, value in kwargs.items()}
        return function(*made, **named)

    def _made(self, value: Any, node: ast.expr, site: Site, frame: FrameType, depth: int = 0) -> Any:
        """The value as it can be sent; else its like, made there."""
        if _can_cross(value):
            return value
        named = _named_place(value)
        if named is not None:
            return self._attribute(*named)
        if isinstance(node, ast.Name) and node.id in site.given:
            node = site.given[node.id]
        if depth > MAX_DEPTH or isinstance(node, ast.Name):
            if callable(value):
                return value
            raise CannotTakeOver(msg("It gives the participant's function an object of its own."))
        names: dict[str, Any] = {}
        for one in ast.walk(node):
            if (
                isinstance(one, ast.Name)
                and isinstance(one.ctx, ast.Load)
                and not _is_theirs(one.id, frame, self._names)
            ):
                held = _find(one.id, frame)
                if held is not _NOWHERE and held is not self._names.given.get(one.id, _NOWHERE):
                    names[one.id] = self._made(held, one, site, frame, depth + 1)
        return self._view.do(ast.unparse(node), "evaluate", None, ast.unparse(node), **names)

    def _attribute(self, module: str, path: str = "") -> Any:
        """What a module has in the kernel."""
        found = self._view.do(module, "module", None, module)
        for name in filter(None, path.split(".")):
            found = getattr(found, name)
        return found

    # ---- what is asked of an object

    def _class(self, *args: Any) -> Any:
        if len(args) != 1 or not isinstance(args[0], Handle):
            return type(*args)
        return self._view.do(f"type({_path(args[0])})", "class", opaque_of(args[0]))

    def _isinstance(self, value: Any, kinds: Any) -> bool:
        if not isinstance(value, Handle):
            return isinstance(value, kinds)
        return any(self._is(value, kind, "instance") for kind in _each(kinds))

    def _issubclass(self, value: Any, kinds: Any) -> bool:
        if not isinstance(value, Handle):
            return issubclass(value, kinds)
        return any(self._is(value, kind, "subclass") for kind in _each(kinds))

    def _is(self, value: Any, kind: Any, action: str) -> bool:
        if kind is object:
            return True
        named = None if isinstance(kind, Handle) else _named_place(kind)
        there = kind if isinstance(kind, Handle) else self._attribute(*named) if named else None
        if not isinstance(there, Handle):
            return False
        if self._view.do(f"{action}({_path(value)})", action, opaque_of(there), value) is True:
            return True
        abstract = isinstance(kind, type) and type(kind).__name__ == "ABCMeta"
        return abstract and self._attribute("builtins", f"is{action}")(value, there) is True

    def _callable(self, value: Any) -> bool:
        if not isinstance(value, Handle):
            return callable(value)
        return self._view.do(f"callable({_path(value)})", "callable", opaque_of(value)) is True

    def _getattr(self, value: Any, name: str, *default: Any) -> Any:
        try:
            return self.special(value, name) if isinstance(value, Handle) else getattr(value, name)
        except AttributeError:
            if default:
                return default[0]
            raise

    def _hasattr(self, value: Any, name: str) -> bool:
        try:
            self._getattr(value, name)
        except AttributeError:
            return False
        return True

    # ---- files

    def _open(self, name: Any, mode: str = "r", *rest: Any, **kwargs: Any) -> Any:
        if "r" in mode and isinstance(name, str | Path):
            file = self._file(name, mode)
            if file is not None:
                return file
        return open(name, mode, *rest, **kwargs)  # noqa: PTH123  as the test does

    def _file(self, name: str | Path, mode: str) -> io.IOBase | None:
        """A file that the notebook wrote; None where there is none, or the course has one of that name."""
        if Path(name).exists() or os.path.normpath(name) not in self._view.files:
            return None
        data = self._view.do(f"open({str(name)!r})", "file", None, os.path.normpath(name))
        if not isinstance(data, bytes):
            return None
        return io.BytesIO(data) if "b" in mode else io.StringIO(data.decode("utf-8", "replace"))

    def _exists(self, name: Any) -> bool:
        return os.path.normpath(str(name)) in self._view.files or Path(name).exists()

    # ---- what is not done here

    def _seed(self, function: Any, args: Sequence[Any]) -> None:
        """Random numbers are drawn on both sides."""
        module = next((name for name in _DRAWS if getattr(sys.modules.get(name), "seed", None) == function), None)
        if module is not None and all(map(_can_cross, args)):
            try:
                self._attribute(module, "seed")(*args)
            except NameError:
                return

    def _refuse(self, function: Any) -> None:
        module = str(getattr(function, "__module__", None) or "")
        if isinstance(getattr(function, "__self__", None), ModuleType):
            module = function.__self__.__name__
        root = module.partition(".")[0]
        if root in _RUNS_DATA or (root, getattr(function, "__name__", "")) in _REFUSED:
            raise CannotTakeOver(
                msg("It calls {name}, which would run what participants write.", name=f"{root}.{function.__name__}")
            )


_REFUSED = frozenset(
    {("posix", "system"), ("os", "system"), ("os", "popen"), ("importlib", "import_module"), ("importlib", "reload")}
)
_NOWHERE = object()
_SPECIAL: Mapping[Any, Callable[..., Any]] = {
    type: Caller._class,
    isinstance: Caller._isinstance,
    issubclass: Caller._issubclass,
    callable: Caller._callable,
    getattr: Caller._getattr,
    hasattr: Caller._hasattr,
    open: Caller._open,
    os.path.exists: Caller._exists,
    os.path.isfile: Caller._exists,
}


def _are_equal(left: Any, right: Any) -> bool:
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return bool(np.array_equal(left, right))
    if type(left) is not type(right):
        return bool(left == right)
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(_are_equal, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_are_equal(value, right[key]) for key, value in left.items())
    return bool(left == right)


def _is_hashable(value: Any) -> bool:
    return isinstance(value, type | FunctionType) or type(value) is type(len)


def _each(kinds: Any) -> Sequence[Any]:
    if isinstance(kinds, UnionType):
        kinds = kinds.__args__
    return [one for kind in kinds for one in _each(kind)] if isinstance(kinds, tuple) else [kinds]


def _can_cross(value: Any) -> bool:
    if isinstance(value, Handle):
        return True
    if isinstance(value, FunctionType | MethodType | partial):
        return _named_place(value) is None  # the kernel asks for what it gives
    if isinstance(value, ModuleType) or callable(value):
        return False
    try:
        Sending().value(value)
    except Unsendable:
        return False
    return True


def _named_place(value: Any) -> tuple[str, str] | None:
    """The module and the name there of what belongs to one: a module, a class, a function."""
    if isinstance(value, ModuleType):
        return value.__name__, ""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(value, type | FunctionType | type(len)) or not isinstance(name, str):
        return None
    module = module or "builtins"
    if module == "__main__" or "<locals>" in name or module not in sys.modules:
        return None
    found: Any = sys.modules[module]
    for part in name.split("."):
        found = getattr(found, part, None)
    return (module, name) if found is value else None


def _is_theirs(name: str, frame: FrameType, names: Names) -> bool:
    return name in names.theirs and name not in frame.f_locals and not dict.__contains__(names, name)


def _find(name: str, frame: FrameType) -> Any:
    local = frame.f_locals
    if local is not frame.f_globals and name in local:
        return local[name]
    try:
        return frame.f_globals[name]
    except KeyError:
        return vars(builtins).get(name, _NOWHERE)


def _path(handle: Handle) -> str:
    return str(object.__getattribute__(handle, "path"))
