"""What is committed is what the course makes; the references earn everything, the stubs nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course import authoring, loader
from grader.course.course import Course
from grader.errors import CourseError
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.model import Config, ExerciseStatus, SubmissionStatus
from grader.pipeline import grade
from tests.conftest import QUICK, ROOT

STUBS = sorted(path.name for path in (ROOT / "exercises").glob("*.ipynb"))


def test_the_committed_stub_notebooks_are_what_build_makes(course: Course) -> None:
    made = authoring.stub_notebooks(course)
    assert made == {path.name: path.read_text("utf-8") for path in (ROOT / "exercises").iterdir()}


def test_the_committed_samples_are_what_build_makes(course: Course) -> None:
    made = authoring.sample_notebooks(course)
    assert made == {path.name: path.read_text("utf-8") for path in (ROOT / "tests" / "samples").iterdir()}


def test_the_reference_solutions_earn_every_point_and_bonus(
    course: Course, suite: Suite, warm: ForkServerClient | None
) -> None:
    graded = grade(ROOT / "tests" / "samples" / authoring.SOLVED, course, suite, Config(limits=QUICK), warm)
    assert (graded.score, graded.bonus) == (graded.max_score, graded.max_bonus) == (18, 4)
    assert all(exercise.status is ExerciseStatus.PASSED for exercise in graded.exercises)
    assert all(cell.error is None for cell in graded.cells), "its visible asserts hold too"


@pytest.mark.parametrize("name", STUBS)
def test_an_untouched_stub_runs_and_earns_nothing(
    name: str, course: Course, suite: Suite, warm: ForkServerClient | None
) -> None:
    graded = grade(ROOT / "exercises" / name, course, suite, Config(limits=QUICK), warm)
    assert graded.status is SubmissionStatus.NO_EXERCISES
    assert graded.score == graded.bonus == 0
    assert {exercise.status for exercise in graded.exercises} == {ExerciseStatus.MISSING}


def test_the_data_set_teaches_what_it_was_made_for(course: Course) -> None:
    import numpy as np

    x, y = course.data
    mse = course.solution("1b")
    assert int(mse(0.5 * x, y)) == 14596
    train = course.solution("5")
    line = np.polyfit(x, y, 1)
    best = mse(np.polyval(line, x), y)
    with np.errstate(all="ignore"):
        assert not np.isfinite(train(x, y, 0.5, 0, 0.1, 1000)[0])
        assert not np.isfinite(train(x, y, 0.5, 0, 0.001, 1000)[0])
    w, b = train(x, y, 0.5, 0, 0.0001, 1000)
    assert mse(w * x + b, y) > 1.5 * best
    z = course.solution("6")(x)
    w, b = train(z, y, 0.5, 0, 0.4, 10)
    assert mse(w * z + b, y) == pytest.approx(best, rel=1e-6)


def test_the_digest_changes_with_any_file_of_the_course(tmp_path: Path) -> None:
    toml = 'id = "x"\ntitle = {pl = "a", en = "b"}\nnames = {}\n[[exercises]]\nid = "1"\ntitle = {pl = "a", en = "b"}\nminutes = 1'
    toml += '\nfunction = "f"\nparameters = []\npoints = 1'
    for name in ("course.toml", "notes.md"):
        tmp_path.joinpath(name).write_text(toml, "utf-8")
    first = loader.load(tmp_path).digest
    tmp_path.joinpath("notes.md").write_text("changed", "utf-8")
    assert loader.load(tmp_path).digest != first


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "it has no course.toml"),
        ("id = ", "course.toml"),
        ('id = "x"\n', "missing required field"),
        ('id = 1\ntitle = {pl = "a", en = "b"}\nexercises = []\nnames = {}', "Expected `str`, got `int`"),
    ],
)
def test_a_course_that_cannot_be_read_says_what_and_where(text: str | None, says: str, tmp_path: Path) -> None:
    if text is not None:
        tmp_path.joinpath("course.toml").write_text(text)
    with pytest.raises(CourseError, match=says):
        loader.load(tmp_path)


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
def test_nothing_of_the_working_folder_is_told_to_pytest(name: str, trapped: tuple[Path, Path]) -> None:
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
