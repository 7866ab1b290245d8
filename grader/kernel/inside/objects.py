"""Objects of the notebook that are no data: the grader holds their numbers, and asks what it wants to know of them.

What is done to an object is done here, with the grader's inputs and never with what the grader expects of it.
"""

from __future__ import annotations

import copy
import operator
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from grader.kernel.inside.calling import is_builtin, lineage
from grader.kernel.inside.figures import Figures
from grader.kernel.protocol.decode import Find, decode
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.messages import Case, Use
from grader.kernel.protocol.values import (
    MAX_FRAME_BYTES,
    NO_DATA,
    Asked,
    Given,
    Opaque,
    Value,
    WireError,
    clean,
    type_name,
)

MAX_KEPT = 20_000
MAX_FILE_BYTES = MAX_FRAME_BYTES // 4
MAX_FILES = 1_000
Changed = tuple[tuple[int, Value], ...]
"""What became of arguments, by their place."""
Ask = Callable[[Asked], Callable[..., Any]]
"""Makes a function that asks the grader."""


class Objects:
    """The objects that the grader knows, by number, and what can be done to them.

    An object is kept for as long as the kernel lives: its number would else become another's.
    """

    def __init__(self, namespace: dict[str, Any], ask: Ask, figures: Figures) -> None:
        self._namespace, self._ask = namespace, ask
        self._figures = figures
        self._kept: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._asked: dict[int, Callable[..., Any]] = {}
        self._check = 0
        self._left: dict[str, Any] | None = None

    # ---- numbers and objects

    def keep(self, value: object) -> Value | None:
        """A number for an object, always the same one; for a function of the grader's, its own."""
        for id_, function in self._asked.items():
            if function is value:
                return Asked(id_, function.__name__)
        number = self._numbers.get(id(value))
        if number is None:
            if len(self._kept) >= MAX_KEPT:
                return None
            number = len(self._kept) + 1
            self._numbers[id(value)], self._kept[number] = number, value
        text = NO_DATA if isinstance(value, dict | set | frozenset) else ""
        role = 0 if not isinstance(value, type) else 2 if issubclass(value, Exception) else 1
        if isinstance(value, type) and is_builtin(value):
            role = 1
        return Opaque(type_name(value), text, number, role)

    def find(self, name: Opaque | Given | Asked) -> Any:
        """The object of a number, or a function that asks the grader. Raise WireError where there is none."""
        if isinstance(name, Asked):
            if name.id not in self._asked:
                self._asked[name.id] = self._ask(name)
            return self._asked[name.id]
        if isinstance(name, Given) or name.id not in self._kept:
            raise WireError("no such object")
        return self._kept[name.id]

    def forget_functions(self) -> None:
        """Forget the grader's functions: each message numbers its own."""
        self._asked.clear()

    # ---- each check begins with what the cells left

    def begin(self, check: int) -> None:
        """Give each check that asks objects of its own: copies of what the cells left, as far as there are any."""
        if check == self._check:
            return
        self._check = check
        if self._left is None:
            self._left = dict(self._namespace)
        self._namespace.clear()
        self._namespace.update(self._left)
        self._namespace.update(_copies(self._left))

    def end(self) -> None:
        """Give the names what the cells left."""
        if self._left is not None:
            self._namespace.clear()
            self._namespace.update(self._left)
            self._left, self._check = None, 0

    # ---- what can be done

    def use(self, request: Use) -> tuple[Value, Changed]:
        """Do it. Returns what came of it, and the arguments that were changed, by their place."""
        arguments = Arguments(request.case, self.find)
        target = self if request.target == 0 else self._kept.get(request.target)
        action = (NOTEBOOK if request.target == 0 else ACTIONS)[request.action]
        result = action(target, *arguments.args, **arguments.keywords)
        form = result.form(self.keep) if isinstance(result, _Kept) else encode(result, self.keep, arguments.given)
        return form, arguments.changed(self.keep) if request.changes else ()

    def name(self, name: str) -> Any:
        if name not in self._namespace:
            raise NameError(f"name {name!r} is not defined")
        return self._namespace[name]

    def set_name(self, name: str, value: Any) -> None:
        self._namespace[name] = value

    def delete_name(self, name: str) -> None:
        if name not in self._namespace:
            raise NameError(f"name {name!r} is not defined")
        del self._namespace[name]

    def evaluate(self, source: str, **names: Any) -> Any:
        """What a piece of source gives in the notebook: of an expression its value."""
        try:
            code = compile(source, "<test>", "eval")
        except SyntaxError:
            code = compile(source, "<test>", "exec")
        return eval(code, self._namespace, names)  # noqa: S307  the participant's code, in the participant's process

    @staticmethod
    def module(name: str) -> Any:
        """A module that is loaded."""
        if name not in sys.modules:
            raise NameError(f"name {name!r} is not defined")
        return sys.modules[name]

    def figures(self) -> list[Any]:
        return self._figures.all()

    def pictures(self, cells: list[int]) -> list[bytes]:
        return self._figures.pictures(cells)

    def files(self) -> list[str]:
        """The files in the notebook's folder."""
        found = sorted(str(path) for path in Path().rglob("*") if path.is_file() and not path.is_symlink())
        return [clean(name) for name in found[:MAX_FILES]]

    def read_file(self, name: str) -> bytes:
        path = Path(name)
        if path.is_absolute() or ".." in path.parts or path.is_symlink() or not path.is_file():
            raise FileNotFoundError(f"there is no file {name!r}")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise ValueError(f"{name!r} is too large")
        return data


class Arguments:
    """The arguments of a call.

    Attributes:
        args, keywords: the arguments themselves.
        given: by the `id` of each that can change, its place among all of them.
    """

    def __init__(self, case: Case, find: Find) -> None:
        self._sent = [*case.args, *(value for _, value in case.kwargs)] if case.kwargs else case.args
        self._values = [decode(value, find) for value in self._sent]
        self.args, self.keywords = self._values, dict[str, Any]()
        if case.kwargs:
            names, count = [name for name, _ in case.kwargs], len(case.args)
            self.args, self.keywords = self._values[:count], dict(zip(names, self._values[count:], strict=True))

    @cached_property
    def _mutable(self) -> dict[int, Any]:
        found = enumerate(zip(self._values, self._sent, strict=True))
        return {place: value for place, (value, sent) in found if _can_change(value, sent)}

    @cached_property
    def given(self) -> dict[int, int]:
        return {id(value): place for place, value in self._mutable.items()}

    def changed(self, keep: Callable[[object], Value | None]) -> Changed:
        """What the call changed in them, by their place."""
        now = {place: encode(value, keep) for place, value in self._mutable.items()}
        return tuple((place, value) for place, value in now.items() if value != self._sent[place])


def _can_change(value: object, sent: Value) -> bool:
    if isinstance(sent, Opaque | Asked):
        return False
    module = type(value).__module__.partition(".")[0]
    return isinstance(value, list | dict | set | np.ndarray) or module == "pandas"


class _Kept:
    """A result that stays an object, even if it is data."""

    def __init__(self, value: object) -> None:
        self._value = value

    def form(self, keep: Callable[[object], Value | None]) -> Value:
        return keep(self._value) or Opaque(type_name(self._value), "")


class _Lineage(_Kept):
    """The classes that an exception's class stands for."""

    def form(self, keep: Callable[[object], Value | None]) -> Value:
        assert isinstance(self._value, type)
        return encode(lineage(self._value, keep))


def _is_instance(type_: Any, value: object) -> bool:
    """What the interpreter itself says: a class may lie about its instances, and an object about its class."""
    return isinstance(type_, type) and type_ in type.mro(type(value))


def _is_subclass(type_: Any, other: Any) -> bool:
    return isinstance(type_, type) and isinstance(other, type) and type_ in type.mro(other)


def _next(iterator: Any) -> list[Any]:
    """The next item in a list; an empty list at the end."""
    try:
        return [next(iterator)]
    except StopIteration:
        return []


def _call(target: Any, *args: Any, **keywords: Any) -> Any:
    return target(*args, **keywords)


def _operate(target: Any, sign: str, other: Any) -> Any:
    """`other` is an object of the notebook's too: the grader sends nothing else."""
    return OPERATORS[sign](target, other)


OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    name: getattr(operator, name)
    for name in "eq ne lt le gt ge add sub mul truediv floordiv mod pow matmul and_ or_ xor".split()
}
ACTIONS: Mapping[str, Callable[..., Any]] = {
    "attribute": getattr,
    "set attribute": setattr,
    "delete attribute": delattr,
    "item": operator.getitem,
    "set item": operator.setitem,
    "delete item": operator.delitem,
    "call": _call,
    "iterate": lambda target: _Kept(iter(target)),
    "next": _next,
    "length": len,
    "text": str,
    "repr": repr,
    "names": dir,
    "array": np.asarray,
    "instance": _is_instance,
    "subclass": _is_subclass,
    "lineage": _Lineage,
    "class": lambda target: _Kept(type(target)),
    "callable": callable,
    "operate": _operate,
}
NOTEBOOK: Mapping[str, Callable[..., Any]] = {
    "name": Objects.name,
    "set name": Objects.set_name,
    "delete name": Objects.delete_name,
    "evaluate": Objects.evaluate,
    "module": lambda _, name: Objects.module(name),
    "figures": Objects.figures,
    "pictures": Objects.pictures,
    "files": Objects.files,
    "file": Objects.read_file,
}


_IPYTHONS = ("In", "Out")


def _copies(names: Mapping[str, Any]) -> dict[str, Any]:
    """Copies of what can change, all of one piece, so that what was one object stays one."""
    held = {name: value for name, value in names.items() if name[:1] != "_" and name not in _IPYTHONS}
    memo: dict[int, Any] = {}
    copies: dict[str, Any] = {}
    for name, value in held.items():
        if not _is_worth_a_copy(value):
            continue
        try:
            copies[name] = copy.deepcopy(value, memo)
        except Exception:  # a generator or an open file has no copy, and the participant's own __deepcopy__ may fail
            copies[name] = value
    return copies


def _is_worth_a_copy(value: object) -> bool:
    """Containers, arrays, tables, and objects of the notebook's own classes; others may be tied to the process."""
    module = type(value).__module__.partition(".")[0]
    return isinstance(value, list | dict | set | bytearray) or module in ("__main__", "numpy", "pandas")
