"""What usually causes each exception: a table of rules. The first rule that matches an exception counts."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np

from grader.i18n import CellRef, Message, Text, Titles, msg, msgs
from grader.submissions.bound_names import BoundNames
from grader.submissions.similar_names import most_similar

MAX_SHOWN = 60  # characters of a participant's text that a hint quotes
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
    """An exception as the kernel reported it.

    Attributes:
        type: the exception's class.
        text: its message, in Python's own English.
        code: the participant's line that it came from.
        cell: the index of the cell that was running; None where a check called a function, after all cells.
    """

    type: str
    text: str
    code: str = ""
    cell: int | None = None


@dataclass(frozen=True)
class NotebookContext:
    """What a rule may look at beside the exception.

    Attributes:
        names: the names that the notebook binds.
        broken: the indices of the cells that did not run to their end.
        course_hints: the name of a rule to what the course says in its place.
        walls: the walls that stood around the notebook.
    """

    names: BoundNames
    broken: frozenset[int] = frozenset()
    course_hints: Mapping[str, Titles] = field(default_factory=dict)
    walls: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """An exception that a rule matches, where it was met, and what the rule's pattern found in its message."""

    fault: Fault
    notebook: NotebookContext
    found: re.Match[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """What usually causes exceptions of some kind.

    Attributes:
        name: of the cause, as reports and statistics call it.
        types: the exceptions' classes, with spaces between.
        pattern: a regular expression that is searched for in the message.
        hint: a text with places for the pattern's groups and for `code`, or a function that makes one; it gives None
            where the rule does not apply after all.
    """

    name: str
    types: str
    pattern: str
    hint: Message | Callable[[Match], Text | None]

    def explain(self, fault: Fault, notebook: NotebookContext) -> Text | None:
        """The hint for an exception; None where the rule does not match."""
        found = re.search(self.pattern, fault.text) if fault.type in self.types.split() else None
        if found is None:
            return None
        if not isinstance(self.hint, Message):
            return self.hint(Match(fault, notebook, found))
        groups = {key: cut(value) for key, value in found.groupdict().items() if value is not None}
        return msgspec.structs.replace(self.hint, values={"code": cut(fault.code) or "…", **groups})


def cut(text: str) -> str:
    """A participant's text in one line of at most MAX_SHOWN characters."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


# ---- names


def _unknown_name(match: Match) -> Text | None:
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
    near = _nearest(name, [*known.bound, *known.inner, *_MODULES, *dir(builtins)])
    if near is not None and near != name:
        return msg("Python does not know `{name}`. Did you mean `{near}`?", name=shown, near=cut(near))
    if name in known.inner:
        return msg("`{name}` exists only inside the function that defines it: return it from there.", name=shown)
    return msg(
        "`{name}` has no value before this line. Is it misspelt, or missing from the arguments in the def line?",
        name=shown,
    )


def _unknown_attribute(match: Match) -> Text | None:
    near = _nearest(match.found["name"], [name for name in dir(np) if not name.startswith("_")])
    if near is None:
        return msg("numpy has no `{name}`: look the name up in its documentation.", name=cut(match.found["name"]))
    return msg("numpy has no `{name}`. Did you mean `{near}`?", name=cut(match.found["name"]), near=near)


def _nearest(name: str, known: Sequence[str]) -> str | None:
    """A name that differs from this one by case and underscores, or by a letter or two."""
    by_plain = {one.lower().replace("_", ""): one for one in known if one != name}
    plain = name.lower().replace("_", "")
    if plain in by_plain:
        return by_plain[plain]
    close = most_similar(plain, by_plain, cutoff=0.75) if len(plain) > 2 else None
    return None if close is None else by_plain[close]


# ---- None


def _none(match: Match) -> Text | None:
    functions = [
        name for name in re.findall(r"\b([^\W\d]\w*)\s*\(", match.fault.code) if name in match.notebook.names.bound
    ]
    if functions:
        return msg(
            "A function without return gives None. Check that {function} ends with return.",
            function=cut(functions[0]),
        )
    return msg("One of the values here is None, which a function without return gives. Where does it come from?")


def _called_number(match: Match) -> Text | None:
    if re.search(r"(\b\d|\))\s*\(", match.fault.code):
        return msg("A * is missing in front of a bracket: Python takes `2(a + b)` for a call. Write `2 * (a + b)`.")
    return msg(
        "Round brackets call a function, but what stands before them in `{code}` is not a function. "
        "Is a * missing, or does a variable have the function's name?",
        code=cut(match.fault.code),
    )


# ---- arguments


def _arguments_missing(match: Match) -> Text | None:
    names = re.findall(r"'(\w+)'", match.found["names"])
    return msgs(
        "The call gives {function} too few arguments: {names} is missing. Compare it with the def line.",
        "The call gives {function} too few arguments: {names} are missing. Compare it with the def line.",
        len(names),
        function=cut(match.found["function"]),
        names=cut(", ".join(names)),
    )


# ---- what the sandbox forbids


_REFUSING = frozenset({"landlock", "seccomp", "mount", "user"})  # the walls that answer "not permitted"
_BARE_REFUSAL = re.compile(r"\[Errno (1\] .*|13\] Permission denied)", re.DOTALL)
_SHARING = re.compile(r"\bmmap\b|\bSharedMemory\b|shared_memory")
_STARTING = re.compile(
    r"subprocess|multiprocessing|\bPopen\b|\bPool\b|\bProcess(PoolExecutor)?\b|\bManager\b|\bjoblib\b|\bParallel\b"
    r"|\bpopen\b|\bos\.(system|exec|spawn|posix_spawn|fork)"
)
_THROUGH_OTHERS = re.compile(r"\.(start|submit|i?map\w*|starmap\w*|apply\w*)\(|\b(Queue|R?Lock|Event|Value|Array)\(")


def _is_refused(match: Match) -> bool:
    """Whether a wall said no: a refusal names no file of the participant's, and somebody must stand there to say it."""
    fault = match.fault
    if match.notebook.walls.isdisjoint(_REFUSING):
        return False
    if fault.type == "EOFError":  # of a process that ended before it answered
        return re.search(r"\bManager\(|multiprocessing", fault.code) is not None
    if fault.type == "BrokenProcessPool" or _BARE_REFUSAL.fullmatch(fault.text):
        return True
    return fault.text.startswith("[Errno 13]") and _STARTING.search(fault.code) is not None


def _memory_forbidden(match: Match) -> Text | None:
    code = match.fault.code
    shared = match.fault.text.startswith("[Errno") and _SHARING.search(code) is not None
    if not shared or match.notebook.walls.isdisjoint(_REFUSING):
        return None
    return msg(
        "The grader's sandbox forbids memory that processes share (mmap, SharedMemory): that is why `{code}` fails "
        "here. Keep the data in a numpy array instead.",
        code=cut(code),
    )


def _program_forbidden(match: Match) -> Text | None:
    """Where starting one is refused, where a lock between processes is, and where a process ended that could start."""
    code, imported = match.fault.code, " ".join(match.notebook.names.imported)
    starts = _STARTING.search(code) or (_STARTING.search(imported) and _THROUGH_OTHERS.search(code))
    if not _is_refused(match) or (match.fault.type == "PermissionError" and not starts):
        return None
    return msg(
        "The grader's sandbox forbids starting other programs and processes (subprocess, multiprocessing): that is why "
        "`{code}` fails here. Do the same in Python itself, with numpy or a plain loop.",
        code=cut(code) or "…",
    )


def _refused(match: Match) -> Text | None:
    if not _is_refused(match):
        return None
    return msg(
        "The grader's sandbox does not allow what `{code}` asks the operating system for: that is why it fails here. "
        "Do it with Python itself and numpy, or leave it out.",
        code=cut(match.fault.code) or "…",
    )


# `{code}` is the participant's line.
_OPERANDS = "TypeError UFuncTypeError _UFuncNoLoopError _UFuncBinaryResolutionError"
_SYNTAX = "SyntaxError IndentationError TabError"
RULES: tuple[Rule, ...] = (
    Rule("memory-forbidden", "PermissionError", r"", _memory_forbidden),
    Rule("program-forbidden", "PermissionError BrokenProcessPool EOFError", r"", _program_forbidden),
    Rule("refused-by-the-sandbox", "PermissionError", r"", _refused),
    Rule("unknown-name", "NameError", r"name '(?P<name>\w+)' is not defined", _unknown_name),
    Rule(
        "used-before-it-has-a-value",
        "UnboundLocalError",
        r"variable '(?P<name>\w+)'",
        msg(
            "`{name}` gets its value inside the function, but only below this line or in a place that was not reached. "
            "Give it a value first."
        ),
    ),
    Rule("none-for-a-value", "TypeError AttributeError _UFuncNoLoopError", r"NoneType", _none),
    Rule(
        "power-with-caret",
        f"{_OPERANDS} ValueError",
        r"for \^|bitwise_xor",
        msg("In Python ^ is not a power. A power is written with **: `a ** 2`."),
    ),
    Rule(
        "function-not-called",
        "TypeError _UFuncNoLoopError",
        r"unsupported operand.*'(builtin_function_or_method|function|method|_ArrayFunctionDispatcher|ufunc)'",
        msg("`{code}` names a function but does not call it: round brackets are missing after its name."),
    ),
    Rule(
        "text-for-a-number",
        f"{_OPERANDS} ValueError",
        r"'str'|\bstr\b|dtype\('<U|dtype\[str_\]|StrDType|could not convert string|invalid literal for int",
        msg("There is text where a number should be: leave out the quotes, or turn it into a number with float(...)."),
    ),
    Rule(
        "arithmetic-on-lists",
        "TypeError",
        r"unsupported operand.*'(list|tuple)'|multiply sequence by non-int|can only concatenate (list|tuple)",
        msg("Python can't calculate with a list number by number. Make it an array first: np.array(...)."),
    ),
    Rule(
        "array-for-one-number",
        "TypeError",
        r"only (length-1|size-1|0-dimensional) arrays can be converted",
        msg(
            "`{code}` takes one number and got a whole array. Functions of numpy take arrays: np.power, np.sqrt, "
            "np.round ..."
        ),
    ),
    Rule(
        "array-for-a-count",
        "TypeError",
        r"only integer scalar arrays can be converted|(ndarray|float|float64)'? object cannot be interpreted as an int",
        msg("`{code}` needs a whole number, as range and positions do. Is len(...) or int(...) missing?"),
    ),
    Rule("number-called", "TypeError", r"'(?P<type>[\w.]+)' object is not callable", _called_number),
    Rule(
        "argument-missing",
        "TypeError",
        r"(?P<function>\w+)\(\) missing \d+ required (positional|keyword-only) arguments?: (?P<names>.+)",
        _arguments_missing,
    ),
    Rule(
        "argument-too-many",
        "TypeError",
        r"(?P<function>\w+)\(\) takes .*positional arguments? but \d+ (was|were) given",
        msg("The call gives {function} more arguments than its def line has. Compare the two."),
    ),
    Rule(
        "argument-unknown",
        "TypeError",
        r"(?P<function>\w+)\(\) got an unexpected keyword argument '(?P<name>\w+)'",
        msg("{function} has no argument called {name}: look at the names in its def line."),
    ),
    Rule(
        "argument-twice",
        "TypeError",
        r"(?P<function>\w+)\(\) got multiple values for argument '(?P<name>\w+)'",
        msg("The call gives {name} to {function} twice: once by its place and once by its name."),
    ),
    Rule(
        "one-value-for-several",
        "TypeError",
        r"cannot unpack non-iterable",
        msg("`{code}` takes several values and got one. Does the function return all of them, with commas between?"),
    ),
    Rule(
        "number-looped-over",
        "TypeError",
        r"'(int|float|numpy\.\w+)' object is not iterable|iteration over a 0-d array",
        msg("A loop can't go through a single number. To repeat something n times, write range(n)."),
    ),
    Rule(
        "number-indexed",
        "TypeError IndexError",
        r"'(int|float|numpy\.\w+)' object is not subscriptable|invalid index to scalar",
        msg("`{code}` takes an item of a single number: leave out the square brackets, or pass an array."),
    ),
    Rule(
        "function-indexed",
        "TypeError",
        r"'(builtin_function_or_method|function|method)' object is not subscriptable",
        msg("A function is called with round brackets (), not with square ones []."),
    ),
    Rule(
        "nothing-to-count",
        "TypeError",
        r"object of type '(int|float|numpy\.\w+|builtin_function_or_method|function)' has no len\(\)",
        msg("len(...) counts the items of a list or an array, and `{code}` gives it something that has none."),
    ),
    Rule(
        "index-not-whole",
        "TypeError IndexError",
        r"indices must be integers|only integers, slices|arrays used as indices",
        msg("What stands in square brackets must be a whole number: `for i in range(len(x))` gives those."),
    ),
    Rule(
        "changed-in-place",
        "_UFuncOutputCastingError UFuncTypeError TypeError",
        r"Cannot cast ufunc .* output",
        msg("`{code}` writes fractions into an array of whole numbers. Make a new one: `x = x - ...`, not `x -= ...`."),
    ),
    Rule(
        "shapes-differ",
        "ValueError",
        r"operands could not be broadcast together with shapes (?P<shapes>.+)",
        msg("The arrays in `{code}` have different shapes: {shapes}. Print the shape of each."),
    ),
    Rule(
        "shapes-not-aligned",
        "ValueError",
        r"not aligned|matmul: ",
        msg("np.dot and @ multiply matrices, and these shapes don't fit. To multiply number by number, use *."),
    ),
    Rule(
        "values-too-few",
        "ValueError",
        r"not enough values to unpack \(expected (?P<wanted>\d+), got (?P<got>\d+)\)",
        msg("`{code}` takes {wanted} values and got {got}. Does the function return all of them?"),
    ),
    Rule(
        "values-too-many",
        "ValueError",
        r"too many values to unpack \(expected (?P<wanted>\d+)",
        msg("`{code}` takes {wanted} values and got more. Look at what stands after return in the function."),
    ),
    Rule(
        "vector-for-a-number",
        "ValueError TypeError",
        r"setting an array element with a sequence|inhomogeneous",
        msg("`{code}` takes one number and got several, or rows of different lengths."),
    ),
    Rule(
        "truth-of-an-array",
        "ValueError",
        r"truth value of an array",
        msg("if and while take one yes or no, and here is one for each number. Write np.all(...) or np.any(...)."),
    ),
    Rule(
        "math-domain",
        "ValueError",
        r"math domain error|expected a (nonnegative|positive) input",
        msg("`{code}` takes a root or a logarithm of a negative number."),
    ),
    Rule(
        "index-out-of-range",
        "IndexError",
        r"out of range|out of bounds",
        msg("`{code}` asks for an item that isn't there: items are counted from 0, so the last one is at len(x) - 1."),
    ),
    Rule(
        "too-many-indices",
        "IndexError",
        r"too many indices",
        msg("`{code}` has more indices than the array has dimensions. A simple row of numbers takes one: `x[i]`."),
    ),
    Rule(
        "key-missing",
        "KeyError",
        r"(?P<key>.+)",
        msg("The dict has no key {key}. Is it spelt as in the line that made the dict?"),
    ),
    Rule(
        "list-is-no-array",
        "AttributeError",
        r"'(list|tuple)' object has no attribute '(?P<name>\w+)'",
        msg("A list has no `{name}`, an array has: make one with np.array(...). Adding to a list is `append`."),
    ),
    Rule(
        "number-is-no-array",
        "AttributeError",
        r"'(int|float)' object has no attribute '(?P<name>\w+)'",
        msg("There is a single number where `{code}` takes an array."),
    ),
    Rule(
        "array-append",
        "AttributeError",
        r"'numpy.ndarray' object has no attribute 'append'",
        msg("An array can't grow. Start with an empty list, `[]`, append to it, and turn it into an array at the end."),
    ),
    Rule("numpy-has-no", "AttributeError", r"module 'numpy' has no attribute '(?P<name>\w+)'", _unknown_attribute),
    Rule(
        "attribute-unknown",
        "AttributeError",
        r"has no attribute '(?P<name>\w+)'",
        msg("`{name}` is not known for this kind of value: is it misspelt?"),
    ),
    Rule(
        "division-by-zero",
        "ZeroDivisionError",
        r"",
        msg("`{code}` divides by zero. Which number can be 0 there, for example where there is only one value?"),
    ),
    Rule(
        "grown-without-end",
        "OverflowError FloatingPointError",
        r"",
        msg("The numbers grew without end: check the sign of each step, and whether the steps are too large."),
    ),
    Rule(
        "calls-itself",
        "RecursionError",
        r"",
        msg("The function calls itself endlessly. Should it call another function there?"),
    ),
    Rule(
        "module-missing",
        "ModuleNotFoundError",
        r"No module named '(?P<name>[\w.]+)'",
        msg("There is no module `{name}` here. Is its name misspelt, and is it needed at all?"),
    ),
    Rule(
        "import-unknown",
        "ImportError",
        r"cannot import name '(?P<name>\w+)'",
        msg("What is imported has no `{name}`: is it misspelt?"),
    ),
    Rule(
        "file-missing",
        "FileNotFoundError PermissionError",
        r"^(?!\[Errno 13?\] [^':]*$)",  # not one that names no file
        msg("The notebook is graded alone, without files from your computer or Drive. Write the data into a cell."),
    ),
    Rule(
        "keyboard-asked",
        "StdinNotImplementedError EOFError",
        r"",
        msg("input() waits for somebody at the keyboard, and nobody is there. Write the value into the code."),
    ),
    Rule(
        "not-written-yet",
        "NotImplementedError",
        r"",
        msg("`raise NotImplementedError` is still there: put your code in its place."),
    ),
    Rule(
        "ends-python",
        "SystemExit KeyboardInterrupt",
        r"",
        msg("exit() and quit() end Python. A function ends with return."),
    ),
    Rule(
        "out-of-memory",
        "MemoryError _ArrayMemoryError",
        r"",
        msg("It asks for more memory than there is. How long is that array?"),
    ),
    # ---- what Python could not read at all
    Rule(
        "return-outside",
        _SYNTAX,
        r"'return' outside function",
        msg("return stands outside a function: move the line to the right, under def."),
    ),
    Rule(
        "indent-missing",
        _SYNTAX,
        r"expected an indented block after .+ on line (?P<line>\d+)",
        msg("What belongs under line {line} must be indented: put four spaces in front of it."),
    ),
    Rule(
        "indent-unexpected",
        _SYNTAX,
        r"unexpected indent",
        msg("This line stands further to the right than the one above, without a colon there: align the two."),
    ),
    Rule(
        "indent-uneven",
        _SYNTAX,
        r"unindent does not match|inconsistent use of tabs",
        msg("The lines of one block must begin at the same place. Use four spaces for each level, and no tabs."),
    ),
    Rule("colon-missing", _SYNTAX, r"expected ':'", msg("A colon is missing at the end of `{code}`.")),
    Rule(
        "bracket-not-closed",
        _SYNTAX,
        r"'(?P<bracket>[(\[{])' was never closed",
        msg("The bracket {bracket} in `{code}` is opened and never closed: count the brackets of the line."),
    ),
    Rule(
        "ends-too-early",
        _SYNTAX,
        r"incomplete input|unexpected EOF",
        msg("The cell ends before Python expects it: a bracket in or above `{code}` is opened and never closed."),
    ),
    Rule(
        "bracket-not-opened",
        _SYNTAX,
        r"unmatched '(?P<bracket>[)\]}])'|closing parenthesis",
        msg("`{code}` has one closing bracket too many, or one of another kind than was opened."),
    ),
    Rule(
        "quote-not-closed",
        _SYNTAX,
        r"unterminated|EOL while scanning|EOF while scanning",
        msg("A quote is opened in `{code}` and never closed."),
    ),
    Rule(
        "assigned-to-no-name",
        _SYNTAX,
        r"cannot assign to",
        msg("What gets a value stands on the left of =, and must be a name: `{code}`."),
    ),
    Rule(
        "assignment-for-comparison",
        _SYNTAX,
        r"Maybe you meant '=='",
        msg("Two values are compared with ==. A single = gives a name its value, and what gets it stands on the left."),
    ),
    Rule(
        "comma-missing",
        _SYNTAX,
        r"Perhaps you forgot a comma",
        msg("Two things stand side by side in `{code}`: a comma or an operator, such as *, is missing between them."),
    ),
    Rule(
        "times-missing",
        _SYNTAX,
        r"invalid decimal literal|invalid imaginary literal",
        msg("A number and a name stand together in `{code}`: write a * between them. A name can't begin with a digit."),
    ),
    Rule(
        "print-without-brackets",
        _SYNTAX,
        r"Missing parentheses in call to 'print'",
        msg("print needs round brackets: print(...)."),
    ),
    Rule(
        "character-unknown",
        _SYNTAX,
        r"invalid (non-printable )?character(?P<character> '.{1,4}')?",
        msg("`{code}` has a character that Python does not know, as pasted text often has: type the line again."),
    ),
    Rule(
        "not-python",
        _SYNTAX,
        r"",
        msg("Python can't read `{code}`. Look there and at the line above for a bracket, comma, colon or operator."),
    ),
)
