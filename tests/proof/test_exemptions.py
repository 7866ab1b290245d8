"""What an author exempts from the proof by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.course import Exercise
from grader.errors import CourseError
from grader.proof.exemptions import EXEMPTIONS_FILE, Exemptions, read_exemptions
from grader.proof.mutants import Mutant
from tests.proof.sick_course import write_course

TEXT = """
[[equivalent]]
line = "return 2 * x"
becomes = ["return (x * 2)", "return x + x"]
reason = "Przemienność."

[[equivalent]]
line = "plt.plot(...)"
becomes = ["plt.plot(x...)"]
reason = "Kolor."

[[twin]]
mistake = "half"
named = "times-half"
reason = "The same."
"""


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    return write_course(tmp_path, {"1": {EXEMPTIONS_FILE: TEXT}}).exercise("1")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("plt.plot(x, 'r')", "plt.plot(x)", "Kolor."),
        ("plt.plot(x, 'r')", "pass", None),
        ("z = plt.plot(x, 'r')", "plt.plot(x)", None),
        ("return 2 * x", "return x * 2", "Przemienność."),
        ("return 2*x", "return x + x", "Przemienność."),
        ("return 2 * x", "return 3 * x", None),
        ("y = 2 * x", "return x * 2", None),
    ],
)
def test_a_mutant_is_exempt_however_its_lines_are_laid_out(
    before: str, after: str, reason: str | None, exercise: Exercise
) -> None:
    assert read_exemptions(exercise).reason(Mutant("operator", "", before, after)) == reason


def test_a_mistake_may_be_called_by_the_name_of_its_twin(exercise: Exercise) -> None:
    exemptions = read_exemptions(exercise)
    assert exemptions.twin_of("half") == "times-half"
    assert exemptions.twin_of("times-half") is None


def test_an_exercise_without_the_file_exempts_nothing(tmp_path: Path) -> None:
    assert read_exemptions(write_course(tmp_path, {"1": {}}).exercise("1")) == Exemptions()


@pytest.mark.parametrize("text", ["[[", "[[twin]]\nmistake = 'a'\n", "colour = 1\n", "[[equivalent]]\nline = 1\n"])
def test_a_file_that_can_not_be_read_is_named(text: str, tmp_path: Path) -> None:
    exercise = write_course(tmp_path, {"1": {EXEMPTIONS_FILE: text}}).exercise("1")
    with pytest.raises(CourseError, match=r"proof\.toml: "):
        read_exemptions(exercise)
