"""What the grader and the agent in the kernel say to each other: the schema that each message is held against."""

from __future__ import annotations

from typing import Annotated, Union

import msgspec

from grader.kernel.protocol.values import Frozen, Prose, Value, Word

MAX_VERSIONS = 400
MAX_SOURCE = 20_000
CANARY = "canary"  # the version that is called before the first cell
CellIndex = Annotated[int, msgspec.Meta(ge=-1, le=100_000)]


class Parameter(Frozen, frozen=True, tag="parameter"):
    """A parameter of a participant's function. `kind` is inspect's name for it in lower case."""

    name: Word
    kind: Word
    has_default: bool


class Version(Frozen, frozen=True, tag="version"):
    """One definition of a callable. `id` is stable when the same cells run again. `parameters` is None if unknowable.

    `rebound`: a name that it uses was bound to something else after its cell, so the state after its cell matters.
    """

    id: Prose
    name: Word
    cell: CellIndex
    owner: Word
    parameters: Union[Annotated[list[Parameter], msgspec.Meta(max_length=100)], None]
    source: Annotated[str, msgspec.Meta(max_length=MAX_SOURCE)]
    rebound: bool


class Raised(Frozen, frozen=True, tag="raised"):
    """A call ended with an exception. `cell` and `line` say where in the notebook, lines counted from 1."""

    type: Word
    text: Prose
    cell: CellIndex
    line: int
    code: Word


class Timeout(Frozen, frozen=True, tag="timeout"):
    """A call was interrupted."""


class Outcome(Frozen, frozen=True, tag="outcome"):
    """How one call ended, and what it printed (cut to the cap). `number` is that of the request."""

    number: int
    result: Union[Value, Raised, Timeout]
    printed: Annotated[str, msgspec.Meta(max_length=1 << 18)]
    cut: bool


class Described(Frozen, frozen=True, tag="described"):
    """What the notebook left: callables, modules that were stood in for, commands passed over (text, cell)."""

    versions: Annotated[list[Version], msgspec.Meta(max_length=MAX_VERSIONS)]
    standins: Annotated[list[Word], msgspec.Meta(max_length=100)]
    ignored: Annotated[list[tuple[Word, CellIndex]], msgspec.Meta(max_length=100)]


class Ask(Frozen, frozen=True, tag="ask"):
    """A carried-forward call: the participant's code needs the result of another exercise's function."""

    name: Word
    args: Annotated[list[Value], msgspec.Meta(max_length=50)]
    kwargs: Annotated[list[tuple[Word, Value]], msgspec.Meta(max_length=50)]


class Walls(msgspec.Struct, frozen=True):
    """Which walls to raise. `hidden`: folders that must not be seen, whatever else is readable."""

    enabled: bool = True
    memory_mib: int = 2048
    cpu_s: int = 300
    hidden: list[str] = []
    without: list[str] = []


class Boot(msgspec.Struct, frozen=True):
    """What a kernel needs to know. It holds nothing of the course's.

    `agent_path`: the grader's unix socket, or `agent_port` and `token` where there are none (Windows).
    """

    connection_file: str
    runtime_dir: str
    agent_path: str
    agent_port: int
    token: str
    output_bytes: int
    walls: Walls


class Broken(Frozen, frozen=True, tag="broken"):
    """The kernel could not start behind the walls, or can't run there what any notebook needs."""

    text: str


class Hello(Frozen, frozen=True, tag="hello"):
    """The kernel's first frame: the walls that stand, and why others do not."""

    token: str
    walls: list[str]
    missing: list[str]


class Describe(Frozen, frozen=True, tag="describe"):
    """Grader to agent: say what the notebook left."""


class Case(Frozen, frozen=True, tag="case"):
    """The arguments of one call, in the version's own order."""

    args: list[Value]
    kwargs: list[tuple[str, Value]]


class Calls(Frozen, frozen=True, tag="calls"):
    """Grader to agent: call a version on many cases, an Outcome back for each, until one times out.

    `number` comes back with each, so that an answer to nothing is not taken for one. `after_cell`: in the state that
    the notebook was in after the version's own cell. `asked`: names whose calls the grader answers itself.
    """

    number: int
    version: str
    cases: list[Case]
    after_cell: bool
    asked: list[str]
    seed: int


class Answer(Frozen, frozen=True, tag="answer"):
    """Grader to agent: the result of an Ask; `error` instead of a value where the arguments make no sense."""

    value: Value
    error: str


Request = Union[Describe, Calls, Answer]
Reply = Union[Described, Outcome, Ask]
