"""Causes of exceptions that a call brings: values too few, too many or of the wrong kind, and calls without an end.

Each function says one, or None where it does not apply.
"""

from __future__ import annotations

import ast
import re

import numpy as np

from grader.diagnosis.exception_rule import Match, cut
from grader.diagnosis.notebook_names import functions_around
from grader.i18n import Text, msg, msgs

# Functions of numpy that take one array; a second value is taken for the axis.
_REDUCING = frozenset("sum mean max min prod std var average median".split())


def called_number(match: Match) -> Text | None:
    if re.search(r"(\b\d|\))\s*\(", match.fault.code):
        return msg("A * is missing in front of a bracket: Python takes `2(a + b)` for a call. Write `2 * (a + b)`.")
    return msg(
        "Round brackets call a function, but what stands before them in `{code}` is not a function. "
        "Is a * missing, or does a variable have the function's name?",
        code=cut(match.fault.code),
    )


def arguments_missing(match: Match) -> Text | None:
    names = re.findall(r"'(\w+)'", match.found["names"])
    return msgs(
        "The call gives {function} too few arguments: {names} is missing. Compare it with the def line.",
        "The call gives {function} too few arguments: {names} are missing. Compare it with the def line.",
        len(names),
        function=cut(match.found["function"]),
        names=cut(", ".join(names)),
    )


def arguments_too_many(match: Match) -> Text | None:
    """Python says "takes from 2 to 3 arguments but 1 were given" of too few as well."""
    function, code = match.found["function"], match.fault.code
    least = match.found.groupdict().get("least")
    if least is not None and _is_less(match.found["given"], least):
        return msg(
            "The call gives {function} too few values: does its bracket in `{code}` close too early?",
            function=cut(function),
            code=cut(code) or "…",
        )
    if function in match.notebook.names.bound:
        return msg(
            "The call gives {function} more arguments than its def line has. Compare the two.", function=cut(function)
        )
    return msg(
        "The call gives {function} more values than it takes: look at the commas and brackets in `{code}`.",
        function=cut(function),
        code=cut(code) or "…",
    )


def _is_less(one: str, other: str) -> bool:
    return one.isdigit() and other.isdigit() and int(one) < int(other)


def array_for_a_count(match: Match) -> Text | None:
    """Where a whole number is wanted: as an axis, or as a count or position."""
    for name in _two_valued(match.fault.code):
        return msg(
            "`{name}` takes one array; a second value in its brackets is not added or averaged with it, but taken for "
            "the axis. Calculate one array first.",
            name=cut(name),
        )
    return (
        msg(
            "`{code}` needs a whole number, as range and positions do. Is len(...) or int(...) missing?",
            code=cut(match.fault.code) or "…",
        )
        if re.search(r"range\s*\(|\[", match.fault.code)
        else msg(
            "Somewhere in `{code}` there must be a whole number, and it got another value.",
            code=cut(match.fault.code) or "…",
        )
    )


def axis_missing(match: Match) -> Text | None:
    if not re.search(r"\baxis\s*=", match.fault.code):
        return None
    return msg(
        "axis={axis} is not there: axes are counted from 0, and a vector has only axis 0. Leave axis out.",
        axis=match.found["axis"],
    )


def item_missing(match: Match) -> Text | None:
    """Where an item is asked for; numpy's own functions raise the same exception."""
    if "[" not in match.fault.code:
        return _too_few_items(match)
    code = cut(match.fault.code)
    if re.search(r"\bsize 0\b", match.fault.text):
        return msg("`{code}` asks for an item of something empty. What should happen when nothing is left?", code=code)
    return msg(
        "`{code}` asks for an item that isn't there: items are counted from 0, so the last one is at len(x) - 1.",
        code=code,
    )


def _too_few_items(match: Match) -> Text | None:
    if not re.search(r"\bsize 0\b", match.fault.text):
        return None
    return msg(
        "`{code}` needs more items than it got. Look up what the function computes, and from how many items.",
        code=cut(match.fault.code),
    )


def _two_valued(code: str) -> list[str]:
    """The calls of sum, mean and the like that get more than one value, as they are written."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # part of a longer statement
        return re.findall(rf"(np\.(?:{'|'.join(sorted(_REDUCING))}))\([^()=]+,[^()=]+\)", code)
    calls = [node for node in nodes if isinstance(node, ast.Call) and len(node.args) > 1]
    named = [node.func for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr in _REDUCING]
    return [ast.unparse(function) for function in named]


def calls_itself(match: Match) -> Text | None:
    """Where a function calls itself without an end."""
    for line in (*reversed(match.fault.callers), match.fault.code):
        for function in functions_around(line, match.notebook.cells):
            if re.search(rf"(?<![\w.]){re.escape(function.name)}\s*\(", line):
                return _never_ends(function, line)
    return msg("Functions call each other again and again, without an end.")


def _never_ends(function: ast.FunctionDef, line: str) -> Text:
    values = {"code": cut(line), "function": cut(function.name)}
    if any(isinstance(node, ast.If | ast.IfExp | ast.While) for node in ast.walk(function)):
        return msg(
            "`{code}` calls {function} again and again, without an end. What it looks at before it stops must change "
            "from call to call: a count that falls by 1, for instance.",
            **values,
        )
    return msg(
        "`{code}` calls {function} itself, again and again: inside its def, the name means the function that stands "
        "there. Should it call another one? Then give the two different names.",
        **values,
    )


def third_value(match: Match) -> Text | None:
    """`np.multiply(w, x, b)`: what numpy takes for the array to write into."""
    try:
        calls = [node for node in ast.walk(ast.parse(match.fault.code)) if isinstance(node, ast.Call)]
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # part of a longer statement
        calls = []
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        taken = getattr(getattr(np, name, None), "nin", 0)
        if 0 < taken < len(call.args):
            return msgs(
                "`{code}` has one value too many in its brackets: np.{name} takes {n} value. Does a bracket close "
                "too late?",
                "`{code}` has one value too many in its brackets: np.{name} takes {n} values. Does a bracket close "
                "too late?",
                taken,
                code=cut(ast.unparse(call)),
                name=name,
            )
    return msg(
        "`{code}` gives a function of numpy one value too many: look at its brackets.", code=cut(match.fault.code)
    )
