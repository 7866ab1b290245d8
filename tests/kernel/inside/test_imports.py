"""An import that fails costs only itself, whatever it is that is not installed here."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from grader.kernel.fork_client import ForkServerClient
from grader.kernel.inside.imports import is_misspelt
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.model import CellStatus
from tests.conftest import QUICK, GradeCells
from tests.kernel.inside.test_agent import Notebook

STAND_IN = {
    "plain": "import no_such as f",
    "submodule": "import no_such.below.deeper as f",
    "without a name": "import no_such.below\nf = no_such.below",
    "name": "from no_such.below import something as f",
    "several names": "from no_such import other, something as f",
    "among others": "import json, no_such as f, math\njson.dumps(math.pi)",
    "in a function": "def made():\n    import no_such\n    return no_such\nf = made()",
    "in a branch below an import": "import json\nif json:\n    import no_such as f\nx = 1",
    "in a branch": "if True:\n    for _ in range(1):\n        import no_such as f",
    "in a handler": "try:\n    1 / 0\nexcept ZeroDivisionError:\n    import no_such as f",
    "a try for something else": "try:\n    import no_such as f\nexcept KeyError:\n    pass",
    "a try that gives up": "try:\n    import no_such as f\nexcept ImportError:\n    print('brak')\n    raise",
    "timed": "%%time\nimport no_such as f",
    "Polish": "import żółw_do_rysowania as f",
    "later in the cell": "x = 1\n\nimport no_such as f; y = 2\n",
}
GUARDED = {
    "import error": "try:\n    import no_such as f\nexcept ImportError:\n    f = 5",
    "module not found": "try:\n    from no_such import f\nexcept (KeyError, ModuleNotFoundError) as error:\n    f = 5",
    "all": "try:\n    import numpy, no_such.below as f\nexcept:\n    f = 5",
    "exception": "f = 4\ntry:\n    if f:\n        import no_such\n        f = 6\nexcept Exception:\n    f += 1",
    "flag": "try:\n    import google.colab\n    f = 6\nexcept ModuleNotFoundError:\n    f = 5",
    "suppressed": "import contextlib\nf = 5\nwith contextlib.suppress(ImportError):\n    import no_such as f",
    "builtins": "import builtins\ntry:\n    import no_such as f\nexcept builtins.ImportError:\n    f = 5",
    "asked before": "import importlib.util\nf = 6 if importlib.util.find_spec('no_such') else 5",
}


@pytest.fixture
def notebook(warm: ForkServerClient | None) -> Iterator[Notebook]:
    kernel = Kernel(QUICK, SandboxSettings(), warm)
    yield Notebook(kernel)
    kernel.close()


def shown(notebook: Notebook, expression: str) -> str:
    result = notebook.run(f"print({expression})")
    assert result.status is CellStatus.OK, result.error
    return result.printed.strip()


@pytest.mark.parametrize("source", STAND_IN.values(), ids=STAND_IN)
def test_whatever_is_not_installed_is_stood_in_for(source: str, notebook: Notebook) -> None:
    result = notebook.run(f"{source}\nprint(f.plot([1]).axes)")
    assert result.status is CellStatus.OK, result.error
    assert "which is not installed here" in result.printed
    assert notebook.kernel.describe().standins in (["no_such"], ["żółw_do_rysowania"])


MISSING_OR_REFUSED = {
    "in a branch": "if True:\n    import no_such\nv = float(no_such.tensor(1.0))",
    "in a function": "def load():\n    import no_such\n    return no_such\nv = float(load().tensor(1.0))",
    "a try for something else": "try:\n    import no_such\nexcept ValueError:\n    pass\nv = float(no_such.value)",
    "a socket": "import socket\nsocket.socket(socket.AF_UNIX).connect('/tmp/x')",
}


@pytest.mark.parametrize("source", MISSING_OR_REFUSED.values(), ids=MISSING_OR_REFUSED)
def test_a_cell_that_begins_with_an_import_goes_on_past_what_is_missing_or_refused(
    source: str, notebook: Notebook
) -> None:
    notebook.run(f"import numpy as np\n{source}\nf = np.ones(5).sum()")
    assert shown(notebook, "int(f)") == "5"


@pytest.mark.parametrize("source", GUARDED.values(), ids=GUARDED)
def test_what_the_participant_wrote_for_a_machine_without_it_runs(source: str, notebook: Notebook) -> None:
    result = notebook.run(source)
    assert result.status is CellStatus.OK, result.error
    assert shown(notebook, "f") == "5"
    assert notebook.kernel.describe().standins == []


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("import numppy as np", "No module named 'numppy'"),
        ("import Pandas as pd", "No module named 'Pandas'"),
        ("import Random", "No module named 'Random'"),
        ("from matpotlib import pyplot as plt", "No module named 'matpotlib'"),
        ("from math import sqrt, squareroot", "cannot import name 'squareroot' from 'math'"),
        ("import json.no_such", "No module named 'json.no_such'"),
        ("from own import missing", "cannot import name 'missing' from 'own'"),
        ("import broken", "division by zero"),
    ],
)
def test_a_mistake_in_an_import_is_said_and_the_rest_of_the_cell_runs(
    statement: str, error: str, notebook: Notebook
) -> None:
    notebook.run("%%writefile own.py\nx = 1")
    notebook.run("%%writefile broken.py\n1 / 0")
    result = notebook.run(f"a = 1\n{statement}\n\ndef f(): return a + 1\nf()")
    assert (result.status, result.line, result.code) == (CellStatus.ERROR, 2, statement)
    assert error in (result.error or "")
    assert result.printed == "2", "the last value of the cell is shown as ever"
    assert shown(notebook, "f()") == "2"
    assert notebook.kernel.describe().standins == []


def test_a_mistake_in_an_import_further_in_ends_its_block(notebook: Notebook) -> None:
    result = notebook.run("if True:\n    import numppy\n    print('further')\nprint('end')")
    assert (result.status, result.line, result.printed) == (CellStatus.ERROR, 2, "")


def test_names_that_can_be_imported_are_though_their_neighbours_cannot(notebook: Notebook) -> None:
    assert notebook.run("from math import squareroot, sqrt\nimport numppy, json").status is CellStatus.ERROR
    assert shown(notebook, "sqrt(4), json.dumps(1)") == "2.0 1"


def test_a_module_that_the_notebook_wrote_is_its_own(notebook: Notebook) -> None:
    notebook.run("%%writefile neuron.py\nimport no_such, another.below\ndef f(x): return 2 * x")
    assert notebook.run("import neuron\nfrom neuron import f").status is CellStatus.OK
    assert shown(notebook, "neuron.f(2), f(3)") == "4 6"
    assert notebook.kernel.describe().standins == ["no_such", "another"]


def test_an_installed_module_that_does_not_work_here_is_stood_in_for(notebook: Notebook) -> None:
    notebook.run("import os, sys\nos.makedirs('lib/rusty')\nopen('lib/rusty/__init__.py', 'w').write('import no_such')")
    assert notebook.run("sys.path.append('lib')\nimport rusty.plots as p\nprint(p)").status is CellStatus.OK
    assert notebook.kernel.describe().standins == ["rusty"]


WITHOUT = {
    "17": "import no_such.pyplot as plt\nfig, axes = plt.subplots(2, 2)\nprint(len(axes))",
    "earlier": "a = 1\nb = float(plot.axes)",
    "in a loop": "for i in range(3):\n    x = plot.axes < i\n",
    "in a function": "def show():\n    return [1, 2][plot.axes]\nshow()",
}


@pytest.mark.parametrize("source", WITHOUT.values(), ids=WITHOUT)
def test_a_statement_that_fails_for_want_of_a_module_costs_only_itself(source: str, notebook: Notebook) -> None:
    notebook.run("import no_such.pyplot as plot")
    result = notebook.run(f"{source}\ndef f(): return 2\nf()")
    assert (result.status, result.printed) == (CellStatus.ERROR, "2")
    assert "stand-in for no_such" in (result.error or "")
    assert shown(notebook, "f()") == "2"


def test_any_other_error_ends_its_cell_on_its_own_line(notebook: Notebook) -> None:
    notebook.run("import no_such.pyplot as plot")
    result = notebook.run("import json\nfor i in range(2):\n    json\n    1 / i\nprint('on')\n2")
    assert (result.status, result.line, result.code, result.printed) == (CellStatus.ERROR, 4, "1 / i", "")
    result = notebook.run("import json\ndef f():\n    return 1 / 0\n\nx = [\n    1,\n    f()]\nprint('on')\n2")
    assert (result.status, result.line, result.inner_code, result.printed) == (CellStatus.ERROR, 7, "return 1 / 0", "")
    result = notebook.run("import json\nassert 1 == 2\n2")
    assert (result.status, result.line, result.printed) == (CellStatus.ERROR, 2, "")


def test_libraries_see_no_stand_ins(notebook: Notebook) -> None:
    notebook.run("import os, sys\nos.makedirs('lib')\nsys.path.append('lib')")
    notebook.run("with open('lib/careful.py', 'w') as f: f.write('try: import no_such\\nexcept ImportError: x = 5')")
    notebook.run("import careful")
    assert shown(notebook, "careful.x") == "5"


def test_many_missing_modules_with_long_names_are_no_trouble(notebook: Notebook) -> None:
    for start in range(0, 150, 50):
        lines = [f"import module_{number}_{'x' * 300}" for number in range(start, start + 50)]
        assert notebook.run("\n".join(lines)).status is CellStatus.OK
    assert len(notebook.kernel.describe().standins) == 100


def test_a_long_chain_of_branches_is_no_trouble(notebook: Notebook) -> None:
    chain = "if x == -1:\n    pass\n" + "".join(f"elif x == {number}:\n    import no_such\n" for number in range(60))
    assert notebook.run(f"x = 59\n{chain}").status is CellStatus.OK
    assert notebook.run("import no_such_either").status is CellStatus.OK


@pytest.mark.parametrize(
    "name", ["numppy", "nunpy", "numy", "Numpy", "pnadas", "maths", "Math", "mathplotlib", "rnadom"]
)
def test_a_slip_in_a_well_known_name_is_seen(name: str) -> None:
    assert is_misspelt(name)


@pytest.mark.parametrize(
    "name", ["polars", "cupy", "numpyro", "orjson", "plotly", "mpmath", "jax", "a", "utils", "regex"]
)
def test_another_module_is_no_slip(name: str) -> None:
    assert not is_misspelt(name)


@pytest.mark.parametrize(
    "first", ["import polars as pl", "from polars import DataFrame", "import fastprogress.fastprogress as fp, json"]
)
def test_a_right_notebook_keeps_its_points(first: str, grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    """The fault it had: `import numpy` below, in the same cell, vanished with the import that failed."""
    grade = grade_cells("del np", f"{first}\nimport numpy as np", *solutions.values())
    assert (grade.score, grade.bonus) == (18, 4), json.dumps([str(cell.error) for cell in grade.cells])
