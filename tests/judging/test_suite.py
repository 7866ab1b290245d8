"""Hidden tests run under pytest, whatever the working folder and the environment hold."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from grader.course import loader
from grader.course.course import Course
from grader.errors import CourseError
from grader.judging.reference import reference_subject
from grader.judging.stand_in import Function
from grader.judging.subject import Subject
from grader.judging.suite import QuietEnvironment, Suite
from grader.kernel.session import Answer
from grader.model import CheckStatus
from tests.conftest import ROOT
from tests.proof.sick_course import hidden_test, write_course


def test_the_reference_in_a_participants_place_passes_every_check(course: Course, suite: Suite) -> None:
    """That of what is printed too: else it would tell that a right test is broken."""
    for exercise in course.tested:
        results = suite.run(exercise.id, reference_subject(course, exercise), (1, 2))
        assert {result.status for result in results} == {CheckStatus.PASSED}, exercise.id


def test_points_that_do_not_add_up_are_refused(course: Course, tmp_path: Path) -> None:
    shutil.copytree(course.folder, tmp_path / "course")
    toml = tmp_path / "course" / "course.toml"
    toml.write_text(toml.read_text("utf-8").replace("points = 5", "points = 6"), "utf-8")
    with Suite(loader.load(tmp_path / "course")) as suite, pytest.raises(CourseError, match="worth 5 points"):
        suite.checks("5")


TRAP = "import pathlib\npathlib.Path({mark!r}).touch()\n"


@pytest.fixture
def trapped(tmp_path: Path) -> tuple[Path, Path]:
    """A participant's folder, full of what pytest would run or obey, and the mark that is left if it does."""
    folder, mark = tmp_path / "źdźbło ćwiczeń", tmp_path / "mark"
    folder.mkdir()
    for name in ("conftest.py", "test_own.py", "evil.py", "sitecustomize.py", "x_train.py"):
        (folder / name).write_text(TRAP.format(mark=str(mark)), "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p evil\npythonpath = .\n")
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "-p evil"\npythonpath = ["."]\n')
    shutil.copy(ROOT / "tests" / "samples" / "solved.ipynb", folder / "work.ipynb")
    return folder, mark


@pytest.mark.parametrize("lacks", ["one", "all", "no exercise"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_course_without_a_hidden_test_is_its_authors_error_and_runs_nothing_of_the_working_folder(
    lacks: str, jobs: int, course: Course, trapped: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, mark = trapped
    shutil.copy(folder / "work.ipynb", folder / "another.ipynb")
    shutil.copytree(course.folder, tmp_path / "course")
    for test in (tmp_path / "course").rglob("test_*.py"):
        if lacks == "all" or test.name == "test_3a.py":
            test.unlink()
    if lacks == "no exercise":
        toml = tmp_path / "course" / "course.toml"
        first = toml.read_text("utf-8").partition("[[exercises]]")[0]
        toml.write_text("exercises = []\n" + first, "utf-8")
    done = graded(folder, "--course", tmp_path / "course", "-j", jobs)
    assert done.returncode == 2, done.stderr
    says = {
        "one": "3a has no hidden test: add test_3a.py",
        "all": "1a has no hidden test",
        "no exercise": "no exercise",
    }
    assert says[lacks] in done.stderr
    assert "Traceback" not in done.stderr
    assert not mark.exists()


@pytest.mark.parametrize("name", ["PYTEST_ADDOPTS", "PYTEST_PLUGINS"])
def test_pytest_reads_nothing_of_the_working_folder(name: str, trapped: tuple[Path, Path]) -> None:
    folder, mark = trapped
    value = "-p evil --rootdir=. --confcutdir=." if name == "PYTEST_ADDOPTS" else "evil"
    done = graded(folder / "work.ipynb", **{name: value})
    assert done.returncode == 0, done.stderr
    assert not mark.exists()


def graded(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    folder = next(Path(str(one)) for one in arguments)
    return subprocess.run(
        [sys.executable, "-m", "grader", *map(str, arguments), "--lang", "en"],
        cwd=folder if folder.is_dir() else folder.parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
    )


def test_hidden_tests_whose_import_never_ends_are_an_authors_error(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(course.folder, tmp_path / "course")
    (tmp_path / "course" / "1a" / "test_endless.py").write_text("import time\ntime.sleep(3)\n")
    monkeypatch.setattr("grader.judging.suite.COLLECT_TIMEOUT_S", 0.5)
    with Suite(loader.load(tmp_path / "course")) as suite, pytest.raises(CourseError, match=r"more than 0\.5 s"):
        suite.checks("1a")


WAIT = """import pathlib, time

folder, until = pathlib.Path({!r}), time.monotonic() + 1
(folder / {!r}).touch()
while not (folder / {!r}).exists() and time.monotonic() < until:
    time.sleep(0.01)

"""


def test_two_courses_that_load_at_once_have_each_its_own_tests(tmp_path: Path) -> None:
    """The first comes to its second file when the second course is at its third."""
    wait = partial(WAIT.format, str(tmp_path))
    own, others = hidden_test(), hidden_test(name="test_other")
    first = {"1": wait("1", "3") + own, "2": own, "3": wait("done", "done") + own}
    second = {"1": others, "2": others, "3": wait("3", "done") + others}
    with Suite(write_course(tmp_path / "a", {id: {"test_it.py": text} for id, text in first.items()})) as one:
        while not (tmp_path / "1").exists():
            time.sleep(0.01)
        with Suite(write_course(tmp_path / "b", {id: {"test_it.py": text} for id, text in second.items()})) as other:
            assert [check.id for id in first for check in one.checks(id)] == ["test_it"] * 3
            assert [check.id for id in second for check in other.checks(id)] == ["test_other"] * 3


def test_who_loads_for_ever_holds_up_no_other_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.judging.loading.TURN_TIMEOUT_S", 0.2)
    endless = write_course(tmp_path / "a", {"1": {"test_endless.py": "import time\n\ntime.sleep(2)\n"}})
    other = write_course(tmp_path / "b", {"1": {}})
    with Suite(endless), Suite(other) as suite:
        assert [check.id for check in suite.checks("1")] == ["test_it"]


def test_two_courses_with_tests_of_the_same_name_have_each_its_own(tmp_path: Path) -> None:
    first = write_course(tmp_path / "a", {"1": {}})
    second = write_course(tmp_path / "b", {"1": {"test_it.py": hidden_test(name="test_other")}})
    with Suite(first) as one, Suite(second) as other:
        assert [check.id for check in one.checks("1")] == ["test_it"]
        assert [check.id for check in other.checks("1")] == ["test_other"]
    write_course(tmp_path / "b", {"1": {"test_it.py": hidden_test(name="test_changed")}})
    with Suite(loader.load(tmp_path / "b")) as changed:
        assert [check.id for check in changed.checks("1")] == ["test_changed"]


@pytest.mark.parametrize(
    ("body", "status"), [("while True: pass", "grader_fault"), ("while call.value: pass", "error")]
)
def test_a_check_that_never_ends_is_ended_and_it_is_told_whose_fault_that_is(
    body: str, status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.judging.suite.CHECK_LIMIT_S", 0.3)
    solution = "def double(x):\n    return 0\n"  # with which only the first of the tests never ends
    course = write_course(tmp_path, {"1": {"test_it.py": hidden_test(body=body), "solution.py": solution}})
    one = Function("double", lambda cases: [Answer(1) for _ in cases])
    with Suite(course) as suite:
        (result,) = suite.run("1", Subject("double", one), (1,))
    assert result.status.value == status


def test_suites_that_load_at_once_leave_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-q")
    first, second = QuietEnvironment(), QuietEnvironment()
    with first, second:
        assert os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD") == "1"
        first.restore()
        assert "PYTEST_ADDOPTS" not in os.environ, "the other still loads"
    assert "PYTEST_DISABLE_PLUGIN_AUTOLOAD" not in os.environ
    assert os.environ["PYTEST_ADDOPTS"] == "-q"
