"""Rules on a function's source: each says what is probably wrong, or None.

Sharp rules find what is hardly ever meant; vague rules find what may well be meant elsewhere.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping

from grader.course.course import Course, Exercise, normal
from grader.diagnosis.decimal_comma import decimal_comma_hint, is_decimal_comma
from grader.diagnosis.function_source import FunctionSource, called_name, is_load, statements
from grader.i18n import Text, msg, msgs

Rule = Callable[[FunctionSource], "Text | None"]
# Functions that change nothing: a call of one whose result is not kept does nothing.
_PURE = frozenset(
    "mean sum power square sqrt abs dot multiply subtract add divide round std var min max average".split()
)


# ---- where the answer is wrong


def _compares_only(function: FunctionSource) -> Text | None:
    for statement in function.own_statements:
        if (
            isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Compare)
            and _concerns(function, statement)
        ):
            code = function.code(statement)
            return msg("Probably `{code}` needs a single =: == only compares and stores nothing.", code=code)
    return None


def _loses_result(function: FunctionSource) -> Text | None:
    functions = {name for exercise in function.around.course.exercises for name in exercise.names} | _PURE
    for statement in function.own_statements:
        value = statement.value if isinstance(statement, ast.Expr) else None
        lost = isinstance(value, ast.BinOp) or (isinstance(value, ast.Call) and called_name(value) in functions)
        if lost and _concerns(function, statement):
            return msg(
                "Probably the result of `{code}` is lost: no variable in front of it keeps it.",
                code=function.code(statement),
            )
    return None


def _concerns(function: FunctionSource, statement: ast.stmt) -> bool:
    """Whether a line that changes nothing is about a variable that goes into the answer."""
    wanted = {node.id for node in function.reaching if isinstance(node, ast.Name)} - function.around.imported
    return any(isinstance(node, ast.Name) and node.id in wanted for node in ast.walk(statement))


def _returns_in_loop(function: FunctionSource) -> Text | None:
    for loop in function.loops:
        for statement in loop.body:
            if isinstance(statement, ast.Return):
                return msg(
                    "Probably `{code}` stands inside the loop, so the function ends in its first pass. "
                    "Move it to the left, below the loop.",
                    code=function.code(statement),
                )
    return None


def _overwrites_argument(function: FunctionSource) -> Text | None:
    read: set[str] = set()
    for statement in function.node.body:
        loads = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and is_load(node)}
        if isinstance(statement, ast.Assign):
            stored = {target.id for target in statement.targets if isinstance(target, ast.Name)}
            gone = (stored & set(function.own.values())) - loads - read
            if gone:
                return msg(
                    "Probably the argument {name} is lost: `{code}` overwrites it before it is used.",
                    name=min(gone)[:40],
                    code=function.code(statement),
                )
        read |= loads
    return None


def _swaps_arguments(function: FunctionSource) -> Text | None:
    """A call of another exercise's function whose arguments' names show that they are swapped."""
    exercises = {name: exercise for exercise in function.around.course.exercises for name in exercise.names}
    for node in function.reaching:
        name = called_name(node) if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or name not in exercises or name == function.node.name:
            continue
        kinds = _kinds(exercises[name], function.around.course)
        wanted = [kinds.get(normal(parameter)) for parameter in function.around.parameters.get(name, ())]
        given = [kinds.get(normal(one.id)) if isinstance(one, ast.Name) else None for one in node.args]
        wrong = [one for one, other in zip(given, wanted, strict=False) if one and other and one != other]
        if len(wrong) > 1:
            return msg(
                "Probably the arguments in `{code}` are in another order than in the definition: {name}({wanted}).",
                code=function.code(node),
                name=name,
                wanted=", ".join(one[:40] for one in function.around.parameters[name][:12]),
            )
    return None


def _kinds(exercise: Exercise, course: Course) -> dict[str, str]:
    """The names that people give to an exercise's arguments, each with the course's; ambiguous ones are left out."""
    found: dict[str, str] = {}
    for parameter in exercise.parameters:
        for alias in course.names[parameter]:
            found[alias] = "" if found.get(alias, parameter) != parameter else parameter
    return {alias: parameter for alias, parameter in found.items() if parameter}


def _uses_caret(function: FunctionSource) -> Text | None:
    for node in function.reaching:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
            return msg(
                "Probably `{code}` means a power: in Python ^ does something else, and a power is **.",
                code=function.code(node),
            )
    return None


def _forgets_brackets(function: FunctionSource) -> Text | None:
    functions = {node.func for node in function.nodes if isinstance(node, ast.Call)}
    arguments = {inner for node in function.nodes if isinstance(node, ast.Call) for inner in node.args}
    for node in function.reaching:
        if not isinstance(node, ast.Attribute) or node.attr not in _PURE or node in functions | arguments:
            continue
        if not isinstance(node.value, ast.Name) or node.value.id not in function.around.imported:
            code = function.code(node)
            return msg(
                "Probably brackets are missing: `{code}` is the function itself, `{code}()` calls it.", code=code
            )
    return None


def _ignores_argument(function: FunctionSource) -> Text | None:
    unused = [name for name in function.own.values() if not function.uses(name)]
    if not unused:
        return None
    outside = _outside_variables(function)
    if outside:
        return msgs(
            "Probably {outside}, from outside the function, stands where its argument {name} should.",
            "Probably {outside}, from outside the function, stand where its arguments {name} should.",
            len(unused) if len(outside) > 1 else 1,
            outside=", ".join(name[:40] for name in outside[:3]),
            name=", ".join(name[:40] for name in unused),
        )
    if len(unused) == len(function.own) > 1:
        return msg("Probably the answer does not depend on the input: the function uses none of its arguments.")
    return msgs(
        "Probably something is left out: the function never uses its argument {names}.",
        "Probably something is left out: the function never uses its arguments {names}.",
        len(unused),
        names=", ".join(name[:40] for name in unused),
    )


def _reads_global(function: FunctionSource) -> Text | None:
    """A global whose name people also give to an argument, or a constant in capitals."""
    aliases = {alias for parameter in function.own for alias in function.around.course.names[parameter]}
    outside = [name for name in _outside_variables(function) if normal(name) in aliases or name.isupper()]
    if not outside:
        return None
    return msg(
        "Probably {outside}, from outside the function, stands where one of its arguments should.",
        outside=", ".join(name[:40] for name in outside[:3]),
    )


def _outside_variables(function: FunctionSource) -> list[str]:
    """The variables that go into its answer and that it does not bind, without functions and modules."""
    functions = {
        node.func.id for node in function.nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    known = functions | function.around.imported | function.around.parameters.keys()
    return [name for name in function.free if name not in known and name in {*_read(function.reaching)}]


def _read(nodes: Iterable[ast.AST]) -> Iterator[str]:
    return (node.id for node in nodes if isinstance(node, ast.Name) and is_load(node))


def _resets_in_loop(function: FunctionSource) -> Text | None:
    """A sum that is set to a constant and added to in the same loop."""
    for loop in function.loops:
        inside = list(statements(loop.body, into_loops=False))
        added = {
            node.target.id for node in inside if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
        }
        for statement in inside:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
                name = next(
                    (one.id for one in statement.targets if isinstance(one, ast.Name) and one.id in added), None
                )
                if name is not None and statement in function.reaching:
                    return msg(
                        "Probably {name} starts again in each pass of the loop: `{code}` stands inside it.",
                        name=name[:40],
                        code=function.code(statement),
                    )
    return None


def _keeps_last_pass_only(function: FunctionSource) -> Text | None:
    """A variable that each pass of a loop overwrites and that is read after the loop."""
    for loop in function.loops:
        if any(_builds_on(node) for node in ast.walk(loop)):
            continue
        loads = [node for node in function.nodes if isinstance(node, ast.Name) and is_load(node)]
        inside = {node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and is_load(node)}
        after = {node.id for node in loads if node.lineno > (loop.end_lineno or 0)} - inside
        for statement in loop.body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id in after and statement in function.reaching:
                return msg(
                    "Probably only the last pass of the loop counts: `{code}` gives {name} a new value in each. "
                    "To keep all of them, add them up or collect them in a list.",
                    code=function.code(statement),
                    name=target.id[:40],
                )
    return None


def _builds_on(node: ast.AST) -> bool:
    """Whether a statement adds to the result of earlier passes: by +=, an item, append, or a value of itself."""
    if isinstance(node, ast.Assign):
        stored = {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
        used = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
        return bool(stored & used) or any(isinstance(target, ast.Subscript) for target in node.targets)
    return isinstance(node, ast.AugAssign) or (isinstance(node, ast.Call) and called_name(node) in {"append", "extend"})


def _shortens_range(function: FunctionSource) -> Text | None:
    for loop in function.loops:
        call = loop.iter if isinstance(loop, ast.For) and loop in function.reaching else None
        if not isinstance(call, ast.Call) or called_name(call) != "range" or not call.args:
            continue
        last = call.args[1] if len(call.args) > 1 else call.args[0]
        from_one = len(call.args) == 2 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 1
        shifted = isinstance(last, ast.BinOp) and isinstance(last.right, ast.Constant)
        one_less = shifted and isinstance(last, ast.BinOp) and isinstance(last.op, ast.Sub)
        if (from_one and not shifted) or (len(call.args) == 1 and one_less):
            return msg(
                "Probably the loop makes one pass too few: count the passes of `{code}`.", code=function.code(call)
            )
    return None


def _has_decimal_comma(function: FunctionSource) -> Text | None:
    """`rate = 0,1`: Python takes it for two numbers."""
    for statement in function.own_statements:
        if statement in function.reaching and is_decimal_comma(statement, function.source):
            return decimal_comma_hint(function.code(statement))
    return None


SHARP_RULES: Mapping[str, Rule] = {
    "decimal-comma": _has_decimal_comma,
    "compared-not-stored": _compares_only,
    "return-in-loop": _returns_in_loop,
    "argument-overwritten": _overwrites_argument,
    "arguments-in-other-order": _swaps_arguments,
    "caret-for-power": _uses_caret,
    "brackets-of-call-missing": _forgets_brackets,
    "result-lost": _loses_result,
}
VAGUE_RULES: Mapping[str, Rule] = {
    "unused-argument": _ignores_argument,
    "name-from-outside": _reads_global,
    "starts-anew-in-loop": _resets_in_loop,
    "last-pass-only": _keeps_last_pass_only,
    "short-range": _shortens_range,
}
