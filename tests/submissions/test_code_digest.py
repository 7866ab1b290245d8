"""The digest of a notebook's code: the same work has the same one, and so the same inputs, however it was saved."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.config import Config
from grader.course.course import Course
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.session import Session
from grader.model import Cell, ExerciseResult, Notebook
from grader.submissions.code_digest import code_digest
from grader.submissions.submission import File, Submission, read_submission
from tests.conftest import QUICK, ROOT, grade_file
from tests.sample_files import SICK, read

TYPICAL = ROOT / "tests" / "samples" / "typical_mistakes.ipynb"


def code_cells(tree: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in tree["cells"] if cell["cell_type"] == "code"]


def as_text(tree: dict[str, Any]) -> None:
    for cell in tree["cells"]:
        cell["source"] = "".join(cell["source"])


def as_lines(tree: dict[str, Any]) -> None:
    for cell in tree["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)


def windows_line_ends(tree: dict[str, Any]) -> None:
    for cell in tree["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")


def old_mac_line_ends(tree: dict[str, Any]) -> None:
    for cell in tree["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r")


def run_again(tree: dict[str, Any]) -> None:
    for at, cell in enumerate(code_cells(tree)):
        cell["execution_count"] = 100 + at
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [f"{at} żółw\n"]}]


def stripped(tree: dict[str, Any]) -> None:
    for cell in code_cells(tree):
        cell.update(outputs=[], execution_count=None)


def other_metadata(tree: dict[str, Any]) -> None:
    tree["metadata"] = {"colab": {"name": "Zadanie domowe.ipynb", "provenance": []}}
    for cell in tree["cells"]:
        cell["metadata"] = {"collapsed": True, "tags": ["praca"]}


def with_ids(tree: dict[str, Any]) -> None:
    tree.update(nbformat=4, nbformat_minor=5)
    for at, cell in enumerate(tree["cells"]):
        cell["id"] = f"cell-{at}"


def without_ids(tree: dict[str, Any]) -> None:
    tree.update(nbformat=4, nbformat_minor=4)
    for cell in tree["cells"]:
        cell.pop("id", None)


def blank_ends(tree: dict[str, Any]) -> None:
    for cell in code_cells(tree):
        cell["source"] = "".join(cell["source"]) + "\n  \t\n"


def texts_and_empty_cells(tree: dict[str, Any]) -> None:
    empty = {"cell_type": "code", "metadata": {}, "source": " \n", "outputs": [], "execution_count": None}
    tree["cells"] = [{"cell_type": "markdown", "metadata": {}, "source": "# Łucja"}, *tree["cells"], empty]


SAVED_ELSEWHERE = [
    as_text, as_lines, windows_line_ends, old_mac_line_ends, run_again, stripped, other_metadata, with_ids, without_ids,
    blank_ends, texts_and_empty_cells,
]  # fmt: skip


def write(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    tree = copy.deepcopy(json.loads(TYPICAL.read_bytes()))
    change(tree)
    path.write_text(json.dumps(tree), "utf-8")
    return path


def digest_after(folder: Path, *changes: Callable[[dict[str, Any]], None]) -> str:
    def all_of_them(tree: dict[str, Any]) -> None:
        for change in changes:
            change(tree)

    return code_digest(read(write(folder / "Łucja Żak.ipynb", all_of_them)))


@pytest.mark.parametrize("change", SAVED_ELSEWHERE)
def test_what_is_no_code_does_not_change_it(change: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    assert digest_after(tmp_path, change) == code_digest(read(TYPICAL))


def test_several_of_these_together_do_not_change_it(tmp_path: Path) -> None:
    changes = (blank_ends, windows_line_ends, run_again, other_metadata, with_ids)
    assert digest_after(tmp_path, *changes) == code_digest(read(TYPICAL))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_the_encoding_of_the_file_does_not_change_it(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "inny.ipynb"
    path.write_bytes(TYPICAL.read_text("utf-8").encode(encoding))
    assert code_digest(read(path)) == code_digest(read(TYPICAL))


@pytest.mark.parametrize(
    "name",
    [
        "colab", "vscode", "no_ids_no_metadata", "null_metadata", "extra_keys", "unknown_minor", "own_environment",
        "utf16", "utf8_bom", "nbformat3", "nbformat3_bare_lines", "nbformat2", "nbformat1",
    ],
)  # fmt: skip
def test_the_forms_of_many_editors_have_the_same(name: str) -> None:
    good, other = read(SICK / "good.ipynb"), read(SICK / f"{name}.ipynb")
    assert code_digest(good) == code_digest(other)
    assert good.sha256 != other.sha256, "which is the file's"


def work(*sources: str) -> str:
    return code_digest(Notebook("n.ipynb", "n", "", tuple(map(Cell, range(len(sources)), sources))))


@pytest.mark.parametrize(
    "changed",
    [
        ["x = 1", "y = 3"],
        ["y = 2", "x = 1"],
        ["x = 1"],
        ["x = 1\ny = 2"],
        ["x = 1", "", "y = 2", "z = 3"],
        ["x = 1 ", " y = 2"],
        ["x = 1", "y  = 2"],
        ['x = 1", "y = 2'],
    ],
)
def test_another_work_has_another(changed: list[str]) -> None:
    assert work(*changed) != work("x = 1", "y = 2")


def test_several_notebooks_run_as_one_have_that_of_their_cells(tmp_path: Path) -> None:
    def digest(*changes: Callable[[dict[str, Any]], None], names: tuple[str, ...] = ("1a.ipynb", "1b.ipynb")) -> str:
        paths = [write(tmp_path / name, change) for name, change in zip(names, changes, strict=True)]
        files = tuple(File(str(path), str(path)) for path in paths)
        (notebook,) = read_submission(Submission("Łucja Żak", "work", (files,))).notebooks
        return code_digest(notebook)

    before = digest(as_lines, as_lines)
    assert digest(stripped, run_again) == before
    assert digest(with_ids, as_text, names=("część 1.ipynb", "część 2.ipynb")) == before
    assert digest(as_lines, lambda tree: code_cells(tree)[-1].update(source="x = 1")) != before


def test_the_same_inputs_are_drawn_for_a_copy_without_outputs_and_others_for_other_work(
    course: Course, suite: Suite, warm: ForkServerClient | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(lang="en", limits=QUICK, only=("1b", "6"), hidden=(str(course.folder),))
    inputs: list[str] = []
    call = Session.call

    def recorded(self: Session, invocation: Any, cases: Sequence[Any], *rest: Any, **more: Any) -> Any:
        inputs.extend(str(case.args) for case in cases)
        return call(self, invocation, cases, *rest, **more)

    monkeypatch.setattr(Session, "call", recorded)

    def results(change: Callable[[dict[str, Any]], None]) -> tuple[ExerciseResult, ...]:
        return grade_file(write(tmp_path / "praca.ipynb", change), course, suite, config, warm).exercises

    def drawn(change: Callable[[dict[str, Any]], None]) -> list[str]:
        inputs.clear()
        results(change)
        return [*inputs]

    def commented(tree: dict[str, Any]) -> None:
        code_cells(tree)[-1]["source"] = "# a comment"

    first = results(run_again)
    assert any(check.input for one in first for check in one.checks)
    assert [replace(one, curves=()) for one in results(stripped)] == [replace(one, curves=()) for one in first]
    assert drawn(run_again) == drawn(stripped) != drawn(commented)
    assert inputs
