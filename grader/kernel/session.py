"""A submission's run: its cells in a kernel, then its functions on call. One bad cell or call never costs the rest."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from grader.errors import SandboxError
from grader.i18n import Text, msg
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel, KernelDied
from grader.kernel.protocol import messages as wire
from grader.kernel.protocol.messages import Walls
from grader.model import Cell, CellResult, CellStatus, Config, Notebook

CELLS_SHARE = 0.7


class Problem(Enum):
    """Why a call has no value."""

    RAISED = "raised"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    GARBLED = "garbled"
    OUT_OF_TIME = "out_of_time"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one call: a value, or a problem. `printed` is what it printed, cut to a cap."""

    value: object = None
    problem: Problem | None = None
    raised: wire.Raised | None = None
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    """A way to call a version: in which state of the notebook, and which functions the grader stands in for."""

    version: wire.Version
    after_cell: bool = False
    asked: tuple[str, ...] = ()


class Calls(Protocol):
    """Functions by version, the cells that made them, and a way to call them: all that judging needs of a session."""

    @property
    def versions(self) -> tuple[wire.Version, ...]: ...

    @property
    def sources(self) -> tuple[Cell, ...]: ...

    @property
    def cells(self) -> tuple[CellResult, ...]: ...

    @property
    def alive(self) -> bool: ...

    def calls(
        self,
        invocation: Invocation,
        cases: Sequence[wire.Case],
        seed: int,
        answer: Callable[[wire.Ask], wire.Answer] | None = None,
        within_s: float = math.inf,
    ) -> list[Answer]: ...


class Session:
    """What a submission's cells left: `cells`, `versions`, `notes`; and its functions, through `calls`."""

    def __init__(self, notebook: Notebook, config: Config, warm: ForkServerClient | None = None) -> None:
        self._submission = notebook
        self._limits = config.limits
        self._warm = warm
        self._strict = config.sandbox == "strict"
        self._walls = Walls(
            enabled=config.sandbox != "off",
            memory_mib=config.limits.memory_mib,
            cpu_s=int(config.limits.total_timeout_s) + 5,
            hidden=list(config.hidden),
            without=list(config.without_walls),
        )
        self._deadline = time.monotonic() + config.limits.total_timeout_s
        self._cells_deadline = time.monotonic() + config.limits.total_timeout_s * CELLS_SHARE
        self._results: dict[int, CellResult] = {}
        self._kernel: Kernel | None = None
        self.walls: tuple[str, ...] = ()
        self.missing_walls: tuple[str, ...] = ()
        self.versions: tuple[wire.Version, ...] = ()
        self.notes: tuple[Text, ...] = ()

    @property
    def sources(self) -> tuple[Cell, ...]:
        return self._submission.cells

    @property
    def cells(self) -> tuple[CellResult, ...]:
        return tuple(self._results[cell.index] for cell in self._submission.cells)

    def run(self) -> None:
        """Run the cells and see what they left. Raise KernelStartError when this machine can start no kernel."""
        self._run_cells()
        described = self._describe()
        if described is not None:
            self.versions = tuple(described.versions)
            self.notes = tuple(_notes(described))

    def _describe(self) -> wire.Described | None:
        """What the cells left. A cell that breaks Python for all that follows is found and left out, as one that ends
        the kernel is."""
        left_out: list[int] = []
        again = True
        while time.monotonic() < self._deadline:
            try:
                described = self._ready().describe()
            except KernelDied as died:
                self.close()
                if self._bereft(died):
                    continue
                if again:  # a cell that was stopped in its middle may have done it, and is not run again
                    again = False
                    continue
                ran = [cell.index for cell in self._submission.cells if cell.index in self._harmless()]
                if not ran:
                    return None
                left_out.append(ran[-1])
                self._accuse(ran[-1])
                continue
            if len(left_out) < 2:
                return described
            for innocent in left_out[:-1]:  # left out before the one that did it was
                self._results[innocent] = CellResult(innocent, CellStatus.OK)
            left_out.clear()
            self.close()
        return None

    def _harmless(self) -> set[int]:
        """Cells that a new kernel runs again: all that ran and did not harm it."""
        return {index for index, result in self._results.items() if result.status in (CellStatus.OK, CellStatus.ERROR)}

    def _accuse(self, index: int) -> None:
        text = msg("It broke Python for all that follows; the other cells were run without it.")
        self._results[index] = CellResult(index, CellStatus.CRASHED, None, (text,))

    @property
    def alive(self) -> bool:
        """Whether a call costs no more than itself: no cell has to run again for it."""
        return self._kernel is not None

    def calls(
        self,
        invocation: Invocation,
        cases: Sequence[wire.Case],
        seed: int,
        answer: Callable[[wire.Ask], wire.Answer] | None = None,
        within_s: float = math.inf,
    ) -> list[Answer]:
        """Answers in the order of `cases`, up to and including the first that has a problem other than RAISED.
        `within_s` bounds them all together, beside the limit of each."""
        if time.monotonic() > self._deadline:
            return [Answer(problem=Problem.OUT_OF_TIME)]
        number = secrets.randbits(48)
        request = wire.Calls(
            number, invocation.version.id, list(cases), invocation.after_cell, list(invocation.asked), seed
        )
        try:
            kernel = self._ready()
            left_s = max(0.0, self._deadline - time.monotonic())
            outcomes, died = kernel.calls(request, answer, min(within_s, left_s))
        except KernelDied as error:
            outcomes, died = [], error
        answers = [_answer(outcome) for outcome in outcomes]
        if died is not None:
            self.close()
            if self._bereft(died):
                return self.calls(invocation, cases, seed, answer, within_s)
            answers.append(Answer(problem=Problem.TIMED_OUT if died.timed_out else Problem.CRASHED))
        if answers and answers[-1].problem is Problem.TIMED_OUT and time.monotonic() >= self._deadline:
            answers[-1] = replace(answers[-1], problem=Problem.OUT_OF_TIME)  # it was stopped early
        return answers

    def close(self) -> None:
        """End the kernel; the next thing that needs one starts it anew."""
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None

    # ---- the kernel, started again when a cell or a call has taken it down

    def _run_cells(self) -> None:
        for cell in self._submission.cells:
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
            if self._bereft(died):
                return self._run_cell(cell)
            status = CellStatus.TIMED_OUT if died.timed_out else CellStatus.CRASHED
            text = msg("It ended the kernel; the other cells were run without it.")
            return CellResult(cell.index, status, None, (text,))

    def _bereft(self, died: KernelDied) -> bool:
        """Whether the kernel may have died only because the warm process did. True once; kernels then start cold."""
        if died.timed_out or self._warm is None or not self._warm.gone():
            return False
        self._warm = None
        return True

    def _ready(self) -> Kernel:
        """The kernel, in which every cell that has run so far and did no harm has run. Raise KernelDied."""
        if self._kernel is None:
            self._kernel = Kernel(self._limits, self._walls, self._warm)
            if self._strict and self._kernel.missing:
                raise SandboxError(
                    f"--sandbox strict: a wall is missing ({'; '.join(self._kernel.missing)}). "
                    "Mend that, or run with --sandbox auto."
                )
            self.walls, self.missing_walls = self._kernel.walls, self._kernel.missing
            harmless = self._harmless()
            for cell in self._submission.cells:
                if cell.index in harmless:
                    left_s = max(0.1, self._deadline - time.monotonic())
                    self._kernel.run_cell(cell, min(self._limits.cell_timeout_s, left_s))
        return self._kernel


@contextmanager
def run(notebook: Notebook, config: Config, warm: ForkServerClient | None = None) -> Iterator[Session]:
    """A session of the submission; its kernel, forked from `warm` if there is one, ends with the block."""
    session = Session(notebook, config, warm)
    try:
        session.run()
        yield session
    finally:
        session.close()


def _answer(outcome: wire.Outcome) -> Answer:
    result = outcome.result
    if isinstance(result, wire.Timeout):
        return Answer(problem=Problem.TIMED_OUT, printed=outcome.printed)
    if isinstance(result, wire.Raised):
        return Answer(problem=Problem.RAISED, raised=result, printed=outcome.printed)
    try:
        return Answer(wire.decode(result), printed=outcome.printed)
    except (wire.WireError, RecursionError):
        return Answer(problem=Problem.GARBLED, printed=outcome.printed)


def _notes(described: wire.Described) -> Iterator[Text]:
    if described.standins:
        names = ", ".join(sorted(name[:40] for name in described.standins[:20]))
        yield msg("Not installed here, so a stand-in that does nothing took their place: {names}.", names=names)
    for command, cell in described.ignored[:10]:
        yield msg(
            "Cell {cell}: `{command}` was passed over; the grader runs no such commands.",
            cell=cell + 1,
            command=command[:80],
        )
