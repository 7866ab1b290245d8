"""What leaves the program is written whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grader.errors import OutputError
from grader.output import clean, has_surrogates, printable, without_surrogates, write_atomically


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Łucja Żak", "Łucja Żak"),
        ("\x1b[31mred\x07", "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}"),
        ("a\nb\tc", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"),
        ("\u202eabc", "\N{REPLACEMENT CHARACTER}abc"),
    ],
)
def test_no_text_controls_the_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("x = 'żółć 😀'\n\t", "x = 'żółć 😀'\n\t"),
        ("a\0b", "a\N{REPLACEMENT CHARACTER}b"),
        ("a\ud800b", "a\N{REPLACEMENT CHARACTER}b"),
        ("\ud83d\ude00 \0", "😀 \N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_cleaned_text_can_be_encoded_and_is_code_that_python_reads(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned
    clean(text).encode()
    assert has_surrogates(text) == (text != without_surrogates(text))
