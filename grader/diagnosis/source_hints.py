"""What a failed function's source makes probable, where its answers look like no known mistake.

A clue is a guess and says so. The first that applies is told: what is hardly ever meant, then the course's own clues,
then what may well be meant elsewhere.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from grader.course.course import Course, Exercise, hints, normal, run_source
from grader.diagnosis.function_source import FunctionSource, SourceContext, called, is_load, read, statements
from grader.i18n import Text, Titles, msg, msgs
from grader.kernel.session import Version
from grader.model import Diagnosis

CLUES_FILE = "clues.py"
_PURE = frozenset(
    "mean sum power square sqrt abs dot multiply subtract add divide round std var min max average len".split()
)
_WHOLE = frozenset("int round floor ceil trunc rint around".split())
_LIKE = frozenset("zeros_like ones_like empty_like full_like copy".split())


def find_clue(exercise: Exercise, version: Version, own: Mapping[str, str], around: SourceContext) -> Diagnosis | None:
    """What is probably wrong with a version that failed, if its source tells. `own`: as in Written."""
    written = read(version, own, around)
    if written is None:
        return None
    return _first(_SHARP, written) or _of_course(exercise.folder, written) or _first(_VAGUE, written)


def _first(clues: Mapping[str, Callable[[FunctionSource], Text | None]], written: FunctionSource) -> Diagnosis | None:
    texts = ((name, clue(written)) for name, clue in clues.items())
    return next((Diagnosis(name, text, probable=True) for name, text in texts if text is not None), None)


def find_none_clue(version: Version, own: Mapping[str, str], around: SourceContext) -> Diagnosis | None:
    """Why a function that has a return probably returns None all the same."""
    written = read(version, own, around)
    if written is None:
        return None
    values = written.returned
    if any(isinstance(value, ast.Call) and called(value) in {"print", "display"} for value in values):
        text = msg("Probably return hands on what print gives back, which is nothing. Return the value itself.")
        return Diagnosis("returns-print", text, probable=True)
    if values and not any(isinstance(statement, ast.Return) for statement in written.node.body):
        text = msg("Probably not every way through the function ends with return: look at what stands under if or for.")
        return Diagnosis("return-not-reached", text, probable=True)
    last = written.node.body[-1]
    if not values and isinstance(last, ast.Assign):
        made = ", ".join(written.code(target) for target in last.targets)
        text = msg("Probably `{made}` is what should be returned: there is no return.", made=made)
        return Diagnosis("no-return", text, probable=True)
    if values and isinstance(values[-1], ast.Call):
        code = written.code(values[-1])
        text = msg("Probably return hands on None, because `{code}` gives nothing back.", code=code)
        return Diagnosis("returns-none-of-another", text, probable=True)
    return None


def find_endless_clue(version: Version, own: Mapping[str, str], around: SourceContext) -> Diagnosis | None:
    """Why a call probably never ends."""
    written = read(version, own, around)
    if written is None:
        return None
    if written.calls("input"):
        text = msg("Probably input() waits for somebody at the keyboard. Write the value into the code.")
        return Diagnosis("waits-for-input", text, probable=True)
    for loop in written.loops:
        if isinstance(loop, ast.While) and not _changes(loop):
            text = msg(
                "Probably `{code}` never ends: nothing inside the loop changes it.", code=written.code(loop.test)
            )
            return Diagnosis("endless-loop", text, probable=True)
    return None


def _changes(loop: ast.While) -> bool:
    """Whether the loop can end: a way out, or a change to something that its condition looks at."""
    inside = [node for statement in loop.body for node in ast.walk(statement)]
    if any(isinstance(node, ast.Break | ast.Return | ast.Raise) for node in inside):
        return True
    watched = {node.id for node in ast.walk(loop.test) if isinstance(node, ast.Name)}
    stored = {node.id for node in inside if isinstance(node, ast.Name) and not is_load(node)}
    return bool(watched & stored) or any(isinstance(node, ast.Call) for node in ast.walk(loop.test))


# ---- the course's own


@dataclass(frozen=True)
class _CourseClue:
    text: Titles
    applies: Callable[[FunctionSource], object]


@lru_cache(64)
def _course_clues(folder: Path) -> tuple[tuple[str, _CourseClue], ...]:
    """The functions of the exercise's clues.py: each sees a Written, and its docstring is the hint."""
    path = folder / CLUES_FILE
    if not path.is_file():
        return ()
    namespace = run_source(path, {"ast": ast, "called": called})
    functions = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
    public = [node.name for node in functions if not node.name.startswith("_")]
    return tuple(
        (name.replace("_", "-"), _CourseClue(hints(path, namespace[name].__doc__), namespace[name])) for name in public
    )


def _of_course(folder: Path, written: FunctionSource) -> Diagnosis | None:
    for name, clue in _course_clues(folder):
        if _applies(clue, written):
            return Diagnosis(name, msg("The probable cause: {hint}", hint=clue.text), probable=True)
    return None


def _applies(clue: _CourseClue, written: FunctionSource) -> bool:
    try:
        return bool(clue.applies(written))
    except Exception:  # a clue that trips over a source nobody thought of is no clue, and costs nobody a grade
        return False


# ---- those of any course


def _compared(written: FunctionSource) -> Text | None:
    for statement in written.own_statements:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Compare):
            code = written.code(statement)
            return msg("Probably one = is meant in `{code}`: == only compares, and nothing is stored.", code=code)
    return None


def _lost(written: FunctionSource) -> Text | None:
    functions = {name for exercise in written.around.course.exercises for name in exercise.names} | _PURE
    for statement in written.own_statements:
        value = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(value, ast.BinOp) or (isinstance(value, ast.Call) and called(value) in functions):
            return msg(
                "Probably the result of `{code}` is lost: there is no variable in front of it that keeps it.",
                code=written.code(statement),
            )
    return None


def _returns_in_loop(written: FunctionSource) -> Text | None:
    for loop in written.loops:
        for statement in loop.body:
            if isinstance(statement, ast.Return):
                return msg(
                    "Probably `{code}` stands inside the loop, so the function ends in its first pass. "
                    "Move it to the left, below the loop.",
                    code=written.code(statement),
                )
    return None


def _overwritten(written: FunctionSource) -> Text | None:
    read: set[str] = set()
    for statement in written.node.body:
        loads = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and is_load(node)}
        if isinstance(statement, ast.Assign):
            stored = {target.id for target in statement.targets if isinstance(target, ast.Name)}
            gone = (stored & set(written.own.values())) - loads - read
            if gone:
                return msg(
                    "Probably the argument {name} is lost: `{code}` overwrites it before it is used.",
                    name=min(gone)[:40],
                    code=written.code(statement),
                )
        read |= loads
    return None


def _other_order(written: FunctionSource) -> Text | None:
    """A call of another exercise's function whose arguments' names say that they stand in each other's places."""
    exercises = {name: exercise for exercise in written.around.course.exercises for name in exercise.names}
    for node in written.nodes:
        name = called(node) if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or name not in exercises or name == written.node.name:
            continue
        kinds = _kinds(exercises[name], written.around.course)
        wanted = [kinds.get(normal(parameter)) for parameter in written.around.parameters.get(name, ())]
        given = [kinds.get(normal(one.id)) if isinstance(one, ast.Name) else None for one in node.args]
        wrong = [one for one, other in zip(given, wanted, strict=False) if one and other and one != other]
        if len(wrong) > 1:
            return msg(
                "Probably the arguments in `{code}` are in another order than in the definition: {name}({wanted}).",
                code=written.code(node),
                name=name,
                wanted=", ".join(one[:40] for one in written.around.parameters[name][:12]),
            )
    return None


def _kinds(exercise: Exercise, course: Course) -> dict[str, str]:
    """The names that people give to an exercise's arguments, each with the course's; those of several are left out."""
    found: dict[str, str] = {}
    for parameter in exercise.parameters:
        for alias in course.names[parameter]:
            found[alias] = "" if found.get(alias, parameter) != parameter else parameter
    return {alias: parameter for alias, parameter in found.items() if parameter}


def _caret(written: FunctionSource) -> Text | None:
    for node in written.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
            return msg(
                "Probably a power is meant in `{code}`: in Python ^ does something else, and a power is **.",
                code=written.code(node),
            )
    return None


def _not_called(written: FunctionSource) -> Text | None:
    functions = {node.func for node in written.nodes if isinstance(node, ast.Call)}
    arguments = {inner for node in written.nodes if isinstance(node, ast.Call) for inner in node.args}
    for node in written.nodes:
        if not isinstance(node, ast.Attribute) or node.attr not in _PURE or node in functions | arguments:
            continue
        if not isinstance(node.value, ast.Name) or node.value.id not in written.around.imported:
            code = written.code(node)
            return msg(
                "Probably brackets are missing: `{code}` is the function itself, `{code}()` calls it.", code=code
            )
    return None


def _unused(written: FunctionSource) -> Text | None:
    unused = [name for name in written.own.values() if not written.loaded(name)]
    if not unused:
        return None
    outside = _outside(written)
    if outside:
        return msgs(
            "Probably {outside}, from outside of the function, stands where its argument {name} should.",
            "Probably {outside}, from outside of the function, stand where its arguments {name} should.",
            len(unused) if len(outside) > 1 else 1,
            outside=", ".join(name[:40] for name in outside[:3]),
            name=", ".join(name[:40] for name in unused),
        )
    if len(unused) == len(written.own) > 1:
        return msg("Probably the answer does not depend on the input: the function uses none of its arguments.")
    return msgs(
        "Probably something is left out: the function never uses its argument {names}.",
        "Probably something is left out: the function never uses its arguments {names}.",
        len(unused),
        names=", ".join(name[:40] for name in unused),
    )


def _outside_names(written: FunctionSource) -> Text | None:
    """A global that is called as an argument may be, or a constant in capitals."""
    aliases = {alias for parameter in written.own for alias in written.around.course.names[parameter]}
    outside = [name for name in _outside(written) if normal(name) in aliases or name.isupper()]
    if not outside:
        return None
    return msg(
        "Probably {outside}, from outside of the function, stands where one of its arguments should.",
        outside=", ".join(name[:40] for name in outside[:3]),
    )


def _outside(written: FunctionSource) -> list[str]:
    """The variables that it reads and does not make: no functions that it calls, no modules."""
    functions = {
        node.func.id for node in written.nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return [name for name in written.free if name not in functions | written.around.imported]


def _starts_anew(written: FunctionSource) -> Text | None:
    """A sum that is set to a constant and added to in one and the same loop."""
    for loop in written.loops:
        inside = list(statements(loop.body, into_loops=False))
        added = {
            node.target.id for node in inside if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
        }
        for statement in inside:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
                name = next(
                    (one.id for one in statement.targets if isinstance(one, ast.Name) and one.id in added), None
                )
                if name is not None:
                    return msg(
                        "Probably {name} starts anew in each pass: `{code}` stands inside the loop.",
                        name=name[:40],
                        code=written.code(statement),
                    )
    return None


def _last_pass_only(written: FunctionSource) -> Text | None:
    """A variable that a loop sets anew in each pass and that is used after it, where no pass builds on another."""
    for loop in written.loops:
        if any(_builds_on(node) for node in ast.walk(loop)):
            continue
        loads = [node for node in written.nodes if isinstance(node, ast.Name) and is_load(node)]
        inside = {node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and is_load(node)}
        after = {node.id for node in loads if node.lineno > (loop.end_lineno or 0)} - inside
        for statement in loop.body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id in after:
                return msg(
                    "Probably only the last pass of the loop counts: `{code}` gives {name} a new value in each.",
                    code=written.code(statement),
                    name=target.id[:40],
                )
    return None


def _builds_on(node: ast.AST) -> bool:
    """Whether it adds to what an earlier pass made: +=, an item set, something appended, or a value of itself."""
    if isinstance(node, ast.Assign):
        stored = {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
        used = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
        return bool(stored & used) or any(isinstance(target, ast.Subscript) for target in node.targets)
    return isinstance(node, ast.AugAssign) or (isinstance(node, ast.Call) and called(node) in {"append", "extend"})


def _short_range(written: FunctionSource) -> Text | None:
    for loop in written.loops:
        call = loop.iter if isinstance(loop, ast.For) else None
        if not isinstance(call, ast.Call) or called(call) != "range" or not call.args:
            continue
        last = call.args[1] if len(call.args) > 1 else call.args[0]
        from_one = len(call.args) == 2 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 1
        shifted = isinstance(last, ast.BinOp) and isinstance(last.right, ast.Constant)
        one_less = shifted and isinstance(last, ast.BinOp) and isinstance(last.op, ast.Sub)
        if (from_one and not shifted) or (len(call.args) == 1 and one_less):
            return msg("Probably the loop makes a pass too few: count those of `{code}`.", code=written.code(call))
    return None


def _whole_numbers(written: FunctionSource) -> Text | None:
    printed = {inner for call in written.calls("print") for inner in ast.walk(call)}
    for node in written.nodes:
        if node in printed:
            continue
        cuts = isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv)
        cuts |= isinstance(node, ast.Call) and called(node) in _WHOLE
        cuts |= isinstance(node, ast.Call) and called(node) == "astype" and "int" in written.code(node)
        if cuts:
            return msg("Probably fractions are lost: `{code}` makes whole numbers.", code=written.code(node))
    return None


def _written_into_whole(written: FunctionSource) -> Text | None:
    """Items set in an array that is as whole as its model: what is written into it loses its fraction."""
    if not written.around.whole_inputs:
        return None
    models = set(written.own.values())
    for statement in written.own_statements:
        value = statement.value if isinstance(statement, ast.Assign) else None
        like = isinstance(value, ast.Call) and called(value) in _LIKE and not any(value.keywords)
        if like or (isinstance(value, ast.Name) and value.id in models):
            assert isinstance(statement, ast.Assign)
            models |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    for node in written.nodes:
        target = node.value if isinstance(node, ast.Subscript) and not is_load(node) else None
        if isinstance(target, ast.Name) and target.id in models:
            return msg(
                "Probably fractions are lost: where the input holds whole numbers, so does {name}, "
                "and what is written into it is cut to one.",
                name=target.id[:40],
            )
    return None


_SHARP: Mapping[str, Callable[[FunctionSource], Text | None]] = {
    "compared-not-stored": _compared,
    "return-in-loop": _returns_in_loop,
    "argument-overwritten": _overwritten,
    "arguments-in-other-order": _other_order,
    "caret-for-power": _caret,
    "brackets-of-call-missing": _not_called,
    "result-lost": _lost,
}
_VAGUE: Mapping[str, Callable[[FunctionSource], Text | None]] = {
    "unused-argument": _unused,
    "name-from-outside": _outside_names,
    "starts-anew-in-loop": _starts_anew,
    "last-pass-only": _last_pass_only,
    "short-range": _short_range,
    "whole-numbers": _whole_numbers,
    "written-into-whole-numbers": _written_into_whole,
}
