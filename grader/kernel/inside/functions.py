"""Functions of the notebook: their versions, parameters, sources and the names that they use."""

from __future__ import annotations

import ast
import inspect
import types
from typing import Any

from grader.kernel.protocol import messages
from grader.kernel.protocol.values import clean

KEEP = "__grader_keep__"


class Kept:
    """A version and the callable behind it."""

    def __init__(self, id: str, name: str, cell: int, owner: str, value: Any) -> None:
        self.id, self.name, self.cell, self.owner, self.value = id, name, cell, owner, value


class KeepRebound(ast.NodeTransformer):
    """Keeps each version of a name that one cell binds several times, which its end would not show."""

    def visit_Module(self, module: ast.Module) -> ast.Module:
        bound = [name for statement in module.body for name in _binds(statement)]
        twice = {name for name in bound if bound.count(name) > 1}
        body: list[ast.stmt] = []
        for statement in module.body:
            body.append(statement)
            for name in twice.intersection(_binds(statement)):
                keep = ast.Expr(ast.Call(ast.Name(KEEP, ast.Load()), [ast.Constant(name)], []))
                body.append(ast.fix_missing_locations(ast.copy_location(keep, statement)))
        module.body = body
        return module


def _binds(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [name.id for target in statement.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return []


def target_of(kept: Kept, namespace: dict[str, Any]) -> Any:
    """What to call: the function, or the method of its class's object that exists or that needs no arguments."""
    if not kept.owner:
        return kept.value
    plain = vars(kept.value).get(kept.name)
    if isinstance(plain, staticmethod | classmethod) or _takes_no_self(plain):
        return getattr(kept.value, kept.name)
    for value in list(namespace.values()):
        if type(value) is kept.value:
            return getattr(value, kept.name)
    return getattr(kept.value(), kept.name)


def _takes_no_self(method: Any) -> bool:
    """A method written without self works when it is called on the class itself."""
    names = list(inspect.signature(method).parameters) if callable(method) else []
    return bool(names) and names[0] in {"x", "y", "y_hat", "w"}


def parameters_of(kept: Kept) -> list[messages.Parameter] | None:
    target = vars(kept.value).get(kept.name) if kept.owner else kept.value
    bound = isinstance(target, staticmethod | classmethod)
    signature = inspect.signature(getattr(kept.value, kept.name) if bound else target)
    parameters = list(signature.parameters.values())
    if kept.owner and not bound and not _takes_no_self(target):
        parameters = parameters[1:]
    return [
        messages.Parameter(parameter.name, parameter.kind.name.lower(), parameter.default is not parameter.empty)
        for parameter in parameters[:100]
    ]


def source_of(value: Any) -> str:
    try:
        return clean(inspect.getsource(getattr(value, "__func__", value))[: messages.MAX_SOURCE])
    except (OSError, TypeError):
        return ""


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
