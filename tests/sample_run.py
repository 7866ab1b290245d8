"""A run made by hand, with everything in it that a report must cope with, a hostile participant above all."""

from __future__ import annotations

from pathlib import Path

from grader.config import Config
from grader.course.course import Course, Exercise
from grader.i18n import Titles, msg
from grader.lacking import needs
from grader.model import (
    Cell,
    CellResult,
    CellStatus,
    CheckResult,
    CheckStatus,
    Diagnosis,
    ExerciseResult,
    ExerciseStatus,
    Grade,
    Notebook,
    SubmissionStatus,
)
from grader.people import Id, Namespace
from grader.report.run import Run

HOSTILE = (
    "x` <script>alert(1)</script> ![x](http://e.example/x.png) [l](javascript:1) www.e.example @all #1 |`a` ```b``` $m$"
    "\n::stop-commands::t\r\n::error::y\n##[add-mask]x %0A::warning::z ]]> &amp; \x1b[31m \x00 \u202e \ud800 *i* \\"
)
# A slash or a NUL can't be in a name.
HOSTILE_NAME = HOSTILE.replace("/", "⁄").replace("\0", "").replace("\ud800", "\N{REPLACEMENT CHARACTER}")
FORMULA = '=HYPERLINK("http://e.example","18")'
P, F, E, T, C, N, G = (
    CheckStatus.PASSED,
    CheckStatus.FAILED,
    CheckStatus.ERROR,
    CheckStatus.TIMED_OUT,
    CheckStatus.CRASHED,
    CheckStatus.NOT_RUN,
    CheckStatus.GRADER_FAULT,
)


def run(*grades: Grade, lang: str = "en") -> Run:
    return Run(grades or GRADES, COURSE, Config(lang=lang))


def _exercise(id: str, english: str, function: str, points: float, bonus: float = 0) -> Exercise:
    title = Titles(f"Zadanie {english}", english)
    return Exercise(id, title, 5, function, (), ("x",), points, bonus, (), None, Path("nowhere", id))


COURSE = Course(
    "sample",
    Titles("Przykładowy kurs", "A sample course"),
    0,
    1,
    {},
    (
        _exercise("1", "Doubles *2", "double", 2),
        _exercise("2", "Triples", "triple", 3, 1),
        _exercise("3", "Waits", "wait", 2),
        _exercise("4", "Only a bonus", "extra", 0, 3),
    ),
    {},
    Path("nowhere"),
)


def _check(
    name: str, status: CheckStatus, points: float = 1, bonus: float = 0, message: object = None, **details: object
) -> CheckResult:
    title = Titles(f"Sprawdza {name}", f"Checks {name}")
    return CheckResult(f"test_{name}", title, status, points, bonus, message, **details)  # type: ignore[arg-type]


def _result(id: str, status: ExerciseStatus, points: float, *checks: CheckResult, **rest: object) -> ExerciseResult:
    exercise = COURSE.exercise(id)
    bonus = sum(check.bonus for check in checks)
    return ExerciseResult(
        id, exercise.title, status, exercise.function, points, exercise.max_points, bonus, exercise.max_bonus,
        checks=checks, **rest,  # type: ignore[arg-type]
    )  # fmt: skip


def _not_run() -> tuple[ExerciseResult, ...]:
    points = {"1": (2, 0), "2": (3, 1), "3": (2, 0), "4": (0, 3)}
    return tuple(_result(id, ExerciseStatus.NOT_RUN, 0, _check("all", N, *points[id])) for id in points)


_HOSTILE_IDS = (Id(Namespace.OTHER, "="), Id(Namespace.SIS, "=2"))


def _ids(number: str) -> tuple[Id, ...]:
    return Id(Namespace.MOODLE, number), Id(Namespace.CANVAS, number)


_HINT = Titles("Wygląda to na sumę.", "It looks like a sum: 2*x is meant, not x+2.")
_DIAGNOSIS = Diagnosis("sum", _HINT)
_WRONG = msg("The value is not the expected one.")
_CELLS = tuple(Cell(index, "pass", 10 * index) for index in range(1, 6))

MIXED = Grade(
    Notebook("work/ada.ipynb", "Ada Lovelace", "ab" * 32, _CELLS, ids=_ids("1234567")),
    SubmissionStatus.GRADED,
    1.23456,
    (
        _result(
            "1", ExerciseStatus.PARTIAL, 1,
            _check("one", P, duration_s=0.00025),
            _check("many", F, message=_WRONG, input="double(np.array([1, 2]))", expected="array([2, 4])",
                   actual=HOSTILE, diagnosis=_DIAGNOSIS),
            cell=1,
        ),
        _result(
            "2", ExerciseStatus.PASSED, 2, _check("small", P, 2), _check("large", P), _check("prints", F, 0, 1),
            notes=(msg("Your {function} is right: it fails only because of {names}. "
                       "It counts; points taken off: {lost}.", function="triple", names="double (1)", lost=1.0),),
            cell=2,
        ),
        _result(
            "3", ExerciseStatus.FAILED, 0,
            _check("raises", E, message=msg("Cell {cell}: {error}", cell=3, error=HOSTILE), input="wait(1)"),
            _check("hangs", T, message="It took too long."),
            cell=3,
        ),
        _result("4", ExerciseStatus.MISSING, 0, _check("extra", N, 0, 3)),
    ),
    (
        CellResult(1, CellStatus.OK),
        CellResult(2, CellStatus.ERROR, HOSTILE),
        CellResult(3, CellStatus.TIMED_OUT, "> 30 s"),
        CellResult(4, CellStatus.CRASHED),
        CellResult(5, CellStatus.SKIPPED),
    ),
    (msg("None of the exercises' functions is defined in this notebook."),),
    ("pid", "net"),
)  # fmt: skip

RIGHT = Grade(
    Notebook(f"work/{HOSTILE_NAME}.ipynb", HOSTILE_NAME, "cd" * 32, _CELLS, ids=_HOSTILE_IDS),
    SubmissionStatus.GRADED,
    0.5,
    (
        _result("1", ExerciseStatus.SUPERSEDED, 2, _check("one", F), _check("many", N),
                notes=(msg("Done on the way to exercise {later}: {function} was rewritten there.",
                           later="2", function="double"),)),
        _result("2", ExerciseStatus.PASSED, 3, _check("small", P, 2), _check("large", P), _check("prints", P, 0, 1)),
        _result("3", ExerciseStatus.PASSED, 2, _check("raises", P), _check("hangs", P)),
        _result("4", ExerciseStatus.PASSED, 0, _check("extra", P, 0, 3)),
    ),
    (CellResult(1, CellStatus.OK),),
    (),
    ("pid", "net"),
)  # fmt: skip

UNREADABLE = Grade(
    Notebook("work/cut.ipynb", FORMULA, "ef" * 32, status=SubmissionStatus.UNREADABLE, ids=_ids("78")),
    SubmissionStatus.UNREADABLE,
    0.01,
    _not_run(),
    notes=(msg("The file is empty. Download the notebook again. In Colab: File > Download > Download .ipynb."),),
)
FAULT = Grade(
    Notebook("work/fault.ipynb", "-Fault", "01" * 32, ids=_ids("77")),
    SubmissionStatus.GRADER_FAULT,
    0.02,
    _not_run(),
    notes=("ZeroDivisionError: division by zero",),
)
HALF_FAULT = Grade(
    Notebook("work/half.ipynb", "Half", "23" * 32, _CELLS, ids=_ids("79")),
    SubmissionStatus.GRADED,
    0.75,
    (
        _result("1", ExerciseStatus.PASSED, 2, _check("one", P), _check("many", P)),
        _result("2", ExerciseStatus.GRADER_FAULT, 2,
                _check("small", P, 2), _check("large", G), _check("prints", P, 0, 1)),
        _result("3", ExerciseStatus.FAILED, 0, _check("raises", C, message="The process ended."), _check("hangs", N)),
        _result("4", ExerciseStatus.FAILED, 0, _check("extra", F, 0, 3)),
    ),
    (CellResult(1, CellStatus.OK),),
    (),
    ("pid",),
)  # fmt: skip

U = CheckStatus.UNGRADED
_SKLEARN, _PYTHON = needs("scikit-learn"), needs("Python 3.12")
UNGRADED = Grade(
    Notebook("work/żółć.ipynb", "Zażółć Gęślą-Jaźń", "45" * 32, _CELLS, ids=_ids("80"), email="z@example.org"),
    SubmissionStatus.GRADED,
    0.5,
    (
        _result("1", ExerciseStatus.PASSED, 2, _check("one", P), _check("many", P), cell=1),
        _result("2", ExerciseStatus.UNGRADED, 2, _check("small", P, 2),
                _check("large", U, message=_SKLEARN, needs="scikit-learn"),
                _check("prints", U, 0, 1, message=_SKLEARN, needs="scikit-learn"), cell=2),
        _result("3", ExerciseStatus.UNGRADED, 0, _check("raises", U, message=_PYTHON, needs="Python 3.12"),
                _check("hangs", U, message=_PYTHON, needs="Python 3.12"), cell=3),
        _result("4", ExerciseStatus.PASSED, 0, _check("extra", P, 0, 3)),
    ),
    (CellResult(1, CellStatus.OK), CellResult(3, CellStatus.ERROR, "SyntaxError: f-string: " + HOSTILE,
                                              needs="Python 3.12")),
    (),
    ("pid", "net"),
)  # fmt: skip
"""4 of 7 points, and 3 of them with 1 of 4 of the bonus can't be judged. Not in GRADES."""
GRADES = (MIXED, RIGHT, UNREADABLE, FAULT, HALF_FAULT)
