"""Wrong variants of a solution, made automatically: each differs by one small slip that people make too.

The mutation tools that exist (cosmic-ray, mutmut) write each variant to disk and start a test command on it, and do not
know what matters here: mixed-up names, swapped arguments, moved brackets, dropped steps. Ours are texts for a kernel.
"""

from __future__ import annotations

import ast
import copy
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Mutant:
    """A variant. `before` and `after` are the lines that differ, without their common indentation."""

    kind: str
    source: str
    before: str
    after: str


def mutants(source: str) -> tuple[Mutant, ...]:
    """Every variant of a solution that is one change away. Raise SyntaxError where it is no Python."""
    tree = ast.parse(source)
    plain = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for place in _places(tree, frozenset(_assigned(tree.body))):
        for kind, new in _changes(place):
            text = place.text_with(new, tree)
            if text != plain and text not in found and _is_python(text):
                found[text] = Mutant(kind, text, *_difference(plain, text))
    return tuple(found.values())


def same_lines(one: str, other: str) -> bool:
    """Whether two pieces of code are the same but for layout, quotes and brackets that change nothing."""
    return _meaning(one) == _meaning(other)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node hangs in its tree, and the names that can be meant there."""

    owner: ast.AST
    field: str
    index: int | None
    node: Any
    names: frozenset[str]

    def text_with(self, new: ast.AST, tree: ast.Module) -> str:
        self._put(new)
        try:
            return ast.unparse(tree)
        finally:
            self._put(self.node)

    def _put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.owner, self.field, node)
        else:
            getattr(self.owner, self.field)[self.index] = node


_LEFT_ALONE = frozenset({"annotation", "returns", "format_spec", "ctx", "op", "ops"})


def _places(owner: ast.AST, names: frozenset[str]) -> Iterator[_Place]:
    if isinstance(owner, ast.FunctionDef | ast.Lambda):
        arguments = [*owner.args.posonlyargs, *owner.args.args, *owner.args.kwonlyargs]
        body = owner.body if isinstance(owner.body, list) else []
        names = names | {argument.arg for argument in arguments} | set(_assigned(body))
    for field, value in ast.iter_fields(owner):
        if field in _LEFT_ALONE:
            continue
        children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, ast.AST) and not isinstance(child, ast.Import | ast.ImportFrom):
                yield _Place(owner, field, index, child, names)
                yield from _places(child, names)


def _assigned(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names bound here, not inside the functions and classes that are defined here."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        yield from _assigned(ast.iter_child_nodes(node))


# ---- what can go wrong at a place

_OPERATORS: Mapping[type[ast.operator], Sequence[type[ast.operator]]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.Sub),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv, ast.Mult),
    ast.Pow: (ast.Mult, ast.Add),
    ast.MatMult: (ast.Mult,),
}
_COMPARISONS: Mapping[type[ast.cmpop], Sequence[type[ast.cmpop]]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_FUNCTIONS: Mapping[str, Sequence[str]] = {
    "mean": ("sum", "median"),
    "average": ("sum",),
    "sum": ("mean", "max"),
    "median": ("mean",),
    "std": ("var",),
    "var": ("std",),
    "max": ("min",),
    "min": ("max",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "power": ("multiply",),
    "multiply": ("add",),
    "add": ("subtract",),
    "subtract": ("add",),
    "dot": ("multiply",),
    "square": ("abs",),
    "sqrt": ("square",),
    "abs": ("square",),
    "exp": ("log",),
    "log": ("exp",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "any": ("all",),
    "all": ("any",),
}
_SWAP_MATTERS = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
_Changes = Iterator[tuple[str, ast.AST]]


def _changes(place: _Place) -> _Changes:
    node = place.node
    if isinstance(node, ast.stmt):
        yield from _in_statement(node)
    elif isinstance(node, ast.BinOp):
        yield from _in_operation(node)
    elif isinstance(node, ast.Call):
        yield from _in_call(node)
    elif isinstance(node, ast.Constant):
        yield from _in_constant(node.value)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in place.names:
        yield from (("name", ast.Name(name, ast.Load())) for name in sorted(place.names - {node.id}))
    elif isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.IfExp):
        yield from _in_condition(node)
    elif isinstance(node, ast.Tuple | ast.List):
        yield from (("order", type(node)(elts, node.ctx)) for elts in _swaps(node.elts))
    if place.field in ("lower", "upper"):
        yield from _off_by_one(node)


def _in_statement(node: ast.stmt) -> _Changes:
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Pass) or _is_docstring(node):
        return
    yield "dropped statement", ast.Pass()
    if isinstance(node, ast.AugAssign):
        for operator in _OPERATORS.get(type(node.op), ()):
            yield "operator", _like(node, op=operator())
    elif isinstance(node, ast.If | ast.While):
        yield "condition", _like(node, test=ast.Constant(False))
        if isinstance(node, ast.If):
            yield "condition", _like(node, test=ast.Constant(True))
    elif isinstance(node, ast.For):
        for part in ("[:1]", "[1:]", "[:-1]"):
            items = ast.parse(f"list({ast.unparse(node.iter)}){part}", mode="eval").body
            yield "off by one", _like(node, iter=items)


def _in_operation(node: ast.BinOp) -> _Changes:
    for operator in _OPERATORS.get(type(node.op), ()):
        yield "operator", ast.BinOp(node.left, operator(), node.right)
    yield "dropped operand", node.left
    yield "dropped operand", node.right
    if isinstance(node.op, _SWAP_MATTERS):
        yield "swapped operands", ast.BinOp(node.right, node.op, node.left)
    left, right = node.left, node.right
    if isinstance(left, ast.BinOp) and _regroups(left.op, node.op):
        yield "brackets", ast.BinOp(left.left, left.op, ast.BinOp(left.right, node.op, right))
    if isinstance(right, ast.BinOp) and _regroups(node.op, right.op):
        yield "brackets", ast.BinOp(ast.BinOp(left, node.op, right.left), right.op, right.right)


def _regroups(first: ast.operator, second: ast.operator) -> bool:
    """Whether moving the brackets from one operation to the other changes the result."""
    return not (type(first) is type(second) and isinstance(first, ast.Add | ast.Mult))


def _in_call(node: ast.Call) -> _Changes:
    if node.args:
        yield "dropped call", node.args[0]
    elif isinstance(node.func, ast.Attribute):
        yield "dropped call", node.func.value
    for args in _swaps(node.args):
        yield "swapped arguments", _like(node, args=args)
    for index in range(len(node.keywords)):
        yield "dropped argument", _like(node, keywords=[*node.keywords[:index], *node.keywords[index + 1 :]])
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    for other in _FUNCTIONS.get(name, ()):
        yield "function", _like(node, func=_named(func, other))
    if name == "range":
        for index, argument in enumerate(node.args):
            for _, moved in _off_by_one(argument):
                yield "off by one", _like(node, args=[*node.args[:index], moved, *node.args[index + 1 :]])


def _named(func: ast.expr, name: str) -> ast.expr:
    return ast.Attribute(func.value, name, func.ctx) if isinstance(func, ast.Attribute) else ast.Name(name, ast.Load())


def _in_constant(value: object) -> _Changes:
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int | float):
        for other in dict.fromkeys((value + 1, value - 1, -value, 0)):
            yield "constant", ast.parse(repr(other), mode="eval").body


def _in_condition(node: ast.Compare | ast.BoolOp | ast.UnaryOp | ast.IfExp) -> _Changes:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            for other in _COMPARISONS[type(operator)]:
                yield "comparison", _like(node, ops=[*node.ops[:index], other(), *node.ops[index + 1 :]])
    elif isinstance(node, ast.BoolOp):
        yield "condition", _like(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield from (("condition", value) for value in node.values)
    elif isinstance(node, ast.UnaryOp):
        yield "operator", node.operand
    else:
        yield "condition", node.body
        yield "condition", node.orelse


def _off_by_one(node: ast.expr) -> _Changes:
    if not isinstance(node, ast.Constant):  # a constant is moved as one
        for operator in (ast.Add(), ast.Sub()):
            yield "off by one", ast.BinOp(node, operator, ast.Constant(1))


def _swaps(nodes: Sequence[ast.expr]) -> Iterator[list[ast.expr]]:
    for one in range(len(nodes)):
        for other in range(one + 1, len(nodes)):
            swapped = list(nodes)
            swapped[one], swapped[other] = nodes[other], nodes[one]
            yield swapped


def _like(node: Any, **fields: object) -> Any:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


# ---- texts


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_python(text: str) -> bool:
    try:
        compile(text, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _difference(old: str, new: str) -> tuple[str, str]:
    """The lines in the middle that differ."""
    one, other = old.splitlines(), new.splitlines()
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return _block(one), _block(other)


def _block(lines: Sequence[str]) -> str:
    return textwrap.dedent("\n".join(lines))


@lru_cache(10_000)
def _meaning(code: str) -> str:
    block = textwrap.dedent(code).strip()
    for whole in (block, f"{block}\n    pass"):  # a loop's or a condition's first line stands alone
        try:
            return ast.dump(ast.parse(whole))
        except SyntaxError:
            continue
    return block
