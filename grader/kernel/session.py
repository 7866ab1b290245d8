"""Runs a notebook's cells in a kernel, and then its functions, on request. One bad cell or call costs only itself."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from grader.config import Config
from grader.errors import SandboxError
from grader.i18n import CellRef, Text, msg
from grader.kernel.agent_client import KernelDied
from grader.kernel.calls import (
    Answer,
    CannotAnswer,
    Case,
    Invocation,
    Problem,
    StandInAnswer,
    decode_outcome,
    encode_answers,
    encode_calls,
)
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel
from grader.kernel.protocol import messages
from grader.kernel.protocol.messages import Parameter, Raised, SandboxSettings, Version
from grader.kernel.protocol.values import Opaque
from grader.model import Cell, CellResult, CellStatus, Notebook

__all__ = ["Answer", "Calls", "CannotAnswer", "Case", "Invocation", "Opaque", "Parameter", "Problem", "Raised",
           "Session", "StandInAnswer", "Version", "run"]  # fmt: skip  # all that the grader needs of kernel/ to judge

CELLS_SHARE = 0.7  # of a submission's time; the rest is for the calls


class Calls(Protocol):
    """All that judging needs of a session: the versions of functions, the cells, and a way to call a version."""

    @property
    def versions(self) -> tuple[Version, ...]: ...

    @property
    def sources(self) -> tuple[Cell, ...]: ...

    @property
    def cells(self) -> tuple[CellResult, ...]: ...

    @property
    def alive(self) -> bool: ...

    def call(
        self,
        invocation: Invocation,
        cases: Sequence[Case],
        seed: int,
        answer: StandInAnswer | None = None,
        within_s: float = math.inf,
    ) -> list[Answer]: ...


class Session:
    """A notebook that runs in a kernel. `run` it once; then read what its cells left, and `call` its functions.

    The kernel is started again whenever a cell or a call has ended it.

    Attributes:
        versions: the functions and methods that the cells defined.
        notes: what the person should know about the run as a whole.
        walls: names of the walls around the kernel.
        missing_walls: those that do not stand, each as "name: reason".
    """

    def __init__(self, notebook: Notebook, config: Config, fork_server: ForkServerClient | None = None) -> None:
        self._notebook = notebook
        self._limits = config.limits
        self._fork_server = fork_server
        self._strict = config.sandbox == "strict"
        self._sandbox = SandboxSettings(
            enabled=config.sandbox != "off",
            memory_mib=config.limits.memory_mib,
            cpu_s=int(config.limits.total_timeout_s) + 5,
            hidden=config.hidden,
            without=config.without_walls,
        )
        self._deadline = time.monotonic() + config.limits.total_timeout_s
        self._cells_deadline = time.monotonic() + config.limits.total_timeout_s * CELLS_SHARE
        self._results: dict[int, CellResult] = {}
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
        if described is not None:
            self.versions = tuple(described.versions)
            self.notes = tuple(_notes(described))

    def _describe(self) -> messages.Described | None:
        """Ask what the cells left. A cell that breaks Python for everything after it is found and left out, like one
        that ends the kernel."""
        left_out: list[int] = []
        again = True
        while time.monotonic() < self._deadline:
            try:
                described = self._ready().describe()
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
        return None

    def _harmless(self) -> set[int]:
        """Indices of the cells that a new kernel runs again: all that ran and did not harm it."""
        return {index for index, result in self._results.items() if result.status in (CellStatus.OK, CellStatus.ERROR)}

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
    ) -> list[Answer]:
        """Call the version once for each case. Returns answers in the order of `cases`, up to and including the first
        with a problem other than RAISED.

        `seed` is set before each call. `answer` gives the results of the functions that the grader stands in for.
        `within_s` bounds all calls together, beside the limit of each.
        """
        if time.monotonic() > self._deadline:
            return [Answer(problem=Problem.OUT_OF_TIME)]
        request = encode_calls(invocation, cases, seed)
        try:
            kernel = self._ready()
            left_s = max(0.0, self._deadline - time.monotonic())
            reply = encode_answers(answer) if answer else None
            outcomes, died = kernel.calls(request, reply, min(within_s, left_s))
        except KernelDied as error:
            outcomes, died = [], error
        answers = [decode_outcome(outcome) for outcome in outcomes]
        if died is not None:
            self.close()
            if self._lost_fork_server(died):
                return self.call(invocation, cases, seed, answer, within_s)
            answers.append(Answer(problem=Problem.TIMED_OUT if died.timed_out else Problem.CRASHED))
        if answers and answers[-1].problem is Problem.TIMED_OUT and time.monotonic() >= self._deadline:
            answers[-1] = replace(answers[-1], problem=Problem.OUT_OF_TIME)  # it was interrupted before its own limit
        return answers

    def close(self) -> None:
        """End the kernel. The next request starts a new one."""
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None

    # ---- the kernel, started again when a cell or a call has taken it down

    def _run_cells(self) -> None:
        for cell in self._notebook.cells:
            self._results[cell.index] = self._run_cell(cell)

    def _run_cell(self, cell: Cell) -> CellResult:
        left_s = self._cells_deadline - time.monotonic()
        if left_s < 0:
            text = msg("It was not run: the cells before it used up the time for the notebook.")
            return CellResult(cell.index, CellStatus.SKIPPED, None, (text,))
        try:
            return self._ready().run_cell(cell, max(0.1, min(self._limits.cell_timeout_s, left_s)))
        except KernelDied as died:
            self.close()
            if self._lost_fork_server(died):
                return self._run_cell(cell)
            status = CellStatus.TIMED_OUT if died.timed_out else CellStatus.CRASHED
            text = msg("It ended the kernel; the other cells were run without it.")
            return CellResult(cell.index, status, None, (text,))

    def _lost_fork_server(self, died: KernelDied) -> bool:
        """Whether the kernel may have died only because the fork server did. Kernels then start without it."""
        if died.timed_out or self._fork_server is None or not self._fork_server.is_gone():
            return False
        self._fork_server = None
        return True

    def _ready(self) -> Kernel:
        """The kernel, a new one if need be, in which the cells so far have run, but those that harm it.

        Raise KernelDied, or SandboxError where `--sandbox strict` asks for a wall that does not stand.
        """
        if self._kernel is None:
            self._kernel = Kernel(self._limits, self._sandbox, self._fork_server)
            if self._strict and self._kernel.missing:
                raise SandboxError(
                    f"--sandbox strict: a wall is missing ({'; '.join(self._kernel.missing)}). "
                    "Fix that, or run with --sandbox auto."
                )
            self.walls, self.missing_walls = self._kernel.walls, self._kernel.missing
            harmless = self._harmless()
            for cell in self._notebook.cells:
                if cell.index in harmless:
                    left_s = max(0.1, self._deadline - time.monotonic())
                    self._kernel.run_cell(cell, min(self._limits.cell_timeout_s, left_s))
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


def _notes(described: messages.Described) -> Iterator[Text]:
    if described.standins:
        names = ", ".join(sorted(name[:40] for name in described.standins[:20]))
        yield msg("Not installed here, so they were replaced with stand-ins that do nothing: {names}.", names=names)
    for command, cell in described.ignored[:10]:
        if command.startswith("%run "):
            yield msg(
                "Cell {cell}: `{command}` was not run: the grader has only this notebook and the .py files that it "
                "writes. Copy the functions that you need into a cell.",
                cell=CellRef(cell),
                command=command[:80],
            )
            continue
        yield msg(
            "Cell {cell}: `{command}` was not run; the grader runs no such commands.",
            cell=CellRef(cell),
            command=command[:80],
        )
