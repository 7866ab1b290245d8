"""The source of a function or a cell, with the questions that hidden tests ask of it."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from functools import cached_property

_LOOPS = (ast.For, ast.While, ast.AsyncFor)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class SourceView:
    """What a participant wrote.

    Attributes:
        text: as it is written.
        name: the function, or the name that the cell bound.
    """

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        """Every node of its syntax tree; none where it does not parse."""
        try:
            return list(ast.walk(ast.parse(textwrap.dedent(self.text))))
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return []

    @property
    def uses_loop(self) -> bool:
        """Whether there is a `for` or a `while` in it; a comprehension is none."""
        return any(isinstance(node, _LOOPS) for node in self._nodes)

    @property
    def uses_comprehension(self) -> bool:
        return any(isinstance(node, _COMPREHENSIONS) for node in self._nodes)

    @property
    def is_recursive(self) -> bool:
        """Whether the function calls itself."""
        return self.calls(self.name)

    def calls(self, function: str) -> bool:
        """Whether something of this name is called: `sorted`, `np.mean`; `.sort` for a method of anything."""
        if function.startswith("."):
            return any(called.endswith(function) for called in self._called())
        return function in self._called()

    def imports(self, module: str) -> bool:
        """Whether a module, or something of it, is imported."""
        found = [alias.name for node in self._nodes if isinstance(node, ast.Import) for alias in node.names]
        found += [node.module or "" for node in self._nodes if isinstance(node, ast.ImportFrom)]
        return any(name == module or name.startswith(f"{module}.") for name in found)

    def mentions(self, name: str) -> bool:
        """Whether a name or an attribute stands in it, as code and not in a comment or a text."""
        names = {node.id for node in self._nodes if isinstance(node, ast.Name)}
        return name in names | {node.attr for node in self._nodes if isinstance(node, ast.Attribute)}

    def _called(self) -> set[str]:
        return {name for node in self._nodes if isinstance(node, ast.Call) for name in _names(node.func)}


def _names(function: ast.expr) -> Iterator[str]:
    """How a function is called, as it is written; of a method of a value, only `.method`."""
    if isinstance(function, ast.Name):
        yield function.id
    elif isinstance(function, ast.Attribute):
        owner = list(_names(function.value))
        yield f"{owner[0]}.{function.attr}" if owner and not owner[0].startswith(".") else f".{function.attr}"
