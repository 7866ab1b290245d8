"""Runs a notebook's cells in a kernel, and then its functions, on request. One bad cell or call costs only itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from grader.config import Config
from grader.i18n import Text, msg
from grader.kernel import exposure
from grader.kernel.agent_client import KernelDied
from grader.kernel.budget import Budget
from grader.kernel.calls import (
    Answer,
    Calls,
    Case,
    Deed,
    Find,
    Invocation,
    Problem,
    decode_all,
    encode_calls,
    encode_deed,
)
from grader.kernel.definitions import holds_more, only_definitions
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel
from grader.kernel.notes import CONVERTED, find_lacking, make_notes
from grader.kernel.protocol import messages
from grader.kernel.protocol.messages import Parameter, Raised, SandboxSettings, Version
from grader.kernel.protocol.records import Record, TupleRecord, fields_of, is_record
from grader.kernel.protocol.records import type_of as record_type
from grader.kernel.protocol.values import NO_DATA, Opaque, Reference
from grader.kernel.pythons import hidden_from
from grader.kernel.sending import CannotAnswer, Sending, StandInAnswer, Unsendable
from grader.kernel.timer import TimeLimit
from grader.kernel.write_back import can_change, write_back
from grader.model import Cell, CellResult, CellStatus, Notebook

# All that judging needs of kernel/:
__all__ = ["NO_DATA", "Answer", "Calls", "CannotAnswer", "Case", "Deed", "Find", "Invocation", "Opaque", "Parameter",
           "Problem", "Raised", "Record", "Reference", "Sending", "Session", "StandInAnswer", "TupleRecord", "Unsendable",
           "Version", "can_change", "fields_of", "is_record", "record_type", "run", "write_back"]  # fmt: skip


After = Callable[["Session", "int | None"], None]
"""Looks at a notebook after one of its cells, or before the first."""


class Session:
    """A notebook that runs in a kernel. `run` it once; then read what its cells left, and `call` its functions.

    The kernel is started again whenever a cell or a call has ended it.

    Attributes:
        versions: the functions and methods that the cells defined.
        names: the names that the cells bound, each with the cells that did.
        kernels: how many kernels have been started; what one of them kept, the next does not know.
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
        self._places = {cell.index: place for place, cell in enumerate(notebook.cells)}
        self._last_run = -1  # the place of the last cell that has run in this kernel
        self.kernels = 0
        self._is_asking = False
        self.names: Mapping[str, tuple[int, ...]] = {}
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

    def run(self, after: After | None = None) -> None:
        """Run the cells, and ask what they left. Raise KernelStartError where this machine can start no kernel.

        `after` is called after each cell with its index, and with None before the first: the notebook is then as that
        cell left it.
        """
        self._run_cells(after or (lambda session, index: None))
        described = self._describe()
        self.notes = tuple(exposure.notes(self._config, self.walls, self.missing_walls))
        if described is not None:
            self.versions = tuple(described.versions)
            self.names = dict(described.names)
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
        sending = Sending()
        request = encode_calls(invocation, cases, seed, sending)
        arguments = [(*case.args, *case.kwargs.values()) for case in cases]
        return self._exchange(request, sending, arguments, answer, within_s, within_bytes)

    def use(self, deed: Deed, find: Find) -> Answer:
        """Do something with an object of the notebook. What it changes in its arguments is changed in the test's own.
        `find` makes what a test sees of an object."""
        sending = Sending()
        request = encode_deed(deed, sending)
        arguments = [(*deed.args, *deed.kwargs.values())]
        return self._exchange(request, sending, arguments, after_cell=deed.after_cell, find=find)[0]

    def _exchange(
        self,
        request: messages.Calls | messages.Use,
        sending: Sending,
        arguments: Sequence[Sequence[object]],
        answer: StandInAnswer | None = None,
        within_s: float = math.inf,
        within_bytes: float = math.inf,
        after_cell: int | None = None,
        find: Find = lambda opaque: opaque,
    ) -> list[Answer]:
        """Send a request, and read what came of it. `arguments`: those of each case, as the test has them."""
        if self._is_asking:
            raise Unsendable("a function that the notebook calls can't ask the notebook: take data before the call")
        if self.budget.is_spent:
            self.hurried = True
            return [Answer(problem=Problem.OUT_OF_TIME)]
        by_clock, counts = False, within_s == math.inf
        try:
            kernel = self._ready(after_cell)
            within_s = min(within_s, self.budget.left_s)
            reply = partial(sending.answer, others=answer) if answer or sending.functions else None
            self._is_asking = True
            outcomes, died = kernel.calls(request, self.budget.for_call(), within_s, reply, within_bytes)
            by_clock = kernel.timer.by_clock
        except KernelDied as error:
            outcomes, died = [], error
        finally:
            self._is_asking = False
        if sending.broken is not None:
            raise sending.broken
        answers = decode_all(outcomes, self.budget, arguments, find)
        if CONVERTED not in self.notes and any(outcome.converted for outcome in outcomes if outcome):
            self.notes = (*self.notes, CONVERTED)
        if died is not None:
            self.close()
            if self._lost_fork_server(died):
                return self._exchange(request, sending, arguments, answer, within_s, within_bytes, after_cell, find)
            answers.append(Answer(problem=Problem.TIMED_OUT if died.timed_out else Problem.CRASHED))
        if answers and answers[-1].problem is Problem.TIMED_OUT:
            self.hurried |= by_clock and counts
            if self.budget.is_spent:
                answers[-1] = replace(answers[-1], problem=Problem.OUT_OF_TIME)  # interrupted before its own limit
        return answers

    @contextmanager
    def beside(self, notebook: Notebook, after: After | None = None) -> Iterator[Session]:
        """Another notebook, run as this one is."""
        with run(notebook, self._config, self._fork_server, after) as session:
            yield session

    def close(self) -> None:
        """End the kernel. The next request starts a new one."""
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None
        self._last_run = -1

    # ---- the kernel, started again when a cell or a call has taken it down

    def _run_cells(self, after: After) -> None:
        after(self, None)
        for cell in self._notebook.cells:
            result = self._results[cell.index] = self._run_cell(cell)
            self.budget.keep_output(result.printed)
            after(self, cell.index)

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
            self._last_run = self._places[cell.index]
            self.hurried |= kernel.timer.by_clock

    def _lost_fork_server(self, died: KernelDied) -> bool:
        """Whether the kernel may have died only because the fork server did. Kernels then start without it."""
        if died.timed_out or self._fork_server is None or not self._fork_server.is_gone():
            return False
        self._fork_server = None
        return True

    def _ready(self, after_cell: int | None = None) -> Kernel:
        """The kernel, a new one if need be, in which the cells so far have run, but those that harm it: all of them, or
        those up to `after_cell`.

        Raise KernelDied, also where there is no time to run them again, or SandboxError where walls are missing without
        which the notebook must not be graded.
        """
        last = len(self._places) if after_cell is None else self._places[after_cell]
        if self._last_run > last:
            self.close()
        if self._kernel is None:
            self._kernel = self._start()
        harmless = self._harmless()
        for place, cell in enumerate(self._notebook.cells):
            if cell.index not in harmless or not self._last_run < place <= last:
                continue
            if self.budget.is_spent:
                raise KernelDied("there is no time to run the cells again", timed_out=True)
            self._run_in(self._kernel, self._reduced.get(cell.index, cell), self.budget.for_cell_again())
        return self._kernel

    def _start(self) -> Kernel:
        kernel = Kernel(self._limits, self._sandbox, self._fork_server, self._python, self._config.files)
        self._kernel = kernel  # so that it ends, whatever comes now
        self.kernels += 1
        self.walls, self.missing_walls = kernel.walls, kernel.missing
        exposure.refuse_missing_walls(self._config, self.walls, self.missing_walls)
        return kernel


@contextmanager
def run(
    notebook: Notebook, config: Config, fork_server: ForkServerClient | None = None, after: After | None = None
) -> Iterator[Session]:
    """A session in which the notebook has run. Its kernel, forked from `fork_server` if given, ends with the block.
    `after`: as `Session.run` takes it."""
    session = Session(notebook, config, fork_server)
    try:
        session.run(after)
        yield session
    finally:
        session.close()
