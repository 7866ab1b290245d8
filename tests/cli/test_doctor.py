"""What the machine can do is said as it is, and each lack with what to do about it. Completion in the shell."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy
import pytest

from grader.batch import memory
from grader.cli import doctor
from grader.cli.doctor import ADVICE, Kernels
from grader.config import Config
from grader.errors import KernelStartError
from grader.model import Grade
from tests.cli.test_grade import command
from tests.cli.test_settings import CONSOLE
from tests.sample_run import HALF_FAULT, RIGHT

CONFIG = Config(lang="en")


@pytest.fixture(autouse=True)
def graded(monkeypatch: pytest.MonkeyPatch) -> Callable[[Grade], None]:
    """A solved notebook is graded as the sample of a right one, or as another sample: without a kernel."""

    def as_sample(grade: Grade) -> None:
        monkeypatch.setattr(doctor, "grade_solved", lambda course, config: (grade, 0.74))

    as_sample(RIGHT)
    return as_sample


def told(environ: Mapping[str, str] | None = None, jobs: int = 1, folder: Path | None = None) -> list[str]:
    return [*doctor.report(doctor.examine(folder, CONFIG, jobs, environ or {}), CONFIG)]


@pytest.mark.parametrize("option", ["--version", "--doctor"])
def test_this_machine_is_described(option: str) -> None:
    done = command(option, "-j", "1")
    assert done.returncode == 0, done.stderr
    assert "deep-learning-od-podszewki" in done.stdout
    assert f"Python {platform.python_version()}" in done.stdout
    assert f"numpy {numpy.__version__}" in done.stdout
    if sys.platform == "linux":
        assert "pid, net, ipc, " in done.stdout
        assert "mount, user, rlimits, landlock" in done.stdout
        assert option == "--version" or "forked from a running process" in done.stdout
    assert option == "--version" or re.search(
        r"^✓ A solved notebook has all its points \(18 of 18\), in \d+(\.\d)? s\.$", done.stdout, re.MULTILINE
    )


def test_a_course_that_is_none_is_said_and_exits_with_2(tmp_path: Path) -> None:
    done = command("--doctor", "--course", tmp_path, "--kernel", "cold", lang="pl")
    assert done.returncode == 2
    assert "! Nie da się odczytać kursu:" in done.stdout


@pytest.mark.parametrize("name", [*ADVICE, "walls"])
def test_each_wall_that_is_missing_has_its_advice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kernels = Kernels(("pid",), (f"{name}: the system says no",), False, 270)
    monkeypatch.setattr(doctor, "try_kernels", lambda config: kernels)
    lines = told()
    at = lines.index(f"! The wall {name} is missing: the system says no.")
    assert lines[at + 1] == f"  {ADVICE[name].text}"  # type: ignore[union-attr]
    assert "! Kernels can't be forked here: each starts by itself, in 270 ms." in lines


def test_a_solved_notebook_without_its_points_is_a_fault_of_the_machine(graded: Callable[[Grade], None]) -> None:
    assert "✓ A solved notebook has all its points (7 of 7), in 0.7 s." in told()
    graded(HALF_FAULT)
    findings = doctor.examine(None, CONFIG, 1, {})
    assert any(finding.fatal for finding in findings)
    said = [*doctor.report(findings, CONFIG)]
    at = next(place for place, line in enumerate(said) if line.startswith("! A solved notebook has not all its points"))
    assert "4 of 7. The grader itself failed" in said[at]
    assert "grade-course check" in said[at + 1]


def test_where_nothing_hides_the_tests_it_is_said_what_is_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "try_kernels", lambda config: Kernels(("rlimits",), (), True, 30))
    lines = told()
    at = lines.index("! Nothing here hides the hidden tests and the solutions from a notebook's code.")
    assert "only a notebook of your own is graded here" in lines[at + 1]


def test_a_machine_where_no_kernel_starts_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(config: Config) -> Kernels:
        raise KernelStartError("no such luck")

    monkeypatch.setattr(doctor, "try_kernels", none)
    findings = doctor.examine(None, CONFIG, 1, {})
    assert any(finding.fatal for finding in findings)
    assert "! No kernel starts: no such luck" in [*doctor.report(findings, CONFIG)]


def test_modules_memory_and_locale_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "try_kernels", lambda config: Kernels((), (), True, 30))
    monkeypatch.setattr(doctor, "installed", lambda names, python: {*names} - {"torch", "cv2"})
    monkeypatch.setattr(memory, "free_mib", lambda: 5000)
    lines = told({"LANG": "pl_PL.UTF-8"}, jobs=3)
    assert "! Not installed, so replaced by modules that do nothing: cv2, torch." in lines
    assert "! 3 notebooks at once, 2048 MiB for each at most; 5000 MiB are free." in lines
    assert "  If all of them used that much, memory would run out. Use -j 2, or a smaller --memory." in lines
    assert "✓ Reports are in English; the locale is pl_PL.UTF-8." in lines


# ---- completion: eval "$(_GRADE_COMPLETE=bash_source grade)"


def completed(words: str) -> list[str]:
    environ = {
        **os.environ,
        "_GRADE_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    done = subprocess.run([CONSOLE], env=environ, capture_output=True, text=True, timeout=60, check=True)
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_the_shell_completes_options_and_formats() -> None:
    assert completed("grade --min") == ["--min-score"]
    assert completed("grade --report gra") == ["gradebook", "gradescope"]
    assert completed("grade --sandbox ") == ["auto", "strict", "off"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_documented_command_gives_the_shell_its_completion(shell: str) -> None:
    environ = {**os.environ, "_GRADE_COMPLETE": f"{shell}_source"}
    done = subprocess.run([CONSOLE], env=environ, capture_output=True, text=True, timeout=60, check=True)
    assert f"_GRADE_COMPLETE={shell}_complete" in done.stdout


def test_a_broken_file_of_settings_does_not_break_completion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "grade.toml").write_text(json.dumps({"no": 1}))
    monkeypatch.chdir(tmp_path)
    assert completed("grade --exit") == ["--exit-zero"]
