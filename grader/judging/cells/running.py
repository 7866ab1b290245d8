"""Runs the tests of an assignment beside a notebook that runs: each when the kernel has reached its place."""

from __future__ import annotations

import ast
import builtins
import os
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

import numpy as np

from grader.course.assignment import Assignment
from grader.course.own_folder import run_in
from grader.course.own_time import TooLong, within
from grader.i18n import msg
from grader.judging.cells.calling import Caller, CannotTakeOver
from grader.judging.cells.names import Names
from grader.judging.cells.owners import Step, shared_names, steps
from grader.judging.cells.rewriting import CALL, EQUAL, RUN, SAME, SPECIAL, Site, rewrite
from grader.judging.cells.statements import NoPython, Statement, parse
from grader.judging.cells.view import CellView
from grader.judging.kernel_errors import NotebookError
from grader.judging.muted import muted
from grader.judging.verdicts import Failed
from grader.kernel.session import Calls

CELL_LIMIT_S = 10.0  # that a test cell may compute
GIVEN_LIMIT_S = 30.0  # that a statement of a given cell may compute
_VALUE = "__grader_value__"
_SEEDING = "(__import__('random').seed({value}), __import__('numpy').random.seed({value}))"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a test cell ended.

    Attributes:
        error: what it raised; None where it came to its end.
        line: the line of the cell where that left it, from 1; 0 where it is not known.
        own: whether the cell itself raised it, not something that it called.
        value: what its last expression gave.
        path, shown: what it asked of the notebook last, and what that gave, as text.
        needs: what is not installed here and took part in it.
    """

    error: BaseException | None = None
    line: int = 0
    own: bool = False
    value: Any = None
    path: str | None = None
    shown: str | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """The cells of an assignment, ready to run beside any number of notebooks.

    Attributes:
        assignment: the assignment.
        shared: the names that tests and the notebook share.
        steps: what each cell means for the names.
        sites: all calls that the cells make.
    """

    assignment: Assignment
    shared: frozenset[str]
    steps: tuple[Step, ...]
    sites: list[Site] = field(default_factory=list)
    _tests: dict[int, CodeType] = field(default_factory=dict)

    @staticmethod
    def of(assignment: Assignment) -> Prepared:
        return Prepared(assignment, shared_names(assignment), steps(assignment))

    def test(self, place: int) -> CodeType:
        """The test cell at this place. Raise CannotTakeOver where it can't be run here."""
        if place not in self._tests:
            try:
                tree = parse(self.assignment.cells[place].source)
            except NoPython as error:
                raise CannotTakeOver(msg("It is no plain Python: {line}", line=str(error)[:100])) from None
            self._tests[place] = self._compiled(tree, place)
        return self._tests[place]

    @cached_property
    def given(self) -> Mapping[int, Sequence[tuple[Statement, CodeType]]]:
        """The statements of given cells that run here, by the place of their cell."""
        return {
            place: [(one, self._compiled(ast.Module([one.node], []), place)) for one in step.runs]
            for place, step in enumerate(self.steps)
            if step.runs
        }

    def _compiled(self, tree: ast.Module, place: int) -> CodeType:
        rewritten = rewrite(tree, self.sites)
        if rewritten.body and isinstance(rewritten.body[-1], ast.Expr):
            last = rewritten.body[-1]
            rewritten.body[-1] = ast.copy_location(ast.Assign([ast.Name(_VALUE, ast.Store())], last.value), last)
        return compile(ast.fix_missing_locations(rewritten), _file(place), "exec")


def _file(place: int) -> str:
    return f"<cell {place + 1} of the assignment>"


class TestRun:
    """The tests of one notebook.

    Attributes:
        ended: how each test cell ended that was run, by its place in the source.
    """

    __test__ = False  # pytest

    def __init__(self, prepared: Prepared, session: Calls) -> None:
        self._prepared = prepared
        self._view = CellView(session)
        self._names = Names(self._view, prepared.shared)
        caller = Caller(self._view, self._names, prepared.sites)
        own = {CALL: caller.call, SPECIAL: caller.special, RUN: caller.run, EQUAL: caller.equal, SAME: caller.same}
        dict.update(self._names, own)
        self._done = 0  # the place of the first cell of the source that has not been looked at
        self.ended: dict[int, Ended] = {}

    def run(self, places: Sequence[int]) -> None:
        """Run test cells of the source, in the folder of the assignment's data files."""
        folder = self._prepared.assignment.path.absolute().parent

        def run() -> None:
            for place in places:
                self._test(place)

        run_in(folder, run)

    def set_seed(self) -> None:
        """Set the notebook's random numbers, where the assignment says from what they are drawn."""
        seed = self._prepared.assignment.seed
        if seed is None:
            return
        with suppress(NotebookError, Failed):  # what has ended draws none
            if seed.variable:
                self._view.give(seed.variable, seed.value)
            else:
                self._view.do("seed", "evaluate", None, _SEEDING.format(value=seed.value))

    def _test(self, place: int) -> None:
        self._view.begin(0, 0)
        seed = self._prepared.assignment.seed
        if seed is not None:
            random.seed(seed.value)
            np.random.seed(seed.value)
        with muted():
            self._catch_up(place)
            self._names.in_test = True
            try:
                code = self._prepared.test(place)
                with within(CELL_LIMIT_S):
                    exec(code, self._names)  # noqa: S102  the course is the operator's own code
                    self._view.settle()
                error: BaseException | None = None
            except BaseException as raised:
                error = raised
            finally:
                self._names.in_test = False
        trace = error.__traceback__ if error is not None else None
        line, own = _line_in(trace, _file(place))
        if error is not None:
            error.__traceback__ = None  # its frames hold the answers, and themselves
        value = dict.pop(self._names, _VALUE, None)
        shown = self._view.last_shown if error is not None else None
        self.ended[place] = Ended(error, line, own, value, self._view.last_path, shown, self._view.needs)

    def _catch_up(self, place: int) -> None:
        """Do what the cells of the source before this one mean for the names."""
        for at in range(self._done, place):
            step = self._prepared.steps[at]
            for one, code in self._prepared.given.get(at, ()):
                self._given(one, code)
            self._names.hand_over(step.theirs)
            self._names.imported |= step.imported
        self._done = max(self._done, place)

    def _given(self, one: Statement, code: CodeType) -> None:
        """Run a given statement. Where it fails, tests will miss its names: with the course's own solution too."""
        self._names.theirs -= one.binds
        try:
            with within(GIVEN_LIMIT_S):
                exec(code, self._names)  # noqa: S102
        except (Exception, TooLong, CannotTakeOver):
            return
        self._names.given |= {name: value for name in one.binds if (value := dict.get(self._names, name)) is not None}


def _line_in(trace: TracebackType | None, file: str) -> tuple[int, bool]:
    """The line of a cell where an exception left it, and whether the cell itself raised it."""
    line, own = 0, False
    while trace is not None:
        code = trace.tb_frame.f_code
        own = code.co_filename == file
        if own and (line == 0 or code.co_name == "<module>"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line, own


@contextmanager
def undisturbed(folder: Path) -> Iterator[None]:
    """What tests change of the grader's own process is undone afterwards: the next participant's must not meet it.
    `folder`: the assignment's, whose modules its cells import."""
    before, output = dict(vars(builtins)), (sys.stdout, sys.stderr, sys.stdin)
    path, environment, draws = list(sys.path), dict(os.environ), (random.getstate(), np.random.get_state())
    sys.path.insert(0, str(folder))
    random.seed(0)
    np.random.seed(0)
    try:
        yield
    finally:
        _restore(vars(builtins), before)
        sys.stdout, sys.stderr, sys.stdin = output
        sys.path[:] = path
        _forget_modules_in(folder)
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        random.setstate(draws[0])
        np.random.set_state(draws[1])


def _forget_modules_in(folder: Path) -> None:
    """Forget the modules of a folder: another assignment's may have the same name."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and Path(file).is_relative_to(folder):
            del sys.modules[name]


def _restore(now: dict[str, Any], before: Mapping[str, Any]) -> None:
    for name in now.keys() - before.keys():
        del now[name]
    now.update({name: value for name, value in before.items() if now.get(name) is not value})
