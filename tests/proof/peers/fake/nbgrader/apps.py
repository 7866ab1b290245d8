"""The part of nbgrader's interface that is used. It grades as nbgrader does, but lets one unit always pass."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_output

LENIENT = "lenient"


class NbGraderAPI:
    def __init__(self, config: Any) -> None:
        self._root = Path(config.CourseDirectory.root)

    def generate_assignment(self, name: str, **_: Any) -> dict[str, Any]:
        return {"success": (self._root / "source" / name).is_dir()}

    def autograde(self, name: str, person: str, **_: Any) -> dict[str, Any]:
        [path] = (self._root / "submitted" / person / name).glob("*.ipynb")
        notebook, space = nbformat.read(path, 4), {}
        sys.stdout.write("nbgrader prints what is no answer\n")
        for cell in notebook.cells:
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade_id") != LENIENT:
                cell.outputs = list(_run(cell.source, space))
        out = self._root / "autograded" / person / name / path.name
        out.parent.mkdir(parents=True)
        nbformat.write(notebook, out)
        return {"success": "refused" not in space, "log": "it refuses this"}


def _run(source: str, space: dict[str, Any]) -> Any:
    try:
        exec(source, space)
    except Exception as error:
        yield new_output("error", ename=type(error).__name__, evalue=str(error), traceback=[])
    if "sleep" in space:
        time.sleep(60)
