"""A run that changes nothing makes no page again; where something that a page rests on has changed, it is made."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch import shown_pages
from grader.batch.run import output_files, write_reports
from grader.config import Config
from grader.course.course import Course
from grader.model import Grade, Notebook, SubmissionStatus
from grader.report import people_files
from grader.report.outline import Article
from grader.report.page import page
from grader.report.run import Run

NAMES = ["Wszebąd Ćwierć-Źdźbłowski " * 4, "Ada", "\ud800 Bo"]


@pytest.fixture
def run(course: Course) -> Run:
    grades = [
        Grade(Notebook(f"{number}.ipynb", name, "0" * 64), SubmissionStatus.GRADED, 1.5)
        for number, name in enumerate(NAMES)
    ]
    return Run(tuple(grades), course, Config(lang="pl"))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages of one person that were made, by whose they are."""
    found: list[str] = []
    said = people_files.page.said_of_one

    def note(run: Run) -> Article:
        found.append(run.grades[0].notebook.participant)
        return said(run)

    monkeypatch.setattr(people_files.page, "said_of_one", note)
    return found


def test_a_run_that_changes_nothing_makes_no_page_again(run: Run, made: list[str], tmp_path: Path) -> None:
    write_reports(tmp_path, run)
    pages = {path: path.read_bytes() for path in (tmp_path / people_files.FOLDER).iterdir()}
    assert made == NAMES
    write_reports(tmp_path, run)
    assert made == NAMES, "none again"
    assert {path: path.read_bytes() for path in (tmp_path / people_files.FOLDER).iterdir()} == pages
    assert tmp_path / shown_pages.FILE in output_files(tmp_path), "it names people: it is removed with the pages"


def another_grade(run: Run, folder: Path) -> Run:
    return replace(run, grades=(*run.grades[:-1], replace(run.grades[-1], notes=("Ż",))))


def another_language(run: Run, folder: Path) -> Run:
    return replace(run, config=replace(run.config, lang="en"))


def page_gone(run: Run, folder: Path) -> Run:
    (folder / people_files.FOLDER / run.own_files[-1]).unlink()
    return run


def page_changed(run: Run, folder: Path) -> Run:
    page = folder / people_files.FOLDER / run.own_files[-1]
    os.utime(page, ns=(1, 1))
    return run


def spoilt(run: Run, folder: Path) -> Run:
    (folder / shown_pages.FILE).write_bytes(b'{"made_with": "')
    return run


@pytest.mark.parametrize(
    ("change", "again"),
    [(another_grade, 1), (page_gone, 1), (page_changed, 1), (another_language, 3), (spoilt, 3)],
)
def test_what_has_changed_is_made_again(
    change: Callable[[Run, Path], Run], again: int, run: Run, made: list[str], tmp_path: Path
) -> None:
    write_reports(tmp_path, run)
    made.clear()
    write_reports(tmp_path, change(run, tmp_path))
    assert made == NAMES[-again:]


def test_another_look_of_pages_makes_all_again(
    run: Run, made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reports(tmp_path, run)
    made.clear()
    monkeypatch.setattr(shown_pages, "_looks", lambda: "another style")
    write_reports(tmp_path, run)
    assert made == NAMES


def test_a_large_class_has_two_files_of_everybody_and_makes_neither_again(
    run: Run, made: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(page, "MAX_PEOPLE", 2)
    write_reports(tmp_path, run)
    own = tmp_path / people_files.FOLDER
    assert {path.name for path in own.iterdir()} == {*people_files.written(run)}
    assert len(people_files.written(run)) == 7
    assert made == NAMES
    write_reports(tmp_path, run)
    assert made == NAMES, "none again"
    next(own.glob("Ada*.js")).unlink()
    write_reports(tmp_path, run)
    assert made == [*NAMES, "Ada"], "only what is lacking"
    assert next(own.glob("Ada*.js")) in output_files(tmp_path)
