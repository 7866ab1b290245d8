"""Rules on the source of a function that gives None, or never ends: each says what is probably wrong, or None."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from grader.diagnosis.function_source import FunctionSource, called_name, is_load
from grader.diagnosis.returned_value import names_bound
from grader.diagnosis.source_rules import Rule
from grader.i18n import Text, msg

MAX_RESULTS = 6

# ---- where the answer is None


def _returns_print(function: FunctionSource) -> Text | None:
    if any(isinstance(value, ast.Call) and called_name(value) in {"print", "display"} for value in function.returned):
        return msg("Probably return gives back the result of print, which is nothing. Return the value itself.")
    return None


def _skips_return(function: FunctionSource) -> Text | None:
    if function.returned and not any(isinstance(statement, ast.Return) for statement in function.node.body):
        return msg("Probably not every way through the function ends with return: look at what stands under if or for.")
    return None


def _has_no_return(function: FunctionSource) -> Text | None:
    if function.returned:
        return None
    made = ", ".join(_results(function))
    if not made:
        return msg("Probably a return is missing: a function without one gives None, whatever it prints.")
    return msg("Probably `return {made}` is missing: the function has no return.", made=made)


def _results(function: FunctionSource) -> list[str]:
    """The variables that a function makes and that no later line of it reads."""
    names = [node for node in function.nodes if isinstance(node, ast.Name)]
    made = list(dict.fromkeys(base.id for one in function.own_statements for base in names_bound(one)))
    return [name for name in made if _last(names, name, ast.Store) >= _last(names, name, ast.Load)][:MAX_RESULTS]


def _last(names: Sequence[ast.Name], name: str, context: type[ast.expr_context]) -> int:
    """The last line that stores a name, or reads it, from 1; 0 where none does."""
    return max((node.lineno for node in names if node.id == name and isinstance(node.ctx, context)), default=0)


def _keeps_stub_return(function: FunctionSource) -> Text | None:
    """The `return None` that was handed out still stands above or below the participant's own lines."""
    body = function.node.body
    place = next((at for at, statement in enumerate(body) if _returns_nothing(statement)), None)
    if place is None or not any(_is_code(statement) for statement in (*body[:place], *body[place + 1 :])):
        return None
    if any(_is_code(statement) for statement in body[place + 1 :]):
        return msg(
            "Probably `return None` is still there from the start: it ends the function above your code. Delete it."
        )
    if len(function.returned) > 1:
        return None
    made = ", ".join(_results(function))
    if not made:
        return msg("Probably `return None` is still there from the start: put what you computed in the place of None.")
    return msg("Probably `return None` is still there from the start: it should be `return {made}`.", made=made)


def _returns_nothing(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Return):
        return False
    return statement.value is None or (isinstance(statement.value, ast.Constant) and statement.value.value is None)


def _is_code(statement: ast.stmt) -> bool:
    """Whether a statement is more than a docstring, `pass` or `return None`."""
    text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return not (text or isinstance(statement, ast.Pass) or _returns_nothing(statement))


def _returns_none_of_another(function: FunctionSource) -> Text | None:
    last = function.returned[-1] if function.returned else None
    if isinstance(last, ast.Call):
        return msg("Probably return gives back None, because `{code}` returns nothing.", code=function.code(last))
    if isinstance(last, ast.Name | ast.Attribute | ast.Subscript):
        return msg(
            "Probably `{code}` is None when it is returned. Look at what gives it its value.", code=function.code(last)
        )
    return None


# ---- where a call does not end


def _waits_for_input(function: FunctionSource) -> Text | None:
    if function.calls("input"):
        return msg("Probably input() waits for somebody at the keyboard. Write the value into the code.")
    return None


def _loops_endlessly(function: FunctionSource) -> Text | None:
    for loop in function.loops:
        if isinstance(loop, ast.While) and not _can_end(loop):
            code = function.code(loop.test)
            return msg("Probably `{code}` never ends: nothing inside the loop changes it.", code=code)
    return None


def _can_end(loop: ast.While) -> bool:
    """Whether a loop has a way out, or changes something that its condition looks at."""
    inside = [node for statement in loop.body for node in ast.walk(statement)]
    if any(isinstance(node, ast.Break | ast.Return | ast.Raise) for node in inside):
        return True
    watched = {node.id for node in ast.walk(loop.test) if isinstance(node, ast.Name)}
    stored = {node.id for node in inside if isinstance(node, ast.Name) and not is_load(node)}
    return bool(watched & stored) or any(isinstance(node, ast.Call) for node in ast.walk(loop.test))


NONE_RULES: Mapping[str, Rule] = {
    "returns-print": _returns_print,
    "stub-return-left": _keeps_stub_return,
    "return-not-reached": _skips_return,
    "no-return": _has_no_return,
    "returns-none-of-another": _returns_none_of_another,
}
ENDLESS_RULES: Mapping[str, Rule] = {
    "waits-for-input": _waits_for_input,
    "endless-loop": _loops_endlessly,
}
