"""Several notebooks of one participant: one an exercise, copies, one that can't be read."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import pytest

from grader.batch.workers import grade_all
from grader.config import Config
from grader.course.course import Course
from grader.i18n import render
from grader.model import SubmissionStatus
from grader.report import gradebook, json_report, terminal
from grader.report.run import Run
from grader.submissions.find import find
from tests.conftest import QUICK, ROOT
from tests.sample_files import (
    IDS,
    lay_out,
    notebook,
)

MSE = "def compute_mse_loss(y_hat, y):\n    return {}"
RIGHT_MSE, WRONG_MSE = MSE.format("np.mean((y_hat - y) ** 2)"), MSE.format("np.mean(y_hat - y) + undefined")


@pytest.fixture(scope="module")
def graded(course: Course, solutions: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    one_an_exercise = {f"anna_kot/{id}.ipynb": notebook("import numpy as np", code) for id, code in solutions.items()}
    files = {
        **one_an_exercise,
        "anna_kot/1b.ipynb": notebook("import numpy as np", "!pip install x", WRONG_MSE, "1 / 0"),
        "ola_lis.ipynb": notebook("import numpy as np", WRONG_MSE, "import os; os._exit(3)"),
        "ola_lis-1.ipynb": notebook("import numpy as np", RIGHT_MSE),
        "jan/1a.ipynb": notebook("import numpy as np", solutions["1a"]),
        "jan/1b.ipynb": "",
        "roster.csv": "name;id\nAnna Kot;7\nJan;8\n=Nobody;9\nOla Lis;10\n",
    }
    folder = lay_out(tmp_path_factory.mktemp("class"), files)
    found = find([folder], IDS)
    config = Config(lang="en", limits=QUICK)
    return Run(tuple(grade_all(found.submissions, course, config, 2)), course, config, found.missing)


def test_one_notebook_an_exercise_is_one_submission_in_one_kernel(graded: Run) -> None:
    anna = json.loads(json_report.text(graded))["submissions"][0]
    assert anna["participant"] == "Anna Kot"
    assert [item["points"] for item in anna["exercises"]] == [2, 0, 1, 3, 2, 2, 4, 0]
    assert [(item["cell"], item.get("file")) for item in anna["exercises"]] == [
        (1, "1a.ipynb"), (2, "1b.ipynb"), (1, "2.ipynb"), (1, "3a.ipynb"), (1, "3b.ipynb"), (1, "4.ipynb"),
        (1, "5.ipynb"), (1, "6.ipynb"),
    ]  # fmt: skip
    failed = [cell for cell in anna["cells"] if cell["status"] != "ok"]
    assert [(cell["index"], cell["file"], cell["error"]) for cell in failed] == [
        (3, "1b.ipynb", "ZeroDivisionError: division by zero")
    ]
    assert anna["notes"] == [
        "Run as one notebook, in this order: "
        "1a.ipynb, 1b.ipynb, 2.ipynb, 3a.ipynb, 3b.ipynb, 4.ipynb, 5.ipynb, 6.ipynb.",
        "Cell 2 (1b.ipynb): `!pip install x` was not run; the grader runs no such commands.",
    ]


def test_what_is_said_of_several_notebooks_fits_the_published_schema(graded: Run) -> None:
    schema = json.loads((ROOT / "docs" / "grade-1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(json_report.text(graded)))


def test_the_report_names_cell_and_file(graded: Run) -> None:
    text = terminal.text(Run(graded.grades[:1], graded.course, graded.config))
    text = " ".join(text.split())
    assert "The call ended with an error in cell 3 (1b.ipynb), line 2: return np.mean(y_hat - y) + undefined" in text
    assert "1. Fix compute_mse_loss (exercise 1b, cell 3 (1b.ipynb))" in text
    assert "Cell 4 (1b.ipynb), line 1 (`1 / 0`): ZeroDivisionError: division by zero" in text


def test_of_two_notebooks_the_better_counts_and_the_report_says_so(graded: Run) -> None:
    ola = graded.grades[2]
    assert (ola.score, Path(ola.notebook.path).name) == (2, "ola_lis-1.ipynb")
    assert [render(note, "en") for note in ola.notes] == [
        "Several notebooks were handed in: ola_lis.ipynb, ola_lis-1.ipynb. "
        "The one that earns most counts: ola_lis-1.ipynb."
    ]


def test_an_unreadable_notebook_does_not_cost_the_others(graded: Run) -> None:
    jan = graded.grades[1]
    assert (jan.status, jan.score) == (SubmissionStatus.GRADED, 2)
    assert "1b.ipynb: The file is empty." in render(jan.notes[1], "en")


def test_the_gradebook_has_a_row_for_each_on_the_list(graded: Run) -> None:
    rows = list(csv.reader(gradebook.text(graded).splitlines()))
    assert rows[0] == [
        "participant", "path", "status", "score", "max_score", "bonus", "max_bonus", *IDS, "id", "email", "ungraded",
    ]  # fmt: skip
    assert [row[0] for row in rows[1:]] == ["Anna Kot", "Jan", "Ola Lis", "'=Nobody"]
    assert rows[4] == ["'=Nobody", "", "missing", "0", "18", "0", "4", *"00000000", "9", "", ""]
    assert json.loads(json_report.text(graded))["missing"] == [{"participant": "=Nobody", "id": "9"}]
    assert "handed in nothing" in terminal.text(graded)
