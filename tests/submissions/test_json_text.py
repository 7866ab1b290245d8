"""From bytes to JSON: what is none is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import SubmissionStatus
from grader.submissions import json_text
from grader.submissions.files import MIB
from tests.sample_files import GOOD, SICK, read, reason, write


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_absurd_nesting_is_refused(tmp_path: Path, opening: str) -> None:
    path = tmp_path / "deep.ipynb"
    path.write_text('{"cells":' + opening * 200_000, encoding="utf-8")
    assert "nested too deep" in reason(read(path))


@pytest.mark.timeout(30)
@pytest.mark.parametrize("unit", ["[],", "{},", "0,", '{"a":[]},'])
def test_a_file_that_would_fill_the_memory_is_refused(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "bomb.ipynb"
    path.write_text('{"cells":[' + unit * 10_000_000 + "0]}", encoding="utf-8")
    assert "too much data" in reason(read(path))


def test_memory_that_runs_out_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhaust(*args: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(json_text.json, "loads", exhaust)
    assert "too much data" in reason(read(SICK / "good.ipynb"))


@pytest.mark.timeout(20)
def test_numbers_of_any_length_are_read_in_no_time(tmp_path: Path) -> None:
    assert read(write(tmp_path, nbformat_minor=0)).cells
    path = tmp_path / "digits.ipynb"
    good = json.dumps(GOOD)
    path.write_text(re.sub(r'"nbformat_minor": \d+', '"nbformat_minor": ' + "7" * (20 * MIB), good), encoding="utf-8")
    assert read(path).status is SubmissionStatus.GRADED
    path.write_text(re.sub(r'"nbformat": \d+', '"nbformat": ' + "7" * 400, good), encoding="utf-8")
    assert "newer program" in reason(read(path))


@settings(max_examples=200, deadline=2000)
@given(share=st.floats(0, 0.999))
def test_a_download_cut_anywhere_is_reported_as_cut_off(scratch: Path, share: float) -> None:
    data = (SICK / "colab.ipynb").read_bytes().rstrip()
    scratch.write_bytes(data[: max(1, int(share * len(data)))])
    assert "cut off" in reason(read(scratch))
