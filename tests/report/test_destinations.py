"""Reports are where their readers look: files and places of other systems, also when grading fails."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lxml import etree

from grader.errors import UsageError
from grader.report.destinations import Destination, destinations
from grader.report.formats import FORMATS
from grader.report.platforms import gradescope, prairielearn
from tests.conftest import ROOT
from tests.report.platforms.test_classroom50 import CLASSROOM
from tests.test_cli import TYPICAL, command


@pytest.mark.parametrize(
    ("given", "environ", "says"),
    [
        ("pdf", {}, "there is no report 'pdf'. There are: terminal, json"),
        ("gradescope", {}, "no /autograder, where gradescope looks. Name a file: --report gradescope=FILE"),
        ("prairielearn", {}, "no /grade, where prairielearn looks. Name a file: --report prairielearn=FILE"),
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
        destinations([given], environ)


def test_the_usual_places_are_those_of_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (gradescope, prairielearn):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    given = ["gradescope", "prairielearn", "classroom50", "github", "junit", "json=x.json"]
    assert destinations(given, {**CLASSROOM, "GITHUB_STEP_SUMMARY": "/s.md"}) == [
        Destination("gradescope", Path("/autograder/results/results.json")),
        Destination("prairielearn", Path("/grade/results/results.json")),
        Destination("classroom50", Path("result.json")),
        Destination("github", Path("/s.md")),
        Destination("junit", None),
        Destination("json", Path("x.json")),
    ]


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


def test_every_format_stands_in_the_help() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "grader", "--help"], capture_output=True, text=True, cwd=ROOT, env={**os.environ}
    )
    assert all(name in done.stdout for name in FORMATS)
