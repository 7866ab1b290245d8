"""The agent in the kernel: keeps every version of every function with its cell, and calls them on the grader's request.

It shares a process with the participant's code, so the grader trusts nothing that it says: it takes data from it, and
judges that data itself. The agent holds no test, no reference and no expected value.
"""

from __future__ import annotations

import builtins
import signal
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from grader.kernel.inside import calling
from grader.kernel.inside.asking import asking
from grader.kernel.inside.cell_names import KEEP, CellNames, KeepRebound
from grader.kernel.inside.commands import Commands
from grader.kernel.inside.fake_modules import TOUCHED
from grader.kernel.inside.figures import Figures
from grader.kernel.inside.functions import (
    FILE,
    MAX_KEPT,
    METHOD,
    OTHER,
    OWN,
    Kept,
    names_used,
    parameters_of,
    source_of,
    target_of,
)
from grader.kernel.inside.imports import GOES_ON, IMPORT_FAILED, FailedImports, ImportStatements
from grader.kernel.inside.numpy_versions import BRIDGE, NumpyVersions
from grader.kernel.inside.objects import Arguments, Changed, Objects
from grader.kernel.inside.own_files import compile_own_files
from grader.kernel.inside.own_modules import OwnModules
from grader.kernel.inside.refusals import Refusals
from grader.kernel.inside.streams import Printed, cap_stream
from grader.kernel.protocol import messages
from grader.kernel.protocol.channel import Channel, Closed
from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.values import Asked, Value, clean

_TRY_OUT = f"__import__({__name__!r}, fromlist=['_agent'])._agent.try_out()"

_agent: Agent | None = None


def install(shell: Any, channel: Channel, output_bytes: int, walls: Collection[str]) -> None:
    """Create this kernel's agent, before the first cell. `shell`: IPython's. `output_bytes`: what a cell may print.
    `walls`: those that stand, as far as they have been raised."""
    global _agent  # noqa: PLW0603  one kernel has one agent; `serve` must find it from a cell
    _agent = Agent(shell, channel, output_bytes, walls)


def try_out() -> None:
    """Answer the grader's first call, of a function of ours, from a cell. Raise what every cell would raise."""
    assert _agent is not None
    _agent.shell.run_cell(_TRY_OUT).raise_error()
    del _agent.states[-1]


def serve() -> None:
    """Answer the grader's requests until it hangs up. A silent cell after the notebook's own runs this."""
    if _agent is not None:
        _agent.serve()


class Agent:
    """Keeps what the notebook's cells define, and answers the grader's requests.

    Attributes:
        shell: IPython's.
        channel: to the grader.
        kept: the versions, by id.
        versions: the same by name, class and cell.
        counts: how many of each rank are kept.
        names: the names that the cell itself gives.
        modules: the modules that the notebook writes.
        states: the notebook's names and values after each cell, by its index.
        files: the cell that each code file name of IPython's stands for.
        cell: index of the cell that runs, or ran last; -1 before the first.
        before: the names and values before that cell.
        bound: the cells that bound each name.
        figures: what the cells drew.
        objects: what the grader knows by number.
        refusals: tells what the walls refused.
        imports: imports inert stand-ins for modules that are not installed.
        lost: the cells that failed for want of a module, each with what people call it.
        numpy: bridges what numpy's versions disagree on.
        commands: notes commands that are not run.
        streams: standard output and error, each with a limit for each cell.
    """

    def __init__(self, shell: Any, channel: Channel, output_bytes: int, walls: Collection[str]) -> None:
        self.shell = shell
        self.channel = channel
        self.kept: dict[str, Kept] = {}
        self.versions: dict[tuple[str, str, int], list[Kept]] = {}
        self.counts = [0] * len(MAX_KEPT)
        self.names = CellNames()
        self.modules = OwnModules()
        self.states: dict[int, dict[str, Any]] = {}
        self.files: dict[str, int] = {}
        self.cell = -1
        self.before: dict[str, Any] = {}
        self.bound: dict[str, list[int]] = {}
        self.figures = Figures()
        self.objects = Objects(shell.user_ns, self._asked, self.figures)
        self.refusals = Refusals(walls)
        self.imports = FailedImports(shell, self.refusals)
        self.lost: dict[int, str] = {}
        self.numpy = NumpyVersions()
        compile_own_files(shell, self.numpy.visit)
        self._watch_cells()
        self.commands = Commands(shell, lambda: self.cell)
        self.streams = [cap_stream(stream, output_bytes) for stream in (sys.stdout, sys.stderr)]
        calling.seed_all(0)

    # ---- the notebook's cells

    def _watch_cells(self) -> None:
        events = self.shell.events
        events.register("pre_run_cell", self._start_cell)
        events.register("post_run_cell", self._end_cell)
        imports = ImportStatements(self.imports.finder, self.refusals)
        self.shell.ast_transformers += [self.names, KeepRebound(), self.numpy, imports]
        setattr(builtins, KEEP, self._keep_name)
        setattr(builtins, IMPORT_FAILED, self.imports.import_again)
        setattr(builtins, GOES_ON, self.imports.go_on)
        setattr(builtins, BRIDGE, self.numpy)
        cache = self.shell.compile.cache

        def remember_file(*args: Any, **kwargs: Any) -> Any:
            name = cache(*args, **kwargs)
            self.files[name] = self.cell
            return name

        self.shell.compile.cache = remember_file
        run_statement = self.shell.run_code

        async def run_code(*args: Any, **kwargs: Any) -> Any:
            TOUCHED.titles.clear()
            return await run_statement(*args, **kwargs)

        self.shell.run_code = run_code

    def _start_cell(self, info: Any) -> None:
        self.cell = int(info.cell_id) if str(info.cell_id).isdecimal() else -1
        for stream in self.streams:
            stream.left = stream.cap
        self.refusals.look_at(str(info.raw_cell))
        self.names.clear()
        self.modules.forget_files()
        self.imports.lost.clear()
        self.before = dict(self.shell.user_ns)

    def _end_cell(self, result: Any) -> None:
        namespace, bound = self.shell.user_ns, set(self.names.own)
        self._note_lost(result)
        for name, value in list(namespace.items()):
            if not name.startswith("_") and self.before.get(name, KEEP) is not value:
                bound.add(name)
                self._keep(name, value)
        for name, value in self.modules.news():
            self._keep(name, value)
        for name in bound & namespace.keys():
            self.bound.setdefault(name, []).append(self.cell)
        self.figures.end_cell()
        self.states[self.cell] = dict(namespace)

    def _note_lost(self, result: Any) -> None:
        error = result.error_in_exec
        lacking = [*self.imports.lost, *(TOUCHED.part_in(error) if isinstance(error, Exception) else [])]
        if lacking:
            self.lost[self.cell] = lacking[0]

    def _keep_name(self, name: str) -> None:
        self._keep(name, self.shell.user_ns.get(name))

    def _keep(self, name: str, value: Any) -> None:
        if not callable(value):
            return
        around = self.modules.names_around(value)
        other = FILE if around is not None else OTHER
        own = name in self.names.own
        if isinstance(value, type):
            if value.__module__ == "__main__" or around is not None:
                for method in [key for key in vars(value) if not key.startswith("_")]:
                    self._add(method, value.__name__, value, METHOD if own else other, around)
        elif around is not None or not self.names.is_imported(name, value):
            self._add(name, "", value, OWN if own else other, around)

    def _add(self, name: str, owner: str, value: Any, rank: int, around: dict[str, Any] | None) -> None:
        versions = self.versions.setdefault((name, owner, self.cell), [])
        if self.counts[rank] >= MAX_KEPT[rank] or any(kept.value is value for kept in versions):
            return
        self.counts[rank] += 1
        id = f"{self.cell}.{len(versions)}.{owner}.{name}"
        self.kept[id] = Kept(id, name, self.cell, owner, value, rank, around)
        versions.append(self.kept[id])

    # ---- the grader's requests

    def try_out(self) -> None:
        request = self.channel.receive()
        self.kept[messages.CANARY] = Kept(messages.CANARY, messages.CANARY, -1, "", _canary, OWN)
        try:
            for outcome in self._outcomes(request):
                self.channel.send(outcome)
        finally:
            del self.kept[messages.CANARY]

    def serve(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
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
        first = sorted(self.kept.values(), key=lambda kept: kept.rank)[: messages.MAX_VERSIONS]
        sent = {kept.id for kept in first}
        versions = [self._version(kept) for id, kept in self.kept.items() if id in sent]
        standins = [clean(name) for name in self.imports.finder.used]
        old_names = sorted(self.numpy.used.items())
        lost = [(cell, clean(title)) for cell, title in self.lost.items()][: messages.MAX_LOST]
        python, most = sys.version_info[:2], messages.MAX_BINDINGS
        bound = [(name, tuple(cells[-most:])) for name, cells in self.bound.items() if len(name) < 100]
        names = tuple(bound[-messages.MAX_NAMES :])
        return messages.Described(versions, standins, self.commands.ignored, old_names, python, lost, names)

    def _version(self, kept: Kept) -> messages.Version:
        with calling.allow_interrupt():
            try:
                return messages.Version(
                    kept.id,
                    kept.name,
                    kept.cell,
                    kept.owner,
                    parameters_of(kept),
                    kept.source if kept.source is not None else source_of(kept.definition),
                    self._is_rebound(kept),
                )
            except BaseException:  # a participant's __signature__ may raise anything
                return messages.Version(kept.id, kept.name, kept.cell, kept.owner, None, "", False)

    def _is_rebound(self, kept: Kept) -> bool:
        if kept.file_names is not None:
            return False  # cells give no values to the names of a file
        then, now = self.states.get(kept.cell, {}), self.shell.user_ns
        names = names_used(kept.value, then) | names_used(kept.value, now)
        return any(name in then and then[name] is not now.get(name, KEEP) for name in names)

    def _outcomes(self, request: messages.Calls) -> Iterator[messages.Outcome]:
        kept = self.kept[request.version]
        with self._state(kept, request):
            for case in request.cases:
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
            namespace.update(self.states.get(kept.cell, {}))
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
            functions = {name: decode(value, self.objects.find) for name, value in request.patched}
            with calling.answering(request.input), calling.patched(functions):
                return self.objects.use(request)

        return self._outcome(request, run, self.objects.keep)

    def _outcome(
        self, request: messages.Calls | messages.Use, run: Callable[[], tuple[Value, Changed]], keep: calling.Keep
    ) -> messages.Outcome:
        printed = Printed()
        self.objects.forget_functions()
        result, changed, touched = calling.call(self.shell, self.files, printed, request.seed, run, keep)
        standins = tuple(clean(title) for title in touched[: messages.MAX_TOUCHED])
        text, converted = printed.text(), self.numpy.converted
        return messages.Outcome(request.number, result, text, printed.cut, converted, standins, changed)


def _canary(first: int, second: int) -> int:
    """What every notebook may do: write a temporary file and a file in its folder, and add."""
    for folder in (None, "."):
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"1")
    return first + second
