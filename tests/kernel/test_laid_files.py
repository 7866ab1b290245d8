"""The data files of a course lie in the notebook's folder, behind every wall and without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.sandbox.files import DataFiles
from grader.kernel.timer import time_limit
from grader.model import Cell
from tests.conftest import QUICK

READS = "print(open('ź.csv').read(), open('w/x.txt').read())"
WRITES = """
for name in ("ź.csv", "w/x.txt"):
    try:
        open(name, "w")
    except PermissionError:
        print("no")
"""
LOOKS = "import os; print(sorted(os.listdir('.')), os.path.exists({folder!r}))"


@pytest.mark.parametrize("kind", ["warm", "cold", "cold, no mount", "warm, no walls"])
def test_data_files_are_read_and_not_written_and_each_kernel_has_its_own(
    kind: str, warm: ForkServerClient | None, tmp_path: Path
) -> None:
    names = ("ź.csv", "w/x.txt") if kind == "warm" else ()
    folder = tmp_path / "pliki kursu"
    (folder / "w").mkdir(parents=True)
    (folder / "ź.csv").write_text("a,b")
    (folder / "w" / "x.txt").write_text("c")
    if names:
        (folder / "zadanie.ipynb").write_text("secret")
    sandbox = SandboxSettings(
        enabled="no walls" not in kind, without=("mount",) if "no mount" in kind else (), hidden=(str(tmp_path),)
    )
    kernel = Kernel(QUICK, sandbox, warm if "warm" in kind else None, files=DataFiles(str(folder), names))
    try:
        printed = [kernel.run_cell(Cell(at, text), time_limit(10)).printed for at, text in enumerate((READS, WRITES))]
        looked = kernel.run_cell(Cell(2, LOOKS.format(folder=str(folder))), time_limit(10))
    finally:
        kernel.close()
    assert printed[0] == "a,b c\n"
    if "mount" in kernel.walls:
        assert printed[1] == "no\nno\n", "root too, whose rights the walls take away"
        assert looked.printed.endswith("False\n"), "and the course itself is out of sight"
    if sandbox.enabled:
        assert looked.printed.startswith("['w', 'ź.csv']")
    assert (folder / "ź.csv").read_text() == "a,b"
    assert (folder / "w" / "x.txt").read_text() == "c"
