"""Causes of exceptions that a pattern alone does not tell: each function says one, or None where it does not apply."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from grader.diagnosis.decimal_comma import decimal_comma_hint, decimal_commas, find_decimal_comma
from grader.diagnosis.exception_rule import Match, cut
from grader.diagnosis.notebook_names import (
    defined_functions,
    is_builtin,
    last_assignment,
    unread_names,
)
from grader.i18n import CellRef, Text, msg
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


# ---- arguments


def decimal_comma_arguments(match: Match) -> Text | None:
    """`train(x, y, 0,1)` gives one argument more than it seems."""
    comma = find_decimal_comma(match.fault.code)
    return None if comma is None else decimal_comma_hint(comma)


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


# ---- what Python could not read


def compared_with_one_sign(match: Match) -> Text | None:
    """`if n = 0`. Python says the same of `n + 1 = 2`, which compares nothing."""
    if "cannot assign" in match.fault.text and not re.match(r"\s*(if|elif|while|assert)\b", match.fault.code):
        return None
    return msg(
        "Two values are compared with ==. A single = gives a name its value, and what gets it stands on the left."
    )
