"""What is said of a command line that can't be read, in the reader's language."""

from __future__ import annotations

import re

import pytest

from grader.cli.commands import EXIT_USAGE, run_command
from grader.cli.course import grade_course
from grader.cli.grade import grade

GRADE = {
    "": "Brakuje argumentu 'PATH...'.",
    "nie-ma.ipynb": "nie ma takiego pliku ani folderu",
    "--nie-ma x": "Nie ma opcji",
    "--rport json x": "--report",  # Click before 8.2 says it in other words
    "-j x y": "'x' to nie liczba całkowita",
    "-j 0 y": "nie mieści się w zakresie",
    "--min-score dużo y": "'dużo' to nie liczba",
    "--watch=1 y": "nie podaje się wartości",
    "-j": "trzeba podać wartość",
    "--sandbox none y": "nie jest żadną z możliwości",
    "--report nic README.md": "nie ma raportu",
    "--config nie-ma.toml y": "Nie można wczytać nie-ma.toml",
    "--course nie-ma y": "to nie kurs",
    "--python nie-ma y": "nie ma takiego Pythona",
    "-e 99 README.md": "w tym kursie nie ma zadania",
}
COURSE = {
    "nic": "Nie ma polecenia 'nic'",
    "export": "Brakuje argumentu",
    "export nic x": "nie jest żadną z możliwości",
    "export prairielearn x": "PrairieLearn ocenia w obrazie",
    "new a b": "zbędny",
    "check --course nie-ma": "to nie kurs",
}
ENGLISH = re.compile(r"\b(the|is|not|no such|an|try|error|missing|invalid|did you)\b", re.IGNORECASE)


@pytest.mark.parametrize("line", GRADE)
def test_grade_answers_in_polish(line: str, capfd: pytest.CaptureFixture[str]) -> None:
    check(run_command(grade, "grade", ["--lang", "pl", *line.split()]), GRADE[line], capfd)


@pytest.mark.parametrize("line", COURSE)
def test_grade_course_answers_in_polish(
    line: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "pl_PL.UTF-8")
    check(run_command(grade_course, "grade-course", line.split()), COURSE[line], capfd)


def check(code: int, says: str, capfd: pytest.CaptureFixture[str]) -> None:
    error = capfd.readouterr().err
    assert code == EXIT_USAGE
    assert says in error
    spoken = re.sub(r"'[^']*'|„[^”]*”|\[OPTIONS\].*", "", error)
    assert not ENGLISH.search(spoken), error


@pytest.mark.parametrize(
    ("args", "environ"), [(["--lang=pl"], {}), ([], {"GRADE_LANG": "pl"}), ([], {"LANG": "pl_PL"})]
)
def test_the_language_is_known_before_the_command_line_is_read(
    args: list[str], environ: dict[str, str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "GRADE_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert run_command(grade, "grade", [*args, "--nie-ma"]) == EXIT_USAGE
    assert "Nie ma opcji" in capfd.readouterr().err


def test_in_english_it_says_what_click_says(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command(grade, "grade", ["--lang", "en", "-j", "x", "y"]) == EXIT_USAGE
    error = capfd.readouterr().err
    assert error.startswith("Usage: grade [OPTIONS] PATH...\nTry 'grade -h' for help.\n\nError: Invalid value for")
