"""The registry of formats, and each format for other programs, whole, as it was promised."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from grader.errors import UsageError
from grader.report import formats, junit, markdown
from grader.report.platforms import canvas, classroom50, github, gradescope, moodle, prairielearn
from grader.report.platforms.classroom50 import Identity
from tests.conftest import ROOT
from tests.sample_run import FAULT, MIXED, UNREADABLE, run

GOLDEN = ROOT / "tests" / "golden"
IDENTITY = Identity(
    "deep-learning", "workshop", "individual", "ada", "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "https://github.example/c", "https://github.example/r", "https://github.example/v", "2026-06-01T14:32:01Z",
)  # fmt: skip
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
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_as_it_was_promised(name: str) -> None:
    """`python -m tests.report.test_formats` writes them: read the difference before you commit it."""
    assert REPORTS[name]() == (GOLDEN / name).read_text("utf-8")


def test_a_format_of_one_text_is_made_by_its_name() -> None:
    for name, format in ((name, formats.load(name)) for name in formats.FORMATS):
        if format.text is not None:
            assert formats.text(name, run(MIXED)) == format.text(run(MIXED))


@pytest.mark.parametrize("name", ["github", "classroom50", "notebook", "markdwon"])
def test_a_format_that_is_no_text_is_an_error_that_names_those_that_are(name: str) -> None:
    known = "canvas, csv, gradescope, html, json, junit, markdown, moodle, prairielearn, terminal"
    with pytest.raises(UsageError, match=f"there is no report '{name}' as text. There are: {known}"):
        formats.text(name, run(MIXED))


@pytest.mark.parametrize("name", formats.FORMATS)
def test_a_format_can_be_delivered_and_says_where_its_reader_looks(name: str) -> None:
    format = formats.load(name)
    assert (format.text is None) != (format.deliver is None)
    assert format.root is None or (format.place is not None and format.place.is_relative_to(format.root))
    assert (format.unfinished is not None) == (format.root is not None), "who waits for a file finds one"
    assert (format.left_out is not None) == bool(format.title)


def test_no_format_is_imported_before_it_is_used() -> None:
    code = "import sys, grader.cli.grade; print([name for name in sys.modules if name.startswith('grader.report')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert not [name for name in ("wording", "markdown", "page", "json_report") if name in done.stdout], done.stderr


if __name__ == "__main__":
    for name, made in REPORTS.items():
        (GOLDEN / name).write_text(made(), "utf-8")
        sys.stdout.write(f"{name}\n")
