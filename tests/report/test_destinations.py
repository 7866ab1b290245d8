"""Reports are where their readers look: files, places of other systems, GitHub's runner; also when grading breaks."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from grader.errors import UsageError
from grader.report.destinations import PLACES, ROOTS, Place, places
from tests.conftest import ROOT
from tests.report.test_formats import parsed
from tests.test_cli import SOLVED, TYPICAL, command

CLASSROOM = {
    "CLASSROOM": "dl",
    "ASSIGNMENT": "workshop",
    "SUBMISSION_TAG": "submit/1",
    "COMMIT_URL": "https://host.example/c",
    "RELEASE_URL": "https://host.example/r",
}


@pytest.mark.parametrize(
    ("given", "environ", "says"),
    [
        ("pdf", {}, "there is no report 'pdf'. There are: terminal, json"),
        ("gradescope", {}, "no /autograder, where gradescope looks. Say where: --report gradescope=FILE"),
        ("prairielearn", {}, "no /grade, where prairielearn looks. Say where: --report prairielearn=FILE"),
        ("github", {}, "GITHUB_STEP_SUMMARY is not set: this is no step of GitHub Actions. Use --report github=FILE"),
        (
            "classroom50",
            {},
            "needs CLASSROOM, ASSIGNMENT, SUBMISSION_TAG, COMMIT_URL, RELEASE_URL from the environment",
        ),
        ("classroom50=x", {**CLASSROOM, "ASSIGNMENT": ""}, "needs ASSIGNMENT from the environment"),
    ],
)
def test_a_place_that_is_not_here_is_said_before_anything_is_graded(
    given: str, environ: dict[str, str], says: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        places([given], environ)


def test_the_usual_places_are_those_of_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ROOTS:
        monkeypatch.setitem(ROOTS, name, tmp_path)  # type: ignore[index]
    given = ["gradescope", "prairielearn", "classroom50", "github", "junit", "json=x.json"]
    assert places(given, {**CLASSROOM, "GITHUB_STEP_SUMMARY": "/s.md"}) == [
        Place("gradescope", Path("/autograder/results/results.json")),
        Place("prairielearn", Path("/grade/results/results.json")),
        Place("classroom50", Path("result.json")),
        Place("github", Path("/s.md")),
        Place("junit", None),
        Place("json", Path("x.json")),
    ]
    assert PLACES["classroom50"] == Path("result.json")


def test_one_run_writes_every_format(tmp_path: Path) -> None:
    files = ["junit=j.xml", "markdown=m.md", "gradescope=g.json", "prairielearn=p.json", "moodle=m.csv", "canvas=c.csv"]
    given = [part for file in [*files, "classroom50", "junit"] for part in ("--report", file)]
    done = command(TYPICAL, *given, cwd=tmp_path, environ=CLASSROOM)
    assert done.returncode == 1, done.stderr
    assert etree.fromstring(done.stdout.encode()).find("testsuite").get("tests")  # nothing else is printed
    assert {path.name for path in tmp_path.iterdir()} == {
        "j.xml", "m.md", "g.json", "p.json", "m.csv", "c.csv", "result.json",
    }  # fmt: skip
    assert json.loads((tmp_path / "result.json").read_text("utf-8"))["owner"] == "unknown"
    assert json.loads((tmp_path / "g.json").read_text("utf-8"))["score"] == 10
    assert json.loads((tmp_path / "p.json").read_text("utf-8"))["score"] == pytest.approx(10 / 18)


def test_results_are_there_also_when_there_was_nothing_to_grade(tmp_path: Path) -> None:
    done = command(
        tmp_path, "--report", f"gradescope={tmp_path / 'g.json'}", "--report", f"prairielearn={tmp_path / 'p'}"
    )
    assert done.returncode == 2
    assert "no .ipynb file" in json.loads((tmp_path / "g.json").read_text("utf-8"))["output"]
    assert "no .ipynb file" in json.loads((tmp_path / "p").read_text("utf-8"))["format_errors"][0]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_results_are_there_also_when_the_grader_is_killed(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": "while True: pass"}
    tmp_path.joinpath("a.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}))
    results = tmp_path / "results.json"
    args = [sys.executable, "-m", "grader", "a.ipynb", "--report", "gradescope=results.json"]
    with subprocess.Popen(args, cwd=tmp_path, start_new_session=True) as process:
        until = time.monotonic() + 20
        while not results.exists() and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert json.loads(results.read_text("utf-8"))["score"] == 0


def github(tmp_path: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """As a step: standard output and error are one stream to the runner."""
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
    done = github(tmp_path, tmp_path)
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
    done = github(tmp_path, "##[add-mask]x\n::error::y")
    assert (done.returncode, obeyed(done.stderr + done.stdout)) == (2, [])


def test_a_right_notebook_passes_on_github(tmp_path: Path) -> None:
    done = github(tmp_path, SOLVED, "--min-score", "100")
    assert done.returncode == 0, done.stderr
    assert obeyed(done.stderr + done.stdout)[0][2] == "Points 18/18"
    assert tmp_path.joinpath("GITHUB_OUTPUT").read_text() == "score=18\nmax-score=18\npassed=true\n"


def test_every_format_stands_in_the_help() -> None:
    from grader.report.destinations import FORMATS

    done = subprocess.run(
        [sys.executable, "-m", "grader", "--help"], capture_output=True, text=True, cwd=ROOT, env={**os.environ}
    )
    assert all(name in done.stdout for name in FORMATS)
