"""Makes wrong variants of a solution: each differs by one small mistake that people make too.

The mutation tools that exist (cosmic-ray, mutmut) write each variant to disk and start a test command on it, and do not
know what matters here: mixed-up names, swapped arguments, moved brackets, dropped steps. These are texts for a kernel.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from grader.proof.operators import changes, only_prints, own_attribute

ANY = "..."  # in a pattern
MAX_ITEMS = 5  # of a long list that are changed, and its last


@dataclass(frozen=True, slots=True)
class Mutant:
    """A variant of a solution.

    Attributes:
        kind: of the change.
        source: the whole variant.
        before, after: the lines that differ, without their common indentation.
    """

    kind: str
    source: str
    before: str
    after: str


def mutants(source: str, prints: bool = False) -> tuple[Mutant, ...]:
    """Every variant of a solution that is one change away. Raise SyntaxError where it is no Python. Where it `prints`
    what it is asked for, lines that only print are changed too."""
    tree = ast.parse(source)
    plain = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for place in _places(tree, frozenset(_assigned(tree.body)), prints):
        for kind, new in changes(place.node, place.field, place.names):
            text = place.text_with(new, tree)
            if text != plain and text not in found and _is_python(text):
                found[text] = Mutant(kind, text, *_difference(plain, text))
    return tuple(found.values())


def same_lines(one: str, other: str) -> bool:
    """Whether two pieces of code are the same but for layout, quotes and brackets that change nothing."""
    return _meaning(one) == _meaning(other)


def fits(pattern: str, lines: str) -> bool:
    """Whether these are the lines of a pattern in which `...` stands for any piece of code."""
    if ANY not in pattern:
        return same_lines(pattern, lines)
    wanted, text = (" ".join(code.split()) for code in (pattern, lines))
    return re.fullmatch(".*".join(map(re.escape, wanted.split(ANY))), text) is not None


@dataclass(frozen=True, slots=True)
class _Place:
    """A node of a syntax tree and where it stands.

    Attributes:
        owner: the node that holds it.
        field, index: in which field of the owner, and at which index where the field is a list.
        node: the node itself.
        names: the variables that can be meant there.
    """

    owner: ast.AST
    field: str
    index: int | None
    node: Any
    names: frozenset[str]

    def text_with(self, new: ast.AST, tree: ast.Module) -> str:
        self._put(new)
        try:
            return ast.unparse(tree)
        finally:
            self._put(self.node)

    def _put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.owner, self.field, node)
        else:
            getattr(self.owner, self.field)[self.index] = node


_LEFT_ALONE = frozenset({"annotation", "returns", "format_spec", "ctx", "op", "ops"})


def _places(owner: ast.AST, names: frozenset[str], prints: bool) -> Iterator[_Place]:
    if isinstance(owner, ast.ClassDef):
        names = names | set(_given_to_self(owner))
    if isinstance(owner, ast.FunctionDef | ast.Lambda):
        arguments = [*owner.args.posonlyargs, *owner.args.args, *owner.args.kwonlyargs]
        body = owner.body if isinstance(owner.body, list) else []
        names = names | {argument.arg for argument in arguments} | set(_assigned(body))
    for field, value in ast.iter_fields(owner):
        if field in _LEFT_ALONE:
            continue
        children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        if isinstance(owner, ast.List | ast.Tuple | ast.Set | ast.Dict):
            children = [*children[:MAX_ITEMS], *children[max(MAX_ITEMS, len(children) - 1) :]]
        for index, child in children:
            if not isinstance(child, ast.AST) or isinstance(child, ast.Import | ast.ImportFrom):
                continue
            if _says_only(owner, child) or (only_prints(child) and not prints):
                continue
            yield _Place(owner, field, index, child, names)
            yield from _places(child, names, prints)


def _says_only(owner: ast.AST, child: ast.AST) -> bool:
    """Whether it is a text that people read: a docstring, an exception's, a prompt, by name, around a value."""
    if isinstance(owner, ast.keyword | ast.Expr | ast.JoinedStr):
        return isinstance(child, ast.Constant) and isinstance(child.value, str)
    if isinstance(owner, ast.Call) and isinstance(child, ast.Constant):
        return isinstance(owner.func, ast.Name) and owner.func.id == "input"
    return isinstance(owner, ast.Raise) and isinstance(child, ast.Call)


def _given_to_self(node: ast.ClassDef) -> Iterator[str]:
    """The attributes that a class gives its objects, as names."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store) and own_attribute(part):
            yield own_attribute(part)


def _assigned(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names bound here, not inside the functions and classes that are defined here."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        yield from _assigned(ast.iter_child_nodes(node))


# ---- texts


def _is_python(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python thinks of a mutant is nothing for its author
        try:
            compile(text, "mutant", "exec")
        except SyntaxError:
            return False
    return True


def _difference(old: str, new: str) -> tuple[str, str]:
    """The lines in the middle that differ."""
    one, other = old.splitlines(), new.splitlines()
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return _block(one), _block(other)


def _block(lines: Sequence[str]) -> str:
    return textwrap.dedent("\n".join(lines))


@lru_cache(10_000)
def _meaning(code: str) -> str:
    block = textwrap.dedent(code).strip()
    for whole in (block, f"{block}\n    pass"):  # a loop's or a condition's first line stands alone
        try:
            return ast.dump(ast.parse(whole))
        except SyntaxError:
            continue
    return block
