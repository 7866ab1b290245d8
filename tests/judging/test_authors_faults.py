"""What is wrong with a course's exercises and hidden tests is told in a sentence, with the file and the line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.course import loader
from grader.errors import CourseError
from grader.judging.reference import reference_subject
from grader.judging.suite import Suite
from tests.proof.sick_course import hidden_test, write_course

HEAD = "import pytest\n\n\n"
MARK = "@pytest.mark.check(points=1, pl='Tak', en='So')\n"


def says(folder: Path, files: dict[str, str], lacks: str = "") -> str:
    course = write_course(folder, {"ćwiczenie": files})
    if lacks:
        (folder / "ćwiczenie" / lacks).unlink()
    with Suite(course) as suite, pytest.raises(CourseError) as raised:
        suite.checks("ćwiczenie")
    return str(raised.value)


@pytest.mark.parametrize(
    ("files", "where", "what"),
    [
        ({"test_it.py": HEAD}, "test_it.py: ", "there is no function test_... in this file"),
        ({"test_it.py": HEAD + "def test_it(double): ...\n"}, "test_it.py, line 4: test_it", "has no mark"),
        (
            {"test_it.py": HEAD + MARK.replace("points", "point") + "def test_it(double): ...\n"},
            "test_it.py, line 4: test_it",
            "its mark says point=, which means nothing",
        ),
        (
            {"test_it.py": HEAD + "@pytest.mark.check(1)\ndef test_it(double): ...\n"},
            "test_it.py, line 4: test_it",
            "name what the mark says",
        ),
        (
            {"test_it.py": HEAD + "@pytest.mark.check(points='1')\ndef test_it(double): ...\n"},
            "test_it.py, line 4: test_it",
            "points='1'. Write a number",
        ),
        (
            {"test_it.py": HEAD + "@pytest.mark.check(points=1, pl=None)\ndef test_it(double): ...\n"},
            "test_it.py, line 4: test_it",
            "pl=None. Write a text",
        ),
        (
            {"test_it.py": HEAD + MARK + "def test_it(notebok): ...\n"},
            "test_it.py, line 4: test_it",
            "asks for 'notebok', which is no fixture. There are: notebook, solution, rng, data, double",
        ),
        ({"test_it.py": "x = 1\ndef test_it(:\n"}, "test_it.py, line 2: ", "invalid syntax"),
        ({"test_it.py": "x = 1\nraise ValueError('no')\n"}, "test_it.py, line 2: ", "ValueError: no"),
        ({"test_it.py": "import lacking_package\n"}, "test_it.py, line 1: ", "No module named 'lacking_package'"),
        ({"conftest.py": "x = 1\nraise ValueError('no')\n"}, "conftest.py, line 2: ", "ValueError: no"),
        ({"conftest.py": "def f(:\n"}, "conftest.py, line 1: ", "invalid syntax"),
        (
            {"stub.py": "def double(x): ...\n\n\ndef double(x): ...\n"},
            "stub.py, line 4: ",
            "a second definition of double",
        ),
        ({"solution.py": "class double:\n    pass\n"}, "solution.py, line 1: ", 'write asks = ["double"]'),
        ({"solution.py": "x = 1\ndef double(x:\n"}, "solution.py, line 2: ", ""),
    ],
)  # fmt: skip
def test_a_fault_of_the_author_is_told_with_its_place(
    files: dict[str, str], where: str, what: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told = says(tmp_path, files)
    assert f"ćwiczenie/{where}" in told
    assert what in told
    assert "_pytest" not in told
    assert told.count("\n") == 0, "a sentence, and nothing of pytest's own frames"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["solution.py", "stub.py"])
def test_a_missing_file_is_named_with_what_it_holds(name: str, tmp_path: Path) -> None:
    assert f"ćwiczenie/{name}: this file is missing. Add it: it holds the" in says(tmp_path, {}, lacks=name)


def test_a_fixture_of_the_authors_and_parameters_are_no_fault(tmp_path: Path) -> None:
    conftest = "import pytest\n\n\n@pytest.fixture\ndef three():\n    return 3\n"
    test = HEAD + "@pytest.mark.parametrize('x', [1])\n" + MARK + "def test_it(double, three, x, request): ...\n"
    course = write_course(tmp_path, {"1": {"conftest.py": conftest, "test_it.py": test}})
    with Suite(course) as suite:
        assert [check.id for check in suite.checks("1")] == ["test_it[1]"]


def test_files_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    write_course(tmp_path, {"1": {}})
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    course = loader.load(tmp_path)
    with Suite(course) as suite:
        assert suite.checks("1")
    assert course.solution("1")(4) == 8
    assert course.exercises[0].is_stub("def double(x):\n    return None\n")


def test_what_stands_around_a_handed_out_definition_does_not_make_it_an_answer(tmp_path: Path) -> None:
    stub = "import math\n\n\ndef helper():\n    return 1\n\n\ndef double(x):\n    return None  # here\n"
    exercise = write_course(tmp_path, {"1": {"stub.py": stub}}).exercise("1")
    assert exercise.is_stub("def double(x):\n    return None\n")
    assert not exercise.is_stub("def double(x):\n    return 2\n")


def test_what_hidden_tests_print_is_shown_nowhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    loud = "import sys\nprint('loud')\nprint('loud', file=sys.stderr)\n" + hidden_test(body="print('loud')")
    course = write_course(tmp_path, {"1": {"test_it.py": loud, "conftest.py": "print('loud')\n"}})
    with Suite(course) as suite:
        suite.checks("1")

        (result,) = suite.run("1", reference_subject(course, course.exercise("1")), (1,))
    sys.stdout.write("heard\n")
    assert result.status.value == "passed"
    assert capfd.readouterr() == ("heard\n", "")
