"""Reading a notebook: each disease has its reason, and nothing that a file holds makes the reader raise or hang."""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import os
import re
import shutil
import socket
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.i18n import render
from grader.model import Notebook, SubmissionStatus
from grader.submissions import notebook
from grader.submissions.notebook import MIB, read

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SICK = Path(__file__).parent / "notebooks"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((SICK / "expected.toml").read_text(encoding="utf-8"))
GOOD = json.loads((SICK / "good.ipynb").read_bytes())
NOTHING = hashlib.sha256(b"").hexdigest()

posix = pytest.mark.skipif(os.name != "posix", reason="the file system has no such thing")


def reason(notebook: Notebook) -> str:
    return render(notebook.reason, "en") if notebook.reason is not None else ""


def notes(notebook: Notebook) -> str:
    return "\n".join(render(note, "en") for note in notebook.notes)


def hold(notebook: Notebook) -> None:
    """What is true of any submission, whatever the file."""
    graded = notebook.status is SubmissionStatus.GRADED
    assert (notebook.reason is None) is graded
    assert bool(notebook.cells) is graded
    assert [cell.index for cell in notebook.cells] == sorted({cell.index for cell in notebook.cells})
    for text in (notebook.path, notebook.participant, reason(notebook), notes(notebook)):
        text.encode()
    for cell in notebook.cells:
        assert cell.source.strip()
        assert "\0" not in cell.source
        cell.source.encode()


def write(folder: Path, **changes: Any) -> Path:
    path = folder / "changed.ipynb"
    path.write_text(json.dumps(GOOD | changes), encoding="utf-8")
    return path


# ---- one file a disease


@pytest.mark.parametrize("name", EXPECTED)
def test_each_disease_has_its_status_and_reason(name: str) -> None:
    expected = EXPECTED[name]
    notebook = read(SICK / name)
    hold(notebook)
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


@pytest.mark.parametrize("name", ["nbformat3.ipynb", "nbformat2.ipynb", "nbformat1.ipynb"])
def test_an_old_notebook_is_read_as_jupyter_upgrades_it(name: str) -> None:
    upgraded = nbformat.read(SICK / name, as_version=4)
    ours = [(cell.index, cell.source) for cell in read(SICK / name).cells]
    assert ours == [(i, cell.source) for i, cell in enumerate(upgraded.cells) if cell.cell_type == "code"]


def test_reading_prints_and_logs_nothing(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    for name in EXPECTED:
        read(SICK / name)
    assert capfd.readouterr() == ("", "")


# ---- the submission


def test_the_digest_is_that_of_the_bytes() -> None:
    path = SICK / "utf16.ipynb"
    assert read(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read(SICK / "pdf.ipynb").sha256 == hashlib.sha256((SICK / "pdf.ipynb").read_bytes()).hexdigest()


def test_the_participant_is_the_files_stem_unless_given() -> None:
    assert read(SICK / "good.ipynb").participant == "good"
    assert read(SICK / "good.ipynb", "Łucja").participant == "Łucja"


def test_the_path_stays_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(SICK / "good.ipynb", tmp_path / "a.ipynb")
    monkeypatch.chdir(tmp_path)
    assert read(Path("a.ipynb")).path == "a.ipynb"


def test_the_file_is_left_as_it_was(tmp_path: Path) -> None:
    path = Path(shutil.copy(SICK / "nbformat3.ipynb", tmp_path))
    before = path.read_bytes(), path.stat().st_mtime_ns
    path.chmod(0o444)
    read(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


def test_indices_count_every_cell(tmp_path: Path) -> None:
    text, code = GOOD["cells"]
    raw = {"cell_type": "raw", "metadata": {}, "source": "x"}
    blank = code | {"source": "\n"}
    notebook = read(write(tmp_path, cells=[text, code, raw, blank, 5, code, text, code]))
    assert [cell.index for cell in notebook.cells] == [1, 5, 7]


def test_a_long_row_of_cells_is_cut_in_a_note(tmp_path: Path) -> None:
    notebook = read(write(tmp_path, cells=[{"cell_type": "poll"}] * 500 + GOOD["cells"]))
    assert "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …" in notes(notebook)


# ---- languages


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, None),
        ({"kernelspec": {}}, None),
        ({"kernelspec": "ir"}, None),
        ({"kernelspec": {"name": 5, "language": []}}, None),
        ({"kernelspec": {"name": "python3"}, "language_info": {"name": "R"}}, None),
        ({"kernelspec": {"name": "conda-env-ml-py"}}, None),
        ({"kernelspec": {"name": "javelin"}}, None),
        ({"kernelspec": {"name": "rust-course-python", "language": "python"}}, None),
        ({"kernelspec": {"name": "python3", "language": "Python"}}, None),
        ({"language_info": {"name": "ipython"}}, None),
        ({"kernelspec": {"name": "ir", "language": "R"}}, "R"),
        ({"kernelspec": {"name": "ir"}, "language_info": {"name": "python"}}, "R"),
        ({"kernelspec": {"name": "ir43"}}, "R"),
        ({"kernelspec": {"name": "julia-1.10"}}, "Julia"),
        ({"kernelspec": {"name": "xcpp17"}}, "C++"),
        ({"kernelspec": {"name": ".net-csharp"}}, ".NET"),
        ({"kernelspec": {"name": "mine", "language": "scala"}}, "scala"),
        ({"kernelspec": {"name": "mine"}, "language_info": {"name": "ruby"}}, "ruby"),
        ({"language_info": {"name": "x" * 5000}}, "x" * 40),
        ({"language_info": {"name": "\ud800{0}"}}, "\ufffd{0}"),
    ],
)
def test_another_language_is_named(tmp_path: Path, metadata: dict[str, Any], language: str | None) -> None:
    notebook = read(write(tmp_path, metadata=metadata))
    hold(notebook)
    wanted = "" if language is None else f"written in {language}, not in Python"
    assert wanted in reason(notebook)
    assert notebook.status is (SubmissionStatus.UNREADABLE if language else SubmissionStatus.GRADED)


# ---- what is no ordinary file


def refused(path: Path, piece: str) -> None:
    notebook = read(path)
    hold(notebook)
    assert notebook.status is SubmissionStatus.UNREADABLE
    assert piece in reason(notebook)
    assert notebook.sha256 == NOTHING


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    refused(tmp_path / "none.ipynb", "no such file")


def test_a_folder_is_told(tmp_path: Path) -> None:
    refused(tmp_path, "a folder")


@posix
@pytest.mark.timeout(10)
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    refused(tmp_path / "pipe.ipynb", "not an ordinary file")


@posix
@pytest.mark.timeout(10)
def test_a_pipe_put_in_the_files_place_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = os.lstat(SICK / "good.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    monkeypatch.setattr(notebook.os, "lstat", lambda path: ordinary)
    refused(tmp_path / "pipe.ipynb", "not an ordinary file")
    (tmp_path / "link.ipynb").symlink_to(SICK / "good.ipynb")
    refused(tmp_path / "link.ipynb", "a link")
    refused(tmp_path, "a folder")


@posix
def test_a_socket_and_a_device_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as endpoint:
        endpoint.bind("socket.ipynb")
        refused(Path("socket.ipynb"), "not an ordinary file")
    refused(Path(os.devnull), "not an ordinary file")


@posix
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link.ipynb").symlink_to(SICK / "good.ipynb")
    refused(tmp_path / "link.ipynb", "a link")
    (tmp_path / "loop.ipynb").symlink_to("loop.ipynb")
    refused(tmp_path / "loop.ipynb", "a link")


@posix
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path)
    path.chmod(0)
    if os.geteuid() == 0:  # root may read it all the same

        def deny(*args: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(notebook.os, "open", deny)
    refused(path, "permissions")


@posix
def test_a_path_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    refused(tmp_path / "a\0b.ipynb", "can't be opened")
    refused(tmp_path / ("a" * 5000), "can't be opened")
    refused(write(tmp_path) / "inside.ipynb", "can't be opened")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_name_that_is_not_utf8_can_be_printed(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xb3ukasz.ipynb")
    shutil.copy(SICK / "good.ipynb", path)
    notebook = read(path)
    hold(notebook)
    assert notebook.participant == "\ufffdukasz"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")
def test_a_file_that_hides_its_size_is_read() -> None:
    assert "not a notebook" in reason(read(Path("/proc/self/status")))


@pytest.mark.parametrize("name", ["good", "nbformat3", "nbformat2", "nbformat1", "duplicate_keys", "utf8_bom"])
def test_a_cells_line_is_where_its_source_begins_in_the_file(name: str) -> None:
    path = SICK / f"{name}.ipynb"
    lines = path.read_text("utf-8").splitlines()
    for cell in read(path).cells:
        assert cell.source.splitlines()[0] in lines[(cell.line or 0) - 1]


# ---- size


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_absurd_nesting_is_refused(tmp_path: Path, opening: str) -> None:
    path = tmp_path / "deep.ipynb"
    path.write_text('{"cells":' + opening * 200_000, encoding="utf-8")
    assert "nested too deep" in reason(read(path))


@pytest.mark.timeout(30)
def test_fifty_megabytes_of_outputs_are_passed_over(tmp_path: Path) -> None:
    cells = copy.deepcopy(GOOD["cells"])
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0K" * (50 * MIB // 8)}}
    cells[1]["outputs"] = [picture]
    notebook = read(write(tmp_path, cells=cells))
    hold(notebook)
    assert notebook.cells == read(SICK / "good.ipynb").cells
    assert "take up 50 MB" in notes(notebook)


def test_a_file_over_the_cap_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.ipynb"
    with path.open("wb") as file:
        file.truncate(201 * MIB)
    refused(path, "201 MB; the limit is 200 MB. Clear the outputs")


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = os.lstat(SICK / "good.ipynb")
    monkeypatch.setattr(notebook, "MAX_FILE_MIB", 1)
    monkeypatch.setattr(notebook.os, "fstat", lambda descriptor: small)
    monkeypatch.setattr(notebook.os, "lstat", lambda path: small)
    path = tmp_path / "grown.ipynb"
    path.write_bytes(b" " * (MIB + 1))
    refused(path, "the limit is 1 MB")


@pytest.mark.timeout(30)
@pytest.mark.parametrize("unit", ["[],", "{},", "0,", '{"a":[]},'])
def test_a_file_that_would_fill_the_memory_is_refused(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "bomb.ipynb"
    path.write_text('{"cells":[' + unit * 10_000_000 + "0]}", encoding="utf-8")
    assert "too much data" in reason(read(path))


def test_memory_that_runs_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhaust(*args: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(notebook.json, "loads", exhaust)
    assert "too much data" in reason(read(SICK / "good.ipynb"))


def test_thousands_of_cells_are_refused(tmp_path: Path) -> None:
    notebook = read(write(tmp_path, cells=GOOD["cells"] * 5001))
    assert "10002 cells; the limit is 10000" in reason(notebook)


@pytest.mark.timeout(20)
def test_numbers_of_any_length_are_read_in_no_time(tmp_path: Path) -> None:
    assert read(write(tmp_path, nbformat_minor=0)).cells
    path = tmp_path / "digits.ipynb"
    good = json.dumps(GOOD)
    path.write_text(re.sub(r'"nbformat_minor": \d+', '"nbformat_minor": ' + "7" * (20 * MIB), good), encoding="utf-8")
    assert read(path).status is SubmissionStatus.GRADED
    path.write_text(re.sub(r'"nbformat": \d+', '"nbformat": ' + "7" * 400, good), encoding="utf-8")
    assert "newer program" in reason(read(path))


# ---- anything at all


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "any.ipynb"


def check(scratch: Path, data: bytes) -> None:
    scratch.write_bytes(data)
    notebook = read(scratch)
    hold(notebook)
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


@settings(max_examples=200, deadline=2000)
@given(share=st.floats(0, 0.999))
def test_a_download_cut_anywhere_is_told_as_cut_off(scratch: Path, share: float) -> None:
    data = (SICK / "colab.ipynb").read_bytes().rstrip()
    scratch.write_bytes(data[: max(1, int(share * len(data)))])
    assert "cut off" in reason(read(scratch))


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
