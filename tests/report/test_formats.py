"""The registry of formats, and each format for other programs, whole, as it was promised."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from grader.config import Config
from grader.errors import UsageError
from grader.people import Id, Namespace
from grader.report import formats, junit, markdown
from grader.report.platforms import (
    blackboard,
    brightspace,
    canvas,
    classroom50,
    github,
    gradescope,
    moodle,
    prairielearn,
    usosweb,
)
from grader.report.platforms.classroom50 import Identity
from grader.report.run import Run
from grader.submissions import roster
from tests.conftest import ROOT
from tests.sample_run import FAULT, MIXED, UNREADABLE, run

GOLDEN = ROOT / "tests" / "golden"
IDENTITY = Identity(
    "deep-learning", "workshop", "individual", "ada", "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "https://github.example/c", "https://github.example/r", "https://github.example/v", "2026-06-01T14:32:01Z",
)  # fmt: skip
PROTOCOL = b"os_id;imie;nazwisko;termin 1;komentarz\n901;Ada;Lovelace;;\n902;Jan;Nowak;;\n"


def on_list() -> Run:
    """A run of one of the two in a protocol of USOSweb, who has a number of the institution and a user name as well."""
    sheet = roster.read(PROTOCOL, "protocol.csv")
    ids = (*sheet.people[0].ids, Id(Namespace.SIS, "0101"), Id(Namespace.LOGIN, "ada"))
    grade = replace(MIXED, notebook=replace(MIXED.notebook, ids=ids))
    return replace(run(grade), sheets=(sheet,), config=Config(lang="en", marks=(("2", 0.0), ("3,5", 40.0))))


REPORTS: dict[str, Callable[[], str]] = {
    "junit.xml": lambda: junit.text(run()),
    "github.txt": lambda: github.commands(run(), lambda path: f"sub/{path}"),
    "github-one.txt": lambda: github.commands(run(MIXED)),
    "markdown.md": lambda: markdown.text(run()),
    "markdown-one.md": lambda: markdown.text(run(MIXED)),
    "markdown-one.pl.md": lambda: markdown.text(run(MIXED, lang="pl")),
    "gradescope.json": lambda: gradescope.text(run(MIXED)),
    "gradescope-fault.json": lambda: gradescope.text(run(FAULT)),
    "prairielearn.json": lambda: prairielearn.text(run(MIXED)),
    "prairielearn-unreadable.json": lambda: prairielearn.text(run(UNREADABLE)),
    "classroom50.json": lambda: classroom50.text(run(MIXED), IDENTITY),
    "moodle.csv": lambda: moodle.text(run()),
    "canvas.csv": lambda: canvas.text(run()),
    "brightspace.csv": lambda: brightspace.text(on_list()),
    "blackboard.csv": lambda: blackboard.text(on_list()),
    "usosweb.csv": lambda: usosweb.text(on_list()),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_as_it_was_promised(name: str) -> None:
    """`python -m tests.report.test_formats` writes them: read the difference before you commit it."""
    assert REPORTS[name]() == (GOLDEN / name).read_text("utf-8")


def test_a_format_of_one_text_is_made_by_its_name() -> None:
    for name, format in ((name, formats.load(name)) for name in formats.FORMATS):
        if format.text is not None:
            assert formats.text(name, run(MIXED)) == format.text(run(MIXED))


@pytest.mark.parametrize("name", ["github", "classroom50", "notebook", "xlsx", "similarity", "markdwon"])
def test_a_format_that_is_no_text_is_an_error_that_names_those_that_are(name: str) -> None:
    known = (
        "blackboard, brightspace, canvas, csv, gradebook, gradescope, html, json, junit, markdown, moodle, "
        "nbgrader, otter, prairielearn, terminal, usosweb"
    )
    with pytest.raises(UsageError, match=f"there is no report '{name}' as text. There are: {known}"):
        formats.text(name, run(MIXED))


@pytest.mark.parametrize("name", formats.FORMATS)
def test_a_format_can_be_delivered_and_says_where_its_reader_looks(name: str) -> None:
    format = formats.load(name)
    assert (format.text is None) != (format.deliver is None)
    assert format.root is None or (format.place is not None and format.place.is_relative_to(format.root))
    assert (format.unfinished is not None) == (format.root is not None), "who waits for a file finds one"
    assert (format.check is None) == (format.encoding is None)
    assert format.check is None or format.remarks is not None, "who is left out of a file that is filled in is said"


def test_no_format_is_imported_before_it_is_used() -> None:
    code = "import sys, grader.cli.grade; print([name for name in sys.modules if name.startswith('grader.report')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert not [name for name in ("wording", "markdown", "page", "json_report") if name in done.stdout], done.stderr


if __name__ == "__main__":
    for name, made in REPORTS.items():
        (GOLDEN / name).write_text(made(), "utf-8")
        sys.stdout.write(f"{name}\n")
