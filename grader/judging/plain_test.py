"""Runs a hidden test without pytest's own steps, where it uses nothing of them: they take as long as most tests.

A plain test is a function whose fixtures are the grader's, or functions that return a value. All others are pytest's
to run: those with parameters, marks of pytest's, fixtures that are shared, automatic, or clean up after themselves, and
all where a conftest.py has a part in how tests run.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import pytest

Value = Callable[[pytest.Item], Any]
"""Makes the value of one of the grader's own fixtures for a test."""

_STEPS = """pytest_runtest_protocol pytest_runtest_setup pytest_runtest_call pytest_runtest_teardown pytest_pyfunc_call
    pytest_fixture_setup pytest_fixture_post_finalizer""".split()


@dataclass(frozen=True, slots=True)
class PlainTest:
    """A test that needs no pytest.

    Attributes:
        item: the test.
        function: what is called.
        names: its arguments.
        fixtures: how each value is made that it or another fixture takes: a function, and its own arguments.
        own: the grader's own fixtures.
        order: the names of all that it takes, each after those that it is made from.
    """

    item: pytest.Item
    function: Callable[..., object]
    names: tuple[str, ...]
    fixtures: Mapping[str, tuple[Callable[..., object], tuple[str, ...]]]
    own: Mapping[str, Value]
    order: tuple[str, ...]

    @property
    def own_fixtures(self) -> set[str]:
        """The names of the grader's own fixtures that it takes, itself or through others."""
        return {*self.order} - self.fixtures.keys()

    def run(self) -> None:
        """Raise what the test, or one of its fixtures, raises."""
        values: dict[str, object] = {}
        for name in self.order:
            if name in self.fixtures:
                function, names = self.fixtures[name]
                values[name] = function(**{other: values[other] for other in names})
            else:
                values[name] = self.own[name](self.item)
        result = self.function(**{name: values[name] for name in self.names})
        if hasattr(result, "__await__") or hasattr(result, "__aiter__"):
            pytest.fail("async functions are not supported: nothing has run")


def plain_test(item: pytest.Item, own: Mapping[str, Value], plugins: Sequence[object]) -> PlainTest | None:
    """The test if it is a plain one. `own`: the grader's own fixtures, which `plugins` hold."""
    if not _is_plain_function(item) or _has_steps_of_others(item, plugins):
        return None
    known = item._fixtureinfo  # pytest has no other way to ask
    fixtures: dict[str, tuple[Callable[..., object], tuple[str, ...]]] = {}
    todo = list(known.argnames)
    while todo:
        name = todo.pop()
        definitions = known.name2fixturedefs.get(name, ())
        if len(definitions) != 1:  # one that takes another of its own name, or `request`
            return None
        if name in fixtures or (name in own and not definitions[0].baseid):
            continue
        if not _is_plain_fixture(definitions[0]):
            return None
        fixtures[name] = (definitions[0].func, definitions[0].argnames)
        todo += definitions[0].argnames
    return PlainTest(item, item.obj, known.argnames, fixtures, own, tuple(_in_order(known.argnames, fixtures)))


def _in_order(names: Sequence[str], fixtures: Mapping[str, tuple[object, tuple[str, ...]]]) -> dict[str, None]:
    order: dict[str, None] = {}
    for name in names:
        _, taken = fixtures.get(name, (None, ()))
        order |= dict.fromkeys((*_in_order(taken, fixtures), name))
    return order


def _is_plain_function(item: pytest.Item) -> TypeGuard[pytest.Function]:
    """Whether it is a function without parameters, marks of pytest's, and fixtures that it does not name."""
    if type(item) is not pytest.Function or item.cls is not None or hasattr(item, "callspec"):
        return False
    known = item._fixtureinfo
    marked = any(mark.name != "check" for mark in item.iter_markers())
    return not marked and _returns(item.obj) and set(known.initialnames) == set(known.argnames)


def _is_plain_fixture(definition: Any) -> bool:
    return definition.scope == "function" and definition.params is None and _returns(definition.func)


def _returns(function: object) -> bool:
    """Whether a call of it runs it to its end."""
    kinds = (inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction)
    return inspect.isroutine(function) and not any(is_kind(function) for is_kind in kinds)


def _has_steps_of_others(item: pytest.Item, plugins: Sequence[object]) -> bool:
    """Whether anybody but pytest and the grader has a part in how tests run."""
    callers = (getattr(item.config.hook, step) for step in _STEPS)
    holders = (hook.plugin for caller in callers for hook in caller.get_hookimpls())
    return not all(holder in plugins or _module_of(holder).startswith("_pytest.") for holder in holders)


def _module_of(plugin: object) -> str:
    return str(getattr(plugin, "__name__", "") if inspect.ismodule(plugin) else type(plugin).__module__)
