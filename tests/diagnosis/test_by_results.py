"""The known mistake of an exercise that asks for names is named where the tests say the same of it, nowhere else."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pytest

from grader.config import Config, Limits
from grader.course import loader
from grader.course.course import Course
from grader.kernel.fork_client import ForkServerClient
from grader.model import Cell, Grade, Notebook
from grader.pipeline import Grader, open_grader

TOML = """
id = "known"
title = { pl = "Kurs", en = "Course" }
opening = ["imports.py"]
[names]

[[exercises]]
id = "base"
title = { pl = "Podstawa", en = "Base" }
minutes = 1
points = 1
asks = ["rate", "days"]

[[exercises]]
id = "total"
title = { pl = "Suma", en = "Total" }
minutes = 1
points = 2
asks = ["total", "doubled"]
needs = ["base"]
"""
FILES = {
    "course.toml": TOML,
    "imports.py": "import math",
    "base/solution.py": "rate = 4\ndays = [1, 2.5, 3]",
    "base/stub.py": "rate = ...",
    "base/visible.py": "assert rate",
    "base/test_base.py": """
        import pytest

        @pytest.mark.check(points=1, pl="Podstawa", en="Base")
        def test_base(notebook):
            notebook.equal(notebook.rate, 4)
            notebook.equal(notebook.days, [1, 2.5, 3])
        """,
    "total/solution.py": "total = rate * sum(days)\ndef doubled(x): return 2 * x",
    "total/stub.py": "total = ...",
    "total/visible.py": "assert total",
    "total/test_total.py": """
        import pytest

        @pytest.mark.check(points=1, pl="Suma", en="Total")
        def test_total(notebook):
            notebook.equal(notebook.total, 26.0)

        @pytest.mark.check(points=1, pl="Podwojenie", en="Doubled")
        def test_doubled(notebook, rng):
            for x in (3, int(rng.integers(50, 1000))):
                notebook.equal(notebook.doubled(x), 2 * x)
        """,
    "total/mistakes/added.py": '"""pl: Dodane.\nen: Added, not multiplied.\n"""\ntotal = rate + sum(days)\n'
    "def doubled(x): return 2 * x",
    "total/mistakes/endless.py": '"""pl: Bez końca.\nen: It never ends.\n"""\nwhile True: pass',
    "total/mistakes/halved.py": '"""pl: Połowa.\nen: Half of it.\n"""\ntotal = rate * sum(days)\n'
    "def doubled(x): return x / 2",
}
BASE = "rate = 4\ndays = [1, 2.5, 3]"
LIMITS = Limits(cell_timeout_s=2, call_timeout_s=1, total_timeout_s=60)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("kursy") / "znane błędy — żółć"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), "utf-8")
    return loader.load(folder)


@pytest.fixture(scope="module")
def grader(known: Course, warm: ForkServerClient | None) -> Iterator[Grader]:
    with open_grader(known, Config(lang="en", limits=LIMITS, curves=False), warm) as opened:
        yield opened


def graded(grader: Grader, *sources: str) -> Grade:
    cells = tuple(Cell(at, source) for at, source in enumerate(sources))
    return grader.grade_notebook(Notebook("n.ipynb", "n", "", cells))


def named(grade: Grade) -> list[str]:
    return [check.diagnosis.mistake for one in grade.exercises for check in one.checks if check.diagnosis]


TWICE = "def doubled(x): return 2 * x"


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ([BASE, f"total = 4 + 6.5\n{TWICE}"], ["added"]),
        ([BASE, "print('inaczej')", "s = 0\nfor day in days: s += day\ntotal = s + rate", TWICE], ["added"]),
        ([BASE, "total = 26.0\ndef doubled(number): return number * 0.5"], ["halved"]),
        ([BASE, f"total = 10\n{TWICE}"], []),  # another wrong value
        ([BASE, "total = 4 + 6.5\ndef doubled(x): return x"], []),  # and another mistake beside it
        ([BASE, f"total = 26.0\n{TWICE}"], []),
        ([BASE, TWICE], []),  # total is not there
    ],
)
def test_a_known_mistake_is_named_where_all_is_the_same(cells: list[str], names: list[str], grader: Grader) -> None:
    assert named(graded(grader, *cells)) == names


def test_each_mistake_is_tried_once_for_all_notebooks(grader: Grader, known: Course) -> None:
    graded(grader, BASE, f"total = 10.5\n{TWICE}")
    first = dict(known.known_results)
    graded(grader, BASE, f"total = 11.5\n{TWICE}")
    assert {name: id(value) for name, value in known.known_results.items()} == {
        name: id(value) for name, value in first.items()
    }
    assert set(first) == {"total/added", "total/endless", "total/halved"}
