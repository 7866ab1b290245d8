"""What a participant does next, in the order to do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.course.course import Course
from grader.i18n import Text, msg, msgs
from grader.model import CellResult, CellStatus, CheckStatus, ExerciseResult, ExerciseStatus, Grade
from grader.submissions.bound_names import defines

MAX_STEPS = 3
MAX_CELLS = 10
_TO_DO = frozenset({ExerciseStatus.FAILED, ExerciseStatus.PARTIAL, ExerciseStatus.MISSING})


@dataclass(frozen=True, slots=True)
class Step:
    """An exercise that does not work, and the others that the same cause holds up."""

    exercise: ExerciseResult
    same: tuple[ExerciseResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """Cells that did not run to their end: those with a reason of their own, and those that stop because of what is to
    be done anyway."""

    causes: tuple[CellResult, ...]
    consequences: tuple[CellResult, ...]


def works(grade: Grade) -> list[ExerciseResult]:
    return [exercise for exercise in grade.exercises if exercise.status.done]


def to_do(grade: Grade) -> list[ExerciseResult]:
    """The exercises that do not work yet: the course's order has causes before consequences, a bonus comes last."""
    left = [exercise for exercise in grade.exercises if exercise.status in _TO_DO]
    return [exercise for exercise in left if exercise.max_points] + [one for one in left if not one.max_points]


def plan(grade: Grade) -> list[Step]:
    """The same, those with one and the same cause together."""
    left, made = to_do(grade), []
    while left:
        first, *rest = left
        cause = _cause(first)
        same = [one for one in rest if cause is not None and _cause(one) == cause]
        left = [one for one in rest if one not in same]
        made.append(Step(first, tuple(same)))
    return made


def _cause(exercise: ExerciseResult) -> Text | None:
    """What an exception that ended every check is usually caused by; a wrong value is each exercise's own."""
    checks = [check for check in exercise.checks if check.status is not CheckStatus.PASSED]
    if not checks or any(check.status is not CheckStatus.ERROR for check in checks):
        return None
    return checks[0].diagnosis.hint if checks[0].diagnosis else None


def bonuses(grade: Grade) -> list[ExerciseResult]:
    """The exercises that are right and leave a part of their bonus."""
    return [one for one in works(grade) if one.status is ExerciseStatus.PASSED and one.bonus < one.max_bonus]


def told(exercise: ExerciseResult) -> Text:
    """What to do about an exercise that does not work."""
    if exercise.cell is None:
        return msg("Write {function} (exercise {id}).", function=exercise.function, id=exercise.id)
    return msg(
        "Mend {function} (exercise {id}, cell {cell}).",
        function=exercise.function,
        id=exercise.id,
        cell=exercise.label,
    )


def stands_on(exercise: ExerciseResult, grade: Grade, course: Course) -> str:
    """The functions of the exercises that it needs and that do not work either."""
    needs = course.exercise(exercise.id).needs
    lacking = [one for one in to_do(grade) if one.id in needs]
    return ", ".join(f"{one.function} ({one.id})" for one in lacking)


def broken(grade: Grade) -> Broken:
    """A cell that an exercise's notes speak of already is in neither."""
    left = to_do(grade)
    said = [cause for cause in map(_cause, left) if cause is not None]
    told = {exercise.cell for exercise in left if exercise.status is ExerciseStatus.MISSING or exercise.notes}
    cells = [cell for cell in grade.cells if cell.status is not CellStatus.OK and cell.index not in told]
    following = [cell for cell in cells if _follows(cell, left, grade) or any(note in said for note in cell.notes)]
    return Broken(tuple(cell for cell in cells if cell not in following), tuple(following))


def run_again(cells: Sequence[CellResult]) -> Text:
    """Of cells that will run once the rest is right: only their numbers."""
    numbers = ", ".join(str(cell.label) for cell in cells[:MAX_CELLS]) + (", …" if cells[MAX_CELLS:] else "")
    return msgs(
        "A cell ended with an error because of the above; run it again when that is mended: {cells}.",
        "Cells ended with an error because of the above; run them again when that is mended: {cells}.",
        len(cells),
        cells=numbers,
    )


def _follows(cell: CellResult, left: list[ExerciseResult], grade: Grade) -> bool:
    """Whether it ended with an error in what does not work yet: a test of it, or a call."""
    if cell.status is not CellStatus.ERROR or not left:
        return False
    source = next((one for one in grade.notebook.cells if one.index == cell.index), None)
    if source is None or (cell.error or "").startswith(("SyntaxError", "IndentationError", "TabError")):
        return False
    if any(defines(source, exercise.function) for exercise in grade.exercises):
        return False
    names = {exercise.function for exercise in left} | {one.function for one in grade.exercises if one.notes}
    return (cell.error or "").startswith("AssertionError") or any(f"{name}(" in source.source for name in names)
