"""Rewrites the course's cells before they run here: each call, each look at a special attribute, and each comparison
first asks whether something of the participant's is in it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

CALL, SPECIAL, RUN = "__grader_call__", "__grader_special__", "__grader_run__"
EQUAL, SAME = "__grader_equal__", "__grader_same__"
_FRAME_BOUND = frozenset({"super", "locals", "globals", "vars", "dir", "__import__"})
_RUNNERS = frozenset({"eval", "exec"})


@dataclass(frozen=True, slots=True)
class Site:
    """A call as it is written.

    Attributes:
        call: the call.
        given: the expression that each name got last at the top of the same cell.
    """

    call: ast.Call
    given: Mapping[str, ast.expr]


def rewrite(tree: ast.Module, sites: list[Site]) -> ast.Module:
    """The tree with its calls and special attributes handed to the grader. The calls are added to `sites`, by whose
    places the tree names them."""
    given = {
        node.targets[0].id: deepcopy(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    }
    rewritten: ast.Module = _Rewriter(sites, given).visit(tree)
    return ast.fix_missing_locations(rewritten)


class _Rewriter(ast.NodeTransformer):
    def __init__(self, sites: list[Site], given: Mapping[str, ast.expr]) -> None:
        self._sites, self._given = sites, given

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _FRAME_BOUND:
            return self.generic_visit(node)
        if name in _RUNNERS:
            return self._run(node)
        number = len(self._sites)
        self._sites.append(Site(deepcopy(node), self._given))
        self.generic_visit(node)
        made = ast.Call(_name(CALL), [ast.Constant(number), node.func, *node.args], node.keywords)
        return ast.copy_location(made, node)

    def _run(self, node: ast.Call) -> ast.AST:
        """`eval` and `exec` of what the author wrote are left alone; of a text that was made, the grader decides."""
        if node.args and isinstance(node.args[0], ast.Constant):
            return node
        self.generic_visit(node)
        return ast.copy_location(ast.Call(_name(RUN), list(node.args), node.keywords), node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if len(node.ops) > 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
            return self.generic_visit(node)
        sides, by_identity = (node.left, node.comparators[0]), isinstance(node.ops[0], ast.Is | ast.IsNot)
        texts = [ast.Constant(ast.unparse(side)) for side in sides] if by_identity else []
        self.generic_visit(node)
        name = SAME if by_identity else EQUAL
        made: ast.expr = ast.Call(_name(name), [*texts, node.left, node.comparators[0]], [])
        if isinstance(node.ops[0], ast.IsNot):
            made = ast.UnaryOp(ast.Not(), made)
        elif isinstance(node.ops[0], ast.NotEq):
            made = ast.Call(_name(EQUAL), [node.left, node.comparators[0], ast.Constant(True)], [])
        return ast.copy_location(made, node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or not (node.attr.startswith("__") and node.attr.endswith("__")):
            return node
        return ast.copy_location(ast.Call(_name(SPECIAL), [node.value, ast.Constant(node.attr)], []), node)


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())
