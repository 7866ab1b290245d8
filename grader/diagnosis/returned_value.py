"""Which parts of a function its returned value depends on: the slice back from `return`."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence

_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_JUMPS = (ast.Break, ast.Continue)
_ENDS = (ast.Return, ast.Raise)


def nodes_behind_return(function: ast.FunctionDef) -> frozenset[ast.AST]:
    """All nodes that may change what the function returns. Without a value after `return`, all nodes of its body."""
    if not any(isinstance(node, ast.Return) and _is_value(node.value) for node in ast.walk(function)):
        return frozenset(inner for statement in function.body for inner in ast.walk(statement))
    slicer = _Slicer()
    slicer.close(function.body)
    return frozenset(slicer.nodes)


def _is_value(returned: ast.expr | None) -> bool:
    return returned is not None and not (isinstance(returned, ast.Constant) and returned.value is None)


def nodes_behind_value(function: ast.FunctionDef, nodes: Iterable[ast.AST]) -> frozenset[ast.AST]:
    """Of the nodes those whose own value goes into what is returned: without the count of passes of a loop, conditions
    and positions in square brackets."""
    aside = {inner for node in ast.walk(function) for part in _aside(node) for inner in ast.walk(part)}
    used = {node.id for node in nodes if isinstance(node, ast.Name) and node not in aside and _is_load(node)}
    counts = {node.id for node in aside if isinstance(node, ast.Name)} - used
    for statement in ast.walk(function):
        if isinstance(statement, ast.Assign) and {one.id for one in names_bound(statement)} <= counts:
            aside |= set(ast.walk(statement))
    return frozenset(nodes) - aside


def _aside(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        return [node.test]
    if isinstance(node, ast.Subscript):
        return [node.slice]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        return list(node.args)
    return []


class _Slicer:
    """Collects statements until nothing is added: what is returned, what binds a name in it, what that is made of.

    Attributes:
        wanted: the names whose values matter.
        kept: the statements that matter; of one with a block only its head.
        nodes: the nodes of the kept statements.
    """

    def __init__(self) -> None:
        self.wanted: set[str] = set()
        self.kept: set[ast.AST] = set()
        self.nodes: set[ast.AST] = set()

    def close(self, body: Sequence[ast.stmt]) -> None:
        before = None
        while before != (len(self.wanted), len(self.kept)):
            before = (len(self.wanted), len(self.kept))
            self._block(body, in_loop=False)

    def _block(self, body: Sequence[ast.AST], in_loop: bool) -> bool:
        """Whether anything of a block matters. What stands below a return is never reached."""
        found = False
        for statement in body:
            found |= self._statement(statement, in_loop)
            if isinstance(statement, ast.Return):
                break
        return found

    def _statement(self, statement: ast.AST, in_loop: bool) -> bool:
        blocks = [getattr(statement, name, None) for name in _BLOCKS]
        inside = [block for block in blocks if isinstance(block, list)]
        if isinstance(statement, _INNER):
            return self._keep(statement, ast.walk(statement)) if statement.name in self.wanted else False
        if not inside:
            return self._keep(statement, ast.walk(statement)) if self._matters(statement, in_loop) else False
        own_loop = statement in self.kept and isinstance(statement, ast.For | ast.While)
        below = [self._block(block, own_loop or in_loop) for block in inside]
        head = list(_head(statement))
        if any(below) or any(name.id in self.wanted for name in names_bound(statement)):
            return self._keep(statement, head)
        return False

    def _matters(self, statement: ast.AST, in_loop: bool) -> bool:
        if isinstance(statement, _ENDS) or (in_loop and isinstance(statement, _JUMPS)):
            return True
        return any(name.id in self.wanted for name in [*names_bound(statement), *_changed(statement)])

    def _keep(self, statement: ast.AST, nodes: Iterable[ast.AST]) -> bool:
        if statement not in self.kept:
            found = list(nodes)
            self.kept.add(statement)
            self.nodes.update(found)
            self.wanted |= {node.id for node in found if isinstance(node, ast.Name)}
        return True


def _head(statement: ast.AST) -> Iterator[ast.AST]:
    """The statement itself and what stands in it outside its blocks."""
    yield statement
    for name, value in ast.iter_fields(statement):
        if name in _BLOCKS:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from ast.walk(child)


def names_bound(statement: ast.AST) -> list[ast.Name]:
    """The variables that get a value, or a new item, in a statement or in the head of one with blocks."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        named = [(one.asname or one.name).split(".")[0] for one in statement.names]
        return [ast.Name(name, ast.Store()) for name in named]
    return [base for node in _head(statement) if (base := _stored(node)) is not None]


def _stored(node: ast.AST) -> ast.Name | None:
    if not isinstance(node, ast.Name | ast.Subscript | ast.Attribute | ast.Starred):
        return None
    if isinstance(node.ctx, ast.Load):
        return None
    return _base(node)


def _base(node: ast.AST) -> ast.Name | None:
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Starred):
        node = node.value
    return node if isinstance(node, ast.Name) else None


def _changed(statement: ast.AST) -> Iterator[ast.Name]:
    """The variables that a call in a line of its own may change: its object, what a function of one's own gets, and
    what numpy is asked to write into."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return
    function, given = call.func, [one.value for one in call.keywords if one.arg == "out"]
    if isinstance(function, ast.Name) and not hasattr(builtins, function.id):
        given = [*call.args, *(one.value for one in call.keywords)]
    if isinstance(function, ast.Attribute):
        given.append(function.value)
    yield from (base for base in map(_base, given) if base is not None)


def _is_load(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)
