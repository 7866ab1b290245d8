"""A session answers in order, up to the call that goes wrong, and lets nothing of one call reach another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.config import Config, Limits
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.session import Case, Invocation, Problem, Session, StandInAnswer, Unsendable, run
from grader.model import Cell, Notebook

CELLS = (
    "seen = []",
    "def double(x):\n    seen.append(x)\n    if x == 3: raise ValueError('trójka')\n    return 2 * x",
    "import os\ndef leave(x):\n    os._exit(0)",
    "def ask(x):\n    return double(x)",
)


@pytest.fixture
def session(warm: ForkServerClient | None) -> Iterator[Session]:
    cells = tuple(Cell(index, source) for index, source in enumerate(CELLS))
    limits = Limits(cell_timeout_s=5.0, call_timeout_s=2.0, total_timeout_s=20.0)
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
