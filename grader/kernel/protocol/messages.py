"""The messages between the grader and the agent in the kernel, and between the grader and the fork server.

Each is a schema that what arrives is validated against.
"""

from __future__ import annotations

import math
from typing import Annotated, Union

import msgspec

from grader.kernel.protocol.values import MAX_TEXT, Frozen, Id, Prose, Value, Word

MAX_VERSIONS = 400
MAX_SOURCE = MAX_TEXT
MAX_NAMES = 2_000
MAX_BINDINGS = 50
MAX_TOUCHED = 5
MAX_LOST = 400
CONNECTIONS = 3  # of a kernel that is not forked: to its agent, for cells, to its supervisor
CANARY = "canary"  # the version that is called before the first cell
CellIndex = Annotated[int, msgspec.Meta(ge=-1, le=100_000)]
Cells = Annotated[tuple[CellIndex, ...], msgspec.Meta(max_length=MAX_BINDINGS)]
PythonNumber = Annotated[int, msgspec.Meta(ge=0, le=999)]
Line = Annotated[int, msgspec.Meta(ge=0, le=1 << 31)]


# ---- how a kernel starts


class SandboxSettings(Frozen, frozen=True, tag="sandbox"):
    """Which walls to raise, and how high.

    Attributes:
        enabled: whether to raise any.
        memory_mib: how much memory all processes of one kernel may take together.
        cpu_s: how much processor time each of its processes may take.
        hidden: folders that must not be seen, whatever else is readable.
        without: names of walls to leave out.
    """

    enabled: bool = True
    memory_mib: int = 2048
    cpu_s: int = 300
    hidden: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def joint_memory_bytes(self) -> float:
        """How much memory all processes may take together; infinite where nobody is to look."""
        return math.inf if "memory" in self.without else self.memory_mib << 20


class Boot(Frozen, frozen=True, tag="boot"):
    """What a kernel needs to know to start. Nothing of the course is in it.

    Attributes:
        runtime_dir: the kernel's own folder; it may write to `work` in it.
        door_path: path of the grader's unix socket; empty where there are none (Windows), and for a forked kernel.
        door_port: the grader's TCP port, or 0.
        token: what the kernel must say to be recognized.
        output_bytes: how many characters a cell may print.
        sandbox: the walls to raise.
        cell_input: what `input()` is answered with: groups of cells, each with its lines.
        tries_out: whether the grader calls a function of ours before the first cell.
    """

    runtime_dir: str
    door_path: str
    door_port: int
    token: str
    output_bytes: int
    sandbox: SandboxSettings
    cell_input: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...] = ()
    tries_out: bool = True


class Fork(Frozen, frozen=True, tag="fork"):
    """Grader to fork server: start a kernel. The answer is "PID APART". Beside it are the process's pidfd, what it
    prints before it is behind its walls, and sockets: to its agent, for cells, and to its supervisor if it has one.

    Attributes:
        boot: what the kernel is to know.
        environment: all of its environment variables.
        cpus: the processors that it may run on.
        pid: the process of the grader that asks.
    """

    boot: Boot
    environment: dict[str, str]
    cpus: list[int]
    pid: int


class Hello(Frozen, frozen=True, tag="hello"):
    """Kernel to grader, first: it is behind its walls.

    Attributes:
        token: that of its Boot.
        walls: the walls that stand.
        missing: those that do not, each as "name: reason".
    """

    token: str
    walls: list[str]
    missing: list[str]


class Broken(Frozen, frozen=True, tag="broken"):
    """Kernel to grader: it could not start behind its walls, or can't do there what every notebook needs."""

    text: str


# ---- requests


class Describe(Frozen, frozen=True, tag="describe"):
    """Grader to agent: describe what the cells left."""


class Case(Frozen, frozen=True, tag="case"):
    """The arguments of one call, in the order of the version's parameters."""

    args: list[Value]
    kwargs: list[tuple[str, Value]]


class Calls(Frozen, frozen=True, tag="calls"):
    """Grader to agent: call a version once for each case. An Outcome comes back for each, until one times out.

    Attributes:
        number: comes back with each Outcome, so that an answer to nothing is not taken for one.
        version: id of the version to call.
        cases: the arguments of each call.
        after_cell: whether names have the values that they had after the version's own cell.
        asked: names of functions that the grader stands in for.
        seed: for Python's and numpy's random numbers, set before each call.
        changes: whether to tell what became of the arguments.
        begins: the places of the cases, beside the first, at which all names get those values again.
    """

    number: int
    version: str
    cases: list[Case]
    after_cell: bool
    asked: list[str]
    seed: int
    changes: bool = False
    begins: tuple[int, ...] = ()


class Use(Frozen, frozen=True, tag="use"):
    """Grader to agent: do something with an object of the notebook. An Outcome comes back.

    Attributes:
        number: comes back with the Outcome, so that an answer to nothing is not taken for one.
        action: what to do, a key of `inside.objects.ACTIONS`.
        target: the object; 0 is the notebook itself.
        case: the arguments of the action.
        seed: for Python's and numpy's random numbers; None to let them go on.
        check: the number of the check that asks: each begins with what the cells left, but for number 0.
        changes: whether to tell what became of the arguments.
        input: what `input()` is answered with, in turn.
        patched: functions of the grader's side that stand in for the notebook's meanwhile, by name.
    """

    number: int
    action: Word
    target: Id
    case: Case
    seed: Union[int, None]
    check: int
    changes: bool
    input: list[str]
    patched: tuple[tuple[str, Value], ...] = ()

    @property
    def cases(self) -> list[Case]:
        return [self.case]


class Leave(Frozen, frozen=True, tag="leave"):
    """Grader to agent: stop answering, so that the next cell can run."""


class Answer(Frozen, frozen=True, tag="answer"):
    """Grader to agent: the result of an Ask.

    Attributes:
        value: what the function returns.
        error: why it returns nothing; empty if it does.
        type: the built-in exception that is then raised.
    """

    value: Value
    error: str
    type: Word = "TypeError"


# ---- replies


class Parameter(Frozen, frozen=True, tag="parameter"):
    """A parameter of a participant's function.

    Attributes:
        name: as it is written.
        kind: inspect's name for its kind in lower case, as "positional_or_keyword".
        has_default: whether it may be left out.
    """

    name: Word
    kind: Word
    has_default: bool


class Version(Frozen, frozen=True, tag="version"):
    """One definition of a function or of a method. A name may have several in one notebook.

    Attributes:
        id: stable when the same cells run again.
        name: the name that it is bound to.
        cell: index of the cell that defines it.
        owner: name of its class; empty for a function.
        parameters: without the object that a method is called on; None where Python can't tell.
        source: its text, cut to MAX_SOURCE characters; empty where there is none.
        rebound: whether a name that it uses has another value now than after its cell.
    """

    id: Prose
    name: Word
    cell: CellIndex
    owner: Word
    parameters: Union[Annotated[list[Parameter], msgspec.Meta(max_length=100)], None]
    source: Annotated[str, msgspec.Meta(max_length=MAX_SOURCE)]
    rebound: bool


class Described(Frozen, frozen=True, tag="described"):
    """Agent to grader: what the cells left.

    Attributes:
        versions: the functions and methods.
        standins: names of modules that are not installed, in whose place inert ones were imported.
        ignored: commands that were not run, each with the index of its cell.
        old_names: names of numpy that newer versions have dropped, each with what is written today.
        python: the version of Python that runs the cells.
        lost: cells that failed for want of a module that is not installed, each with its name.
        names: the names that the cells bound, each with the indices of the last such cells.
    """

    versions: Annotated[list[Version], msgspec.Meta(max_length=MAX_VERSIONS)]
    standins: Annotated[list[Word], msgspec.Meta(max_length=100)]
    ignored: Annotated[list[tuple[Word, CellIndex]], msgspec.Meta(max_length=100)]
    old_names: Annotated[list[tuple[Word, Word]], msgspec.Meta(max_length=100)]
    python: tuple[PythonNumber, PythonNumber]
    lost: Annotated[list[tuple[CellIndex, Word]], msgspec.Meta(max_length=MAX_LOST)]
    names: Annotated[tuple[tuple[Word, Cells], ...], msgspec.Meta(max_length=MAX_NAMES)] = ()


MAX_CALLERS = 5


class Raised(Frozen, frozen=True, tag="raised"):
    """A call ended with an exception.

    Attributes:
        type: name of the exception's class.
        text: its text.
        cell: index of the cell of the innermost line of the notebook; -1 where there is none.
        line: that line, counted from 1.
        code: what stands there.
        callers: the notebook's lines from which it was called, the outermost first.
        id: by which the kernel knows the exception; 0 where it has not kept it.
        lineage: its class and that one's bases, the nearest first, each with the id by which the kernel knows it; 0
            for Python's own.
    """

    type: Word
    text: Prose
    cell: CellIndex
    line: Line
    code: Word
    id: Id = 0
    lineage: Annotated[tuple[tuple[Word, Id], ...], msgspec.Meta(max_length=20)] = ()
    callers: Annotated[tuple[Word, ...], msgspec.Meta(max_length=MAX_CALLERS)] = ()


class Timeout(Frozen, frozen=True, tag="timeout"):
    """A call was interrupted."""


class Outcome(Frozen, frozen=True, tag="outcome"):
    """Agent to grader: how one call ended.

    Attributes:
        number: that of the request.
        result: what the call returned, or how else it ended.
        printed: what it printed, cut to a limit.
        cut: whether it was cut.
        converted: whether the notebook has used an array of one element as a number, which newer numpy refuses.
        standins: names of modules that are not installed and whose stand-ins took part in the call.
        changed: the arguments that the call changed, by their place among all of them.
    """

    number: int
    result: Union[Value, Raised, Timeout]
    printed: Annotated[str, msgspec.Meta(max_length=1 << 18)]
    cut: bool
    converted: bool = False
    standins: Annotated[tuple[Word, ...], msgspec.Meta(max_length=MAX_TOUCHED)] = ()
    changed: Annotated[tuple[tuple[Id, Value], ...], msgspec.Meta(max_length=100)] = ()


class Ask(Frozen, frozen=True, tag="ask"):
    """Agent to grader: the participant's code calls a function of the grader's side.

    Attributes:
        name: that of one that the grader stands in for; empty for one that a test gave as an argument.
        args, kwargs: what it is called with.
        id: by which the grader knows one that a test gave.
    """

    name: Word
    args: Annotated[list[Value], msgspec.Meta(max_length=50)]
    kwargs: Annotated[list[tuple[Word, Value]], msgspec.Meta(max_length=50)]
    id: Id = 0


Request = Union[Describe, Calls, Use, Leave, Answer]
"""What the agent accepts."""
Reply = Union[Hello, Broken, Described, Outcome, Ask]
"""What the grader accepts."""
