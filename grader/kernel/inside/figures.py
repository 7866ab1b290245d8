"""The figures of matplotlib that the notebook drew, each kept as its cell left it."""

from __future__ import annotations

import sys
from typing import Any

MAX_FIGURES = 200


class Figures:
    """As in Jupyter, each cell begins without a figure: what it draws is not added to an earlier cell's."""

    def __init__(self) -> None:
        self._kept: list[Any] = []

    def all(self) -> list[Any]:
        """Those of the cells, then those that are open now."""
        return [*self._kept, *(manager.canvas.figure for manager in _managers())]

    def end_cell(self) -> None:
        """Keep the open figures, and let the next cell begin a new one."""
        managers = _managers()
        self._kept += [manager.canvas.figure for manager in managers][: MAX_FIGURES - len(self._kept)]
        if managers:
            sys.modules["matplotlib._pylab_helpers"].Gcf.figs.clear()


def _managers() -> list[Any]:
    """What holds the open figures; of nobody where the notebook has drawn nothing."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    gcf = getattr(helpers, "Gcf", None)
    figures = getattr(gcf, "figs", None)
    return list(figures.values()) if isinstance(figures, dict) else []
