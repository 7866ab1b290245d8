"""Rules on where a function's values go: what is computed and never used, shared between calls, or never reached.

Each says what is probably wrong, or None; like those of source_rules.py.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import pairwise

from grader.course.course import Exercise
from grader.course.sources import read_file
from grader.diagnosis.function_source import FunctionSource, called_name, is_load, statements
from grader.diagnosis.source_rules import Rule
from grader.i18n import Text, msg

_GROWS = frozenset({"append", "extend", "insert"})
_EMPTY = (ast.List, ast.Dict, ast.Set)


def _shares_default(function: FunctionSource) -> Text | None:
    """A list in the def line is made once, and what a call puts into it stays there."""
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = dict(zip((one.arg for one in reversed(positional)), reversed(arguments.defaults), strict=False))
    for grown in _grown(function):
        if isinstance(defaults.get(grown), _EMPTY):
            return msg(
                "Probably {name} keeps what earlier calls put into it: a list in the def line is made only once. Make "
                "it inside the function.",
                name=grown[:40],
            )
    return None


def _grows_outside(function: FunctionSource) -> Text | None:
    for grown in _grown(function):
        if grown in function.free:
            return msg(
                "Probably {name} keeps what earlier calls put into it: it is made outside. Make it inside.",
                name=grown[:40],
            )
    return None


def _grown(function: FunctionSource) -> Iterator[str]:
    """The names of the lists that it puts something into."""
    for node in function.nodes:
        method = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        if method is not None and method.attr in _GROWS and isinstance(method.value, ast.Name):
            yield method.value.id


def _one_list_of_two_names(function: FunctionSource) -> Text | None:
    grown = set(_grown(function))
    for statement in function.own_statements:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, _EMPTY):
            continue
        names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        if len(names) > 1 and grown & set(names):
            return msg(
                "Probably `{code}` makes one list with several names, so that all of them grow together. Write a line "
                "for each.",
                code=function.code(statement),
            )
    return None


def _returns_before_return(function: FunctionSource) -> Text | None:
    for body in _bodies(function.node):
        for one, other in pairwise(body):
            if isinstance(one, ast.Return) and isinstance(other, ast.Return):
                return msg(
                    "Probably `{code}` is never reached: a function ends at the first return. To return several "
                    "values, put commas between them.",
                    code=function.code(other),
                )
    return None


def _bodies(node: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    yield node.body
    for statement in statements(node.body):
        for name in ("body", "orelse"):
            body = getattr(statement, name, [])
            if isinstance(body, list):
                yield body


# ---- where the answer is None


def _prints_only(function: FunctionSource) -> Text | None:
    if function.calls("print") and not function.returned:
        return msg(
            "Probably the result is only printed: there is no return. print shows a value, return hands it back."
        )
    return None


def _never_calls_inner(function: FunctionSource) -> Text | None:
    if function.returned:
        return None
    for statement in function.node.body:
        if isinstance(statement, ast.FunctionDef) and not function.uses(statement.name):
            return msg(
                "Probably nothing calls {name}: it is defined inside the function, and no line below uses it.",
                name=statement.name[:40],
            )
    return None


# ---- what is computed and never used


def unused_value(exercise: Exercise, function: FunctionSource) -> Text | None:
    """The first value that is computed and then read nowhere, unless it is one that the answer does not need."""
    needless = _needless(exercise, function)
    for statement in function.own_statements:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call | ast.BinOp | ast.UnaryOp):
            continue
        if any(called_name(node) in needless for node in ast.walk(statement.value) if isinstance(node, ast.Call)):
            continue
        unused = [name for name in _bound(statement) if not function.uses(name) and not name.startswith("_")]
        if unused and len(unused) == len(list(_bound(statement))):
            return msg(
                "Probably something is left out: `{code}` is computed, and {name} is used nowhere after that.",
                code=function.code(statement),
                name=unused[0][:40],
            )
    return None


def _bound(statement: ast.Assign) -> Iterator[str]:
    for target in statement.targets:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and not is_load(node):
                yield node.id


def _needless(exercise: Exercise, function: FunctionSource) -> set[str]:
    """The course's functions that the solution does not need for what it returns: it may only print their results."""
    known = {name for other in function.around.course.exercises for name in other.names}
    tree = ast.parse(read_file(exercise.folder / "solution.py"))
    solution = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in exercise.names)
    wanted = {node.id for one in ast.walk(solution) if isinstance(one, ast.Return) for node in _names(one)}
    needed: set[str] = set()
    assigned = [node for node in ast.walk(solution) if isinstance(node, ast.Assign)]
    for _ in range(len(assigned) + 1):
        for statement in assigned:
            if wanted & set(_bound(statement)):
                wanted |= {node.id for node in _names(statement.value)}
    needed = known & wanted
    return known - needed if needed else set()


def _names(node: ast.AST) -> Iterator[ast.Name]:
    return (one for one in ast.walk(node) if isinstance(one, ast.Name))


SHARP_VALUE_RULES: Mapping[str, Rule] = {
    "list-shared-by-calls": _shares_default,
    "list-from-outside-grows": _grows_outside,
    "one-list-of-two-names": _one_list_of_two_names,
    "return-after-return": _returns_before_return,
}
NONE_VALUE_RULES: Mapping[str, Rule] = {
    "inner-function-never-called": _never_calls_inner,
    "printed-not-returned": _prints_only,
}
