"""What a class did, counted: states, mistakes and scores."""

from __future__ import annotations

import statistics
from dataclasses import replace

import pytest

from grader.model import Diagnosis
from grader.report import class_summary
from grader.report.class_summary import State
from tests.sample_class import EXERCISES, GRADES, failed, grade, result, run


def test_each_exercise_counts_everybody_once() -> None:
    topics = {topic.exercise.id: topic for topic in class_summary.topics(run())}
    assert list(topics) == list(EXERCISES)
    for topic in topics.values():
        assert sum(count for _, count in topic.counts) == len(GRADES)
    assert dict(topics["1b"].counts) == {
        State.PASSED: 6, State.PARTIAL: 3, State.FAILED: 1, State.MISSING: 0, State.UNGRADED: 0, State.UNKNOWN: 2
    }  # fmt: skip
    assert dict(topics["1a"].counts)[State.UNKNOWN] == 3
    assert topics["3a"].passed == 10


def test_mistakes_are_counted_the_commonest_first_each_with_its_shortest_example() -> None:
    topics = {topic.exercise.id: topic for topic in class_summary.topics(run())}
    found = [(one.name, [GRADES[at].notebook.participant for at in one.who]) for one in topics["1b"].mistakes]
    assert found == [("half-mean", ["Adam Ćwik", "Ewa Bąk", "Jan Nowak"]), ("", ["Maria Lis"])]
    example = topics["1b"].mistakes[0].example
    assert example is not None
    assert example.input == "compute_mse_loss(np.array([5]), np.array([2]))"
    assert [(topic.exercise.id, one.name) for topic, one in class_summary.hardest(list(topics.values()))] == [
        ("1b", "half-mean")
    ]
    assert topics["2"].mistakes == ()


def test_the_mistakes_to_explain_first_are_the_few_that_most_people_made() -> None:
    made = {"1a": 2, "1b": 5, "3b": 3, "4": 1, "6": 4}
    grades = [
        grade(f"{id} {number}", failed(id, "f(1)", Diagnosis(f"wrong-{id}", "")))
        for id, count in made.items()
        for number in range(count)
    ]
    hardest = class_summary.hardest(class_summary.topics(run(*grades)))
    assert [(topic.exercise.id, one.name, len(one.who)) for topic, one in hardest] == [
        ("1b", "wrong-1b", 5), ("6", "wrong-6", 4), ("3b", "wrong-3b", 3)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("scores", "most", "bins"),
    [
        ([0, 18, 18, 17.5, 3], 18, {0: 1, 3: 1, 17: 1, 18: 2}),
        ([0, 99.9, 100], 100, {0: 1, 95: 1, 100: 1}),
        ([0.5, 1], 1, {0: 1, 1: 1}),
        ([7], 21, {6: 1}),
    ],
)
def test_scores_are_counted_in_bins_of_a_round_width(scores: list[float], most: float, bins: dict[float, int]) -> None:
    exercise = replace(result("1a"), max_points=most, max_bonus=0, bonus=0)
    grades = [replace(GRADES[0], exercises=(replace(exercise, points=score),)) for score in scores]
    spread = class_summary.spread(run(*grades))
    assert spread is not None
    assert {one.low: one.count for one in spread.bins if one.count} == bins
    assert len(spread.bins) <= class_summary.MAX_BINS
    assert spread.bins[-1].low <= most < spread.bins[-1].high
    assert (spread.median, spread.full) == (statistics.median(scores), sum(score == most for score in scores))


def test_where_only_a_bonus_can_be_had_the_bonus_is_counted() -> None:
    grades = [replace(GRADES[at], exercises=GRADES[at].exercises[-1:]) for at in (0, 5)]
    spread = class_summary.spread(run(*grades))
    assert spread is not None
    assert (spread.best, spread.full, spread.median) == (3, 1, 1.5)


def test_without_anybody_graded_there_are_no_scores() -> None:
    assert class_summary.spread(run(*GRADES[10:])) is None
    assert class_summary.ungraded(run()) == (10, 11)
