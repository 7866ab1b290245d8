"""Whether a reference's function gives the same for the same arguments, as far as its code shows."""

from __future__ import annotations

import builtins
import dis
import types
from collections.abc import Callable, Iterator
from functools import lru_cache

from grader.course.sources import course_print

_MODULES = frozenset("numpy math cmath statistics functools itertools operator fractions decimal string re".split())
_CHANCE = frozenset("random default_rng empty empty_like input open next iter globals vars eval exec setattr".split())
"""Names, of attributes too, in which something else may take part, or that keep something."""
_KEEPS = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_ATTR", "DELETE_ATTR", "IMPORT_NAME"})
_FIXED = (int, float, complex, str, bytes, type(None))


def is_steady(function: Callable[..., object]) -> bool:
    """Whether it and the functions that it calls use only their arguments, numbers, texts, and modules that compute.
    Where that is not sure, it is not."""
    seen: list[object] = []
    todo: list[object] = [function]
    while todo:
        value = todo.pop()
        if value is course_print or any(value is other for other in seen):  # nobody hears what a stand-in prints
            continue
        seen.append(value)
        if isinstance(value, types.FunctionType):
            if value.__closure__ or value.__dict__ or not all(isinstance(one, _FIXED) for one in _defaults(value)):
                return False
            for code in _codes(value.__code__):
                if _CHANCE.intersection(code.co_names) or _keeps(code):
                    return False
                todo += [value.__globals__[name] for name in code.co_names if name in value.__globals__]
        elif not _is_fixed(value):
            return False
    return True


def _defaults(function: types.FunctionType) -> Iterator[object]:
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from _codes(const)


@lru_cache(maxsize=1024)
def _keeps(code: types.CodeType) -> bool:
    return not _KEEPS.isdisjoint(step.opname for step in dis.get_instructions(code))


def _is_fixed(value: object) -> bool:
    if isinstance(value, types.ModuleType):
        return value.__name__ in _MODULES
    if isinstance(value, types.BuiltinFunctionType):
        return value.__module__ in ("math", "cmath") or vars(builtins).get(value.__name__) is value
    return type(value) in _FIXED or value is bool
