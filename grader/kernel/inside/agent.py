"""Inside the kernel: keeps every version of every function with its cell, and calls them when the grader asks.

It shares a process with the participant's code, so nothing that it says is trusted: the grader takes its data and
judges on its own side. It holds no test, no reference and no expected value.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import io
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
from grader.kernel.protocol import messages as wire

KEEP = "__grader_keep__"
LINE_MAGICS = frozenset("time timeit who whos who_ls pinfo pinfo2 pdoc pdef psource reset precision".split())
CELL_MAGICS = frozenset("time timeit capture writefile prun".split())
SENT_AT_ONCE = 1 << 16
_OWN, _METHOD, _OTHER = range(3)  # ranks: named by a cell's own statement; a method of such a class; anything else
_MOST = (10_000, wire.MAX_VERSIONS, wire.MAX_VERSIONS)  # how many of each are kept

_TRY_OUT = f"__import__({__name__!r}, fromlist=['_agent'])._agent.try_out()"

_agent: Agent | None = None


def install(shell: Any, channel: wire.Channel, output_bytes: int) -> None:
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


class Kept:
    """A version and the callable behind it. Of more than can be told, those of the lowest rank are."""

    def __init__(self, id: str, name: str, cell: int, owner: str, value: Any, rank: int) -> None:
        self.id, self.name, self.cell, self.owner, self.value, self.rank = id, name, cell, owner, value, rank


class Agent:
    def __init__(self, shell: Any, channel: wire.Channel, output_bytes: int) -> None:
        self.shell = shell
        self.channel = channel
        self.kept: dict[str, Kept] = {}
        self.versions: dict[tuple[str, str, int], list[Kept]] = {}
        self.counts = [0] * len(_MOST)
        self.names = CellNames()
        self.states: dict[int, dict[str, Any]] = {}
        self.files: dict[str, int] = {}
        self.ignored: list[tuple[str, int]] = []
        self.cell = -1
        self.before: dict[str, Any] = {}
        self.standins = Finder()
        sys.meta_path.append(self.standins)
        self._watch_cells()
        self._ignore_commands()
        self.streams = [_cap(stream, output_bytes) for stream in (sys.stdout, sys.stderr)]
        _seed(0)

    # ---- while the notebook's cells run

    def _watch_cells(self) -> None:
        events = self.shell.events
        events.register("pre_run_cell", self._cell_starts)
        events.register("post_run_cell", self._cell_ended)
        self.shell.ast_transformers += [self.names, KeepRebound()]
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
        self.names.clear()
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
        if not callable(value):
            return
        own = name in self.names.own
        if isinstance(value, type):
            if value.__module__ == "__main__":
                for method in [key for key in vars(value) if not key.startswith("_")]:
                    self._add(method, value.__name__, value, _METHOD if own else _OTHER)
        elif not self._imported(name, value):
            self._add(name, "", value, _OWN if own else _OTHER)

    def _imported(self, name: str, value: Any) -> bool:
        """Whether it only comes from a module, as all that `from numpy import *` brings does. What the cell itself
        gives a name, an alias of such a function too, is the participant's own."""
        if isinstance(value, types.FunctionType):
            return value.__module__ != "__main__"
        if name in self.names.own:
            return False
        modules = (sys.modules.get(module) for module in self.names.modules)
        return any(isinstance(module, types.ModuleType) and vars(module).get(name) is value for module in modules)

    def _add(self, name: str, owner: str, value: Any, rank: int) -> None:
        versions = self.versions.setdefault((name, owner, self.cell), [])
        if self.counts[rank] >= _MOST[rank] or any(kept.value is value for kept in versions):
            return
        self.counts[rank] += 1
        id = f"{self.cell}.{len(versions)}.{owner}.{name}"
        self.kept[id] = Kept(id, name, self.cell, owner, value, rank)
        versions.append(self.kept[id])

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
        self.kept[wire.CANARY] = Kept(wire.CANARY, wire.CANARY, -1, "", _canary, _OWN)
        try:
            for outcome in self._outcomes(request):
                self.channel.send(outcome)
        finally:
            del self.kept[wire.CANARY]

    def serve(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            try:
                request = self.channel.receive()
            except wire.Closed:
                return
            if isinstance(request, wire.Describe):
                self.channel.send(self._describe())
            elif isinstance(request, wire.Calls):
                for outcome in self._outcomes(request):
                    self.channel.send(outcome)

    def _describe(self) -> wire.Described:
        first = sorted(self.kept.values(), key=lambda kept: kept.rank)[: wire.MAX_VERSIONS]
        told = {kept.id for kept in first}
        versions = [self._version(kept) for id, kept in self.kept.items() if id in told]
        return wire.Described(versions, self.standins.used, self.ignored)

    def _version(self, kept: Kept) -> wire.Version:
        value = vars(kept.value).get(kept.name) if kept.owner else kept.value
        with _interruptible():
            try:
                return wire.Version(
                    kept.id,
                    kept.name,
                    kept.cell,
                    kept.owner,
                    _parameters(kept),
                    _source(value),
                    self._rebound(kept),
                )
            except BaseException:  # a participant's __signature__ may raise anything
                return wire.Version(kept.id, kept.name, kept.cell, kept.owner, None, "", False)

    def _rebound(self, kept: Kept) -> bool:
        then, now = self.states.get(kept.cell, {}), self.shell.user_ns
        names = _names_used(kept.value, then) | _names_used(kept.value, now)
        return any(name in then and then[name] is not now.get(name, KEEP) for name in names)

    def _outcomes(self, request: wire.Calls) -> Iterator[wire.Outcome]:
        kept = self.kept[request.version]
        with self._state(kept, request):
            for case in request.cases:
                outcome = self._call(kept, case, request)
                yield outcome
                if isinstance(outcome.result, wire.Timeout):
                    return

    @contextmanager
    def _state(self, kept: Kept, request: wire.Calls) -> Iterator[None]:
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
            pairs = [(key, wire.encode(value)) for key, value in kwargs.items()]
            self.channel.send(wire.Ask(name, [wire.encode(value) for value in args], pairs))
            answer = self.channel.receive()
            if answer.error:
                raise TypeError(answer.error)
            return wire.decode(answer.value)

        ask.__name__ = name
        return ask

    def _call(self, kept: Kept, case: wire.Case, request: wire.Calls) -> wire.Outcome:
        printed = Printed()
        result: Any = wire.Timeout()
        try:
            arguments = [wire.decode(value) for value in case.args]
            keywords = {name: wire.decode(value) for name, value in case.kwargs}
            _seed(request.seed)
            with self._captured(printed), _interruptible():
                result = wire.encode(_target(kept, self.shell.user_ns)(*arguments, **keywords))
        except KeyboardInterrupt:
            result = wire.Timeout()
        except BaseException as error:  # whatever the participant's code raises is an answer, SystemExit too
            result = self._raised(error)
        return wire.Outcome(request.number, result, printed.text(), printed.cut)

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

    def _raised(self, error: BaseException) -> wire.Raised:
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
        return wire.Raised(type(error).__name__[:60], wire.clean(text), cell, line, wire.clean(code))


def _canary(first: int, second: int) -> int:
    """What any notebook may do: a temporary file, a file in its own folder, a sum."""
    for folder in (None, "."):
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"1")
    return first + second


class CellNames:
    """Reads each cell before it runs and changes nothing: the names that its own statements give, and the modules that
    it imports from. A name that is made up while it runs is not among them."""

    def __init__(self) -> None:
        self.own: set[str] = set()
        self.modules: set[str] = set()

    def clear(self) -> None:
        self.own.clear()
        self.modules.clear()

    def visit(self, cell: ast.AST) -> ast.AST:
        """What IPython calls. No recursion: whatever raises here is never called again."""
        todo = [cell]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.own.add(node.name)
                continue  # what is inside has names of its own
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.own.add(node.id)
            if isinstance(node, ast.ImportFrom) and node.module:
                self.modules.add(node.module)
            if not isinstance(node, ast.Lambda):
                todo += ast.iter_child_nodes(node)
        return cell


class KeepRebound(ast.NodeTransformer):
    """Keeps each version of a name that one cell binds several times, which its end would not show."""

    def visit_Module(self, module: ast.Module) -> ast.Module:
        bound = [name for statement in module.body for name in _binds(statement)]
        twice = {name for name in bound if bound.count(name) > 1}
        body: list[ast.stmt] = []
        for statement in module.body:
            body.append(statement)
            for name in twice.intersection(_binds(statement)):
                keep = ast.Expr(ast.Call(ast.Name(KEEP, ast.Load()), [ast.Constant(name)], []))
                body.append(ast.fix_missing_locations(ast.copy_location(keep, statement)))
        module.body = body
        return module


def _binds(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [name.id for target in statement.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return []


class Printed(io.TextIOBase):
    """What a call printed, up to a cap."""

    cap = 1 << 18

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._left = self.cap
        self.cut = False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if len(text) > self._left:
            self.cut = True
        part = text[: self._left]
        self._left -= len(part)
        if part:
            self._parts.append(part)
        return len(text)

    def text(self) -> str:
        return wire.clean("".join(self._parts))


class _Cap:
    """Lets a stream of the kernel take so many characters a cell and drops the rest, so that nothing fills up.

    What is written is sent at the end of the cell, or when much has come together: the cell may never end.
    """

    def __init__(self, stream: Any, cap: int) -> None:
        self._write, self._flush, self.cap, self.left = stream.write, stream.flush, cap, cap
        self._unsent = 0

    def write(self, text: str) -> int:
        if self.left > 0:
            self._write(text[: self.left])
            self.left -= len(text)
            self._unsent += len(text)
            if self._unsent > SENT_AT_ONCE or self.left <= 0:
                self.flush()
        return len(text)

    def flush(self) -> None:
        if self._unsent:
            self._unsent = 0
            self._flush()


def _cap(stream: Any, cap: int) -> _Cap:
    capped = _Cap(stream, cap)
    stream.write, stream.flush = capped.write, capped.flush
    return capped


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


def _target(kept: Kept, namespace: dict[str, Any]) -> Any:
    """What to call: the function, or the method of its class's object that exists or that needs no arguments."""
    if not kept.owner:
        return kept.value
    plain = vars(kept.value).get(kept.name)
    if isinstance(plain, staticmethod | classmethod) or _takes_no_self(plain):
        return getattr(kept.value, kept.name)
    for value in list(namespace.values()):
        if type(value) is kept.value:
            return getattr(value, kept.name)
    return getattr(kept.value(), kept.name)


def _takes_no_self(method: Any) -> bool:
    """A method written without self works when it is called on the class itself."""
    names = list(inspect.signature(method).parameters) if callable(method) else []
    return bool(names) and names[0] in {"x", "y", "y_hat", "w"}


def _parameters(kept: Kept) -> list[wire.Parameter] | None:
    target = vars(kept.value).get(kept.name) if kept.owner else kept.value
    bound = isinstance(target, staticmethod | classmethod)
    signature = inspect.signature(getattr(kept.value, kept.name) if bound else target)
    parameters = list(signature.parameters.values())
    if kept.owner and not bound and not _takes_no_self(target):
        parameters = parameters[1:]
    return [
        wire.Parameter(parameter.name, parameter.kind.name.lower(), parameter.default is not parameter.empty)
        for parameter in parameters[:100]
    ]


def _source(value: Any) -> str:
    try:
        return wire.clean(inspect.getsource(getattr(value, "__func__", value))[: wire.MAX_SOURCE])
    except (OSError, TypeError):
        return ""


def _names_used(value: Any, namespace: dict[str, Any]) -> set[str]:
    """The global names that a function uses, itself or through the functions it calls."""
    seen: set[str] = set()
    todo = [value]
    while todo:
        code = getattr(todo.pop(), "__code__", None)
        codes = [code] if isinstance(code, types.CodeType) else []
        while codes:
            current = codes.pop()
            codes += [const for const in current.co_consts if isinstance(const, types.CodeType)]
            for name in set(current.co_names) - seen:
                seen.add(name)
                todo.append(namespace.get(name))
    return seen
