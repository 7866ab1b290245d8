"""What is kept of a grade says the same as the grade, wherever a table asks."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import replace

import pytest

from grader.model import Cell, Grade
from grader.report import class_summary, formats, gradebook, json_report, terminal, xlsx
from grader.report.outline import KeptGrades, outline
from grader.report.run import Run
from grader.report.same_work import lines_handed_out, work_of
from tests import sample_run
from tests.sample_class import COURSE, GRADES, run

NUMBERS = (
    "score", "max_score", "bonus", "max_bonus", "needs", "ungraded_points", "ungraded_bonus", "by_hand_points",
    "open_points", "judged_max_score", "judged_max_bonus", "share", "faulted", "status", "notes", "digest",
)  # fmt: skip


class OnDisk(KeptGrades):
    """Grades that are made anew each time. How often is counted."""

    def __init__(self, grades: Sequence[Grade]) -> None:
        self._grades, self.reads = grades, 0
        self.outlines = [outline(one, place) for place, one in enumerate(grades)]
        self.works = [work_of(one, lines_handed_out(COURSE)) for one in grades]

    def read(self, place: int) -> Grade:
        self.reads += 1
        return replace(self._grades[place])


@pytest.mark.parametrize("grade", [*GRADES, *sample_run.run().grades], ids=lambda one: one.notebook.participant[:20])
def test_the_numbers_of_an_outline_are_the_grades(grade: Grade) -> None:
    kept = outline(grade).score
    assert [getattr(kept, name) for name in NUMBERS] == [getattr(grade, name) for name in NUMBERS]
    assert [one.points for one in kept.exercises] == [one.points for one in grade.exercises]
    assert kept.reached(50) == grade.reached(50)
    assert not kept.notebook.cells, "what was handed in is not kept"
    assert not any(check.message or check.input for one in kept.exercises for check in one.checks)


def test_reports_are_the_same_wherever_the_grades_are() -> None:
    whole = run(lang="pl")
    kept = replace(whole, grades=OnDisk(whole.grades))
    for text in (json_report.text, gradebook.text, gradebook.spreadsheet_text, terminal.text):
        assert text(kept) == text(whole)
    assert xlsx.workbook(kept) == xlsx.workbook(whole)
    assert kept.topics == whole.topics
    assert kept.same == whole.same
    assert kept.best == whole.best


def test_tables_read_no_grade_but_one_for_each_mistake() -> None:
    many = OnDisk([replace(one, notebook=replace(one.notebook, path=f"{n}")) for n, one in enumerate(GRADES * 20)])
    kept = Run(many, COURSE, run().config)
    gradebook.text(kept)
    terminal.text(kept)
    assert many.reads == 0
    mistakes = sum(len(topic.mistakes) for topic in kept.topics)
    assert mistakes >= many.reads
    class_summary.hardest(kept.topics)
    assert many.reads <= mistakes, "looked at once for all reports"


class Counted(OnDisk):
    """Notes how many grades that were read are in memory whenever another one is."""

    most = 0

    def read(self, place: int) -> Grade:
        alive = [one for one in gc.get_objects() if isinstance(one, Cell) and one.source.startswith("only_here")]
        self.most = max(self.most, len(alive))
        grade = self._grades[place]
        cell = Cell(0, "only_here" + str(place))
        return replace(grade, notebook=replace(grade.notebook, cells=(cell,)))


@pytest.mark.parametrize("name", ["json", "junit", "html"])
def test_a_long_report_never_holds_the_whole_class(name: str) -> None:
    kept = Counted(GRADES[:6])
    written = formats.content(name, Run(kept, COURSE, run().config))
    assert not isinstance(written, str)
    assert GRADES[5].notebook.participant.encode() in b"".join(written)
    assert kept.most <= 3, "the one that is written, the one before it and the one after it"
