"""The cell that hands in from Colab, VS Code and Jupyter, against a running server and stand-ins of the three."""

from __future__ import annotations

import io
import json
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.serve.cell import curl_command, hand_in_cell
from tests.conftest import GradeCells
from tests.serve.conftest import Served, notebook

Run = Callable[..., str]


@pytest.fixture
def run_cell(served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the cell as a notebook does. Returns what stands under it."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.delattr(sys, "_grade", raising=False)

    def run(code: str, ask: Callable[..., object] | None = None, address: str = "", **names: object) -> str:
        asked: list[str] = []
        monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or code)
        if ask is not None:
            colab = types.ModuleType("google.colab")
            colab._message = types.SimpleNamespace(blocking_request=ask)  # type: ignore[attr-defined]
            monkeypatch.setitem(sys.modules, "google", types.ModuleType("google"))
            monkeypatch.setitem(sys.modules, "google.colab", colab)
        exec(hand_in_cell(address or served.url), dict(names))
        return capsys.readouterr().out + "".join(asked)

    return run


def book(*sources: str, name: str = "workshop.ipynb") -> dict[str, Any]:
    return {**json.loads(notebook(*sources)), "metadata": {"colab": {"name": name}}}


def test_in_colab_the_open_notebook_is_handed_in_and_the_report_stands_under_the_cell(
    served: Served, run_cell: Run
) -> None:
    asked = []

    def ask(kind: str, request: str = "", timeout_sec: int = 5) -> object:
        asked.append((kind, timeout_sec))
        return {"ipynb": book("right 1a", "x = 'zażółć'", name="Kopia notatnika 1a.ipynb")}

    anna = served.join("Anna")
    out = run_cell(anna.code, ask)
    assert "Handed in and kept" in out
    assert "Score: 2 of 18 points" in out
    assert asked == [("get_ipynb", 100)], "a large notebook takes longer than the five seconds of old"
    files = served.call(lambda: served.classroom.workshop().people[0].files)
    assert list(files) == ["1a.ipynb"]
    assert b"PRINTED" not in files["1a.ipynb"]


def test_the_personal_code_is_asked_for_once_and_is_not_in_the_notebook(served: Served, run_cell: Run) -> None:
    anna = served.join("Anna")
    ask = lambda *_, **__: {"ipynb": book("right 1a")}  # noqa: E731
    assert "Personal code" in run_cell(anna.code, ask)
    assert "Personal code" not in run_cell(anna.code, ask)
    assert anna.code not in hand_in_cell(served.url)


def test_a_wrong_personal_code_is_forgotten(served: Served, run_cell: Run) -> None:
    ask = lambda *_, **__: {"ipynb": book("right 1a")}  # noqa: E731
    assert "This personal code is not known here" in run_cell("wrong", ask)
    anna = served.join("Anna")
    assert "Score: 2 of 18 points" in run_cell(anna.code, ask)


def refuse(*_: object, **__: object) -> object:
    raise RuntimeError("the front end is gone")


@pytest.mark.parametrize(
    "ask",
    [
        refuse,
        lambda *_, **__: None,
        lambda *_, **__: {},
        lambda *_, **__: "ipynb",
        lambda *_, **__: {"ipynb": None},
        lambda *_, **__: {"ipynb": {"cells": None}},
        lambda *_, **__: {"ipynb": {"cells": ["x"]}},
        lambda *_, **__: {"ipynb": {"cells": [{"cell_type": "code"}]}},
    ],
)
def test_where_colab_gives_no_notebook_the_page_is_shown(
    served: Served, run_cell: Run, ask: Callable[..., object]
) -> None:
    anna = served.join("Anna")
    out = run_cell(anna.code, ask)
    assert f"Hand in the file on this page: {served.url}" in out
    assert "Personal code" not in out
    assert served.call(served.classroom.attempts.everything) == {}


def test_in_vs_code_the_saved_file_is_handed_in(served: Served, run_cell: Run, tmp_path: Path) -> None:
    path = tmp_path / "1b.ipynb"
    path.write_bytes(notebook("right 1b"))
    anna = served.join("Anna")
    assert "Score: 2 of 18 points" in run_cell(anna.code, __vsc_ipynb_file__=str(path))
    assert list(served.call(lambda: served.classroom.workshop().people[0].files)) == ["1b.ipynb"]


def test_in_jupyter_the_file_of_the_session_is_handed_in(
    served: Served, run_cell: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mój notatnik.ipynb"
    path.write_bytes(notebook("right 1a"))
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    assert "Score: 2 of 18 points" in run_cell(served.join("Anna").code)


def test_where_nothing_says_which_notebook_is_open_the_page_is_shown(served: Served, run_cell: Run) -> None:
    assert f"Hand in the file on this page: {served.url}" in run_cell("code")


def test_where_the_server_is_out_of_reach_the_page_is_shown(run_cell: Run) -> None:
    out = run_cell("code", lambda *_, **__: {"ipynb": book("x")}, address="http://127.0.0.1:9")
    assert "Hand in the file on this page: http://127.0.0.1:9" in out


def test_what_cannot_be_taken_is_said_under_the_cell(served: Served, run_cell: Run) -> None:
    anna = served.join("Anna")
    assert "no code in the notebook" in run_cell(anna.code, lambda *_, **__: {"ipynb": {"cells": []}})


def test_the_cell_is_short_and_needs_nothing_but_python() -> None:
    source = hand_in_cell('https://grade.example.org/a"b')
    assert len(source.splitlines()) <= 15
    imported = next(line for line in source.splitlines() if "import getpass" in line)
    modules = [name.strip() for name in imported.replace("import", "").split(",")]
    assert {name.partition(".")[0] for name in modules} <= sys.stdlib_module_names
    compile(source, "cell", "exec")


def test_a_notebook_that_has_the_cell_is_graded_like_one_without(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    plain = grade_cells(*solutions.values())
    with_cell = grade_cells(*solutions.values(), hand_in_cell("https://grade.example.org"))
    assert with_cell.score == plain.score == plain.max_score
    assert with_cell.notes == plain.notes
    assert [cell.status for cell in with_cell.cells] == [*[cell.status for cell in plain.cells], plain.cells[0].status]


def test_the_command_for_a_terminal_hands_in(served: Served, tmp_path: Path) -> None:
    import shutil
    import subprocess

    if shutil.which("curl") is None:
        pytest.skip("no curl here")
    anna = served.join("Anna")
    (tmp_path / "NAME.ipynb").write_bytes(notebook("right 1a"))
    command = curl_command(served.url).replace("YOUR-CODE", anna.code)
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert "Score: 2 of 18 points" in done.stdout
    assert io.StringIO(done.stdout).readline().startswith("Handed in and kept")
