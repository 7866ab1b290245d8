"""A cell of tests as the body of a hidden test: what participants wrote is asked of the fixture `notebook`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from grader.course.unfolding.names import parse_or_none


def rewrite(source: str, theirs: Collection[str]) -> str | None:
    """The code with `notebook.name` for each of the names in `theirs`; None where it is no plain Python.

    What the test itself binds by a loop, an import or a definition is its own. What it assigns to or deletes of the
    participant's it does there, for `notebook["name"] = ...` and `del notebook["name"]` do that.
    """
    tree = parse_or_none(source)
    if tree is None:
        return None
    names = list(_asked(tree, frozenset(theirs) - _own(tree.body)))
    if any(map(_has_no_lines, ast.walk(tree))):
        return ast.unparse(_Asking({id(name) for name in names}).visit(tree))
    return _replace(source, names)


def _has_no_lines(node: ast.AST) -> bool:
    """Whether names in the node have no place in the source, as before Python 3.12, or its lines can't be indented."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and node.end_lineno != node.lineno)


def uses_any(source: str, names: Collection[str]) -> bool:
    """Whether the code mentions one of the names."""
    tree = parse_or_none(source)
    return tree is not None and any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(tree))


def _asked(node: ast.AST, asked: frozenset[str]) -> Iterator[ast.Name]:
    """Where the names stand that are the participant's, and not those of a function or comprehension around them."""
    if isinstance(node, ast.Name):
        if node.id in asked:
            yield node
        return
    for part in ast.iter_child_nodes(node):
        yield from _asked(part, asked - _local(node) if _is_inside(node, part) else asked)


def _is_inside(node: ast.AST, part: ast.AST) -> bool:
    """Whether the part sees the names of the function or comprehension. Decorators and defaults don't."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return part in node.body
    return isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)


def _local(node: ast.AST) -> frozenset[str]:
    """The names that are a function's or a comprehension's own."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        stored = {name for statement in node.body for name in _stored(statement)}
        return _arguments(node.args) | stored | _own(node.body)
    if isinstance(node, ast.Lambda):
        return _arguments(node.args)
    return frozenset(name for one in getattr(node, "generators", ()) for name in _stored(one.target))


def _arguments(arguments: ast.arguments) -> frozenset[str]:
    return frozenset(node.arg for node in ast.walk(arguments) if isinstance(node, ast.arg))


def _own(body: Sequence[ast.stmt]) -> frozenset[str]:
    """The names that statements bind by an import, a definition, a loop, `with` or `except`."""
    found: set[str] = set()
    for node in (node for statement in body for node in _shallow(statement)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.For | ast.AsyncFor):
            found |= _stored(node.target)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            found |= _stored(node.optional_vars)
    return frozenset(found)


def _shallow(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is in it, without what stands in functions and classes."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        for part in ast.iter_child_nodes(node):
            yield from _shallow(part)


def _stored(node: ast.AST) -> set[str]:
    return {one.id for one in _shallow(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def _asking(node: ast.Name) -> str:
    return f"notebook.{node.id}" if isinstance(node.ctx, ast.Load) else f'notebook["{node.id}"]'


def _replace(source: str, names: Sequence[ast.Name]) -> str:
    """The source with what is asked in the place of names; the rest, with its comments, stays as it is."""
    lines = [line.encode() for line in source.split("\n")]
    for node in sorted(names, key=lambda name: (name.lineno, name.col_offset), reverse=True):
        line, end = lines[node.lineno - 1], node.end_col_offset or 0
        lines[node.lineno - 1] = line[: node.col_offset] + _asking(node).encode() + line[end:]
    return b"\n".join(lines).decode()


class _Asking(ast.NodeTransformer):
    """Puts what is asked of the notebook in the place of names."""

    def __init__(self, asked: Collection[int]) -> None:
        """`asked`: the identities of their nodes."""
        self._asked = asked

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(_asking(node), node.ctx) if id(node) in self._asked else node


def helpers(given: str, needed: Collection[str], theirs: Collection[str]) -> str:
    """The statements of the author's given code that bind the names that are needed, and what those need.

    A statement that needs a participant's name is left out: it would not run beside the tests.
    """
    tree = parse_or_none(given)
    if tree is None:
        return ""
    wanted, kept = set(needed), set()
    for at in range(len(tree.body) - 1, -1, -1):
        statement = tree.body[at]
        code = ast.unparse(statement)
        if wanted & _binds(statement) and not uses_any(code, theirs):
            kept.add(at)
            wanted |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    pieces = [ast.get_source_segment(given, tree.body[at]) or ast.unparse(tree.body[at]) for at in sorted(kept)]
    return "\n".join(pieces)


def _binds(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
