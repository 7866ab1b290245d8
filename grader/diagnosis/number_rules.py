"""Rules on what becomes of numbers in a function: fractions and digits that are lost, derivatives that are only near.

Each says what is probably wrong, or None; like those of source_rules.py.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from grader.diagnosis.function_source import FunctionSource, called_name, is_load
from grader.diagnosis.source_rules import Rule
from grader.i18n import Text, msg, msgs

# Functions that make whole numbers, and those that do so unless they are told how many digits to keep.
_WHOLE = frozenset("int floor ceil trunc rint".split())


_ROUNDING = frozenset("round around".split())


# Functions that make an array of the same type as another.
_LIKE = frozenset("zeros_like ones_like empty_like full_like copy".split())


def _makes_whole_numbers(function: FunctionSource) -> Text | None:
    for node in function.values:
        if _is_cut_to_whole(node, function):
            return msg("Probably fractions are lost: `{code}` makes whole numbers.", code=function.code(node))
    return None


def _is_cut_to_whole(node: ast.AST, function: FunctionSource) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.FloorDiv)
    if not isinstance(node, ast.Call):
        return False
    name = called_name(node)
    if name in _ROUNDING:
        return _digits(node, function) is None
    return name in _WHOLE or (name == "astype" and "int" in function.code(node))


def _digits(call: ast.Call, function: FunctionSource) -> str | None:
    """How many digits a call of round keeps, as code; None where it keeps none."""
    method = isinstance(call.func, ast.Attribute) and not _is_module(call.func.value, function)
    given = [
        *call.args[0 if method else 1 :],
        *(one.value for one in call.keywords if one.arg in {"decimals", "ndigits"}),
    ]
    return None if not given or _is_constant(given[0], 0) else function.code(given[0])


def _is_module(node: ast.expr, function: FunctionSource) -> bool:
    return isinstance(node, ast.Name) and node.id in function.around.imported


def _is_constant(node: ast.AST, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def _rounds(function: FunctionSource) -> Text | None:
    for node in function.values:
        if isinstance(node, ast.Call) and called_name(node) in _ROUNDING and _digits(node, function) is not None:
            return msg(
                "Probably digits are lost: `{code}` rounds. Return the number as it is.", code=function.code(node)
            )
    return None


def _writes_into_whole(function: FunctionSource) -> Text | None:
    """Items written into an array that has the type of an array of whole numbers: they lose their fractions."""
    if not function.around.whole_inputs:
        return None
    models = set(function.own.values())
    for statement in function.own_statements:
        value = statement.value if isinstance(statement, ast.Assign) else None
        like = isinstance(value, ast.Call) and called_name(value) in _LIKE and not any(value.keywords)
        if like or (isinstance(value, ast.Name) and value.id in models):
            assert isinstance(statement, ast.Assign)
            models |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    targets = [node.value for node in function.reaching if isinstance(node, ast.Subscript) and not is_load(node)]
    names = dict.fromkeys(target.id for target in targets if isinstance(target, ast.Name) and target.id in models)
    if not names:
        return None
    return msgs(
        "Probably fractions are lost: {name} takes its type from an argument, and where that holds whole numbers, "
        "what is written into it is cut to whole numbers. Make it with np.zeros(len(...)), or with dtype=float.",
        "Probably fractions are lost: {name} take their type from an argument, and where that holds whole numbers, "
        "what is written into them is cut to whole numbers. Make them with np.zeros(len(...)), or with dtype=float.",
        len(names),
        name=", ".join(name[:40] for name in names),
    )


def _takes_a_quotient(function: FunctionSource) -> Text | None:
    """A difference that is divided by the small step that was made: (f(x + h) - f(x)) / h."""
    for node in function.values:
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div) or not _has(ast.Sub, node.left):
            continue
        step = _step(node.right)
        if step not in function.own.values() and _is_added(step, function.nodes) and _is_set(function, step):
            return msg(
                "Probably `{code}` is a difference over a small step, which only comes near the derivative. Work the "
                "derivative out on paper, and write that formula.",
                code=function.code(node),
            )
    return None


def _step(divisor: ast.expr) -> str:
    """The name in a divisor such as h, or 2 * h; "" for any other."""
    scaled = isinstance(divisor, ast.BinOp) and isinstance(divisor.op, ast.Mult)
    parts = [divisor.left, divisor.right] if scaled and isinstance(divisor, ast.BinOp) else [divisor]
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    numbers = sum(isinstance(part, ast.Constant) for part in parts)
    return names[0] if len(names) == 1 and len(names) + numbers == len(parts) else ""


def _has(operator: type[ast.operator], expression: ast.expr) -> bool:
    return any(isinstance(node, ast.BinOp) and isinstance(node.op, operator) for node in ast.walk(expression))


def _is_added(name: str, nodes: Iterable[ast.AST]) -> bool:
    """Whether it is added to something there, alone or times something."""
    added = [node for node in nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)]
    return any(isinstance(one, ast.Name) and one.id == name for node in added for one in ast.walk(node.right))


def _is_set(function: FunctionSource, name: str) -> bool:
    """Whether the function gives it a number that is written there, and nothing else."""
    assigned = [node for node in function.own_statements if isinstance(node, ast.Assign)]
    values = [node.value for node in assigned if name in {one.id for one in node.targets if isinstance(one, ast.Name)}]
    return bool(values) and not any(isinstance(node, ast.Name) for value in values for node in ast.walk(value))


SHARP_NUMBER_RULES: Mapping[str, Rule] = {
    "difference-quotient": _takes_a_quotient,
}
VAGUE_NUMBER_RULES: Mapping[str, Rule] = {
    "whole-numbers": _makes_whole_numbers,
    "rounded": _rounds,
    "written-into-whole-numbers": _writes_into_whole,
}
