"""What to say of a notebook that has run, from what its kernel tells: which commands and modules it lacked, and which
of its cells failed for want of something of this machine's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.i18n import CellRef, Text, msg
from grader.kernel.budget import Budget
from grader.kernel.newer_syntax import python_needed
from grader.kernel.protocol.messages import Described
from grader.lacking import newer_python
from grader.model import Cell, CellResult, CellStatus

CONVERTED = msg(
    "An array of one element was used as a number (in `float(...)`, say). It counted here, but newer numpy refuses "
    "that: write `.item()`."
)
_PROGRESS = "tqdm"
_UNREAD = ("SyntaxError:", "IndentationError:", "TabError:")


def find_lacking(
    results: Sequence[CellResult], sources: Sequence[Cell], described: Described, budget: Budget
) -> Iterator[CellResult]:
    """The cells that failed for want of a package or of a newer Python, with what is lacking. `described`: as the
    kernel says; whatever it says costs points and earns none."""
    packages = dict(described.lost)
    major, minor = described.python
    runs = msg("Here runs Python {version}.", version=f"{major}.{minor}")
    for result, cell in zip(results, sources, strict=True):
        if result.status is CellStatus.ERROR and result.index in packages:
            yield replace(result, needs=packages[result.index][:40])
        elif (result.error or "").startswith(_UNREAD) and budget.may_explain:
            needed = python_needed(cell.source, described.python)
            if needed is not None:
                yield replace(result, needs=newer_python(needed), notes=(*result.notes, runs))


def make_notes(described: Described) -> Iterator[Text]:
    """What the participant should know about the run as a whole."""
    yield from _stand_ins([name[:40] for name in described.standins[:20]])
    for command, cell in described.ignored[:10]:
        if command.startswith("%run "):
            yield msg(
                "Cell {cell}: `{command}` was not run: the grader has only this notebook and the .py files that it "
                "writes. Copy the functions that you need into a cell.",
                cell=CellRef(cell),
                command=command[:80],
            )
            continue
        yield msg(
            "Cell {cell}: `{command}` was not run; the grader runs no such commands.",
            cell=CellRef(cell),
            command=command[:80],
        )
    for name, instead in described.old_names[:5]:
        yield msg(
            "`np.{name}` is gone from newer numpy. It counted here; newer code says {instead}.",
            name=name[:40],
            instead=instead[:40],
        )


def _stand_ins(modules: Sequence[str]) -> Iterator[Text]:
    names = ", ".join(sorted(name for name in modules if name != _PROGRESS))
    if names:
        yield msg("Not installed here, so they were replaced with stand-ins that do nothing: {names}.", names=names)
    if _PROGRESS in modules:
        yield msg("{name} is not installed here: its loops ran, without their progress bar.", name=_PROGRESS)
