"""A course.toml is read, or refused with what is wrong and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import files, loader
from grader.course.sources import read_hints
from grader.errors import CourseError
from grader.i18n import Titles


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "it has no course.toml"),
        ("id = ", "course.toml"),
        ('id = "x"\n', "missing required field"),
        ('id = 1\ntitle = {pl = "a", en = "b"}\nexercises = []\nnames = {}', "Expected `str`, got `int`"),
    ],
)
def test_a_course_that_cannot_be_read_says_what_and_where(text: str | None, says: str, tmp_path: Path) -> None:
    if text is not None:
        tmp_path.joinpath("course.toml").write_text(text)
    with pytest.raises(CourseError, match=says):
        loader.load(tmp_path)


EXERCISE = """
[[exercises]]
id = "1"
title = { pl = "Ćwiczenie", en = "Exercise" }
minutes = 1
function = "f"
parameters = ["x"]
points = 1
"""


FUNCTION = 'function = "f"\nparameters = ["x"]\n'
WRITTEN = EXERCISE.replace(FUNCTION, "").replace('id = "1"', 'id = "2"')
HALVES = 'by_hand = [{{ points = 0.5, id = "{}" }}, {{ points = 0.5, id = "{}" }}]'
WHOLE = "by_hand = [{ points = 1 }]\n"


def write(folder: Path, before: str = "", exercises: str = EXERCISE, names: str = 'x = ["x", "Dane_X"]') -> Path:
    head = 'id = "k"\ntitle = { pl = "Kurs", en = "Course" }\n'
    folder.joinpath("course.toml").write_text(f"{head}{before}\n[names]\n{names}\n{exercises}", "utf-8")
    return folder


def test_what_a_course_does_not_say_has_a_value_of_its_own(tmp_path: Path) -> None:
    course = loader.load(write(tmp_path))
    assert (course.seed, course.carried_deduction, course.languages, course.opening) == (0, 1, ("pl", "en"), ())
    assert (course.data_names, course.hints, course.typical) == ((), {}, {})
    assert course.names == {"x": ("x", "x", "danex")}
    exercise = course.exercise("1")
    assert (exercise.names, exercise.needs, exercise.superseded_by, exercise.max_bonus) == (("f",), (), None, 0)
    assert exercise.folder == tmp_path / "1"


@pytest.mark.parametrize(
    ("before", "exercises", "names", "says"),
    [
        ("", "", "", "missing required field `exercises`"),
        ("exercises = []", "", "", "there is no exercise in it. Add one as [[exercises]]"),
        ("", EXERCISE * 2, "x = []", "there are two exercises '1'"),
        ("", EXERCISE, "y = []", "exercise 1: add the parameter 'x' to [names]"),
        ("", EXERCISE + 'needs = ["9"]', "x = []", "exercise 1 names '9', which is no exercise of this course"),
        ("", EXERCISE + 'superseded_by = "9"', "x = []", "exercise 1 names '9'"),
        ('opening = ["imports.py"]', EXERCISE, "x = []", "opening names 'imports.py', which is no file of this course"),
        ('languages = ["pl", "de"]', EXERCISE, "x = []", "the course has no text in 'de'"),
        ('languages = ["Polish"]', EXERCISE, "x = []", "'Polish' is no language. Write its two letters"),
        ("", EXERCISE.replace(', en = "Exercise"', ""), "x = []", "exercise 1 has no text in 'en'"),
        ("", EXERCISE + 'needs = ["1"]', "x = []", "exercise 1 needs itself"),
        (
            "",
            EXERCISE + 'needs = ["2"]' + EXERCISE.replace('id = "1"', 'id = "2"'),
            "x = []",
            "exercise 1 needs 2, which comes later",
        ),
        ("", EXERCISE + 'superseded_by = "1"', "x = []", "exercise 1 is superseded by itself"),
        (
            'packages = ["scikit-learn"]',
            EXERCISE,
            "x = []",
            "packages names 'scikit-learn'. Write it as it is imported",
        ),
        ('files = "nowhere"', EXERCISE, "x = []", "files names 'nowhere', which is no folder of this course"),
        ('files = "../dane"', EXERCISE, "x = []", "files names '../dane', which is no folder of this course"),
        ('files = "1"', EXERCISE, "x = []", "files names '1', which holds hidden tests"),
        ('files = "."', EXERCISE, "x = []", "files names '.', which holds hidden tests"),
        ('languages = ["pl", "pl"]', EXERCISE, "x = []", "name each language of the statements once"),
        ("colour = 1", EXERCISE, "x = []", "unknown field `colour`"),
        ("", EXERCISE.replace(FUNCTION, ""), "x = []", "without both, `by_hand`, a list of what a person grades"),
        ("", EXERCISE + "by_hand = [{ points = 2 }]", "x = []", "by_hand gives 2 points, and `points` says 1"),
        ("", EXERCISE + "by_hand = [{ points = 0 }]", "x = []", "needs points above 0"),
        ("", WRITTEN + "by_hand = [{ points = 0.5 }]", "x = []", "must give all of its 1 points, and gives 0.5"),
        ("", WRITTEN + "bonus = 1\nby_hand = [{ points = 1 }]", "x = []", "it can have no bonus"),
        ("", WRITTEN + HALVES.format("a", "a"), "x = []", "two lines of by_hand have the same id"),
        ("", WRITTEN + HALVES.format("a/b", "c"), "x = []", "or one has a slash in it: a/b, c"),
        ("", EXERCISE + WRITTEN + WHOLE + 'needs = ["1"]', "x = []", "and exercise 2 has none"),
        ("", WRITTEN + WHOLE + EXERCISE + 'needs = ["2"]', "x = []", "and exercise 2 has none"),
        ("", EXERCISE + 'superseded_by = "2"' + WRITTEN + WHOLE, "x = []", "and exercise 2 has none"),
    ],
)
def test_a_contradiction_is_refused_with_its_place(
    before: str, exercises: str, names: str, says: str, tmp_path: Path
) -> None:
    tmp_path.joinpath("1").mkdir()
    with pytest.raises(CourseError) as raised:
        loader.load(write(tmp_path, before, exercises, names))
    assert says in str(raised.value)
    assert str(tmp_path / "course.toml") in str(raised.value)


def test_a_course_may_be_in_any_one_language(tmp_path: Path) -> None:
    write(tmp_path, "hints = {}", EXERCISE)
    toml = tmp_path / "course.toml"
    german = toml.read_text("utf-8").replace('{ pl = "Kurs", en = "Course" }', '{ de = "Kurs" }')
    toml.write_text(german.replace('{ pl = "Ćwiczenie", en = "Exercise" }', '{ de = "Übung" }'), "utf-8")
    course = loader.load(tmp_path)
    assert course.languages == ("de",)
    assert course.title == Titles("Kurs", "Kurs")
    assert course.exercises[0].title == Titles("Übung", "Übung")
    assert read_hints(tmp_path, "de: Schau hin.", course.languages) == Titles("Schau hin.", "Schau hin.")


def test_data_files_that_are_too_large_are_the_authors_error(tmp_path: Path) -> None:
    tmp_path.joinpath("dane").mkdir()
    with tmp_path.joinpath("dane", "duże.bin").open("wb") as file:
        file.truncate((files.MAX_DATA_MIB << 20) + 1)
    with pytest.raises(CourseError, match=r"dane: 1 files of 32 MiB together"):
        loader.load(write(tmp_path, 'files = "dane"'))


def test_what_a_person_grades_has_a_title_of_its_own_or_the_exercises(tmp_path: Path) -> None:
    lines = 'by_hand = [{ points = 0.25 }, { points = 0.75, title = { pl = "Jasno", en = "Clear" } }]'
    exercise = loader.load(write(tmp_path, exercises=WRITTEN + lines)).exercises[0]
    assert [(line.id, line.title, line.max_points) for line in exercise.by_hand] == [
        ("1", Titles("Ćwiczenie", "Exercise"), 0.25), ("2", Titles("Jasno", "Clear"), 0.75),
    ]  # fmt: skip
    assert (exercise.answer_cell, exercise.max_points, exercise.worth) == ("2-answer", 0, 1)
    assert exercise.placeholder == "*Tutaj wpisz swoją odpowiedź.*\n\n*Write your answer here.*"
