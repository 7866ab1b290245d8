"""What leaves the program is written whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grader.errors import OutputError
from grader.output import write_atomically


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "folder" / "report.json"
    write_atomically(target, "one")
    write_atomically(target, "two")
    assert target.read_text() == "two"
    assert [path.name for path in target.parent.iterdir()] == ["report.json"]
    if sys.platform == "linux":
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        descriptor = os.open(pipe, os.O_RDWR)
        write_atomically(pipe, "through")
        assert os.read(descriptor, 100) == b"through"
        os.close(descriptor)
        assert pipe.is_fifo()
        with pytest.raises(OutputError, match="can't be written"):
            write_atomically(Path("/proc/report.json"), "x")
