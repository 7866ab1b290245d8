"""`grade serve` on the command line: what it refuses, and that it is found beside `grade`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli.commands import EXIT_OK, EXIT_USAGE, run_command
from grader.cli.serve import serve
from grader.serve.database import FILE, open_database


def run(*arguments: str) -> int:
    return run_command(serve, "grade serve", arguments)


def test_the_word_serve_is_the_command_and_a_folder_of_that_name_needs_a_dot(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "grader"]
    done = subprocess.run([*command, "serve", "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert "Usage: grade serve" in done.stdout
    (tmp_path / "serve").mkdir()
    done = subprocess.run([*command, "./serve"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "no .ipynb file in this folder" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--lang", "en"], "Missing option '-o' / '--out'."),
        (["--lang", "pl"], "Brakuje opcji '-o' / '--out'."),
        (["-o", "{out}", "--lang", "en", "--host", "192.0.2.1"], "unencrypted"),
        (["-o", "{out}", "--lang", "pl", "--host", "192.0.2.1"], "bez szyfrowania"),
        (["-o", "{out}", "--lang", "en", "--lan", "--host", "192.0.2.1"], "Leave out one"),
        (["-o", "{out}", "--lang", "en", "--deadline", "soon"], "write it as 12:30"),
        (["-o", "{out}", "--lang", "en", "--roster", "{out}/none.csv"], "Is the path right?"),
        (["-o", "{out}", "--lang", "en", "--policy", "worst"], "'worst' is not one of"),
        (["export", "{out}", "{out}/class", "--lang", "en"], "no workshop was kept here"),
        (["data", "{out}", "Anna", "--lang", "pl"], "tu nie ma żadnego warsztatu"),
        (["erase", "{out}", "Anna", "--lang", "en"], "no workshop was kept here"),
        (["purge", "{out}", "--yes", "--lang", "en"], "no workshop was kept here"),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert run(*(one.format(out=tmp_path) for one in arguments)) == EXIT_USAGE
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


def test_purging_asks_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_database(tmp_path):
        pass
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda prompt: "n")
    assert run("purge", str(tmp_path), "--lang", "en") != EXIT_OK
    assert (tmp_path / FILE).exists()
    assert run("purge", str(tmp_path), "--yes", "--lang", "en") == EXIT_OK
    assert not (tmp_path / FILE).exists()
    assert "is erased" in capsys.readouterr().out
