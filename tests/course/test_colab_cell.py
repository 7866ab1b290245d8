"""The cell that grades a notebook in Colab: with a stand-in of Colab, and of uv where its real one is not needed."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from grader.cli.course import grade_course
from grader.course import authoring
from grader.i18n import Lang
from tests.conftest import ROOT, GradeCells

SOLVED = ROOT / "tests" / "samples" / "solved.ipynb"
NOTEBOOK = {"cells": [{"cell_type": "code", "source": ["x = 'zażółć'"]}], "nbformat": 4, "nbformat_minor": 5}
SOURCE = "git+https://example.org/grader@v1"
FAKE_UV = """#!/bin/sh
echo "$@" > "$SEEN/arguments"; env > "$SEEN/environment"; cat notebook.ipynb > "$SEEN/notebook"
echo "1a  2 / 2"; echo "no such address" >&2; exit "${CODE:-0}"
"""
Reply = Callable[..., object]
RunCell = Callable[..., str]


class Shell:
    """What `get_ipython()` gives in Colab: its class is known by its module."""


Shell.__module__ = "google.colab._shell"


def refuse(*arguments: object, **options: object) -> object:
    raise RuntimeError("the front end is gone")


def put_colab(monkeypatch: pytest.MonkeyPatch, reply: Reply, upload: Reply) -> None:
    """A `google.colab` that asks `reply` for the notebook and `upload` for a file."""
    colab = types.ModuleType("google.colab")
    colab._message = types.SimpleNamespace(blocking_request=reply)  # type: ignore[attr-defined]
    colab.files = types.SimpleNamespace(upload=upload)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google", types.ModuleType("google"))
    monkeypatch.setitem(sys.modules, "google.colab", colab)


@pytest.fixture
def run_cell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> RunCell:
    """Run the cell in a Colab that has uv. Returns what stands under the cell."""
    (tmp_path / "uv").write_text(FAKE_UV)
    (tmp_path / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SEEN", str(tmp_path))

    def run(reply: Reply, upload: Reply = refuse, lang: Lang = "en", shell: object = Shell(), **names: object) -> str:
        put_colab(monkeypatch, reply, upload)
        exec(authoring.colab_cell(SOURCE, lang), {"get_ipython": lambda: shell, **names})
        return capsys.readouterr().out

    return run


def test_the_notebook_in_the_window_is_graded_and_the_report_stands_under_the_cell(
    run_cell: RunCell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/env/python")
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    asked = []

    def reply(kind: str, request: str = "", timeout_sec: int = 5) -> object:
        asked.append((kind, timeout_sec))
        return {"ipynb": NOTEBOOK}

    out = run_cell(reply, lang="pl")
    assert "1a  2 / 2" in out
    assert "Sprawdzam" in out
    assert "no such address" not in out
    assert asked == [("get_ipynb", 100)], "a large notebook takes longer than the five seconds of old"
    assert json.loads((tmp_path / "notebook").read_text("utf-8")) == NOTEBOOK
    arguments = (tmp_path / "arguments").read_text().split()
    assert arguments[arguments.index("--from") + 1] == SOURCE
    assert arguments[arguments.index("--lang") + 1] == "pl"
    environment = (tmp_path / "environment").read_text()
    assert "PYTHONPATH=" not in environment
    assert "MPLBACKEND=" not in environment


@pytest.mark.parametrize(
    "reply",
    [
        refuse,
        lambda *_, **__: None,
        lambda *_, **__: {},
        lambda *_, **__: "ipynb",
        lambda *_, **__: {"ipynb": None},
        lambda *_, **__: {"ipynb": {"cells": []}},
        lambda *_, **__: {"ipynb": {"cells": "none"}},
    ],
)
def test_where_colab_gives_no_notebook_a_file_is_chosen_by_hand(
    reply: Reply, run_cell: RunCell, tmp_path: Path
) -> None:
    out = run_cell(reply, lambda: {"zdjęcie.png": b"\x89PNG", "mój notatnik.ipynb": b'{"cells": 1}'})
    assert "choose it here" in out
    assert "1a  2 / 2" in out
    assert (tmp_path / "notebook").read_bytes() == b'{"cells": 1}'


@pytest.mark.parametrize("chosen", [None, {}, {"photo.png": b"\x89PNG"}])
def test_where_no_notebook_is_chosen_nothing_is_graded(chosen: object, run_cell: RunCell, tmp_path: Path) -> None:
    assert "Run this cell again" in run_cell(refuse, lambda: chosen)
    assert not (tmp_path / "arguments").exists()


@pytest.mark.parametrize(("lang", "says"), [("pl", "nie jest błąd w Twoim rozwiązaniu"), ("en", "no mistake of yours")])
def test_a_grader_that_cannot_be_had_is_nobodys_mistake(
    lang: Lang, says: str, run_cell: RunCell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODE", "2")
    out = run_cell(lambda *_, **__: {"ipynb": NOTEBOOK}, lang=lang)
    assert says in out
    assert "no such address" in out
    assert SOURCE in out


def test_outside_of_colab_the_cell_does_nothing(run_cell: RunCell, tmp_path: Path) -> None:
    assert run_cell(refuse, shell=object()) == "This cell works in Google Colab only.\n"
    assert not (tmp_path / "arguments").exists()


def test_the_cell_leaves_the_participants_names_alone() -> None:
    names: dict[str, object] = {"get_ipython": object}
    exec(authoring.colab_cell(SOURCE, "en"), names)
    assert set(names) == {"__builtins__", "get_ipython", "check_language", "grader_source", "check_my_notebook"}


def test_a_notebook_that_has_the_cell_is_graded_like_one_without(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    plain, with_cell = (
        grade_cells(*solutions.values()),
        grade_cells(*solutions.values(), authoring.colab_cell(SOURCE, "en")),
    )
    assert with_cell.score == plain.score == plain.max_score
    assert with_cell.notes == plain.notes
    assert [cell.status for cell in with_cell.cells] == [*[cell.status for cell in plain.cells], plain.cells[0].status]


def test_build_ends_each_notebook_with_the_cell(tmp_path: Path) -> None:
    address = 'git+https://example.org/"grader"@v1'
    done = CliRunner().invoke(
        grade_course, ["build", "--out", str(tmp_path), "--colab", address], standalone_mode=False
    )
    assert done.exception is None
    paths = sorted(tmp_path.glob("*.ipynb"))
    assert [path.name for path in paths] == sorted(path.name for path in (ROOT / "exercises").glob("*.ipynb"))
    for path in paths:
        source = nbformat.read(path, 4).cells[-1].source
        assert source == authoring.colab_cell(address, "pl").rstrip("\n")
        names: dict[str, object] = {"get_ipython": object}
        exec(source, names)
        assert names["grader_source"] == address


def test_a_course_of_ones_own_has_no_such_cell_yet_and_is_refused(tmp_path: Path) -> None:
    options = ["build", "--course", str(ROOT / "reference"), "--out", str(tmp_path), "--colab", SOURCE]
    done = CliRunner().invoke(grade_course, options, standalone_mode=False)
    assert "--course" in str(done.exception)
    assert not any(tmp_path.iterdir())


# ---- with the real uv, in a real IPython

COLAB = {
    "__init__.py": "",
    "_message.py": """
import json
def blocking_request(kind, request="", timeout_sec=5):
    return {"ipynb": json.load(open(%(notebook)r, encoding="utf-8"))}
""",
    "_shell.py": "from IPython.core.interactiveshell import InteractiveShell\nclass Shell(InteractiveShell): pass\n",
    "files.py": "def upload(): return {}\n",
}
IN_COLAB = """
import pathlib, sys
from google.colab._shell import Shell
raise SystemExit(not Shell.instance().run_cell(pathlib.Path(sys.argv[1]).read_text("utf-8")).success)
"""


def installed() -> dict[str, float]:
    """Every distribution of this environment, with the time at which it was installed."""
    found = importlib.metadata.distributions()
    return {f"{one.name} {one.version}": os.stat(str(one._path)).st_mtime for one in found}  # type: ignore[attr-defined]


def index_has_uv(folder: Path) -> bool:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), "uv"]
    return subprocess.run(command, capture_output=True, timeout=60).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Colab is Linux")
@pytest.mark.timeout(200)
def test_the_real_uv_grades_in_an_environment_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "google" / "colab"
    folder.mkdir(parents=True)
    for name, text in COLAB.items():
        (folder / name).write_text(text.replace("%(notebook)r", repr(str(SOLVED))), "utf-8")
    cell = tmp_path / "cell.py"
    cell.write_text(authoring.colab_cell(str(ROOT), "en"), "utf-8")
    without_uv = [path for path in os.environ["PATH"].split(os.pathsep) if not os.path.exists(f"{path}/uv")]
    env = {
        **os.environ,
        "PATH": os.pathsep.join(without_uv),
        "PYTHONPATH": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "IPYTHONDIR": str(tmp_path),
        "UV_PYTHON": sys.executable,
    }
    before = installed()
    command = [sys.executable, "-c", IN_COLAB, str(cell)]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=170)
    assert done.returncode == 0, done.stderr
    if "could not be graded" in done.stdout and not index_has_uv(tmp_path / "downloaded"):
        pytest.skip("no package index gives uv here")
    assert "18 of 18 points" in done.stdout, done.stdout
    assert (tmp_path / "uv-of-the-grader" / "bin" / "uv").exists(), (
        "it had to be installed beside, not into, this Python"
    )
    assert installed() == before
