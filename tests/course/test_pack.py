"""`grade-course pack`: a wheel that pip installs, with the whole course in it and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.commands import run_command
from grader.cli.course import grade_course
from grader.course import loader, places
from grader.course.course import Course
from grader.course.pack import pack
from grader.errors import CourseError
from tests.source_notebooks import graded, solution, write


def install(wheel: Path, site: Path) -> None:
    """pip itself, which checks the wheel's RECORD and metadata, without its questions to an index."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile"]
    done = subprocess.run([*command, "--target", site, wheel], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("release", [None, "1.0rc1"])
def test_pip_installs_the_whole_course(release: str | None, small: Course, tmp_path: Path) -> None:
    install(pack(small, tmp_path / "new" / "wheels", release), tmp_path / "site")
    (package,) = (path for path in (tmp_path / "site").iterdir() if not path.name.endswith("-info"))
    installed = loader.load(package)
    assert (installed.id, installed.digest) == (small.id, small.digest)


def test_an_installed_assignment_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "kurs" / "source" / "zestaw 1.2"
    write(
        source / "zadanie.ipynb", solution("x", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"), graded("t", "assert x")
    )
    course = loader.load(source)
    install(pack(course, tmp_path), tmp_path / "site")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    places._entry_points.cache_clear()
    installed = loader.load(places.find_course("zestaw 1.2"))
    places._entry_points.cache_clear()
    assert (installed.id, installed.title, installed.digest) == (course.id, course.title, course.digest)


def test_what_lies_beside_a_courses_files_is_not_packed_and_changes_nothing(small: Course, tmp_path: Path) -> None:
    before = small.digest
    for name in (".git/HEAD", ".ipynb_checkpoints/a.ipynb", "1/__pycache__/solution.pyc", ".env"):
        (small.folder / name).parent.mkdir(exist_ok=True)
        (small.folder / name).write_text("secret")
    wheel = pack(replace(small, id="other"), tmp_path)
    assert loader.load(small.folder).digest == before
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if re.search(r"(^|/)(\.|__pycache__)", name)]


def test_the_same_course_is_the_same_wheel_and_a_change_is_another_version(small: Course, tmp_path: Path) -> None:
    first, second = pack(small, tmp_path / "a"), pack(small, tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    with (small.folder / "1" / "solution.py").open("a") as file:
        file.write("# changed\n")
    assert pack(loader.load(small.folder), tmp_path).name != first.name


def test_a_packed_course_makes_pip_ask_no_index_for_a_grader(small: Course, tmp_path: Path) -> None:
    with zipfile.ZipFile(pack(small, tmp_path)) as archive:
        (metadata,) = (archive.read(name).decode() for name in archive.namelist() if name.endswith("METADATA"))
    assert "Requires-Dist" not in metadata


def test_the_command_prints_the_wheel(small: Course, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        grade_course, ["pack", "--course", str(small.folder), "-o", str(tmp_path)], standalone_mode=False
    )
    assert zipfile.is_zipfile(done.stdout.strip())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--release", "spring"], "'spring' is no version of a package. Write one such as 1.0 or 2026.3"),
        (["--course", "nowhere"], "nowhere is no course"),
        (["-o", "file/below"], "can't be written"),
    ],
)
def test_a_mistake_exits_with_2_and_says_what_to_do(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    assert run_command(grade_course, "grade-course", ["pack", *arguments]) == 2
    assert says in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.whl"))


def test_an_id_that_can_be_no_name_is_refused(small: Course, tmp_path: Path) -> None:
    for id in ("a = b", "[x]", "#1", "two\nlines", ""):
        with pytest.raises(CourseError, match="can't be the name of an installed course"):
            pack(replace(small, id=id), tmp_path)
