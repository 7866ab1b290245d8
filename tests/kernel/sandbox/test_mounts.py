"""Hidden folders are empty but for what must stay visible; folders that only their owner may enter are found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.kernel.sandbox.mounts import closed_folders

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
