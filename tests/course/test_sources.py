"""A course's own Python files are run as cells, and what is wrong with one is said with its path."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import sources
from grader.course.sources import function_in, read_file, read_hints, run_source, same_code, without_docstring
from grader.errors import CourseError
from grader.i18n import Titles


def written(folder: Path, text: str) -> Path:
    path = folder / "zażółć.py"
    path.write_text(text, "utf-8")
    return path


def test_a_file_sees_the_names_that_it_is_given_and_prints_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "suma = a + 1\nprint('cicho')\ndef f():\n    print('cicho')\n    return suma\n")
    assert run_source(path, {"a": 1})["f"]() == 2
    assert capsys.readouterr().out == ""


def test_a_function_is_the_files_own_and_no_earlier_one_of_the_same_name(tmp_path: Path) -> None:
    assert function_in(written(tmp_path, "def f():\n    return 1\n"), "f", {"f": lambda: 2})() == 1
    with pytest.raises(CourseError, match=r"zażółć\.py: there is no f in it"):
        function_in(written(tmp_path, "g = 1\n"), "f", {"f": lambda: 2})


@pytest.mark.parametrize("text", ["1 / 0\n", "def f(:\n", "nieznana\n"])
def test_a_file_that_can_not_be_run_is_named(text: str, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"zażółć\.py, line 1: "):
        run_source(written(tmp_path, text), {})


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    tmp_path.joinpath("x.py").write_bytes(b"\xff\xfe\xff")
    for path in (tmp_path / "x.py", tmp_path / "missing.py", tmp_path):
        with pytest.raises(CourseError, match=str(path)):
            read_file(path)


def test_hints_stand_in_both_languages_over_several_lines(tmp_path: Path) -> None:
    doc = "pl: Pierwsza\n    linia.\nen: First\n    line.\n"
    assert read_hints(tmp_path, doc) == Titles("Pierwsza linia.", "First line.")


@pytest.mark.parametrize("doc", [None, "", "pl: Tylko po polsku.", "en: Only English.", "pl:\nen: Empty."])
def test_a_hint_that_is_missing_is_the_authors_error(doc: str | None, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="two hints"):
        read_hints(tmp_path / "x.py", doc)


def test_a_file_without_its_docstring_is_the_rest() -> None:
    assert without_docstring('"""pl: a\nen: b\n"""\n\n\nx = 1\n') == "x = 1\n"
    assert without_docstring("x = 1\n") == "x = 1\n"


STUB = 'def f(x):\n    """Nic. / Nothing."""\n    return None  # tutaj\n'


@pytest.mark.parametrize(
    ("source", "same"),
    [
        (STUB, True),
        ("    def f( x ):\n        return None\n", True),
        ("def f(x):\n    '''Mój opis.'''\n    return None\n", True),
        ("def f(x):\n    return 0\n", False),
        ("def g(x):\n    return None\n", False),
        ("def f(:\n", False),
    ],
)
def test_definitions_are_the_same_but_for_comments_docstrings_and_layout(source: str, same: bool) -> None:
    assert same_code(source, STUB) is same


@pytest.mark.parametrize(
    ("source", "same"),
    [
        ("def f(x):\n    wynik = x  # żółć\n    return wynik\n", True),
        ("def f(x):\n    ｗｙｎｉｋ = x  # as Python reads names\n    return wynik\n", True),
        ("def f(x):\n    wynik = 2 * x\n    return wynik\n", False),
        ("def f(x):\n    return 2 * x  # wynik\n", False),
    ],
)
def test_names_are_the_same_as_python_reads_them(source: str, same: bool) -> None:
    assert same_code(source, "def f(x):\n    wynik = x\n    return wynik\n") is same


def test_a_definition_that_lacks_a_word_of_the_stub_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_shape", lambda source: pytest.fail("parsed"))
    assert not same_code("def f(x):\n    return 2 * x + 1  # only here\n", STUB)
