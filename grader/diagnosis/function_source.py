"""A participant's function, parsed but never executed."""

from __future__ import annotations

import ast
import builtins
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from grader.course.course import Course
from grader.diagnosis.returned_value import nodes_behind_return, nodes_behind_value
from grader.kernel.session import Version

MAX_SOURCE = 10_000
MAX_CODE = 60
_LOOPS = (ast.For, ast.While)
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True)
class SourceContext:
    """What a rule may look at beside the function's own source.

    Attributes:
        course: the course, whose function and parameter names count as known.
        imported: the names that the notebook imports.
        parameters: the name of each of the notebook's functions to the names of its parameters.
        whole_inputs: whether arrays of whole numbers were among the inputs of the hidden tests.
    """

    course: Course
    imported: frozenset[str] = frozenset()
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    whole_inputs: bool = False


@dataclass(frozen=True)
class FunctionSource:
    """A function as the participant wrote it.

    Attributes:
        node: its definition.
        source: the text that the definition was parsed from.
        own: the course's name of each argument to the participant's.
        around: what is known of the notebook and the course.
    """

    node: ast.FunctionDef
    source: str
    own: Mapping[str, str]
    around: SourceContext

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of its body, in the order of the source."""
        found = [inner for statement in self.node.body for inner in ast.walk(statement)]
        return tuple(sorted(found, key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))))

    @cached_property
    def reaching(self) -> tuple[ast.AST, ...]:
        """The nodes that may change what is returned, in the order of the source. A hint that something is there, and
        wrong, must look among these."""
        behind = nodes_behind_return(self.node)
        return tuple(node for node in self.nodes if node in behind)

    @cached_property
    def values(self) -> tuple[ast.AST, ...]:
        """Of `reaching` those whose own value goes into the answer: no count of passes, condition or position."""
        behind = nodes_behind_value(self.node, self.reaching)
        return tuple(node for node in self.reaching if node in behind)

    @cached_property
    def own_statements(self) -> tuple[ast.stmt, ...]:
        """Its statements without those of functions that are defined inside it."""
        return tuple(statements(self.node.body))

    @cached_property
    def loops(self) -> tuple[ast.For | ast.While, ...]:
        return tuple(node for node in self.nodes if isinstance(node, _LOOPS))

    @cached_property
    def free(self) -> tuple[str, ...]:
        """The names that it reads but does not bind, without Python's builtins."""
        arguments = self.node.args
        made = {one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
        made |= {one.arg for one in (arguments.vararg, arguments.kwarg) if one is not None}
        made |= {node.id for node in self.nodes if isinstance(node, ast.Name) and not is_load(node)}
        made |= {node.arg for node in self.nodes if isinstance(node, ast.arg)}
        made |= {node.name for node in self.nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        used = [node.id for node in self.nodes if isinstance(node, ast.Name) and is_load(node)]
        return tuple(dict.fromkeys(name for name in used if name not in made and not hasattr(builtins, name)))

    @property
    def closed(self) -> bool:
        """Whether it reads only imported names, builtins and the course's functions: no step of it stands elsewhere."""
        known = {name for exercise in self.around.course.exercises for name in exercise.names}
        inner = any(isinstance(node, _INNER) for node in self.nodes)
        method = any(one.arg in {"self", "cls"} for one in self.node.args.args)
        return not (inner or method or self.node.decorator_list) and set(self.free) <= known | self.around.imported

    @cached_property
    def returned(self) -> tuple[ast.expr, ...]:
        """The expressions after `return`."""
        returns = [statement for statement in self.own_statements if isinstance(statement, ast.Return)]
        return tuple(statement.value for statement in returns if statement.value is not None)

    @property
    def in_place(self) -> bool:
        """Whether it writes into one of its arguments."""
        changed = [node.target for node in self.nodes if isinstance(node, ast.AugAssign)]
        names = {node.id for node in changed if isinstance(node, ast.Name)}
        items = [node for node in self.nodes if isinstance(node, ast.Subscript) and not is_load(node)]
        names |= {node.value.id for node in items if isinstance(node.value, ast.Name)}
        return bool(names & set(self.own.values()))

    def calls(self, name: str) -> list[ast.Call]:
        """The calls of a function or method of this name."""
        return [node for node in self.nodes if isinstance(node, ast.Call) and called_name(node) == name]

    def reaching_calls(self, name: str) -> list[ast.Call]:
        """Those of its calls that may change what is returned."""
        return [call for call in self.calls(name) if call in self.reaching]

    def uses(self, name: str) -> bool:
        """Whether the value of a variable is read anywhere."""
        return any(is_load(node) and node.id == name for node in self.nodes if isinstance(node, ast.Name))

    def in_loop(self, node: ast.AST) -> bool:
        return any(node in ast.walk(loop) for loop in self.loops)

    def code(self, node: ast.AST) -> str:
        """The source of a node in a line."""
        text = " ".join((ast.get_source_segment(self.source, node) or "").split())
        return text if len(text) <= MAX_CODE else text[: MAX_CODE - 1] + "…"


def called_name(call: ast.Call) -> str:
    """The name of the function that is called, without its module or object."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def read_function(version: Version, own: Mapping[str, str], around: SourceContext) -> FunctionSource | None:
    """The function in a version's source; None where the source does not parse or defines no such function.

    `own`: as in FunctionSource.
    """
    source = textwrap.dedent(version.source)
    if len(source) > MAX_SOURCE:
        return None
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # a participant wrote it
        return None
    named = next((node for node in map(_function, ast.walk(tree)) if node and node.name == version.name), None)
    return FunctionSource(named, source, own, around) if named else None


def _function(node: ast.AST) -> ast.FunctionDef | None:
    """A def, or `name = lambda ...: value` as one."""
    if isinstance(node, ast.FunctionDef):
        return node
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Lambda):
        return None
    name = node.targets[0].id if isinstance(node.targets[0], ast.Name) else ""
    body: list[ast.stmt] = [ast.copy_location(ast.Return(node.value.body), node.value.body)]
    return ast.FunctionDef(name=name, args=node.value.args, body=body, decorator_list=[])


def statements(body: Sequence[ast.stmt], into_loops: bool = True) -> Iterator[ast.stmt]:
    """Statements in order, also those under if and the like, without those of inner functions."""
    todo = list(reversed(body))
    while todo:
        statement = todo.pop()
        yield statement
        if not isinstance(statement, _INNER) and (into_loops or not isinstance(statement, _LOOPS)):
            todo += reversed([node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.stmt)])


def is_load(node: ast.Name | ast.Subscript) -> bool:
    return isinstance(node.ctx, ast.Load)
