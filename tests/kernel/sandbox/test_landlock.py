"""Participants may read Python's installation, and nothing of the grader, wherever that is installed."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import venv
from pathlib import Path

import numpy
import pytest

import grader
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.sandbox import landlock
from grader.kernel.sandbox.landlock import listable_paths, readable_paths
from grader.kernel.timer import time_limit
from grader.model import Cell
from tests.conftest import QUICK, ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no Landlock")
ASK = """
import json, sys, grader
from pathlib import Path
from grader.kernel.sandbox.landlock import readable_paths
print(json.dumps([str(grader.PACKAGE), [str(path) for path in readable_paths([Path(one) for one in sys.argv[1:]])]]))
"""


def opens(readable: list[Path], secret: Path) -> list[Path]:
    """The readable paths through which all or part of a folder can be read."""
    return [path for path in readable if path.is_relative_to(secret) or secret.is_relative_to(path)]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Python and the grader in a virtual environment, as pip installs it, the course beside its code. Returns both."""
    folder = tmp_path_factory.mktemp("zażółć venv")
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    package, metadata = site / "grader", site / "notebook_grader-0.9.0.dist-info"
    for source, target in ((grader.PACKAGE, package), (ROOT / "reference", package / "_course")):
        for path in source.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                copy = target / path.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
    metadata.mkdir()
    (metadata / "RECORD").write_text("grader/_course/1a/test_1a.py,,\n")
    (site / "another" / "deep").mkdir(parents=True)
    (site / "others.pth").write_text(str(Path(numpy.__file__).parents[1]))
    return folder / "bin" / "python", package


def ask(python: Path, *hidden: Path) -> tuple[Path, list[Path]]:
    """Where an installed grader thinks that it is, and what may be read there."""
    done = subprocess.run(
        [python, "-c", ASK, *hidden], capture_output=True, text=True, timeout=60, cwd="/", start_new_session=True
    )
    assert done.returncode == 0, done.stderr
    package, readable = json.loads(done.stdout)
    return Path(package), [Path(path) for path in readable]


def test_nothing_inside_the_installed_package_is_readable(installed: tuple[Path, Path]) -> None:
    python, package = installed
    where, readable = ask(python)
    assert where == package
    assert (package / "_course" / "1a" / "test_1a.py").exists()
    assert opens(readable, package) == []
    assert opens(readable, package.parent / "notebook_grader-0.9.0.dist-info") == [], "it names every hidden test"
    assert package.parent / "another" in readable, "everything beside it is"


def test_a_hidden_folder_inside_pythons_own_is_not_readable(installed: tuple[Path, Path]) -> None:
    python, package = installed
    hidden = package.parent / "another" / "deep"
    _, readable = ask(python, hidden)
    assert opens(readable, hidden) == []


def test_nothing_of_this_grader_is_readable() -> None:
    readable = list(readable_paths([ROOT / "reference"]))
    assert Path(grader.__file__).resolve().parent == grader.PACKAGE
    for secret in (grader.PACKAGE, ROOT / "reference"):
        assert opens(readable, secret) == []
    assert any(Path(numpy.__file__).is_relative_to(path) for path in readable)


def test_the_import_system_can_list_only_pythons_own_folders() -> None:
    roots = {Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix)}
    assert listable_paths()
    assert all(any(path.is_relative_to(root) for root in roots) for path in listable_paths())


def test_a_grader_in_any_folder_of_packages_that_is_readable_is_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The packages of the base, under which a virtual environment lies, are readable though nothing imports them."""
    sites = [tmp_path / "lib/python3.12/site-packages", tmp_path / "lib64/python3/dist-packages"]
    for site in sites:
        (site / "grader" / "_course").mkdir(parents=True)
        (site / "grader-9.dist-info").mkdir()
        (site / "grader_of_eggs").mkdir()
    monkeypatch.setattr(landlock, "readable_roots", lambda: [tmp_path])
    found = landlock.installed_graders.__wrapped__()
    assert {path for path in found if path.is_relative_to(tmp_path)} == {
        site / name for site in sites for name in ("grader", "grader-9.dist-info")
    }


def test_what_kernels_may_read_is_found_once_and_again_after_something_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, secret = tmp_path / "site", tmp_path / "site" / "grader"
    (secret / "_course").mkdir(parents=True)
    (site / "numpy").mkdir()
    monkeypatch.setattr(landlock, "readable_roots", lambda: [site])
    monkeypatch.setattr(landlock, "installed_graders", lambda: [secret])
    first = landlock.shared_rules((str(tmp_path / "course"),))
    assert landlock.shared_rules((str(tmp_path / "course"),)) is first
    paths = [Path(os.fsdecode(path)) for path, _ in first.rights]
    assert site / "numpy" in paths
    assert opens(paths, secret) == []
    (site / "pandas").mkdir()
    os.utime(site, ns=(1, 1))
    again = [Path(os.fsdecode(path)) for path, _ in landlock.shared_rules((str(tmp_path / "course"),)).rights]
    assert site / "pandas" in again
    hidden = landlock.shared_rules((str(site / "numpy"),)).rights
    assert opens([Path(os.fsdecode(path)) for path, _ in hidden], site / "numpy") == [], "other folders are hidden now"


def test_the_rules_of_all_kernels_are_made_once_and_again_after_something_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, place, made, allowed = tmp_path / "site", tmp_path / "grade-ż" / "k", list[int](), list[bytes]()
    (site / "grader").mkdir(parents=True)

    def new() -> int:
        made.append(os.open(os.devnull, os.O_RDONLY))
        return made[-1]

    monkeypatch.setattr(landlock, "readable_roots", lambda: [site])
    monkeypatch.setattr(landlock, "installed_graders", lambda: [site / "grader"])
    monkeypatch.setattr(landlock, "_new_ruleset", new)
    monkeypatch.setattr(landlock, "_handled", lambda: landlock._FS_ALL_BY_ABI[1])
    monkeypatch.setattr(landlock, "_allow", lambda rules, path, rights: allowed.append(path))
    first = landlock.shared_ruleset(("/nowhere",), place)
    assert landlock.shared_ruleset(("/nowhere",), place) == first == made[0]
    assert os.fsencode(place) in allowed
    (site / "pandas").mkdir()
    os.utime(site, ns=(1, 1))
    allowed.clear()
    assert landlock.shared_ruleset(("/nowhere",), place) == made[1]
    assert os.fsencode(site / "pandas") in allowed
    landlock.close_rulesets()
    landlock.close_rulesets()  # a kernel has none, or has closed it
    for descriptor in made:
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(descriptor)


def test_what_a_kernels_own_rules_leave_open_elsewhere_holds_nothing_of_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the folder for temporary files is among Python's own."""
    root = tmp_path / "python ż"
    place = root / "tmp" / "grade-1" / "k"
    for folder in (place / "n", root / "tmp" / "other", root / "lib"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(landlock, "readable_roots", lambda: [root])
    paths = [Path(os.fsdecode(path)) for path, _ in landlock._outside_of.__wrapped__(place)]
    assert opens(paths, place) == []
    assert {root / "lib", root / "tmp" / "other"} <= set(paths)


@pytest.mark.skipif(not hasattr(os, "O_PATH"), reason="there is no Landlock")
def test_a_link_that_has_come_into_the_place_of_a_readable_folder_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def note(rules: int, kind: int, rule: bytes, flags: int) -> int:
        opened.append(Path(f"/proc/self/fd/{struct.unpack('=Qi', rule)[1]}").readlink())
        return 0

    monkeypatch.setattr(landlock, "_add_rule", lambda: note)
    link = tmp_path / "numpy"
    (tmp_path / "secret").mkdir()
    link.symlink_to(tmp_path / "secret")
    landlock._allow(0, os.fsencode(link), 4)
    assert opened == [link]


@pytest.mark.parametrize("kind", ["warm", "cold"])
def test_a_kernel_makes_nothing_in_its_folder_but_in_the_one_to_write_to(
    kind: str, warm: ForkServerClient | None
) -> None:
    """Not even a socket, of which no limit of files would know."""
    make = (
        "import os, socket\nfor path in ('own', '../own', '../../own'):\n    try: {}\n    except OSError: print(path)"
    )
    running = Kernel(QUICK, SandboxSettings(without=("seccomp",)), warm if kind == "warm" else None)
    try:
        if not any(wall.startswith("landlock") for wall in running.walls):
            pytest.skip("there is no Landlock")
        for how in (
            "socket.socket(socket.AF_UNIX).bind(path + 's')",
            "os.mkdir(path)",
            "open(path + 'f', 'w').close()",
        ):
            printed = running.run_cell(Cell(0, make.format(how)), time_limit(5)).printed
            assert printed.split() == ["../../own"], how
    finally:
        running.close()
