"""Causes of exceptions that a pattern alone does not tell: each function says one, or None where it does not apply."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from grader.diagnosis.decimal_comma import decimal_comma_hint, decimal_commas, find_decimal_comma
from grader.diagnosis.exception_rule import Match, cut
from grader.diagnosis.notebook_names import (
    defined_functions,
    functions_around,
    is_builtin,
    last_assignment,
    unread_names,
)
from grader.i18n import CellRef, Text, msg, msgs
from grader.submissions.similar_names import most_similar

_MODULES: Mapping[str, str] = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "plt": "import matplotlib.pyplot as plt",
    "pd": "import pandas as pd",
    "sns": "import seaborn as sns",
    "tf": "import tensorflow as tf",
    "torch": "import torch",
    "math": "import math",
    "random": "import random",
    "time": "import time",
    "os": "import os",
    "sys": "import sys",
}
_OTHER_LANGUAGES: Mapping[str, str] = {"true": "True", "false": "False", "none": "None", "null": "None", "nil": "None"}


_CALCULATING = frozenset("sum len min max abs round".split())  # builtins that people forget to call
# Functions of numpy that take one array; a second value is taken for the axis.
_REDUCING = frozenset("sum mean max min prod std var average median".split())


# ---- names


def unknown_name(match: Match) -> Text | None:
    name = match.found["name"]
    known, shown = match.notebook.names, cut(name)
    if name in _MODULES and name not in known.bound:
        return msg("`{name}` is not imported: a cell above needs `{line}`.", name=shown, line=_MODULES[name])
    if name in _OTHER_LANGUAGES:
        return msg("In Python it is spelt `{right}`, not `{name}`.", right=_OTHER_LANGUAGES[name], name=shown)
    where = known.bound.get(name)
    if where is not None and where in match.notebook.broken and where != match.fault.cell:
        return msg(
            "`{name}` is defined in cell {cell}, which did not run to its end. Fix that cell first.",
            name=shown,
            cell=CellRef(where),
        )
    if where is not None and match.fault.cell is not None and where > match.fault.cell:
        return msg(
            "`{name}` is defined only further down, in cell {cell}: move that cell up.", name=shown, cell=CellRef(where)
        )
    if name in match.notebook.opening and where is None:
        return msg(
            "`{name}` comes from one of the notebook's first cells, which is not here: put that cell back.", name=shown
        )
    if _is_numpy_call(name, match.fault.code) and name.lower() not in {one.lower() for one in known.bound}:
        return msg("`{name}` is a function of numpy: write `np.{name}`.", name=shown)
    near = _nearest(name, unread_names(match.fault.code, match.notebook.cells))
    near = near or _nearest(name, [*known.bound, *known.inner, *_MODULES, *dir(builtins)])
    if near is not None and near != name:
        return msg("Python does not know `{name}`. Did you mean `{near}`?", name=shown, near=cut(near))
    if name in known.inner:
        return msg("`{name}` exists only inside the function that defines it: return it from there.", name=shown)
    return msg(
        "`{name}` has no value before this line. Is it misspelt, or missing from the arguments in the def line?",
        name=shown,
    )


def unknown_attribute(match: Match) -> Text | None:
    near = _nearest(match.found["name"], [name for name in dir(np) if not name.startswith("_")])
    if near is None:
        return msg("numpy has no `{name}`: look the name up in its documentation.", name=cut(match.found["name"]))
    return msg("numpy has no `{name}`. Did you mean `{near}`?", name=cut(match.found["name"]), near=near)


def _is_numpy_call(name: str, code: str) -> bool:
    """Whether a line calls, as a function of its own, one that numpy has."""
    called = re.search(rf"(?<![\w.]){re.escape(name)}\s*\(", code) is not None
    return called and not name.startswith("_") and callable(getattr(np, name, None))


def _nearest(name: str, known: Iterable[str]) -> str | None:
    """A name that differs from this one by case and underscores, or by a letter or two."""
    by_plain = {one.lower().replace("_", ""): one for one in known if one != name}
    plain = name.lower().replace("_", "")
    if plain in by_plain:
        return by_plain[plain]
    close = most_similar(plain, by_plain, cutoff=0.75) if len(plain) > 2 else None
    return None if close is None else by_plain[close]


# ---- None


def none_for_a_value(match: Match) -> Text | None:
    functions = [
        name for name in re.findall(r"\b([^\W\d]\w*)\s*\(", match.fault.code) if name in match.notebook.names.bound
    ]
    if functions:
        return msg(
            "A function without return gives None. Check that {function} ends with return.",
            function=cut(functions[0]),
        )
    return msg("One of the values here is None, which a function without return gives. Where does it come from?")


def called_number(match: Match) -> Text | None:
    if re.search(r"(\b\d|\))\s*\(", match.fault.code):
        return msg("A * is missing in front of a bracket: Python takes `2(a + b)` for a call. Write `2 * (a + b)`.")
    return msg(
        "Round brackets call a function, but what stands before them in `{code}` is not a function. "
        "Is a * missing, or does a variable have the function's name?",
        code=cut(match.fault.code),
    )


# ---- arguments


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
        return None
    code = cut(match.fault.code)
    if re.search(r"\bsize 0\b", match.fault.text):
        return msg("`{code}` asks for an item of something empty. What should happen when nothing is left?", code=code)
    return msg(
        "`{code}` asks for an item that isn't there: items are counted from 0, so the last one is at len(x) - 1.",
        code=code,
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


def decimal_comma_arguments(match: Match) -> Text | None:
    """`train(x, y, 0,1)` gives one argument more than it seems."""
    comma = find_decimal_comma(match.fault.code)
    return None if comma is None else decimal_comma_hint(comma)


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


# ---- names that have another value


def name_overwritten(match: Match) -> Text | None:
    """`np = 3`, `sum = 0`: what the name stood for is gone."""
    code, notebook = match.fault.code, match.notebook
    functions = defined_functions(notebook.cells)
    for name in re.findall(r"(?<![\w.])([^\W\d]\w*)\s*[.(\[]", code):
        if not (name in _MODULES or is_builtin(name) or name in functions):
            continue
        found = last_assignment(name, notebook.cells, code, match.fault.cell)
        if found is not None:
            cell, line = found
            return msg(
                "`{name}` is no longer what it was: `{code}` in cell {cell} gave it another value. Choose another name "
                "there, and restart the kernel.",
                name=cut(name),
                code=cut(line),
                cell=CellRef(cell),
            )
    return None


def decimal_comma(match: Match) -> Text | None:
    """`rate = 0,1` makes two numbers, which fail only where they are used."""
    commas = decimal_commas(match.notebook.cells)
    lines = (match.fault.code, *reversed(match.fault.callers)) if commas else ()
    names = (name for line in lines for name in re.findall(r"[^\W\d]\w*", line))
    found = next((commas[name] for name in names if name in commas), None)
    return None if found is None else decimal_comma_hint(cut(found[1]), found[0])


def leading_zero(match: Match) -> Text | None:
    """`0,0001` does not even parse: after the comma a number begins with 0."""
    comma = re.search(r"\b\d{1,6},[ ]?0\d+", match.fault.code)
    if comma is not None:
        return decimal_comma_hint(cut(comma[0]))
    return msg(
        "In Python a whole number can't begin with 0: look at the numbers in `{code}`.", code=cut(match.fault.code)
    )


def function_not_called(match: Match) -> Text | None:
    """A function without brackets, where it stands: in the line itself, in one that handed it on, or in a cell."""
    fault = match.fault
    names = sorted(defined_functions(match.notebook.cells))
    for line in (fault.code, *reversed(fault.callers)):
        if _names_function(line, names):
            return msg(
                "`{code}` names a function but does not call it: round brackets are missing after its name.",
                code=cut(line),
            )
    read = ((line, name) for line in (fault.code, *reversed(fault.callers)) for name in re.findall(r"[^\W\d]\w*", line))
    for line, name in read:
        found = last_assignment(name, match.notebook.cells, line, fault.cell)
        if found is not None and _names_function(found[1], names):
            return msg(
                "`{code}` in cell {cell} names a function but does not call it: round brackets are missing after its "
                "name.",
                code=cut(found[1]),
                cell=CellRef(found[0]),
            )
    return msg(
        "One of the values in `{code}` is a function: it was not called where it was made.", code=cut(fault.code)
    )


def _names_function(line: str, functions: Sequence[str]) -> bool:
    """Whether a line has one of these functions, a builtin or a function of a module or array, without brackets."""
    plain = set(re.findall(r"(?<![\w.])([^\W\d]\w*)\b(?!\s*[\w(.=])", line))
    if plain & {*functions, *_CALCULATING}:
        return not line.lstrip().startswith("def ")
    return any(
        callable(getattr(np.ndarray, name, None)) or callable(getattr(np, name, None))
        for name in re.findall(r"\.([^\W\d]\w*)\b(?!\s*[\w(.=\[])", line)
    )
