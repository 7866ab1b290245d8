"""Reads and runs the Python files of a course. They are the author's own code, which the grader trusts."""

from __future__ import annotations

import ast
import io
import os
import textwrap
import traceback
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

from grader.course.own_time import TooLong, within
from grader.errors import CourseError
from grader.i18n import Titles

LOAD_LIMIT_S = 30.0  # that a file of the course may compute
MAX_STUB = 5_000  # characters of a source that are compared with a stub


def read_file(path: Path) -> str:
    """The text of a file of the course. Raise CourseError where it can't be read."""
    try:
        return path.read_text("utf-8-sig")  # Notepad begins a file with a byte order mark
    except FileNotFoundError:
        raise CourseError("{path}: this file is missing. Add it", path=path) from None
    except UnicodeDecodeError as error:
        raise CourseError(
            "{path}: it is not saved as UTF-8 ({error}). Save it as UTF-8", path=path, error=error
        ) from error
    except OSError as error:
        raise CourseError("{path}: {error}", path=path, error=error) from error


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file of the course. Raise CourseError with the line where it is no Python."""
    try:
        return ast.parse(read_file(path))
    except (SyntaxError, ValueError) as error:
        raise CourseError(what_broke(path, error)) from error


def what_broke(path: Path, error: BaseException) -> str:
    """Where a file of the course went wrong, and how: its line in that file, or else the last one in its folder."""
    if isinstance(error, SyntaxError) and error.lineno is not None:
        return f"{error.filename if _is_path(error.filename) else path}, line {error.lineno}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == str(path)] or [
        frame for frame in frames if frame.filename.startswith(str(path.parent) + os.sep)
    ]
    place = f"{own[-1].filename}, line {own[-1].lineno}" if own else str(path)
    return f"{place}: {type(error).__name__}: {error}"


def _is_path(name: str | None) -> bool:
    return name is not None and not name.startswith("<")


def run_source(path: Path, namespace: dict[str, Any], lines: Sequence[str] = ()) -> dict[str, Any]:
    """Execute a file of the course as a cell of a notebook with these names; `namespace` is changed and returned.
    `lines`: what `input()` is answered with, in turn."""
    namespace.setdefault("__name__", f"course.{path.stem}")
    namespace["print"] = course_print
    namespace["input"] = _answering(lines)  # nobody is at the keyboard
    source = read_file(path)
    try:
        with within(LOAD_LIMIT_S):
            exec(compile(source, str(path), "exec"), namespace)  # noqa: S102  the course is the operator's own code
    except TooLong as error:
        raise CourseError("{path}: {error}. Is there a loop in it that never ends?", path=path, error=error) from error
    except Exception as error:
        raise CourseError(what_broke(path, error)) from error
    return namespace


_listener: ContextVar[TextIO | None] = ContextVar("_listener", default=None)


@contextmanager
def heard() -> Iterator[io.StringIO]:
    """Gives a text that what the course prints meanwhile is added to; at other times it is dropped, for the grader's
    output is its reports."""
    text = io.StringIO()
    before = _listener.set(text)
    try:
        yield text
    finally:
        _listener.reset(before)


def course_print(*values: object, file: TextIO | None = None, **how: Any) -> None:
    """`print` in the files of a course."""
    listener = _listener.get()
    if listener is not None and file is None:
        print(*values, file=listener, **how)


def _answering(lines: Sequence[str]) -> Callable[..., str]:
    left = list(lines)

    def answer(_: object = "") -> str:
        if not left:
            raise EOFError("input() was asked for more lines than `input` in course.toml has")
        return left.pop(0)

    return answer


def function_in(path: Path, name: str, scope: dict[str, Any]) -> Callable[..., Any]:
    """The function `name` of a file of the course, run with the names in `scope`. Raise CourseError where it has
    none."""
    scope.pop(name, None)  # an earlier exercise's of the same name is not meant
    found = run_source(path, scope).get(name)
    if not callable(found):
        raise CourseError("{path}: there is no {name} in it. Is the name right?", path=path, name=name)
    return found  # type: ignore[no-any-return]


def read_hints(path: Path, doc: str | None, languages: Sequence[str] = ("pl", "en")) -> Titles:
    """The hints in a docstring, `pl: ...` and `en: ...`, or those of the course's languages. Raise CourseError where
    one is missing."""
    texts: dict[str, str] = {}
    language = ""
    for line in (doc or "").splitlines():
        text = line.strip()
        if text.startswith(tuple(f"{lang}:" for lang in languages)):
            language, _, text = text.partition(":")
        texts[language] = f"{texts.get(language, '')} {text.strip()}".strip()
    if not all(texts.get(lang) for lang in languages):
        wanted = " and ".join(f"'{lang}: ...'" for lang in languages)
        number = {1: "a hint", 2: "two hints"}.get(len(languages), "hints")
        raise CourseError("{path}: its docstring must hold {number}, {wanted}", path=path, number=number, wanted=wanted)
    return in_both(texts, languages)


def in_both(texts: Mapping[str, str], languages: Sequence[str]) -> Titles:
    """A text for reports, which are in Polish or English: in the course's own language where it has none of them."""
    own = [texts[lang] for lang in languages if lang in texts] or list(texts.values())
    other = next((texts[lang] for lang in languages if lang in texts and lang != "pl"), own[0])
    return Titles(texts.get("pl", own[0]), texts.get("en", other))


_PLACEHOLDER = Titles("*Tutaj wpisz swoją odpowiedź.*", "*Write your answer here.*")


def placeholder(languages: Sequence[str]) -> str:
    """What stands where a written answer goes, in the languages of the course that are known here."""
    texts = [_PLACEHOLDER.pl if lang == "pl" else _PLACEHOLDER.en for lang in languages]
    return "\n\n".join(dict.fromkeys(texts))


def without_docstring(source: str) -> str:
    """A file of the course without its module docstring, which holds hints."""
    tree = ast.parse(source)
    if ast.get_docstring(tree) is None:
        return source
    lines = source.splitlines()
    return "\n".join(lines[tree.body[0].end_lineno or 0 :]).strip() + "\n"


def definitions_in(source: str, name: str) -> list[str]:
    """The definitions of a function in a source, each as text; none where it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    return [ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]


@lru_cache(1000)
def same_code(one: str, other: str) -> bool:
    """Whether two definitions are the same but for comments, docstrings and layout."""
    text = one if one.isascii() else unicodedata.normalize("NFKC", one)  # as Python reads names
    return all(word in text for word in _words(other)) and _shape(one) == _shape(other)


@lru_cache(1000)
def summary(source: str) -> str | None:
    """The first line of a definition's docstring; None where there is none or it does not parse."""
    try:
        defined = ast.parse(textwrap.dedent(source[:MAX_STUB])).body[0]
    except (SyntaxError, ValueError, MemoryError, RecursionError, IndexError):  # a participant wrote it
        return None
    text = ast.get_docstring(defined) if isinstance(defined, ast.FunctionDef) else None
    return text.partition("\n")[0] if text else None


@lru_cache(1000)
def _words(source: str) -> frozenset[str]:
    """Words that stand in whatever is the same code: names, and `None` or `pass`, which few keep. A quick look."""
    try:
        nodes = [*ast.walk(ast.parse(textwrap.dedent(source[:MAX_STUB])))]
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return frozenset()
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    nothing = {"None" for node in nodes if isinstance(node, ast.Constant) and node.value is None}
    return frozenset(names | nothing | {"pass" for node in nodes if isinstance(node, ast.Pass)})


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
