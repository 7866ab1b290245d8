"""What usually causes each exception: a table of rules. The first rule that matches an exception counts."""

from __future__ import annotations

from grader.diagnosis.call_causes import (
    arguments_missing,
    arguments_too_many,
    array_for_a_count,
    axis_missing,
    called_number,
    calls_itself,
    item_missing,
    third_value,
)
from grader.diagnosis.exception_causes import (
    compared_with_one_sign,
    decimal_comma,
    decimal_comma_arguments,
    function_not_called,
    leading_zero,
    name_overwritten,
    none_for_a_value,
    unknown_attribute,
    unknown_name,
)
from grader.diagnosis.exception_rule import Rule
from grader.diagnosis.sandbox_causes import memory_forbidden, program_forbidden, refused
from grader.i18n import msg

# `{code}` is the participant's line.
_OPERANDS = "TypeError UFuncTypeError _UFuncNoLoopError _UFuncBinaryResolutionError"
_SYNTAX = "SyntaxError IndentationError TabError"
RULES: tuple[Rule, ...] = (
    Rule("memory-forbidden", "PermissionError", r"", memory_forbidden),
    Rule("program-forbidden", "PermissionError BrokenProcessPool EOFError", r"", program_forbidden),
    Rule("refused-by-the-sandbox", "PermissionError", r"", refused),
    Rule(
        "name-overwritten",
        "TypeError AttributeError",
        r"object is not (callable|subscriptable)|object has no attribute",
        name_overwritten,
    ),
    Rule(
        "decimal-comma",
        "TypeError ValueError",
        r"sequence by non-int|'tuple'|could not be broadcast|array element with a sequence|not aligned",
        decimal_comma,
    ),
    Rule("unknown-name", "NameError", r"name '(?P<name>\w+)' is not defined", unknown_name),
    Rule(
        "used-before-it-has-a-value",
        "UnboundLocalError",
        r"variable '(?P<name>\w+)'",
        msg(
            "`{name}` gets its value inside the function, but only below this line or in a place that was not reached. "
            "Give it a value first."
        ),
    ),
    Rule("none-for-a-value", "TypeError AttributeError _UFuncNoLoopError", r"NoneType", none_for_a_value),
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
        function_not_called,
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
        r"unsupported operand.*'list'|multiply sequence by non-int|can only concatenate (list|tuple)",
        msg("Python can't calculate with a list number by number. Make it an array first: np.array(...)."),
    ),
    Rule(
        "arithmetic-on-tuples",
        "TypeError",
        r"unsupported operand.*'tuple'",
        msg("`{code}` calculates with a tuple: several values held together, not a number. Where does it come from?"),
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
    Rule("third-value", "TypeError", r"return arrays must be of ArrayType", third_value),
    Rule("axis-missing", "AxisError", r"axis (?P<axis>-?\d+) is out of bounds", axis_missing),
    Rule(
        "array-for-a-count",
        "TypeError AxisError",
        r"only integer scalar arrays can be converted|(ndarray|float|float64)'? object cannot be interpreted as an int"
        r"|axis -?\d+ is out of bounds",
        array_for_a_count,
    ),
    Rule("number-called", "TypeError", r"'(?P<type>[\w.]+)' object is not callable", called_number),
    Rule(
        "argument-missing",
        "TypeError",
        r"(?P<function>\w+)\(\) missing \d+ required (positional|keyword-only) arguments?: (?P<names>.+)",
        arguments_missing,
    ),
    Rule("decimal-comma", "TypeError", r"takes .*arguments? but \d+ (was|were) given", decimal_comma_arguments),
    Rule(
        "argument-too-many",
        "TypeError",
        r"(?P<function>\w+)\(\) takes (from (?P<least>\d+) to )?(?P<most>\d+).* arguments? but (?P<given>\d+) ",
        arguments_too_many,
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
        item_missing,
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
        r"'(int|float|numpy\.\w+\d)' object has no attribute '(?P<name>\w+)'",
        msg("There is a single number where `{code}` takes an array."),
    ),
    Rule(
        "array-append",
        "AttributeError",
        r"'numpy.ndarray' object has no attribute 'append'",
        msg("An array can't grow. Start with an empty list, `[]`, append to it, and turn it into an array at the end."),
    ),
    Rule("numpy-has-no", "AttributeError", r"module 'numpy' has no attribute '(?P<name>\w+)'", unknown_attribute),
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
        calls_itself,
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
        "asked-too-often",
        "EOFError",
        r"^input\(\) was asked for more lines",
        msg("The notebook asks with input() more often than the exercise says."),
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
    Rule("assignment-for-comparison", _SYNTAX, r"Maybe you meant '=='", compared_with_one_sign),
    Rule(
        "assigned-to-no-name",
        _SYNTAX,
        r"cannot assign to",
        msg("What gets a value stands on the left of =, and must be a name: `{code}`."),
    ),
    Rule(
        "comma-missing",
        _SYNTAX,
        r"Perhaps you forgot a comma",
        msg("Two things stand side by side in `{code}`: a comma or an operator, such as *, is missing between them."),
    ),
    Rule("decimal-comma", _SYNTAX, r"leading zeros in decimal", leading_zero),
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
