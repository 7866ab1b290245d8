"""Reading a notebook: each disease has its reason, and nothing that a file holds makes the reader raise or hang."""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submissions.files import MIB

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib
from tests.sample_files import GOOD, SICK, check_invariants, notes, read, reason, write

EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((SICK / "expected.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", EXPECTED)
def test_each_disease_has_its_status_and_reason(name: str) -> None:
    expected = EXPECTED[name]
    notebook = read(SICK / name)
    check_invariants(notebook)
    assert notebook.status == expected["status"], reason(notebook)
    assert expected.get("reason", "") in reason(notebook)
    assert expected.get("note", "") in notes(notebook)
    assert bool(notebook.notes) is ("note" in expected)
    assert [cell.index for cell in notebook.cells] == expected.get("cells", [])


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if expected["status"] == "graded"])
def test_a_gradable_notebook_keeps_its_code(name: str) -> None:
    (cell,) = read(SICK / name).cells
    assert "def mse(y, y_hat):" in cell.source
    assert ast.parse(cell.source)


def test_reading_prints_and_logs_nothing(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    for name in EXPECTED:
        read(SICK / name)
    assert capfd.readouterr() == ("", "")


def test_the_participant_is_the_files_stem_unless_given() -> None:
    assert read(SICK / "good.ipynb").participant == "good"
    assert read(SICK / "good.ipynb", "Łucja").participant == "Łucja"


def test_the_path_stays_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(SICK / "good.ipynb", tmp_path / "a.ipynb")
    monkeypatch.chdir(tmp_path)
    assert read(Path("a.ipynb")).path == "a.ipynb"


def test_a_long_row_of_cells_is_cut_in_a_note(tmp_path: Path) -> None:
    notebook = read(write(tmp_path, cells=[{"cell_type": "poll"}] * 500 + GOOD["cells"]))
    assert "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …" in notes(notebook)


@pytest.mark.timeout(30)
def test_fifty_megabytes_of_outputs_are_passed_over(tmp_path: Path) -> None:
    cells = copy.deepcopy(GOOD["cells"])
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0K" * (50 * MIB // 8)}}
    cells[1]["outputs"] = [picture]
    notebook = read(write(tmp_path, cells=cells))
    check_invariants(notebook)
    assert notebook.cells == read(SICK / "good.ipynb").cells
    assert "take up 50 MB" in notes(notebook)


def check(scratch: Path, data: bytes) -> None:
    scratch.write_bytes(data)
    notebook = read(scratch)
    check_invariants(notebook)
    assert notebook.sha256 == hashlib.sha256(data).hexdigest()


SIGNS = st.sampled_from(
    [b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\0\0", b"\xfe\xff", b"{", b'{"cells":[', b"PK\x03\x04", b""]
)


@settings(max_examples=300, deadline=2000)
@given(sign=SIGNS, tail=st.binary(max_size=200))
def test_random_bytes_never_raise(scratch: Path, sign: bytes, tail: bytes) -> None:
    check(scratch, sign + tail)


FILES = st.sampled_from([(SICK / name).read_bytes() for name in EXPECTED])


@settings(max_examples=400, deadline=2000)
@given(data=FILES, cut=st.tuples(st.floats(0, 1), st.floats(0, 0.2)), patch=st.binary(max_size=12))
def test_patched_files_never_raise(scratch: Path, data: bytes, cut: tuple[float, float], patch: bytes) -> None:
    start = int(cut[0] * len(data))
    check(scratch, data[:start] + patch + data[start + int(cut[1] * len(data)) :])


KEYS = ["cells", "worksheets", "metadata", "cell_type", "source", "input", "code", "nbformat", "kernelspec", "name"]
WORDS = ["code", "markdown", "heading", "x = 1", "", "\ud800", "\0", "ir", "4"]
LEAVES = st.none() | st.booleans() | st.integers(-1, 6) | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
)
TREES = st.sampled_from(
    [json.loads((SICK / f"{name}.ipynb").read_bytes()) for name in ("colab", "nbformat3", "nbformat1")]
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a tree with each of its keys."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


@settings(max_examples=400, deadline=2000)
@given(tree=TREES, changes=st.lists(st.tuples(st.integers(0, 1000), VALUES), min_size=1, max_size=3))
def test_wrong_values_anywhere_never_raise(scratch: Path, tree: Any, changes: list[tuple[int, Any]]) -> None:
    tree = copy.deepcopy(tree)
    for number, value in changes:
        found = places(tree)
        if found:
            container, key = found[number % len(found)]
            container[key] = value
    check(scratch, json.dumps(tree).encode())


@settings(max_examples=200, deadline=2000)
@given(text=st.text(st.characters(), max_size=20) | st.text(st.sampled_from("a\ud800\udc00\0é😀\n"), max_size=8))
def test_any_text_in_a_cell_can_be_encoded_after(scratch: Path, text: str) -> None:
    tree = copy.deepcopy(GOOD)
    tree["cells"][1]["source"] = ["x\n", *text]
    check(scratch, json.dumps(tree).encode())
