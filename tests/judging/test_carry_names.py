"""Who has an earlier value wrong and goes on rightly loses points once; nothing but data is put in its place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.config import Config, Limits
from grader.course import loader
from grader.course.course import Course
from grader.i18n import render
from grader.kernel.fork_client import ForkServerClient
from grader.model import Cell, ExerciseResult, ExerciseStatus, Notebook
from grader.pipeline import Grader, open_grader

EXERCISE = """
[[exercises]]
id = "{id}"
title = {{ pl = "{id}", en = "{id}" }}
minutes = 1
points = {points}
asks = {asks}
needs = {needs}
"""
CHECK = """
import pytest


@pytest.mark.check(points={points}, pl="Wartość", en="The value")
def test_{id}(notebook):
    notebook.equal(notebook.{name}, {value})
"""
EXERCISES = {
    "ceny": (1, ["ceny", "rabat"], [], "ceny = [4.5, 10]\nrabat = 0.1\n", "ceny", "[4.5, 10]"),
    "tabela": (1, ["tabela"], [], "import numpy as np\ntabela = np.arange(3)\n", "tabela.sum()", "3"),
    "suma": (2, ["suma"], ["ceny"], "suma = sum(ceny) * (1 - rabat)\n", "suma", "13.05"),
    "koniec": (3, ["koniec"], ["tabela"], "koniec = int(tabela.sum()) + 1\n", "koniec", "4"),
}
SUM = "suma = 0\nfor cena in ceny:\n    suma += cena * (1 - rabat)"
WRONG = "ceny = [4, 10]\nrabat = 0.1"


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("kursy") / "przeniesione — żółć"
    toml = 'id = "carried"\ntitle = { pl = "Kurs", en = "Course" }\n[names]\n'
    for id, (points, asks, needs, solution, name, value) in EXERCISES.items():
        toml += EXERCISE.format(id=id, points=points, asks=str(asks), needs=str(needs)).replace("'", '"')
        own = folder / id
        own.mkdir(parents=True)
        test = CHECK.format(points=points, id=id, name=name, value=value)
        for file, text in (("solution.py", solution), ("stub.py", "..."), (f"test_{id}.py", test)):
            (own / file).write_text(text, "utf-8")
    (folder / "course.toml").write_text(toml, "utf-8")
    return loader.load(folder)


@pytest.fixture(scope="module")
def grader(carried: Course, warm: ForkServerClient | None) -> Iterator[Grader]:
    limits = Limits(cell_timeout_s=5, call_timeout_s=3, total_timeout_s=60)
    with open_grader(carried, Config(lang="en", limits=limits, curves=False), warm) as opened:
        yield opened


def graded(grader: Grader, id: str, *sources: str) -> ExerciseResult:
    cells = tuple(Cell(2 * at, source) for at, source in enumerate(sources))
    grade = grader.grade_notebook(Notebook("n.ipynb", "n", "", cells))
    return next(one for one in grade.exercises if one.id == id)


@pytest.mark.parametrize(
    ("sources", "cell"),
    [
        ([WRONG, SUM], 2),
        (["rabat = 0.1", SUM, "suma = 14"], 4),  # one of the names is not there
        ([WRONG, "ceny = [1]\nrabat = 0", "x = 1", SUM], 6),
        ([SUM], 0),
    ],
)
def test_a_right_exercise_after_a_wrong_value_counts_but_for_the_deduction(
    sources: list[str], cell: int, grader: Grader
) -> None:
    result = graded(grader, "suma", *sources)
    assert (result.status, result.points, result.cell) == (ExerciseStatus.PASSED, 1, cell), result
    said = render(result.notes[0], "en")
    assert said == "Your suma is right: it fails only because of ceny (ceny). It counts; points taken off: 1."
    assert all(check.actual is None for check in result.checks)


@pytest.mark.parametrize(
    "sources",
    [
        [WRONG, "suma = sum(ceny)"],  # wrong by itself
        [f"{WRONG}\n{SUM}"],  # the value that was used is set in the same cell
        [WRONG, "suma = 12.6"],
    ],
)
def test_what_is_wrong_by_itself_stays_wrong(sources: list[str], grader: Grader) -> None:
    result = graded(grader, "suma", *sources)
    assert (result.status, result.points) == (ExerciseStatus.FAILED, 0)


def test_what_is_no_plain_data_is_not_put_in(grader: Grader) -> None:
    result = graded(grader, "koniec", "tabela = None", "koniec = int(tabela.sum()) + 1 if tabela else 0")
    assert (result.status, result.points) == (ExerciseStatus.FAILED, 0)


def test_the_source_of_a_solution_never_goes_there(grader: Grader) -> None:
    spy = "import __main__\nsuma = 'for' if any('1 - rabat' in str(cell) for cell in In[:-1]) else 0"
    assert graded(grader, "suma", WRONG, spy).points == 0
    told = f"{SUM}\nassert 'sum(ceny)' not in ' '.join(map(str, In))"
    assert graded(grader, "suma", WRONG, told).points == 1


def test_a_right_notebook_runs_once(grader: Grader, carried: Course) -> None:
    right = [(carried.folder / id / "solution.py").read_text("utf-8") for id in EXERCISES]
    assert graded(grader, "suma", *right).points == 2
    assert graded(grader, "koniec", *right).points == 3
