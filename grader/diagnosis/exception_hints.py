"""What usually causes an exception, said to whoever has just met it: a table, and a few that need more than a text."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import msgspec
import numpy as np

from grader.i18n import Message, Text, msg
from grader.model import Cell, CellResult, CellStatus, Diagnosis
from grader.submissions.bound_names import Names, read_names

MAX_SHOWN = 60
MAX_TEXT = 1_000
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
    "sqrt": "from math import sqrt",
}
_OTHER_LANGUAGES: Mapping[str, str] = {"true": "True", "false": "False", "none": "None", "null": "None", "nil": "None"}


@dataclass(frozen=True, slots=True)
class Fault:
    """An exception as the kernel told it. `code`: the participant's line that it came from. `cell`: the index of the
    cell that was running; None where a check called a function, after all cells."""

    type: str
    text: str
    code: str = ""
    cell: int | None = None


@dataclass(frozen=True)
class NotebookContext:
    """What a cause may look at: the names of the notebook and the cells that did not run to their end."""

    names: Names
    broken: frozenset[int] = frozenset()


def find_cause(fault: Fault, notebook: NotebookContext) -> Diagnosis | None:
    """What usually causes this exception; None for one that nobody has written of here."""
    fault = replace(fault, text=fault.text[:MAX_TEXT])
    for name, types, pattern, cause in _CAUSES:
        if fault.type not in types.split():
            continue
        found = re.search(pattern, fault.text)
        text = _text(cause, _Met(fault, notebook, found)) if found else None
        if text is not None:
            return Diagnosis(name, text, probable=True)
    return None


def notebook_of(cells: Sequence[Cell], results: Sequence[CellResult]) -> NotebookContext:
    return NotebookContext(
        read_names(cells), frozenset(cell.index for cell in results if cell.status is not CellStatus.OK)
    )


def fault_of(cell: CellResult) -> Fault | None:
    """The exception that a cell ended with, if it did."""
    if cell.status is not CellStatus.ERROR or not cell.error:
        return None
    type, _, text = cell.error.partition(":")
    return Fault(type, text.strip(), cell.inner_code, cell.index)


def cell_cause(cell: CellResult, notebook: NotebookContext) -> Text | None:
    """What usually causes it."""
    fault = fault_of(cell)
    found = find_cause(fault, notebook) if fault else None
    return found.hint if found else None


def explained(cells: Sequence[Cell], results: Sequence[CellResult]) -> tuple[CellResult, ...]:
    """The same results, each exception with what usually causes it."""
    notebook = notebook_of(cells, results)
    causes = [(result, cell_cause(result, notebook)) for result in results]
    return tuple(replace(result, notes=(*result.notes, cause)) if cause else result for result, cause in causes)


@dataclass(frozen=True, slots=True)
class _Met:
    """A row of the table that fits: the fault, where it was met, and what the pattern found in its text."""

    fault: Fault
    notebook: NotebookContext
    found: re.Match[str]


_Special = Callable[[_Met], "Text | None"]


def _text(cause: Message | _Special, met: _Met) -> Text | None:
    if not isinstance(cause, Message):
        return cause(met)
    values = {key: cut(value) for key, value in met.found.groupdict().items() if value is not None}
    return msgspec.structs.replace(cause, values={"code": cut(met.fault.code) or "…", **values})


def cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


# ---- names


def _unknown_name(met: _Met) -> Text | None:
    name = met.found["name"]
    known, shown = met.notebook.names, cut(name)
    if name in _MODULES and name not in known.bound:
        return msg("`{name}` is not imported: a cell above needs `{line}`.", name=shown, line=_MODULES[name])
    if name in _OTHER_LANGUAGES:
        return msg("In Python it is spelt `{right}`, not `{name}`.", right=_OTHER_LANGUAGES[name], name=shown)
    where = known.bound.get(name)
    if where is not None and where in met.notebook.broken and where != met.fault.cell:
        return msg(
            "`{name}` is made in cell {cell}, which did not run to its end: mend that cell first.",
            name=shown,
            cell=where + 1,
        )
    if where is not None and met.fault.cell is not None and where > met.fault.cell:
        return msg("`{name}` is made only in cell {cell}, further down: move it up.", name=shown, cell=where + 1)
    near = _nearest(name, [*known.bound, *known.inner, *_MODULES, *dir(builtins)])
    if near is not None and near != name:
        return msg("There is no `{name}`. Did you mean `{near}`?", name=shown, near=cut(near))
    if name in known.inner:
        return msg(
            "`{name}` is known only inside the function that makes it: return it from there.",
            name=shown,
        )
    return msg(
        "Nothing has made `{name}` before this line: is it misspelt, or missing from the arguments in the def line?",
        name=shown,
    )


def _unknown_attribute(met: _Met) -> Text | None:
    near = _nearest(met.found["name"], [name for name in dir(np) if not name.startswith("_")])
    if near is None:
        return msg("numpy has no `{name}`: look the name up in its documentation.", name=cut(met.found["name"]))
    return msg("numpy has no `{name}`. Did you mean `{near}`?", name=cut(met.found["name"]), near=near)


def _nearest(name: str, known: Sequence[str]) -> str | None:
    """A name that differs from this one by case and underscores, or by a letter or two."""
    by_plain = {one.lower().replace("_", ""): one for one in known if one != name}
    plain = name.lower().replace("_", "")
    if plain in by_plain:
        return by_plain[plain]
    close = get_close_matches(plain, by_plain, n=1, cutoff=0.75) if len(plain) > 2 else []
    return by_plain[close[0]] if close else None


# ---- None


def _none(met: _Met) -> Text | None:
    functions = [
        name for name in re.findall(r"\b([^\W\d]\w*)\s*\(", met.fault.code) if name in met.notebook.names.bound
    ]
    if functions:
        return msg(
            "None is what a function gives that has no return. Check that {function} ends with return.",
            function=cut(functions[0]),
        )
    return msg("One of the values here is None, which is what a function gives that has no return. Where is it from?")


def _called_number(met: _Met) -> Text | None:
    if re.search(r"(\b\d|\))\s*\(", met.fault.code):
        return msg("A * is missing in front of a bracket: Python takes `2(a + b)` for a call. Write `2 * (a + b)`.")
    return msg(
        "Round brackets call a function, and what stands before them in `{code}` is no function. "
        "Is a * missing, or does a variable have the function's name?",
        code=cut(met.fault.code),
    )


# Name, types, pattern of the text, cause. The first that fits counts; `{code}` is the participant's line.
_OPERANDS = "TypeError UFuncTypeError _UFuncNoLoopError _UFuncBinaryResolutionError"
_SYNTAX = "SyntaxError IndentationError TabError"
_CAUSES: Sequence[tuple[str, str, str, Message | _Special]] = (
    ("unknown-name", "NameError", r"name '(?P<name>\w+)' is not defined", _unknown_name),
    (
        "used-before-it-has-a-value",
        "UnboundLocalError",
        r"variable '(?P<name>\w+)'",
        msg(
            "`{name}` gets its value inside the function, but only below this line or in a place that was not reached. "
            "Give it a value first."
        ),
    ),
    ("none-for-a-value", "TypeError AttributeError _UFuncNoLoopError", r"NoneType", _none),
    (
        "power-with-caret",
        f"{_OPERANDS} ValueError",
        r"for \^|bitwise_xor",
        msg("In Python ^ is not a power. A power is written with **: `a ** 2`."),
    ),
    (
        "function-not-called",
        "TypeError _UFuncNoLoopError",
        r"unsupported operand.*'(builtin_function_or_method|function|method|_ArrayFunctionDispatcher|ufunc)'",
        msg("A function is named in `{code}` and not called: round brackets are missing behind its name."),
    ),
    (
        "text-for-a-number",
        f"{_OPERANDS} ValueError",
        r"'str'|\bstr\b|dtype\('<U|dtype\[str_\]|StrDType|could not convert string|invalid literal for int",
        msg("There is text where a number should be: leave out the quotes, or turn it into a number with float(...)."),
    ),
    (
        "arithmetic-on-lists",
        "TypeError",
        r"unsupported operand.*'(list|tuple)'|multiply sequence by non-int|can only concatenate (list|tuple)",
        msg("Lists can't be computed with number by number. Make it an array first: np.array(...)."),
    ),
    (
        "array-for-one-number",
        "TypeError",
        r"only (length-1|size-1|0-dimensional) arrays can be converted",
        msg(
            "`{code}` takes one number and got a whole array. Functions of numpy (np.power, np.sqrt, np.round ...) "
            "take arrays."
        ),
    ),
    (
        "array-for-a-count",
        "TypeError",
        r"only integer scalar arrays can be converted|(ndarray|float|float64)'? object cannot be interpreted as an int",
        msg("A whole number is needed in `{code}`, as range and positions take it: is len(...) missing, or int(...)?"),
    ),
    ("number-called", "TypeError", r"'(?P<type>[\w.]+)' object is not callable", _called_number),
    (
        "argument-missing",
        "TypeError",
        r"(?P<function>\w+)\(\) missing \d+ required (positional|keyword-only) arguments?: (?P<names>.+)",
        msg("The call gives {function} too few arguments: {names} is missing. Compare it with the def line."),
    ),
    (
        "argument-too-many",
        "TypeError",
        r"(?P<function>\w+)\(\) takes .*positional arguments? but \d+ (was|were) given",
        msg("The call gives {function} more arguments than its def line has. Compare the two."),
    ),
    (
        "argument-unknown",
        "TypeError",
        r"(?P<function>\w+)\(\) got an unexpected keyword argument '(?P<name>\w+)'",
        msg("{function} has no argument called {name}: look at the names in its def line."),
    ),
    (
        "argument-twice",
        "TypeError",
        r"(?P<function>\w+)\(\) got multiple values for argument '(?P<name>\w+)'",
        msg("The call gives {name} to {function} twice: once by its place and once by its name."),
    ),
    (
        "one-value-for-several",
        "TypeError",
        r"cannot unpack non-iterable",
        msg("One value came where `{code}` takes several. Does the function return all of them, with a comma between?"),
    ),
    (
        "number-looped-over",
        "TypeError",
        r"'(int|float|numpy\.\w+)' object is not iterable|iteration over a 0-d array",
        msg("A single number can't be gone through. To repeat something n times, write range(n)."),
    ),
    (
        "number-indexed",
        "TypeError IndexError",
        r"'(int|float|numpy\.\w+)' object is not subscriptable|invalid index to scalar",
        msg(
            "There is one number where `{code}` takes an item of many: leave out the square brackets, or pass a vector."
        ),
    ),
    (
        "function-indexed",
        "TypeError",
        r"'(builtin_function_or_method|function|method)' object is not subscriptable",
        msg("A function is called with round brackets (), not with square ones []."),
    ),
    (
        "nothing-to-count",
        "TypeError",
        r"object of type '(int|float|numpy\.\w+|builtin_function_or_method|function)' has no len\(\)",
        msg("len(...) counts the items of a vector or a list, and `{code}` gives it something that has none."),
    ),
    (
        "index-not-whole",
        "TypeError IndexError",
        r"indices must be integers|only integers, slices|arrays used as indices",
        msg("What stands in square brackets must be a whole number: `for i in range(len(x))` gives such."),
    ),
    (
        "changed-in-place",
        "_UFuncOutputCastingError UFuncTypeError TypeError",
        r"Cannot cast ufunc .* output",
        msg("`{code}` writes fractions into an array of whole numbers. Make a new one: `x = x - ...`, not `x -= ...`."),
    ),
    (
        "shapes-differ",
        "ValueError",
        r"operands could not be broadcast together with shapes (?P<shapes>.+)",
        msg("Arrays of different lengths meet in `{code}`: {shapes}. Print the shape of each."),
    ),
    (
        "shapes-not-aligned",
        "ValueError",
        r"not aligned|matmul: ",
        msg("np.dot and @ multiply as matrices do, and these shapes don't fit. Number by number it is *."),
    ),
    (
        "values-too-few",
        "ValueError",
        r"not enough values to unpack \(expected (?P<wanted>\d+), got (?P<got>\d+)\)",
        msg("`{code}` takes {wanted} values and got {got}. Does the function return all of them?"),
    ),
    (
        "values-too-many",
        "ValueError",
        r"too many values to unpack \(expected (?P<wanted>\d+)",
        msg("`{code}` takes {wanted} values and got more. Look at what stands behind return in the function."),
    ),
    (
        "vector-for-a-number",
        "ValueError TypeError",
        r"setting an array element with a sequence|inhomogeneous",
        msg("A vector stands where `{code}` takes one number, or rows differ in length."),
    ),
    (
        "truth-of-an-array",
        "ValueError",
        r"truth value of an array",
        msg("if and while take one yes or no, and here is one for each number. Write np.all(...) or np.any(...)."),
    ),
    (
        "math-domain",
        "ValueError",
        r"math domain error|expected a (nonnegative|positive) input",
        msg("A root or logarithm of a negative number is asked for in `{code}`."),
    ),
    (
        "index-out-of-range",
        "IndexError",
        r"out of range|out of bounds",
        msg("`{code}` asks for an item that isn't there: they are counted from 0, so the last one is at len(x) - 1."),
    ),
    (
        "too-many-indices",
        "IndexError",
        r"too many indices",
        msg("`{code}` has more indices than the array has dimensions: a vector takes one, `x[i]`."),
    ),
    ("key-missing", "KeyError", r"(?P<key>.+)", msg("The dict has no key {key}: is it spelt as where it was made?")),
    (
        "list-is-no-array",
        "AttributeError",
        r"'(list|tuple)' object has no attribute '(?P<name>\w+)'",
        msg("A list has no `{name}`, an array has: make one with np.array(...). Adding to a list is `append`."),
    ),
    (
        "number-is-no-array",
        "AttributeError",
        r"'(int|float)' object has no attribute '(?P<name>\w+)'",
        msg("There is a single number where `{code}` takes an array."),
    ),
    (
        "array-append",
        "AttributeError",
        r"'numpy.ndarray' object has no attribute 'append'",
        msg("An array can't grow. Start with an empty list, `[]`, append to it, and turn it into an array at the end."),
    ),
    ("numpy-has-no", "AttributeError", r"module 'numpy' has no attribute '(?P<name>\w+)'", _unknown_attribute),
    (
        "attribute-unknown",
        "AttributeError",
        r"has no attribute '(?P<name>\w+)'",
        msg("`{name}` is not known for this kind of value: is it misspelt?"),
    ),
    (
        "division-by-zero",
        "ZeroDivisionError",
        r"",
        msg("`{code}` divides by zero. Which number can be 0 there, for example for a single observation?"),
    ),
    (
        "grown-without-end",
        "OverflowError FloatingPointError",
        r"",
        msg("The numbers grew without end: check the sign of the step, and try a smaller learning rate."),
    ),
    (
        "calls-itself",
        "RecursionError",
        r"",
        msg("The function calls itself without end. Is it another function that should be called there?"),
    ),
    (
        "module-missing",
        "ModuleNotFoundError",
        r"No module named '(?P<name>[\w.]+)'",
        msg("There is no module `{name}` here. Is its name misspelt, and is it needed at all?"),
    ),
    (
        "import-unknown",
        "ImportError",
        r"cannot import name '(?P<name>\w+)'",
        msg("What is imported has no `{name}`: is it misspelt?"),
    ),
    (
        "file-missing",
        "FileNotFoundError PermissionError",
        r"",
        msg("The notebook is graded alone, without files from your computer or Drive. Let the data stand in a cell."),
    ),
    (
        "keyboard-asked",
        "StdinNotImplementedError EOFError",
        r"",
        msg("input() waits for somebody at the keyboard, and nobody sits there. Write the value into the code."),
    ),
    (
        "not-written-yet",
        "NotImplementedError",
        r"",
        msg("`raise NotImplementedError` still stands there: put your code in its place."),
    ),
    (
        "ends-python",
        "SystemExit KeyboardInterrupt",
        r"",
        msg("exit() and quit() end Python. A function ends with return."),
    ),
    (
        "out-of-memory",
        "MemoryError _ArrayMemoryError",
        r"",
        msg("It asks for more memory than there is. How long is that array?"),
    ),
    # ---- what Python could not even read
    (
        "return-outside",
        _SYNTAX,
        r"'return' outside function",
        msg("return stands outside of a function: move the line to the right, under def."),
    ),
    (
        "indent-missing",
        _SYNTAX,
        r"expected an indented block after .+ on line (?P<line>\d+)",
        msg("What belongs under line {line} must be indented: put four spaces in front of it."),
    ),
    (
        "indent-unexpected",
        _SYNTAX,
        r"unexpected indent",
        msg("This line stands further to the right than the one above, without a colon there: align the two."),
    ),
    (
        "indent-uneven",
        _SYNTAX,
        r"unindent does not match|inconsistent use of tabs",
        msg("The lines of one block must begin at the same place. Use four spaces for each level, and no tabs."),
    ),
    ("colon-missing", _SYNTAX, r"expected ':'", msg("A colon is missing at the end of `{code}`.")),
    (
        "bracket-not-closed",
        _SYNTAX,
        r"'(?P<bracket>[(\[{])' was never closed",
        msg("The bracket {bracket} in `{code}` is opened and never closed: count the brackets of the line."),
    ),
    (
        "ends-too-early",
        _SYNTAX,
        r"incomplete input|unexpected EOF",
        msg("The cell ends before Python expects it: a bracket in or above `{code}` is opened and never closed."),
    ),
    (
        "bracket-not-opened",
        _SYNTAX,
        r"unmatched '(?P<bracket>[)\]}])'|closing parenthesis",
        msg("There is a closing bracket too many in `{code}`, or one of another kind than was opened."),
    ),
    (
        "quote-not-closed",
        _SYNTAX,
        r"unterminated|EOL while scanning|EOF while scanning",
        msg("A quote is opened in `{code}` and never closed."),
    ),
    (
        "assigned-to-no-name",
        _SYNTAX,
        r"cannot assign to",
        msg("What gets a value stands on the left of =, and must be a name: `{code}`."),
    ),
    (
        "assignment-for-comparison",
        _SYNTAX,
        r"Maybe you meant '=='",
        msg("Two values are compared with ==. A single = gives a name its value, and what gets it stands on the left."),
    ),
    (
        "comma-missing",
        _SYNTAX,
        r"Perhaps you forgot a comma",
        msg("Two things stand side by side in `{code}`: a comma or an operator, such as *, is missing between them."),
    ),
    (
        "times-missing",
        _SYNTAX,
        r"invalid decimal literal|invalid imaginary literal",
        msg("A number and a name stand together in `{code}`: write a * between them. A name can't begin with a digit."),
    ),
    (
        "print-without-brackets",
        _SYNTAX,
        r"Missing parentheses in call to 'print'",
        msg("print needs round brackets: print(...)."),
    ),
    (
        "character-unknown",
        _SYNTAX,
        r"invalid (non-printable )?character(?P<character> '.{1,4}')?",
        msg("`{code}` has a sign that Python does not know, as comes with text that is pasted: type the line anew."),
    ),
    (
        "not-python",
        _SYNTAX,
        r"",
        msg("Python can't read `{code}`. Look there and at the line above for a bracket, comma, colon or operator."),
    ),
)
