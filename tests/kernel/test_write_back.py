"""What a call changed is changed in the test's own objects, and these stay the same objects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from grader.kernel.write_back import can_change, write_back


@pytest.mark.parametrize(
    ("own", "now"),
    [
        ([1, 2], [1]),
        ([], ["ż", [1]]),
        ({"a": 1}, {"b": 2}),
        ({1, 2}, {3}),
        (np.zeros(3), np.arange(3.0)),
        (pd.DataFrame({"a": [1, 2], "b": [3, 4]}), pd.DataFrame({"a": [5]}, index=["x"])),
        (pd.Series([1, 2]), pd.Series(["a"], name="n")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_it_becomes_what_it_is_now(own: object, now: object) -> None:
    before = id(own)
    write_back(own, now)
    assert (id(own), str(own)) == (before, str(now))


def test_what_is_inside_stays_the_same_object() -> None:
    inner, array = [1], np.zeros(2)
    own = {"list": [inner, 2], "array": array, "other": np.zeros(2)}
    write_back(own, {"list": [[1, 5]], "array": np.ones(2), "other": np.ones(3), "new": {}})
    assert own["list"] == [[1, 5]]
    assert own["list"][0] is inner  # type: ignore[index]
    assert own["array"] is array
    assert array.tolist() == [1, 1]
    assert own["other"].tolist() == [1, 1, 1]  # type: ignore[union-attr]


def test_what_can_not_become_it_stays_as_it_is() -> None:
    array, numbers = np.zeros(2), [1]
    write_back(array, np.zeros(3))
    write_back(array, "text")
    write_back(numbers, (2,))
    assert (array.tolist(), numbers) == ([0, 0], [1])
    assert not any(map(can_change, (1, "a", (1,), None, frozenset(), b"")))
