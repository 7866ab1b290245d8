"""`--help` is in the reader's language; in English it is what docs/command-line.md says (test_docs)."""

from __future__ import annotations

import re

import click
import pytest

from grader.cli.commands import EXIT_OK, run_command
from grader.cli.course import grade_course
from grader.cli.grade import grade
from grader.cli.serve import serve
from tests.cli.test_click_texts import ENGLISH

HELPS: dict[str, tuple[click.Command, list[str]]] = {
    "grade": (grade, []),
    "grade serve": (serve, []),
    **{f"serve {name}": (serve, [name]) for name in serve.commands},
    "grade-course": (grade_course, []),
    **{name: (grade_course, [name]) for name in grade_course.commands},
}
NAMES = re.compile(r"\[[A-Z]+\]|\b[A-Z][A-Z|]+\b|--?[\w-]+|\[[a-z|]+\]")  # of options and values, in any language


@pytest.mark.parametrize("name", HELPS)
@pytest.mark.parametrize("columns", ["40", "200"])
def test_help_is_polish_in_polish(
    name: str, columns: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "pl_PL.UTF-8")
    monkeypatch.setenv("COLUMNS", columns)
    command, arguments = HELPS[name]
    assert run_command(command, "grade", [*arguments, "--help"]) == EXIT_OK
    said = capfd.readouterr().out
    assert said.startswith("Użycie: grade ")
    assert "Opcje:" in said
    assert "Pokazuje tę pomoc." in " ".join(said.split())
    assert not ENGLISH.search(NAMES.sub("", said)), said
    assert not re.search(r"\b(default|folder of|show|write|with|how|which)\b", NAMES.sub("", said), re.IGNORECASE), said


def test_the_line_names_the_language_of_its_help(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "pl_PL.UTF-8")
    for command, arguments in ((grade, ["--lang", "en", "-h"]), (grade_course, ["check", "--lang=en", "-h"])):
        assert run_command(command, "grade", arguments) == EXIT_OK
        said = capfd.readouterr().out
        assert said.startswith("Usage: grade ")
        assert "Show this message and exit." in " ".join(said.split())
