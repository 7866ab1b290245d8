"""What the notebook writes into files of its own and imports counts as what stands in its cells."""

from __future__ import annotations

import pytest

from grader.i18n import render
from tests.conftest import GradeCells, result

RIGHT = "def get_linear_forward(x, w, b):\n    return w * x + b\n"
WRONG = "def get_linear_forward(x, w, b):\n    return w * x - b\n"  # as long as the right one
AGAIN = "import importlib\nimportlib.reload(n)"
LONG = "moduł_z_bardzo_długą_nazwą_" * 5
# The cells of a notebook, and the index of the one that exercise 1a is found in.
NOTEBOOKS = {
    "name": (["%%writefile neuron.py\n" + RIGHT, "from neuron import get_linear_forward"], 2),
    "renamed": (["%%writefile neuron.py\n" + RIGHT, "from neuron import get_linear_forward as glf"], 2),
    "star": (["%%writefile neuron.py\nfrom numpy import *\n" + RIGHT, "from neuron import *"], 2),
    "module": (["%%file neuron.py\n" + RIGHT, "import neuron\nneuron.get_linear_forward(1, 2, 3)"], 2),
    "open": ([f"with open('n.py', 'w') as file:\n    file.write({RIGHT!r})", "x = 1", "import n as m"], 3),
    "Polish": ([f"%%writefile {LONG}.py\n{RIGHT}", f"from {LONG} import get_linear_forward"], 2),
    "package": (["import os\nos.mkdir('sieć')", f"%%writefile sieć/neuron.py\n{RIGHT}", "import sieć.neuron"], 3),
    "class": (["%%writefile n.py\nclass Neuron:\n    " + RIGHT.replace("\n ", "\n     "), "from n import Neuron"], 2),
    "vectorized": (
        ["%%writefile n.py\nimport numpy as np\n@np.vectorize\n" + RIGHT, "from n import get_linear_forward"],
        2,
    ),
    "run": (["%%writefile neuron.py\n" + RIGHT, "%run neuron.py"], 2),
    "written again": (
        ["%%writefile n.py\n" + WRONG, "import n", "%%writefile n.py\n" + RIGHT, AGAIN],
        4,
    ),
    "a right one before": (
        ["%%writefile n.py\n" + RIGHT, "import n", "%%writefile n.py\n" + WRONG, AGAIN],
        2,
    ),
    "helper in the file": (
        ["%%writefile n.py\ndef plus(a, b):\n    return a + b\n" + RIGHT.replace("w * x + b", "plus(w * x, b)"),
         "from n import get_linear_forward", "def plus(a, b):\n    return 0"],
        2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_function_in_a_file_of_the_notebooks_own_counts(name: str, grade_cells: GradeCells) -> None:
    cells, found = NOTEBOOKS[name]
    exercise = result(grade_cells(*cells, only=("1a",)), "1a")
    assert (exercise.points, exercise.cell) == (2, found), exercise


def test_a_whole_notebook_whose_first_function_is_imported_has_all_points(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    others = [source for id, source in solutions.items() if id != "1a"]
    grade = grade_cells("%%writefile neuron.py\n" + RIGHT, "from neuron import get_linear_forward", *others)
    assert (grade.score, grade.bonus) == (18, 4)


def test_functions_of_a_file_by_the_thousand_crowd_out_nothing(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    many = "with open('many.py', 'w') as file:\n    file.writelines(f'def f{i}(): pass\\n' for i in range(12_000))"
    grade = grade_cells(many, "from many import *", *solutions.values())
    assert (grade.score, grade.bonus) == (18, 4)


def test_an_exercise_in_a_file_keeps_its_points_when_an_earlier_one_there_is_wrong(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    whole = "\n".join(["import numpy as np", WRONG, solutions["1b"], solutions["2"]])
    cells = ["%%writefile n.py\n" + whole, "from n import *", "get_linear_forward(1, 2, 3)"]
    grade = grade_cells(*cells, only=("1a", "1b", "2"))
    exercise = result(grade, "2")
    assert result(grade, "1a").points < 2
    assert exercise.points == exercise.max_points - 1, exercise


def test_a_file_that_is_not_there_is_named_with_what_to_do(grade_cells: GradeCells) -> None:
    grade = grade_cells("%run funkcje.ipynb", "%run funkcje.py", only=("1a",))
    notes = [render(note, "en") for note in grade.notes if "%run" in render(note, "en")]
    assert [note.partition(":")[0] for note in notes] == ["Cell 2", "Cell 3"]
    assert all("Copy the functions that you need into a cell." in note for note in notes)
