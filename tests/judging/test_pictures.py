"""An exercise about figures shows what its cells drew; what a participant sends in its place is no picture."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from grader.config import Config, Limits
from grader.course import loader
from grader.judging import pictures
from grader.kernel.fork_client import ForkServerClient
from grader.model import Cell, Grade, Notebook
from grader.pipeline import Grader, open_grader
from tests.conftest import ROOT

VALUES = ROOT / "tests" / "courses" / "values"
COURSE = loader.load(VALUES)
SOLUTION = (VALUES / "plot" / "solution.py").read_text("utf-8")
LIMITS = Limits(cell_timeout_s=20, call_timeout_s=5, total_timeout_s=120)


@pytest.fixture(scope="module")
def grader(warm: ForkServerClient | None) -> Iterator[Grader]:
    with open_grader(COURSE, Config(lang="en", only=("plot",), limits=LIMITS), warm) as opened:
        yield opened


def graded(grader: Grader, *sources: str) -> Grade:
    cells = tuple(Cell(at, source) for at, source in enumerate(sources))
    return grader.grade_notebook(Notebook("n.ipynb", "n", "", cells))


def drawn(grade: Grade) -> list[bytes]:
    return [base64.b64decode(one) for one in grade.exercises[0].pictures]


def test_the_figures_of_its_cells_and_no_others_are_there(grader: Grader) -> None:
    speed = "import matplotlib.pyplot as plt\nspeed = 12\nplt.plot([3, 1])"
    split = ("import matplotlib.pyplot as plt\nsquares = [0, 1, 4, 9]", "plt.plot(squares)\nplt.xlabel('x')")
    (picture,) = drawn(graded(grader, speed, *split, "left = 2\nplt.plot([5])"))
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack_from(">II", picture, 16)
    assert max(width, height) <= 640
    assert drawn(graded(grader, "squares = [0, 1, 4, 9]")) == []


def test_of_many_figures_the_last_few_are_there_and_huge_ones_are_drawn_small(grader: Grader) -> None:
    many = "squares = 0\nfor size in range(8):\n    plt.figure(figsize=(60, 2))\n    plt.title(str(size))"
    found = drawn(graded(grader, f"import matplotlib.pyplot as plt\n{many}"))
    assert len(found) == 3
    assert len(set(found)) == 3
    assert all(struct.unpack_from(">I", one, 16)[0] == 640 for one in found)


def png(width: int, height: int) -> bytes:
    """A picture of nothing, which a browser would need this many pixels for."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


FORGED = {
    "no picture": b"<svg onload=alert(1)>",
    "nothing": b"",
    "cut off": png(1, 1)[:18],
    "too wide": png(60_000, 2),
    "too high": png(2, 60_000),
    "no size": png(0, 5),
    "too many bytes": png(5, 5) + b"\0" * pictures.MAX_BYTES,
}


@pytest.mark.parametrize("forged", FORGED)
def test_what_is_no_picture_is_left_out(forged: str) -> None:
    assert pictures._is_picture(png(600, 400))
    assert not pictures._is_picture(FORGED[forged])


def test_a_savefig_that_raises_writes_nothing_or_never_ends_costs_no_points(warm: ForkServerClient | None) -> None:
    config = Config(lang="en", only=("plot",), limits=replace(LIMITS, call_timeout_s=1))
    with open_grader(COURSE, config, warm) as grader:
        for body in ("raise SystemExit", "args[0].write(b'<svg>')", "while True: pass"):
            patch = f"import matplotlib.figure\ndef savefig(self, *args, **kwargs):\n    {body}\n"
            grade = graded(grader, f"{patch}matplotlib.figure.Figure.savefig = savefig", SOLUTION)
            assert grade.exercises[0].points == 2, body
            assert drawn(grade) == [], body


def test_exercises_about_something_else_have_none() -> None:
    about = [exercise.id for exercise in COURSE.tested if pictures._is_about_figures(exercise)]
    assert about == ["plot"]
    builtin = loader.load(ROOT / "reference")
    assert not any(pictures._is_about_figures(exercise) for exercise in builtin.tested)
