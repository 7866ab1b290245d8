"""Files that the notebook wrote are compiled as its cells are, where a cell imports them or `%run`s them."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable
from functools import partial
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from typing import Any

Visit = Callable[[ast.AST], ast.AST]


def compile_own_files(shell: Any, visit: Visit) -> None:
    """From now on give the syntax tree of each file in the working folder to `visit` before it is compiled."""
    folder = Path.cwd()
    hook = FileFinder.path_hook((partial(_Loader, visit), SOURCE_SUFFIXES))  # type: ignore[arg-type]

    def own_hook(path: str) -> Any:
        if not Path(path).absolute().is_relative_to(folder):
            raise ImportError("not the notebook's own", path=path)
        return hook(path)

    sys.path_hooks.insert(0, own_hook)
    sys.path_importer_cache.pop(str(folder), None)
    shell.compile = _Compiler(shell.compile, visit)
    shell.safe_execfile = partial(shell.safe_execfile, shell_futures=True)  # has that compile what is run


class _Loader(SourceFileLoader):
    """Loads a module from its text."""

    def __init__(self, visit: Visit, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self._visit = visit

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> Any:  # type: ignore[override]
        return _compile(self._visit, data, path, _optimize)


class _Compiler:
    """The shell's compiler, which is also given the text of each file that `%run` names. All else goes to IPython's."""

    def __init__(self, compiler: Any, visit: Visit) -> None:
        self._compiler, self._visit = compiler, visit

    def __call__(self, source: Any, name: Any, mode: str, *flags: Any) -> Any:
        if isinstance(source, bytes):
            return _compile(self._visit, source, name)
        return self._compiler(source, name, mode, *flags)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiler, name)


def _compile(visit: Visit, source: Any, name: Any, optimize: int = -1) -> Any:
    tree = visit(ast.parse(source, os.fspath(name)))
    return compile(tree, name, "exec", dont_inherit=True, optimize=optimize)  # type: ignore[call-overload]
