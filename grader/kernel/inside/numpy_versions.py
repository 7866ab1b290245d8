"""Bridges what numpy's versions disagree on, so that a notebook written for an older one runs on any.

Names that newer numpy has dropped are back, for the notebook only: libraries see numpy as it is. An array of one
element counts as a number again where a cell's own code makes one of it. All else stays as it is: the name `float`
means Python's own class, and arrays are numpy's own.
"""

from __future__ import annotations

import ast
import functools
import inspect
import math
import os
import sys
import types
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from grader.kernel.inside.cell_names import nodes_of

BRIDGE = "__grader_numpy__"
_REWRITTEN = (ast.Call, ast.BinOp, ast.Subscript)
# What newer numpy has not: its name now, and what it is.
_REMOVED: Mapping[str, tuple[str, Callable[[], Any]]] = {
    "trapz": ("np.trapezoid", lambda: np.trapezoid),
    "product": ("np.prod", lambda: np.prod),
    "cumproduct": ("np.cumprod", lambda: np.cumprod),
    "alltrue": ("np.all", lambda: np.all),
    "sometrue": ("np.any", lambda: np.any),
    "in1d": ("np.isin", lambda: _in1d),
    "row_stack": ("np.vstack", lambda: np.vstack),
    "round_": ("np.round", lambda: np.round),
    "asfarray": ("np.asarray", lambda: _asfarray),
    "msort": ("np.sort", lambda: _msort),
    "mat": ("np.asmatrix", lambda: np.asmatrix),
    **dict.fromkeys(("Inf", "Infinity", "infty", "PINF"), ("np.inf", lambda: np.inf)),
    "NINF": ("-np.inf", lambda: -np.inf),
    "NaN": ("np.nan", lambda: np.nan),
    "NAN": ("np.nan", lambda: np.nan),
    "float_": ("np.float64", lambda: np.float64),
    "complex_": ("np.complex128", lambda: np.complex128),
    "float": ("float", lambda: float),
    "int": ("int", lambda: int),
    "complex": ("complex", lambda: complex),
    "object": ("object", lambda: object),
    "str": ("str", lambda: str),
    "unicode_": ("np.str_", lambda: np.str_),
    "string_": ("np.bytes_", lambda: np.bytes_),
    "bool8": ("np.bool_", lambda: np.bool_),
    "cfloat": ("np.complex128", lambda: np.complex128),
    "longfloat": ("np.longdouble", lambda: np.longdouble),
    "math": ("math", lambda: math),
}


def _itemset(array: Any, *args: Any) -> None:
    *index, value = args
    if len(index) == 1 and not isinstance(index[0], tuple):
        array.flat[index[0]] = value
    else:
        array[tuple(index[0] if len(index) == 1 else index)] = value


# The same for methods of arrays.
_METHODS: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "ptp": ("np.ptp(x)", np.ptp),
    "itemset": ("x[index] = value", _itemset),
    "tostring": ("x.tobytes()", lambda array, *args: array.tobytes(*args)),
}
# Parameters that have another name in older or newer numpy, by the function's name.
_PARAMETERS: Mapping[str, tuple[str, str]] = {
    "reshape": ("newshape", "shape"),
    "std": ("ddof", "correction"),
    "var": ("ddof", "correction"),
    **dict.fromkeys(("percentile", "quantile", "nanpercentile", "nanquantile"), ("interpolation", "method")),
}
# What older numpy has under another name: no remark, for this is how it is written today.
_ADDED: Mapping[str, Callable[[], Any]] = {
    "trapezoid": lambda: np.trapz,  # type: ignore[attr-defined]
    "concat": lambda: np.concatenate,
    "pow": lambda: np.power,
    "permute_dims": lambda: np.transpose,
    "bool": lambda: np.bool_,
}
_MATH = """sqrt cbrt exp exp2 expm1 log log2 log10 log1p pow sin cos tan asin acos atan atan2 sinh cosh tanh asinh
    acosh atanh fabs floor ceil isnan isinf isfinite isclose copysign fmod hypot degrees radians erf erfc gamma
    lgamma""".split()
_MAKE_NUMBERS = (float, int, complex, *(getattr(math, name) for name in _MATH if hasattr(math, name)))
_IDS = frozenset(map(id, _MAKE_NUMBERS))
_NAMES = frozenset(("float", "int", "complex", *_MATH))
_NUMPY = ("np", "numpy")
_COPY_IF_NEEDED = np.lib.NumpyVersion(np.__version__) >= "2.0.0"  # is copy=None there, and was copy=False


def _in1d(ar1: Any, ar2: Any, assume_unique: bool = False, invert: bool = False, **options: Any) -> Any:
    return np.isin(np.asarray(ar1).ravel(), ar2, assume_unique, invert, **options)


def _asfarray(a: Any, dtype: Any = np.float64) -> Any:
    return np.asarray(a, dtype if np.issubdtype(dtype, np.inexact) else np.float64)


def _msort(a: Any) -> Any:
    return np.sort(a, axis=0)


def _missing(names: Mapping[str, Any]) -> set[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy warns of names that it has today
        return {name for name in names if not hasattr(np, name)}


def _refuses(use: Callable[[], object]) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            use()
        except TypeError:
            return True
    return False


@functools.cache
def _lacking() -> tuple[set[str], set[str], set[str], bool, bool]:
    """What this numpy lacks: of its names, of another's, and of an array's methods; whether it refuses an array of one
    element as a number, and a sum of a generator. The fork server finds out before it forks."""
    methods = {name for name in _METHODS if not hasattr(np.ndarray, name)}
    one_element = _refuses(lambda: float(np.zeros(1)))
    generators = _refuses(lambda: np.sum(one for one in (1, 2)))  # type: ignore[call-overload]
    return _missing(_REMOVED), _missing(_ADDED), methods, one_element, generators


def _renamed() -> dict[str, tuple[str, str]]:
    """Of each function of numpy, a parameter that it has not and the name that this has here."""
    found = {}
    for function, names in _PARAMETERS.items():
        known = inspect.signature(getattr(np, function)).parameters
        for lacking, there in (names, names[::-1]):
            if lacking not in known and there in known:
                found[function] = (lacking, there)
    return found


_RENAMED = _renamed()  # before kernels are forked
_lacking()


class NumpyVersions:
    """Puts the bridges in place. IPython gives it each cell before it runs.

    Attributes:
        used: names in the cells that this numpy has no longer, each with what is written today.
        converted: whether an array of one element was used as a number, which this numpy refuses.
    """

    def __init__(self) -> None:
        self.used: dict[str, str] = {}
        self.converted = False
        self._removed, self._added, self._methods, self._one_element, self._generators = _lacking()
        self._folder = f"{Path.cwd()}{os.sep}"
        self._get = np.__dict__.get("__getattr__")
        np.__getattr__ = self._get_name  # type: ignore[method-assign]

    def _get_name(self, name: str) -> Any:
        if name in self._removed | self._added and self._is_notebook(sys._getframe(1).f_globals):
            return _REMOVED[name][1]() if name in self._removed else _ADDED[name]()
        if self._get is None:
            raise AttributeError(f"module 'numpy' has no attribute {name!r}")
        return self._get(name)

    def _is_notebook(self, namespace: Mapping[str, Any]) -> bool:
        """Whether code with these global names is the notebook's, or of a module that it wrote."""
        return namespace.get("__name__") == "__main__" or str(namespace.get("__file__")).startswith(self._folder)

    def visit(self, cell: ast.AST) -> ast.AST:
        """Note the names that the cell uses, and rewrite what makes numbers. It does not recurse."""
        for node in nodes_of(cell):
            if isinstance(node, ast.Attribute):
                if _name(node.value) in _NUMPY:
                    self._note(node.attr)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names if node.module == "numpy" else ():
                    self._note(alias.name)
            elif isinstance(node, ast.Call):
                self._visit_call(node)
            if self._one_element and isinstance(node, _REWRITTEN):
                _rewrite(node)
        return cell

    def _visit_call(self, call: ast.Call) -> None:
        function = _of_numpy(call.func)
        if _COPY_IF_NEEDED and function == "array":
            _allow_copy(call)
        lacking, there = _RENAMED.get(function, ("", ""))
        for keyword in call.keywords:
            if keyword.arg == lacking:
                keyword.arg = there
        if self._generators and (function or _name(call.func)) == "sum" and call.args:
            if function and isinstance(call.args[0], ast.GeneratorExp):
                self.used["sum(generator)"] = "np.sum([...])"
            call.args = [call.func, *call.args]
            call.func = _bridge("sum_of", call.func)
        elif isinstance(call.func, ast.Attribute) and not function and call.func.attr in self._methods:
            self.used[f"ndarray.{call.func.attr}"] = _METHODS[call.func.attr][0]
            name = ast.copy_location(ast.Constant(call.func.attr), call.func)
            call.args = [call.func.value, name, *call.args]
            call.func = _bridge("method", call.func)

    def _note(self, name: str) -> None:
        if name in self._removed:
            self.used[name] = _REMOVED[name][0]

    # ---- what rewritten code calls

    def method(self, value: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        """`value.name(...)`."""
        if isinstance(value, np.ndarray | np.generic) and not hasattr(value, name):
            return _METHODS[name][1](value, *args, **kwargs)
        return getattr(value, name)(*args, **kwargs)

    def sum_of(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """`function(...)`, which may be numpy's `sum`. Of a generator it gave what Python's own gives."""
        if function is np.sum and args and isinstance(args[0], types.GeneratorType):
            return sum(args[0])
        return function(*args, **kwargs)

    # ---- an array of one element as a number

    def call(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """`function(...)`. Its name is one of those that make numbers; it may be another function."""
        if id(function) in _IDS:
            return function(*map(self._number, args), **kwargs)
        return function(*args, **kwargs)

    def mapped(self, function: Any) -> Any:
        """What `map` is to call in the place of `function`."""
        return partial(self.call, function) if id(function) in _IDS else function

    def formatted(self, values: Any) -> Any:
        """What a text is to be formatted with, `text % values`."""
        if isinstance(values, tuple) and type(values) is tuple:
            return tuple(map(self.formatted, values))
        if not _is_one_element(values):
            return values
        printable = np.asarray(values).view(_Printable)
        printable.number = self._number
        return printable

    def target(self, value: Any) -> Any:
        """What an item is to be assigned to, `value[...] = ...`."""
        return _Target(value, self._number) if type(value) is np.ndarray and value.dtype.kind in "biufc" else value

    def _number(self, value: Any) -> Any:
        """An array of one element without its dimensions; any other value as it is."""
        if not _is_one_element(value):
            return value
        self.converted = True
        return np.asarray(value).reshape(())


def _is_one_element(value: Any) -> bool:
    return type(value) in (np.ndarray, np.matrix, _Printable) and value.ndim > 0 and value.size == 1


class _Printable(np.ndarray):
    """An array of one element that is a number for %d and %f, and an array for %s."""

    number: Callable[[Any], Any]

    def __float__(self) -> float:
        return float(self.number(self))

    def __int__(self) -> int:
        return int(self.number(self))


_Printable.__name__ = "array"  # as which %r shows it


class _Target:
    """An array whose items can be set to arrays of one element."""

    def __init__(self, array: np.ndarray, number: Callable[[Any], Any]) -> None:
        self._array, self._number = array, number

    def __getitem__(self, key: Any) -> Any:
        return self._array[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        try:
            self._array[key] = value
        except (TypeError, ValueError):
            if not _is_one_element(value) or np.ndim(self._array[key]) > 0:
                raise
            self._array[key] = self._number(value)


def _rewrite(node: ast.AST) -> None:
    """Let the bridge do what newer numpy refuses for an array of one element."""
    if isinstance(node, ast.Call) and node.args:
        function = node.func
        if _makes_numbers(function):
            node.args = [function, *node.args]
            node.func = _bridge("call", function)
        elif _name(function) == "map" and _makes_numbers(node.args[0]):
            node.args[0] = _bridged("mapped", node.args[0])
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
        if isinstance(node.left.value, str):
            node.right = _bridged("formatted", node.right)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        node.value = _bridged("target", node.value)


def _allow_copy(call: ast.Call) -> None:
    """`np.array(x, copy=False)` copied where it had to; newer numpy refuses to."""
    for keyword in call.keywords:
        if keyword.arg == "copy" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False:
            keyword.value = ast.copy_location(ast.Constant(None), keyword.value)


def _makes_numbers(node: ast.expr) -> bool:
    """Whether it may be one of the functions that make numbers, by its name."""
    if isinstance(node, ast.Attribute):
        return node.attr in _NAMES and isinstance(node.value, ast.Name) and node.value.id not in _NUMPY
    return _name(node) in _NAMES


def _of_numpy(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) and _name(node.value) in _NUMPY else ""


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _bridge(method: str, place: ast.expr) -> ast.expr:
    name = ast.copy_location(ast.Name(BRIDGE, ast.Load()), place)
    return ast.copy_location(ast.Attribute(name, method, ast.Load()), place)


def _bridged(method: str, value: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Call(_bridge(method, value), [value], []), value)
