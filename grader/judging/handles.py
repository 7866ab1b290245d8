"""Objects of the notebook that are no data, as a hidden test holds them: whatever it does to one is done in the kernel.

A handle never meets a test's data there. A participant's `__eq__` that is always true would pass `answer == 42`, and
learn the 42: so comparing a handle with data is False, and arithmetic, order, truth, hash and `in` break the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn, Protocol

import numpy as np

from grader.kernel.session import Opaque, Reference

MAX_LENGTH = 10_000_000
MAX_PATH = 200  # characters of how a test came by an object


class Misuse(BaseException):
    """A test does to an object what would let the participant's code decide, or see what is expected.

    It is no Exception: a test that expects one of the notebook's must not take this for it.
    """


class Grip(Protocol):
    """All that a handle needs of the notebook."""

    def do(self, path: str, action: str, target: Opaque, *args: Any, **kwargs: Any) -> Any: ...


class Handle(Reference):
    """An object of the notebook. The same object is always the same handle."""

    __slots__ = ("grip", "path")

    grip: Grip
    path: str

    def __init__(self, grip: Grip, opaque: Opaque, path: str) -> None:
        for name, value in (("grip", grip), ("opaque", opaque), ("path", path)):
            object.__setattr__(self, name, value)

    # ---- what the kernel is asked

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            return object.__getattribute__(self, name)
        return do(self, f".{name}", "attribute", name)

    def __setattr__(self, name: str, value: Any) -> None:
        do(self, f".{name} = ...", "set attribute", name, value)

    def __delattr__(self, name: str) -> None:
        do(self, f".{name}", "delete attribute", name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return do(self, Arguments(args, kwargs), "call", *args, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        return do(self, f"[{_text(key)}]", "item", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        do(self, f"[{_text(key)}] = ...", "set item", key, value)

    def __delitem__(self, key: Any) -> None:
        do(self, f"[{_text(key)}]", "delete item", key)

    def __len__(self) -> int:
        length = do(self, "", "length")
        if type(length) is not int or not 0 <= length <= MAX_LENGTH:
            raise Misuse("an object says that it is longer than anything here can be")
        return length

    def __iter__(self) -> Iterator[Any]:
        iterator = do(self, "", "iterate")
        return _Items(iterator) if isinstance(iterator, Handle) else iter(())

    def __next__(self) -> Any:
        return next(_Items(self))

    def __str__(self) -> str:
        return _plain_text(do(self, "", "text"))

    def __repr__(self) -> str:
        return _plain_text(do(self, "", "repr"))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __dir__(self) -> list[str]:
        names = do(self, "", "names")
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = do(self, "", "array")
        if not isinstance(array, np.ndarray | np.generic):
            raise Misuse("the object can't be made an array of numbers or texts")
        return np.asarray(array, dtype)

    __array_ufunc__ = None  # so that an array leaves arithmetic with a handle to the handle, which refuses it

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, Handle) and do(self, "", "instance", instance) is True

    def __subclasscheck__(self, subclass: Any) -> bool:
        return isinstance(subclass, Handle) and do(self, "", "subclass", subclass) is True

    def __copy__(self) -> Handle:
        return self

    def __deepcopy__(self, memo: Any) -> Handle:
        return self

    def __reduce__(self) -> NoReturn:
        raise Misuse("an object of the notebook can't be pickled")

    # ---- what would let the object decide

    def __eq__(self, other: object) -> Any:
        return _operate(self, "eq", other) if isinstance(other, Handle) else False

    def __ne__(self, other: object) -> Any:
        return _operate(self, "ne", other) if isinstance(other, Handle) else True

    def __hash__(self) -> int:
        raise Misuse("an object of the notebook is no key: compare objects with `is`, or take data from it")

    def __bool__(self) -> NoReturn:
        raise Misuse("an object of the notebook is neither true nor false: ask for something of it that is data")

    def __contains__(self, item: object) -> NoReturn:
        raise Misuse("`in` would ask the participant's object: take its items as data, as in list(...)")


class _Items:
    """What an iterator of the notebook gives, one by one."""

    def __init__(self, iterator: Handle) -> None:
        self._iterator = iterator

    def __iter__(self) -> _Items:
        return self

    def __next__(self) -> Any:
        found = do(self._iterator, "", "next")
        if not isinstance(found, list) or len(found) > 1:
            raise Misuse("an iterator gave what is no item")
        if not found:
            raise StopIteration
        return found[0]


class Arguments:
    """How a call is written, once somebody wants to see it."""

    __slots__ = ("args", "kwargs")

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.args, self.kwargs = args, kwargs

    def __str__(self) -> str:
        texts = [*map(_text, self.args), *(f"{name}={_text(value)}" for name, value in self.kwargs.items())]
        return f"({', '.join(texts)})"


def do(handle: Handle, step: object, action: str, *args: Any, **kwargs: Any) -> Any:
    """Have something done to an object. `step`: how that is written behind the object."""
    grip, opaque = object.__getattribute__(handle, "grip"), object.__getattribute__(handle, "opaque")
    return grip.do(f"{path_of(handle)}{step}"[:MAX_PATH], action, opaque, *args, **kwargs)


def path_of(handle: Handle) -> str:
    """How a test came by the object, as it is written."""
    return str(object.__getattribute__(handle, "path"))


def opaque_of(handle: Reference) -> Opaque:
    """By which the kernel knows the object."""
    opaque: Opaque = object.__getattribute__(handle, "opaque")
    return opaque


def _operate(handle: Handle, sign: str, other: Handle) -> Any:
    """What two objects of the notebook say of each other: no data of the test is in it."""
    return do(handle, f" {sign} {path_of(other)}", "operate", sign, other)


def _text(value: object) -> str:
    from grader.judging.describe import literal

    return literal(value)


def _plain_text(text: object) -> str:
    if not isinstance(text, str):
        raise Misuse("the object has no text")
    return text


def _operator(sign: str) -> Callable[[Handle, Any], Any]:
    def operate(self: Handle, other: Any) -> Any:
        if not isinstance(other, Handle):
            raise Misuse(f"an object of the notebook meets data in `{sign}`: the participant's code would decide it")
        return _operate(self, sign, other)

    return operate


def _refusal(name: str) -> Callable[..., NoReturn]:
    def refuse(*_: Any) -> NoReturn:
        raise Misuse(f"an object of the notebook is no number (`{name}`): take data from it")

    return refuse


_ORDER = "lt le gt ge".split()
_ARITHMETIC = "add sub mul truediv floordiv mod pow matmul and or xor".split()
_ALONE = "neg pos abs invert int float complex index round trunc floor ceil".split()
for _name in (*_ORDER, *_ARITHMETIC):
    setattr(Handle, f"__{_name}__", _operator(f"{_name}_" if _name in ("and", "or") else _name))
for _name in (*(f"r{name}" for name in (*_ARITHMETIC, "divmod")), "divmod", *_ALONE):
    setattr(Handle, f"__{_name}__", _refusal(f"__{_name}__"))


def see(value: Any, make: Callable[[Opaque], Any]) -> Any:
    """A value as a test sees it: objects in it as handles."""
    if isinstance(value, Opaque):
        return make(value)
    if type(value) in (list, tuple):
        return type(value)(see(item, make) for item in value)
    if type(value) is dict:
        return {key: see(item, make) for key, item in value.items()}
    return value
