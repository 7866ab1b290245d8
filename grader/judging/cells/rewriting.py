"""Rewrites the course's cells before they run here: each call, and each look at a special attribute, first asks whether
an object of the participant's is in it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

CALL, SPECIAL, RUN = "__grader_call__", "__grader_special__", "__grader_run__"
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

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or not (node.attr.startswith("__") and node.attr.endswith("__")):
            return node
        return ast.copy_location(ast.Call(_name(SPECIAL), [node.value, ast.Constant(node.attr)], []), node)


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())
