"""What is committed is what the course makes; the references earn everything, the stubs nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.config import Config
from grader.course import authoring, loader
from grader.course.course import Course, normal
from grader.errors import CourseError
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.model import ExerciseStatus, SubmissionStatus
from tests.conftest import QUICK, ROOT, grade_file

STUBS = sorted(path.name for path in (ROOT / "exercises").glob("*.ipynb"))


def test_the_committed_stub_notebooks_are_what_build_makes(course: Course) -> None:
    made = authoring.stub_notebooks(course)
    assert made == {path.name: path.read_text("utf-8") for path in (ROOT / "exercises").iterdir()}


def test_the_committed_samples_are_what_build_makes(course: Course) -> None:
    made = authoring.sample_notebooks(course)
    assert made == {path.name: path.read_text("utf-8") for path in (ROOT / "tests" / "samples").iterdir()}


def test_the_reference_solutions_earn_every_point_and_bonus(
    course: Course, suite: Suite, warm: ForkServerClient | None
) -> None:
    graded = grade_file(ROOT / "tests" / "samples" / authoring.SOLVED, course, suite, Config(limits=QUICK), warm)
    assert (graded.score, graded.bonus) == (graded.max_score, graded.max_bonus) == (18, 4)
    assert all(exercise.status is ExerciseStatus.PASSED for exercise in graded.exercises)
    assert all(cell.error is None for cell in graded.cells), "its visible asserts hold too"


@pytest.mark.parametrize("name", STUBS)
def test_an_untouched_stub_runs_and_earns_nothing(
    name: str, course: Course, suite: Suite, warm: ForkServerClient | None
) -> None:
    graded = grade_file(ROOT / "exercises" / name, course, suite, Config(limits=QUICK), warm)
    assert graded.status is SubmissionStatus.GRADED
    assert graded.score == graded.bonus == 0
    assert {exercise.status for exercise in graded.exercises} == {ExerciseStatus.MISSING}


def test_the_data_set_teaches_what_it_was_made_for(course: Course) -> None:
    import numpy as np

    x, y = course.data
    mse = course.solution("1b")
    assert int(mse(0.5 * x, y)) == 14596
    train = course.solution("5")
    line = np.polyfit(x, y, 1)
    best = mse(np.polyval(line, x), y)
    with np.errstate(all="ignore"):
        assert not np.isfinite(train(x, y, 0.5, 0, 0.1, 1000)[0])
        assert not np.isfinite(train(x, y, 0.5, 0, 0.001, 1000)[0])
    w, b = train(x, y, 0.5, 0, 0.0001, 1000)
    assert mse(w * x + b, y) > 1.5 * best
    z = course.solution("6")(x)
    w, b = train(z, y, 0.5, 0, 0.4, 10)
    assert mse(w * z + b, y) == pytest.approx(best, rel=1e-6)


def test_the_digest_changes_with_any_file_of_the_course(tmp_path: Path) -> None:
    toml = 'id = "x"\ntitle = {pl = "a", en = "b"}\nnames = {}\n[[exercises]]\nid = "1"'
    toml += '\ntitle = {pl = "a", en = "b"}\nminutes = 1'
    toml += '\nfunction = "f"\nparameters = []\npoints = 1'
    for name in ("course.toml", "notes.md"):
        tmp_path.joinpath(name).write_text(toml, "utf-8")
    first = loader.load(tmp_path).digest
    tmp_path.joinpath("notes.md").write_text("changed", "utf-8")
    assert loader.load(tmp_path).digest != first


def test_a_cell_finds_the_opening_cells_and_the_earlier_functions(course: Course) -> None:
    scope = course.scope("1b")
    assert {"np", "x_train", "y_train", "get_linear_forward"} <= set(scope)
    assert "compute_mse_loss" not in scope
    scope["np"] = None
    assert course.scope("1b")["np"] is not None, "each caller has a dict of its own"


def test_data_that_no_opening_cell_defines_is_an_authors_error(course: Course) -> None:
    with pytest.raises(CourseError, match="data names 'z_train', which no opening cell defines"):
        replace(course, data_names=("x_train", "z_train")).data  # noqa: B018
    assert replace(course, data_names=(), opening=()).data == ()


def test_a_stub_is_known_again_however_it_is_laid_out(course: Course) -> None:
    exercise = course.exercise("1a")
    assert exercise.is_stub(exercise.stub.replace("    ", "        "))
    assert not exercise.is_stub("")
    assert not exercise.is_stub(exercise.stub.replace("None", "x"))


@pytest.mark.parametrize(("name", "plain"), [("Y_Hat", "yhat"), ("yHat", "yhat"), ("Wejście_1", "wejście1")])
def test_names_are_compared_without_case_and_underscores(name: str, plain: str) -> None:
    assert normal(name) == plain


WORDS = (
    "observation",
    "neuron",
    "learning rate",
    "learning_rate",
    "epoch",
    "gradient",
    "perceptron",
    "x_train",
    "y_train",
)
ALLOWED = ("since the epoch", "alphabet")  # Unix time


def code() -> Iterator[tuple[Path, str]]:
    """The grader's own code: no catalogs, no style sheets, no course that comes with it to start from."""
    for path in sorted((ROOT / "grader").rglob("*")):
        inside = path.relative_to(ROOT / "grader").parts
        if path.suffix in (".py", ".html", ".js") and "locale" not in inside and "_course" not in inside:
            yield path, path.read_text("utf-8")


def test_the_grader_knows_no_word_of_the_course(course: Course) -> None:
    """What the grader says and knows must fit any course; what fits one stands in its folder."""
    words = {*WORDS, *(exercise.function for exercise in course.exercises), *long_parameters(course)}
    pattern = re.compile(
        "|".join(rf"(?<![a-z]){re.escape(word)}" for word in sorted(words - {"train", "normalize"})), re.IGNORECASE
    )
    for path, text in code():
        for allowed in ALLOWED:
            text = text.replace(allowed, "")
        assert not pattern.findall(text), path


def test_no_two_parameters_of_the_course_stand_together_in_the_graders_code(course: Course) -> None:
    """One letter may be anything, as the mode of a file; two of them in one literal are a list of the course's."""
    parameters = {name for exercise in course.exercises for name in exercise.parameters}
    for path, text in code():
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(text)):
                items = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
                found = {item.value for item in items if isinstance(item, ast.Constant)} & parameters
                assert len(found) < 2, (path, getattr(node, "lineno", 0), found)


def long_parameters(course: Course) -> set[str]:
    return {name for exercise in course.exercises for name in exercise.parameters if len(name) > 2}
