"""Reports are where their readers look: files and places of other systems, also when grading fails."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lxml import etree

from grader.course.places import find_course
from grader.errors import UsageError
from grader.report.destinations import Destination, destinations
from grader.report.formats import FORMATS
from grader.report.platforms import gradescope, prairielearn
from tests.cli.test_grade import SOLVED, TYPICAL, command
from tests.conftest import ROOT
from tests.report.platforms.test_classroom50 import CLASSROOM
from tests.sample_files import EMPTY, lay_out, notebook, zipped


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
        "j.xml", "m.md", "g.json", "p.json", "m.csv", "c.csv", "result.json", "release-body.md",
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


# ---- nothing that is read is written over


def class_of_two(folder: Path) -> Path:
    lay_out(
        folder / "in",
        {
            "anna.ipynb": EMPTY,
            "Łucja Żak/w.ipynb": EMPTY,
            "jan.zip": zipped(["w.ipynb"]),
            "roster.csv": "name\nAnna\n",
            "Ewa_1_assignsubmission_file/praca.pdf": b"%PDF",
        },
    )
    return folder


def everything_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(folder: Path, *arguments: object, environ: dict[str, str] | None = None) -> str:
    """What is said, where nothing may have changed."""
    before = everything_in(folder)
    done = command(*arguments, cwd=folder, environ={**CLASSROOM, **(environ or {})})
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert everything_in(folder) == before
    return done.stderr


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_is_written_over_the_notebook(format: str, tmp_path: Path) -> None:
    lay_out(tmp_path, {"mój notatnik.ipynb": EMPTY})
    said = refused(tmp_path, "mój notatnik.ipynb", "--report", f"{format}=mój notatnik.ipynb")
    assert "mój notatnik.ipynb is part of what is to be graded" in " ".join(said.split())


INPUTS = {
    "a notebook": "in/anna.ipynb",
    "a notebook in a folder": "in/Łucja Żak/w.ipynb",
    "an archive": "in/jan.zip",
    "the list": "in/roster.csv",
    "what is no notebook, in Moodle's folder": "in/Ewa_1_assignsubmission_file/praca.pdf",
}


@pytest.mark.parametrize("kind", ["itself", "hard link", "symbolic link", "other spelling", "absolute"])
@pytest.mark.parametrize("what", INPUTS)
def test_whatever_an_input_is_called_it_is_not_written_over(what: str, kind: str, tmp_path: Path) -> None:
    class_of_two(tmp_path)
    target = Path(INPUTS[what])
    if kind == "hard link":
        (tmp_path / "out.json").hardlink_to(tmp_path / target)
        target = Path("out.json")
    elif kind == "symbolic link":
        (tmp_path / "out.json").symlink_to(target)
        target = Path("out.json")
    elif kind == "other spelling":
        target = Path("in/../in/.", target.relative_to("in"))
    elif kind == "absolute":
        target = tmp_path / target
    for format in ("json", "gradescope"):  # for gradescope something is written before anything is graded
        assert "Choose a" in refused(tmp_path, "in", "--report", f"{format}={target}")


def test_a_link_that_was_handed_in_is_not_written_over(tmp_path: Path) -> None:
    lay_out(tmp_path, {"elsewhere/a.ipynb": EMPTY, "in/b.ipynb": EMPTY})
    (tmp_path / "in" / "a.ipynb").symlink_to(tmp_path / "elsewhere" / "a.ipynb")
    refused(tmp_path, "in", "--report", "html=elsewhere/a.ipynb")
    refused(tmp_path, "in", "--report", "html=in/a.ipynb")
    assert (tmp_path / "in" / "a.ipynb").is_symlink()


@pytest.mark.parametrize("folder", ["in", "in/", "./in/../in", "in/Łucja Żak", "in/copies", "link"])
def test_copies_do_not_go_where_notebooks_are_graded(folder: str, tmp_path: Path) -> None:
    class_of_two(tmp_path)
    (tmp_path / "link").symlink_to("in")
    assert "the next run would take it for a submission" in refused(tmp_path, "in", "--report", f"notebook={folder}")


def test_copies_do_not_go_over_notebooks_that_were_named_one_by_one(tmp_path: Path) -> None:
    lay_out(tmp_path, {"a.ipynb": EMPTY, "b.ipynb": EMPTY})
    refused(tmp_path, "a.ipynb", "b.ipynb", "--report", "notebook=.")
    refused(tmp_path, "a.ipynb", "--report", "notebook=a.ipynb")


def test_copies_may_go_into_the_results(tmp_path: Path) -> None:
    lay_out(class_of_two(tmp_path), {"in/anna.ipynb": notebook("x = 1")})
    for _ in range(2):
        done = command("in", "-o", "in/out", "--report", "notebook=in/out/copies", "-e", "1a", cwd=tmp_path)
        assert done.returncode == 1, done.stderr
    assert (tmp_path / "in" / "out" / "copies" / "Anna.ipynb").is_file()
    command("in", "--report", "json=later.json", "-e", "1a", cwd=tmp_path)
    later = json.loads((tmp_path / "later.json").read_text("utf-8"))["submissions"]
    assert sorted(one["participant"] for one in later) == ["Anna", "Ewa", "jan", "Łucja Żak"], "no copy is handed in"


@pytest.mark.parametrize(
    "name", ["gradebook.csv", "results.json", "report.html", "last-run.json", "submissions/x.json"]
)
def test_the_files_of_the_results_are_not_written_over_what_is_read(name: str, tmp_path: Path) -> None:
    lay_out(tmp_path, {"in/anna.ipynb": EMPTY, f"out/{name}": "name\nAnna\n"})
    said = refused(tmp_path, "in", "-o", "out", "--roster", f"out/{name}")
    assert "is the list of participants" in " ".join(said.split())
    (tmp_path / "out" / name).unlink()
    (tmp_path / "out" / name).hardlink_to(tmp_path / "in" / "anna.ipynb")
    refused(tmp_path, "in", "-o", "out")


@pytest.mark.parametrize("variable", ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"])
def test_nothing_is_added_to_what_is_read(variable: str, tmp_path: Path) -> None:
    lay_out(tmp_path, {"anna.ipynb": EMPTY})
    environ = {"GITHUB_STEP_SUMMARY": str(tmp_path / "s"), "GITHUB_OUTPUT": str(tmp_path / "o")}
    environ[variable] = str(tmp_path / "anna.ipynb")
    refused(tmp_path, "anna.ipynb", "--report", "github", environ=environ)


def test_the_course_and_the_settings_are_not_written_over(tmp_path: Path) -> None:
    lay_out(tmp_path, {"anna.ipynb": EMPTY, "grade.toml": 'lang = "en"\n'})
    shutil.copytree(find_course(), tmp_path / "course")
    for file in (path for path in everything_in(tmp_path / "course") if path.name in ("course.toml", "solution.py")):
        said = refused(tmp_path, "anna.ipynb", "--course", "course", "--report", f"json={file}")
        assert "is part of the course" in " ".join(said.split())
    said = refused(tmp_path, "anna.ipynb", "--config", "grade.toml", "--report", "json=grade.toml")
    assert "is the settings file" in " ".join(said.split())


def test_a_report_in_the_folder_is_written_again(tmp_path: Path) -> None:
    class_of_two(tmp_path)
    for _ in range(2):
        done = command("in", "--report", "json=in/results.json", "-e", "1a", cwd=tmp_path)
        assert done.returncode == 1, done.stderr
    assert len(json.loads((tmp_path / "in" / "results.json").read_text("utf-8"))["submissions"]) == 4


@pytest.mark.parametrize(
    ("format", "left_out"), [("moodle", "Anna, Łucja Żak, jan"), ("canvas", "Anna, Ewa, Łucja Żak, jan")]
)
def test_who_has_no_number_there_is_left_out_and_named(format: str, left_out: str, tmp_path: Path) -> None:
    class_of_two(tmp_path)
    done = command("in", "--report", f"{format}=x.csv", "-e", "1a", "--lang", "en", cwd=tmp_path)
    names = re.search("which knows people only by its own numbers: (.*?)\\. The numbers", " ".join(done.stderr.split()))
    assert names is not None, done.stderr
    assert sorted(names[1].split(", ")) == sorted(left_out.split(", "))
    assert ("Participant 1" in (tmp_path / "x.csv").read_text("utf-8")) == (format == "moodle")


def test_moodles_own_worksheet_in_the_folder_comes_back_filled_in(tmp_path: Path) -> None:
    """In Polish and UTF-8 with a mark, as Moodle writes it, and for nobody who handed in nothing."""
    header = "identyfikator,Pełna nazwa,Status,Ocena,Maksymalna ocena,Ostatnia aktualizacja (ocena),Komentarz zwrotny"
    rows = 'Uczestnik12,Łucja Żak,-,,"50,00",-,\nUczestnik13,Jan Nowak,-,"1,50","50,00",-,dobrze\n'
    name = "Łucja Żak_12_assignsubmission_file/x.ipynb"
    lay_out(tmp_path, {f"in/{name}": SOLVED.read_bytes(), "in/roster.csv": f"\ufeff{header}\n{rows}"})
    arguments = ("in", "--report", "moodle=oceny.csv", "-e", "1a", "--lang", "pl")
    done = command(*arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "oceny.csv").read_text("utf-8")
    assert text.startswith(f'\ufeff{header}\nUczestnik12,Łucja Żak,-,50,"50,00",-,<p>')
    assert text.endswith('\nUczestnik13,Jan Nowak,-,"1,50","50,00",-,dobrze\n')
    assert "są przeliczone" in " ".join(done.stderr.split())
    assert "over" in command(*arguments[:2], "moodle=in/roster.csv", cwd=tmp_path).stderr


def test_a_file_that_can_not_be_filled_in_is_said_before_anything_is_graded(tmp_path: Path) -> None:
    lay_out(tmp_path, {"in/anna.ipynb": EMPTY})
    said = refused(tmp_path, "in", "--report", "usosweb=x.csv", "--marks", "2=0 3=50")
    assert "Export it from USOSweb, and name it: --roster FILE" in " ".join(said.split())
    assert "the lowest from 0" in " ".join(refused(tmp_path, "in", "--marks", "3=50").split())
