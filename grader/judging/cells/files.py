"""Files that the notebook wrote, as test cells open them."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from grader.judging.cells.view import CellView


class NotebookFiles:
    """Opens files of the notebook's folder; those of the course, and all others, are as they are here."""

    def __init__(self, view: CellView) -> None:
        self._view = view

    def open(self, name: Any, mode: str = "r", *rest: Any, **kwargs: Any) -> Any:
        if "r" in mode and isinstance(name, str | Path):
            file = self.find(name, mode)
            if file is not None:
                return file
        return open(name, mode, *rest, **kwargs)  # noqa: PTH123  as the test does

    def find(self, name: str | Path, mode: str) -> io.IOBase | None:
        """A file that the notebook wrote; None where there is none, or the course has one of that name."""
        if Path(name).exists() or os.path.normpath(name) not in self._view.files:
            return None
        data = self._view.do(f"open({str(name)!r})", "file", None, os.path.normpath(name))
        if not isinstance(data, bytes):
            return None
        return io.BytesIO(data) if "b" in mode else io.StringIO(data.decode("utf-8", "replace"))

    def exists(self, name: Any) -> bool:
        return os.path.normpath(str(name)) in self._view.files or Path(name).exists()
