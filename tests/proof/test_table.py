"""The proof as a table in a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from grader.i18n import Lang
from grader.proof.table import show
from tests.proof.sample_proof import small_proof


@pytest.mark.parametrize(
    ("lang", "last"), [("en", "1 thing is not proved."), ("pl", "1 rzecz pozostaje nieudowodniona.")]
)
def test_the_table_counts_what_holds_and_lists_what_does_not(lang: Lang, last: str, tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=60)
    show(small_proof(tmp_path), console, lang, verbose=True)
    assert isinstance(console.file, io.StringIO)
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
    assert lines[-1] == last
    assert "    + return 2 ** x" in lines
    summary = next(line for line in lines if line.startswith(("1  So ", "1  Tak ")))
    assert summary.split()[2:] == ["1/1", "2/2", "2/2", "1/2", "1/2", "1"]
    assert max(map(len, lines)) <= 60
