"""Inside the kernel: keeps every version of every function with its cell, and calls them when the grader asks.

It shares a process with the participant's code, so nothing that it says is trusted: the grader takes its data and
judges on its own side. It holds no test, no reference and no expected value.
"""

from __future__ import annotations

import builtins
import linecache
import random
import signal
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from grader.kernel.inside.fake_modules import Finder
from grader.kernel.inside.functions import (
    KEEP,
    KeepRebound,
    Kept,
    names_used,
    parameters_of,
    source_of,
    target_of,
)
from grader.kernel.inside.streams import Printed, cap_stream
from grader.kernel.protocol import messages
from grader.kernel.protocol.channel import Channel, Closed
from grader.kernel.protocol.values import clean, decode, encode

LINE_MAGICS = frozenset("time timeit who whos who_ls pinfo pinfo2 pdoc pdef psource reset precision".split())
CELL_MAGICS = frozenset("time timeit capture writefile prun".split())

_TRY_OUT = f"__import__({__name__!r}, fromlist=['_agent'])._agent.try_out()"

_agent: Agent | None = None


def install(shell: Any, channel: Channel, output_bytes: int) -> None:
    """Make the agent of this kernel, before the first cell runs. `shell`: IPython's. `output_bytes`: a cell's share."""
    global _agent  # noqa: PLW0603  one kernel has one agent; `serve` must find it from a cell
    _agent = Agent(shell, channel, output_bytes)


def try_out() -> None:
    """Answer the grader's first call, of a function of ours, from a cell. Raise what any cell of any notebook would."""
    assert _agent is not None
    _agent.shell.run_cell(_TRY_OUT).raise_error()
    del _agent.states[-1]


def serve() -> None:
    """Answer the grader's requests until it hangs up. Run by a silent cell once the notebook's own have run."""
    if _agent is not None:
        _agent.serve()


class Agent:
    def __init__(self, shell: Any, channel: Channel, output_bytes: int) -> None:
        self.shell = shell
        self.channel = channel
        self.kept: dict[str, Kept] = {}
        self.states: dict[int, dict[str, Any]] = {}
        self.files: dict[str, int] = {}
        self.ignored: list[tuple[str, int]] = []
        self.cell = -1
        self.before: dict[str, Any] = {}
        self.standins = Finder()
        sys.meta_path.append(self.standins)
        self._watch_cells()
        self._ignore_commands()
        self.streams = [cap_stream(stream, output_bytes) for stream in (sys.stdout, sys.stderr)]
        _seed(0)

    # ---- while the notebook's cells run

    def _watch_cells(self) -> None:
        events = self.shell.events
        events.register("pre_run_cell", self._cell_starts)
        events.register("post_run_cell", self._cell_ended)
        self.shell.ast_transformers.append(KeepRebound())
        setattr(builtins, KEEP, self._keep_named)
        cache = self.shell.compile.cache

        def remember_file(*args: Any, **kwargs: Any) -> Any:
            name = cache(*args, **kwargs)
            self.files[name] = self.cell
            return name

        self.shell.compile.cache = remember_file

    def _cell_starts(self, info: Any) -> None:
        self.cell = int(info.cell_id) if str(info.cell_id).isdecimal() else -1
        for stream in self.streams:
            stream.left = stream.cap
        self.before = dict(self.shell.user_ns)

    def _cell_ended(self, result: Any) -> None:
        namespace = self.shell.user_ns
        for name, value in list(namespace.items()):
            if not name.startswith("_") and self.before.get(name) is not value:
                self._keep(name, value)
        self.states[self.cell] = dict(namespace)

    def _keep_named(self, name: str) -> None:
        self._keep(name, self.shell.user_ns.get(name))

    def _keep(self, name: str, value: Any) -> None:
        if not callable(value) or len(self.kept) >= messages.MAX_VERSIONS:
            return
        if isinstance(value, type):
            if value.__module__ == "__main__":
                for method in [key for key in vars(value) if not key.startswith("_")]:
                    self._add(method, value.__name__, value)
            return
        if isinstance(value, types.FunctionType) and value.__module__ != "__main__":
            return  # imported
        self._add(name, "", value)

    def _add(self, name: str, owner: str, value: Any) -> None:
        versions = [
            kept for kept in self.kept.values() if (kept.name, kept.owner, kept.cell) == (name, owner, self.cell)
        ]
        if any(kept.value is value for kept in versions):
            return
        id = f"{self.cell}.{len(versions)}.{owner}.{name}"
        self.kept[id] = Kept(id, name, self.cell, owner, value)

    def _ignore_commands(self) -> None:
        shell = self.shell
        line_magic, cell_magic = shell.run_line_magic, shell.run_cell_magic

        def run_line_magic(name: str, line: str, *args: Any, **kwargs: Any) -> Any:
            return line_magic(name, line, *args, **kwargs) if name in LINE_MAGICS else self._ignore(f"%{name} {line}")

        def run_cell_magic(name: str, line: str, cell: str) -> Any:
            return cell_magic(name, line, cell) if name in CELL_MAGICS else self._ignore(f"%%{name} {line}")

        def getoutput(command: str, **_: Any) -> list[str]:
            self._ignore(f"!{command}")
            return []

        shell.run_line_magic, shell.run_cell_magic, shell.getoutput = (
            run_line_magic,
            run_cell_magic,
            getoutput,
        )
        shell.system = shell.system_raw = shell.system_piped = lambda command: self._ignore(f"!{command}")
        shell.ask_exit = lambda: self._ignore("exit()")

    def _ignore(self, command: str) -> None:
        if len(self.ignored) < 100:
            self.ignored.append((command.strip()[:80], self.cell))

    # ---- when the grader asks

    def try_out(self) -> None:
        request = self.channel.receive()
        self.kept[messages.CANARY] = Kept(messages.CANARY, messages.CANARY, -1, "", _canary)
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
            if isinstance(request, messages.Describe):
                self.channel.send(self._describe())
            elif isinstance(request, messages.Calls):
                for outcome in self._outcomes(request):
                    self.channel.send(outcome)

    def _describe(self) -> messages.Described:
        versions = [self._version(kept) for kept in self.kept.values()]
        return messages.Described(versions, self.standins.used, self.ignored)

    def _version(self, kept: Kept) -> messages.Version:
        value = vars(kept.value).get(kept.name) if kept.owner else kept.value
        with _interruptible():
            try:
                return messages.Version(
                    kept.id,
                    kept.name,
                    kept.cell,
                    kept.owner,
                    parameters_of(kept),
                    source_of(value),
                    self._rebound(kept),
                )
            except BaseException:  # a participant's __signature__ may raise anything
                return messages.Version(kept.id, kept.name, kept.cell, kept.owner, None, "", False)

    def _rebound(self, kept: Kept) -> bool:
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
        """The names as the call is to see them; as they were afterwards."""
        namespace = self.shell.user_ns
        saved = dict(namespace)
        if request.after_cell:
            namespace.update(self.states.get(kept.cell, {}))
        namespace.update({name: self._asking(name) for name in request.asked})
        try:
            yield
        finally:
            namespace.clear()
            namespace.update(saved)

    def _asking(self, name: str) -> Callable[..., Any]:
        def ask(*args: Any, **kwargs: Any) -> Any:
            pairs = [(key, encode(value)) for key, value in kwargs.items()]
            self.channel.send(messages.Ask(name, [encode(value) for value in args], pairs))
            answer = self.channel.receive()
            if answer.error:
                raise TypeError(answer.error)
            return decode(answer.value)

        ask.__name__ = name
        return ask

    def _call(self, kept: Kept, case: messages.Case, request: messages.Calls) -> messages.Outcome:
        printed = Printed()
        result: Any = messages.Timeout()
        try:
            arguments = [decode(value) for value in case.args]
            keywords = {name: decode(value) for name, value in case.kwargs}
            _seed(request.seed)
            with self._captured(printed), _interruptible():
                result = encode(target_of(kept, self.shell.user_ns)(*arguments, **keywords))
        except KeyboardInterrupt:
            result = messages.Timeout()
        except BaseException as error:  # whatever the participant's code raises is an answer, SystemExit too
            result = self._raised(error)
        return messages.Outcome(request.number, result, printed.text(), printed.cut)

    @contextmanager
    def _captured(self, printed: Printed) -> Iterator[None]:
        def display(message: dict[str, Any]) -> None:
            printed.write(str(message.get("content", {}).get("data", {}).get("text/plain", "")) + "\n")

        publisher = self.shell.display_pub
        streams = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = printed
        publisher.register_hook(display)
        try:
            yield
        finally:
            publisher.unregister_hook(display)
            sys.stdout, sys.stderr = streams

    def _raised(self, error: BaseException) -> messages.Raised:
        cell, line, code = -1, 0, ""
        trace = error.__traceback__
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if name in self.files:
                cell, line = self.files[name], trace.tb_lineno
                code = linecache.getline(name, line).strip()[:200]
            trace = trace.tb_next
        try:
            text = str(error)[:1000]
        except BaseException:  # an exception's __str__ is the participant's code too
            text = ""
        return messages.Raised(type(error).__name__[:60], clean(text), cell, line, clean(code))


def _canary(first: int, second: int) -> int:
    """What any notebook may do: a temporary file, a file in its own folder, a sum."""
    for folder in (None, "."):
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"1")
    return first + second


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGINT end what runs inside, and nothing else."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)
