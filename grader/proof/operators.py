"""Mutation operators: the small mistakes that people make, as changes of a node of a program."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_OPERATORS: Mapping[type[ast.operator], Sequence[type[ast.operator]]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.Sub),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv, ast.Mult),
    ast.Pow: (ast.Mult, ast.Add),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
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
    "head": ("tail",),
    "tail": ("head",),
    "first": ("last",),
    "last": ("first",),
    "idxmax": ("idxmin",),
    "idxmin": ("idxmax",),
    "nlargest": ("nsmallest",),
    "nsmallest": ("nlargest",),
    "count": ("size",),
    "upper": ("lower",),
    "lower": ("upper",),
    "union": ("intersection",),
    "intersection": ("union",),
    "keys": ("values",),
    "values": ("keys",),
}
SELF = "self."  # before an attribute that a class gives its objects, among the names in scope
_SWAP_MATTERS = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
MAX_SWAPPED = 6  # items of which every two change places; of more, neighbours among the first do
Changes = Iterator[tuple[str, ast.AST]]


def changes(node: ast.AST, field: str, names: frozenset[str]) -> Changes:
    """The changes of a node: their kind, and the node that takes its place.

    `field`: the field of its owner that it stands in; `names`: the variables in scope.
    """
    if isinstance(node, ast.stmt):
        yield from _in_statement(node)
    elif isinstance(node, ast.BinOp):
        yield from _in_operation(node)
    elif isinstance(node, ast.Call):
        yield from _in_call(node, names)
    elif isinstance(node, ast.Constant):
        yield from _in_constant(node.value)
    elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield from _in_name(node, names)
    elif isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.IfExp):
        yield from _in_condition(node)
    elif isinstance(node, ast.Tuple | ast.List):
        yield from (("order", type(node)(elts, node.ctx)) for elts in _swaps(node.elts))
    if isinstance(node, ast.List | ast.Set | ast.Dict):
        yield from _in_collection(node)
    if field in ("lower", "upper") and isinstance(node, ast.expr):
        yield from _off_by_one(node)


def _in_name(node: ast.Name | ast.Attribute, names: frozenset[str]) -> Changes:
    own = own_attribute(node) if isinstance(node, ast.Attribute) else node.id
    for name in sorted(names - {own}) if own in names else ():
        if name.startswith(SELF) == own.startswith(SELF):
            other = _like(node, attr=name.removeprefix(SELF)) if own.startswith(SELF) else ast.Name(name, ast.Load())
            yield "name", other


def own_attribute(node: ast.Attribute) -> str:
    """How an attribute of `self` stands among the names in scope; "" where it is something else's."""
    return f"{SELF}{node.attr}" if isinstance(node.value, ast.Name) and node.value.id == "self" else ""


def only_prints(node: ast.AST) -> bool:
    """Whether a statement does nothing but show something."""
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("print", "display")


def _in_statement(node: ast.stmt) -> Changes:
    if isinstance(node, ast.ClassDef):
        yield from _in_class(node)
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


def _in_class(node: ast.ClassDef) -> Changes:
    for at, part in enumerate(node.body):
        if isinstance(part, ast.FunctionDef):
            yield "dropped method", _like(node, body=[*node.body[:at], *node.body[at + 1 :]] or [ast.Pass()])
    for at in range(len(node.bases)):
        yield "dropped base", _like(node, bases=[*node.bases[:at], *node.bases[at + 1 :]])


def _in_collection(node: ast.List | ast.Set | ast.Dict) -> Changes:
    """Without its first or its last item: a table of a hundred is not tried a hundred times."""
    for part in dict.fromkeys(((1, None), (0, -1))):
        if isinstance(node, ast.Dict) and node.keys:
            yield "dropped item", ast.Dict(node.keys[slice(*part)], node.values[slice(*part)])
        elif not isinstance(node, ast.Dict) and len(node.elts) > (1 if isinstance(node, ast.Set) else 0):
            yield "dropped item", _like(node, elts=node.elts[slice(*part)])


def _in_operation(node: ast.BinOp) -> Changes:
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


def _in_call(node: ast.Call, names: frozenset[str]) -> Changes:
    if node.args:
        yield "dropped call", node.args[0]
        if isinstance(node.func, ast.Attribute) and _is_value(node.func.value, names):
            yield "dropped call", node.func.value
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


def _is_value(node: ast.expr, names: frozenset[str]) -> bool:
    """Whether it is something that the code made, and no module that it imported."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return not isinstance(node, ast.Name) or node.id in names


def _named(func: ast.expr, name: str) -> ast.expr:
    return ast.Attribute(func.value, name, func.ctx) if isinstance(func, ast.Attribute) else ast.Name(name, ast.Load())


def _in_constant(value: object) -> Changes:
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int | float):
        for other in dict.fromkeys((value + 1, value - 1, -value, 0)):
            if other == value:  # 0.0 and -0.0
                continue
            yield "constant", ast.parse(repr(other), mode="eval").body
    elif isinstance(value, str) and value:
        yield "constant", ast.Constant(f"{value}_")


def _in_condition(node: ast.Compare | ast.BoolOp | ast.UnaryOp | ast.IfExp) -> Changes:
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


def _off_by_one(node: ast.expr) -> Changes:
    if not isinstance(node, ast.Constant):  # a constant is moved as one
        for operator in (ast.Add(), ast.Sub()):
            yield "off by one", ast.BinOp(node, operator, ast.Constant(1))


def _swaps(nodes: Sequence[ast.expr]) -> Iterator[list[ast.expr]]:
    for one in range(len(nodes)):
        for other in range(one + 1, len(nodes) if len(nodes) <= MAX_SWAPPED else min(one + 2, len(nodes), MAX_SWAPPED)):
            swapped = list(nodes)
            swapped[one], swapped[other] = nodes[other], nodes[one]
            yield swapped


def _like(node: Any, **fields: object) -> Any:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
