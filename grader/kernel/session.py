"""Runs a notebook's cells in a kernel, and then its functions, on request. One bad cell or call costs only itself."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from grader.config import Config
from grader.i18n import Text, msg
from grader.kernel import exposure
from grader.kernel.agent_client import KernelDied
from grader.kernel.budget import Budget
from grader.kernel.calls import (
    Answer,
    CannotAnswer,
    Case,
    Invocation,
    Problem,
    StandInAnswer,
    decode_all,
    encode_answers,
    encode_calls,
)
from grader.kernel.definitions import holds_more, only_definitions
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel
from grader.kernel.notes import CONVERTED, find_lacking, make_notes
from grader.kernel.protocol import messages
from grader.kernel.protocol.messages import Parameter, Raised, SandboxSettings, Version
from grader.kernel.protocol.values import Opaque
from grader.kernel.pythons import hidden_from
from grader.kernel.timer import TimeLimit
from grader.model import Cell, CellResult, CellStatus, Notebook

__all__ = ["Answer", "Calls", "CannotAnswer", "Case", "Invocation", "Opaque", "Parameter", "Problem", "Raised",
           "Session", "StandInAnswer", "Version", "run"]  # fmt: skip  # all that the grader needs of kernel/ to judge


class Calls(Protocol):
    """All that judging and diagnosis need of a session: the versions of functions, the cells, the walls, and a way to
    call a version."""

    @property
    def versions(self) -> tuple[Version, ...]: ...

    @property
    def sources(self) -> tuple[Cell, ...]: ...

    @property
    def cells(self) -> tuple[CellResult, ...]: ...

    @property
    def alive(self) -> bool: ...

    @property
    def budget(self) -> Budget: ...

    @property
    def walls(self) -> tuple[str, ...]: ...

    def call(
        self,
        invocation: Invocation,
        cases: Sequence[Case],
        seed: int,
        answer: StandInAnswer | None = None,
        within_s: float = math.inf,
        within_bytes: float = math.inf,
    ) -> list[Answer]: ...


class Session:
    """A notebook that runs in a kernel. `run` it once; then read what its cells left, and `call` its functions.

    The kernel is started again whenever a cell or a call has ended it.

    Attributes:
        versions: the functions and methods that the cells defined.
        notes: what the person should know about the run as a whole.
        walls: names of the walls around the kernel.
        missing_walls: those that do not stand, each as "name: reason".
        hurried: whether the clock alone ended or shortened something: on a machine with nothing else to do it might
            have come to its end.
        budget: the time for all that is done for the notebook.
    """

    def __init__(self, notebook: Notebook, config: Config, fork_server: ForkServerClient | None = None) -> None:
        self._notebook, self._config = notebook, config
        self._limits = config.limits
        self._fork_server = fork_server
        self._python = config.python
        self._sandbox = SandboxSettings(
            enabled=config.sandbox != "off",
            memory_mib=config.limits.memory_mib,
            cpu_s=int(config.limits.total_timeout_s) + 5,
            hidden=(*config.hidden, *hidden_from(config.python)),
            without=config.without_walls,
        )
        self.budget = Budget(config.limits)
        self.hurried = False
        self._results: dict[int, CellResult] = {}
        self._reduced: dict[int, Cell] = {}
        self._kernel: Kernel | None = None
        self.walls: tuple[str, ...] = ()
        self.missing_walls: tuple[str, ...] = ()
        self.versions: tuple[Version, ...] = ()
        self.notes: tuple[Text, ...] = ()

    @property
    def sources(self) -> tuple[Cell, ...]:
        """The cells as they are written."""
        return self._notebook.cells

    @property
    def cells(self) -> tuple[CellResult, ...]:
        """How each cell ran."""
        return tuple(self._results[cell.index] for cell in self._notebook.cells)

    def run(self) -> None:
        """Run the cells, and ask what they left. Raise KernelStartError where this machine can start no kernel."""
        self._run_cells()
        described = self._describe()
        self.notes = tuple(exposure.notes(self._config, self.walls, self.missing_walls))
        if described is not None:
            self.versions = tuple(described.versions)
            self.notes += tuple(make_notes(described))
            self._results |= {one.index: one for one in find_lacking(self.cells, self.sources, described, self.budget)}

    def _describe(self) -> messages.Described | None:
        """Ask what the cells left. A cell that breaks Python for everything after it is found and left out, like one
        that ends the kernel."""
        left_out: list[int] = []
        again = True
        while not self.budget.is_spent:
            try:
                described = self._ready().describe(self.budget.for_call())
            except KernelDied as died:
                self.close()
                if self._lost_fork_server(died):
                    continue
                if again:  # a cell that was interrupted may have done it, and it does not run again
                    again = False
                    continue
                ran = [cell.index for cell in self._notebook.cells if cell.index in self._harmless()]
                if not ran:
                    return None
                left_out.append(ran[-1])
                self._accuse(ran[-1])
                continue
            if len(left_out) < 2:
                return described
            for innocent in left_out[:-1]:  # left out before the cell that did it
                self._results[innocent] = CellResult(innocent, CellStatus.OK)
            left_out.clear()
            self.close()
        self.hurried = True
        return None

    def _harmless(self) -> set[int]:
        """Indices of the cells that a new kernel runs again: all that ran and did not harm it."""
        ran = (CellStatus.OK, CellStatus.ERROR)
        return {
            index
            for index, result in self._results.items()
            if result.status in ran or (index in self._reduced and result.status is CellStatus.SKIPPED)
        }

    def _accuse(self, index: int) -> None:
        text = msg("It broke Python for everything after it; the other cells were run without it.")
        self._results[index] = CellResult(index, CellStatus.CRASHED, None, (text,))

    @property
    def alive(self) -> bool:
        """Whether there is a kernel: a call needs no cell to run again first."""
        return self._kernel is not None

    def call(
        self,
        invocation: Invocation,
        cases: Sequence[Case],
        seed: int,
        answer: StandInAnswer | None = None,
        within_s: float = math.inf,
        within_bytes: float = math.inf,
    ) -> list[Answer]:
        """Call the version once for each case. Returns answers in the order of `cases`, up to and including the first
        with a problem other than RAISED.

        `seed` is set before each call. `answer` gives the results of the functions that the grader stands in for.
        `within_s` bounds all calls together, beside the limit of each, and `within_bytes` what is kept of the answers.
        """
        if self.budget.is_spent:
            self.hurried = True
            return [Answer(problem=Problem.OUT_OF_TIME)]
        request = encode_calls(invocation, cases, seed)
        by_clock, counts = False, within_s == math.inf
        try:
            kernel = self._ready()
            within_s = min(within_s, self.budget.left_s)
            reply = encode_answers(answer) if answer else None
            outcomes, died = kernel.calls(request, self.budget.for_call(), within_s, reply, within_bytes)
            by_clock = kernel.timer.by_clock
        except KernelDied as error:
            outcomes, died = [], error
        answers = decode_all(outcomes, self.budget)
        if CONVERTED not in self.notes and any(outcome.converted for outcome in outcomes if outcome):
            self.notes = (*self.notes, CONVERTED)
        if died is not None:
            self.close()
            if self._lost_fork_server(died):
                return self.call(invocation, cases, seed, answer, within_s, within_bytes)
            answers.append(Answer(problem=Problem.TIMED_OUT if died.timed_out else Problem.CRASHED))
        if answers and answers[-1].problem is Problem.TIMED_OUT:
            self.hurried |= by_clock and counts
            if self.budget.is_spent:
                answers[-1] = replace(answers[-1], problem=Problem.OUT_OF_TIME)  # interrupted before its own limit
        return answers

    def close(self) -> None:
        """End the kernel. The next request starts a new one."""
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None

    # ---- the kernel, started again when a cell or a call has taken it down

    def _run_cells(self) -> None:
        for cell in self._notebook.cells:
            result = self._results[cell.index] = self._run_cell(cell)
            self.budget.keep_output(result.printed)

    def _run_cell(self, cell: Cell) -> CellResult:
        limit = self.budget.for_cell()
        self.hurried |= self.budget.is_late
        if limit is None:
            return self._run_definitions(cell)
        try:
            return self._run_in(self._ready(), cell, limit)
        except KernelDied as died:
            self.close()
            if self._lost_fork_server(died):
                return self._run_cell(cell)
            status = CellStatus.TIMED_OUT if died.timed_out else CellStatus.CRASHED
            text = msg("It ended the kernel; the other cells were run without it.")
            return CellResult(cell.index, status, None, (text,))

    def _run_definitions(self, cell: Cell) -> CellResult:
        """Run only what the cell defines: it is too late for the rest."""
        limit = self.budget.for_definitions()
        reduced = replace(cell, source=only_definitions(cell.source)) if limit is not None else cell
        if limit is None or not reduced.source:
            text = msg("It was not run: the cells before it used up the time for the notebook.")
            return CellResult(cell.index, CellStatus.SKIPPED, None, (text,))
        try:
            result = self._run_in(self._ready(), reduced, limit)
        except KernelDied:
            self.close()
            text = msg("It ended the kernel; the other cells were run without it.")
            return CellResult(cell.index, CellStatus.CRASHED, None, (text,))
        self._reduced[cell.index] = reduced
        if result.status is not CellStatus.OK or not holds_more(cell.source):
            return result
        text = msg("Only its definitions and imports were run: the cells before it used up the time for the notebook.")
        return CellResult(cell.index, CellStatus.SKIPPED, None, (text,))

    def _run_in(self, kernel: Kernel, cell: Cell, limit: TimeLimit) -> CellResult:
        try:
            return kernel.run_cell(cell, limit, self.budget.output_bytes)
        finally:
            self.hurried |= kernel.timer.by_clock

    def _lost_fork_server(self, died: KernelDied) -> bool:
        """Whether the kernel may have died only because the fork server did. Kernels then start without it."""
        if died.timed_out or self._fork_server is None or not self._fork_server.is_gone():
            return False
        self._fork_server = None
        return True

    def _ready(self) -> Kernel:
        """The kernel, a new one if need be, in which the cells so far have run, but those that harm it.

        Raise KernelDied, also where there is no time to run them again, or SandboxError where walls are missing without
        which the notebook must not be graded.
        """
        if self._kernel is None:
            self._kernel = Kernel(self._limits, self._sandbox, self._fork_server, self._python)
            self.walls, self.missing_walls = self._kernel.walls, self._kernel.missing
            exposure.refuse_missing_walls(self._config, self.walls, self.missing_walls)
            harmless = self._harmless()
            for cell in self._notebook.cells:
                if cell.index not in harmless:
                    continue
                if self.budget.is_spent:
                    raise KernelDied("there is no time to run the cells again", timed_out=True)
                self._run_in(self._kernel, self._reduced.get(cell.index, cell), self.budget.for_cell_again())
        return self._kernel


@contextmanager
def run(notebook: Notebook, config: Config, fork_server: ForkServerClient | None = None) -> Iterator[Session]:
    """A session in which the notebook has run. Its kernel, forked from `fork_server` if given, ends with the block."""
    session = Session(notebook, config, fork_server)
    try:
        session.run()
        yield session
    finally:
        session.close()
