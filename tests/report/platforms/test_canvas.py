"""Canvas's gradebook as its importer looks for columns."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from grader.people import Id, Namespace
from grader.report.platforms import canvas
from tests.sample_run import FORMULA, HOSTILE_NAME, RIGHT, run


def test_canvas_takes_points_and_bonus_with_what_is_possible() -> None:
    table = list(csv.DictReader(io.StringIO(canvas.text(run()))))
    assert list(table[0]) == [
        "Student", "ID", "SIS User ID", "SIS Login ID", "Section", "A sample course", "A sample course (bonus)"
    ]  # fmt: skip
    assert list(table[0].values()) == ["    Points Possible", "", "", "", "", "7", "0"]
    assert [row["ID"] for row in table[1:]] == ["1234567", "78", "77", "79"]
    assert [row["A sample course"] for row in table[1:]] == ["3", "0", "", ""]
    assert [row["A sample course (bonus)"] for row in table[1:]] == ["0", "0", "", ""]


def test_a_number_is_never_escaped_so_one_that_is_a_formula_is_none() -> None:
    right = replace(RIGHT, notebook=replace(RIGHT.notebook, ids=(Id(Namespace.SIS, "s-2"),)))
    ids = [row["SIS User ID"] for row in csv.DictReader(io.StringIO(canvas.text(run(right, RIGHT))))]
    assert ids == ["", "s-2"]
    assert canvas.left_out(run(right, RIGHT)) == (HOSTILE_NAME,)


def test_titles_are_the_same_in_each_language() -> None:
    assert canvas.text(run(lang="pl")) == canvas.text(run(lang="en"))


def test_no_cell_is_a_formula() -> None:
    for row in csv.reader(io.StringIO(canvas.text(run()))):
        assert not [cell for cell in row if cell.lstrip()[:1] in ("=", "+", "-", "@") and cell != "-"]
    assert "'" + FORMULA in {cell for row in csv.reader(io.StringIO(canvas.text(run()))) for cell in row}
