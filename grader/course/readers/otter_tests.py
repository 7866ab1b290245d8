"""Otter's tests as code cells that fail with an exception: what a test shows is compared with what it should show."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import indent
from typing import Any

import yaml

from grader.course.readers.sources import RawCell
from grader.errors import CourseError
from grader.i18n import Text, msg

_BEGIN_CONFIG = re.compile(r"""(?:.\s*=\s*)?["']{1,3}\s*#\s*BEGIN\s*TEST\s*CONFIG""", re.IGNORECASE)
_END_CONFIG = re.compile(r"""["']{1,3};?\s*#\s*END\s*TEST\s*CONFIG""", re.IGNORECASE)
_HIDDEN = re.compile(r"\s*#.*\bhidden\b", re.IGNORECASE)
_LACKING = msg("The source was saved without what the test shows. Run all of its cells and save it.")
_SHOWN = "from grader.judging.cells.shown import Shown as _Shown"  # where the cell runs
_SHOWS_SOMETHING = (ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp)


@dataclass(frozen=True, slots=True)
class OtterTest:
    """One test of a question.

    Attributes:
        code: A cell that raises where the test does not hold.
        visible: What participants get of it, if it is not hidden.
        hidden: Whether participants don't get it.
        points: What stands in the test itself.
        success, failure: What its author says to whoever passes or fails it.
        refused: Why it can't run here.
    """

    code: str
    visible: str
    hidden: bool
    points: float | None
    success: str
    failure: str
    refused: Text | None = None


def read_test(cell: RawCell, place: str, by_output: bool) -> OtterTest:
    """The Python test in a cell. Raise CourseError where it is none.

    `by_output`: a cell shows something, which must come out again; otherwise it defines a function that raises.
    """
    source, test = _split(cell.source, place)
    tree, shown = _parse(source, place), cell.shown.strip()
    if not by_output:
        code = _calling(tree, source, place)
        return replace(test, code=code, visible=(code if len(tree.body) == 1 else source).strip())
    code = _comparing(tree, shown, "" if test.hidden else source.strip())
    is_plain = _SHOWN not in code
    visible = code.rstrip() if is_plain else f"{source.strip()}\n# {_said(shown)}"
    lacking = _LACKING if not shown and _must_show(tree) else None
    return replace(test, code=code, visible=visible, refused=lacking)


def read_foreign_test(cell: RawCell, place: str, language: str) -> OtterTest:
    """A test in another language than Python, which can't run here."""
    _, test = _split(cell.source, place)
    return replace(
        test, refused=msg("The test is written in {language}, and only Python runs here.", language=language)
    )


def _said(shown: str) -> str:
    return "\n# ".join(["shows:", *shown.splitlines()]) if "\n" in shown else f"shows: {shown or 'nothing'}"


def _split(source: str, place: str) -> tuple[str, OtterTest]:
    """The code of a test without its settings, and the test with these."""
    lines = source.split("\n")
    is_hidden, config = bool(_HIDDEN.match(lines[0])), {}
    lines = lines[is_hidden:]
    if not is_hidden and _BEGIN_CONFIG.match(lines[0]):
        end = next((at for at, line in enumerate(lines) if _END_CONFIG.match(line)), None)
        if end is None:
            raise CourseError("{place}: # BEGIN TEST CONFIG has no # END TEST CONFIG. Add it", place=place)
        config, lines = dict(read_yaml("\n".join(lines[1:end]), place)), lines[end + 1 :]
    code, points = "\n".join(lines), config.get("points")
    if isinstance(points, bool) or not isinstance(points, int | float | None):
        raise CourseError("{place}: points must be a number, and they are {kind}", place=place, kind=repr(points))
    success, failure = (str(config.get(f"{name}_message") or "") for name in ("success", "failure"))
    return code, OtterTest(code, code.strip(), bool(config.get("hidden", is_hidden)), points, success, failure)


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


def _comparing(tree: ast.Module, shown: str, visible: str) -> str:
    """The code, and after it a check that it shows what it showed in its author's notebook. `visible`: the test, if
    participants have it.

    What the author's code prints by itself is part of that; what a participant's function prints besides is not held
    against it.
    """
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return _printing(tree.body, "None", shown, visible) if shown else "".join(map(_line, tree.body))
    if shown == "True" and not _prints(tree) and _is_verdict(last.value):
        return "".join(map(_line, [*tree.body[:-1], ast.Assert(last.value)]))
    return _printing(tree.body[:-1], ast.unparse(last.value), shown, visible)


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


def _printing(first: Sequence[ast.stmt], value: str, shown: str, visible: str) -> str:
    return (
        f"{_SHOWN}\n"
        f"_shown = _Shown({shown!r}, {visible!r})\n"
        f"with _shown:\n{indent(''.join(map(_line, first)), ' ' * 4)}    _shown.value = {value}\n"
        "_shown.check()\n"
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
