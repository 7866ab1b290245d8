"""Whatever the kernel sends while a cell runs, broken or without end, costs that cell at most."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import pytest

from grader.config import Config
from grader.course.course import Course
from grader.i18n import render
from grader.model import CellStatus, ExerciseStatus, SubmissionStatus
from grader.report import formats
from grader.report.run import Run
from tests.conftest import BRIEF, QUICK, GradeCells, result

RAW = """
import json
kernel = get_ipython().kernel
def raw(*parts):
    kernel.iopub_socket.send_multipart([b"x", b"<IDS|MSG>", b"", *parts])
header = {"msg_id": "1", "msg_type": "error", "username": "u", "session": "s", "date": "2020-01-01T00:00:00Z", "version": "5.3"}
parent = json.dumps({"msg_id": kernel.get_parent()["header"]["msg_id"]}).encode()
"""

GARBAGE = {
    "no-delimiter": "kernel.iopub_socket.send_multipart([b'x'])",
    "bad-json": "raw(b'{', parent, b'{}', b'{}')",
    "content-is-a-list": "raw(json.dumps(header).encode(), parent, b'{}', b'[1]')",
    "status-without-state": "raw(json.dumps({**header, 'msg_type': 'status'}).encode(), parent, b'{}', b'{}')",
    "comm-without-anything": "raw(json.dumps({**header, 'msg_type': 'comm_open'}).encode(), parent, b'{}', b'{}')",
    "lone-surrogates": 'raw(json.dumps(header).encode(), parent, b\'{}\', b\'{"ename": "\\\\ud800", "evalue": "\\\\udfff"}\')',
}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_raw_messages_on_the_kernels_sockets_cost_their_own_cell_only(
    garbage: str, grade_cells: GradeCells, solutions: dict[str, str], course: Course
) -> None:
    grade = grade_cells(*solutions.values(), RAW + GARBAGE[garbage])
    assert grade.status is SubmissionStatus.GRADED
    assert (grade.score, grade.bonus) == (18, 4)
    run = Run((grade,), course, Config(lang="en"))
    assert all(formats.text(name, run).encode("utf-8") for name in formats.FORMATS if formats.load(name).text)


TOO_LARGE = {
    "error": "raise ValueError('ż' * (20 << 20))",
    "assertion": "l = list(range(2 * 10**6))\nassert l == [], l",
    "exception-name": "raise type('E' * (20 << 20), (Exception,), {})()",
    "traceback": "class A(Exception):\n    def _render_traceback_(self): return ['x' * 1000] * 20000\nraise A()",
    "group": "raise ExceptionGroup('x' * (20 << 20), [ValueError('y' * (20 << 20))])",
    "warning": "import warnings\nwarnings.warn('x' * (20 << 20))",
    "result": "'x' * (20 << 20)",
    "html": "from IPython.display import HTML\nHTML('x' * (20 << 20))",
    "picture": "from IPython.display import Image\nImage(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'x' * (20 << 20))",
    "json": "from IPython.display import JSON\nJSON({str(i): i for i in range(2 * 10**6)})",
    "own-mime-type": "display({'text/x-a': 'x' * (20 << 20)}, raw=True)",
    "metadata": "display(1, metadata={'a': 'b' * (20 << 20)})",
    "update": "h = display(1, display_id=True)\nh.update('x' * (20 << 20))",
    "next-input": "get_ipython().set_next_input('x' * (20 << 20))",
    "comm": "from comm import create_comm\ncreate_comm(target_name='x', data={'a': 'b' * (20 << 20)}, buffers=[bytes(20 << 20)])",
    "stderr": "import sys\nsys.stderr.write('x' * (20 << 20))",
}

CUT = ("group", "warning", "result", "update", "stderr")

ERRORS = ("error", "assertion", "exception-name", "traceback", "group")


@pytest.mark.parametrize("what", TOO_LARGE)
def test_what_is_too_large_to_send_costs_not_even_its_own_cell(
    what: str, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    if what == "group" and sys.version_info < (3, 11):
        pytest.skip("groups of exceptions came with Python 3.11")
    names = "def get_linear_forward(x, w, b):\n    return w * x + b\n"
    started = time.monotonic()
    grade = grade_cells(*{**solutions, "1a": names + TOO_LARGE[what]}.values(), "after = 1")
    assert (grade.score, grade.bonus) == (18, 4), grade.cells
    cell = grade.cells[1]
    assert cell.status in (CellStatus.OK, CellStatus.ERROR), cell.status
    assert (cell.status is CellStatus.ERROR) == (what in ERRORS), cell
    assert ("It printed more than fits; the rest was cut." in [render(note, "en") for note in cell.notes]) == (
        what in CUT
    )
    assert time.monotonic() - started < 30


def test_an_error_with_a_long_text_is_told_as_a_short_one_is(grade_cells: GradeCells) -> None:
    long, short = (grade_cells(f"x = 1\nraise ValueError('ż' * {length:8})").cells[1] for length in (20 << 20, 500))
    assert replace(long, code="", inner_code="") == replace(short, code="", inner_code="")
    assert (long.line, long.code, long.inner_code) == (2, *["raise ValueError('ż' * 20971520)"] * 2)
    assert long.error == "ValueError: " + "ż" * 500


LOST = {
    "outputs": "kernel.iopub_socket.send_multipart([bytes(20 << 20)])",
    "answers": "kernel.shell_stream.socket.send_multipart([*kernel._parent_ident['shell'], bytes(20 << 20)])",
    "flood-of-outputs": "while True: kernel.iopub_socket.send_multipart([*frames[:-1], body])",
    "flood-of-answers": "while True: kernel.shell_stream.socket.send_multipart([*kernel._parent_ident['shell'], *frames[1:-1], body])",
}

FRAMES = RAW + (
    "frames = [b'x', b'<IDS|MSG>', b'', json.dumps(header).encode(), b'{}', b'{}', b'{}']\n"
    "body = json.dumps({str(i): 'x' for i in range(300000)}).encode()\n"
)


def test_code_that_ends_too_early_is_a_syntax_error_on_every_python(grade_cells: GradeCells) -> None:
    raised = "class _IncompleteInputError(SyntaxError): pass\nraise _IncompleteInputError('incomplete input')"
    cells = grade_cells("y = np.mean((1 + 2)", raised).cells  # the second as Python 3.13 says it of the first
    assert [(cell.error or "").split(":")[0] for cell in cells[1:]] == ["SyntaxError"] * 2


@pytest.mark.parametrize("what", LOST)
def test_a_lost_or_flooded_connection_costs_its_own_cell_only(
    what: str, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    started = time.monotonic()
    grade = grade_cells(*solutions.values(), FRAMES + LOST[what], "after = 1", limits=BRIEF)
    assert (grade.score, grade.bonus) == (18, 4)
    assert grade.cells[-2].status in (CellStatus.CRASHED, CellStatus.TIMED_OUT)
    assert grade.cells[-1].status is CellStatus.OK
    assert time.monotonic() - started < 60


def test_a_cell_that_shows_more_than_is_read_at_once_loses_nothing(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    grade = grade_cells("for number in range(4000): display(number)\n" + solutions["1a"])
    assert grade.cells[1].status is CellStatus.OK
    assert grade.cells[1].printed.endswith("3999")
    assert result(grade, "1a").status is ExerciseStatus.PASSED


@pytest.mark.parametrize("text", ["🙂" * 1000, "ż" * 1000 + "🙂", "x" * 999 + "🙂"])
def test_what_all_cells_print_is_kept_within_one_limit_of_bytes(text: str, grade_cells: GradeCells) -> None:
    limits = replace(QUICK, output_bytes=3_001, kept_bytes=32_000)
    grade = grade_cells(*[f"print({text!r})\n{text!r}"] * 12, "x = 1", limits=limits)
    sizes = [len(cell.printed.encode()) for cell in grade.cells]
    assert {cell.status for cell in grade.cells} == {CellStatus.OK}
    assert 0.95 * 8_000 < sum(sizes) <= 8_000
    assert max(sizes) <= 3_001
    assert "It printed more than fits; the rest was cut." in [render(note, "en") for note in grade.cells[12].notes]
    assert not grade.cells[13].notes


CANCELS = "import asyncio\nfor task in asyncio.all_tasks(): task.cancel()"


def test_what_a_cell_does_to_the_event_loop_costs_no_other_cell(grade_cells: GradeCells) -> None:
    stops = "asyncio.get_event_loop().stop()"
    cells = grade_cells(CANCELS, "await asyncio.sleep(0)\n1", f"await asyncio.sleep(0)\n{CANCELS}", stops, "2").cells[
        1:
    ]
    cells = [*cells[:2], *cells[3:]]  # the third has cancelled itself
    assert [cell.status for cell in cells] == [CellStatus.OK] * 4
    assert [cell.printed for cell in cells] == ["", "1", "", "2"]


def test_what_is_begun_beside_the_cells_has_its_turn_between_them(grade_cells: GradeCells) -> None:
    begun = "import asyncio\nasync def beside():\n    print('beside')\ntask = asyncio.create_task(beside())"
    assert [cell.printed for cell in grade_cells(begun, "task.done()").cells[1:]] == ["", "True"]


def test_an_ordinary_cell_is_one_message_and_a_large_one_loses_nothing(grade_cells: GradeCells) -> None:
    published = "get_ipython().kernel.session.outputs.published"
    large = f"print('x ' * 50_000)\ndisplay('then')\nprint({published})\n'last'"
    first, second = grade_cells(f"print(1)\ndisplay(2)\nprint({published})\n3", large).cells[1:]
    assert first.printed == "1\n2False\n3"
    assert second.printed == "x " * 50_000 + "\n'then'True\n'last'"
