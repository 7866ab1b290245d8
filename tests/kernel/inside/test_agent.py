"""The agent in a real kernel: how it calls what the cells defined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel
from grader.kernel.protocol import messages
from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.messages import Calls, Case, Outcome, SandboxSettings, Version
from grader.kernel.protocol.values import Nothing
from grader.kernel.timer import time_limit
from grader.model import Cell, CellResult
from tests.conftest import QUICK

LIMIT = time_limit(5)


questions: list[messages.Ask] = []


def answer(ask: messages.Ask) -> messages.Answer:
    questions.append(ask)
    return messages.Answer(encode([ask.name, len(ask.args)]), "")


class Notebook:
    """A kernel that runs cells one after another, counted from 0."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel, self.count = kernel, 0

    def run(self, source: str) -> CellResult:
        self.count += 1
        return self.kernel.run_cell(Cell(self.count - 1, source), LIMIT)

    def versions(self, name: str) -> list[Version]:
        return [version for version in self.kernel.describe().versions if version.name == name]

    def call(
        self,
        version: Version,
        *args: object,
        after_cell: bool = False,
        asked: tuple[str, ...] = (),
    ) -> Outcome:
        case = Case([encode(arg) for arg in args], [])
        request = Calls(1, version.id, [case], after_cell, list(asked), 0)
        outcomes, died = self.kernel.calls(request, LIMIT, answer=answer)
        assert died is None
        return outcomes[0]

    def value(self, version: Version, *args: object, **options: Any) -> object:
        result = self.call(version, *args, **options).result
        assert not isinstance(result, messages.Raised | messages.Timeout), result
        return decode(result)


@pytest.fixture
def notebook(warm: ForkServerClient | None) -> Iterator[Notebook]:
    kernel = Kernel(QUICK, SandboxSettings(), warm)
    yield Notebook(kernel)
    kernel.close()


def test_a_name_that_was_rebound_has_its_value_after_the_cell_on_request(notebook: Notebook) -> None:
    notebook.run("a = 1\ndef f(): return a")
    notebook.run("a = 2\ndef g(): return a")
    (f,), (g,) = notebook.versions("f"), notebook.versions("g")
    assert (f.rebound, g.rebound) == (True, False)
    assert (notebook.value(f), notebook.value(f, after_cell=True)) == (2, 1)
    assert notebook.value(f) == 2, "names have their values again"


def test_names_have_their_values_again_where_another_check_begins(notebook: Notebook) -> None:
    notebook.run("n = 0\ndef f():\n    global n\n    n += 1\n    return n")
    (f,) = notebook.versions("f")
    request = Calls(1, f.id, [Case([], [])] * 5, False, [], 0, begins=(2, 3))
    outcomes, _ = notebook.kernel.calls(request, LIMIT)
    assert [decode(outcome.result) for outcome in outcomes if outcome] == [1, 2, 1, 1, 2]  # type: ignore[arg-type]


def test_an_error_is_placed_in_the_notebook(notebook: Notebook) -> None:
    notebook.run("import json")
    notebook.run("def f(x):\n    return json.loads(x)  # zażółć")
    raised = notebook.call(notebook.versions("f")[0], "{").result
    assert isinstance(raised, messages.Raised)
    assert (raised.type, raised.cell, raised.line) == ("JSONDecodeError", 1, 2)
    assert raised.code == "return json.loads(x)  # zażółć"


def test_an_exception_whose_text_fails_is_an_answer_too(notebook: Notebook) -> None:
    notebook.run("class E(Exception):\n    def __str__(self): raise SystemExit\ndef f(): raise E")
    raised = notebook.call(notebook.versions("f")[0]).result
    assert isinstance(raised, messages.Raised)
    assert (raised.type, raised.text) == ("E", "")


def test_a_call_says_what_it_printed_and_showed(notebook: Notebook) -> None:
    notebook.run("import sys\ndef f():\n    print('a')\n    print('b', file=sys.stderr)\n    display(3)")
    outcome = notebook.call(notebook.versions("f")[0])
    assert outcome.printed == "a\n3\n", "standard error is for people: warnings differ from machine to machine"
    assert notebook.call(notebook.versions("f")[0]).printed == outcome.printed


def test_what_a_call_does_to_its_streams_is_over_with_it(notebook: Notebook) -> None:
    shows = "print('a', flush=True)\n    print('b', file=sys.stderr, flush=True)"
    notebook.run(f"import sys\ndef f():\n    {shows}\n    sys.stderr.close()\n    sys.stdout.close()")
    outcomes = [notebook.call(notebook.versions("f")[0]) for _ in range(2)]
    assert [(outcome.result, outcome.printed) for outcome in outcomes] == [(Nothing(), "a\n")] * 2


def test_a_function_that_the_grader_stands_in_for_is_asked(notebook: Notebook) -> None:
    notebook.run("def g(x): return 1\ndef f(x): return g(x)")
    version = notebook.versions("f")[0]
    assert decode(notebook.call(version, 5, asked=("g",)).result) == ["g", 1]  # type: ignore[arg-type]
    assert notebook.value(version, 5) == 1


def test_a_function_that_may_answer_otherwise_is_asked_each_time(notebook: Notebook) -> None:
    notebook.run("def g(x): return 1\ndef f(x): return g(x), g(x)")
    questions.clear()
    assert notebook.value(notebook.versions("f")[0], 5, asked=("g",)) == (["g", 1], ["g", 1])
    assert len(questions) == 2


def test_random_numbers_start_at_the_same_place_for_each_call(notebook: Notebook) -> None:
    notebook.run("import random\nimport numpy as np\ndef f(): return random.random(), np.random.rand()")
    version = notebook.versions("f")[0]
    assert notebook.value(version) == notebook.value(version)
