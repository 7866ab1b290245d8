"""The line of the file where a cell's source begins."""

from __future__ import annotations

import pytest

from tests.sample_files import SICK, read


@pytest.mark.parametrize("name", ["good", "nbformat3", "nbformat2", "nbformat1", "duplicate_keys", "utf8_bom"])
def test_a_cells_line_is_where_its_source_begins_in_the_file(name: str) -> None:
    path = SICK / f"{name}.ipynb"
    lines = path.read_text("utf-8").splitlines()
    for cell in read(path).cells:
        assert cell.source.splitlines()[0] in lines[(cell.line or 0) - 1]
