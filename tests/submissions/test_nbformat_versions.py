"""The cells of notebooks in all versions of nbformat."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.sample_files import GOOD, SICK, read, reason, write


@pytest.mark.parametrize("name", ["nbformat3.ipynb", "nbformat2.ipynb", "nbformat1.ipynb"])
def test_an_old_notebook_is_read_as_jupyter_upgrades_it(name: str) -> None:
    upgraded = nbformat.read(SICK / name, as_version=4)
    ours = [(cell.index, cell.source) for cell in read(SICK / name).cells]
    assert ours == [(i, cell.source) for i, cell in enumerate(upgraded.cells) if cell.cell_type == "code"]


def test_indices_count_every_cell(tmp_path: Path) -> None:
    text, code = GOOD["cells"]
    raw = {"cell_type": "raw", "metadata": {}, "source": "x"}
    blank = code | {"source": "\n"}
    notebook = read(write(tmp_path, cells=[text, code, raw, blank, 5, code, text, code]))
    assert [cell.index for cell in notebook.cells] == [1, 5, 7]


def test_thousands_of_cells_are_refused(tmp_path: Path) -> None:
    notebook = read(write(tmp_path, cells=GOOD["cells"] * 5001))
    assert "10002 cells; the limit is 10000" in reason(notebook)
