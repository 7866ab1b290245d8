"""Works a call out by the course's own solution: each step with the numbers in the place of the names.

The solution is walked statement by statement, in the grader's own process. One that does anything else than assign,
loop, choose and return is not worked out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader.course.course import Course, Exercise
from grader.course.sources import read_file

MAX_NUMBERS = 4  # of an array in a step
MAX_WALKED = 60  # statements
DIGITS = 6


class _TooHard(Exception):
    """The solution does something that can't be shown in a line."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the solution.

    Attributes:
        label: what gets the value; "return" for what the function returns.
        chain: the step with its numbers, then what it comes to: "2 * (5 - 3) * 4", "16".
        function: the function of an earlier exercise that the step calls; empty where it calls none.
        call: that call, with its numbers.
        args, value: what that function was given and what it gave.
        depth: how many functions deep it is.
    """

    label: str
    chain: tuple[str, ...]
    function: str = ""
    call: str = ""
    args: tuple[Any, ...] = ()
    value: object = None
    depth: int = 0

    @property
    def text(self) -> str:
        """ "dw = 2 * (5 - 3) * 4 = 16"."""
        sign = " " if self.label == "return" else " = "
        return "  " * self.depth + self.label + sign + " = ".join(self.chain)


def work_out(course: Course, exercise: Exercise, args: Sequence[object]) -> list[Step]:
    """The steps from the arguments to what the solution returns; none where it can't be shown so."""
    walk = _Walk(course, exercise)
    try:
        with np.errstate(all="ignore"):
            walk.call(_definition(exercise), args)
    except _TooHard:
        return []
    return walk.steps


def _definition(exercise: Exercise) -> ast.FunctionDef:
    tree = ast.parse(read_file(exercise.folder / "solution.py"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == exercise.function]
    if len(found) != 1:
        raise _TooHard
    return found[0]


@dataclass(slots=True)
class _Walk:
    """A walk through one solution.

    Attributes:
        course, exercise: whose solution it is.
        steps: what was passed so far.
        names: the local names with their values.
        used: those that something is done with, beside printing them.
        walked: how many statements were passed.
    """

    course: Course
    exercise: Exercise
    steps: list[Step] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)
    used: frozenset[str] = frozenset()
    walked: int = 0

    def call(self, function: ast.FunctionDef, args: Sequence[object]) -> None:
        parameters = function.args
        if parameters.vararg or parameters.kwarg or parameters.kwonlyargs or parameters.posonlyargs:
            raise _TooHard
        own = [one.arg for one in parameters.args]
        defaults = [self.value(node) for node in parameters.defaults]
        rest = len(own) - len(args)
        if not 0 <= rest <= len(defaults):
            raise _TooHard
        self.names = dict(zip(own, [*args, *defaults[len(defaults) - rest :]], strict=True))
        self.used = _used(function)
        self.block(function.body)

    def block(self, statements: Sequence[ast.stmt]) -> bool:
        """Whether the function returned in it."""
        return any(self.statement(one) for one in statements)

    def statement(self, node: ast.stmt) -> bool:
        self.walked += 1
        if self.walked > MAX_WALKED:
            raise _TooHard
        match node:
            case ast.Return(value=ast.expr() as value):
                self.show("return", value)
                return True
            case ast.Assign(targets=[ast.Name(id=name)]) if name not in self.used:
                return False  # it is only printed
            case ast.Assign(targets=[ast.Name() | ast.Tuple() as target], value=value):
                self.assign(target, value)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                self.assign(ast.Name(name, ast.Store()), ast.BinOp(ast.Name(name, ast.Load()), op, value))
            case ast.For(target=ast.Name(), orelse=[]):
                return self.loop(node)
            case ast.If(test=test, body=body, orelse=other):
                return self.block(body if self.value(test) else other)
            case _ if not isinstance(node, ast.Expr):  # which prints, or is a docstring
                raise _TooHard
        return False

    def loop(self, node: ast.For) -> bool:
        for value in self.value(node.iter):
            self.names[ast.unparse(node.target)] = value
            if self.block(node.body):
                return True
        return False

    def assign(self, target: ast.Name | ast.Tuple, value: ast.expr) -> None:
        parts = [target] if isinstance(target, ast.Name) else target.elts
        names = [part.id for part in parts if isinstance(part, ast.Name)]
        if len(names) != len(parts):
            raise _TooHard
        got = self.show(", ".join(names), value)
        self.names.update({names[0]: got} if isinstance(target, ast.Name) else zip(names, got, strict=True))

    # ---- one step

    def show(self, label: str, node: ast.expr) -> Any:
        """Add the step that gives `node` its value, unless it only moves names."""
        value = self.value(node)
        if all(isinstance(part, ast.Name | ast.Constant) for part in _parts(node)):
            return value
        chain = [self.text(node), *self.inside(node), self.text(self.halfway(node)), _show(value)]
        self.steps.append(self.step(node, label, tuple(dict.fromkeys(chain))))
        return value

    def inside(self, node: ast.expr) -> Iterator[str]:
        """How an earlier exercise's function that the step calls gets there: its one line, or steps of their own."""
        called = self.called(node)
        if called is None or called is not node:
            return
        walk = _Walk(self.course, self.needed[_name(called)])
        walk.call(_definition(walk.exercise), self.given(called))
        if len(walk.steps) == 1 and walk.steps[0].label == "return":
            yield from walk.steps[0].chain
        else:
            self.steps += [replace(step, depth=step.depth + 1) for step in walk.steps]

    def step(self, node: ast.expr, label: str, chain: tuple[str, ...]) -> Step:
        called = self.called(node)
        if called is None:
            return Step(label, chain)
        return Step(label, chain, _name(called), self.text(called), self.given(called), self.value(called))

    def called(self, node: ast.expr) -> ast.Call | None:
        """The innermost call of an earlier exercise's function."""
        calls = [one for one in ast.walk(node) if isinstance(one, ast.Call) and _name(one) in self.needed]
        return calls[-1] if calls and not any(call.keywords for call in calls) else None

    def given(self, call: ast.Call) -> tuple[Any, ...]:
        return tuple(map(self.value, call.args))

    @property
    def needed(self) -> dict[str, Exercise]:
        return {one.function: one for one in map(self.course.exercise, self.exercise.needs)}

    def value(self, node: ast.expr) -> Any:
        code = compile(ast.fix_missing_locations(ast.Expression(deepcopy(node))), "<step>", "eval")
        return eval(code, self.course.scope(self.exercise.id) | self.names)  # noqa: S307  the course's own code

    def halfway(self, node: ast.expr) -> ast.expr:
        """The expression with what its calls are given, or what they give, worked out."""
        if isinstance(node, ast.Call):
            return ast.Call(node.func, [self.literal(one) for one in node.args], [])
        return _Inside(self).visit(deepcopy(node))  # type: ignore[no-any-return]

    def literal(self, node: ast.expr) -> ast.expr:
        return _number(self.value(node))

    def text(self, node: ast.expr) -> str:
        return ast.unparse(ast.fix_missing_locations(_Numbers(self.names).visit(deepcopy(node))))


def _used(function: ast.FunctionDef) -> frozenset[str]:
    printed = {id(inner) for node in ast.walk(function) if isinstance(node, ast.Expr) for inner in ast.walk(node)}
    loaded = (node for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    return frozenset(node.id for node in loaded if id(node) not in printed)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    yield from node.elts if isinstance(node, ast.Tuple) else (node,)


class _Inside(ast.NodeTransformer):
    """Puts the values of calls in their place."""

    def __init__(self, walk: _Walk) -> None:
        self.walk = walk

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return self.walk.literal(node)


class _Numbers(ast.NodeTransformer):
    """Puts the values of names in their place, and writes numpy's functions short."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return _number(self.names[node.id]) if node.id in self.names else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id == "np":
            return ast.Name(node.attr, ast.Load())
        raise _TooHard

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if node.keywords:
            raise _TooHard
        called = self.generic_visit(node)
        match called:
            case ast.Call(func=ast.Name(id="power"), args=[base, exponent]):
                return ast.BinOp(base, ast.Pow(), exponent)
        return called  # type: ignore[return-value]


def _number(value: object) -> ast.expr:
    """A number, or a few, as an expression; an array of one is that one."""
    if isinstance(value, tuple):
        return ast.Tuple([_number(one) for one in value], ast.Load())
    array = np.asarray(value)
    if array.dtype.kind not in "iuf" or array.size > MAX_NUMBERS or array.ndim > 1:
        raise _TooHard
    if array.size != 1:
        return ast.List([_number(one) for one in array], ast.Load())
    number = array.item()
    plain = number if isinstance(number, int) else float(f"{number:.{DIGITS}g}")
    plain = int(plain) if plain == int(plain) and abs(plain) < 10**DIGITS else plain
    return ast.UnaryOp(ast.USub(), ast.Constant(-plain)) if plain < 0 else ast.Constant(plain)


def _show(value: object) -> str:
    return ast.unparse(_number(value))
