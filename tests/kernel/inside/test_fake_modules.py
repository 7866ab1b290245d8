"""Modules that this machine lacks stop no notebook, and no result can rest on them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
import pytest

from grader.kernel.inside.fake_modules import MAX_USED, TOUCHED, Finder, inert

INERT = inert("scikit-learn")


@pytest.fixture
def finder() -> Iterator[Finder]:
    """Imports stand-ins in this process, which forgets them afterwards."""
    before, found = set(sys.modules), Finder()
    sys.meta_path.insert(0, found)
    yield found
    sys.meta_path.remove(found)
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_plot_goes_through(finder: Finder) -> None:
    finder.stand_in("no_such_plots")
    module = importlib.import_module("no_such_plots.below.deeper")
    _, (left, right) = module.subplots(1, 2)
    with module.style(1) as style:
        left.plot([1], color="red")[0].set(x=right).y = style + 1
    assert finder.used == ["no_such_plots"]
    assert module.__version__ == "0.0"


def test_only_what_it_was_told_is_stood_in_for(finder: Finder) -> None:
    finder.stand_in("no_such")
    for name in ("no_such_module_anywhere", "nosuch", "email.no_such"):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(name)


def test_what_is_reported_has_a_limit(finder: Finder) -> None:
    for number in range(2 * MAX_USED):
        finder.stand_in(f"module_{number}_" + "ż" * 300)
    assert len(finder.used) == MAX_USED
    assert max(map(len, finder.used)) <= 40


@pytest.mark.parametrize("operation", [float, int, len, iter([]).__class__, lambda value: [1][value]])
def test_it_has_no_value(operation: object) -> None:
    with pytest.raises((TypeError, AttributeError, ValueError)):
        operation(INERT)  # type: ignore[operator]
    assert not INERT


def test_whoever_sees_it_reads_what_it_is() -> None:
    said = "a stand-in for scikit-learn, which is not installed here"
    assert [str(INERT), repr(INERT.score), f"{INERT:.4f}", f"{INERT}"] == [f"<{said}>"] * 4
    with pytest.raises(TypeError, match="'stand-in for scikit-learn'"):
        float(INERT)  # type: ignore[arg-type]


def test_it_decorates_without_a_change() -> None:
    @INERT.decorator
    def function() -> int:
        return 1

    assert function() == 1
    assert list(INERT) == []


@pytest.mark.parametrize("module", ["tqdm", "tqdm.auto", "tqdm.notebook", "tqdm.autonotebook", "tqdm.std"])
def test_a_progress_bar_goes_over_what_it_was_given(
    module: str, finder: Finder, capsys: pytest.CaptureFixture[str]
) -> None:
    finder.stand_in("tqdm")
    saved = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "tqdm"}
    tqdm = importlib.import_module(module)
    assert list(tqdm.tqdm([1, 2], desc="epoki")) == [1, 2]
    assert list(tqdm.tqdm(iterable=iter("ab"), total=2, leave=False)) == ["a", "b"]
    assert list(tqdm.trange(2, desc="x")) == list(tqdm.tnrange(0, 2)) == [0, 1]
    assert list(tqdm.tqdm_notebook(range(3))) == [0, 1, 2]
    assert list(tqdm.tqdm(enumerate("ab"))) == [(0, "a"), (1, "b")]
    assert list(reversed(tqdm.tqdm([1, 2]))) == [2, 1]
    assert list(tqdm.tenumerate("ab", 1)) == [(1, "a"), (2, "b")]
    with tqdm.tqdm(total=5) as bar:
        bar.update(1)
        bar.set_description("strata")
        bar.set_postfix(loss=0.5)
    assert capsys.readouterr() == ("", "")
    tqdm.tqdm.write("epoka 1")
    assert capsys.readouterr().out == "epoka 1\n"
    for name in [name for name in sys.modules if name.partition(".")[0] == "tqdm"]:
        del sys.modules[name]
    sys.modules.update(saved)


PLOTS = inert("matplotlib")


@pytest.mark.parametrize(
    ("use", "model", "picture"),
    [
        (lambda it: it.plot([1], color="red")[0].set(x=1), True, False),
        (lambda it: it.axes.__setitem__(0, 1), True, False),
        (lambda it: it + 1, True, True),
        (lambda it: np.mean(np.zeros(2) - it), True, True),
        (lambda it: [1 for _ in it], True, True),
        (lambda it: 1 if it.done else 2, True, True),
        (lambda it: divmod(*it.pair), True, True),
        (lambda it: 5, False, False),
    ],
)
def test_a_picture_is_only_looked_at_and_of_a_model_every_use_is_noted(
    use: Callable[[object], object], model: bool, picture: bool
) -> None:
    for it, noted in ((INERT, model), (PLOTS, picture)):
        TOUCHED.titles.clear()
        with suppress(TypeError):  # of no values where two are expected
            use(it)
        assert bool(TOUCHED.titles) == noted


def test_a_result_is_looked_through_for_one_and_a_large_one_takes_no_time() -> None:
    everything: object = [0.0] * 1_000
    for _ in range(50):
        everything = [everything] * 1_000
    for value, noted in (
        ((1, [{"a": PLOTS}]), True), (np.array([1, PLOTS], dtype=object), True), (PLOTS, True),
        ([1, "matplotlib", np.zeros(3)], False), (everything, False),
    ):  # fmt: skip
        TOUCHED.titles.clear()
        TOUCHED.note_result(value)
        assert bool(TOUCHED.titles) == noted


class Nasty(Exception):
    def __str__(self) -> str:
        raise SystemExit


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (TypeError("object of type 'stand-in for scikit-learn' has no len()"), ["scikit-learn"]),
        (AttributeError("'stand-in for scikit-learn' object has no attribute 'x'"), ["scikit-learn"]),
        (NameError("stand-in for scikit-learn"), []),
        (UnboundLocalError("loss"), []),
        (TypeError("a stand-in for something of mine"), []),
        (Nasty(), []),
    ],
)
def test_an_error_says_what_took_part_in_it(error: Exception, found: list[str]) -> None:
    TOUCHED.titles.clear()
    assert TOUCHED.part_in(error) == found
    TOUCHED.note("torch")
    assert TOUCHED.part_in(error) == ([] if type(error) is NameError else ["torch", *found])
