"""What a cell defines and imports, without the rest of it: for a cell that there is no time to run."""

from __future__ import annotations

import ast
import re

MAX_SOURCE = 100_000
_COMMAND = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
_GIVE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def only_definitions(source: str) -> str:
    """The definitions, imports and constants of a cell, in the lines in which they stand; nothing if it does not
    parse."""
    statements = _parse(source)
    kept = {line for statement in statements if _gives(statement) for line in _lines(statement)}
    dropped = {line for statement in statements if not _gives(statement) for line in _lines(statement)}
    lines = source.splitlines()
    return "\n".join(line if number in kept - dropped else "" for number, line in enumerate(lines, 1)).rstrip()


def holds_more(source: str) -> bool:
    """Whether there is more in a cell than that."""
    return not all(map(_gives, _parse(source))) or (bool(source.strip()) and not _parse(source))


def _parse(source: str) -> list[ast.stmt]:
    if len(source) > MAX_SOURCE:
        return []
    try:
        return ast.parse(_COMMAND.sub("", source)).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # the source is the participant's to choose
        return []


def _gives(statement: ast.stmt) -> bool:
    return isinstance(statement, _GIVE) or (
        isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
    )


def _lines(statement: ast.stmt) -> range:
    decorators = [one.lineno for one in getattr(statement, "decorator_list", [])]
    return range(min([statement.lineno, *decorators]), (statement.end_lineno or statement.lineno) + 1)
