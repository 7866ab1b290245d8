"""Each example of docs/author.md is a course's exercise that its own solution passes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from grader.config import Config, Limits
from grader.course import loader
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.model import Cell, ExerciseStatus, Notebook
from grader.pipeline import Grader
from tests.conftest import ROOT

BLOCK = re.compile(r"^```(toml|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEAD = 'id = "docs"\ntitle = { pl = "D", en = "D" }\n[names]\nscores = ["scores"]\nn = ["n"]\n'
EXERCISE = '[[exercises]]\nid = "{id}"\ntitle = {{ pl = "{id}", en = "{id}" }}\nminutes = 1\n'
EXERCISE += "points = {points}\nasks = {asks}\n"


def bound(source: str) -> list[str]:
    """The names that a solution defines."""
    found = []
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            found.append(statement.name)
        elif isinstance(statement, ast.Assign):
            found += [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples as a course."""
    folder = tmp_path_factory.mktemp("docs") / "kurs źródła"
    toml, table, solution = HEAD, "", ""
    for kind, text in BLOCK.findall((ROOT / "docs" / "author.md").read_text("utf-8")):
        if kind == "toml":
            table = text
        elif text.startswith("# solution.py"):
            solution = text
        else:
            id = text.partition("\n")[0].removeprefix("# test_").removesuffix(".py")
            names = str(bound(solution)).replace("'", '"')
            toml += table or EXERCISE.format(id=id, points=text.count("points=1"), asks=names)
            table, own = "", folder / id
            own.mkdir(parents=True)
            for name, content in (("solution.py", solution), ("stub.py", "..."), (f"test_{id}.py", text)):
                (own / name).write_text(content, "utf-8")
    (folder / "course.toml").write_text(toml, "utf-8")
    return folder


def test_every_example_is_passed_by_its_own_solution(written: Path, warm: ForkServerClient | None) -> None:
    course = loader.load(written)
    sources = [(exercise.folder / "solution.py").read_text("utf-8") for exercise in course.exercises]
    notebook = Notebook("n.ipynb", "n", "", tuple(Cell(index, source) for index, source in enumerate(sources)))
    limits = Limits(cell_timeout_s=30, call_timeout_s=5, total_timeout_s=120)
    with Suite(course) as suite:
        grade = Grader(course, suite, Config(lang="en", limits=limits), warm).grade_notebook(notebook)
    assert len(grade.exercises) == 7
    for exercise in grade.exercises:
        assert exercise.status is ExerciseStatus.PASSED, (exercise.id, exercise.checks, grade.cells)
