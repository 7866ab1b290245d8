"""Whatever the kernel sends while a cell runs, broken or without end, costs that cell at most."""

from __future__ import annotations

import os
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
sock = kernel.connection._socket
request = kernel.get_parent()["header"]["msg_id"]
def raw(*message):
    body = json.dumps(message).encode()
    sock.sendall(len(body).to_bytes(8, "big") + body)
"""

GARBAGE = {
    "no-json": "sock.sendall((1).to_bytes(8, 'big') + b'{')",
    "no-header": "sock.sendall(b'x')",
    "nothing": "sock.sendall(bytes(8))",
    "2^63-bytes": "sock.sendall((1 << 63).to_bytes(8, 'big'))",
    "a-failure-of-a-list": "raw('ran', request, [], ['failure', [1], '', ''])",
    "a-failure-without-anything": "raw('ran', request, [], ['failure'])",
    "shown-is-no-output": "raw('shown', request, ['settled', '1'])",
    "lone-surrogates": "raw('shown', request, ['failure', '\\ud800', '\\udfff', ''])",
    "to-nobody": "raw('ran', 'another', [['text', 'x']], None)",
}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_raw_messages_on_the_kernels_socket_cost_their_own_cell_only(
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
    "large": "sock.sendall((40 << 20).to_bytes(8, 'big') + bytes(40 << 20))",
    "half": "sock.sendall((20 << 20).to_bytes(8, 'big') + b'[')",
    "a-byte-at-a-time": "sock.sendall((20 << 20).to_bytes(8, 'big'))\nwhile True: sock.sendall(b'[')",
    "flood-of-outputs": "while True: raw('shown', request, ['text', 'x' * 300_000])",
    "flood-of-small-outputs": "while True: sock.sendall(small)",
    "flood-of-answers": "while True: raw('ran', 'another', [['text', 'x' * 300_000]], None)",
    "hangs-up": "import socket\nsock.shutdown(socket.SHUT_WR)\nwhile True: pass",
    "closes-all": "import os\nos.closerange(3, 1000)",
    "lies-over-all": "import os\nnowhere = os.open(os.devnull, os.O_RDWR)\n"
    "for number in range(3, 64):\n    if number != nowhere: os.dup2(nowhere, number)",
    "ends-in-mid-message": "import os\nsock.sendall((20 << 20).to_bytes(8, 'big') + b'[')\nos._exit(0)",
}

SMALL = """
body = json.dumps(["shown", request, ["text", ""]]).encode()
small = (len(body).to_bytes(8, "big") + body) * 10_000
"""


def test_code_that_ends_too_early_is_a_syntax_error_on_every_python(grade_cells: GradeCells) -> None:
    raised = "class _IncompleteInputError(SyntaxError): pass\nraise _IncompleteInputError('incomplete input')"
    cells = grade_cells("y = np.mean((1 + 2)", raised).cells  # the second as Python 3.13 says it of the first
    assert [(cell.error or "").split(":")[0] for cell in cells[1:]] == ["SyntaxError"] * 2


@pytest.mark.parametrize("what", LOST)
def test_a_lost_or_flooded_connection_costs_its_own_cell_only(
    what: str, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    started = time.monotonic()
    grade = grade_cells(solutions["1a"], RAW + SMALL + LOST[what], "after = 1", limits=BRIEF)
    assert result(grade, "1a").status is ExerciseStatus.PASSED
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


def test_a_process_that_a_cell_forks_says_nothing_and_ends_with_the_cell(grade_cells: GradeCells) -> None:
    if not hasattr(os, "fork"):
        pytest.skip("no forks here")
    plain = "import os\npid = os.fork()\nprint('x' * 100_000 if pid == 0 else 'parent')"
    waits = "import asyncio\npid = os.fork()\nawait asyncio.sleep(0.01)\nprint(pid > 0)"
    fails = "pid = os.fork()\nif pid == 0: 1 / 0"
    status, ended = "os.WEXITSTATUS(os.waitpid(pid, 0)[1])", "os.waitpid(pid, 0)[0] == pid"
    cells = grade_cells(plain, status, fails, status, waits, "1 + 1", ended).cells[1:]
    assert [cell.status for cell in cells] == [CellStatus.OK] * 7
    assert [cell.printed.strip() for cell in cells] == ["parent", "0", "", "1", "True", "2", "True"]


def test_a_notebook_may_use_zeromq_itself(grade_cells: GradeCells) -> None:
    pytest.importorskip("zmq")
    own = "import zmq\ncontext = zmq.Context.instance()\nends = [context.socket(zmq.PAIR) for _ in range(2)]\n"
    own += "ends[0].bind('inproc://x')\nends[1].connect('inproc://x')\nends[0].send(b'a')\nends[1].recv()"
    asynchronous = own.replace("import zmq\ncontext = zmq", "import zmq.asyncio\ncontext = zmq.asyncio").replace(
        "ends[0].send", "await ends[0].send"
    )
    cells = grade_cells(own, asynchronous.replace("ends[1].recv", "await ends[1].recv"), "1").cells[1:]
    assert [(cell.printed, cell.error) for cell in cells] == [("b'a'", None), ("b'a'", None), ("1", None)]


def test_a_cell_that_waits_is_interrupted_in_time(grade_cells: GradeCells) -> None:
    limits = replace(QUICK, cell_timeout_s=0.5)
    cells = grade_cells("import asyncio\nbefore = 1\nawait asyncio.sleep(60)", "before", limits=limits).cells[1:]
    assert [(cell.status, cell.printed) for cell in cells] == [(CellStatus.TIMED_OUT, ""), (CellStatus.OK, "1")]


def test_a_long_cell_is_sent_whole(grade_cells: GradeCells) -> None:
    assert grade_cells(f"long = '{'ż' * 2_000_000}'\nlen(long)").cells[1].printed == "2000000"


def test_an_ordinary_cell_is_one_message_and_a_large_one_loses_nothing(grade_cells: GradeCells) -> None:
    too_much = "get_ipython().kernel.session.outputs.are_too_much"
    large = f"print('x ' * 50_000)\ndisplay('then')\nprint({too_much})\n'last'"
    first, second = grade_cells(f"print(1)\ndisplay(2)\nprint({too_much})\n3", large).cells[1:]
    assert first.printed == "1\n2False\n3"
    assert second.printed == "x " * 50_000 + "\n'then'True\n'last'"


def test_no_picture_is_drawn_of_what_is_shown(grade_cells: GradeCells) -> None:
    picture = "class Picture:\n    _repr_png_ = _repr_svg_ = lambda self: print('drawn')\n"
    shown = "    __repr__ = lambda self: 'as text'\ndisplay(Picture())\nPicture()"
    assert grade_cells(picture + shown).cells[1].printed == "as textas text"
