"""Functions of the notebook: their versions, parameters, sources and the names that they use."""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
import types
from functools import cached_property
from typing import Any

from grader.kernel.protocol.messages import MAX_SOURCE, MAX_VERSIONS, Parameter
from grader.kernel.protocol.values import clean

# Ranks of versions: a function that a statement of a cell names, a method of such a class, what stands in a file that
# the notebook wrote, anything else.
OWN, METHOD, FILE, OTHER = range(4)
MAX_KEPT = (10_000, MAX_VERSIONS, MAX_VERSIONS, MAX_VERSIONS)  # of each rank


class Kept:
    """A version that the agent has kept.

    Attributes:
        id: stable when the same cells run again.
        name: the name that it is bound to.
        cell: index of its cell.
        owner: name of its class; empty for a function.
        value: the callable itself; for a method its class.
        rank: of more than MAX_VERSIONS, those of the lowest rank are described.
        file_names: the global names of the file that it stands in; None where that is a cell.
        source: its text, where it stands in a file, which may change.
    """

    def __init__(
        self,
        id: str,
        name: str,
        cell: int,
        owner: str,
        value: Any,
        rank: int,
        file_names: dict[str, Any] | None = None,
    ) -> None:
        self.id, self.name, self.cell, self.owner, self.value, self.rank = id, name, cell, owner, value, rank
        self.file_names = file_names
        self.source = None if file_names is None else _source_now(self.definition)

    @property
    def definition(self) -> Any:
        """The function; for a method as it stands in its class."""
        return vars(self.value).get(self.name) if self.owner else self.value

    @cached_property
    def takes_object(self) -> bool:
        """Whether it must be called on an object of its class, which is not so for a function."""
        if not self.owner:
            return False
        plain = vars(self.value).get(self.name)
        return not isinstance(plain, staticmethod | classmethod) and _takes_self(plain, self.value)


def target_of(kept: Kept, namespace: dict[str, Any]) -> Any:
    """What to call. For a method that needs an object: of the one that exists, or else of a new one."""
    if not kept.owner:
        return kept.value
    if not kept.takes_object:
        return getattr(kept.value, kept.name)
    for value in list(namespace.values()):
        if type(value) is kept.value:
            return getattr(value, kept.name)
    return getattr(kept.value(), kept.name)


def parameters_of(kept: Kept) -> list[Parameter]:
    """The parameters without the object that a method is called on. Raise TypeError or ValueError if unknowable."""
    plain = kept.definition
    parameters = _plain_parameters(plain)
    if parameters is None:
        bound = isinstance(plain, staticmethod | classmethod)
        signature = inspect.signature(getattr(kept.value, kept.name) if bound else plain)
        parameters = [
            Parameter(parameter.name, parameter.kind.name.lower(), parameter.default is not parameter.empty)
            for parameter in signature.parameters.values()
        ]
    return parameters[1 if kept.takes_object else 0 :][:100]


def _plain_parameters(function: Any) -> list[Parameter] | None:
    """As `inspect.signature` says, and much faster; None of all but plain functions."""
    if type(function) is not types.FunctionType or function.__dict__:  # it may stand for another
        return None
    code, given, by_name = function.__code__, function.__defaults__ or (), function.__kwdefaults__ or {}
    positional, more = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    flags = [bool(code.co_flags & flag) for flag in (inspect.CO_VARARGS, inspect.CO_VARKEYWORDS)]
    names = code.co_varnames[: more + sum(flags)]
    if len(given) > positional or not all(map(str.isidentifier, names)):
        return None
    defaults = dict(zip(names[positional - len(given) : positional], given, strict=True)) | by_name
    rest = [*names[more:]]
    kinds = [(name, "positional_only") for name in names[: code.co_posonlyargcount]]
    kinds += [(name, "positional_or_keyword") for name in names[code.co_posonlyargcount : positional]]
    kinds += [(rest.pop(0), "var_positional")] if flags[0] else []
    kinds += [(name, "keyword_only") for name in names[positional:more]]
    kinds += [(rest.pop(0), "var_keyword")] if flags[1] else []
    empty = inspect.Parameter.empty
    return [Parameter(name, kind, defaults.get(name, empty) is not empty) for name, kind in kinds]


def source_of(value: Any) -> str:
    """The text of a function, cut to MAX_SOURCE; empty where there is none."""
    try:
        return clean(inspect.getsource(getattr(value, "__func__", value))[:MAX_SOURCE])
    except (OSError, TypeError):
        return ""


def _source_now(value: Any) -> str:
    """The text of a function in a file that may have been written again since Python last read it."""
    code = getattr(getattr(value, "__func__", value), "__code__", None)
    linecache.cache.pop(getattr(code, "co_filename", ""), None)
    return source_of(value)


def names_used(value: Any, namespace: dict[str, Any]) -> set[str]:
    """The global names that a function uses, itself or through the functions it calls."""
    seen: set[str] = set()
    todo = [value]
    while todo:
        code = getattr(todo.pop(), "__code__", None)
        codes = [code] if isinstance(code, types.CodeType) else []
        while codes:
            current = codes.pop()
            codes += [const for const in current.co_consts if isinstance(const, types.CodeType)]
            for name in set(current.co_names) - seen:
                seen.add(name)
                todo.append(namespace.get(name))
    return seen


# ---- methods that were written without self


def _takes_self(method: Any, owner: type) -> bool:
    """Whether a method's first parameter stands for the object.

    A method that was written without self works when it is called on its class. Its first parameter has another name,
    and is used for something other than what the class itself defines.
    """
    names = list(inspect.signature(method).parameters) if callable(method) else []
    tree = _parse(method)
    if not names or names[0] == "self" or tree is None:
        return True
    nodes = list(ast.walk(tree))
    uses = [node for node in nodes if isinstance(node, ast.Name) and node.id == names[0]]
    own = [node for node in nodes if isinstance(node, ast.Attribute) and _is_name(node.value, names[0])]
    return len(uses) == len(own) and {node.attr for node in own} <= _attributes(owner)


def _attributes(owner: type) -> set[str]:
    """What a class defines, and what its methods set."""
    trees = filter(None, map(_parse, vars(owner).values()))
    nodes = (node for tree in trees for node in ast.walk(tree))
    stored = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
    return stored | set(dir(owner))


def _parse(value: Any) -> ast.AST | None:
    """A function's syntax tree, None where its text can't be had."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(value)))
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError):
        return None


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
