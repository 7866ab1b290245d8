"""What a trainer looks at first."""

from __future__ import annotations

from dataclasses import replace

from grader.report import attention
from grader.submissions.platforms.owner import LATE
from tests.sample_class import GRADES, run


def test_scores_go_up_and_down_and_people_are_new_or_late() -> None:
    late = replace(GRADES[8], notes=(LATE,))
    before = {(one.notebook.participant, ""): one.score + one.bonus for one in GRADES[:5]}
    before |= {("Łucja Żak", ""): 10.0, ("Jan Nowak", ""): 22.0, ("Maria Lis", ""): 1.0, ("Gone", ""): 5.0}
    found = attention.news(replace(run(*GRADES[:5], late), before=before))
    assert [(one.index, one.before, one.after) for one in found.up] == [(4, 1.0, 18.0), (0, 10.0, 22.0)]
    assert [(one.index, one.before, one.after) for one in found.down] == [(3, 22.0, 20.0)]
    assert (found.new, found.late) == ((5,), (5,))


def test_without_an_earlier_run_nobody_is_new() -> None:
    found = attention.news(run())
    assert (found.up, found.down, found.new) == ((), (), ())


def test_low_is_below_half_of_what_could_be_judged_the_lowest_first() -> None:
    low = [
        replace(GRADES[0], exercises=tuple(replace(one, points=points) for one in GRADES[0].exercises))
        for points in (1, 0)
    ]
    assert attention.lowest(run(GRADES[0], *low, GRADES[10])) == (2, 1)
