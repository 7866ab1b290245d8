"""Hidden folders are empty but for what must stay visible; folders that only their owner may enter are found."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from grader.config import Config
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.sandbox.mounts import closed_folders, hiding, outermost
from grader.kernel.session import run
from grader.model import Cell, CellStatus, Notebook

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux's mounts")
HIDE = """
import os, sys
from pathlib import Path
from grader.kernel.sandbox.mounts import MS_PRIVATE, MS_REC, hide
from grader.kernel.sandbox.syscalls import CLONE_NEWNS, call
from grader.kernel.sandbox.walls import unshare_user
try:
    if os.geteuid():
        unshare_user()
    call("unshare", CLONE_NEWNS)
except OSError:
    sys.exit(77)
call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
folder = Path(sys.argv[1])
hide(folder, [folder / "a" / "kept", folder / "a" / "kept" / "inner", folder / "none", Path("/usr")])
print(sorted(str(path.relative_to(folder)) for path in folder.rglob("*")))
"""


@linux
def test_a_hidden_folder_shows_only_what_is_kept(tmp_path: Path) -> None:
    for name in ("a/kept/inner", "a/secret", "b"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "a" / "kept" / "file").write_text("")
    done = subprocess.run([sys.executable, "-c", HIDE, tmp_path], capture_output=True, text=True, timeout=30)
    if done.returncode == 77:
        pytest.skip("no mount namespace here")
    assert (done.stdout, done.stderr) == ("['a', 'a/kept', 'a/kept/file', 'a/kept/inner']\n", "")
    assert (tmp_path / "a" / "secret").exists(), "only that process sees it so"


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_closed_folders_are_those_above_a_kernels_own(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "open" / "kernel"
    inner.mkdir(parents=True)
    for folder in (tmp_path / "closed" / "open", inner):
        folder.chmod(0o755)
    (tmp_path / "closed").chmod(0o700)
    found = closed_folders(inner)
    assert tmp_path / "closed" in found
    assert tmp_path / "closed" / "open" not in found
    assert inner not in found


@linux
def test_what_is_to_be_hidden_is_found_once_and_again_when_a_folder_is_closed(tmp_path: Path) -> None:
    own = tmp_path / "otwarty" / "k"
    own.mkdir(parents=True)
    own.parent.chmod(0o755)
    first = hiding(("/nowhere at all",), own)
    assert hiding(("/nowhere at all",), own) is first
    covered = [Path(os.fsdecode(cover.folder)) for cover in first.covers]
    assert any(own.is_relative_to(folder) for folder in covered), "others' folders beside it"
    assert [kept for cover in first.covers for kept, _ in cover.kept if kept == os.fsencode(own)]
    own.parent.chmod(0o700)
    assert hiding(("/nowhere at all",), own) is not first


@linux
def test_hidden_folders_that_are_gone_or_are_files_cost_no_wall(tmp_path: Path, warm: ForkServerClient | None) -> None:
    """Somebody may remove a folder of submissions while it is graded."""
    (tmp_path / "plik").write_text("")
    with TemporaryDirectory(dir=sys.prefix) as inside:
        hidden = (str(Path(inside, "zniknął")), str(Path(inside, "plik")), str(tmp_path / "plik"))
        Path(inside, "plik").write_text("")
        config = Config(lang="en", hidden=hidden)
        with run(Notebook("", "", "0" * 64, (Cell(0, "x = 1"),)), config, warm) as session:
            lost = [wall for wall in session.missing_walls if "No such file" in wall or "Not a directory" in wall]
            assert lost == []


@linux
def test_the_mount_wall_alone_hides_a_folder_inside_of_python(warm: ForkServerClient | None) -> None:
    """As a course that is installed with the grader."""
    with TemporaryDirectory(dir=sys.prefix) as secret:
        Path(secret, "solution.py").write_text("")
        look = Cell(0, f"import os\nfound = os.listdir({secret!r})\nassert not found, found")
        config = Config(lang="en", hidden=(secret,), without_walls=("landlock",))
        with run(Notebook("", "", "0" * 64, (look,)), config, warm) as session:
            (looked,) = session.cells
            if "mount" not in session.walls:
                pytest.skip("no mount namespace here")
        assert looked.status is CellStatus.OK, looked.error
        assert Path(secret, "solution.py").exists()


def test_of_folders_inside_of_each_other_the_outermost_are_hidden() -> None:
    folders = [Path(one) for one in ("/a", "/a/b", "/a/b/ć", "/a-b", "/a b", "/b/a", "/b/a-x", "/b/a/x")]
    wanted = sorted(Path(one) for one in ("/a", "/a-b", "/a b", "/b/a", "/b/a-x"))
    for order in list(permutations(folders))[::97]:
        assert outermost(order) == wanted
    assert outermost([]) == []
