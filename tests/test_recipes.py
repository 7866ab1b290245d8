"""The recipes of docs/ci, run as they stand: a class of repositories, and a course that participants can't read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.test_grade import SOLVED, TYPICAL, command
from tests.conftest import ROOT

CI = ROOT / "docs" / "ci"
COLLECT = CI / "collect.sh"
PRIVATE = yaml.safe_load((CI / "private-course.yml").read_text("utf-8"))
GRADEBOOK = yaml.safe_load((CI / "gradebook.yml").read_text("utf-8"))
STUB = ROOT / "exercises" / "workshop.ipynb"
pytestmark = pytest.mark.skipif(sys.platform == "win32" or not shutil.which("git"), reason="bash and git")


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An organisation's repositories; git knows nobody here and has no settings."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "x")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "x@example.org")
    (tmp_path / "org").mkdir()
    return tmp_path / "org"


def push(repository: Path, notebook: Path, *more: tuple[str, str]) -> None:
    """A new commit with this notebook in a participant's repository."""
    if not repository.exists():
        subprocess.run(["git", "init", "-q", repository], check=True, timeout=20)
    shutil.copy(notebook, repository / "workshop.ipynb")
    for name, target in more:
        (repository / name).symlink_to(target)
    for arguments in (["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", *arguments], cwd=repository, check=True, timeout=20)


def collect(org: Path, users: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (org.parent / "users.txt").write_text(users)
    arguments = [f"file://{org}/workshop-", org.parent / "users.txt", folder]
    return subprocess.run(["bash", COLLECT, *arguments], capture_output=True, text=True, timeout=60)


def test_a_class_of_repositories_becomes_one_gradebook(git: Path, tmp_path: Path) -> None:
    push(git / "workshop-annakot", SOLVED)
    push(git / "workshop-jan-lis", TYPICAL)
    done = collect(git, "annakot\r\n\n  jan-lis", tmp_path / "submissions")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    shutil.copytree(ROOT / "reference", tmp_path / "course")
    (tmp_path / "roster.csv").write_text("name,login\nAnna Kot,annakot\nJan Lis,jan-lis\nEwa Żuk,ewa\n", "utf-8")
    steps = {step.get("name"): step for step in GRADEBOOK["jobs"]["gradebook"]["steps"]}
    assert 'bash collect.sh "$BASE" users.txt submissions' in steps["Collect"]["run"]
    program, *arguments = steps["Grade"]["run"].split()
    graded = command(*arguments, cwd=tmp_path)
    assert (program, graded.returncode) == ("grade", 0), graded.stderr
    text = (tmp_path / "results" / "gradebook.csv").read_text("utf-8")
    assert len(text.splitlines()) == 4
    assert re.search(r"Anna Kot.*\b18\b", text)
    assert re.search(r"Jan Lis.*\b10\b", text)
    assert re.search(r"Ewa Żuk.*missing", text)


def test_collecting_again_brings_what_is_new_and_keeps_what_cannot_be_read_now(git: Path, tmp_path: Path) -> None:
    push(git / "workshop-ada", TYPICAL)
    push(git / "workshop-jan", TYPICAL)
    assert collect(git, "ada\njan\n", tmp_path / "all").returncode == 0
    push(git / "workshop-ada", SOLVED)
    shutil.rmtree(git / "workshop-jan")
    done = collect(git, "ada\njan\nnobody\n", tmp_path / "all")
    assert done.returncode == 1
    assert done.stderr.endswith("No repository that can be read: jan nobody\n")
    assert (tmp_path / "all" / "workshop-ada" / "workshop.ipynb").read_bytes() == SOLVED.read_bytes()
    assert (tmp_path / "all" / "workshop-jan" / "workshop.ipynb").read_bytes() == TYPICAL.read_bytes()
    assert {path.name for path in (tmp_path / "all").iterdir()} == {"workshop-ada", "workshop-jan"}


def test_nothing_in_a_repository_or_in_a_name_reaches_out_of_its_folder(git: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ipynb"
    secret.write_text("{}")
    push(git / "workshop-eve", TYPICAL, ("link.ipynb", str(secret)), ("all", "/"))
    done = collect(git, "eve\n../../eve\n-x\n$(touch pwned)\n.\n", tmp_path / "all")
    assert done.returncode == 1
    assert [path.name for path in (tmp_path / "all").iterdir()] == ["workshop-eve"]
    assert not [path for path in (tmp_path / "all" / "workshop-eve").iterdir() if path.is_symlink()]
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize(("notebook", "passes"), [(SOLVED, True), (STUB, False)], ids=["solved", "untouched"])
def test_what_forks_run_is_the_asserts_of_the_notebook_and_no_hidden_test(
    notebook: Path, passes: bool, tmp_path: Path
) -> None:
    (script,) = (step["run"] for step in PRIVATE["jobs"]["visible"]["steps"] if "run" in step)
    install, execute = script.splitlines()
    assert install == "python -m pip install --quiet nbclient ipykernel numpy", "which this environment has, too"
    shutil.copy(notebook, tmp_path / "workshop.ipynb")
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "JUPYTER_DATA_DIR": str(tmp_path),
    }
    done = subprocess.run(execute, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=100)
    assert (done.returncode == 0) == passes, done.stderr
    assert passes or "Error" in done.stderr


def test_the_key_of_a_private_course_is_asked_for_only_where_no_fork_can_have_it() -> None:
    visible, hidden = PRIVATE["jobs"]["visible"], PRIVATE["jobs"]["hidden"]
    assert "secrets." not in str(visible)
    assert "secrets.COURSE_KEY" in str(hidden)
    condition = " ".join(hidden["if"].split())
    assert condition == (
        "!github.event.repository.fork && (github.event_name == 'push' || "
        "github.event.pull_request.head.repo.full_name == github.repository)"
    )
    assert PRIVATE[True] == ["push", "pull_request"]  # `on` is a boolean in YAML 1.1; never pull_request_target
    folders = [step["with"]["path"] for step in hidden["steps"][:2]]
    assert folders == ["work", "course"], "what was handed in lies beside the course, and can't be in its place"


@pytest.mark.parametrize("workflow", [PRIVATE, GRADEBOOK], ids=["private-course", "gradebook"])
def test_workflows_may_only_read_pin_what_they_use_and_put_no_expression_into_a_script(
    workflow: dict[str, object],
) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():  # type: ignore[attr-defined]
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            assert re.fullmatch(
                r"actions/[\w-]+@[0-9a-f]{40}|OWNER/grader@v[\d.]+", step.get("uses", "OWNER/grader@v1")
            )
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False
