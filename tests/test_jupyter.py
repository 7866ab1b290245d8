"""`%load_ext grader` and `%grade`: the open notebook's file is found, graded, and told to be stale where it is.

In IPython alone; tests/lab.py (`make lab`) does it in a real JupyterLab.
"""

from __future__ import annotations

import linecache
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader import jupyter
from grader.errors import UsageError
from grader.i18n import render
from grader.kernel.fork_client import ForkServerClient
from tests.kernel.inside.test_commands import ignored

RIGHT = "def get_backprop(y_hat, y, x):\n    d = 2 * (y_hat - y)\n    return np.mean(d * x), np.mean(d)"
NAMED = "żółć — 3b (1).ipynb"


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    path = tmp_path / NAMED
    cells = [new_code_cell("import numpy as np"), new_code_cell(RIGHT), new_markdown_cell("def f(): pass")]
    nbformat.write(new_notebook(cells=[*cells, new_code_cell("%load_ext grader\n%grade 3b")]), path)
    return path


def in_ipython(folder: Path, *cells: str, **environ: str) -> str:
    """What a new IPython prints that runs these cells in that folder, where a numpy.py of the participant's lies."""
    folder.joinpath("secrets.py").write_text("raise SystemExit('the wrong secrets')", "utf-8")
    script = "\n".join(f"shell.run_cell({cell!r})" for cell in ("%load_ext grader", *cells))
    start = "import sys; from IPython.core.interactiveshell import InteractiveShell; sys.path.insert(0, '')\n"
    start += "shell = InteractiveShell.instance()\n"
    env = {name: value for name, value in os.environ.items() if name not in ("JPY_SESSION_NAME", "LANG", "LC_MESSAGES")}
    done = subprocess.run(
        [sys.executable, "-I", "-c", start + script],
        cwd=folder,
        env={**env, "LC_ALL": "C.UTF-8", "HOME": str(folder), **environ},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_open_notebook_is_graded_and_what_is_not_saved_is_named(notebook: Path) -> None:
    edited = RIGHT.replace("2 *", "3 *")
    cells = ("import numpy as np", RIGHT, "%grade 3b", edited, "%grade 3b --lang pl")
    told = in_ipython(notebook.parent, *cells, JPY_SESSION_NAME=str(notebook))
    english, polish = told.split("Score: ")[1].split("Wynik: ")
    assert told.startswith(f"Graded: {NAMED}, as it was saved at {time.strftime('%H:')}")
    assert "stale" not in told[: told.index("Score: ")]
    assert english.startswith("2 of 2 points")
    assert polish.startswith("2 z 2 punktów")  # the saved file is what is graded
    assert "jako get_backprop, nie ma w tym pliku" in " ".join(english.split())
    assert "wrong secrets" not in told
    assert "\x1b[" in told  # colours, as in a terminal
    assert "%load_ext" not in told  # its own commands are nothing to report


def test_what_a_person_can_act_on_is_told_without_a_traceback(notebook: Path, tmp_path: Path) -> None:
    told = in_ipython(tmp_path, "%grade", "%grade 'inny.ipynb'", "%grade 'abc", f"%grade 9x '{NAMED}'")
    no_notebook, missing, quote, graded, exercise = told.strip().split("\n")
    assert no_notebook == "Nothing says here which notebook is open. Name its file: %grade NAME.ipynb"
    assert missing.startswith("inny.ipynb is not there.")
    assert quote == "A quotation mark in %grade 'abc has no partner."
    assert graded.startswith(f"Graded: {NAMED}")
    assert "there is no exercise '9x' in this course" in exercise


@pytest.mark.parametrize(
    ("line", "exercises", "notebook", "options"),
    [
        ("", (), None, ()),
        ("3b", ("3b",), None, ()),
        ("3b, 4", ("3b", "4"), None, ()),
        ("3b --lang pl", ("3b",), None, ("--lang", "pl")),
        ("'mój notatnik.ipynb' 5 -v", ("5",), Path("mój notatnik.ipynb"), ("-v",)),
        ("--lang en", (), None, ("--lang", "en")),
    ],
)
def test_a_line_is_read(line: str, exercises: tuple[str, ...], notebook: Path | None, options: tuple[str, ...]) -> None:
    assert jupyter.read_line(line) == jupyter.Request(exercises, notebook, options)


def test_the_file_that_is_named_comes_before_what_the_surroundings_say(notebook: Path) -> None:
    other = notebook.with_name("other.ipynb")
    shutil.copy(notebook, other)
    vs_code, lab = {jupyter.NOTEBOOK_IN_VS_CODE: str(other)}, {jupyter.NOTEBOOK_IN_JUPYTER: str(notebook)}
    assert jupyter.find_notebook(jupyter.read_line(""), {}, lab) == notebook
    assert jupyter.find_notebook(jupyter.read_line(""), vs_code, lab) == other
    assert jupyter.find_notebook(jupyter.read_line(f"'{notebook}'"), vs_code, {}) == notebook
    gone = {jupyter.NOTEBOOK_IN_JUPYTER: str(notebook.with_name("renamed.ipynb"))}
    with pytest.raises(UsageError, match=r"nie ma.*%grade NAZWA\.ipynb"):
        jupyter.find_notebook(jupyter.read_line("--lang pl"), {}, gone)


@pytest.fixture
def run_cell() -> Iterator[Callable[[str], dict[str, object]]]:
    """Runs a cell as a kernel does, which keeps its source for tracebacks."""
    names: list[str] = []

    def run(source: str) -> dict[str, object]:
        names.append(f"<cell {len(names)}>")
        linecache.cache[names[-1]] = (len(source), None, source.splitlines(keepends=True), names[-1])
        namespace: dict[str, object] = {"__name__": "__main__"}
        exec(compile(source, names[-1], "exec"), namespace)
        return namespace

    yield run
    for name in names:
        linecache.cache.pop(name, None)


@pytest.mark.parametrize(
    ("source", "unsaved"),
    [
        (RIGHT, []),
        (f"x = 1\n{RIGHT}\ny = 2", []),
        (RIGHT.replace("d = 2", "d = 3"), ["get_backprop"]),
        (RIGHT.replace("get_backprop", "pochodna"), ["pochodna"]),
        ("def f(): pass", ["f"]),  # it stands in a cell of text only
        ("from shutil import copy\nx = 1\ncut = len", []),
    ],
)
def test_a_file_is_stale_where_a_function_that_ran_is_not_in_its_code(
    source: str, unsaved: list[str], notebook: Path, run_cell: Callable[[str], dict[str, object]]
) -> None:
    namespace = run_cell(source)
    assert jupyter.unsaved(notebook, namespace) == unsaved
    assert len(list(jupyter.about(notebook, namespace))) == 1 + bool(unsaved)


@pytest.mark.parametrize("text", ["", "[]", '{"cells": [3]}', '{"cells": 3}', "\udce9"])
def test_a_file_that_is_no_notebook_is_left_to_the_command(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    made = FunctionType(compile("1", "<nowhere>", "eval"), {"__name__": "__main__"}, "f")
    assert [render(line, "en")[:15] for line in jupyter.about(path, {"f": made})] == ["Graded: a.ipynb"]


def test_the_graders_own_magics_are_nothing_to_report(warm: ForkServerClient | None) -> None:
    commands, _ = ignored(warm, "%load_ext grader", "%grade 3b --lang pl", "%load_ext autoreload", "%grades")
    assert commands == [("%load_ext autoreload", 2), ("%grades", 3)]
