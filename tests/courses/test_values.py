"""The course with an exercise for each kind of answer: right ones earn everything, wrong ones a message to learn from.

`grade-course check --course tests/courses/values` proves the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.report.findings import explain
from grader.config import Config, Limits
from grader.course import loader
from grader.course.course import Course
from grader.course.sources import without_docstring
from grader.i18n import render
from grader.kernel.fork_client import ForkServerClient
from grader.model import Cell, ExerciseResult, ExerciseStatus, Grade, Notebook
from grader.pipeline import Grader, open_grader
from grader.report import wording

FOLDER = Path(__file__).parent / "values"
LIMITS = Limits(cell_timeout_s=30, call_timeout_s=5, total_timeout_s=240)
COURSE = loader.load(FOLDER)
IDS = [exercise.id for exercise in COURSE.exercises]
SAYS = {
    "variables/times": ("speed", "588"),
    "text/no-comma": ("The greeting lacks the comma before the name.", "brakuje przecinka przed imieniem"),
    "text/rounded": ("1 is a number, the truth is True.", "Potęgę licz na liczbach całkowitych"),
    "containers/a-list": ("A set has braces, or is made by set(...).", "Zbiór ma nawiasy klamrowe"),
    "containers/pairs": ("A dict has braces and colons.", "Słownik ma nawiasy klamrowe i dwukropki."),
    "table/index-lost": ("the labels of the rows (the index) should be 0, 2, and they are 0, 1", "etykiety wierszy"),
    "classes/no-self": ("deposit should return the account itself.", "deposit powinno zwracać samo konto."),
    "several/perimeter": ("That is the perimeter of the square", "To obwód kwadratu"),
    "arguments/always-three": ("best([3, 9, 1], 2)", "Funkcja zawsze daje trzy wyniki."),
    "callbacks/once": ("Call it again on what it returned.", "twice(<lambda>, 1)"),
    "exceptions/returns-nothing": ("Raise ValueError for a negative number.", "Dla liczby ujemnej trzeba zgłosić"),
    "generators/a-list": ("A generator gives one number at a time, with yield.", "powers(5)"),
    "mutation/a-new-list": ("drop_negative([3, -1, 2, -5])", "a lista z argumentu się nie zmienia"),
    "printed/no-spaces": ("lacks the spaces around x and =", "brakuje spacji wokół znaków"),
    "input/as-text": ("Make numbers of them with int(...).", "ask()"),
    "keyboard/as-text": ("Make numbers of them with int(...).", "jest: '73'"),
    "course_files/first-row": ("Go through all of them in a loop.", "jest: {'Łódź': 21.5}"),
    "files/texts": ("check that sign", "Zamień teksty na liczby"),
    "plot/axis-only": ("~ The labels (0.5 of 1)", "The plot lacks a title.", "Oś jest podpisana, ale wykres nie ma"),
    "plot/no-title": ("figures.axes.get_xlabel()", "Podpisana jest oś pionowa, a nie pozioma."),
    "choice/a": ("A is a common slip.", "porównaj A z pozostałymi"),
    "dice/always-four": ("In 200 rolls each face", "W 200 rzutach powinny wypaść"),
    "source/a-loop": ("Use recursion and not a loop.", "Użyj rekurencji"),
}


@pytest.fixture(scope="module")
def grader(warm: ForkServerClient | None) -> Iterator[Grader]:
    with open_grader(COURSE, Config(lang="en", limits=LIMITS), warm) as opened:
        yield opened


def graded(grader: Grader, *paths: Path) -> Grade:
    """A notebook of these cells."""
    cells = tuple(Cell(at, without_docstring(path.read_text("utf-8"))) for at, path in enumerate(paths))
    return grader.grade_notebook(Notebook("n.ipynb", "n", "", cells))


def answers(course: Course, folder: str, at: int) -> list[Path]:
    """One answer for each exercise, where it has as many."""
    found = [sorted(exercise.folder.glob(f"{folder}/*.py")) for exercise in course.exercises]
    return [paths[at] for paths in found if len(paths) > at]


@pytest.mark.parametrize("which", ["solutions", "right"])
def test_right_answers_earn_everything_in_one_notebook(which: str, grader: Grader) -> None:
    solutions = [exercise.folder / "solution.py" for exercise in COURSE.tested]
    paths = solutions if which == "solutions" else answers(COURSE, "right", 0)
    for one in graded(grader, *paths).exercises:
        if any(path.is_relative_to(FOLDER / one.id) for path in paths):
            assert one.points + one.by_hand_points == one.max_points, (one.id, one.checks)


@pytest.mark.parametrize("at", [0, 1])
def test_wrong_answers_are_refused_with_words_that_a_student_understands(at: int, grader: Grader) -> None:
    paths = answers(COURSE, "mistakes", at)
    results = {one.id: one for one in graded(grader, *paths).exercises}
    for path in paths:
        one = results[path.parent.parent.name]
        assert one.status in (ExerciseStatus.FAILED, ExerciseStatus.PARTIAL), (one.id, one.status)
        said = " ".join(map(str, [*says(one, "en"), *says(one, "pl")]))
        for words in SAYS[f"{one.id}/{path.stem}"]:
            assert words in said, (one.id, said)


def says(result: ExerciseResult, lang: str) -> list[str]:
    """What a report says of an exercise, line by line."""
    return [str(line) for line in explain(result, lang)]  # type: ignore[arg-type]


def test_the_table_misses_no_mistake() -> None:
    assert {f"{path.parent.parent.name}/{path.stem}" for path in FOLDER.glob("*/mistakes/*.py")} == set(SAYS)


def test_what_was_handed_out_and_an_empty_notebook_earn_nothing(grader: Grader) -> None:
    stubs = graded(grader, *(exercise.folder / "stub.py" for exercise in COURSE.tested))
    assert {(one.id, one.status) for one in stubs.exercises} == {(id, ExerciseStatus.MISSING) for id in IDS}
    assert all(render(one.notes[0], "pl") for one in stubs.exercises)


def test_a_value_that_a_later_cell_changes_counts_as_it_was_after_its_own_cell(grader: Grader, tmp_path: Path) -> None:
    later = tmp_path / "later.py"
    later.write_text("taxed.iloc[0] = 0\ncheap = None\ndel speed\nleft = 0", "utf-8")
    results = graded(grader, FOLDER / "table" / "solution.py", FOLDER / "variables" / "solution.py", later).exercises
    points = {one.id: one.points for one in results}
    assert points["table"] == 2
    assert points["variables"] == 2
