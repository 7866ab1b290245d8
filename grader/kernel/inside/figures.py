"""The figures of matplotlib that the notebook drew, each kept as its cell left it."""

from __future__ import annotations

import io
import sys
from collections.abc import Collection
from contextlib import suppress
from typing import Any

MAX_FIGURES = 200
MAX_SIDE = 640  # pixels of a picture
MAX_PICTURES = 3


class Figures:
    """As in Jupyter, each cell begins without a figure: what it draws is not added to an earlier cell's."""

    def __init__(self) -> None:
        self._kept: list[tuple[int, Any]] = []

    def all(self) -> list[Any]:
        """Those of the cells, then those that are open now."""
        return [*(figure for _, figure in self._kept), *(manager.canvas.figure for manager in _managers())]

    def end_cell(self, cell: int) -> None:
        """Keep the open figures, and let the next cell begin a new one."""
        managers = _managers()
        room = MAX_FIGURES - len(self._kept)
        self._kept += [(cell, manager.canvas.figure) for manager in managers][:room]
        if managers:
            sys.modules["matplotlib._pylab_helpers"].Gcf.figs.clear()

    def pictures(self, cells: Collection[int]) -> list[bytes]:
        """The last figures of these cells, as PNG. One that can't be drawn is left out."""
        made: list[bytes] = []
        for _, figure in [(cell, figure) for cell, figure in self._kept if cell in cells][-MAX_PICTURES:]:
            with suppress(Exception):  # the participant's own classes may draw in it
                made.append(_png(figure))
        return made


def _png(figure: Any) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=min(100.0, MAX_SIDE / max(figure.get_size_inches())))
    return out.getvalue()


def _managers() -> list[Any]:
    """What holds the open figures; of nobody where the notebook has drawn nothing."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    gcf = getattr(helpers, "Gcf", None)
    figures = getattr(gcf, "figs", None)
    return list(figures.values()) if isinstance(figures, dict) else []
