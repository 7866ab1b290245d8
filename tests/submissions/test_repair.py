"""A valid notebook is made from whatever was handed in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.model import SubmissionStatus
from grader.submissions.originals import reread
from grader.submissions.repair import valid_notebook
from tests.conftest import ROOT
from tests.sample_files import (
    read,
)

READABLE = [
    path
    for path in sorted((ROOT / "tests" / "notebooks").glob("*.ipynb"))
    if read(path).status is not SubmissionStatus.UNREADABLE
]


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.stem)
def test_any_notebook_that_can_be_read_is_copied_as_a_valid_one_with_the_same_code(path: Path) -> None:
    original = read(path)
    (found,) = reread(original) or ()
    assert found.text is not None
    notebook = valid_notebook(found.text)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    for cell in original.cells:
        assert notebook.cells[cell.index].source.replace("\0", "�") == cell.source
    json.loads(nbformat.writes(notebook), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
junk = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)
cell = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | junk,
        "source": st.text(max_size=20) | junk,
        "metadata": st.fixed_dictionaries({}, optional={"tags": junk, "name": junk, "collapsed": junk}) | junk,
        "outputs": st.lists(st.fixed_dictionaries({"output_type": st.just("stream")}, optional={"text": junk}) | junk),
        "execution_count": junk,
        "attachments": junk,
        "id": st.text(max_size=5) | junk,
        "extra": junk,
    },
)


@settings(max_examples=60, deadline=None)
@given(st.lists(cell, max_size=4), junk)
@example([{"cell_type": "code", "outputs": [None]}], {})
def test_whatever_cells_hold_the_copy_is_valid(some: list[Any], metadata: Any) -> None:
    notebook = {"nbformat": 4, "nbformat_minor": 2, "metadata": metadata, "cells": some}
    made = valid_notebook(json.dumps(notebook))
    nbformat.validate(made)
    assert len(made.cells) == len(some)
