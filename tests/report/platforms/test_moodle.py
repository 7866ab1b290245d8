"""Moodle's worksheet as its importer looks for columns."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

from grader.report.platforms import moodle
from tests.sample_run import FORMULA, HOSTILE_NAME, run


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not attrs


def test_moodle_takes_grade_and_feedback_by_the_number_of_the_participant() -> None:
    table = list(csv.DictReader(io.StringIO(moodle.text(run()))))
    assert {"Identifier", "Grade", "Last modified (grade)", "Feedback comments"} <= set(table[0])
    assert [row["Identifier"].removeprefix("Participant ") for row in table] == ["1234567", "78", "77", "79"]
    assert [row["Grade"] for row in table] == ["3", "0", "", ""]  # no grade where the grader broke
    assert moodle.left_out(run()) == (HOSTILE_NAME,)
    assert all(not row["Grade"] or float(row["Grade"]) <= float(row["Maximum grade"]) for row in table)
    for row in table:
        tags = Tags()
        tags.feed(row["Feedback comments"])
        assert tags.seen <= {"p", "br"}


def test_no_cell_is_a_formula() -> None:
    for row in csv.reader(io.StringIO(moodle.text(run()))):
        assert not [cell for cell in row if cell.lstrip()[:1] in ("=", "+", "-", "@") and cell != "-"]
    assert "'" + FORMULA in {cell for row in csv.reader(io.StringIO(moodle.text(run()))) for cell in row}
