"""The copy with results: a valid notebook; the participant's own is as it was, ours is inert and replaced."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from markdown_it import MarkdownIt
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.config import Config
from grader.course.course import Course
from grader.errors import OutputError
from grader.i18n import CellRef, msg
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.model import ExerciseStatus, Grade, Notebook
from grader.output import printable
from grader.report import notebook_copy
from grader.report.run import Run
from grader.submissions.files import encodable
from tests import sample_run
from tests.cli.test_grade import command
from tests.conftest import QUICK, ROOT, grade_file
from tests.sample_files import read
from tests.wrong_notebooks import WRONG, cells

TYPICAL = ROOT / "tests" / "samples" / "typical_mistakes.ipynb"


@pytest.fixture(scope="module")
def typical(course: Course, suite: Suite, warm: ForkServerClient | None) -> Grade:
    return grade_file(TYPICAL, course, suite, Config(limits=QUICK), warm)


@pytest.fixture(scope="module")
def copy(typical: Grade, course: Course) -> str:
    return notebook_copy.text(Run((typical,), course, Config(lang="en")), typical)


def ours(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if "grader" in cell.metadata]


def source(notebook: Any, name: str) -> str:
    return next(str(cell.source) for cell in ours(notebook) if cell.metadata["grader"]["result"] == name)


# ---- the participant's own


def test_all_that_a_participant_had_is_kept(typical: Grade, course: Course, tmp_path: Path) -> None:
    notebook = json.loads(TYPICAL.read_text("utf-8"))
    notebook["metadata"]["mine"] = {"kept": [1, 2]}
    printed = {"output_type": "stream", "name": "stdout", "text": "0.5\n"}
    notebook["cells"][2] |= {"outputs": [printed], "execution_count": 3, "metadata": {"tags": ["own"]}}
    path = tmp_path / "mine.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    notebook = replace(typical.notebook, path=str(path), sha256=read(path).sha256)
    made = nbformat.reads(notebook_copy.text(Run((), course, Config()), replace(typical, notebook=notebook)), 4)
    assert made.metadata["mine"] == {"kept": [1, 2]}
    assert [cell for cell in made.cells if "grader" not in cell.metadata] == nbformat.reads(path.read_text(), 4).cells
    assert made.cells[3].outputs == [printed]


# ---- ours


def test_each_result_stands_under_its_exercises_cell_and_the_summary_on_top(copy: str) -> None:
    made = nbformat.reads(copy, 4)
    nbformat.validate(made)
    names = [cell.metadata.get("grader", {}).get("result") for cell in made.cells]
    assert names[0] == "summary"
    for exercise in ("1a", "1b", "2", "3a", "3b", "4", "5", "6"):
        assert made.cells[names.index(exercise) - 1].id == f"{exercise}-solution"


def test_a_result_says_the_score_what_works_what_to_change_and_shows_a_call(copy: str) -> None:
    made = nbformat.reads(copy, 4)
    assert source(made, "1b") == (
        "<!-- grader:result -->\n\n> **✗ 1b Mean squared error: 0/2**\n>\n"
        "> ✗ Squares the error of one observation  \n> ✗ Takes the mean over many observations\n>\n"
        "> The result is exactly half of the MSE. "
        "Some textbooks divide it by 2 as well, but this formula does not.\n>\n"
        "> ```python\n> compute_mse_loss(np.array([5]), np.array([2]))\n> ```\n>\n"
        "> expected: `9`  \n> you got: `4.5`"
    )
    assert "✓ Multiplies each observation by the weight" in source(made, "1a")
    assert "still the empty one" in source(made, "4")
    assert "**Score: 10 of 18 points, bonus 1 of 4**" in source(made, "summary")
    assert "1. Fix `compute_mse_loss` (exercise `1b`, cell 11)." in source(made, "summary"), "as counted in the copy"


def test_a_result_works_a_call_out(typical: Grade, course: Course) -> None:
    exercises = []
    for exercise in typical.exercises:
        checks = [
            replace(check, worked=("dw = 2 * 3 = 6",), paste=msg("under cell {cell}", cell=CellRef(exercise.cell or 0)))
            if check.input
            else check
            for check in exercise.checks
        ]
        exercises.append(replace(exercise, checks=tuple(checks)))
    grade = replace(typical, exercises=tuple(exercises))
    made = notebook_copy.text(Run((grade,), course, Config(lang="en")), grade)
    assert "The call worked out, step by step:" in made
    assert "dw = 2 * 3 = 6" in made
    loss = source(nbformat.reads(made, 4), "1b")
    assert "under cell 11" in loss, "as counted in the copy"


def test_a_copy_that_is_graded_again_gives_the_same_and_its_results_are_replaced(
    copy: str, typical: Grade, course: Course, suite: Suite, warm: ForkServerClient | None, tmp_path: Path
) -> None:
    path = tmp_path / "copy.ipynb"
    path.write_text(copy, "utf-8")
    again = grade_file(path, course, suite, Config(limits=QUICK), warm)
    assert outcome(again) == outcome(typical)
    assert notebook_copy.text(Run((again,), course, Config(lang="en")), again) == copy
    untagged = nbformat.reads(copy, 4)
    for one in ours(untagged):
        one.metadata = {}
    path.write_text(nbformat.writes(untagged), "utf-8")
    notebook = replace(again.notebook, sha256=read(path).sha256)
    made = notebook_copy.text(Run((), course, Config(lang="en")), replace(again, notebook=notebook))
    assert len(ours(nbformat.reads(made, 4))) == 9, "known by their mark where an editor has dropped the tag"


def outcome(grade: Grade) -> list[tuple[str, ExerciseStatus, float, float]]:
    return [(one.id, one.status, one.points, one.bonus) for one in grade.exercises]


def test_code_with_our_tag_stays_and_is_graded(
    course: Course, suite: Suite, warm: ForkServerClient | None, tmp_path: Path
) -> None:
    code = new_code_cell(
        "import numpy as np\ndef get_linear_forward(x, w, b):\n    return w * x + b",
        metadata={"grader": {"result": "1a"}},
    )
    path = tmp_path / "tagged.ipynb"
    nbformat.write(new_notebook(cells=[code]), path)
    graded = grade_file(path, course, suite, Config(limits=QUICK), warm)
    assert graded.exercises[0].status is ExerciseStatus.PASSED
    made = nbformat.reads(notebook_copy.text(Run((graded,), course, Config()), graded), 4)
    assert made.cells[1] == code


def test_nothing_of_a_participants_is_markup_in_our_cells(tmp_path: Path) -> None:
    sources = ["x = 1"] * 6
    path = tmp_path / "hostile.ipynb"
    notebook = new_notebook(cells=[new_code_cell(one) for one in sources])
    nbformat.write(notebook, path)
    notebook = replace(sample_run.MIXED.notebook, path=str(path), sha256=read(path).sha256)
    hostile = replace(sample_run.MIXED, notebook=notebook)
    made = nbformat.reads(notebook_copy.text(sample_run.run(hostile), hostile), 4)
    assert len(ours(made)) > 3
    for one in ours(made):
        html = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table").render(one.source)
        assert not any(f"<{tag}" in html for tag in ("script", "img", "a ", "iframe", "em>")), html
        assert "javascript:" not in html.replace("[l](javascript:1)", ""), "but as the text that it is"


@pytest.mark.parametrize("name", [*WRONG][:4])
@pytest.mark.parametrize("lang", ["pl", "en"])
def test_a_wrong_notebooks_copy_is_valid_in_both_languages(
    name: str, lang: str, course: Course, suite: Suite, warm: ForkServerClient | None, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.ipynb"
    made = new_notebook(cells=[new_code_cell(code) for code in cells(course, name)])
    nbformat.write(made, path)
    graded = grade_file(path, course, suite, Config(limits=QUICK), warm)
    text = notebook_copy.text(Run((graded,), course, Config(lang=lang)), graded)
    nbformat.validate(nbformat.reads(text, 4))


# ---- files


def test_a_file_that_has_changed_since_is_not_copied(typical: Grade, course: Course) -> None:
    notebook = Notebook(str(TYPICAL), "typical", "0" * 64, typical.notebook.cells)
    with pytest.raises(OutputError, match="no longer the file that was graded"):
        notebook_copy.text(Run((), course, Config()), replace(typical, notebook=notebook))


def test_the_command_writes_a_copy_and_several_into_a_folder(tmp_path: Path) -> None:
    done = command(TYPICAL, "--report", f"notebook={tmp_path / 'copy.ipynb'}")
    assert done.returncode == 1, done.stderr
    assert "What to do next:" in done.stdout, "the report in the terminal stays"
    nbformat.validate(nbformat.read(tmp_path / "copy.ipynb", 4))


def test_everybody_gets_a_copy_whatever_they_handed_in(tmp_path: Path) -> None:
    given = tmp_path / "given"
    for folder in ("a", "Łucja Żółć"):
        (given / folder).mkdir(parents=True)
    (given / "a" / "same.ipynb").write_bytes(TYPICAL.read_bytes())
    (given / "cut.ipynb").write_text("{")
    write_zip(
        given / "b.zip", {"praca/inner.zip": write_zip(tmp_path / "inner.zip", {"x.ipynb": TYPICAL.read_bytes()})}
    )
    right = "import numpy as np\ndef get_linear_forward(x, w, b):\n    return w * x + b"
    half = "def compute_mse_loss(y_hat, y):\n    return np.mean((y_hat - y) ** 2) / 2"
    for name, source in (("1a", right), ("1b", half)):
        made = new_notebook(cells=[new_code_cell(source, id="mine"), new_markdown_cell("# Koniec", id="end")])
        nbformat.write(made, given / "Łucja Żółć" / f"{name}.ipynb")
    done = command(given, "--report", f"notebook={tmp_path / 'copies'}", "-e", "1a", "-e", "1b", "--lang", "pl")
    assert done.returncode == 1, done.stderr
    copies = {path.stem: nbformat.read(path, 4) for path in (tmp_path / "copies").iterdir()}
    assert {*copies} == {"a", "b", "cut", "Łucja Żółć"}
    for made in copies.values():
        nbformat.validate(made)
    assert [cell.source for cell in copies["a"].cells] == [cell.source for cell in copies["b"].cells]
    (only,) = copies["cut"].cells
    assert "nie da się odczytać" in only.source
    several = copies["Łucja Żółć"].cells
    names = [cell.metadata.get("grader", {}).get("result", cell.source) for cell in several]
    end = "# Koniec"
    assert names == ["summary", "file", right, "1a", end, "file", half, "1b", end]
    assert "`1b.ipynb`" in several[5].source
    assert len({cell.id for cell in several}) == len(several)


def write_zip(file: Path, members: Mapping[str, bytes]) -> bytes:
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.read_bytes()


def test_several_copies_need_a_place(tmp_path: Path) -> None:
    done = command(ROOT / "tests" / "samples", "--report", "notebook", cwd=tmp_path)
    assert done.returncode == 2
    assert "Name a folder for copies" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a name is always text")
def test_why_there_is_no_copy_is_true(typical: Grade, course: Course, tmp_path: Path, capfd: Any) -> None:
    odd = os.path.join(os.fsencode(tmp_path), b"\xb3ucja.ipynb")
    Path(os.fsdecode(odd)).write_bytes(TYPICAL.read_bytes())
    paths = {
        encodable(os.fsdecode(odd)): "has a name that is not UTF-8 (rename it)",
        str(tmp_path / "gone\x1b[2J.ipynb"): "is not there any more",
    }
    grades = [replace(typical, notebook=replace(typical.notebook, path=path)) for path in paths]
    notebook_copy.deliver(Run(tuple(grades), course, Config(lang="en")), tmp_path / "copies", {})
    said = capfd.readouterr().err
    assert said.splitlines() == [
        f"grade: {printable(path)} {reason}: no copy of it is made" for path, reason in paths.items()
    ]
