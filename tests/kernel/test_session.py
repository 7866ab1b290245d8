"""A session answers in order, up to the call that goes wrong, and lets nothing of one call reach another."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pytest

from grader.config import Config, Limits
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.session import Answer, Case, Invocation, Problem, Session, StandInAnswer, Unsendable, run
from grader.model import Cell, Notebook

CELLS = (
    "seen = []",
    "def double(x):\n    seen.append(x)\n    if x == 3: raise ValueError('trójka')\n    return 2 * x",
    "import os\ndef leave(x):\n    os._exit(0)",
    "def ask(x):\n    return double(x)",
    "def count(x):\n    seen.append(x)\n    return len(seen)",
    "def wait(x):\n    while True: pass",
    "def apply(function):\n    return function(3)",
)


@pytest.fixture
def session(warm: ForkServerClient | None) -> Iterator[Session]:
    cells = tuple(Cell(index, source) for index, source in enumerate(CELLS))
    limits = Limits(cell_timeout_s=5.0, call_timeout_s=0.5, total_timeout_s=20.0)
    with run(Notebook("Żółć.ipynb", "Żółć", "0" * 64, cells), Config(limits=limits), warm) as session:
        yield session


def call(session: Session, name: str, *values: object, **options: object) -> list[object]:
    """The value of each call, or its problem."""
    (version,) = [one for one in session.versions if one.name == name]
    answer = options.pop("answer", None)
    assert answer is None or callable(answer)
    stand_in: StandInAnswer | None = answer
    cases = [Case((value,), {}) for value in values]
    answers = session.call(Invocation(version, **options), cases, 0, stand_in)  # type: ignore[arg-type]
    return [one.problem or one.value for one in answers]


def test_what_is_raised_is_an_answer_among_the_others(session: Session) -> None:
    assert call(session, "double", 1, 3, 5) == [2, Problem.RAISED, 10]


def test_answers_end_with_the_call_that_ended_the_kernel_and_the_next_have_a_new_one(session: Session) -> None:
    assert call(session, "leave", 1, 2) == [Problem.CRASHED]
    assert not session.alive
    assert call(session, "double", 4) == [8]
    assert session.kernels == 2


def test_a_function_that_the_grader_stands_in_for_cannot_ask_the_notebook(session: Session) -> None:
    def nested(name: str, args: tuple[object, ...], kwargs: object) -> object:
        return call(session, "double", *args)[0]

    with pytest.raises(Unsendable):
        call(session, "ask", 1, asked=("double",), answer=nested)
    assert call(session, "double", 2) == [4], "the session still answers"


def test_once_the_time_is_used_up_nothing_is_asked(session: Session) -> None:
    session.budget._started_s -= 60
    assert call(session, "double", 1, 2) == [Problem.OUT_OF_TIME]
    assert session.hurried


def begun(
    session: Session, *names: str, value: object = 4, within_bytes: float = math.inf
) -> list[Callable[[], list[Answer] | None]]:
    """What gives the answers to two calls of each of the functions, which the kernel has been sent together."""
    versions = {one.name: one for one in session.versions}
    asked = [(Invocation(versions[name]), [Case((value,), {})] * 2) for name in names]
    return session.begin(asked, 0, within_bytes)


def values(answers: list[Answer] | None) -> list[object] | None:
    return None if answers is None else [one.problem or one.value for one in answers]


def test_calls_that_are_begun_together_are_made_in_order_before_any_other(session: Session) -> None:
    first, second = begun(session, "double", "count")
    assert call(session, "count", 0) == [5], "double was called twice, and so was count"
    assert (values(second()), values(first())) == ([3, 4], [8, 8])
    assert values(first()) == [8, 8], "asked twice"


def test_what_the_kernel_did_not_come_to_is_to_be_asked_for_again(session: Session) -> None:
    doubled, left, counted = begun(session, "double", "leave", "count")
    assert (values(doubled()), values(left()), values(counted())) == ([8, 8], [Problem.CRASHED], None)
    assert call(session, "count", 0) == [1], "in a new kernel"
    assert session.kernels == 2


def test_what_has_been_begun_is_over_when_the_kernel_is_closed(session: Session) -> None:
    (doubled,) = begun(session, "double")
    session.close()
    assert doubled() is None
    assert call(session, "count", 0) == [1]


def test_answers_that_are_begun_together_share_the_room_for_them_and_others_are_asked_for_again(
    session: Session,
) -> None:
    long, short = begun(session, "double", "count", value="ż" * 1000, within_bytes=9000)
    assert values(long()) is None, "its two answers take more than half"
    assert values(short()) == [3, 4]


def test_a_function_that_never_ends_costs_those_that_are_begun_after_it_nothing(session: Session) -> None:
    endless, counted = begun(session, "wait", "count")
    assert values(endless()) == [Problem.TIMED_OUT]
    assert values(counted()) == [1, 2]


def test_calls_that_may_ask_the_grader_and_those_after_them_are_asked_for_by_themselves(session: Session) -> None:
    versions = {one.name: one for one in session.versions}
    wanted: list[tuple[str, object]] = [("double", 4), ("apply", lambda x: 10 * x), ("count", 4)]
    begun = session.begin([(Invocation(versions[name]), [Case((value,), {})]) for name, value in wanted], 0)
    assert [values(answers()) for answers in begun] == [[8]], "apply would take the next request for its answer"
    assert call(session, "apply", lambda x: 10 * x) == [30]
    assert call(session, "count", 0) == [2]
