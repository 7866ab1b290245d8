"""What the grader and a kernel say of cells, over a connection that is made for that kernel.

What cells show crosses as text: of its other forms the grader reads none.
"""

from __future__ import annotations

from grader.kernel.protocol.values import Frozen

# ---- requests


class Execute(Frozen, frozen=True, tag="execute"):
    """Grader to kernel: run a cell. Shown come back while it runs, and Ran at its end.

    Attributes:
        request: comes back with what is said of it.
        cell: its index in the notebook.
        code: its source.
    """

    request: str
    cell: int
    code: str


class Serve(Frozen, frozen=True, tag="serve"):
    """Grader to kernel: answer the questions that come over the agent's connection."""


class Settle(Frozen, frozen=True, tag="settle"):
    """Grader to kernel: say Settled, after all that is still to be said."""

    request: str


Request = Execute | Serve | Settle


# ---- replies


class Text(Frozen, frozen=True, tag="text"):
    """What a cell has printed or shown."""

    text: str


class Failure(Frozen, frozen=True, tag="failure"):
    """An error of a cell.

    Attributes:
        name: its type's.
        text: what it says.
        trace: the traceback, in lines.
    """

    name: str
    text: str
    trace: str


Output = Text | Failure


class Shown(Frozen, frozen=True, tag="shown"):
    """Kernel to grader: an output of the cell that runs, which is too large to wait for the end of the cell."""

    request: str
    output: Output


class Ran(Frozen, frozen=True, tag="ran"):
    """Kernel to grader: the cell has ended.

    Attributes:
        request: what asked for it.
        outputs: what it showed, after what has been sent already.
        failure: how it failed, whether that was shown or not.
    """

    request: str
    outputs: list[Output]
    failure: Failure | None


class Settled(Frozen, frozen=True, tag="settled"):
    """Kernel to grader: everything before has been answered."""

    request: str


Reply = Shown | Ran | Settled
