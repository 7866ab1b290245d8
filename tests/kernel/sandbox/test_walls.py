"""What the walls do by themselves; in which surroundings they stand: tests/test_platforms.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.kernel.sandbox.walls import _hand_over
from tests.conftest import ROOT
from tests.container import SKIPPED

pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="for root on Linux")
SOLVED = ROOT / "tests" / "samples" / "solved.ipynb"


@pytest.mark.parametrize("profile", ["free", "docker"])
def test_where_python_is_installed_for_root_only(profile: str, tmp_path: Path) -> None:
    """`tmp_path` is open to root only, as pytest's folders are."""
    out = tmp_path / "out.json"
    command = [sys.executable, "-m", "grader", str(SOLVED), "--report", f"json={out}"]
    container = [sys.executable, "-m", "tests.container", "--profile", profile, "--private"]
    done = subprocess.run(
        [*container, *command], capture_output=True, text=True, timeout=100, cwd=ROOT, start_new_session=True
    )
    if done.returncode == SKIPPED:
        pytest.skip("no mount namespace here")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(out.read_text("utf-8"))
    walls = {wall.split()[0] for wall in report["sandbox"]["walls"]}
    assert (report["submissions"][0]["score"], report["submissions"][0]["bonus"]) == (18, 4)
    assert ("mount" in walls) is (profile == "free")
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
