"""The board of a made-up class on this terminal, until it is ended: what tests of the board look at.

usage: python -m tests.batch.board SECONDS [--anonymous]
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

from rich.console import Console

from grader.batch.dashboard import Latest, Screen
from grader.batch.projector import Projector
from grader.config import Config
from grader.course.course import Course
from grader.i18n import Titles, msg
from grader.model import CheckStatus, Diagnosis, ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.people import Person
from grader.report.run import Run
from tests.sample_run import COURSE, MIXED, UNREADABLE, _check

STATUSES = (ExerciseStatus.PASSED, ExerciseStatus.PARTIAL, ExerciseStatus.FAILED, ExerciseStatus.MISSING)
FIRST = "Aleksandra Bogumiła Krzysztof Stanisława Łucja Świętopełk Maksymilian Żaneta".split()
LAST = "Brzęczyszczykiewicz-Gżegżółka Kościuszko-Wąchocka Nowak Święcicka-Dębołęcka Żuk-Rzepecka".split()
COUNT = 40
_HALF = Diagnosis(
    "half",
    Titles(
        "To dokładnie połowa błędu średniokwadratowego. Sprawdź, przez co dzielisz sumę kwadratów różnic, "
        "i porównaj to ze wzorem z treści zadania, krok po kroku, na dwóch liczbach.",
        "It is exactly half of the loss.",
    ),
)
CHECKS = {
    status: (_check("it", CheckStatus.FAILED, diagnosis=_HALF),) if status in STATUSES[1:3] else ()
    for status in STATUSES
}


def made_up(count: int = COUNT, exercises: int = 9) -> tuple[Run, list[Latest]]:
    """A class with long names in Polish; five more on the list handed in nothing."""
    title = Titles("Zadanie", "Exercise")
    chosen = tuple(replace(COURSE.exercises[0], id=f"{place + 1}a") for place in range(exercises))
    course: Course = replace(COURSE, exercises=chosen)

    def graded(number: int) -> Grade:
        statuses = [STATUSES[(number * place) % 4 if number % 3 else 0] for place in range(exercises)]
        results = tuple(_result(one.id, title, status) for one, status in zip(chosen, statuses, strict=True))
        name = f"{FIRST[number % len(FIRST)]} {LAST[number // 2 % len(LAST)]} {number}"
        about = replace(MIXED.notebook, participant=name)
        status = UNREADABLE.status if number % 10 == 5 else SubmissionStatus.GRADED
        return Grade(about, status, 1.0, results)

    grades = tuple(graded(number) for number in range(count))
    missing = tuple(Person(f"Nieobecna {number}") for number in range(5))
    latest = [Latest(grade, 36_000.0 + number if number % 4 else 0.0) for number, grade in enumerate(grades)]
    return Run(grades, course, Config(lang="pl"), missing), latest


def _result(id: str, title: Titles, status: ExerciseStatus) -> ExerciseResult:
    points = 2.0 * (status is ExerciseStatus.PASSED)
    return ExerciseResult(id, title, status, "f", points, 2.0, 0.0, 0.0, checks=CHECKS[status])


def main() -> None:
    kind = Projector if "--anonymous" in sys.argv else Screen
    with kind(Console(color_system=None), "pl", "zajęcia/grupa-3") as board:
        if kind is Screen:
            board.say(msg("No score has changed."))
        board.show(*made_up())
        time.sleep(float(sys.argv[1]))


if __name__ == "__main__":
    main()
