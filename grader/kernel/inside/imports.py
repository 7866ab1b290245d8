"""Stand-ins where an import fails. Neither such a failure nor what a wall refuses takes the rest of its cell along."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.kernel.inside.cell_names import BLOCKS, statements_of
from grader.kernel.inside.fake_modules import TOUCHED, Finder
from grader.kernel.inside.refusals import Refusals

IMPORT_FAILED = "__grader_import_failed__"
GOES_ON = "__grader_goes_on__"
_CATCH_ALL = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_OFTEN_MISSPELT = """numpy pandas matplotlib seaborn scipy sklearn math random statistics tensorflow torch""".split()
_MAX_TRIES = 20
_IMPORTS = (ast.Import, ast.ImportFrom)
_GO_ON_AFTER = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Assert,
                ast.For, ast.While, ast.With, ast.If, ast.Try)  # fmt: skip


class ImportStatements:
    """Rewrites each import of a cell, so that `IMPORT_FAILED` decides whether to try again where it fails. `GOES_ON`
    decides whether the cell goes on after an outermost import, or another statement that a stand-in or a wall may have
    failed.

    An import that the participant has guarded by `except ImportError` is left alone: what they wrote for a machine
    without the module is better than a module that does nothing.
    """

    def __init__(self, finder: Finder, refusals: Refusals) -> None:
        self._finder, self._refusals = finder, refusals

    def visit(self, cell: ast.AST) -> ast.AST:
        """IPython calls this. It must not recurse: IPython never again calls what has raised an exception."""
        goes_on: set[ast.stmt] = set()
        may_fail = self._finder.used or self._refusals.possible
        if isinstance(cell, ast.Module) and (may_fail or any(map(_is_import, cell.body))):
            goes_on.update(cell.body[:-1])
        elif not any(map(_is_import, statements_of(cell))):
            return cell
        todo = [(cell, False)]
        while todo:
            node, is_guarded = todo.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                is_guarded = False
            for field in BLOCKS:
                block = getattr(node, field, None)
                if not isinstance(block, list):
                    continue
                guarded = is_guarded or (field == "body" and _is_guard(node))
                todo += [(inner, guarded) for inner in block]
                if not guarded:
                    setattr(node, field, [new for old in block for new in _rewritten(old, node is cell)])
        if isinstance(cell, ast.Module):
            cell.body = [_continued(statement) if statement in goes_on else statement for statement in cell.body]
        return cell


def _is_guard(node: ast.AST) -> bool:
    """Whether a block deals itself with an import that fails."""
    if isinstance(node, ast.With):
        calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
        return any(_last_name(call.func) == "suppress" for call in calls)
    handlers = node.handlers if isinstance(node, ast.Try) else []
    return any(
        (handler.type is None or any(_last_name(part) in _CATCH_ALL for part in ast.walk(handler.type)))
        and not any(isinstance(statement, ast.Raise) for statement in handler.body)
        for handler in handlers
    )


def _last_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _rewritten(statement: ast.AST, is_outermost: bool) -> Iterator[ast.AST]:
    if not isinstance(statement, _IMPORTS):
        yield statement
        return
    if isinstance(statement, ast.ImportFrom) and (statement.level or statement.module in (None, "__future__")):
        yield statement
        return
    for alias in statement.names:
        if isinstance(statement, ast.Import):
            one: ast.stmt = ast.Import([alias])
        else:
            one = ast.ImportFrom(statement.module, [alias], statement.level)
        ast.copy_location(one, statement)
        module = alias.name if isinstance(statement, ast.Import) else statement.module
        tried = _tried(one, one, IMPORT_FAILED, module)
        yield _tried(tried, ast.Pass(), GOES_ON, True) if is_outermost else tried


def _is_import(statement: ast.AST) -> bool:
    return isinstance(statement, _IMPORTS)


def _continued(statement: ast.stmt) -> ast.stmt:
    """A statement after which the cell goes on, even if it fails for want of a module or is refused by a wall."""
    if isinstance(statement, _GO_ON_AFTER):
        return _tried(statement, ast.Pass(), GOES_ON)
    return statement


def _tried(statement: ast.stmt, then: ast.stmt, asked: str, *args: str | bool | None) -> ast.stmt:
    """The statement; where it fails, `then` if the function `asked` says so of `args`. Otherwise the exception goes on,
    from its line."""
    name, constants = ast.Name(asked, ast.Load()), [ast.Constant(arg) for arg in args]
    question, goes_on = ast.Call(name, [*constants], []), ast.Raise(None, None)
    decision = ast.If(question, [then], [goes_on])
    handler = ast.ExceptHandler(None, None, [decision])
    tried = ast.Try([statement], [handler], [], [])
    for node in (name, *constants, question, goes_on, then, decision, handler, tried):
        ast.copy_location(node, statement)
    return tried


class FailedImports:
    """Decides what to do where an import of the notebook failed.

    Attributes:
        finder: imports the stand-ins.
        lost: what people call the modules for want of which statements of this cell failed.
    """

    def __init__(self, shell: Any, refusals: Refusals) -> None:
        self._shell, self._refusals = shell, refusals
        self._folder = Path.cwd()
        self.finder = Finder()
        self.lost: list[str] = []
        sys.meta_path.insert(0, self.finder)

    def import_again(self, module: str) -> bool:
        """Whether `module` is to be imported again, and is a stand-in then. Called where the exception is handled."""
        error = sys.exc_info()[1]
        return isinstance(error, Exception) and self._stand_in(module, error)

    def go_on(self, after_import: bool = False) -> bool:
        """Whether the cell goes on after an exception. It is then shown as the cell's error. Called like the other."""
        error = sys.exc_info()[1]
        if not isinstance(error, Exception):
            return False
        lacking = TOUCHED.part_in(error)
        if not (lacking or after_import or self._refusals.caused(error)):
            return False
        self.lost += lacking
        self._shell.showtraceback(tb_offset=0)  # the cell's own frame is the first
        return True

    def _stand_in(self, module: str, error: Exception) -> bool:
        """Have modules stood in for until `module` can be imported, if that is right."""
        for _ in range(_MAX_TRIES):
            lacking = self._lacking(module, error)
            if lacking is None:
                return False
            self.finder.stand_in(lacking)
            try:
                importlib.import_module(module)
            except Exception as another:  # a module of the notebook's own may lack several others
                error = another
            else:
                return True
        return False

    def _lacking(self, module: str, error: Exception) -> str | None:
        """What to stand in for; None where nothing is lacking, but the import is the participant's mistake."""
        root = module.partition(".")[0]
        if root == "google" and module.startswith("google.colab"):
            return "google.colab" if root in sys.modules else "google"
        if self._is_own(root):
            name = (error.name or "") if isinstance(error, ModuleNotFoundError) else ""
            root = name.partition(".")[0]
            if self._is_own(root):
                return None
        if not root or root in sys.modules or is_misspelt(root):
            return None
        return root

    def _is_own(self, root: str) -> bool:
        """Whether the notebook wrote the module."""
        return not root or not {root, f"{root}.py"}.isdisjoint(path.name for path in self._folder.iterdir())


def is_misspelt(root: str) -> bool:
    """Whether there is no such module because the name is that of a well-known one with a slip in it."""
    if root.lower() != root and (root.lower() in sys.stdlib_module_names or root.lower() in _OFTEN_MISSPELT):
        return True
    return any(_differ_by_one(root.lower(), known) for known in _OFTEN_MISSPELT)


def _differ_by_one(one: str, other: str) -> bool:
    """Whether a letter was left out, added, replaced, or two neighbours swapped."""
    short, long = sorted((one, other), key=len)
    at = next((index for index, letter in enumerate(short) if letter != long[index]), len(short))
    if len(long) - len(short) == 1:
        return short[at:] == long[at + 1 :]
    if one == other or len(short) != len(long):
        return False
    swapped = short[:at] + short[at : at + 2][::-1] + short[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or swapped == long
