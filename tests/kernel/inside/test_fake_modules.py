"""Modules that Colab has and this machine lacks stop no notebook, and no result can rest on them."""

from __future__ import annotations

import importlib
import importlib.machinery
import sys
from collections.abc import Iterator

import pytest

from grader.kernel.inside.fake_modules import COLAB_MODULES, Finder, Inert


@pytest.fixture
def finder() -> Iterator[Finder]:
    """Imports stand-ins in this process, which forgets them afterwards."""
    before, found = set(sys.modules), Finder()
    sys.meta_path.append(found)
    yield found
    sys.meta_path.remove(found)
    for name in set(sys.modules) - before:
        del sys.modules[name]


def is_installed(name: str) -> bool:
    return any(finder.find_spec(name, None) for finder in sys.meta_path if not isinstance(finder, Finder))


def absent() -> str:
    return next(name for name in sorted(COLAB_MODULES) if not is_installed(name))


def test_a_plot_goes_through(finder: Finder) -> None:
    name = absent()
    module = importlib.import_module(f"{name}.below.deeper")
    _, (left, right) = module.subplots(1, 2)
    with module.style(1) as style:
        left.plot([1], color="red")[0].set(x=right).y = style + 1
    assert finder.used == [name]
    assert module.__version__ == "0.0"


def test_installed_modules_and_unknown_ones_are_left_alone(finder: Finder) -> None:
    for name in [name for name in ("numba", "networkx", "tqdm", "json") if is_installed(name)]:
        assert importlib.import_module(name).__spec__.origin is not None
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_module_anywhere")
    assert finder.used == []


def test_colab_itself_has_one_name(finder: Finder) -> None:
    importlib.import_module("google.colab.drive").mount("/content")
    assert finder.used == ["google.colab"]


@pytest.mark.parametrize("operation", [float, int, len, iter([]).__class__, lambda value: [1][value]])
def test_it_has_no_value(operation: object) -> None:
    with pytest.raises((TypeError, AttributeError, ValueError)):
        operation(Inert())  # type: ignore[operator]
    assert not Inert()


def test_it_decorates_without_a_change() -> None:
    @Inert().decorator
    def function() -> int:
        return 1

    assert function() == 1
    assert list(Inert()) == []


def test_a_progress_bar_goes_over_what_it_was_given(finder: Finder) -> None:
    spec = importlib.machinery.ModuleSpec("tqdm", finder, is_package=True)
    tqdm = finder.create_module(spec)
    assert list(tqdm.tqdm([1, 2])) == [1, 2]
    assert list(tqdm.trange(2)) == [0, 1]
