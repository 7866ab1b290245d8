"""Annotations, summary and outputs as GitHub's runner takes them: none of them is a participant's."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from grader.output import printable
from grader.report.platforms import github
from tests.cli.test_grade import SOLVED, command
from tests.report.test_formats import REPORTS
from tests.sample_run import HALF_FAULT, MIXED, RIGHT, run

# ---- a line of output, as the runner (src/Runner.Common/ActionCommand.cs) takes it apart

COMMANDS = "error warning notice debug group endgroup add-mask add-matcher stop-commands set-output save-state".split()


def parsed(line: str) -> tuple[str, dict[str, str], str] | None:
    """Name, properties and data of a command, in the runner's new form or else in its old."""
    new = re.match(r"\s*::([\w-]+)(?: (.*?))?::(.*)$", line, re.DOTALL)
    old = re.search(r"##\[([\w-]+)(?: (.*?))?\](.*)$", line, re.DOTALL)
    for match, separator in ((new, ","), (old, ";")):
        if match and match[1].lower() in COMMANDS:
            pairs = [pair.split("=", 1) for pair in (match[2] or "").split(separator) if "=" in pair]
            return match[1], {name: unescaped(value) for name, value in pairs}, unescaped(match[3])
    return None


def unescaped(text: str) -> str:
    for token, replacement in (("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C"), ("%", "%25")):
        text = text.replace(replacement, token)
    return text


@pytest.mark.parametrize("name", ["github.txt", "github-one.txt"])
def test_every_line_for_github_is_one_annotation_of_ours(name: str) -> None:
    lines = REPORTS[name]().split("\n")
    assert lines.pop() == ""
    found = [parsed(line) for line in lines]
    kinds = [one[0] for one in found if one]
    assert len(kinds) == len(lines)
    assert set(kinds) == {"error", "warning", "notice"}
    assert all(kinds.count(kind) <= 10 for kind in kinds)
    for one in found:
        assert one is not None
        assert set(one[1]) <= {"file", "line", "title"}


def test_an_annotation_says_what_the_report_does_at_the_line_of_the_cell() -> None:
    commands = [parsed(line) for line in REPORTS["github-one.txt"]().splitlines()]
    kind, properties, message = commands[0] or ("", {}, "")
    assert (kind, properties["file"], properties["line"]) == ("error", "work/ada.ipynb", "10")
    assert properties["title"] == "1 Doubles *2 (1/2)"
    assert message.startswith("✗ Checks many\n  It looks like a sum")
    assert "::notice title=Autograding complete::Points 3/7\n" in REPORTS["github-one.txt"]()


def test_a_file_with_a_hostile_name_is_annotated_without_its_control_characters() -> None:
    commands = [parsed(line) for line in github.commands(run(RIGHT, MIXED)).splitlines()]
    shown = "".join(letter if letter in "\n\r" else printable(letter) for letter in RIGHT.notebook.path)
    assert shown in {one[1].get("file") for one in commands if one}


def test_what_is_over_the_limit_of_annotations_is_summed_up() -> None:
    lines = github.commands(run(*[MIXED] * 12)).splitlines()
    errors = [line for line in lines if line.startswith("::error")]
    assert len(errors) == 10
    assert errors[-1].endswith("::and 15 more: see the summary")


def test_half_a_fault_is_an_error() -> None:
    assert "::error " in github.commands(run(HALF_FAULT))


# ---- a step


def step(tmp_path: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Standard output and error are one stream to the runner."""
    files = {name: str(tmp_path / name) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    environ = {"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_WORKSPACE": str(tmp_path), **files}
    return command(*arguments, "--report", "github", cwd=tmp_path, environ=environ)


def obeyed(text: str) -> list[Any]:
    """The commands in a step's output that the runner would obey: none between stop-commands and its word."""
    found, word = [], ""
    for line in text.splitlines():
        if word:
            word = "" if line.strip() == f"::{word}::" else word
        elif line.startswith("::stop-commands::"):
            word = line.removeprefix("::stop-commands::")
        elif parsed(line):
            found.append(parsed(line))
    return found


def test_a_participant_says_nothing_to_githubs_runner(tmp_path: Path) -> None:
    source = (
        "raise ValueError('##[add-mask]18\\n::notice title=Autograding complete::Points 18/18\\n::stop-commands::x')"
    )
    cells = [
        {"cell_type": "code", "source": source},
        {"cell_type": "code", "source": "def compute_mse_loss(y, z): 1/0"},
    ]
    name = "##[add-mask]x ::error::y.ipynb"
    tmp_path.joinpath(name).write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    tmp_path.joinpath("GITHUB_STEP_SUMMARY").write_text("before\n")
    done = step(tmp_path, tmp_path)
    assert done.returncode == 1, done.stderr
    assert "add-mask" in done.stdout  # the report does say it, where it is not obeyed
    commands = obeyed(done.stderr + done.stdout)
    assert {kind for kind, _, _ in commands} == {"error", "warning", "notice"}
    points = [text for _, properties, text in commands if properties.get("title") == "Autograding complete"]
    assert points == ["Points 0/18"]
    assert {properties["file"] for kind, properties, _ in commands if kind != "notice"} == {name}
    assert tmp_path.joinpath("GITHUB_STEP_SUMMARY").read_text().startswith("before\n## ")
    assert tmp_path.joinpath("GITHUB_OUTPUT").read_text() == "score=0\nmax-score=18\npassed=false\n"


def test_a_users_mistake_says_nothing_to_githubs_runner(tmp_path: Path) -> None:
    done = step(tmp_path, "##[add-mask]x\n::error::y")
    assert (done.returncode, obeyed(done.stderr + done.stdout)) == (2, [])


def test_a_right_notebook_passes_on_github(tmp_path: Path) -> None:
    done = step(tmp_path, SOLVED, "--min-score", "100")
    assert done.returncode == 0, done.stderr
    assert obeyed(done.stderr + done.stdout)[0][2] == "Points 18/18"
    assert tmp_path.joinpath("GITHUB_OUTPUT").read_text() == "score=18\nmax-score=18\npassed=true\n"


@pytest.mark.parametrize("odd", ["\x1b[2J", "\x00", "\x85", "\u2028", "\u202e", "\udcff", "\x7f"])
def test_no_control_character_of_a_files_name_reaches_the_log(odd: str) -> None:
    text = str(github.Annotation("error", f"a{odd}\nb", f"t{odd}", f"praca {odd}Łucji.ipynb", 3))
    assert text.isprintable()
    assert parsed(text) == (
        "error",
        {"file": f"praca {printable(odd)}Łucji.ipynb", "line": "3", "title": f"t{printable(odd)}"},
        f"a{printable(odd)}\nb",
    )
