"""Runs a notebook's cells in a kernel, and then its functions, on request. One bad cell or call costs only itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import takewhile

from grader.config import CellInput, Config
from grader.i18n import Text
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
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.notebook_run import NotebookRun
from grader.kernel.notes import CONVERTED, find_lacking, make_notes
from grader.kernel.pending import Pending, Queue
from grader.kernel.protocol import messages
from grader.kernel.protocol.messages import Parameter, Raised, Version
from grader.kernel.protocol.records import Record, TupleRecord, fields_of, is_record
from grader.kernel.protocol.records import type_of as record_type
from grader.kernel.protocol.values import NO_DATA, Opaque, Reference
from grader.kernel.sending import CannotAnswer, Sending, StandInAnswer, Unsendable
from grader.kernel.write_back import can_change, write_back
from grader.model import Cell, CellResult, Notebook

# All that judging needs of kernel/:
__all__ = ["NO_DATA", "Answer", "Calls", "CannotAnswer", "Case", "Deed", "Find", "Invocation", "Opaque",
           "Parameter", "Problem", "Raised", "Record", "Reference", "Sending", "Session", "StandInAnswer",
           "TupleRecord", "Unsendable", "Version", "can_change", "fields_of", "is_record", "record_type",
           "run", "write_back"]  # fmt: skip


After = Callable[["Session", "int | None"], None]
"""Looks at a notebook after one of its cells, or before the first."""


class Session:
    """A notebook that runs in a kernel. `run` it once; then read what its cells left, and `call` its functions.

    Attributes:
        versions: the functions and methods that the cells defined.
        names: the names that the cells bound, each with the cells that did.
        notes: what the person should know about the run as a whole.
        is_unknown: whether there was no time to ask what the cells left.
    """

    def __init__(self, notebook: Notebook, config: Config, fork_server: ForkServerClient | None = None) -> None:
        self._config = config
        self._run = NotebookRun(notebook, config, fork_server)
        self._is_asking = self.is_unknown = False
        self._queue = Queue(self._read)
        self.names: Mapping[str, tuple[int, ...]] = {}
        self.versions: tuple[Version, ...] = ()
        self.notes: tuple[Text, ...] = ()

    def run(self, after: After | None = None) -> None:
        """Run the cells, and ask what they left. Raise KernelStartError where this machine can start no kernel.

        `after` is called after each cell with its index, and with None before the first: the notebook is then as that
        cell left it.
        """
        self._run.run_cells(partial(after, self) if after is not None else lambda index: None)
        described = self._run.describe()
        self.is_unknown = described is None and self.budget.is_spent
        self.notes = tuple(exposure.notes(self._config, self.walls, self.missing_walls))
        if described is not None:
            self.versions = tuple(described.versions)
            self.names = dict(described.names)
            self.notes += tuple(make_notes(described))
            lacking = find_lacking(self.cells, self.sources, described, self.budget)
            self._run.results |= {one.index: one for one in lacking}

    @property
    def sources(self) -> tuple[Cell, ...]:
        """The cells as they are written."""
        return self._run.notebook.cells

    @property
    def cells(self) -> tuple[CellResult, ...]:
        """How each cell ran."""
        return tuple(self._run.results[cell.index] for cell in self.sources)

    @property
    def budget(self) -> Budget:
        """The time for all that is done for the notebook."""
        return self._run.budget

    @property
    def hurried(self) -> bool:
        """Whether the clock alone ended or shortened something."""
        return self._run.hurried

    @property
    def is_starved(self) -> bool:
        """Whether others may be to blame for that: with the machine to itself it might have come to its end."""
        return self._run.is_starved

    @property
    def walls(self) -> tuple[str, ...]:
        """Names of the walls around the kernel."""
        return self._run.walls

    @property
    def missing_walls(self) -> tuple[str, ...]:
        """Those that do not stand, each as "name: reason"."""
        return self._run.missing_walls

    @property
    def kernels(self) -> int:
        """How many kernels have been started; what one of them kept, the next does not know."""
        return self._run.kernels

    @property
    def alive(self) -> bool:
        """Whether there is a kernel: a call needs no cell to run again first."""
        return self._run.kernel is not None

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
        return self._exchange(_encoded(invocation, cases, seed, within_bytes), answer, within_s)

    def begin(
        self, asked: Iterable[tuple[Invocation, Sequence[Case]]], seed: int, within_bytes: float = math.inf
    ) -> list[Callable[[], list[Answer] | None]]:
        """Have the kernel make calls of several kinds, each as `call` does, one after another. Returns for each of the
        first, as many as there is room for, what gives the answers: None where they are to be asked for again.
        `within_bytes`: of all answers together."""
        made = _together([*asked], seed, within_bytes)
        self._queue.read_all()
        try:
            return [] if self.budget.is_spent else self._queue.send(self._run.ready(), made)
        except KernelDied:  # met again, and told, when each asks by itself
            self.close()
            return []

    def _read(self, sent: Pending) -> list[Answer] | None:
        answers = self._exchange(sent)
        fits = all(one.problem is not Problem.TOO_LARGE for one in answers)  # its share
        return answers or None if fits else None

    def use(self, deed: Deed, find: Find) -> Answer:
        """Do something with an object of the notebook. What it changes in its arguments is changed in the test's own.
        `find` makes what a test sees of an object."""
        sending = Sending()
        asked = Pending(encode_deed(deed, sending), sending, [(*deed.args, *deed.kwargs.values())])
        return self._exchange(asked, after_cell=deed.after_cell, find=find)[0]

    def _exchange(
        self,
        asked: Pending,
        answer: StandInAnswer | None = None,
        within_s: float = math.inf,
        after_cell: int | None = None,
        find: Find = lambda opaque: opaque,
    ) -> list[Answer]:
        """Send a request, unless it has been sent, and read what came of it."""
        if self._is_asking:
            raise Unsendable("a function that the notebook calls can't ask the notebook: take data before the call")
        if self.budget.is_spent:
            self._run.hurried = True
            return [Answer(problem=Problem.OUT_OF_TIME)]
        self._queue.read_all()
        outcomes, died = self._ask(asked, answer, within_s, after_cell)
        if asked.sending.broken is not None:
            raise asked.sending.broken
        answers = decode_all(outcomes, self.budget, asked.arguments, find)
        if CONVERTED not in self.notes and any(outcome.converted for outcome in outcomes if outcome):
            self.notes = (*self.notes, CONVERTED)
        if died is not None:
            self.close()
            if self._run.lost_fork_server(died):
                return self._exchange(asked, answer, within_s, after_cell, find)
            answers.append(Answer(problem=Problem.TIMED_OUT if died.timed_out else Problem.CRASHED))
        if answers and answers[-1].problem is Problem.TIMED_OUT and self.budget.is_spent:
            answers[-1] = replace(answers[-1], problem=Problem.OUT_OF_TIME)  # interrupted before its own limit
        return answers

    def _ask(
        self, asked: Pending, answer: StandInAnswer | None, within_s: float, after_cell: int | None
    ) -> tuple[list[messages.Outcome | None], KernelDied | None]:
        """What the kernel says, and how it died, if it did."""
        reply = partial(asked.sending.answer, others=answer) if answer or asked.sending.functions else None
        self._is_asking = True
        try:
            kernel = self._run.ready(after_cell)
            left_s = min(within_s, self.budget.left_s)
            outcomes, died = kernel.calls(asked.request, self.budget.for_call(), left_s, reply, asked.within_bytes)
        except KernelDied as error:
            return [], error
        except BaseException:
            self.close()  # it may still wait for an answer
            raise
        finally:
            self._is_asking = False
        if within_s == math.inf:
            self._run.note_time(kernel)
        return outcomes, died

    @contextmanager
    def beside(
        self,
        notebook: Notebook,
        cell_input: tuple[CellInput, ...] = (),
        within_s: float = math.inf,
        after: After | None = None,
    ) -> Iterator[Session]:
        """Another notebook, run as this one is, with its own answers for `input()` and its own time, up to a limit."""
        limits = self._config.limits
        limits = replace(limits, total_timeout_s=min(limits.total_timeout_s, within_s))
        config = replace(self._config, cell_input=cell_input, limits=limits)
        with run(notebook, config, self._run.fork_server, after) as session:
            yield session

    def close(self) -> None:
        """End the kernel. The next request starts a new one."""
        self._queue.drop()
        self._run.close()


def _together(asked: Sequence[tuple[Invocation, Sequence[Case]]], seed: int, within_bytes: float) -> list[Pending]:
    """The first of the calls that the kernel can be sent before it answers any. All their answers may wait for somebody
    to look at the first: they share the room for them.

    None that gets a function of the test's, which asks the grader: it would take the next request for its answer, and
    what the function does counts for the check that gives it.
    """
    encoded = (_encoded(*one, seed, within_bytes / len(asked)) for one in asked)
    return list(takewhile(lambda one: not one.sending.functions, encoded))


def _encoded(invocation: Invocation, cases: Sequence[Case], seed: int, within_bytes: float) -> Pending:
    """Raise Unsendable where an argument can't cross."""
    sending = Sending()
    request = encode_calls(invocation, cases, seed, sending)
    arguments = [(*case.args, *case.kwargs.values()) if case.kwargs else case.args for case in cases]
    return Pending(request, sending, arguments, within_bytes)


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
