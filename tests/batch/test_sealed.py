"""A grade that was sealed where it was made is the same grade on the disk, in tables and on pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.batch.kept import KeptResults
from grader.batch.results import file_states
from grader.batch.run import open_engine
from grader.batch.sealed import Sealed, Sealing, from_bytes, score, to_bytes, whole
from grader.batch.store import open_store
from grader.config import Config
from grader.course.course import Course
from grader.i18n import Titles, msg
from grader.model import Curve, Grade
from grader.report import people_files
from grader.report.outline import outline
from grader.report.page import beside, page
from grader.report.run import Run
from grader.report.same_work import lines_handed_out, work_of
from grader.submissions.submission import Submission, from_file
from tests import sample_class
from tests.sample_files import notebook

CONFIG = Config(lang="pl", articles=True)
CURVE = Curve(Titles("Żółta", "Yellow"), Titles("x", "x"), Titles("y", "y"), (0.0, 1.5), (None, 2e9), (1.0, 2.0))
GRADES = [
    replace(grade, exercises=tuple(replace(one, curves=(CURVE,)) for one in grade.exercises))
    for grade in sample_class.GRADES
]
TERMS = {"course": "ż"}


def sent(grade: Grade, course: Course, config: Config | None = None) -> Sealed:
    """The grade as it arrives from another process."""
    sealed = Sealing(course, config).seal(grade)
    assert isinstance(sealed, Sealed)
    return from_bytes(to_bytes(sealed))


@pytest.mark.parametrize("grade", GRADES, ids=lambda grade: grade.notebook.participant)
def test_what_arrives_is_the_grade_with_its_outline(grade: Grade, course: Course) -> None:
    found = sent(grade, course)
    assert whole(found) == grade
    assert found.outline == outline(grade, version="")
    assert found.work == work_of(grade, lines_handed_out(course))
    assert score(found).score == grade.score
    assert not found.article, "nobody wants one"


@pytest.mark.parametrize("odd", ["\ud800 Bo", float("inf"), float("nan")], ids=str)
def test_what_json_lacks_is_not_sealed_unless_it_is_replaced(course: Course, odd: str | float) -> None:
    grade = replace(GRADES[0], notes=(msg("{value}", value=odd),))
    assert Sealing(course, CONFIG).seal(grade) is grade
    replaced = Sealing(course, CONFIG).seal_replacing(grade)
    assert replaced.open() == replace(grade, notes=replaced.open().notes) != grade


def test_pages_made_where_the_notebooks_were_graded_have_the_same_bytes(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MAX_PEOPLE", 3)
    submissions = [handed_in(tmp_path, grade.notebook.participant) for grade in GRADES]
    grades = [
        replace(grade, notebook=replace(grade.notebook, participant=one.participant, path=one.path))
        for grade, one in zip(GRADES, submissions, strict=True)
    ]
    people_files.deliver(Run(grades, course, CONFIG), tmp_path / "here")
    with open_store(tmp_path / "out", TERMS) as store:
        kept = KeptResults(store, course)
        for submission, grade in zip(submissions, grades, strict=True):
            kept.keep(submission, sent(grade, course, CONFIG), file_states(submission))
        monkeypatch.setattr(page, "article", None)  # none is made any more
        people_files.deliver(Run(kept.collect(submissions), course, CONFIG), tmp_path / "there")
        assert pages(tmp_path / "there") == pages(tmp_path / "here")
        assert len(pages(tmp_path / "here")) == 2 * len(grades) + 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".grade-")) == []


def handed_in(folder: Path, participant: str) -> Submission:
    path = folder / f"{participant.replace('/', '_')}.ipynb"
    path.write_text(notebook("x = 1"), "utf-8")
    return from_file(path)


def pages(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / people_files.FOLDER).iterdir()}


def test_a_page_that_can_not_be_made_costs_nobody_a_grade(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "article", None)
    assert sent(GRADES[0], course, CONFIG).open() == GRADES[0]


@pytest.mark.parametrize(("people", "wanted"), [(3, False), (4, True)])
def test_only_of_a_large_class_are_they_made_there(
    plan: Any, monkeypatch: pytest.MonkeyPatch, people: int, wanted: bool
) -> None:
    """Each worker that makes them loads what makes pages: a small class has no use for that."""
    monkeypatch.setattr(beside, "MAX_PEOPLE", 3)
    configs: list[Config] = []

    class Engine:
        def __init__(self, course: Course, config: Config, *rest: object) -> None:
            configs.append(config)

        def __enter__(self) -> Any:
            return None

        def __exit__(self, *error: object) -> None:
            pass

    monkeypatch.setattr("grader.batch.workers.open_workers", Engine)
    with open_engine(plan(), people):
        pass
    with open_engine(replace(plan(), out=None), people):
        pass
    assert [config.articles for config in configs] == [wanted, False]
