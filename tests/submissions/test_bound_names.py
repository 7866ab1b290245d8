"""Which names the cells of a notebook bind, also of cells that do not parse."""

from __future__ import annotations

import pytest

from grader.model import Cell
from grader.submissions import bound_names
from grader.submissions.bound_names import defines, read_bound_names


def cells(*sources: str) -> list[Cell]:
    return [Cell(2 * index, source) for index, source in enumerate(sources)]


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        ("x = 1", ["x"]),
        ("x, y = 1, 2\nz: float = 3", ["x", "y", "z"]),
        ("def licz_błąd(y):\n    return y", ["licz_błąd"]),
        ("async def f(): ...\nclass Sieć:\n    def forward(self): ...", ["f", "Sieć", "forward"]),
        ("import numpy as np\nimport os.path, sys\nfrom math import sqrt as root, pi", ["np", "os", "root", "pi"]),
        ("def f(:\n  broken (\nx = 1", ["f", "x"]),
        ("x == 1\nf(x=2)\n# y = 1", []),
        ("", []),
    ],
)
def test_the_names_of_a_cell_are_found_in_its_text(source: str, bound: list[str]) -> None:
    assert [*read_bound_names(cells(source)).bound] == bound


def test_a_name_belongs_to_the_first_cell_that_binds_it() -> None:
    names = read_bound_names(cells("x = 1", "x = 2\ny = 1", "def y(): ..."))
    assert names.bound == {"x": 0, "y": 2}


def test_imported_and_inner_names_are_known_as_such() -> None:
    names = read_bound_names(cells("import numpy as np\nfrom math import pi\nx = 1", "def f():\n    loss, w = 1, 2"))
    assert names.imported == {"np", "pi"}
    assert names.inner == {"loss", "w"}


def test_of_very_many_names_only_the_first_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound_names, "MAX_NAMES", 3)
    assert [*read_bound_names(cells("\n".join(f"x{number} = 1" for number in range(9)))).bound] == ["x0", "x1", "x2"]


def test_a_cell_defines_a_function_and_not_merely_calls_it() -> None:
    assert defines(Cell(0, "x = 1\nasync def f (y): pass"), "f")
    assert defines(Cell(0, "    def f(y): pass"), "f")
    assert not defines(Cell(0, "f(1)\ndef ff(): pass\nclass f: pass"), "f")
