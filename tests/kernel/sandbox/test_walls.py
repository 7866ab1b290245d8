"""As root in a container a right notebook has all its points, whichever walls stand there; it is never blamed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from grader.kernel.sandbox.walls import _hand_over
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="for root on Linux")
SOLVED = ROOT / "tests" / "samples" / "solved.ipynb"
LIMIT_S = 3.0
PLACES = [[], ["--without-landlock"], ["--closed"], ["--closed", "--without-landlock"], ["--private"]]


def command(tmp_path: Path, *options: str) -> list[str]:
    report = f"json={tmp_path / 'out.json'}"
    return [sys.executable, "-m", "grader", str(SOLVED), "--lang", "en", "--report", report, *options]


def ran(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT, start_new_session=True)


def grade(tmp_path: Path, place: list[str], *options: str) -> tuple[dict[str, Any], set[str]]:
    """The one submission of the JSON report, and the walls. `tmp_path`: open to root only, as pytest's folders are."""
    done = ran([sys.executable, "-m", "tests.container", *place, *command(tmp_path, *options)])
    if done.returncode == 77:
        pytest.skip("no mount namespace here")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "out.json").read_text("utf-8"))
    return report["submissions"][0], {wall.split()[0] for wall in report["sandbox"]["walls"]}


def outside_s(tmp_path: Path, kernel: str) -> float:
    """How long the same takes where nothing is forbidden."""
    started = time.monotonic()
    assert ran(command(tmp_path, "--kernel", kernel)).returncode == 0
    return time.monotonic() - started


@pytest.mark.parametrize("kernel", ["warm", "cold"])
@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_under_dockers_default_profile(place: list[str], kernel: str, tmp_path: Path) -> None:
    started = time.monotonic()
    graded, walls = grade(tmp_path, place, "--kernel", kernel)
    took_s = time.monotonic() - started
    assert took_s < LIMIT_S or took_s < 3 * outside_s(tmp_path, kernel), "or this machine is busy"
    assert (graded["score"], graded["bonus"]) == (18, 4), graded
    assert {cell["status"] for cell in graded["cells"]} == {"ok"}
    assert walls.isdisjoint({"pid", "net", "ipc", "mount"}), "the container forbids them"
    assert ("user" in walls) is {"--closed", "--private"}.isdisjoint(place)
    assert ("landlock" in walls) is ("--without-landlock" not in place)


@pytest.mark.parametrize("kernel", ["warm", "cold"])
@pytest.mark.parametrize("missing", ["", "landlock", "pid", "ipc", "user", "seccomp", "rlimits"])
def test_where_the_mount_wall_and_another_cannot_stand(missing: str, kernel: str, tmp_path: Path) -> None:
    off = [option for wall in ("mount", missing) if wall for option in ("--without-wall", wall)]
    graded, _ = grade(tmp_path, ["--free"], "--kernel", kernel, *off)
    assert (graded["score"], graded["bonus"]) == (18, 4), graded


@pytest.mark.parametrize("kernel", ["warm", "cold"])
def test_where_python_is_installed_for_root_only(kernel: str, tmp_path: Path) -> None:
    graded, walls = grade(tmp_path, ["--free", "--private"], "--kernel", kernel)
    assert (graded["score"], graded["bonus"]) == (18, 4), graded
    assert "mount" in walls
    assert "user" not in walls


def test_what_a_link_points_to_is_not_handed_over(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    for path in (folder / "work" / "home", outside):
        path.mkdir(parents=True)
    (outside / "file").write_text("")
    (folder / "work" / "file").write_text("")
    (folder / "work" / "home" / "folder").symlink_to(outside)
    (folder / "work" / "home" / "link").symlink_to(outside / "file")
    _hand_over(folder, 12345)
    assert {path.lstat().st_uid for path in (folder, *folder.rglob("*"))} == {12345}
    assert {path.stat().st_uid for path in (outside, outside / "file")} == {0}
