"""Who pastes a call that a report shows gets what the report says. All wrong notebooks: `python -m tests.pasted`."""

from __future__ import annotations

from grader.course.course import Course
from tests import pasted


def test_every_call_pasted_gives_what_the_report_says(course: Course) -> None:
    books = pasted.notebooks(course, ["odd/", "samples/", "wrong/names", "wrong/loops", "corpus/2/"])
    calls = pasted.shown_calls(books, course)
    assert pasted.off(calls, books) == []
    assert set(pasted.ODD) <= {one.notebook.removeprefix("odd/") for one in calls}
    assert not [one.call for one in calls if "..." in one.call]


def test_a_call_that_does_not_give_it_is_found(course: Course) -> None:
    books = pasted.notebooks(course, ["odd/own-order"])
    wrong = pasted.Shown("odd/own-order", "4", "update_params(w=1, b=2, alpha=3, w_gradient=4, b_gradient=5)", "(1, 3)")
    assert len(pasted.off([wrong], books)) == 1
