"""What the statements of a notebook's cells do to its names, read from their text."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_QUIET = re.compile(r"\s*(?:%(?:matplotlib|load_ext|reload_ext|autoreload|config|precision|pip|conda)\b|!pip\b)")
_QUIET_CELL = re.compile(r"\s*%%(?:time|capture|prun)\b")
_COMMAND = re.compile(r"\s*(?:[%!?]|[\w.]+\?+\s*$)")


class NoPython(ValueError):
    """A cell that is no Python; the text says what stands there."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a cell, outside of functions.

    Attributes:
        node: its syntax tree.
        binds: the names that it gives.
        imports: those of them that an import gives.
        uses: the names of the notebook that it reads when it runs.
        later: those that a function reads which it defines, when that is called.
        changes: the names whose values it may change: `x[0] = 1`, `x.append(1)`.
    """

    node: ast.stmt
    binds: frozenset[str]
    imports: frozenset[str]
    uses: frozenset[str]
    later: frozenset[str]
    changes: frozenset[str]

    @property
    def is_definition(self) -> bool:
        """Whether it only defines or imports something."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
        return isinstance(self.node, kinds)


def parse(source: str, any_magic: bool = False) -> ast.Module:
    """The syntax tree of a cell, lines counted as they stand. Magics that only change how outputs look are left out;
    with `any_magic` all others too. Raise NoPython."""
    quiet = _COMMAND if any_magic else _QUIET
    lines = source.split("\n")
    if lines and _QUIET_CELL.match(lines[0]):
        lines[0] = "pass"
    text = "\n".join(f"{_indent(line)}pass" if quiet.match(line) else line for line in lines)
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        commands = [line.strip() for line in text.split("\n") if _COMMAND.match(line)]
        raise NoPython(commands[0] if commands else str(error)) from error


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def statements(tree: ast.Module) -> Iterator[Statement]:
    for node in tree.body:
        yield _statement(node)


def _statement(node: ast.stmt) -> Statement:
    table = symtable.symtable(ast.unparse(node), "<cell>", "exec")
    binds, imports, uses, later = set[str](), set[str](), set[str](), set[str]()
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            binds.add(symbol.get_name())
        if symbol.is_imported():
            imports.add(symbol.get_name())
        if symbol.is_referenced():
            uses.add(symbol.get_name())
    for child, is_later in _children(table, False):
        for symbol in child.get_symbols():
            if symbol.is_global() and symbol.is_referenced():
                (later if is_later else uses).add(symbol.get_name())
            if symbol.is_declared_global() and symbol.is_assigned():
                binds.add(symbol.get_name())
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        uses, later = uses | later, set()  # a lambda may be called at once
    sets = map(frozenset, (binds, imports, uses, later, _changes(node)))
    return Statement(node, *sets)


def _children(table: symtable.SymbolTable, is_later: bool) -> Iterator[tuple[symtable.SymbolTable, bool]]:
    """The tables below this one, each with whether it is that of a function, which runs when it is called."""
    for child in table.get_children():
        own = is_later or (child.get_type() == "function" and child.get_name() not in _AT_ONCE)
        yield child, own
        yield from _children(child, own)


_AT_ONCE = frozenset({"genexpr", "listcomp", "setcomp", "dictcomp"})


def _changes(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    found: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Subscript | ast.Attribute) and not isinstance(inner.ctx, ast.Load):
            found |= _root(inner)
        if isinstance(inner, ast.AugAssign):
            found |= {inner.target.id} if isinstance(inner.target, ast.Name) else set()
        if isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Call):
            found |= _root(inner.value.func)
    return found


def _root(node: ast.expr) -> set[str]:
    """The name at which a chain such as `x.y[0].z(1).w` begins; nothing for a plain call `f(x)`."""
    deep = False
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        deep = deep or not isinstance(node, ast.Call)
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) and deep else set()


def statements_of(source: str) -> Sequence[Statement]:
    """The statements of a cell without its magics; none where it is no Python."""
    try:
        return tuple(statements(parse(source, any_magic=True)))
    except NoPython:
        return ()
