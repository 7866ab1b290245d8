"""A course as teachers have it: nbgrader's source notebooks, of three schemas, graded together as one assignment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.course.assignment import Role
from grader.course.course import Course
from grader.course.loader import load
from grader.model import CheckStatus, ExerciseStatus, Grade
from tests.conftest import result
from tests.judging.cells.conftest import GradeHandIn
from tests.judging.cells.conftest import grade_hand_in as grade_hand_in  # noqa: PLC0414  a fixture
from tests.source_notebooks import HandIn

SOURCE = Path(__file__).parent / "nbgrader" / "source" / "pomiary"
TESTED = ["fahrenheit-liczby", "srednie-tabela", "srednie-nazwa", "stos-dziala", "stos-pusty", "rozmowa-wypisuje",
          "funkcje", "korzysta-z-kwadratu", "wykres-ma-tytul", "plik-jest", "kostka-rzuca"]  # fmt: skip
WRONG: Mapping[str, str] = {
    "fahrenheit": "def fahrenheit(celsius):\n    return celsius * 2 + 30",
    "srednie": "srednie = pomiary.groupby('miasto').temperatura.max().reset_index()\nnajcieplejsze = 'Łódź'\nwybor = 'B'",
    "stos": "class Stos:\n    def __init__(self, elementy=()):\n        self.elementy = []\n    def dodaj(self, x): pass\n"
    "    def zdejmij(self): return None\n    def __len__(self): return 0\nclass PustyStos(Exception): pass",
    "rozmowa": "def przywitaj():\n    print('Cześć!')\ndef policz(f, *xs, start=0):\n    return 0\n"
    "def uporzadkuj(lista):\n    return sorted(lista)\ndef parzyste():\n    return [0, 2, 4]",
    "korzysta": "def kwadrat(x):\n    return x * x\ndef pole_kola(r):\n    return 3 * r * r",
    "wykres": "fig, ax = plt.subplots()\nax.plot([1, 2, 3], [1, 4, 9])",
    "plik": "open('wynik.txt', 'w').write('zazolc')",
    "kostka": "historia = []\ndef rzut():\n    return random.randint(1, 6)",
}
HOSTILE = (
    "import numpy as np, pandas as pd, builtins\nnp.testing.assert_allclose = lambda *a, **k: None\n"
    "pd.testing.assert_frame_equal = lambda *a, **k: None\nblisko = lambda a, b: True\nbuiltins.len = lambda x: 2\n"
    "builtins.isinstance = lambda *a: True"
)


@pytest.fixture(scope="module")
def course() -> Course:
    return load(SOURCE)


def _passed(grade: Grade) -> list[str]:
    return [one.id for one in grade.exercises if one.status is ExerciseStatus.PASSED]


def test_the_course_is_three_notebooks_with_their_data(course: Course) -> None:
    assert course.assignment is not None
    assert course.assignment.sources == ("1-temperatury.ipynb", "2-klasy.ipynb", "3-wykresy.ipynb")
    assert course.assignment.files == (Path("dane/pomiary.csv"),)
    assert [unit.id for unit in course.assignment.units if unit.tests] == TESTED
    assert [unit.id for unit in course.assignment.units if unit.by_hand] == ["dlaczego", "rysunek"]
    assert course.assignment.points == 18


@pytest.mark.parametrize("bare", [False, True], ids=["with metadata", "without metadata"])
def test_the_solution_passes(bare: bool, course: Course, grade_hand_in: GradeHandIn) -> None:
    one = HandIn.of(course)
    grade = grade_hand_in(one.bare() if bare else one)
    assert _passed(grade) == TESTED
    assert (grade.score, grade.open_points) == (15, 2)  # nobody wrote the answer to be read


def test_wrong_answers_earn_nothing(course: Course, grade_hand_in: GradeHandIn) -> None:
    grade = grade_hand_in(HandIn.of(course, WRONG))
    assert [(one.id, one.status) for one in grade.exercises if one.points] == []
    assert all(check.status is not CheckStatus.BY_HAND for id in TESTED for check in result(grade, id).checks)


def test_what_was_handed_out_has_not_been_begun(course: Course, grade_hand_in: GradeHandIn) -> None:
    grade = grade_hand_in(HandIn.of(course, {}))
    assert {result(grade, id).status for id in TESTED} == {ExerciseStatus.MISSING}
    assert not any(one.points or one.begun for one in grade.exercises if one.id != "rysunek")


def test_a_hostile_notebook_earns_nothing(course: Course, grade_hand_in: GradeHandIn) -> None:
    hand_in = HandIn.of(course, WRONG).first(HOSTILE)
    assert [one.id for one in grade_hand_in(hand_in).exercises if one.points] == []
    in_place = HandIn.of(course, WRONG).before("fahrenheit-liczby", HOSTILE)
    assert [one.id for one in grade_hand_in(in_place).exercises if one.points] == []


def test_no_solution_is_in_what_participants_get(course: Course) -> None:
    assert course.assignment is not None
    handed_out = "\n".join(cell.stub or "" for cell in course.assignment.cells)
    assert not [one for one in ("1.8", "groupby", "def rzut", "-40", "BEGIN") if one in handed_out]
    assert all(cell.stub for cell in course.assignment.cells if cell.role is not Role.BY_HAND)
