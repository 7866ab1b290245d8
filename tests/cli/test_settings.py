"""Settings from files: where they come from, what a mistake in them says, and what a participant's file may not do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.grade import grade
from grader.cli.settings import keys
from grader.errors import UsageError
from tests.cli.test_grade import SOLVED, TYPICAL

CONSOLE = Path(sys.executable).with_name("grade")


def shown(cwd: Path, *arguments: object, **environ: str) -> dict[str, tuple[str, str]]:
    """Key to value and source, as --show-config prints them."""
    before = Path.cwd()
    os.chdir(cwd)
    try:
        env = {"CI": None, **environ}
        done = CliRunner().invoke(grade, [*map(str, arguments), "--show-config"], env=env, catch_exceptions=False)
    finally:
        os.chdir(before)
    rows = [line.split("  ") for line in done.output.splitlines() if not line.startswith("grade: ")]  # a note
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    return {key: (value, source) for key, value, source in cells}


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """A folder of submissions beside which settings may lie."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    shutil.copy(SOLVED, folder / "ada.ipynb")
    return folder


def test_every_setting_is_shown_with_where_it_comes_from(tmp_path: Path, graded: Path) -> None:
    file = tmp_path / "grade.toml"
    file.write_text('min-score = 60\nseed = 3\nlang = "pl"\nexit-zero = true\nexercise = ["1a", "2"]\n')
    rows = shown(tmp_path, graded, "--seed", "5", GRADE_LANG="en", GRADE_JOBS="2")
    expected = {
        "exercise": ("1a, 2", str(file)),
        "course": ("-", "default"),
        "lang": ("en", "GRADE_LANG"),
        "report": ("-", "default"),
        "out": ("-", "default"),
        "jobs": ("2", "GRADE_JOBS"),
        "min-score": ("60.0", str(file)),
        "exit-zero": ("true", str(file)),
        "cell-timeout": ("30.0", "default"),
        "call-timeout": ("5.0", "default"),
        "total-timeout": ("120.0", "default"),
        "memory": ("2048", "default"),
        "sandbox": ("auto", "default"),
        "kernel": ("warm", "default"),
        "seed": ("5", "command line"),
        "verbose": ("false", "default"),
    }
    assert {key: rows.get(key) for key in expected} == expected
    assert set(rows) == set(keys(grade))


def test_the_nearest_file_up_to_the_repositorys_root_is_used(tmp_path: Path) -> None:
    repository, inner = tmp_path / "repository", tmp_path / "repository" / "a" / "b"
    inner.mkdir(parents=True)
    tmp_path.joinpath("grade.toml").write_text("seed = 1")
    other = tmp_path / "elsewhere"
    other.mkdir()
    assert shown(inner, other)["seed"] == ("0", "default")  # no repository: the working folder alone is looked into
    repository.joinpath(".git").mkdir()
    assert shown(inner, other)["seed"] == ("0", "default")
    repository.joinpath("pyproject.toml").write_text("[tool.grade]\nseed = 2\n")
    assert shown(inner, other)["seed"] == ("2", str(repository / "pyproject.toml"))
    inner.joinpath("pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert shown(inner, other)["seed"][0] == "2"
    inner.parent.joinpath("grade.toml").write_text("seed = 4")
    assert shown(inner, other)["seed"][0] == "4"
    assert shown(inner, other, "--no-config")["seed"] == ("0", "default")


def test_an_installed_course_is_named_in_a_file_as_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.course.places.installed_courses", lambda: {"żółwie": tmp_path / "installed"})
    (tmp_path / "settings.toml").write_text('course = "żółwie"\n', "utf-8")
    rows = shown(tmp_path, "--config", tmp_path / "settings.toml")
    assert rows["course"] == (str(tmp_path / "installed"), str(tmp_path / "settings.toml"))


def test_a_named_file_may_set_everything_and_its_paths_are_beside_it(tmp_path: Path, graded: Path) -> None:
    file = tmp_path / "away" / "settings.toml"
    file.parent.mkdir()
    file.write_text('course = "mine"\nsandbox = "off"\nout = "out"\nreport = ["json=r.json", "junit"]\n')
    for rows in (shown(graded, "--config", file), shown(graded, GRADE_CONFIG=str(file))):
        assert rows["course"] == (str(file.parent / "mine"), str(file))
        assert rows["out"][0] == str(file.parent / "out")
        assert rows["report"][0] == f"json={file.parent / 'r.json'}, junit"
        assert rows["sandbox"][0] == "off"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("min_score = 1", "there is no setting 'min_score'. Did you mean 'min-score'?"),
        ("mem = 1", "there is no setting 'mem'. Did you mean 'memory'?"),
        ("xyz = 1", "there is no setting 'xyz'. Available: exercise, course,"),
        ("without-wall = 'user'", "there is no setting 'without-wall'"),
        ("min-score = 'all'", "min-score must be a number, not 'all'"),
        ("min-score = true", "min-score must be a number, not True"),
        ("min-score = 101", "min-score: 101.0 is not in the range 0<=x<=100"),
        ("jobs = 1.5", "jobs must be a whole number, not 1.5"),
        ("jobs = 0", "jobs: 0 is not in the range x>=1"),
        ("exit-zero = 1", "exit-zero must be true or false, not 1"),
        ("exercise = 3", "exercise must be a string or a list of strings, not 3"),
        ("exercise = [3]", "exercise must be a string or a list of strings, not 3"),
        ("lang = ['pl']", "lang must be a string, not ['pl']"),
        ("lang = 'de'", "lang: 'de' is not one of 'pl', 'en'"),
        ("min-score 60", "is not TOML"),
    ],
)
def test_a_mistake_names_the_file_the_key_and_what_is_right(text: str, says: str, tmp_path: Path, graded: Path) -> None:
    (tmp_path / "grade.toml").write_text(text)
    with pytest.raises(UsageError) as error:
        shown(tmp_path, graded)
    assert str(error.value).startswith(str(tmp_path / "grade.toml"))
    assert says in str(error.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml can't be read"):
        shown(tmp_path, "--config", tmp_path / "none.toml")


WEIGHTY = (
    'lang = "en"\nmin-score = 0\nexit-zero = true\nsandbox = "off"\ncourse = "evil"\nout = "x"\nreport = "json=y"\n'
)


def test_code_walls_and_files_are_never_taken_from_a_file_that_was_only_found(tmp_path: Path, graded: Path) -> None:
    (tmp_path / "grade.toml").write_text(WEIGHTY)
    rows = shown(tmp_path, graded)
    assert (rows["min-score"][0], rows["exit-zero"][0]) == ("0.0", "true")
    assert [rows[key][1] for key in ("sandbox", "course", "out", "report")] == ["default"] * 4


@pytest.mark.parametrize("place", ["beside", "above, in its repository", "above, in an outer repository"])
def test_a_file_of_whoever_is_graded_chooses_the_language_at_most(place: str, tmp_path: Path, graded: Path) -> None:
    cwd = graded if place == "beside" else tmp_path
    if place != "beside":
        tmp_path.joinpath(".git").mkdir()
    if "outer" in place:
        graded.joinpath(".git").mkdir()
    (cwd / "grade.toml").write_text(WEIGHTY)
    rows = shown(cwd, graded / "ada.ipynb")
    assert {key for key, (_, source) in rows.items() if source != "default"} == {"lang"}


BROKEN = {
    "no TOML": b"min-score = [",
    "unknown key": b'no-such = 1\n"\\u001b[2J" = 1',
    "wrong type": b"lang = 5",
    "not UTF-8": b"[tool.grade]\nlang = '\xff'",
    "too deep": b"lang = " + b"[" * 100_000,
    "too long": b"#" * (2 << 20),
}


@pytest.mark.parametrize("ci", ["", "true"])
@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("name", ["grade.toml", "pyproject.toml"])
def test_a_broken_file_of_whoever_is_graded_breaks_nothing(name: str, data: bytes, ci: str, graded: Path) -> None:
    (graded / name).write_bytes(data)
    assert shown(graded, ".", CI=ci)["lang"] == ("-", "default")


def test_no_key_of_whoever_is_graded_reaches_the_terminal(graded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (graded / "grade.toml").write_bytes(b'min-score = 0\n"\\u001b[2J" = 1')
    monkeypatch.chdir(graded)
    monkeypatch.delenv("CI", raising=False)
    done = CliRunner().invoke(grade, ["--show-config"], catch_exceptions=False)
    assert "min-score in" in done.output
    assert "\x1b" not in done.output


def test_under_ci_a_file_counts_only_when_it_is_named(tmp_path: Path, graded: Path) -> None:
    (tmp_path / "grade.toml").write_text("seed = 3")
    assert shown(tmp_path, graded, CI="true")["seed"] == ("0", "default")
    assert shown(tmp_path, graded, "--config", "grade.toml", CI="true")["seed"][0] == "3"


# ---- attacks: what else may lie in a participant's folder

EVIL_CODE = "import os\nopen({mark!r}, 'a').write(__file__ + chr(10))\nraise SystemExit(0)\n"
EVIL_MODULES = (
    "conftest sitecustomize usercustomize numpy click msgspec pytest rich nbformat nbclient json tomllib test_x "
    "ipython_config ipython_kernel_config jupyter_config jupyter_notebook_config setup noxfile"
).split()


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A participant's repository full of files that others obey. Any that is run leaves a mark and ends the grader."""
    folder = tmp_path / "evil"
    folder.mkdir()
    code = EVIL_CODE.format(mark=str(tmp_path / "mark"))
    for name in EVIL_MODULES:
        folder.joinpath(f"{name}.py").write_text(code)
    folder.joinpath("evil.pth").write_text(f"import os; open({str(tmp_path / 'mark')!r}, 'a').write('pth')\n")
    folder.joinpath("pytest.ini").write_text("[pytest]\naddopts = --collect-only -p conftest\n")
    folder.joinpath("grade.toml").write_text(WEIGHTY)
    ini = "[tool.pytest.ini_options]\naddopts = '-p conftest'\n[tool.grade]\nmin-score = 0\n"
    folder.joinpath("pyproject.toml").write_text(ini)
    folder.joinpath(".git").mkdir()
    folder.joinpath("evil").mkdir()
    folder.joinpath("evil", "course.toml").write_text("id = 'evil'")
    shutil.copy(TYPICAL, folder / "work.ipynb")
    return folder


def shadow(folder: Path, tmp_path: Path) -> None:
    folder.joinpath("grader").mkdir()
    for name in ("__init__", "__main__", "cli"):
        folder.joinpath("grader", f"{name}.py").write_text(EVIL_CODE.format(mark=str(tmp_path / "mark")))


def run(cwd: Path, *command: object, ci: str) -> tuple[int, str]:
    """The exit code and what is printed, but for the time it took."""
    env = {**os.environ, "LC_ALL": "C.UTF-8", "CI": ci}
    done = subprocess.run(
        [*map(str, command), "work.ipynb"],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    folder = tmp_path_factory.mktemp("clean")
    shutil.copy(TYPICAL, folder / "work.ipynb")
    return run(folder, CONSOLE, ci="")


@pytest.mark.parametrize("ci", ["true", ""])
def test_no_file_in_a_participants_folder_changes_anything(
    ci: str, evil: Path, tmp_path: Path, clean: tuple[int, str]
) -> None:
    assert clean[0] == 1
    assert "Score: 10 of 18" in clean[1]
    assert run(evil, sys.executable, "-m", "grader", ci=ci) == clean
    shadow(evil, tmp_path)
    assert run(evil, CONSOLE, ci=ci) == clean
    assert not (tmp_path / "mark").exists()


@pytest.mark.skipif(sys.version_info < (3, 11), reason="-P came with Python 3.11")
def test_a_folder_named_as_the_grader_needs_the_command_or_a_safe_path(
    evil: Path, tmp_path: Path, clean: tuple[int, str]
) -> None:
    """`python -m grader` finds the participant's folder before ours: what `__main__` says of it is true."""
    shadow(evil, tmp_path)
    assert run(evil, sys.executable, "-P", "-m", "grader", ci="true") == clean
    assert not (tmp_path / "mark").exists()
    assert run(evil, sys.executable, "-m", "grader", ci="true") != clean
    assert (tmp_path / "mark").exists()
