"""Participants get what they are to answer, and nothing of the answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.course.readers.forms import read_assignment
from grader.course.release import write_release

from .readers.otter_cells import block, code, question, raw, save, text

SECRET = "tajne"


def nbgraders(role: str, id: str, points: float = 0) -> dict[str, Any]:
    marks = {"grade": role == "grade", "solution": role == "solution", "locked": role != "solution", "task": False}
    return {"nbgrader": {**marks, "grade_id": id, "points": points, "schema_version": 3}}


def released(path: Path, out: Path) -> dict[str, bytes]:
    return {str(file.relative_to(out)): content for file, content in write_release(read_assignment(path), out)}


def test_solutions_hidden_tests_and_outputs_stay_with_the_author(tmp_path: Path) -> None:
    (tmp_path / "dane.csv").write_text("a\n1\n", "utf-8")
    path = save(
        tmp_path / "zajęcia.ipynb",
        raw("# ASSIGNMENT CONFIG\nfiles: [dane.csv]"),
        question(
            "name: q1",
            text("## Liczba"),
            block("SOLUTION", code(f"x = '{SECRET}' # SOLUTION", prints=SECRET)),
            block("TESTS", code("isinstance(x, str)", "True"), code(f"# HIDDEN\nx == '{SECRET}'", "True")),
        ),
    )
    files = released(path, tmp_path / "out")
    assert set(files) == {"zajęcia.ipynb", "dane.csv"}
    assert SECRET.encode() not in files["zajęcia.ipynb"]
    cells = json.loads(files["zajęcia.ipynb"])["cells"]
    assert ["".join(cell["source"]) for cell in cells] == ["## Liczba", "x = ...", "assert isinstance(x, str)"]
    assert cells[2]["metadata"]["nbgrader"]["grade_id"] == "q1"
    assert cells[2]["metadata"]["editable"] is False


def test_metadata_and_pictures_of_the_author_stay(tmp_path: Path) -> None:
    solution = code(f"### BEGIN SOLUTION\nx = '{SECRET}'\n### END SOLUTION") | {"metadata": nbgraders("solution", "a")}
    tests = code(f"assert x\n### BEGIN HIDDEN TESTS\nassert x == '{SECRET}'\n### END HIDDEN TESTS")
    tests["metadata"] = {**nbgraders("grade", "b", 2), "tags": ["próba"]}
    picture = {"rys.png": {"image/png": "iVBORw0KGgo="}}
    path = save(
        tmp_path / "source" / "ps1" / "zad.ipynb",
        text("![](attachment:rys.png)") | {"attachments": picture},
        solution,
        tests,
    )
    files = released(path, tmp_path / "out")
    assert SECRET.encode() not in files["zad.ipynb"]
    cells = json.loads(files["zad.ipynb"])["cells"]
    assert cells[0]["attachments"] == picture
    assert [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells] == [None, "a", "b"]
    assert cells[2]["metadata"]["tags"] == ["próba"]
    assert "".join(cells[1]["source"]) == "# YOUR CODE HERE\nraise NotImplementedError()"
