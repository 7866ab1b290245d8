"""The grader's own pytest fixtures: what a hidden test sees of the participant and of the course."""

from __future__ import annotations

import types
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pytest

from grader.course.course import Course
from grader.judging.ahead import BegunTests
from grader.judging.notebook_view import NotebookView
from grader.judging.plain_test import Value
from grader.judging.stand_in import Function
from grader.judging.subject import Subject
from grader.model import CheckResult


@dataclass(slots=True)
class Job:
    """A request to run the tests of one exercise on a subject, and their results.

    Attributes:
        begun: gives those that have been begun already; None where none has.
    """

    exercise: str
    subject: Subject
    seed: Sequence[int]
    begun: Callable[[], BegunTests] | None = None
    results: list[CheckResult] = field(default_factory=list)


class Fixtures:
    """Makes the values of the fixtures for the job that is done.

    Attributes:
        values: what makes each of them, by its name: one for each function of the course too.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._job: Job | None = None
        functions = {exercise.function for exercise in course.tested}
        self.values: dict[str, Value] = {name: partial(self._function, name) for name in functions}
        self.values |= {"rng": self._rng, "data": self._data, "solution": self._solution, "notebook": self._notebook}

    @property
    def job(self) -> Job:
        assert self._job is not None
        return self._job

    @contextmanager
    def doing(self, job: Job) -> Iterator[None]:
        """Do a job, be it in the middle of another."""
        before, self._job = self._job, job
        try:
            yield
        finally:
            self._job = before

    def plugin(self) -> types.ModuleType:
        """What pytest takes them from."""
        fixtures = types.ModuleType("grader_functions")
        for name, make in self.values.items():
            setattr(fixtures, name, _fixture(name, make))
        return fixtures

    def _function(self, name: str, item: pytest.Item) -> Function:
        return self.job.subject.function(name)

    def _rng(self, item: pytest.Item) -> np.random.Generator:
        numbers = [*self.job.seed, zlib.crc32(item.name.encode())]
        words = min(numbers) >= 0 and max(numbers) < 1 << 32  # then an array says the same, in a fifth of the time
        return np.random.Generator(np.random.PCG64(np.array(numbers, np.uint32) if words else numbers))

    def _data(self, item: pytest.Item) -> tuple[Any, ...]:
        return deepcopy(self._course.data)

    def _solution(self, item: pytest.Item) -> Any:
        return self._course.solution(self.job.exercise)

    def _notebook(self, item: pytest.Item) -> NotebookView:
        notebook = self.job.subject.notebook
        assert notebook is not None, "there is no notebook here"
        return notebook


def _fixture(name: str, make: Value) -> Any:
    @pytest.fixture(name=name)
    def fixture(request: pytest.FixtureRequest) -> Any:
        return make(request.node)

    return fixture
