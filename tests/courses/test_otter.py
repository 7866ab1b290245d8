"""Two otter assignments, one with each format of tests: right answers earn everything, in whatever surroundings, wrong and
hostile ones nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.config import Config, Limits
from grader.course import loader
from grader.course.assignment import Role
from grader.course.course import Course
from grader.course.release import release
from grader.i18n import render
from grader.kernel.fork_client import ForkServerClient
from grader.model import Grade
from grader.pipeline import Grader, hidden_tests
from grader.ready import with_data_files
from grader.submissions.notebook import read_notebook

FOLDER = Path(__file__).parent / "otter"
LIMITS = Limits(cell_timeout_s=30, call_timeout_s=5, total_timeout_s=240)
COURSES = {name: loader.load(FOLDER / f"{name}.ipynb") for name in ("wartosci", "funkcje")}
WRONG = {
    "wartosci": {
        "q1": "speed = 84 // 7 + 0.5",
        "q2": "def best(scores, n=3):\n    return sorted(scores)[:n]",
        "q3": 'weather = pd.read_csv("dane/pogoda.csv")\nwarm = weather[weather["temp"] < 20]',
        "q4": 'def greet(name):\n    return f"Cześć, {name}!"',
        "q5": "class Account:\n    def __init__(self, balance):\n        self.balance = balance\n\n"
        "    def deposit(self, amount):\n        self.balance += amount",
        "q6": "draws = np.array([1, 2, 3, 4])",
        "q7": 'choice = "D"',
    },
    "funkcje": {
        "q1": "def mean(numbers):\n    return sum(numbers)",
        "q2": "def drop(numbers):\n    return [number for number in numbers if number >= 0]",
        "q3": "def powers(base):\n    return [base, base**2, base**3, base**4]",
        "q4": "def twice(function, value):\n    return function(value)",
        "q5": "plt.plot([1, 2, 3])\naxes = plt.gca()",
        "q6": "def count(text):\n    return len(text.split())",
    },
}
HOSTILE = {
    "the course's libraries and helpers are replaced": "import numpy as np\n"
    "np.allclose = np.isclose = lambda *args, **kwargs: True\n"
    "import builtins\nbuiltins.all = builtins.isinstance = lambda *args: True\nbuiltins.len = lambda value: 3\n"
    "builtins.list = lambda *args: ['Kraków', 'Łódź']\ndef close(*args):\n    return True",
    "values that equal everything": "class Yes:\n    def __eq__(self, other):\n        return True\n"
    "    def __repr__(self):\n        return 'True'\n    def __hash__(self):\n        return 0\n"
    "    def __call__(self, *args, **kwargs):\n        return self\n    def __getattr__(self, name):\n        return self\n"
    "speed = warm = draws = choice = best = greet = Account = mean = drop = powers = twice = count = axes = Yes()",
    "otter is replaced": "import sys, types\nsys.modules['otter'] = types.ModuleType('otter')\n"
    "class grader:\n    check = staticmethod(lambda name: True)\nsys.excepthook = lambda *args: None",
}
TRIED = [("wartosci", trick) for trick in [*HOSTILE][:2]] + [("funkcje", trick) for trick in [*HOSTILE][1:]]
GradeText = Callable[[str, str], Grade]


@pytest.fixture(scope="module")
def grade(warm: ForkServerClient | None) -> GradeText:
    def graded(name: str, text: str) -> Grade:
        course = COURSES[name]
        config = with_data_files(course, Config(lang="en", limits=LIMITS, hidden=(str(FOLDER),)))
        with hidden_tests(course) as tests:
            notebook = read_notebook(text.encode(), "rozwiązanie.ipynb", "Zażółć Gęślą-Jaźń")
            return Grader(course, tests, config, warm).grade_notebook(notebook)

    return graded


def handed_in(course: Course, answers: Mapping[str, str] | None = None, otters: bool = False) -> str:
    """A notebook with the course's solution, but for these answers. `otters`: as `otter assign` would have made it."""
    assert course.assignment is not None
    cells, units = course.assignment.cells, course.assignment.units
    written = {at: cell.source for at, cell in enumerate(cells) if cell.role is Role.SOLUTION}
    written |= {
        unit.answer: (answers or {})[unit.id]
        for unit in units
        if unit.answer is not None and unit.id in (answers or {})
    }
    if otters:
        written |= {unit.tests[0].cell: f'grader.check("{unit.id}")' for unit in units if unit.tests}
    return release(course.assignment, written)


def changed(text: str, change: Callable[[list[dict[str, Any]]], object]) -> str:
    notebook = json.loads(text)
    change(notebook["cells"])
    return json.dumps(notebook)


def first(source: str) -> Callable[[list[dict[str, Any]]], object]:
    return lambda cells: cells.insert(0, _cell(source))


def _cell(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "id": "more", "metadata": {}, "outputs": [], "execution_count": None, "source": source}


def without_metadata(cells: list[dict[str, Any]]) -> None:
    for at, cell in enumerate(cells):
        cell["metadata"] = {}
        cell["id"] = f"colab{at}"


def without_tests(cells: list[dict[str, Any]]) -> None:
    cells[:] = [cell for cell in cells if not cell["metadata"].get("nbgrader")]


def earned(grade: Grade) -> dict[str, float]:
    return {one.id: one.points for one in grade.exercises}


def everything(name: str) -> dict[str, float]:
    assert COURSES[name].assignment is not None
    return {unit.id: unit.points if unit.by_hand is None else 0 for unit in COURSES[name].assignment.units}  # type: ignore[union-attr]


SURROUNDINGS: dict[str, Callable[[Course], str]] = {
    "as this grader builds it": handed_in,
    "as otter assign makes it": lambda course: changed(
        handed_in(course, otters=True), first('import otter\ngrader = otter.Notebook("lab.ipynb")')
    ),
    "without any metadata": lambda course: changed(handed_in(course), without_metadata),
    "without any metadata, as otter makes it": lambda course: changed(handed_in(course, otters=True), without_metadata),
    "without the tests": lambda course: changed(handed_in(course), without_tests),
}


@pytest.mark.parametrize(
    ("name", "surroundings"), [(("wartosci", "funkcje")[at % 2], one) for at, one in enumerate(SURROUNDINGS)]
)
def test_right_answers_earn_everything(name: str, surroundings: str, grade: GradeText) -> None:
    found = grade(name, SURROUNDINGS[surroundings](COURSES[name]))
    assert earned(found) == everything(name), [
        (one.id, [render(check.message, "en") for check in one.checks if check.message]) for one in found.exercises
    ]


@pytest.mark.parametrize("name", COURSES)
def test_what_participants_start_from_earns_nothing(name: str, grade: GradeText) -> None:
    assignment = COURSES[name].assignment
    assert assignment is not None
    assert sum(earned(grade(name, release(assignment))).values()) == 0


@pytest.fixture(scope="module")
def honest(grade: GradeText) -> Mapping[tuple[str, str], float]:
    """What wrong answers earn by themselves, by assignment and unit."""
    return {
        (name, unit): points
        for name, answers in WRONG.items()
        for unit, points in earned(grade(name, handed_in(COURSES[name], answers))).items()
    }


@pytest.mark.parametrize("name", COURSES)
def test_wrong_answers_fail(name: str, honest: Mapping[tuple[str, str], float]) -> None:
    right = everything(name)
    assert {*WRONG[name]} == {unit for unit, points in right.items() if points}
    assert not [unit for unit in WRONG[name] if honest[name, unit] == right[unit]]


@pytest.mark.parametrize(("name", "trick"), TRIED)
def test_a_notebook_that_patches_its_surroundings_earns_nothing_by_it(
    name: str, trick: str, grade: GradeText, honest: Mapping[tuple[str, str], float]
) -> None:
    text = changed(handed_in(COURSES[name], WRONG[name]), at_three_places(HOSTILE[trick]))
    assert {unit: points for unit, points in earned(grade(name, text)).items() if points > honest[name, unit]} == {}


def at_three_places(source: str) -> Callable[[list[dict[str, Any]]], object]:
    """At the beginning, in the middle and at the end: what it replaces stays so, as far as it can."""

    def change(cells: list[dict[str, Any]]) -> None:
        for at in (len(cells), len(cells) // 2, 0):
            cells.insert(at, {**_cell(source), "id": f"trick{at}"})

    return change
