"""What pip and a package index see: the name, the metadata, what is in a wheel and in the source archive."""

from __future__ import annotations

import email.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from importlib.metadata import requires
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from packaging.requirements import Requirement

from grader import __version__
from grader._version import DISTRIBUTION
from grader.course.course import Course
from grader.course.pack import pack
from hatch_build import with_absolute_links
from tests.cli.test_grade import SOLVED
from tests.conftest import ROOT
from tests.course.test_export import environment

pytestmark = pytest.mark.xdist_group("package")
REPOSITORY = "https://example.org/OWNER/grader"
NOT_OURS = re.compile(
    r"((pip3?|pipx|uv|tool) install|uvx)\b[^\n`#]*\s['\"]?grader(?![\w/.-])"
    r"|install['\"],[^\n]*['\"]grader['\"\[]|(?<![\w-])grader\[|['\"]grader @"
)
PINS = re.compile(r"(?:grader@|rev: |ref: )v(\d+\.\d+\.\d+)|workflows/grade\.yml@v(\d+\.\d+\.\d+)")
NOT_TEXT = {".ipynb", ".mo", ".png", ".svg"}


def own_files() -> list[Path]:
    """The files of this repository that are text, without what tests and tools leave."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is no clone of the repository")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> dict[Path, str]:
    return {path: path.read_text("utf-8", "replace") for path in own_files() if path.suffix not in NOT_TEXT}


@pytest.mark.parametrize(
    "text",
    [
        "pip install grader",
        "pip install 'grader[dask]'",
        "uvx --from grader grade",
        '"grader @ git+https://x"',
        "grader[dask]",
    ],
)
def test_the_search_finds_the_strangers_package(text: str) -> None:
    assert NOT_OURS.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "pip install .",
        "pip install notebook-grader",
        "pip install git+https://HOST/OWNER/grader@v0.9.0",
        "pip install ./grader",
    ],
)
def test_the_search_passes_over_our_own(text: str) -> None:
    assert not NOT_OURS.search(text)


def test_nothing_asks_a_package_index_for_the_strangers_grader() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in texts().items()
        if path != Path(__file__).resolve()
        for match in NOT_OURS.finditer(text)
    }
    assert not found


def test_every_pin_is_this_version_and_its_section_of_the_changelog_is_dated() -> None:
    pins = {
        (str(path.relative_to(ROOT)), next(filter(None, match.groups())))
        for path, text in texts().items()
        if path.suffix in (".md", ".yml", ".yaml", ".py") and "tests" not in path.parts
        for match in PINS.finditer(text)
    }
    assert {file for file, _ in pins} >= {"docs/ci.md", "docs/ci/gitlab.yml", ".pre-commit-hooks.yaml"}
    assert {version for _, version in pins} == {__version__}
    dated = re.findall(r"^## (\S+) - \d{4}-\d{2}-\d{2}$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert dated[0] == __version__


def test_every_requirement_has_one_lower_bound_and_no_upper() -> None:
    """A wheel that refuses the next release of numpy refuses the next release of Colab."""
    for requirement in map(Requirement, requires(DISTRIBUTION) or ()):
        if requirement.name != DISTRIBUTION:
            assert [one.operator for one in requirement.specifier] == [">="], str(requirement)


def build(folder: Path, *options: str, **environ: str) -> Path:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), *options]
    env = {**os.environ, **environ}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"), "--wheel", REPOSITORY=REPOSITORY)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("sdist"), "--sdist", REPOSITORY="")


def address(wheel: Path) -> str:
    """Where the links of a page should lead. An unpacked source archive keeps the address that it was made with."""
    if not (ROOT / "PKG-INFO").exists():
        return REPOSITORY
    urls = metadata(wheel).get_all("Project-URL", [])
    return next((url.removeprefix("Repository, ") for url in urls if url.startswith("Repository, ")), "")


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as files:
        return set(files.namelist())


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as files:
        (name,) = (name for name in files.namelist() if name.endswith(".dist-info/METADATA"))
        return email.parser.BytesParser().parsebytes(files.read(name))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make wheels` makes it."""
    return build(tmp_path_factory.mktemp("bare"), "--wheel", WITHOUT_COURSE="1")


def test_a_wheel_holds_the_course_and_one_for_participants_does_not(wheel: Path, bare: Path) -> None:
    course = {f"grader/_course/{path.relative_to(ROOT / 'reference')}" for path in (ROOT / "reference").rglob("*.py")}
    assert wheel.name == f"notebook_grader-{__version__}-py3-none-any.whl"
    assert {name for name in course if "__pycache__" not in name} <= names(wheel)
    assert names(bare) == {name for name in names(wheel) if not name.startswith("grader/_course/")}


def test_the_source_archive_has_every_file_of_the_repository_so_that_it_can_test_itself(archive: Path) -> None:
    with tarfile.open(archive) as files:
        packed = {name.partition("/")[2] for name in files.getnames()}
    assert {str(path.relative_to(ROOT)) for path in own_files()} <= packed


def test_an_index_would_take_both(wheel: Path, archive: Path) -> None:
    command = [sys.executable, "-m", "twine", "check", "--strict", wheel, archive]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout


def test_the_metadata_are_complete(wheel: Path) -> None:
    said = metadata(wheel)
    assert (said["Name"], said["Version"], said["License-Expression"]) == (DISTRIBUTION, __version__, "MIT")
    assert all(said[name] for name in ("Summary", "Author", "Keywords", "Requires-Python", "License-File"))
    assert {url.partition(",")[0] for url in said.get_all("Project-URL", [])} >= {"Repository", "Changelog", "Issues"}
    classifiers = " ".join(said.get_all("Classifier", []))
    for minor in range(10, 15):
        assert f"Python :: 3.{minor}" in classifiers
    assert "Development Status" in classifiers


def test_no_link_of_the_page_on_an_index_leads_beside_it(wheel: Path, archive: Path) -> None:
    page = str(metadata(wheel).get_payload())
    links = re.findall(r"\]\(([^)#]+)\)", page)
    repository = address(wheel)
    assert not repository or f"{repository}/blob/v{__version__}/docs/ci.md" in links
    assert all(link.startswith("https://") for link in links)
    with tarfile.open(archive) as files:
        info = files.extractfile(f"notebook_grader-{__version__}/PKG-INFO")
        assert info is not None
        assert not re.search(r"\]\((?!https:)", info.read().decode())


def test_links_become_absolute_or_words() -> None:
    text = "[a](docs/a.md#x) ![b](docs/b.png) [c](https://c.org) [d](#below) `[e](docs/e.md)`"
    assert with_absolute_links(text, "https://r", "v1") == (
        "[a](https://r/blob/v1/docs/a.md#x) ![b](https://r/raw/v1/docs/b.png) [c](https://c.org) [d](#below) "
        "`[e](https://r/blob/v1/docs/e.md)`"
    )
    assert with_absolute_links(text, "", "v1") == "a  [c](https://c.org) [d](#below) `e`"


def test_an_editable_installation_leaves_no_copy_of_the_course_beside_other_packages() -> None:
    """Participants' code may read what lies there."""
    (site,) = {Path(path) for path in sys.path if path.endswith("site-packages") and Path(path).is_dir()}
    copy = site / "grader" / "_course"
    assert not copy.exists(), f"{copy} is left of an older installation: make clean"


# ---- a grader without a course, and courses beside it


THIEF = """import glob, sys
for folder in sys.path:
    for file in sorted(glob.glob(folder + "/grader_course_*/*/solution.py")):
        exec(open(file).read(), globals())
"""


@pytest.fixture(scope="module")
def apart(bare: Path, course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in an environment with a grader without a course and the course as a wheel."""
    folder = tmp_path_factory.mktemp("apart")
    python = environment(folder)
    install = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        bare,
        pack(course, folder / "wheels"),
    ]
    subprocess.run(install, check=True, timeout=100)
    return folder / "bin" / "grade"


def graded(command: Path, notebook: Path, *options: str) -> float:
    """The points of a notebook."""
    arguments = [command, notebook, "--report", "json", "--exit-zero", *options]
    done = subprocess.run(arguments, cwd=notebook.parent, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return float(json.loads(done.stdout)["submissions"][0]["score"])


def test_a_grader_without_a_course_grades_with_an_installed_one_by_its_name(
    apart: Path, course: Course, tmp_path: Path
) -> None:
    shutil.copy(SOLVED, tmp_path / "żółw.ipynb")
    (tmp_path / course.id).mkdir()  # a participant's folder of the course's name is not the course
    assert graded(apart, tmp_path / "żółw.ipynb", "--course", course.id) == 18


def test_an_installed_course_is_in_plain_text_for_people_and_behind_the_walls_for_notebooks(
    apart: Path, tmp_path: Path
) -> None:
    notebook = tmp_path / "thief.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("import numpy as np"), new_code_cell(THIEF)]), notebook)
    assert graded(apart, notebook, "--sandbox", "off") == 18  # no course is named: the only one is taken
    assert graded(apart, notebook) == 0
