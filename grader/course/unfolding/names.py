"""Which names a piece of code binds, and which it takes from elsewhere."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator

_BUILTINS = frozenset(dir(builtins))


def parse_or_none(source: str) -> ast.Module | None:
    """The syntax tree; None where it is no plain Python, as with a magic."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def bound_names(source: str) -> frozenset[str]:
    """The names that code leaves in the notebook."""
    if parse_or_none(source) is None:
        return frozenset()
    table = symtable.symtable(source, "cell", "exec")
    own = {one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()}
    return frozenset(own | {name for inner in _inner(table) for name in _globals_written(inner)})


def used_names(source: str) -> frozenset[str]:
    """The names that code looks up in the notebook, in functions and classes too."""
    if parse_or_none(source) is None:
        return frozenset()
    table = symtable.symtable(source, "cell", "exec")
    own = {one.get_name() for one in table.get_symbols() if one.is_referenced()}
    inside = {one.get_name() for inner in _inner(table) for one in inner.get_symbols() if one.is_global()}
    return frozenset((own | inside) - _BUILTINS)


def _inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inner(child)


def _globals_written(table: symtable.SymbolTable) -> set[str]:
    return {one.get_name() for one in table.get_symbols() if one.is_declared_global() and one.is_assigned()}
