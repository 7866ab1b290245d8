"""`grade-course`: what its author asks for is checked before anything is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.cli.course import grade_course
from grader.errors import UsageError
from tests.conftest import ROOT


def run(*arguments: object, lang: str = "C.UTF-8") -> Result:
    environ = {"LC_ALL": lang}
    return CliRunner().invoke(grade_course, list(map(str, arguments)), env=environ, standalone_mode=False)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "-e", "99"], "there is no exercise '99' in this course. Available: 1a, 1b, 2, 3a, 3b, 4, 5, 6"),
        (["check", "-e", "1a", "-o", "page.md"], "Leave out --out or --exercise"),
        (["check", "--course", "nowhere"], "nowhere is no course"),
        (["export", "gradescope", "new", "-e", "99"], "there is no exercise '99' in this course"),
        (["export", "prairielearn", "new"], "Say what yours is called: --image NAME"),
        (["build", "--course", "nowhere"], "nowhere is no course"),
    ],
)
def test_a_mistake_is_said_before_anything_is_written(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert says in str(result.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("lang", "says"), [("pl_PL.UTF-8", "grade-course check --course"), ("C.UTF-8", "Now prove it")]
)
def test_a_new_course_says_how_to_go_on_in_the_locales_language(lang: str, says: str, tmp_path: Path) -> None:
    folder = tmp_path / "Kurs Żółwi"
    result = run("new", folder, lang=lang)
    assert result.return_value == 0, result.output
    assert says in result.output
    assert ("Now prove it" in result.output) == (lang == "C.UTF-8")
    assert (folder / "course.toml").is_file()
    assert isinstance(run("new", folder).exception, UsageError)


def test_stub_notebooks_and_samples_are_listed_as_they_are_written(tmp_path: Path) -> None:
    out, samples = tmp_path / "ćwiczenia", tmp_path / "samples"
    result = run("build", "--course", ROOT / "reference", "-o", out, "--samples", samples)
    assert result.return_value == 0, result.output
    written = {path for folder in (out, samples) for path in folder.iterdir()}
    assert set(map(Path, result.output.splitlines())) == written
    assert {path.name for path in samples.iterdir()} == {"solved.ipynb", "typical_mistakes.ipynb"}
