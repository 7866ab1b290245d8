"""Which course `--course` means: an installed one by its name, a folder, or the one that is there."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import loader, pack, places
from grader.course.course import Course
from grader.course.places import find_course, installed_courses, secret_folders
from grader.errors import CourseError
from grader.ready import hidden_folders
from tests.conftest import ROOT


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of packages on Python's path."""
    folder = tmp_path / "zażółć site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    places._entry_points.cache_clear()
    yield folder
    places._entry_points.cache_clear()


def unpack(wheel: Path, site: Path) -> None:
    """All that pip would do with such a wheel."""
    with zipfile.ZipFile(wheel) as files:
        files.extractall(site)


@pytest.fixture
def without_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A grader that comes without a course; beside it lies a folder of somebody else's that has the name of ours."""
    (tmp_path / "lib" / "grader").mkdir(parents=True)
    (tmp_path / "lib" / "reference").mkdir()
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "lib" / "grader")


def test_the_built_in_course_is_that_of_the_checkout() -> None:
    assert find_course() == ROOT / "reference"


def test_an_installed_course_is_found_by_its_name_and_nothing_of_it_is_imported(site: Path, small: Course) -> None:
    unpack(pack.pack(small, site.parent), site)
    (site / "grader_course_kurs_zolwi" / "__init__.py").write_text("raise SystemExit('imported')\n")
    assert find_course("kurs żółwi") == site / "grader_course_kurs_zolwi"
    assert loader.load(find_course("kurs żółwi")).digest != small.digest, "it has a file more"


def test_a_folder_in_a_participants_repository_is_not_taken_for_an_installed_course(
    site: Path, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpack(pack.pack(small, site.parent), site)
    (site.parent / "kurs żółwi").mkdir()
    monkeypatch.chdir(site.parent)
    assert find_course("kurs żółwi").parent == site
    assert find_course("./kurs żółwi") == find_course(Path("kurs żółwi")) == Path("kurs żółwi")


def test_a_name_that_is_not_installed_is_a_folder(site: Path) -> None:
    assert find_course("nowhere") == Path("nowhere")
    with pytest.raises(CourseError, match=r"nowhere is no course.*no installed course has this name"):
        loader.load(find_course("nowhere"))


@pytest.mark.usefixtures("without_own")
def test_a_grader_without_a_course_takes_the_only_one_installed(site: Path, small: Course) -> None:
    with pytest.raises(CourseError, match=r"pip install COURSE\.whl.*--course DIR"):
        find_course()
    unpack(pack.pack(small, site.parent), site)
    places._entry_points.cache_clear()
    assert find_course() == site / "grader_course_kurs_zolwi"


@pytest.mark.usefixtures("without_own")
def test_of_several_installed_courses_none_is_guessed(site: Path, small: Course, course: Course) -> None:
    for one in (small, course):
        unpack(pack.pack(one, site.parent), site)
    with pytest.raises(CourseError, match=r"deep-learning-od-podszewki, kurs żółwi\. Choose one: --course NAME"):
        find_course()


def test_participants_code_sees_no_installed_course_whichever_is_graded(site: Path, small: Course) -> None:
    wheel = pack.pack(small, site.parent, "1.0")
    unpack(wheel, site)
    secrets = {site / "grader_course_kurs_zolwi", site / "grader_course_kurs_zolwi-1.0.dist-info"}
    assert secret_folders() >= secrets
    hidden = hidden_folders([], loader.load(ROOT / "reference"))
    assert {str(folder.resolve()) for folder in secrets} <= set(hidden)


def test_an_entry_point_whose_package_is_gone_is_no_course(site: Path, small: Course) -> None:
    unpack(pack.pack(small, site.parent), site)
    (site / "grader_course_kurs_zolwi").rename(site / "elsewhere")
    assert "kurs żółwi" not in installed_courses()
