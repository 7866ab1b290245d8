"""What `grade-course export` makes is run as Gradescope and PrairieLearn run it, in their layout of folders."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from grader.cli.commands import run_command
from grader.cli.course import grade_course
from tests.cli.test_grade import SOLVED, TYPICAL
from tests.conftest import ROOT
from tests.container import SKIPPED
from tests.report.platforms.test_gradescope import GradescopeResults
from tests.report.platforms.test_prairielearn import PrairieLearnResults

pytestmark = [
    pytest.mark.xdist_group("export"),
    pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="its scripts are bash scripts"),
]


linux = pytest.mark.skipif(sys.platform != "linux", reason="imitates Linux's containers")


def export(*arguments: object) -> list[Path]:
    done = CliRunner().invoke(
        grade_course, ["export", *map(str, arguments)], catch_exceptions=False, standalone_mode=False
    )
    return [Path(line) for line in done.stdout.splitlines()]


def environment(folder: Path) -> Path:
    """A new virtual environment in which what the grader needs is there already, and the grader is not."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=60)
    packages = next(folder.glob("lib/python*/site-packages"))
    needed = next(path for path in sys.path if path.endswith("site-packages"))
    ignored = shutil.ignore_patterns("*grader*", "mypy*", "babel*", "ruff*")
    shutil.copytree(needed, packages, dirs_exist_ok=True, ignore=ignored, copy_function=link)
    return folder / "bin" / "python"


def link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def docker(*reachable: Path) -> list[str | Path]:
    """A command that runs another as in Docker with its default profile."""
    reach = [argument for path in reachable for argument in ("--reach", path)]
    return [sys.executable, ROOT / "tests" / "container.py", "--profile", "docker", *reach]


@dataclass(frozen=True)
class Service:
    """A folder laid out as the service does it, and how it starts a script there."""

    root: Path
    variables: dict[str, str]
    script: Path
    notebook: str

    def grade(self, *files: Path, inside: Sequence[str | Path] = (), **named: str) -> Any:
        """What is in results.json. `inside`: a command that the script is an argument of."""
        for name in (self.notebook, "results"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        notebook = self.root / self.notebook
        notebook.mkdir()
        for file in files:
            shutil.copy(file, notebook)
        for name, text in named.items():
            notebook.joinpath(f"{name}.ipynb").write_text(text)
        for name in ("numpy.py", "conftest.py", "sitecustomize.py"):
            notebook.joinpath(name).write_text("raise SystemExit(0)\n")
        notebook.joinpath("grade.toml").write_text("exercise = ['1a']\n")
        env = {"PATH": os.environ["PATH"], "HOME": str(self.root), "LC_ALL": "C.UTF-8", **self.variables}
        command = [*inside, self.script]
        done = subprocess.run(command, cwd=notebook, env=env, capture_output=True, text=True, timeout=100)
        if inside and done.returncode == SKIPPED:
            pytest.skip("no mount namespace here")
        assert done.returncode == 0, done.stderr
        return json.loads((self.root / "results" / "results.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def gradescope(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The zip unpacked to source, setup.sh run, run_autograder copied, as when Gradescope builds its image."""
    made = tmp_path_factory.mktemp("made")
    _, _, archive = export("gradescope", made / "autograder", "--lang", "en")
    root = tmp_path_factory.mktemp("autograder")
    root.chmod(0o755)  # as /autograder
    with zipfile.ZipFile(archive) as files:
        assert {"setup.sh", "run_autograder"} <= set(files.namelist())  # at the root of the zip
        files.extractall(root / "source")
    environment(root / "venv")
    env = {"PATH": os.environ["PATH"], "HOME": str(root), "AUTOGRADER": str(root)}
    build = ["bash", root / "source" / "setup.sh"]
    command = [*docker(root), shutil.which("bash") or "", *build[1:]] if sys.platform == "linux" else build
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=100)
    if done.returncode == SKIPPED:
        done = subprocess.run(build, env=env, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert "✓ A solved notebook has all its points (18 of 18)" in done.stdout
    assert "✓ The course is deep-learning-od-podszewki" in done.stdout
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    root.joinpath("run_autograder").chmod(0o755)
    return Service(root, {"AUTOGRADER": str(root)}, root / "run_autograder", "submission")


@pytest.fixture(scope="module")
def prairielearn(gradescope: Service, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The image's files, and an environment with the grader as its Dockerfile makes it."""
    made, root = tmp_path_factory.mktemp("made") / "image", tmp_path_factory.mktemp("grade")
    export("prairielearn", made, "--image", "me/grader")
    python = gradescope.root / "venv" / "bin" / "python"
    dockerfile = made.joinpath("Dockerfile").read_text()
    assert {source for line in re.findall(r"^COPY (.*) \S+$", dockerfile, re.MULTILINE) for source in line.split()} == {
        "requirements.txt", "grader", "course", "arguments", "run.sh",
    }  # fmt: skip
    return Service(root, {"GRADING": str(root), "PYTHON": str(python)}, made / "run.sh", "student")


def test_gradescope_gets_the_points_of_each_submission(gradescope: Service) -> None:
    for file, score in ((SOLVED, 18), (TYPICAL, 10)):
        results = msgspec.convert(gradescope.grade(file), GradescopeResults)
        assert (results.score, len(results.tests)) == (score, 8)


@linux
def test_in_docker_gradescope_gets_all_points_of_a_right_notebook(gradescope: Service) -> None:
    results = gradescope.grade(SOLVED, inside=docker(gradescope.root))
    assert (results["score"], results["extra_data"]["bonus"]) == (18, 4)
    walls = {wall.split()[0] for wall in results["extra_data"]["walls"]}
    assert walls == {"memory", "user", "rlimits", "landlock", "seccomp"}


def test_gradescope_gets_the_better_of_two_notebooks(gradescope: Service) -> None:
    results = gradescope.grade(TYPICAL, SOLVED)
    assert results["score"] == 18


def test_gradescope_gets_results_whatever_was_handed_in(gradescope: Service) -> None:
    nothing = msgspec.convert(gradescope.grade(), GradescopeResults)
    assert (nothing.score, "no .ipynb file" in nothing.output) == (0, True)
    broken = msgspec.convert(gradescope.grade(broken="{"), GradescopeResults)
    assert (broken.score, "cut off" in broken.output) == (0, True)


def test_gradescope_gets_results_where_the_setup_failed(gradescope: Service, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "AUTOGRADER": str(tmp_path)}
    assert subprocess.run([gradescope.script], env=env, timeout=60).returncode == 0
    results = msgspec.json.decode((tmp_path / "results" / "results.json").read_bytes(), type=Setup)
    assert (results.score, "setup.sh failed" in results.output) == (0, True)


class Setup(msgspec.Struct, forbid_unknown_fields=True):
    score: float
    output: str
    tests: list[str]


def test_prairielearn_gets_a_score_or_why_there_is_none(prairielearn: Service) -> None:
    for file, score in ((SOLVED, 1.0), (TYPICAL, 10 / 18)):
        results = msgspec.convert(prairielearn.grade(file), PrairieLearnResults)
        assert (results.gradable, results.score) == (True, pytest.approx(score))
    nothing = msgspec.convert(prairielearn.grade(), PrairieLearnResults)
    assert (nothing.gradable, "no .ipynb file" in nothing.format_errors[0]) == (False, True)


@linux
def test_in_docker_prairielearn_gets_all_points_of_a_right_notebook(prairielearn: Service, gradescope: Service) -> None:
    inside = docker(prairielearn.root, prairielearn.script.parent, gradescope.root)
    assert prairielearn.grade(SOLVED, inside=inside)["score"] == 1.0


@linux
def test_where_nothing_hides_the_tests_gradescope_gets_the_reason_and_no_grade(gradescope: Service) -> None:
    arguments = gradescope.root / "source" / "arguments"
    before = arguments.read_text()
    arguments.write_text(before + "--without-wall=landlock\n--without-wall=mount\n")
    try:
        refused = gradescope.grade(SOLVED)
        arguments.write_text(before + "--sandbox=off\n")
        told = gradescope.grade(SOLVED)
    finally:
        arguments.write_text(before)
    assert refused["score"] == 0
    assert "nothing on this machine hides the hidden tests" in refused["output"]
    assert told["score"] == 18
    assert "Graded without walls" in told["output"]


def test_the_question_of_prairielearn_says_how_it_is_graded(tmp_path: Path) -> None:
    made = export("prairielearn", tmp_path / "new", "--image", "me/grader", "-e", "3b", "--lang", "pl")
    assert [path.name for path in made] == ["Dockerfile", "run.sh", "info.json", "question.html"]
    info = json.loads((tmp_path / "new" / "question" / "info.json").read_text("utf-8"))
    assert (info["type"], info["gradingMethod"], len(info["uuid"])) == ("v3", "External", 36)
    assert info["externalGradingOptions"] == {
        "enabled": True, "image": "me/grader", "entrypoint": "/autograder/run.sh", "timeout": 300,
        "enableNetworking": False,
    }  # fmt: skip
    assert (tmp_path / "new" / "arguments").read_text().split() == ["--lang", "pl", "-e", "3b"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["gradescope", "."], "is not empty"),
        (["gradescope", "new", "-e", "99"], "there is no exercise '99' in this course"),
        (["gradescope", "new", "--course", "."], "is no course"),
        (["prairielearn", "new"], "--image NAME"),
        (["moodle", "new"], "'moodle' is not one of"),
    ],
)
def test_a_mistake_exits_with_2_and_makes_nothing(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.joinpath("here").mkdir()
    tmp_path.joinpath("here", "file").write_text("")
    monkeypatch.chdir(tmp_path / "here")
    assert run_command(grade_course, "grade-course", ["export", *arguments]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "here" / "new").exists()


def test_the_scripts_are_sound_bash() -> None:
    for script in (ROOT / "grader" / "exported").rglob("*"):
        if script.name.endswith(".sh") or script.name == "run_autograder":
            subprocess.run(["bash", "-n", script], check=True, timeout=20)
