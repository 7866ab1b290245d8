"""A misspelt name is found, and the work that it takes is bounded."""

from __future__ import annotations

import time
from difflib import get_close_matches

import pytest

from grader.submissions.similar_names import MAX_NAME, most_similar

NAMES = "learning_rate y_pred compute_mse_loss get_backprop żółw_zielony gradient_w gradient_b x_train".split()


@pytest.mark.parametrize(
    "name", "learnig_rate y_perd compute_mse_los get_backprob żółw_zielny gradient x_tain zzz lr".split()
)
@pytest.mark.parametrize("cutoff", [0.6, 0.75, 0.8])
def test_it_is_the_name_that_difflib_finds(name: str, cutoff: float) -> None:
    assert most_similar(name, NAMES, cutoff) == next(iter(get_close_matches(name, NAMES, 1, cutoff)), None)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("a" * 100 + "b" * 99, [f"{'ab' * 95}{number}" for number in range(1500)]),
        ("ab" * (MAX_NAME // 2), [f"{'ba' * (MAX_NAME // 2 - 2)}{number:04}" for number in range(5000)]),
        ("a" * MAX_NAME, ["a" * length for length in range(1, MAX_NAME)] * 60),
    ],
    ids=["long", "alike", "of-one-letter"],
)
def test_many_names_that_are_long_and_alike_cost_little(name: str, known: list[str]) -> None:
    started = time.process_time()
    most_similar(name, known, 0.75)
    assert time.process_time() - started < 1
