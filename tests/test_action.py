"""The action, the templates for CI and the pre-commit hook, run step by step as their runners would run them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from grader.cli.course import export
from grader.cli.grade import grade
from grader.cli.settings import OUTSIDE, keys
from grader.report.formats import FORMATS
from tests.cli.test_grade import SOLVED, TYPICAL
from tests.cli.test_settings import EVIL_CODE, EVIL_MODULES, WEIGHTY
from tests.conftest import ROOT
from tests.container import SKIPPED
from tests.course.test_export import docker, environment
from tests.report.platforms.test_classroom50 import CLASSROOM
from tests.report.platforms.test_github import obeyed

pytestmark = [
    pytest.mark.xdist_group("action"),
    pytest.mark.timeout(400),  # it installs the grader from nothing
    pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="its steps are bash scripts"),
]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "grade.yml").read_text("utf-8"))
GITLAB = yaml.safe_load((ROOT / "docs" / "ci" / "gitlab.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
KEPT = re.compile(r"PATH|LANG|PIP_.*|SSL_.*|REQUESTS_.*|.*_proxy|.*_PROXY")  # what a runner's machine has, too
NO_INDEX = re.compile(r"No matching distribution|NewConnectionError|Could not fetch|No route to host|Name or service")


@dataclass(frozen=True)
class Job:
    """A job of a runner: its folders, and the files by which its steps tell things."""

    folder: Path

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def temp(self) -> Path:
        return self.folder / "temp"

    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
        return kept | {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",  # where setup-python puts its Python
            "HOME": str(self.folder / "home"),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "RUNNER_TEMP": str(self.temp),
        }

    def step(self, number: int, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run a step of the action that is a script, as the runner does: from a file, by this command."""
        step = ACTION["runs"]["steps"][number]
        assert step["shell"] == "bash"
        given = {name: one.get("default", "") for name, one in ACTION["inputs"].items()} | inputs
        env = {name: expanded(value, given) for name, value in step.get("env", {}).items()}
        script = self.folder / "step.sh"
        script.write_text(step["run"])
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.workspace,
            env=self.environ() | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=200,
        )

    def outputs(self) -> dict[str, str]:
        lines = (self.folder / "output").read_text("utf-8").splitlines()
        told = dict(line.split("=", 1) for line in lines)
        outputs = {name: one["value"] for name, one in ACTION["outputs"].items()}
        return {name: told[value.removeprefix("${{ steps.grade.outputs.")[:-3]] for name, value in outputs.items()}


def expanded(text: str, inputs: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: inputs[match[1]], str(text))


PYTHON, INSTALL, GRADE, UPLOAD = range(4)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A clean machine on which the action's first steps have run, with a malicious repository checked out."""
    job = Job(tmp_path_factory.mktemp("runner"))
    for name in ("workspace", "temp", "home", "bin"):
        job.folder.joinpath(name).mkdir()
    base = Path(getattr(sys, "_base_executable", sys.executable))
    job.folder.joinpath("bin", "python").symlink_to(base)
    environment(job.temp / "grader")  # as if from a cache: what the grader needs is not downloaded again
    fill_with_evil(job.workspace, job.folder / "mark")
    done = job.step(INSTALL)
    if done.returncode and NO_INDEX.search(done.stdout):
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stdout
    assert not (job.folder / "mark").exists()
    return job


@pytest.fixture
def job(installed: Job) -> Job:
    """The same machine with nothing of an earlier job."""
    for path in (installed.workspace, installed.temp / "grade"):
        shutil.rmtree(path, ignore_errors=True)
    for name in ("summary.md", "output"):
        installed.folder.joinpath(name).unlink(missing_ok=True)
    installed.workspace.mkdir()
    return installed


def hold(job: Job, done: subprocess.CompletedProcess[str], code: int, outputs: tuple[str, str, str]) -> None:
    assert done.returncode == code, done.stdout
    assert tuple(job.outputs()[name] for name in ("score", "max-score", "passed")) == outputs
    summary = (job.folder / "summary.md").read_text("utf-8")
    assert f"**Score: {outputs[0]} of {outputs[1]} points" in summary
    points = [text for _, properties, text in obeyed(done.stdout) if properties.get("title") == "Autograding complete"]
    assert points == [f"Points {outputs[0]}/{outputs[1]}"]
    kept = expanded(ACTION["runs"]["steps"][UPLOAD]["with"]["path"].replace("${{ runner.temp }}", str(job.temp)), {})
    assert {path.name for path in Path(kept).iterdir()} == {"grade.json", "junit.xml", "grade.md"}
    assert str(json.loads((job.temp / "grade" / "grade.json").read_text("utf-8"))["submissions"][0]["score"]) == (
        f"{float(outputs[0])}"
    )


def test_a_right_repository_passes(job: Job) -> None:
    shutil.copy(SOLVED, job.workspace / "work.ipynb")
    done = job.step(GRADE)
    hold(job, done, 0, ("18", "18", "true"))
    assert [path.name for path in job.workspace.iterdir()] == ["work.ipynb"]


def test_a_wrong_repository_fails_and_says_where(job: Job) -> None:
    job.workspace.joinpath("my work").mkdir()
    shutil.copy(TYPICAL, job.workspace / "my work" / "a.ipynb")
    done = job.step(GRADE, path="my work/a.ipynb\n", **{"min-score": "60"})
    hold(job, done, 1, ("10", "18", "false"))
    kind, properties, _ = obeyed(done.stdout)[0]
    assert (kind, properties["file"]) == ("error", "my work/a.ipynb")
    line = (job.workspace / "my work" / "a.ipynb").read_text("utf-8").splitlines()[int(properties["line"]) - 1]
    assert "def compute_mse_loss" in line


def fill_with_evil(folder: Path, mark: Path) -> None:
    """Files that others obey; any that is run leaves a mark."""
    code = EVIL_CODE.format(mark=str(mark))
    for name in [*EVIL_MODULES, "pip", "venv", "ensurepip", "runpy"]:
        folder.joinpath(f"{name}.py").write_text(code)
    folder.joinpath("grader").mkdir()
    for name in ("__init__", "__main__", "cli"):
        folder.joinpath("grader", f"{name}.py").write_text(code)
    folder.joinpath("grade.toml").write_text(WEIGHTY)
    folder.joinpath("pyproject.toml").write_text("[tool.grade]\nmin-score = 0\n")
    folder.joinpath("grade").write_text(f"#!/bin/sh\ntouch {mark}\n")
    folder.joinpath("grade").chmod(0o755)
    folder.joinpath("pip.conf").write_text("[global]\nindex-url = http://127.0.0.1:1/\n")


def test_a_malicious_repository_gets_what_its_notebook_is_worth(job: Job, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    fill_with_evil(job.workspace, mark)
    shutil.copy(TYPICAL, job.workspace / "##[add-mask]18 $(touch pwned) `touch pwned` ;touch pwned.ipynb")
    done = job.step(GRADE)
    hold(job, done, 1, ("10", "18", "false"))
    assert {kind for kind, _, _ in obeyed(done.stdout)} <= {"error", "warning", "notice"}
    assert not mark.exists()
    assert not list(job.workspace.rglob("pwned"))
    assert not list(job.workspace.rglob("*.json"))


@pytest.mark.parametrize(
    "name", [name for name in ACTION["inputs"] if name not in ("python-version", "upload", "artifact")]
)
def test_an_input_is_never_a_script(name: str, job: Job) -> None:
    shutil.copy(SOLVED, job.workspace / "work.ipynb")
    done = job.step(GRADE, **{name: '$(touch pwned) `touch pwned`"; touch pwned; #'})
    assert done.returncode == 2, done.stdout
    assert not list(job.workspace.rglob("pwned"))
    assert not list(job.temp.glob("pwned"))


def test_a_notebook_named_as_an_option_is_a_notebook(job: Job) -> None:
    shutil.copy(TYPICAL, job.workspace / "--exit-zero.ipynb")
    hold(job, job.step(GRADE, path="--exit-zero.ipynb"), 1, ("10", "18", "false"))


def test_no_expression_stands_in_a_script_and_every_action_is_pinned() -> None:
    steps = [*ACTION["runs"]["steps"], *WORKFLOW["jobs"]["grade"]["steps"]]
    assert not [step for step in steps if "${{" in step.get("run", "")]
    used = [step["uses"] for step in steps if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}|\./\.grader", one) for one in used)
    assert WORKFLOW["permissions"] == {"contents": "read"}


def test_the_workflow_for_a_class_hands_every_input_on() -> None:
    called = WORKFLOW[True]["workflow_call"]  # `on` is a boolean in YAML 1.1
    given: dict[str, Any] = WORKFLOW["jobs"]["grade"]["steps"][-1]["with"]
    assert given == {name: f"${{{{ inputs.{name} }}}}" for name in called["inputs"]}
    assert {name: one["default"] for name, one in called["inputs"].items()} == {
        name: ACTION["inputs"][name]["default"] for name in called["inputs"]
    }
    assert set(called["outputs"]) == set(ACTION["outputs"]) == set(WORKFLOW["jobs"]["grade"]["outputs"])


# ---- GitLab


def gitlab(job: Job, inside: Sequence[str | Path] = (), **variables: str) -> int:
    """The script's lines in one shell, as GitLab's runner runs them; then what it would collect. `inside`: a command
    that the shell is an argument of."""
    script = "\n".join(GITLAB["grade"]["script"])
    environ = {name: value for name, value in job.environ().items() if not name.startswith("GITHUB_")}
    environ |= {**GITLAB["grade"]["variables"], "GRADER_VENV": str(job.temp / "grader"), **variables}
    command = [*inside, shutil.which("bash") or "", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=job.workspace, env=environ, timeout=100).returncode


@pytest.mark.skipif(sys.platform != "linux", reason="imitates Linux's containers")
def test_in_docker_gitlab_gets_all_points_of_a_right_project(job: Job) -> None:
    shutil.copy(SOLVED, job.workspace / "work.ipynb")
    code = gitlab(job, docker(job.folder))
    if code == SKIPPED:
        pytest.skip("no mount namespace here")
    assert code == 0
    report = json.loads((job.workspace / "grade-reports" / "grade.json").read_text("utf-8"))
    assert report["submissions"][0]["score"] == 18
    assert report["sandbox"]["hides_tests"] is True
    assert not {"pid", "net", "ipc", "mount"} & {wall.split()[0] for wall in report["sandbox"]["walls"]}


def test_gitlab_gets_a_junit_report_of_a_wrong_project(job: Job) -> None:
    shutil.copy(TYPICAL, job.workspace / "work.ipynb")
    job.workspace.joinpath("grade.toml").write_text(WEIGHTY)
    assert gitlab(job, GRADE_MIN_SCORE="60", PATHS="work.ipynb $(touch\tpwned)") == 2
    assert gitlab(job, GRADE_MIN_SCORE="60") == 1
    report = job.workspace / GITLAB["grade"]["artifacts"]["reports"]["junit"]
    assert int(etree.parse(report).getroot().get("failures")) > 0
    assert {path.name for path in (job.workspace / "grade-reports").iterdir()} == {
        "junit.xml",
        "grade.json",
        "grade.md",
    }


# ---- pre-commit


def test_the_pre_commit_hook_grades_what_is_committed(job: Job) -> None:
    (hook,) = HOOKS
    assert (hook["id"], hook["language"], hook["types"]) == ("grade", "python", ["jupyter"])
    command = [job.temp / "grader" / "bin" / hook["entry"], "--min-score", "60"]
    for notebook, code in ((SOLVED, 0), (TYPICAL, 1)):
        assert (
            subprocess.run([*command, notebook], env=job.environ(), capture_output=True, timeout=100).returncode == code
        )


# ---- Classroom 50


def test_classroom50_gets_a_result_whatever_lies_in_the_checkout(job: Job) -> None:
    fill_with_evil(job.workspace, job.folder / "mark")
    shutil.copy(TYPICAL, job.workspace / "work.ipynb")
    for unwanted in ("json.py", "grade"):
        job.workspace.joinpath(unwanted).unlink()
    identity = {**CLASSROOM, "OWNER": "ada", "ASSIGNMENT_TYPE": "individual"}
    python, script = job.temp / "grader" / "bin" / "python", ROOT / "docs" / "ci" / "classroom50.py"
    done = subprocess.run([python, script], cwd=job.workspace, env=job.environ() | identity, timeout=100)
    assert done.returncode == 0
    result = json.loads((job.workspace / "result.json").read_text("utf-8"))
    assert (result["owner"], result["score"], result["max-score"]) == ("ada", 10, 18)
    assert not (job.folder / "mark").exists()
    shutil.rmtree(job.workspace)
    job.workspace.mkdir()
    nothing = subprocess.run([python, script], cwd=job.workspace, env=job.environ() | identity, timeout=100)
    assert nothing.returncode == 2  # the runner makes an error of it


# ---- what the documentation says


def test_every_option_and_format_of_the_documentation_is_one_of_the_command() -> None:
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    known = set(grade.params) | set(export.params)
    options = {name for option in known for name in option.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][\w-]*", text)) <= options
    table = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", text.split("## GitHub Actions")[0], re.MULTILINE)
    assert {name for row in table for name in re.findall(r"\w+", row)} == set(FORMATS)
    groups = text.split("| named by")[1]
    named = {key for key in re.findall(r"`([a-z-]+)`", groups.split("What is not used")[0]) if key in keys(grade)}
    assert named - {"course", "sandbox", "report", "out"} <= OUTSIDE
