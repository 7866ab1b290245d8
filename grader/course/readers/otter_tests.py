"""Otter's tests as code cells that fail with an exception: what a test shows is compared with what it should show."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import Any

import yaml

from grader.course.readers.sources import RawCell
from grader.errors import CourseError

_BEGIN_CONFIG = re.compile(r"""(?:.\s*=\s*)?["']{1,3}\s*#\s*BEGIN\s*TEST\s*CONFIG""", re.IGNORECASE)
_END_CONFIG = re.compile(r"""["']{1,3};?\s*#\s*END\s*TEST\s*CONFIG""", re.IGNORECASE)
_HIDDEN = re.compile(r"\s*#.*\bhidden\b", re.IGNORECASE)
_SHOWS_SOMETHING = (ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp)


@dataclass(frozen=True, slots=True)
class OtterTest:
    """One test of a question.

    Attributes:
        source: The code as its author wrote it, without marks.
        code: The same as a cell that raises where the test does not hold.
        hidden: Whether participants don't get it.
        points: What stands in the test itself.
        success, failure: What its author says to whoever passes or fails it.
        is_lacking: Whether the notebook was saved without what the test shows, so that nothing can be compared.
    """

    source: str
    code: str
    hidden: bool
    points: float | None
    success: str
    failure: str
    is_lacking: bool


def read_test(cell: RawCell, place: str, by_output: bool) -> OtterTest:
    """The test in a cell. Raise CourseError where it is none.

    `by_output`: a cell shows something, which must come out again; otherwise it defines a function that raises.
    """
    config, source, is_hidden = _split(cell.source, place)
    tree = _parse(source, place)
    shown = cell.shown.strip()
    code = _comparing(tree, shown) if by_output else _calling(tree, source, place)
    points = config.get("points")
    if points is not None and (isinstance(points, bool) or not isinstance(points, int | float)):
        raise CourseError("{place}: points must be a number, and they are {kind}", place=place, kind=repr(points))
    return OtterTest(
        source.strip(),
        code,
        bool(config.get("hidden", is_hidden)),
        points,
        str(config.get("success_message") or ""),
        str(config.get("failure_message") or ""),
        by_output and not shown and _must_show(tree),
    )


def _split(source: str, place: str) -> tuple[Mapping[str, Any], str, bool]:
    """The configuration at the beginning of a test, the test without it, and whether its first line hides it."""
    lines = source.split("\n")
    is_hidden = bool(_HIDDEN.match(lines[0]))
    if not _BEGIN_CONFIG.match(lines[0]):
        return {}, "\n".join(lines[is_hidden:]), is_hidden
    end = next((at for at, line in enumerate(lines) if _END_CONFIG.match(line)), None)
    if end is None:
        raise CourseError("{place}: # BEGIN TEST CONFIG has no # END TEST CONFIG. Add it", place=place)
    return read_yaml("\n".join(lines[1:end]), place), "\n".join(lines[end + 1 :]), False


def read_yaml(text: str, place: str) -> Mapping[str, Any]:
    """The settings in a text. Raise CourseError where there are none."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise CourseError("{place}: its settings can't be read: {error}", place=place, error=reason) from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise CourseError("{place}: its settings must be lines such as `name: q1`", place=place)
    return found


def _parse(source: str, place: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise CourseError(
            "{place}: the test is no Python: {error} (line {line})",
            place=place,
            error=error.msg,
            line=error.lineno or 1,
        ) from error


def _must_show(tree: ast.Module) -> bool:
    """Whether the last line certainly shows something."""
    last = tree.body[-1] if tree.body else None
    return isinstance(last, ast.Expr) and isinstance(last.value, _SHOWS_SOMETHING)


def _comparing(tree: ast.Module, shown: str) -> str:
    """The code, and after it an assertion that it shows what it showed in its author's notebook.

    What the author's code prints by itself is part of that; what a participant's function prints besides is not held
    against it.
    """
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return _printing(tree.body, "None", shown) if shown else "".join(map(_line, tree.body))
    if shown == "True" and not _prints(tree) and _is_verdict(last.value):
        return "".join(map(_line, [*tree.body[:-1], ast.Assert(last.value)]))
    return _printing(tree.body[:-1], ast.unparse(last.value), shown)


def _is_verdict(node: ast.expr) -> bool:
    """Whether the value is the answer of Python's own comparison: one of True and False, or an error."""
    if isinstance(node, ast.BoolOp):
        return all(map(_is_verdict, node.values))
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    if isinstance(node, ast.Compare):
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _VERDICTS


_VERDICTS = frozenset("all any bool callable hasattr isinstance issubclass".split())


def _prints(tree: ast.Module) -> bool:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return bool(names & {"print", "display", "pprint"})


def _printing(first: Sequence[ast.stmt], value: str, shown: str) -> str:
    return (
        "from grader.course.readers.shown import Shown as _Shown\n"
        f"_shown = _Shown({shown!r})\n"
        f"with _shown:\n{indent(''.join(map(_line, first)), ' ' * 4)}    _shown.value = {value}\n"
        "assert _shown.is_right\n"
    )


def _line(statement: ast.stmt) -> str:
    return f"{ast.unparse(statement)}\n"


def _calling(tree: ast.Module, source: str, place: str) -> str:
    """The function that the cell defines, and a call of it with the notebook's names as arguments."""
    defined = tree.body[0] if tree.body else None
    if not isinstance(defined, ast.FunctionDef) or len(tree.body) > 2:
        raise CourseError(
            "{place}: with `ok_format: false` a test is one function, and perhaps a call of it. Move everything else "
            "into the function",
            place=place,
        )
    lines = source.split("\n")[: defined.end_lineno]
    return "\n".join([*lines, "", "", f"{defined.name}({_arguments(defined)})", ""])


def _arguments(defined: ast.FunctionDef) -> str:
    every: Sequence[ast.arg] = [*defined.args.posonlyargs, *defined.args.args, *defined.args.kwonlyargs]
    return ", ".join(f"{one.arg}={'globals()' if one.arg == 'env' else one.arg}" for one in every)
