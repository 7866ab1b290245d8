"""The calls of all first attempts are sent together where no test minds, and nobody's verdict changes by it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from grader.config import Limits
from grader.judging.stand_in import Function
from grader.judging.subject import Subject
from grader.judging.suite import Suite
from grader.kernel.agent_client import AgentClient
from grader.kernel.protocol.messages import Calls
from grader.kernel.session import Answer
from grader.model import CheckStatus, ExerciseStatus
from tests.conftest import GradeCells, result
from tests.proof.sick_course import write_course

STATES = "def test_it(double): double.each([({n},)])[0].returns(2 * {n})"
OTHERS = {
    "calls again with what it has": """
        def test_it(double):
            for n in (1, 2): double.each([(n,)])[0].returns(2 * n)""",
    "looks before it calls": """
        def test_it(double):
            assert double(4) == 8
            assert double([1]) == [1, 1]""",
    "calls within a block": """
        def test_it(double):
            with np.errstate(all="raise"): double.each([(4,)])[0].returns(8)""",
    "takes a fixture that cleans up": """
        @pytest.fixture
        def drawn(): yield 4
        def test_it(double, drawn): double.each([(drawn,)])[0].returns(8)""",
    "calls nothing": "def test_it(double): pass",
}
SETS = """
    def test_it(double):
        os.environ["ŻÓŁW"] = "{n}"
        double.each([({n},)])[0].returns(2 * int(os.environ["ŻÓŁW"]))"""


def begin(folder: Path, *tests: str, asked: tuple[int, ...] = ()) -> list[tuple[str, list[CheckStatus]]]:
    """The exercises whose tests were begun, each with the verdicts in the end. `asked`: those that are asked for."""
    mark = "@pytest.mark.check(points=1, pl='Tak', en='So')\ndef test_"
    head = "import os\nimport numpy as np\nimport pytest\n\n"
    sources = [
        head + dedent(test).replace("def test_", mark).replace("{n}", str(at)) for at, test in enumerate(tests, 1)
    ]
    course = write_course(folder, {str(at): {"test_it.py": source} for at, source in enumerate(sources, 1)})

    def double(cases: object) -> list[Answer]:
        return [Answer(2 * case[0]) for case in cases]  # type: ignore[attr-defined]

    with Suite(course) as suite:
        numbers = asked or tuple(range(1, len(tests) + 1))
        subjects = [(str(at), Subject("double", Function("double", double, parameters=["x"]))) for at in numbers]
        begun = suite.begin(subjects, (1, 2))
        for own in begun:
            for one in own.values():
                one.answers = double(one.cases)
        return [
            (id, [check.status for check in suite.run(id, subject, (1, 2), lambda own=own: own)])  # type: ignore[misc]
            for (id, subject), own in zip(subjects, begun, strict=False)
        ]


def passed(*exercises: str) -> list[tuple[str, list[CheckStatus]]]:
    return [(id, [CheckStatus.PASSED]) for id in exercises]


def test_tests_that_state_their_calls_are_begun_together(tmp_path: Path) -> None:
    assert begin(tmp_path / "kurs", STATES, STATES, STATES) == passed("1", "2", "3")


def test_only_those_are_begun_that_are_asked_for(tmp_path: Path) -> None:
    assert begin(tmp_path, STATES, STATES, STATES, asked=(1, 3)) == passed("1", "3")


@pytest.mark.parametrize("what", OTHERS)
def test_nothing_is_begun_after_a_test_that_does_more(what: str, tmp_path: Path) -> None:
    assert begin(tmp_path, STATES, STATES, OTHERS[what], STATES) == passed("1", "2")


def test_exercises_whose_tests_set_the_same_do_not_wait_for_each_other(tmp_path: Path) -> None:
    assert begin(tmp_path, SETS, SETS) == []
    assert begin(tmp_path / "inne", STATES, SETS, STATES) == passed("1", "2", "3"), "alone it may"


def test_all_first_attempts_of_a_right_notebook_go_in_one_message(
    grade_cells: GradeCells, solutions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    send, send_ahead = AgentClient._send, AgentClient.send_ahead

    def counted(client: AgentClient, request: object) -> None:
        sent.extend([1] if isinstance(request, Calls) else [])
        send(client, request)  # type: ignore[arg-type]

    def all_counted(client: AgentClient, requests: list[Calls]) -> int:
        sent.append(send_ahead(client, requests))
        return sent[-1]

    monkeypatch.setattr(AgentClient, "_send", counted)
    monkeypatch.setattr(AgentClient, "send_ahead", all_counted)
    grade = grade_cells(*solutions.values(), curves=False)
    assert sent == [len(solutions)]
    assert {one.status for one in grade.exercises} == {ExerciseStatus.PASSED}


SHORT = Limits(cell_timeout_s=5.0, call_timeout_s=0.3, total_timeout_s=30.0)
ENDS = {
    "it ends the kernel": "import os\ndef get_linear_forward(x, w, b): os._exit(1)",
    "it never ends": "def get_linear_forward(x, w, b):\n    while True: pass",
    "it never ends, and says that it was interrupted": "def get_linear_forward(x, w, b): raise KeyboardInterrupt",
    "it can't be interrupted": """
        def get_linear_forward(x, w, b):
            while True:
                try:
                    while True: pass
                except KeyboardInterrupt: pass""",
    "it returns more than the wire holds": "def get_linear_forward(x, w, b): return np.zeros(2_000_000)",
}


@pytest.mark.parametrize("how", ENDS)
def test_whatever_the_first_exercise_does_the_others_keep_their_verdicts(
    how: str, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    others = {id: source for id, source in solutions.items() if id not in ("1a", "2", "5")}
    grade = grade_cells(dedent(ENDS[how]), *others.values(), limits=SHORT)
    assert {id: result(grade, id).status for id in others} == dict.fromkeys(others, ExerciseStatus.PASSED)
    assert result(grade, "1a").status is ExerciseStatus.FAILED
