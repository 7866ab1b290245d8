"""What to do next: in the course's order, one step for one cause, and no cell that is mentioned already."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.i18n import msg, render
from grader.model import Cell, CellResult, CellStatus, CheckStatus, Diagnosis, ExerciseStatus
from grader.report import next_steps, terminal, wording
from tests.sample_class import COURSE, EXERCISES, broken, failed, grade, result, run
from tests.sample_run import HALF_FAULT, MIXED, RIGHT


def names(exercises: object) -> list[str]:
    return [one.id for one in exercises]  # type: ignore[attr-defined]


def test_exercises_are_working_to_do_or_left_to_the_grader() -> None:
    assert names(next_steps.working(MIXED)) == ["2"]
    assert names(next_steps.to_do(MIXED)) == ["1", "3", "4"], "the one that is all bonus comes last"
    assert names(next_steps.working(RIGHT)) == ["1", "2", "3", "4"]
    assert next_steps.to_do(RIGHT) == []
    assert "2" not in names(next_steps.to_do(HALF_FAULT)), "the grader's fault is nothing to do"


def test_a_bonus_exercise_comes_after_those_with_points() -> None:
    bonus = replace(failed("1a", "f(1)"), max_points=0.0)
    assert names(next_steps.to_do(grade("A", bonus, failed("4", "f(1)")))) == ["4", "1a"]


def test_exercises_that_fail_from_the_same_exception_are_one_step() -> None:
    hint = msg("Cell {cell}: {error}", cell=2, error="NameError")
    raised = [broken(id, CheckStatus.ERROR, "f(1)", msg("bonus"), "NameError: x") for id in ("1a", "1b", "4")]
    same = [
        replace(one, checks=tuple(replace(check, diagnosis=Diagnosis("x", hint)) for check in one.checks))
        for one in raised
    ]
    plan = next_steps.plan(grade("A", *same, failed("2", "f(1)")))
    assert [(step.exercise.id, names(step.same)) for step in plan] == [("1a", ["1b", "4"]), ("2", [])]


def test_the_same_wrong_value_is_a_step_for_each_exercise() -> None:
    wrong = Diagnosis("half", msg("bonus"))
    plan = next_steps.plan(grade("A", failed("1a", "f(1)", wrong), failed("1b", "f(1)", wrong)))
    assert [(step.exercise.id, step.same) for step in plan] == [("1a", ()), ("1b", ())]


def test_an_instruction_names_the_function_and_its_cell() -> None:
    first, _, _, missing = MIXED.exercises
    assert render(next_steps.instruction(first), "en") == "Fix double (exercise 1, cell 2)."
    assert render(next_steps.instruction(first), "pl") == "Popraw funkcję double (zadanie 1, komórka 2)."
    assert render(next_steps.instruction(missing), "en") == "Write extra (exercise 4)."


def test_what_an_exercise_needs_is_named_while_it_does_not_work() -> None:
    needy = next(one for one in COURSE.exercises if one.needs)
    needed = needy.needs[0]
    own = replace(failed(needy.id, "f(1)"), calls=needy.needs)
    both = grade("A", failed(needed, "f(1)"), own)
    assert next_steps.unfinished_needs(own, both) == f"{EXERCISES[needed].function} ({needed})"
    assert next_steps.unfinished_needs(own, grade("A", own)) == ""
    assert next_steps.unfinished_needs(replace(own, calls=()), both) == "", "it does without it"


def test_of_exercises_that_are_not_begun_only_the_first_is_a_step() -> None:
    first, second, third = (
        replace(failed(id, "f(1)"), status=ExerciseStatus.MISSING, begun=False) for id in ("1a", "2", "4")
    )
    handed_in = grade("A", first, failed("1b", "f(1)"), second, third)
    assert [step.exercise.id for step in next_steps.plan(handed_in)] == ["1a", "1b"]
    assert names(next_steps.not_begun(handed_in)) == ["2", "4"]
    assert render(next_steps.not_begun_text([second, third]), "en") == "Not started yet: 2, 4."


def test_an_exercise_that_counts_with_a_later_one_is_part_of_its_step() -> None:
    earlier = replace(failed("3a", "f(1)"), status=ExerciseStatus.MISSING, together="3b")
    step = next_steps.plan(grade("A", earlier, failed("3b", "f(1)")))[0]
    assert (step.exercise.id, names(step.together)) == ("3b", ["3a"])
    assert render(next_steps.together_text(step), "en") == "Exercise 3a counts together with it."


def test_not_all_is_done_while_a_cell_fails() -> None:
    error = CellResult(3, CellStatus.ERROR, "NameError: name 'q' is not defined")
    assert next_steps.all_done_text(RIGHT) == wording.WELL_DONE
    assert next_steps.all_done_text(replace(RIGHT, cells=(error,))) == wording.CELLS_LEFT


def test_what_is_right_and_leaves_a_bonus_is_named_apart() -> None:
    assert names(next_steps.bonuses(MIXED)) == ["2"]
    assert next_steps.bonuses(RIGHT) == []


def test_what_earns_the_bonus_is_said_under_what_works_while_something_else_does_not() -> None:
    check = replace(failed("5", "f(1)").checks[0], max_points=0, max_bonus=1)
    trained = replace(result("5"), bonus=0, checks=(*result("5").checks, check))
    said = "For the bonus: Checks 5"
    for others, shown in (((failed("1a", "f(1)"),), True), ((), False)):
        report = terminal.text(run(grade("A", trained, *others)))
        assert (said in report.partition("What to do next")[0]) == shown


def test_where_to_paste_is_said_once() -> None:
    wrong = failed("1a", "f(1)")
    placed = replace(wrong, checks=(replace(wrong.checks[0], paste=msg("bonus")),))
    assert next_steps.shows_values(next_steps.plan(grade("A", wrong)))
    assert not next_steps.shows_values(next_steps.plan(grade("A", placed)))


# ---- cells

CALL = "print(get_linear_forward(1, 2, 3))"


@pytest.mark.parametrize(
    ("source", "error", "is_consequence"),
    [
        (CALL, "TypeError: x", True),
        ("assert 1 == 2", "AssertionError", True),
        ("print(oops)", "NameError: oops", False),
        (CALL + "(", "SyntaxError: x", False),
        ("def compute_mse_loss(y_hat, y):\n    1/0\nget_linear_forward(1)", "ZeroDivisionError: x", False),
    ],
)
def test_a_cell_that_calls_what_does_not_work_is_a_consequence(source: str, error: str, is_consequence: bool) -> None:
    one = grade("A", failed("1a", "f(1)"))
    cell = CellResult(9, CellStatus.ERROR, error)
    one = replace(one, notebook=replace(one.notebook, cells=(Cell(9, source),)), cells=(cell,))
    found = next_steps.broken_cells(one)
    assert (found.causes, found.consequences) == (((), (cell,)) if is_consequence else ((cell,), ()))


def test_a_cell_that_an_exercise_speaks_of_is_not_named_again() -> None:
    one = grade("A", result("1a", ExerciseStatus.FAILED, 0, cell=1, notes=(msg("bonus"),)))
    one = replace(one, cells=(CellResult(1, CellStatus.ERROR, "E: x"), CellResult(2, CellStatus.TIMED_OUT)))
    assert [cell.index for cell in next_steps.broken_cells(one).causes] == [2]


def test_a_cell_that_lacks_a_name_of_its_own_is_a_cause_beside_what_does_not_work() -> None:
    """As a notebook whose data cell was deleted: no exercise that is fixed lets it run."""
    calls = "train(x_train, y_train, 0.5, 0)"
    for error, inner, causes in (
        ("NameError: name 'x_train' is not defined", calls, 1),
        ("NameError: name 'kept' is not defined", calls, 0),
        ("NameError: name 'W' is not defined", "return W * x", 0),
        ("NameError: name 'train' is not defined", calls, 0),
    ):
        cell = CellResult(9, CellStatus.ERROR, error, line=1, code=calls, inner_code=inner)
        one = grade("A", failed("2", "f(1)"))
        cells = (Cell(2, "1 / 0\nkept = 3"), Cell(9, calls))
        one = replace(one, notebook=replace(one.notebook, cells=cells), cells=(cell,))
        assert len(next_steps.broken_cells(one).causes) == causes, error


def test_a_notebook_that_ran_to_its_end_has_no_broken_cells() -> None:
    assert next_steps.broken_cells(RIGHT) == next_steps.BrokenCells((), ())


@pytest.mark.parametrize(
    ("count", "english", "polish"),
    [
        (1, "A cell failed because of the above. Run it again when that is fixed: 1.", "Ta komórka"),
        (2, "Cells failed because of the above. Run them again when that is fixed: 1, 2.", "Te komórki"),
        (12, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ….", "Te komórki"),
    ],
)
def test_cells_to_run_again_are_only_counted_up(count: int, english: str, polish: str) -> None:
    text = next_steps.run_again_text([CellResult(index, CellStatus.ERROR) for index in range(count)])
    assert render(text, "en").endswith(english)
    assert render(text, "pl").startswith(polish)
