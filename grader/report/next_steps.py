"""What a participant should do next, in the order in which to do it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from grader.i18n import Text, msg, msgs
from grader.model import CellResult, CellStatus, CheckStatus, ExerciseResult, ExerciseStatus, Grade
from grader.report import by_hand, wording
from grader.report.findings import is_left_out
from grader.submissions.bound_names import defines, read_bound_names

MAX_STEPS = 3  # shown at once
MAX_CELLS = 10  # shown of those that failed
_TO_DO = frozenset({ExerciseStatus.FAILED, ExerciseStatus.PARTIAL, ExerciseStatus.MISSING})


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do.

    Attributes:
        exercise: The exercise to work on.
        same: Other exercises that fail from the same cause.
        together: Earlier exercises that count as soon as this one is right.
    """

    exercise: ExerciseResult
    same: tuple[ExerciseResult, ...] = ()
    together: tuple[ExerciseResult, ...] = ()


@dataclass(frozen=True, slots=True)
class BrokenCells:
    """Cells that failed.

    Attributes:
        causes: Those that failed for a reason of their own.
        consequences: Those that failed because of something that is among the next steps already.
    """

    causes: tuple[CellResult, ...]
    consequences: tuple[CellResult, ...]


def working(grade: Grade) -> list[ExerciseResult]:
    """The exercises that work."""
    return [exercise for exercise in grade.exercises if exercise.status.done]


def to_do(grade: Grade) -> list[ExerciseResult]:
    """The exercises that do not work yet, causes before consequences as in the course, bonus exercises last."""
    left = [exercise for exercise in grade.exercises if exercise.status in _TO_DO and not is_up_to_people(exercise)]
    return [exercise for exercise in left if exercise.max_points] + [one for one in left if not one.max_points]


def graded_by_hand(grade: Grade) -> list[ExerciseResult]:
    """The exercises that lack points only because of what a person gave."""
    return [one for one in grade.exercises if one.status in _TO_DO and is_up_to_people(one)]


def is_up_to_people(exercise: ExerciseResult) -> bool:
    """Whether all of its tests passed, so that only what a person gives, or gave, is lacking."""
    tests = [check.status for check in exercise.checks if not check.by_hand]
    return len(tests) < len(exercise.checks) and exercise.begun and set(tests) <= {CheckStatus.PASSED}


def plan(grade: Grade, everything: bool = False) -> list[Step]:
    """The exercises that do not work yet, as steps: those with the same cause are one step, and of those that are not
    begun only the first is one, unless everything is wanted."""
    later = [] if everything else not_begun(grade)
    left, steps = [one for one in to_do(grade) if one not in later], []
    earlier = [one for one in left if one.together in {other.id for other in left}]
    left = [one for one in left if one not in earlier]
    while left:
        first, *rest = left
        cause = _cause(first)
        same = [one for one in rest if cause is not None and _cause(one) == cause]
        left = [one for one in rest if one not in same]
        steps.append(Step(first, tuple(same), tuple(one for one in earlier if one.together == first.id)))
    return steps


def not_begun(grade: Grade) -> list[ExerciseResult]:
    """The exercises for which nothing is written yet, but for the first, which comes next."""
    return [one for one in to_do(grade) if not one.begun][1:]


def not_begun_text(exercises: Sequence[ExerciseResult]) -> Text:
    """All of them in a line."""
    return msg("Not started yet: {ids}.", ids=", ".join(one.id for one in exercises))


def together_text(step: Step) -> Text:
    """Which exercises count as soon as the step is done."""
    return msgs(
        "Exercise {ids} counts together with it.",
        "Exercises {ids} count together with it.",
        len(step.together),
        ids=", ".join(one.id for one in step.together),
    )


def _cause(exercise: ExerciseResult) -> Text | None:
    """The hint about an exception that ended every check. Wrong values have no common cause with other exercises."""
    failed = [check for check in exercise.checks if check.status is not CheckStatus.PASSED]
    checks = [check for check in failed if not is_left_out(check)]
    if not checks or any(check.status is not CheckStatus.ERROR for check in checks):
        return None
    return checks[0].diagnosis.hint if checks[0].diagnosis else None


def all_done_text(grade: Grade) -> Text:
    """What to say where nothing is left to do."""
    if grade.needs and not broken_cells_of_their_own(grade):
        return wording.REST_WELL_DONE if working(grade) else wording.NOTHING_JUDGED
    if grade.by_hand_points or graded_by_hand(grade):
        tests = any(not check.by_hand for exercise in grade.exercises for check in exercise.checks)
        return by_hand.TESTS_WELL_DONE if tests else by_hand.WITHOUT_TESTS
    return wording.CELLS_LEFT if broken_cells_of_their_own(grade) else wording.WELL_DONE


def broken_cells_of_their_own(grade: Grade) -> bool:
    """Whether cells failed for a reason that can be mended here."""
    return any(not cell.needs for cell in broken_cells(grade).causes)


def bonuses(grade: Grade) -> list[ExerciseResult]:
    """The exercises that work and have not earned all of their bonus."""
    return [one for one in working(grade) if one.status is ExerciseStatus.PASSED and one.bonus < one.max_bonus]


def bonus_texts(exercise: ExerciseResult) -> list[Text]:
    """What would earn the rest of the bonus of an exercise that works."""
    left = [check for check in exercise.checks if check.status is not CheckStatus.PASSED and check.max_bonus]
    return [msg("For the bonus: {title}", title=check.title) for check in left]


def shows_values(steps: Sequence[Step]) -> bool:
    """Whether a step shows a call and what it should give, and does not say itself where to paste it."""
    checks = (check for step in steps for check in step.exercise.checks)
    return any(check.expected and check.paste is None for check in checks)


def instruction(exercise: ExerciseResult) -> Text:
    """What to do about an exercise that does not work."""
    if not exercise.function:
        return msg("Write your answer to exercise {id}.", id=exercise.id)
    if exercise.cell is None:
        return msg("Write {function} (exercise {id}).", function=exercise.function, id=exercise.id)
    return msg(
        "Fix {function} (exercise {id}, cell {cell}).",
        function=exercise.function,
        id=exercise.id,
        cell=exercise.label,
    )


def unfinished_needs(exercise: ExerciseResult, grade: Grade) -> str:
    """The functions that an exercise calls and that do not work either, as text; empty if there are none."""
    lacking = [one for one in to_do(grade) if one.id in exercise.calls]
    return ", ".join(f"{one.function} ({one.id})" for one in lacking)


def broken_cells(grade: Grade) -> BrokenCells:
    """The cells that failed, without those that an exercise's notes are about already."""
    left = to_do(grade)
    said = [cause for cause in map(_cause, left) if cause is not None]
    noted = {exercise.cell for exercise in left if exercise.status is ExerciseStatus.MISSING or exercise.notes}
    cells = [cell for cell in grade.cells if cell.status is not CellStatus.OK and cell.index not in noted]
    following = [cell for cell in cells if _follows(cell, left, grade) or any(note in said for note in cell.notes)]
    return BrokenCells(tuple(cell for cell in cells if cell not in following), tuple(following))


def run_again_text(cells: Sequence[CellResult]) -> Text:
    """The numbers of cells that will run once everything else is right."""
    numbers = ", ".join(str(cell.label) for cell in cells[:MAX_CELLS]) + (", …" if cells[MAX_CELLS:] else "")
    return msgs(
        "A cell failed because of the above. Run it again when that is fixed: {cells}.",
        "Cells failed because of the above. Run them again when that is fixed: {cells}.",
        len(cells),
        cells=numbers,
    )


def _follows(cell: CellResult, left: list[ExerciseResult], grade: Grade) -> bool:
    """Whether a cell failed because it calls, or tests, a function that does not work yet."""
    if cell.status is not CellStatus.ERROR or not left or cell.needs:
        return False
    source = next((one for one in grade.notebook.cells if one.index == cell.index), None)
    if source is None or (cell.error or "").startswith(("SyntaxError", "IndentationError", "TabError")):
        return False
    if any(defines(source, exercise.function) for exercise in grade.exercises if exercise.function):
        return False
    remarked = [one for one in grade.exercises if one.notes and one.status is ExerciseStatus.PASSED]
    names = {exercise.function for exercise in (*left, *remarked) if exercise.function}
    if _lacks_own_name(cell, names, grade):
        return False
    return (cell.error or "").startswith("AssertionError") or any(f"{name}(" in source.source for name in names)


def _lacks_own_name(cell: CellResult, functions: Collection[str], grade: Grade) -> bool:
    """Whether a line of the cell itself reads a name that no cell binds, and that is none of these functions."""
    found = re.match(r"NameError: name '(\w+)' is not defined", cell.error or "")
    if found is None or found[1] in functions or cell.inner_code != cell.code:
        return False
    return found[1] not in read_bound_names(grade.notebook.cells).bound
