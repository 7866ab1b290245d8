"""The names that a cell's own statements give, read from the cell before it runs."""

from __future__ import annotations

import ast
import functools
import sys
import types
from collections.abc import Collection
from typing import Any

KEEP = "__grader_keep__"


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_OWN_NAMES = frozenset({*_DEFINITIONS, ast.Lambda})
"""Nodes in which names are others than outside."""
_LEAVES = (ast.Constant, ast.Name)
_PLAIN = frozenset("ctx op ops id attr arg asname module level kind type_comment conversion is_async simple".split())
"""Fields that hold no node, or one that holds nothing."""
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Fields of a node that hold statements, or what holds such."""


def nodes_of(tree: ast.AST, closed: Collection[type] = ()) -> list[ast.AST]:
    """What `ast.walk` gives, in its order, without the nodes that hold nothing (contexts, operators), and faster; and
    without what nodes of the `closed` kinds hold."""
    nodes = [tree]
    for node in nodes:  # which grows meanwhile
        kind: Any = type(node)
        if isinstance(node, _LEAVES) or kind in closed:
            continue
        for field in _inner_fields(kind):
            value = getattr(node, field, None)
            if type(value) is list:
                nodes += [item for item in value if isinstance(item, ast.AST) and item._fields]
            elif isinstance(value, ast.AST) and value._fields:
                nodes.append(value)
    return nodes


@functools.cache
def _inner_fields(kind: Any) -> tuple[str, ...]:
    return tuple(field for field in kind._fields if field not in _PLAIN)


def statements_of(tree: ast.AST) -> list[ast.AST]:
    """The tree, its statements however deep they stand, and what else holds statements."""
    nodes = [tree]
    for node in nodes:  # which grows meanwhile
        for field in BLOCKS:
            block = getattr(node, field, None)
            if type(block) is list:  # `lambda` has another
                nodes += block
    return nodes


class CellNames:
    """Reads each cell before it runs, and changes nothing. A name that is made up while it runs is not among them.

    Attributes:
        own: the names that the cell's own statements give.
        modules: the modules that it imports from.
    """

    def __init__(self) -> None:
        self.own: set[str] = set()
        self.modules: set[str] = set()

    def is_imported(self, name: str, value: object) -> bool:
        """Whether it only comes from a module, as everything of `from numpy import *` does. What the cell itself gives
        a name is the participant's own, even if it is an alias of such a function."""
        if isinstance(value, types.FunctionType):
            return value.__module__ != "__main__"
        if name in self.own:
            return False
        modules = (sys.modules.get(module) for module in self.modules)
        return any(isinstance(module, types.ModuleType) and vars(module).get(name) is value for module in modules)

    def clear(self) -> None:
        self.own.clear()
        self.modules.clear()

    def visit(self, cell: ast.AST) -> ast.AST:
        """IPython calls this. It must not recurse: IPython never again calls what has raised an exception."""
        for node in nodes_of(cell, _OWN_NAMES):
            if isinstance(node, _DEFINITIONS):
                self.own.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.own.add(node.id)
            elif isinstance(node, ast.ImportFrom) and node.module:
                self.modules.add(node.module)
        return cell


class KeepRebound:
    """Keeps each version of a name that one cell binds several times; the end of the cell would show only the last."""

    def visit(self, module: ast.AST) -> ast.AST:
        if not isinstance(module, ast.Module):
            return module
        bound = [name for statement in module.body for name in _names_bound(statement)]
        twice = {name for name in bound if bound.count(name) > 1}
        if not twice:
            return module
        body: list[ast.stmt] = []
        for statement in module.body:
            body.append(statement)
            for name in twice.intersection(_names_bound(statement)):
                keep = ast.Expr(ast.Call(ast.Name(KEEP, ast.Load()), [ast.Constant(name)], []))
                body.append(ast.fix_missing_locations(ast.copy_location(keep, statement)))
        module.body = body
        return module


def _names_bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [name.id for target in statement.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return []
