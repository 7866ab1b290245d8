"""What a person should know of how the notebook was run: what was replaced, left out, or is old."""

from __future__ import annotations

from collections.abc import Iterator

from grader.i18n import CellRef, Text, msg
from grader.kernel.protocol.messages import Described

CONVERTED = msg(
    "An array of one element was used as a number (in `float(...)`, say). It counted here, but newer numpy refuses "
    "that: write `.item()`."
)


def notes_on(described: Described) -> Iterator[Text]:
    if described.standins:
        names = ", ".join(sorted(name[:40] for name in described.standins[:20]))
        yield msg("Not installed here, so they were replaced with stand-ins that do nothing: {names}.", names=names)
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
