"""Other graders, to measure beside: nbgrader and otter-grader, each in an environment of its own.

They get the notebooks of `tests.bench.notebooks` and the asserts that participants see, which is less than we judge.
"""

from __future__ import annotations

import ast
import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from grader.api import load_course
from grader.course.course import Exercise
from grader.course.sources import read_file

OPENING = 2  # cells before the first exercise's


@dataclass(frozen=True, slots=True)
class Peer:
    """Another grader.

    Attributes:
        name: What it is called, with its version.
        prepare: Takes an environment, a class's folder and an empty one to work in; gives the command that grades.
        results: Where its results are, one for each notebook, in the folder that it works in.
        failed: What stands in a result where it could not grade.
    """

    name: str
    prepare: Callable[[Path, Path, Path], list[str]]
    results: str
    failed: str

    def count_graded(self, work: Path) -> int:
        return sum(self.failed not in path.read_text("utf-8") for path in work.glob(self.results))


def peer_in(environment: Path) -> Peer:
    """The grader that is installed in an environment."""
    for program, package, prepare, results, failed in PEERS:
        if (environment / "bin" / program).exists():
            return Peer(f"{package} {_version(environment, package)}", prepare, results, failed)
    raise SystemExit(f"{environment} has neither nbgrader nor otter-grader: docs/compare.md says how to install them")


def _version(environment: Path, package: str) -> str:
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    python = environment / "bin" / "python"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def in_environment(environment: Path, command: list[str]) -> list[str]:
    """The command as somebody runs it who has activated the environment."""
    return ["env", f"PATH={environment / 'bin'}{os.pathsep}{os.environ['PATH']}", *command]


def run_in(environment: Path, command: list[str], work: Path) -> None:
    done = subprocess.run(in_environment(environment, command), cwd=work, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def exercises() -> tuple[Exercise, ...]:
    return load_course().exercises


def visible(exercise: Exercise) -> str:
    return read_file(exercise.folder / "visible.py").rstrip()


# ---- nbgrader


def prepare_nbgrader(environment: Path, notebooks: Path, work: Path) -> list[str]:
    """A course of one assignment, generated, with every notebook as a submission."""
    (work / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'course'\n")
    cells = [test_cell(exercise) for exercise in exercises()]
    write(new_notebook(cells=cells, metadata=KERNEL), work / "source" / "ps1" / "workshop.ipynb")
    run_in(environment, ["nbgrader", "generate_assignment", "ps1"], work)
    for path in notebooks.glob("*.ipynb"):
        write(with_tests(path), work / "submitted" / path.stem / "ps1" / "workshop.ipynb")
    return in_environment(environment, ["nbgrader", "autograde", "ps1", "--create", "--force"])


def test_cell(exercise: Exercise) -> NotebookNode:
    """A cell that nbgrader gives the exercise's points for, if it runs."""
    about = {"grade": True, "solution": False, "locked": True, "task": False, "schema_version": 3}
    about |= {"grade_id": f"test-{exercise.id}", "points": exercise.max_points or exercise.max_bonus}
    return new_code_cell(visible(exercise), id=f"test-{exercise.id}", metadata={"nbgrader": about})


def with_tests(path: Path) -> NotebookNode:
    """The notebook with a test cell after each exercise's cell, for functions are written twice."""
    cells = nbformat.read(path, 4).cells
    answers = cells[OPENING:-1]
    tested = [cell for pair in zip(answers, map(test_cell, exercises()), strict=True) for cell in pair]
    return new_notebook(cells=[*cells[:OPENING], *tested, cells[-1]], metadata=KERNEL)


KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def write(notebook: NotebookNode, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


# ---- otter-grader


def prepare_otter(environment: Path, notebooks: Path, work: Path) -> list[str]:
    """An autograder's archive, and each notebook graded by a process of its own, two at once."""
    for exercise in exercises():
        (work / "tests").mkdir(exist_ok=True)
        (work / "tests" / f"q{exercise.id}.py").write_text(otter_test(exercise), "utf-8")
    for path in notebooks.glob("*.ipynb"):
        write(nbformat.read(path, 4), work / "submitted" / path.name)
    run_in(environment, ["otter", "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"], work)
    one = "out=results/$(basename $1 .ipynb); mkdir -p $out; otter run -a autograder.zip -o $out --no-logo $1"
    return in_environment(
        environment, ["sh", "-c", f"ls submitted/*.ipynb | xargs -P 2 -n 1 sh -c {shlex.quote(one)} -"]
    )


def otter_test(exercise: Exercise) -> str:
    """The exercise's asserts as one of otter's tests: a session of the interpreter."""
    case = {"code": "\n".join(session(visible(exercise))), "hidden": False, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    test = {"name": f"q{exercise.id}", "points": exercise.max_points or exercise.max_bonus, "suites": [suite]}
    return f"OK_FORMAT = True\ntest = {test!r}\n"


def session(source: str) -> Iterator[str]:
    """The statements as lines that were typed, without those that print: what is printed counts as wrong there."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Expr) and ast.unparse(statement).startswith("print("):
            continue
        first, *others = ast.unparse(statement).splitlines()
        yield f">>> {first}"
        yield from (f"... {line}" for line in others)


PEERS = (
    ("nbgrader", "nbgrader", prepare_nbgrader, "autograded/*/ps1/workshop.ipynb", "No such kernel"),
    ("otter", "otter-grader", prepare_otter, "results/*/results.json", "Autograder Failed"),
)
