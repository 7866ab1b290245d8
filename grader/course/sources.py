"""Reads and runs the Python files of a course. They are the author's own code, which the grader trusts."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.errors import CourseError
from grader.i18n import Titles

MAX_STUB = 5_000  # characters of a source that are compared with a stub


def read_file(path: Path) -> str:
    """The text of a file of the course. Raise CourseError where it can't be read."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from error


def run_source(path: Path, namespace: dict[str, Any]) -> dict[str, Any]:
    """Execute a file of the course as a cell of a notebook with these names; `namespace` is changed and returned."""
    namespace.setdefault("__name__", f"course.{path.stem}")
    namespace["print"] = lambda *args, **kwargs: None  # a solution may print; the grader's output is its reports
    source = read_file(path)
    try:
        exec(compile(source, str(path), "exec"), namespace)  # noqa: S102  the course is the operator's own code
    except Exception as error:
        raise CourseError(f"{path}: {type(error).__name__}: {error}") from error
    return namespace


def function_in(path: Path, name: str, scope: dict[str, Any]) -> Callable[..., Any]:
    """The function `name` of a file of the course, run with the names in `scope`. Raise CourseError where it has
    none."""
    scope.pop(name, None)  # an earlier exercise's of the same name is not meant
    found = run_source(path, scope).get(name)
    if not callable(found):
        raise CourseError(f"{path}: there is no {name} in it. Is the name right?")
    return found  # type: ignore[no-any-return]


def read_hints(path: Path, doc: str | None) -> Titles:
    """The hints in a docstring, `pl: ...` and `en: ...`. Raise CourseError where one is missing."""
    texts: dict[str, str] = {}
    language = ""
    for line in (doc or "").splitlines():
        text = line.strip()
        if text.startswith(("pl:", "en:")):
            language, _, text = text.partition(":")
        texts[language] = f"{texts.get(language, '')} {text.strip()}".strip()
    if not texts.get("pl") or not texts.get("en"):
        raise CourseError(f"{path}: its docstring must hold two hints, 'pl: ...' and 'en: ...'")
    return Titles(texts["pl"], texts["en"])


def without_docstring(source: str) -> str:
    """A file of the course without its module docstring, which holds hints."""
    tree = ast.parse(source)
    if ast.get_docstring(tree) is None:
        return source
    lines = source.splitlines()
    return "\n".join(lines[tree.body[0].end_lineno or 0 :]).strip() + "\n"


def same_code(one: str, other: str) -> bool:
    """Whether two definitions are the same but for comments, docstrings and layout."""
    return _shape(one) == _shape(other)


@lru_cache(1000)
def docstring(source: str) -> str | None:
    """The docstring of a definition, indentation aside; None where there is none or it does not parse."""
    try:
        defined = ast.parse(textwrap.dedent(source[:MAX_STUB])).body[0]
    except (SyntaxError, ValueError, MemoryError, RecursionError, IndexError):  # a participant wrote it
        return None
    return ast.get_docstring(defined) if isinstance(defined, ast.FunctionDef) else None


@lru_cache(1000)
def _shape(source: str) -> str | None:
    """The syntax tree of a definition without docstrings; None where it does not parse."""
    try:
        tree = ast.parse(textwrap.dedent(source[:MAX_STUB]))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:]
        return ast.dump(tree)
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # a participant wrote one of the sources
        return None
