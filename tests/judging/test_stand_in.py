"""What a hidden test sees of a function, and what a failed check shows."""

from __future__ import annotations

import numpy as np
import pytest

from grader.i18n import Titles, render
from grader.judging.stand_in import Call, Check, Failed, Function
from grader.kernel.session import Answer, Problem, Raised
from grader.model import CheckStatus
from tests.conftest import GradeCells, result


def test_an_error_in_a_call_names_the_participants_own_line(grade_cells: GradeCells) -> None:
    check = result(grade_cells("def get_linear_forward(x, w, b):\n    y = x * w\n    return y + bias"), "1a").checks[0]
    assert check.status is CheckStatus.ERROR
    assert check.message is not None
    assert "cell 2, line 3: return y + bias" in render(check.message, "en")
    assert check.actual == "NameError: name 'bias' is not defined"


def test_losses_that_are_missing_among_what_was_printed_are_shown_with_what_was_printed(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    for text, shown in (("pass", None), ("print('epoka', epoch)", "epoka 0 epoka 1")):
        train = f"{solutions['5'].split('        if verbose')[0]}        {text}\n    return w, b\n"
        check = result(grade_cells(*{**solutions, "5": train}.values()), "5").checks[-1]
        assert check.status is CheckStatus.FAILED
        assert check.actual is None if shown is None else str(check.actual).startswith(shown)


def calling(*answers: Answer, cases: int = 1) -> list[Call]:
    function = Function("średnia", lambda cases: list(answers), lambda arguments: (arguments[::-1], {}))
    return function.each([(np.array([1, 2]), number) for number in range(cases)])


def failure(*answers: Answer, expected: object = 2.0, cases: int = 1) -> Failed:
    with pytest.raises(Failed) as raised:
        calling(*answers, cases=cases)[-1].returns(expected)
    return raised.value


def test_a_failed_check_shows_the_call_as_its_author_would_write_it() -> None:
    failed = failure(Answer(3.0))
    assert (failed.input, failed.expected, failed.actual) == ("średnia(0, np.array([1, 2]))", "2", "3")


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (Problem.RAISED, CheckStatus.ERROR),
        (Problem.TIMED_OUT, CheckStatus.TIMED_OUT),
        (Problem.CRASHED, CheckStatus.CRASHED),
        (Problem.GARBLED, CheckStatus.ERROR),
        (Problem.OUT_OF_TIME, CheckStatus.NOT_RUN),
    ],
)
def test_calls_that_were_not_made_have_the_last_ones_problem(problem: Problem, status: CheckStatus) -> None:
    assert failure(Answer(2.0), Answer(problem=problem), cases=5).status is status
    assert failure(cases=3).status is CheckStatus.CRASHED, "no answer at all"


def test_an_exception_is_shown_with_the_participants_line_where_there_is_one() -> None:
    raised = Raised("KeyError", "'ż'", 4, 2, "d['ż']")
    failed = failure(Answer(problem=Problem.RAISED, raised=raised))
    assert render(failed.message, "en") == "The call ended with an error in cell 5, line 2: d['ż']"
    assert failed.actual == "KeyError: 'ż'"
    nowhere = failure(Answer(problem=Problem.RAISED, raised=Raised("KeyError", "'ż'", -1, 0, "")))
    assert render(nowhere.message, "en") == "The call ended with an error."


def test_cases_may_be_made_while_they_are_taken() -> None:
    function = Function("żółw", lambda cases: [Answer(case[0]) for case in cases])
    assert [call.args for call in function.each((number,) for number in range(3))] == [(0,), (1,), (2,)]


def test_a_part_of_an_answer_counts_alone() -> None:
    (call,) = calling(Answer((1.0, 5.0)))
    call.part(0).returns(1.0)
    with pytest.raises(Failed) as raised:
        call.part(1).returns(2.0)
    assert (raised.value.input, raised.value.expected, raised.value.actual) == (
        "średnia(0, np.array([1, 2]))[1]", "2", "5"
    )  # fmt: skip
    with pytest.raises(Failed, match="should return"):
        calling(Answer((1.0, 2.0, 3.0)))[0].part(1).returns(2.0)


def test_an_array_has_a_number_for_each_of_the_first_arguments() -> None:
    (call,) = calling(Answer([[3], [4]]))
    assert call.array().tolist() == [3.0, 4.0]
    assert len(call.function.remarks) == 1
    with pytest.raises(Failed, match="array of"):
        calling(Answer([1, 2, 3]))[0].array()


def test_a_course_refuses_in_its_own_words_and_shows_what_was_printed() -> None:
    (call,) = calling(Answer(None, printed="epoka  1\n" * 99))
    with pytest.raises(Failed) as raised:
        call.refuse(pl="Nie tak.", en="Not so.", printed=True)
    assert raised.value.message == Titles("Nie tak.", "Not so.")
    assert raised.value.actual is not None
    assert raised.value.actual.startswith("epoka 1 epoka 1")
    assert len(raised.value.actual) == 200


def test_a_check_has_a_result_of_any_status() -> None:
    result = Check("test_it", Titles("tak", "so"), 2, 1).result(CheckStatus.NOT_RUN, "why")
    assert (result.points, result.bonus, result.max_points, result.message) == (0, 0, 2, "why")
