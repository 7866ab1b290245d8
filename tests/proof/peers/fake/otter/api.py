"""It runs what was handed in, all of which must lie in one archive, and has one test: `x == 1`."""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat


def grade_submission(submission: str, archive: str, **_: Any) -> Any:
    space: dict[str, Any] = {"grader": SimpleNamespace(check=lambda unit: None)}
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(submission).extractall(folder)
        [notebook] = Path(folder).glob("*.ipynb")
        sys.path.insert(0, folder)
        for cell in nbformat.read(notebook, 4).cells:
            if cell.cell_type == "code":
                exec(cell.source, space)
        sys.path.remove(folder)
    case = SimpleNamespace(passed=space.get("x") == 1)
    return SimpleNamespace(test_files=["q1"], get_result=lambda unit: SimpleNamespace(test_case_results=[case]))
