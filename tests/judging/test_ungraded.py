"""What can't be judged here for want of a package or a newer Python earns nothing, costs nothing and is not blamed."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from grader.i18n import render
from grader.model import CellStatus, CheckStatus, ExerciseResult, ExerciseStatus, Grade
from tests.conftest import QUICK, GradeCells, result

UNGRADED, PASSED, FAILED = ExerciseStatus.UNGRADED, ExerciseStatus.PASSED, ExerciseStatus.FAILED
# Code that no Python can read before one that is newer than any here, and its name.
NEWER, NEEDED = ("lazy import json", "Python 3.15") if sys.version_info < (3, 15) else ("", "")
needs_older = pytest.mark.skipif(not NEWER, reason="this Python reads all that is known to be new")
MSE = "def compute_mse_loss(y_hat, y):\n    return np.mean((y_hat - y) ** 2)"
IMPORT, DEF = "import no_such\n", "def compute_mse_loss(y_hat, y):\n    "
SKLEARN = "from no_such.metrics import mean_squared_error\n"
BY_SKLEARN = f"{SKLEARN}def compute_mse_loss(y_hat, y):\n    return mean_squared_error(y, y_hat)"
# Each returns what a stand-in gives, or fails at one.
TOUCHING = {
    "returned": BY_SKLEARN,
    "in a list": IMPORT + DEF + "return [no_such.l2(y_hat, y)]",
    "in an array of objects": IMPORT + DEF + "return np.mean((y_hat - no_such.a) ** 2)",
    "made a number": f"{SKLEARN}def compute_mse_loss(y_hat, y):\n    return float(mean_squared_error(y, y_hat))",
    "imported in the function": "def compute_mse_loss(y_hat, y):\n    import no_such\n    return no_such.l2(y, y_hat)",
    "made by a cell": "from no_such import Scaler\nscaler = Scaler()\n"
    "def compute_mse_loss(y_hat, y):\n    return np.mean((scaler.fit(y_hat) - scaler.fit(y)) ** 2)",
    "through a helper": "import no_such as ns\ndef helper(a):\n    return ns.square(a)\n"
    "def compute_mse_loss(y_hat, y):\n    return np.mean([helper(a) for a in y_hat - y])",
    "a loop that runs zero times": IMPORT + DEF + "total = 0\n"
    "    for a in no_such.pairs(y_hat, y):\n        total += a\n    return total",
    "a branch": IMPORT + DEF + "return np.mean((y_hat - y) ** 2) if no_such.cuda.is_available() else 0.0",
    "a loop that never ends": IMPORT + DEF + "while not no_such.converged():\n        pass",
    "an error of another text": IMPORT + DEF + "return max(list(no_such.losses(y)))",
    "a name that a cell did not bind": "import no_such\ncount = len(no_such.table)\n"
    "def compute_mse_loss(y_hat, y):\n    return np.sum((y_hat - y) ** 2) / count",
    "a name two cells away": "import no_such\ncount = len(no_such.table)###half = count / 2###"
    "def compute_mse_loss(y_hat, y):\n    return np.sum((y_hat - y) ** 2) / 2 / half",
}
# Each is wrong by itself, and something that is not installed is about.
MISTAKES = {
    "imported only": IMPORT + DEF + "return np.mean(y_hat - y)",
    "a plot beside it": "import matplotlib_no_such.pyplot as plt\ndef compute_mse_loss(y_hat, y):\n"
    "    return np.mean(y_hat - y)\nplt.plot([1])",
    "a name of nobody's": "import no_such\nno_such.f()\ndef compute_mse_loss(y_hat, y):\n    return np.mean(loss)",
    "a name that another cell binds too": "import no_such\ncount = len(no_such.table)###1 / 0\ncount = 2###"
    "def compute_mse_loss(y_hat, y):\n    return np.sum((y_hat - y) ** 2) / count",
    "a bar": "from tqdm import tqdm\ndef compute_mse_loss(y_hat, y):\n    total = 0\n"
    "    for a, b in tqdm(zip(y_hat, y)):\n        total += a - b\n    return total",
}


def graded(code: str, grade_cells: GradeCells) -> Grade:
    return grade_cells(*code.split("###"), limits=replace(QUICK, call_timeout_s=0.3), only=("1b",))


def is_unaccused(exercise: ExerciseResult) -> bool:
    said = [check.actual or check.expected or check.input or check.diagnosis for check in exercise.checks]
    return not any(said) and not exercise.notes


@pytest.mark.parametrize("code", TOUCHING.values(), ids=TOUCHING)
def test_what_touched_a_stand_in_and_failed_is_ungraded(code: str, grade_cells: GradeCells) -> None:
    grade = graded(code, grade_cells)
    exercise = result(grade, "1b")
    assert exercise.status is UNGRADED
    assert {check.status for check in exercise.checks} == {CheckStatus.UNGRADED}
    assert exercise.needs == ("no_such",)
    assert (exercise.points, exercise.ungraded_points) == (0, exercise.max_points)
    assert is_unaccused(exercise)
    assert [render(check.message or "", "en") for check in exercise.checks] == [
        "needs no_such, which is not installed here"
    ] * len(exercise.checks)
    assert "stand-in for" not in str(exercise)
    assert (grade.max_score, grade.judged_max_score) == (exercise.max_points, 0)


@pytest.mark.parametrize("code", MISTAKES.values(), ids=MISTAKES)
def test_what_failed_without_one_is_a_mistake_as_before(code: str, grade_cells: GradeCells) -> None:
    exercise = result(graded(code, grade_cells), "1b")
    assert exercise.status is FAILED
    assert not exercise.needs
    assert exercise.checks[0].message or exercise.checks[0].diagnosis


@pytest.mark.parametrize(
    "code",
    [
        IMPORT + DEF + "no_such.log(y)\n    return np.mean((y_hat - y) ** 2)",
        "import matplotlib_no_such.pyplot as plt\ndef compute_mse_loss(y_hat, y):\n    fig, ax = plt.subplots()\n"
        "    ax.plot(y, y_hat)\n    plt.show()\n    return np.mean((y_hat - y) ** 2)",
        "from no_such import njit\n@njit\ndef compute_mse_loss(y_hat, y):\n    return np.mean((y_hat - y) ** 2)",
    ],
)
def test_what_touched_one_and_passed_keeps_its_points(code: str, grade_cells: GradeCells) -> None:
    assert result(grade_cells(code), "1b").status is PASSED


def test_a_picture_in_a_wrong_function_hides_no_mistake(grade_cells: GradeCells) -> None:
    code = (
        "import altair as plots\ndef compute_mse_loss(y_hat, y):\n    fig, axes = plots.subplots(1, 2)\n"
        "    axes[0].plot(y)\n    plots.show()\n    return np.mean(y_hat - y)"
    )
    exercise = result(grade_cells(code), "1b")
    assert exercise.status is FAILED
    assert exercise.checks[0].diagnosis


def test_an_older_version_keeps_what_it_earned(grade_cells: GradeCells) -> None:
    exercise = result(grade_cells(MSE, BY_SKLEARN), "1b")
    assert exercise.status is PASSED
    assert not exercise.needs


def test_a_wrong_older_version_does_not_condemn_one_that_can_not_be_judged(grade_cells: GradeCells) -> None:
    exercise = result(grade_cells(MSE.replace("** 2", ""), BY_SKLEARN), "1b")
    assert exercise.status is UNGRADED
    assert is_unaccused(exercise)


def test_what_calls_an_ungraded_function_is_judged_with_a_right_one(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    grade = grade_cells(*(BY_SKLEARN if id == "1b" else source for id, source in solutions.items()))
    assert result(grade, "1b").status is UNGRADED
    others = [exercise for exercise in grade.exercises if exercise.id != "1b"]
    assert all(exercise.status.done for exercise in others), [exercise.status for exercise in others]
    assert grade.score == grade.judged_max_score
    assert grade.reached(100)
    assert "points taken off" not in str(grade)


@pytest.mark.parametrize(
    "before",
    [
        "import no_such\nfigures, axes = no_such.many()\nassert axes.shape == (2, 2)\n",
        "import no_such\nclass Model(no_such.Module):\n    size = len(no_such.x)\n",
        "import no_such\ndef size(n=len(no_such.x)):\n    return n\n",
    ],
)
def test_a_definition_below_what_a_stand_in_failed_counts_or_is_ungraded(before: str, grade_cells: GradeCells) -> None:
    exercise = result(grade_cells(before + MSE), "1b")
    assert exercise.status in (PASSED, UNGRADED)
    assert exercise.status is PASSED or exercise.needs == ("no_such",)
    assert not exercise.notes


def test_what_stands_below_an_own_error_is_still_missing(grade_cells: GradeCells) -> None:
    grade = grade_cells("import no_such\nx = no_such.f()\n1 / 0\n" + MSE)
    assert result(grade, "1b").status is ExerciseStatus.MISSING
    assert result(grade, "1b").notes


@needs_older
@pytest.mark.parametrize(
    ("cells", "cell"),
    [
        ([f"{NEWER}\n{MSE}"], 1),
        ([MSE.replace("** 2", ""), f"{NEWER}\n{MSE}"], 2),
        ([f"{NEWER}\nscale = 1", MSE.replace("** 2", "** 2 * scale")], 2),
    ],
)
def test_what_a_newer_python_must_read_is_ungraded(cells: list[str], cell: int, grade_cells: GradeCells) -> None:
    grade = grade_cells(*cells)
    exercise = result(grade, "1b")
    assert exercise.status is UNGRADED
    assert exercise.needs == (NEEDED,)
    assert exercise.cell == cell
    assert is_unaccused(exercise)
    (lost,) = [one for one in grade.cells if one.needs]
    assert (lost.status, lost.needs) == (CellStatus.ERROR, NEEDED)
    runs = f"Here runs Python {sys.version_info.major}.{sys.version_info.minor}."
    assert [render(note, "en") for note in lost.notes] == [runs]


@needs_older
def test_a_later_cell_that_can_not_be_read_does_not_excuse_an_exercise_before_it(grade_cells: GradeCells) -> None:
    """`train` of exercise 2 is wrong in a cell of its own; exercise 5's can't be read."""
    train = "def train(x, y, init_w, init_b):\n    return 0.0"
    grade = grade_cells(train, f"{NEWER}\ndef train(x, y, init_w, init_b, alpha, epochs):\n    return 1, 2")
    assert result(grade, "2").status is FAILED
    assert result(grade, "5").status is UNGRADED


@pytest.mark.parametrize("slip", ["x = (1", "print 'a'", "f'{x['a'}'", "if True\n    pass"])
def test_a_mistake_of_syntax_stays_one(slip: str, grade_cells: GradeCells) -> None:
    grade = grade_cells(f"{MSE}\n{slip}")
    assert result(grade, "1b").status is ExerciseStatus.MISSING
    assert not grade.needs


def test_who_hides_everything_reaches_nothing(grade_cells: GradeCells) -> None:
    grade = grade_cells(
        *(f"import no_such\ndef {name}(*a, **k):\n    return no_such.x" for name in ("get_linear_forward", "normalize"))
    )
    assert grade.needs == ("no_such",)
    assert grade.score == 0
    assert not grade.reached(1)


def test_a_kernel_can_only_lose_points_by_what_it_says_of_stand_ins(grade_cells: GradeCells) -> None:
    """A notebook that notes a stand-in where there is none, or hides one."""
    forged = (
        "import grader.kernel.inside.fake_modules as fake\n"
        "def compute_mse_loss(y_hat, y):\n    fake.TOUCHED.note('x')\n    return 0.0"
    )
    exercise = result(grade_cells(forged), "1b")
    assert exercise.points == 0
    hidden = BY_SKLEARN.replace("    return", "    import sys\n    sys.modules.clear()\n    return")
    assert result(grade_cells(hidden), "1b").points == 0


def test_the_notes_say_what_a_stand_in_did(grade_cells: GradeCells) -> None:
    grade = grade_cells("import no_such\n" + MSE)
    said = [render(note, "pl") for note in grade.notes]
    assert any("no_such" in note and "atrapy" in note for note in said)
