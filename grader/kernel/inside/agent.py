"""The agent in the kernel: keeps every version of every function with its cell, and calls them on the grader's request.

It shares a process with the participant's code, so the grader trusts nothing that it says: it takes data from it, and
judges that data itself. The agent holds no test, no reference and no expected value.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from grader.kernel.inside import calling
from grader.kernel.inside.asking import asking
from grader.kernel.inside.cell_input import CellInput
from grader.kernel.inside.cell_names import KEEP
from grader.kernel.inside.cell_watch import CellWatch
from grader.kernel.inside.fake_modules import TOUCHED
from grader.kernel.inside.functions import (
    OWN,
    Kept,
    names_used,
    parameters_of,
    source_of,
    target_of,
)
from grader.kernel.inside.objects import Arguments, Changed, Objects
from grader.kernel.inside.seeding import seed_all
from grader.kernel.inside.streams import Printed
from grader.kernel.protocol import messages
from grader.kernel.protocol.channel import Channel, Closed
from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.values import Asked, Value, clean

_TRY_OUT = f"__import__({__name__!r}, fromlist=['_agent'])._agent.try_out()"

_agent: Agent | None = None


def install(shell: Any, channel: Channel, boot: messages.Boot, walls: Collection[str]) -> None:
    """Create this kernel's agent, before the first cell. `shell`: IPython's. `walls`: those that stand, as far as they
    have been raised."""
    global _agent  # noqa: PLW0603  one kernel has one agent; `serve` must find it from a cell
    _agent = Agent(shell, channel, boot, walls)


def try_out() -> None:
    """Answer the grader's first call, of a function of ours, from a cell. Raise what every cell would raise."""
    assert _agent is not None
    _agent.shell.run_cell(_TRY_OUT).raise_error()
    del _agent.cells.states[-1]


def serve() -> None:
    """Answer the grader's requests until it hangs up. A silent cell after the notebook's own runs this."""
    if _agent is not None:
        _agent.serve()


_EIGHT = b"12345678"


class Agent:
    """Answers the grader's requests.

    Attributes:
        shell: IPython's.
        channel: to the grader.
        cells: what the notebook's cells leave.
        objects: what the grader knows by number.
    """

    def __init__(self, shell: Any, channel: Channel, boot: messages.Boot, walls: Collection[str]) -> None:
        self.shell = shell
        self.channel = channel
        self.cells = CellWatch(shell, boot.output_bytes, walls, CellInput(boot.cell_input))
        self.objects = Objects(shell.user_ns, self._asked, self.cells.figures)
        self._capture = calling.Capture(shell)
        seed_all(0)

    def try_out(self) -> None:
        request = self.channel.receive()
        self.cells.kept[messages.CANARY] = Kept(messages.CANARY, messages.CANARY, -1, "", _canary, OWN)
        try:
            with self._capture:
                for outcome in self._outcomes(request):
                    self.channel.send(outcome)
        finally:
            del self.cells.kept[messages.CANARY]

    def serve(self) -> None:
        if len(_EIGHT) != 8 or isinstance(_EIGHT, int):  # a cell has replaced them, and nothing here would work
            os._exit(1)
        calling.ignore_interrupt()
        with self._capture:
            self._answer_all()

    def _answer_all(self) -> None:
        while True:
            try:
                request = self.channel.receive()
            except Closed:
                return
            if isinstance(request, messages.Leave):
                self.objects.end()
                return
            if isinstance(request, messages.Describe):
                self.channel.send(self._describe())
            elif isinstance(request, messages.Use):
                self.channel.send(self._use(request))
            elif isinstance(request, messages.Calls):
                self.objects.end()
                for outcome in self._outcomes(request):
                    self.channel.send(outcome)

    def _describe(self) -> messages.Described:
        first = sorted(self.cells.kept.values(), key=lambda kept: kept.rank)[: messages.MAX_VERSIONS]
        sent = {kept.id for kept in first}
        versions = [self._version(kept) for id, kept in self.cells.kept.items() if id in sent]
        standins = [clean(name) for name in self.cells.imports.finder.used]
        old_names = sorted(self.cells.numpy.used.items())
        lost = [(cell, clean(title)) for cell, title in self.cells.lost.items()][: messages.MAX_LOST]
        python, most = sys.version_info[:2], messages.MAX_BINDINGS
        bound = [(name, tuple(cells[-most:])) for name, cells in self.cells.bound.items() if len(name) < 100]
        names = tuple(bound[-messages.MAX_NAMES :])
        return messages.Described(versions, standins, self.cells.commands.ignored, old_names, python, lost, names)

    def _version(self, kept: Kept) -> messages.Version:
        with calling.AllowInterrupt():
            try:
                return messages.Version(
                    kept.id,
                    kept.name,
                    kept.cell,
                    kept.owner,
                    parameters_of(kept),
                    self._source(kept),
                    self._is_rebound(kept),
                )
            except BaseException:  # a participant's __signature__ may raise anything
                return messages.Version(kept.id, kept.name, kept.cell, kept.owner, None, "", False)

    def _source(self, kept: Kept) -> str:
        if kept.source is not None:
            return kept.source
        text = self.cells.sources.find(kept.definition)
        return source_of(kept.definition) if text is None else clean(text[: messages.MAX_SOURCE])

    def _is_rebound(self, kept: Kept) -> bool:
        if kept.file_names is not None:
            return False  # cells give no values to the names of a file
        then, now = self.cells.states.get(kept.cell, {}), self.shell.user_ns
        names = names_used(kept.value, then) | names_used(kept.value, now)
        return any(name in then and then[name] is not now.get(name, KEEP) for name in names)

    def _outcomes(self, request: messages.Calls) -> Iterator[messages.Outcome]:
        kept = self.cells.kept[request.version]
        for start, end in pairwise((0, *request.begins, len(request.cases))):
            with self._state(kept, request):
                for case in request.cases[start:end]:
                    outcome = self._call(kept, case, request)
                    yield outcome
                    if isinstance(outcome.result, messages.Timeout):
                        return

    @contextmanager
    def _state(self, kept: Kept, request: messages.Calls) -> Iterator[None]:
        """Give names the values that the call is to see, and afterwards those that they had."""
        namespace = self.shell.user_ns if kept.file_names is None else kept.file_names
        saved = dict(namespace)
        if request.after_cell:
            namespace.update(self.cells.states.get(kept.cell, {}))
        namespace.update({name: self._stand_in(name) for name in request.asked})
        try:
            yield
        finally:
            namespace.clear()
            namespace.update(saved)

    def _stand_in(self, name: str) -> Callable[..., Any]:
        return asking(self.channel, name, lambda args, kwargs: messages.Ask(name, args, kwargs))

    def _asked(self, asked: Asked) -> Callable[..., Any]:
        """A function of a test's, which is asked for each of its results."""
        return asking(self.channel, asked.name, lambda args, kwargs: messages.Ask("", args, kwargs, asked.id))

    def _call(self, kept: Kept, case: messages.Case, request: messages.Calls) -> messages.Outcome:
        def run() -> tuple[Value, Changed]:
            arguments = Arguments(case, self.objects.find)
            target = target_of(kept, self.shell.user_ns)
            value = target(*arguments.args, **arguments.keywords)
            TOUCHED.note_result(value)
            if not request.changes:
                return encode(value, self.objects.keep), ()
            return encode(value, self.objects.keep, arguments.given), arguments.changed(self.objects.keep)

        return self._outcome(request, run, lambda value: None)

    def _use(self, request: messages.Use) -> messages.Outcome:
        """Do something with an object of the notebook."""

        def run() -> tuple[Value, Changed]:
            self.objects.begin(request.check)
            functions: dict[str, Any] = {name: decode(value, self.objects.find) for name, value in request.patched}
            with calling.answering(request.input), calling.patched(functions, self.shell.user_ns):
                return self.objects.use(request)

        return self._outcome(request, run, self.objects.keep)

    def _outcome(
        self, request: messages.Calls | messages.Use, run: Callable[[], tuple[Value, Changed]], keep: calling.Keep
    ) -> messages.Outcome:
        printed = Printed()
        self.objects.forget_functions()
        result, changed, touched = calling.call(self._capture, self.cells.files, printed, request.seed, run, keep)
        standins = tuple(clean(title) for title in touched[: messages.MAX_TOUCHED])
        text, converted = printed.text(), self.cells.numpy.converted
        return messages.Outcome(request.number, result, text, printed.cut, converted, standins, changed)


def _canary(first: int, second: int) -> int:
    """What every notebook may do: write a temporary file and a file in its folder, and add."""
    for folder in (None, "."):
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"1")
    return first + second
