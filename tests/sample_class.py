"""A class made by hand in the course that comes with the grader: small, and with everything that its page shows."""

from __future__ import annotations

from dataclasses import replace

from grader.config import Config
from grader.course import loader
from grader.course.course import Exercise
from grader.course.places import find_course
from grader.i18n import Text, Titles, msg
from grader.model import (
    Cell,
    CellResult,
    CellStatus,
    CheckResult,
    CheckStatus,
    Curve,
    Diagnosis,
    ExerciseResult,
    ExerciseStatus,
    Grade,
    Notebook,
    SubmissionStatus,
)
from grader.report.run import Run

COURSE = loader.load(find_course())
EXERCISES = {exercise.id: exercise for exercise in COURSE.exercises}
WALLS = ("pid", "net")
_WRONG = msg("The value is not the expected one.")
_RAISED = msg("The call ended with an error.")
_HANGS = msg("The call did not end in time. Is there a loop that never stops?")
_ENDS = msg("The call ended the whole Python process.")
_ARGUMENTS = msg(
    "{function}({own}) in cell {cell} can't be called with {wanted}.",
    function="update_params",
    own="w",
    cell=7,
    wanted="(w, b)",
)
_ON_THE_WAY = msg(
    "Done on the way to exercise {later}: {function} was rewritten there.", later="3b", function="get_backprop"
)
_FOLDER = msg("This is a folder, not a notebook. Hand in the .ipynb file that is inside it.")
_HALF = Diagnosis("half-mean", Titles("To dokładnie połowa błędu.", "It is exactly half of the loss."))
_NO_BIAS = Diagnosis("no-bias", Titles("Brakuje biasu.", "The bias takes no part."))
_CURVE = Curve(
    Titles("Błąd po kolejnych epokach", "The loss, epoch by epoch"),
    Titles("epoki", "epochs"),
    Titles("błąd (MSE)", "loss (MSE)"),
    (0, 1, 2, 4),
    (14596.5, 10876.25, 8115.5, 4546.75),
    (14596.5, 10876.25, 8115.5, 4546.75),
)


def run(*grades: Grade, lang: str = "en") -> Run:
    return Run(grades or GRADES, COURSE, Config(lang=lang))


def _check(exercise: Exercise, status: CheckStatus, **rest: object) -> CheckResult:
    points, bonus = exercise.max_points, exercise.max_bonus
    title = Titles(f"Sprawdza {exercise.id}", f"Checks {exercise.id}")
    return CheckResult(f"test_{exercise.id}", title, status, points, bonus, **rest)  # type: ignore[arg-type]


def result(
    id: str, status: ExerciseStatus = ExerciseStatus.PASSED, points: float | None = None, **rest: object
) -> ExerciseResult:
    """An exercise with a single check, or the checks given; its cell is its place in the course."""
    exercise = EXERCISES[id]
    right = status in (ExerciseStatus.PASSED, ExerciseStatus.SUPERSEDED)
    most = (exercise.max_points, exercise.max_bonus) if right else (0, 0)
    rest.setdefault("cell", None if status is ExerciseStatus.MISSING else list(EXERCISES).index(id) + 1)
    rest.setdefault("checks", (_check(exercise, CheckStatus.PASSED if right else CheckStatus.NOT_RUN),))
    return ExerciseResult(
        id, exercise.title, status, exercise.function, most[0] if points is None else points, exercise.max_points,
        most[1], exercise.max_bonus, **rest,  # type: ignore[arg-type]
    )  # fmt: skip


def grade(name: str, *changed: ExerciseResult, notes: tuple[Text, ...] = (), **rest: object) -> Grade:
    """A participant who has passed everything but what is given."""
    others = {one.id: one for one in changed}
    exercises = tuple(others.get(id) or result(id, curves=(_CURVE,) if id == "5" else None) for id in EXERCISES)
    cells = tuple(
        Cell(index, f"def {exercise.function}({', '.join(exercise.parameters)}):\n\n    return ...  # {name}")
        for index, exercise in enumerate(EXERCISES.values(), start=1)
    )
    notebook = Notebook(f"work/{name}.ipynb", name, "ab" * 32, cells)
    ran = tuple(CellResult(cell.index, CellStatus.OK) for cell in cells)
    return replace(Grade(notebook, SubmissionStatus.GRADED, 0.1, exercises, ran, notes, WALLS), **rest)  # type: ignore[arg-type]


def failed(id: str, input: str, found: Diagnosis | None = None, points: float = 0, **rest: object) -> ExerciseResult:
    """An exercise with one check that gave a wrong value."""
    details = {"message": _WRONG, "expected": "9", "actual": "4.5", "diagnosis": found, **rest}
    check = _check(EXERCISES[id], CheckStatus.FAILED, input=input, **details)
    state = ExerciseStatus.PARTIAL if points else ExerciseStatus.FAILED
    return result(id, state, points, checks=(check,))


def broken(id: str, status: CheckStatus, input: str, message: Text, actual: str | None = None) -> ExerciseResult:
    """An exercise with one check whose call gave no value."""
    check = _check(EXERCISES[id], status, message=message, input=input, actual=actual)
    return result(id, ExerciseStatus.FAILED, checks=(check,))


def ungraded(name: str, status: SubmissionStatus, note: Text) -> Grade:
    exercises = tuple(result(id, ExerciseStatus.NOT_RUN, cell=None) for id in EXERCISES)
    return replace(grade(name, *exercises), status=status, cells=(), notes=(note,))


def half(input: str) -> ExerciseResult:
    return failed("1b", input, _HALF, points=1)


GRADES = (
    grade("Łucja Żak"),
    grade("Adam Ćwik", half("compute_mse_loss(np.array([50, 20]), np.array([2, 1]))")),
    grade("Ewa Bąk", half("compute_mse_loss(np.array([5]), np.array([2]))")),
    grade("Jan Nowak", half("compute_mse_loss(np.array([-4]), np.array([3]))"), failed("1a", "f(1)", _NO_BIAS, 1)),
    grade("Maria Lis", failed("1b", "compute_mse_loss(1, 2)"), result("4", ExerciseStatus.MISSING)),
    grade(
        "Piotr Sum",
        broken("6", CheckStatus.ERROR, "normalize(1)", _RAISED, "NameError: name 'm' is not defined"),
        broken("4", CheckStatus.TIMED_OUT, "update_params(1, 0, 0.1, 0.7, -0.01)", _HANGS),
    ),
    grade(
        "Zofia Róg",
        broken("6", CheckStatus.CRASHED, "normalize(2)", _ENDS),
        result("4", ExerciseStatus.FAILED, notes=(_ARGUMENTS,)),
        result("3a", ExerciseStatus.SUPERSEDED, notes=(_ON_THE_WAY,), cell=5),
    ),
    replace(
        grade("Igor Mak", result("1a", ExerciseStatus.MISSING, cell=None), result("2", points=1)),
        cells=(CellResult(1, CellStatus.ERROR, "ValueError: no"), CellResult(2, CellStatus.TIMED_OUT)),
    ),
    grade("Anna Duda", notes=(msg("The notebook was made for Python 2; it is run with Python 3."),)),
    grade("Bartek Kos", result("1a", ExerciseStatus.GRADER_FAULT)),
    ungraded("Ola Pas", SubmissionStatus.UNREADABLE, _FOLDER),
    ungraded("Wit Zet", SubmissionStatus.GRADER_FAULT, "ZeroDivisionError: division by zero"),
)  # fmt: skip
