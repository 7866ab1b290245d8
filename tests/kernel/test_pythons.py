"""Kernels run in another Python where one is named: behind the same walls, and with nothing of the grader's to be read."""

from __future__ import annotations

import json
import os
import shutil
import sys
import venv
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import numpy
import pytest

import grader
from grader import Config, Grader
from grader.cli.grade import grade
from grader.cli.settings import keys
from grader.errors import UsageError
from grader.kernel import code_copy, pythons
from grader.kernel.code_copy import module_command
from grader.kernel.fork_client import ForkServerClient, start
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.pythons import Versions, find_python, installed, versions
from tests.attacks.test_attacks import USERS, make_places, notebook, run_in_cage
from tests.cli.test_grade import command
from tests.conftest import QUICK, ROOT
from tests.kernel.inside.test_agent import Notebook
from tests.test_contracts import contract, modules

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SOLVED = ROOT / "tests" / "samples" / "solved.ipynb"
NEWER_SYNTAX = 'def get_linear_forward(x, w, b):\n    return w * x + float(f"{str(f"{"0"}")}") + b\n'
posix = pytest.mark.skipif(os.name != "posix", reason="scripts in the place of a Python")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")


def make_environment(folder: Path) -> Path:
    """An environment of this Python with the packages of this one, one module more, and another grader in it. Returns
    its folder of packages."""
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "others.pth").write_text(str(Path(numpy.__file__).parents[1]))
    (site / "kurs_żółwi.py").write_text("value = 42\n")
    for name in ("grader/__init__.py", "grader/_course/1a/test_1a.py", "grader-9.dist-info/RECORD"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("SECRET = 1\n")
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_environment(tmp_path_factory.mktemp("środowisko kursu") / "venv")


@pytest.fixture(scope="module")
def python(site: Path) -> str:
    return find_python(site.parents[2])


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def answers(version: str, **packages: str) -> str:
    numbers = [int(part) for part in version.split(".")[:2]]
    return f"echo noise; echo '{json.dumps(['', version, numbers, packages])}'"


# ---- which Python


def test_an_environment_is_named_by_its_folder_its_executable_or_a_command(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = site.parents[2]
    executable = str(folder / "bin" / "python")
    assert find_python(folder) == find_python(executable) == executable, "no link is resolved"
    monkeypatch.chdir(folder.parent)
    assert find_python("venv") == find_python("venv/bin/python") == executable
    monkeypatch.setenv("PATH", str(folder / "bin"))
    monkeypatch.chdir("/")
    assert find_python("python") == executable
    assert versions(executable) == versions() == Versions(sys.version.split()[0], numpy.__version__)
    assert installed(["kurs_żółwi", "numpy", "no_such_module"], executable) == {"kurs_żółwi", "numpy"}


@posix
def test_a_script_that_starts_a_python_gives_that_python(python: str, tmp_path: Path) -> None:
    shim = script(tmp_path / "python3", f'exec "{python}" "$@"')
    assert find_python(shim) == python


@posix
@pytest.mark.parametrize(
    ("made", "said"),
    [
        (None, "there is no such Python. Give the path of its executable, or the folder of its environment."),
        ("folder", "is a folder without bin/python"),
        ("text", "can't be executed: Permission denied. Is it a Python?"),
        ("exit 0", "does not answer as a Python does. Is it one?"),
        ("echo 1", "does not answer as a Python does. Is it one?"),
        ("echo 'pyenv: python9: command not found' >&2; exit 127", "(pyenv: python9: command not found). Is it one?"),
        (answers("2.7.18"), "is Python 2.7.18. Kernels need 3.10 or newer."),
        (answers("3.9.25", numpy="2.0.2"), "is Python 3.9.25. Kernels need 3.10 or newer."),
        (
            answers("3.12.1", numpy="2.0.2", ipykernel="6.17.1"),
            "It lacks jupyter-client, msgspec; too old there: ipykernel 6.17.1 < 6.29. Install there what they need: ",
        ),
    ],
)
def test_what_no_kernel_can_run_in_is_refused_with_what_to_do(made: str | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mój python"
    if made == "folder":
        path.mkdir()
    elif made == "text":
        path.write_text("x")
    elif made is not None:
        script(path, made)
    with pytest.raises(UsageError) as refused:
        find_python(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_environment_without_packages_is_told_the_command_that_installs_them(tmp_path: Path) -> None:
    venv.create(tmp_path / "nowe środowisko", with_pip=False, symlinks=True)
    done = command(SOLVED, "--python", tmp_path / "nowe środowisko", "-o", tmp_path / "out")
    path = tmp_path / "nowe środowisko" / "bin" / "python"
    assert (done.returncode, done.stdout) == (2, "")
    assert "It lacks ipykernel, jupyter-client, msgspec, numpy" in done.stderr
    assert (
        f"'{path}' -m pip install 'ipykernel>=6.29' 'jupyter-client>=8.0.2' 'msgspec>=0.18.6' 'numpy>=1.24'"
        in done.stderr
    )
    assert not (tmp_path / "out").exists(), "before anything is graded"


def test_what_a_kernel_needs_is_what_the_package_declares() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for name, oldest in pythons.NEEDED.items():
        assert f"{name}>={oldest}" in declared["dependencies"]
    assert declared["requires-python"] == f">={'.'.join(map(str, pythons.OLDEST))}"


# ---- what runs there


def test_only_what_runs_in_a_kernel_is_copied(tmp_path: Path) -> None:
    alone = contract("forbidden", "grader.kernel")
    assert module_command("/x/python", "grader.kernel.fork_server", tmp_path) == [
        "/x/python", "-m", "grader.kernel.fork_server"
    ]  # fmt: skip
    copied = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.py")}
    rooms = [Path(*name.split(".")) for name in alone["source_modules"]]
    around = {Path("grader/__init__.py"), Path("grader/kernel/__init__.py")}
    assert around <= copied
    assert all(
        any(path.is_relative_to(room) or path == room.with_suffix(".py") for room in rooms) for path in copied - around
    )
    for name in alone["source_modules"]:
        path = ROOT.joinpath(*name.split("."))
        wanted = path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]
        assert {one.relative_to(ROOT) for one in wanted} <= copied
    assert module_command("", "grader.kernel.fork_server", tmp_path)[0] == sys.executable


@pytest.fixture(scope="module", params=[("warm", ""), ("cold", ""), ("cold", "landlock")], ids=" without ".join)
def kernel(request: pytest.FixtureRequest, python: str) -> Iterator[Notebook]:
    kernels, without = request.param
    with start(kernels, python=python) or nullcontext() as fork_server:
        hidden = (str(ROOT / "reference"), *code_copy.hidden_from(python))
        kernel = Kernel(QUICK, SandboxSettings(hidden=hidden, without=(without,)), fork_server, python)
        yield Notebook(kernel)
        kernel.close()


def test_a_kernel_runs_in_it_with_its_modules(kernel: Notebook, site: Path) -> None:
    kernel.run("import sys, kurs_żółwi\nimport numpy as np")
    assert kernel.run("print(kurs_żółwi.value, sys.prefix, np.arange(2))").printed == f"42 {site.parents[2]} [0 1]\n"
    late = "import numpy.polynomial.hermite, sqlite3.dump, xmlrpc.client\nprint('read late')"
    assert kernel.run(late).printed == "read late\n", "the base's library and the packages that a .pth file names"


@linux
def test_the_walls_are_those_of_any_kernel(kernel: Notebook, warm: ForkServerClient | None) -> None:
    own = Kernel(QUICK, SandboxSettings(), warm)
    own.close()
    missing = {wall.partition(":")[0] for wall in kernel.kernel.missing}
    assert {wall for wall in own.walls if wall.partition(" ")[0] not in {"user", *missing}} <= set(kernel.kernel.walls)
    assert missing <= {"user", "landlock"}


@linux
def test_nothing_else_of_a_grader_can_be_imported_or_read_there(kernel: Notebook, site: Path) -> None:
    there = {"grader.kernel", *contract("forbidden", "grader.kernel")["source_modules"]}
    others = sorted((modules("grader") | modules("grader.kernel")) - there)
    kernel.run(f"import importlib.util, os\nfound = [name for name in {others} if importlib.util.find_spec(name)]")
    assert kernel.run("print(len(found), found)").printed == "0 []\n"
    secrets = [
        *(site / name for name in ("grader/_course/1a/test_1a.py", "grader/__init__.py", "grader-9.dist-info/RECORD")),
        grader.PACKAGE / "api.py",
        ROOT / "reference" / "1a" / "solution.py",
    ]
    assert all(secret.exists() for secret in secrets)
    for secret in secrets:
        answer = kernel.run(f"print(len(open({str(secret)!r}).read()))")
        assert answer.error is not None, f"{secret} was read"
        assert answer.error.startswith(("PermissionError", "FileNotFoundError")), answer.error
        answer = kernel.run(f"print(os.listdir({str(secret.parent)!r}))")
        assert secret.name not in answer.printed
    ours = "[name for name in sys.modules if name.startswith('grader')]"
    assert kernel.run(f"import sys\nprint(len({ours}) > 5)").printed == "True\n"


@linux
@pytest.mark.parametrize(("start", "user"), [*zip(("cold", "warm"), USERS[::-1], strict=False)])
def test_the_command_grades_in_it_as_root_and_as_a_user(start: str, user: str, tmp_path: Path) -> None:
    folder = make_places(tmp_path / "cage")
    site = make_environment(tmp_path / "cage" / "venv")
    secret = site / "grader" / "_course" / "1a" / "test_1a.py"
    book = json.loads(SOLVED.read_text("utf-8"))
    book["cells"] += [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
        for source in (f"open({str(secret)!r}).read()", "import kurs_żółwi\nassert kurs_żółwi.value == 42")
    ]
    (folder / "żółw.ipynb").write_text(json.dumps(book))
    out = tmp_path / "cage" / "out.json"
    python = site.parents[2]
    ended = run_in_cage(
        tmp_path / "cage",
        [str(folder / "żółw.ipynb"), "--python", str(python), "--kernel", start, "--report", f"json={out}"],
        user,
    )
    assert ended["code"] == 0, ended
    assert (ended["files"], ended["processes"]) == ([], [])
    report = json.loads(out.read_text("utf-8"))
    assert report["kernel"] == {"python": sys.version.split()[0], "numpy": numpy.__version__}
    assert {"mount", "landlock"} <= {wall.partition(" ")[0] for wall in report["sandbox"]["walls"]}
    *_, read, own = report["submissions"][0]["cells"]
    assert read["error"].startswith(("PermissionError", "FileNotFoundError")), read
    assert own["status"] == "ok", own


# ---- where it is said


def test_the_api_grades_in_it_and_refuses_what_is_no_python(site: Path, tmp_path: Path) -> None:
    with Grader(config=Config(lang="en", python=str(site.parents[2]))) as one:
        assert one.config.python == str(site.parents[2] / "bin" / "python")
        assert one.grade(SOLVED).score == 18
    with pytest.raises(UsageError, match="there is no such Python"):
        Grader(config=Config(python=str(tmp_path / "none")))


def test_a_settings_file_may_set_it_only_where_it_is_named(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)  # there no settings file is used that is not named
    assert "python" in keys(grade)
    settings = tmp_path / "grade.toml"
    settings.write_text(f'python = "{os.path.relpath(site.parents[2], tmp_path)}"\n')
    shutil.copy(SOLVED, tmp_path / "a.ipynb")
    found = command("--show-config", cwd=tmp_path)
    assert f"python in {settings} not used" in found.stderr, "it would run code"
    named = command("--doctor", "--config", settings, cwd="/")
    assert named.returncode == 0, named.stderr
    assert f"Notebooks run on Python {sys.version.split()[0]} and numpy {numpy.__version__}" in named.stdout


def test_a_cluster_has_other_pythons(python: str) -> None:
    done = command(SOLVED, "--python", python, "--dask", "tcp://127.0.0.1:1")
    assert done.returncode == 2
    assert "Leave out one." in done.stderr


def other_version() -> str | None:
    """Another Python of this machine in which kernels can run: a newer one, so that it knows the newer syntax."""
    named = os.environ.get("GRADE_OTHER_PYTHON")
    for name in [named] if named else [f"python3.{minor}" for minor in range(14, 11, -1)]:
        try:
            found = find_python(name)
        except UsageError:
            continue
        if versions(found).python.split(".")[:2] != sys.version.split()[0].split(".")[:2]:
            return found
    return None


def test_a_newer_python_knows_newer_syntax(tmp_path: Path) -> None:
    there = other_version()
    if there is None:
        pytest.skip("no other Python here has ipykernel, msgspec and numpy; GRADE_OTHER_PYTHON may name one")
    (tmp_path / "a.ipynb").write_text(notebook(["import numpy as np\n", NEWER_SYNTAX]))
    done = command(tmp_path / "a.ipynb", "-e", "1a", "--python", there)
    assert done.returncode == 0, done.stdout + done.stderr
