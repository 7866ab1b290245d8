"""A notebook's cells, run in a kernel that is started again whenever a cell or a call has ended it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from grader.config import Config
from grader.i18n import msg
from grader.kernel import exposure
from grader.kernel.agent_client import KernelDied
from grader.kernel.budget import Budget
from grader.kernel.code_copy import hidden_from
from grader.kernel.definitions import holds_more, only_definitions
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel
from grader.kernel.processor import read_times, waited_s
from grader.kernel.protocol import messages
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.sandbox.files import DataFiles
from grader.kernel.timer import TimeLimit
from grader.model import Cell, CellResult, CellStatus, Notebook

STARVED_SHARE = 0.02  # of the time for a notebook: what others may cost it


class NotebookRun:
    """The cells of a notebook, and the kernel in which they have run. One bad cell costs only itself.

    Attributes:
        notebook: what is run.
        results: how each cell ran, by its index.
        fork_server: what kernels are forked from; None where there is none, or no more.
        kernel: the one that runs now; None before the first, and after one has ended.
        kernels: how many have been started; what one of them kept, the next does not know.
        walls: names of the walls around it.
        missing_walls: those that do not stand, each as "name: reason".
        hurried: whether the clock alone ended or shortened something.
        budget: the time for all that is done for the notebook.
    """

    def __init__(self, notebook: Notebook, config: Config, fork_server: ForkServerClient | None) -> None:
        self.notebook, self._config = notebook, config
        self.fork_server = fork_server
        self._sandbox = _sandbox(config)
        self.budget = Budget(config.limits)
        self.hurried = self._is_starved = False
        self._waited_s, self._before = 0.0, read_times([os.getpid()])
        self.results: dict[int, CellResult] = {}
        self._reduced: dict[int, Cell] = {}
        self.kernel: Kernel | None = None
        self._is_described = False
        self._places = {cell.index: place for place, cell in enumerate(notebook.cells)}
        self._last_run = -1  # the place of the last cell that has run in this kernel
        self.kernels = 0
        self.walls: tuple[str, ...] = ()
        self.missing_walls: tuple[str, ...] = ()

    # ---- the cells

    def run_cells(self, after: Callable[[int | None], None]) -> None:
        """`after` is called after each cell with its index, and with None before the first."""
        after(None)
        for cell in self.notebook.cells:
            result = self.results[cell.index] = self._run_cell(cell)
            self.budget.keep_output(result.printed)
            after(cell.index)

    def _run_cell(self, cell: Cell) -> CellResult:
        limit = self.budget.for_cell()
        self.hurried |= self.budget.is_late
        if limit is None:
            return self._run_definitions(cell)
        try:
            return self._run_in(self.ready(), cell, limit)
        except KernelDied as died:
            self.close()
            if self.lost_fork_server(died):
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
            result = self._run_in(self.ready(), reduced, limit)
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
            self.note_time(kernel)

    def note_time(self, kernel: Kernel) -> None:
        """Note whether the clock ended what ran in the kernel last."""
        self.hurried |= kernel.timer.by_clock
        self._is_starved |= kernel.timer.is_starved

    @property
    def is_starved(self) -> bool:
        """Whether others may be to blame if the clock ended or shortened something: with the machine to itself it might
        have come to its end."""
        limit_s = STARVED_SHARE * self._config.limits.total_timeout_s
        return self._is_starved or (self.budget.is_late and self._lost_s() > limit_s)

    def _lost_s(self) -> float:
        """How long the kernels and the grader itself could have gone on so far, but others had the processors."""
        kernels_s = self._waited_s + (self.kernel.waited_s() if self.kernel is not None else 0)
        return kernels_s + waited_s(read_times([os.getpid()]), self._before)

    def describe(self) -> messages.Described | None:
        """Ask what the cells left. A cell that breaks Python for everything after it is found and left out, like one
        that ends the kernel."""
        left_out: list[int] = []
        again = True
        while not self.budget.is_spent:
            try:
                described = self.ready().describe(self.budget.for_call())
            except KernelDied as died:
                self.close()
                if self.lost_fork_server(died):
                    continue
                if again:  # a cell that was interrupted may have done it, and it does not run again
                    again = False
                    continue
                ran = [cell.index for cell in self.notebook.cells if cell.index in self._harmless()]
                if not ran:
                    return None
                left_out.append(ran[-1])
                self._accuse(ran[-1])
                continue
            if len(left_out) < 2:
                self._is_described = True
                return described
            for innocent in left_out[:-1]:  # left out before the cell that did it
                self.results[innocent] = CellResult(innocent, CellStatus.OK)
            left_out.clear()
            self.close()
        self.hurried = True
        return None

    def _harmless(self) -> set[int]:
        """Indices of the cells that a new kernel runs again: all that ran and did not harm it."""
        ran = (CellStatus.OK, CellStatus.ERROR)
        return {
            index
            for index, result in self.results.items()
            if result.status in ran or (index in self._reduced and result.status is CellStatus.SKIPPED)
        }

    def _accuse(self, index: int) -> None:
        text = msg("It broke Python for everything after it; the other cells were run without it.")
        self.results[index] = CellResult(index, CellStatus.CRASHED, None, (text,))

    # ---- the kernel

    def lost_fork_server(self, died: KernelDied) -> bool:
        """Whether the kernel may have died only because the fork server did. Kernels then start without it."""
        if died.timed_out or self.fork_server is None or not self.fork_server.is_gone():
            return False
        self.fork_server = None
        return True

    def ready(self, after_cell: int | None = None) -> Kernel:
        """The kernel, a new one if need be, in which the cells so far have run, but those that harm it: all of them, or
        those up to `after_cell`.

        Raise KernelDied, also where there is no time to run them again, or SandboxError where walls are missing without
        which the notebook must not be graded.
        """
        last = len(self._places) if after_cell is None else self._places[after_cell]
        if self._last_run > last:
            self.close()
        if self.kernel is None:
            self.kernel = self._start()
        if self._last_run >= min(last, len(self._places) - 1):
            return self.kernel
        harmless = self._harmless()
        for place, cell in enumerate(self.notebook.cells):
            if cell.index not in harmless or not self._last_run < place <= last:
                continue
            if self.budget.is_spent:
                raise KernelDied("there is no time to run the cells again", timed_out=True)
            self._run_again(self.kernel, self._reduced.get(cell.index, cell))
        return self.kernel

    def _run_again(self, kernel: Kernel, cell: Cell) -> None:
        """Run a cell as before; only what it defines, if there is hardly time left to ask what the cells leave."""
        if self.budget.is_nearly_spent and not self._is_described:
            self._last_run = self._places[cell.index]
            cell = replace(cell, source=only_definitions(cell.source))
        if cell.source:
            self._run_in(kernel, cell, self.budget.for_cell_again())

    def _start(self) -> Kernel:
        config, files = self._config, DataFiles(self._config.files, self._config.file_names)
        kernel = Kernel(config.limits, self._sandbox, self.fork_server, config.python, files, config.cell_input)
        self.kernel = kernel  # so that it ends, whatever comes now
        self.kernels += 1
        self.walls, self.missing_walls = kernel.walls, kernel.missing
        exposure.refuse_missing_walls(self._config, self.walls, self.missing_walls)
        return kernel

    def close(self) -> None:
        """End the kernel. The next request starts a new one."""
        if self.kernel is not None:
            self._waited_s += self.kernel.waited_s()
            self.kernel.close()
            self.kernel = None
        self._last_run = -1


def _sandbox(config: Config) -> SandboxSettings:
    return SandboxSettings(
        enabled=config.sandbox != "off",
        memory_mib=config.limits.memory_mib,
        cpu_s=int(config.limits.total_timeout_s) + 5,
        hidden=(*config.hidden, *hidden_from(config.python)),
        without=config.without_walls,
    )
