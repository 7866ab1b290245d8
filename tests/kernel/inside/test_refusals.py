"""What the walls refuse costs the statement that asked for it, and nothing that stands below it in the cell."""

from __future__ import annotations

import sys

import pytest

from grader.i18n import render
from grader.kernel.inside.refusals import Refusals
from grader.model import CellStatus
from tests.conftest import GradeCells, result

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
RIGHT = "def get_linear_forward(x, w, b):\n    return w * x + b"
PROGRAMS = "sandbox forbids starting other programs and processes"
MEMORY = "sandbox forbids memory that processes share"
OTHER = "sandbox does not allow what `"
# What the cells above do, the beginning of the cell, and what is said of it.
REFUSED = {
    "Pool": ([], "from multiprocessing import Pool\nwith Pool(2) as p:\n    print(p.map(abs, range(4)))", PROGRAMS),
    "Pool, by another name": (["import multiprocessing as mp"], "pula = mp.Pool(2)", PROGRAMS),
    "Manager": ([], "import multiprocessing\nm = multiprocessing.Manager()", PROGRAMS),
    "Process": (
        ["from multiprocessing import Process, Queue"],
        "q: object = Queue()\np = Process(target=print)\np.start()\np.join()",
        PROGRAMS,
    ),
    "Process, as Python 3.14 starts it": (
        ["import multiprocessing\nmultiprocessing.set_start_method('forkserver')"],
        "p = multiprocessing.Process(target=print)\np.start()\np.join()",
        PROGRAMS,
    ),
    "executor": (
        ["from concurrent.futures import ProcessPoolExecutor"],
        "with ProcessPoolExecutor(2) as wątki:\n    wyniki = list(wątki.map(abs, range(3)))",
        PROGRAMS,
    ),
    "subprocess": ([], "import subprocess\nsubprocess.run(['nvidia-smi'])", PROGRAMS),
    "subprocess, checked": (["import subprocess"], "print(subprocess.check_output('ls', shell=True))", PROGRAMS),
    "popen": ([], "import os\nfor linia in os.popen('ls'):\n    print(linia)", PROGRAMS),
    "in a helper": (
        ["import subprocess\ndef sprawdź_kartę_graficzną():\n    return subprocess.run(['nvidia-smi'])"],
        "sprawdź_kartę_graficzną()",
        PROGRAMS,
    ),
    "in a try for something else": (
        ["import subprocess"],
        "try:\n    subprocess.run(['ls'])\nexcept KeyError:\n    pass",
        PROGRAMS,
    ),
    "mmap": ([], "import mmap\npamięć = mmap.mmap(-1, 4096)", MEMORY),
    "shared memory": (
        [],
        "from multiprocessing.shared_memory import SharedMemory\ns = SharedMemory(create=True, size=64)",
        MEMORY,
    ),
    "owner": ([], "import os\nopen('plik.txt', 'w').close()\nos.chown('plik.txt', 0, 0)", OTHER),
}


@pytest.mark.parametrize("what", REFUSED)
def test_right_code_below_it_counts_and_the_report_says_the_wall_did_it(what: str, grade_cells: GradeCells) -> None:
    above, cell, says = REFUSED[what]
    grade = grade_cells(*above, f"{cell}\n{RIGHT}", only=("1a",))
    assert (grade.score, grade.cells[-1].status) == (2, CellStatus.ERROR), grade.cells[-1]
    notes = [render(note, "en") for note in grade.cells[-1].notes]
    assert [note for note in notes if says in note], (notes, grade.cells[-1].error)


def test_it_counts_too_where_the_cells_run_again_in_a_new_kernel(grade_cells: GradeCells) -> None:
    cell = REFUSED["Pool"][1]
    grade = grade_cells(f"{cell}\n{RIGHT}", "import os\nos._exit(0)", only=("1a",))
    assert grade.score == 2


MISTAKES = {
    "a mistake of its own": "import subprocess\n1 / 0",
    "a file that is not there": "import os\nopen('dane.csv')",
    "a process that was never started": "import multiprocessing\nmultiprocessing.Process(target=print).join()",
    "said by the notebook": "import os\nraise RuntimeError('Operation not permitted')",
    "stopped on purpose": "import multiprocessing\nraise SystemExit",
    "the end of a file": "import os\nraise EOFError",
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_ends_the_cell_as_in_jupyter(what: str, grade_cells: GradeCells) -> None:
    grade = grade_cells(f"{MISTAKES[what]}\n{RIGHT}", only=("1a",))
    assert (grade.score, grade.cells[-1].status) == (0, CellStatus.ERROR)
    assert "sandbox" not in " ".join(render(note, "en") for note in grade.cells[-1].notes)


def test_without_walls_nothing_is_said_to_be_forbidden(grade_cells: GradeCells) -> None:
    refused = "raise PermissionError(1, 'Operation not permitted')"
    cell = f"import os\ndef otwórz():\n    {refused}\notwórz()\n{RIGHT}"
    call = f"def compute_mse_loss(y_hat, y):\n    {refused}"
    for sandbox, forbids in (("off", False), ("auto", True)):
        grade = grade_cells(cell, call, sandbox=sandbox, only=("1a", "1b"))
        assert grade.score == (2 if forbids else 0)
        notes = " ".join(render(note, "en") for note in grade.cells[1].notes)
        assert ("sandbox" in notes) is forbids
        named = [check.diagnosis for check in result(grade, "1b").checks if check.diagnosis]
        assert bool(named) is forbids


@pytest.mark.parametrize("walls", [[], ["rlimits"], ["pid", "net", "ipc"]])
def test_where_no_wall_refuses_anything_nothing_is_a_refusal(walls: list[str]) -> None:
    assert not Refusals(walls).caused(PermissionError(1, "Operation not permitted"))
    assert Refusals([*walls, "landlock abi 4"]).caused(PermissionError(1, "Operation not permitted"))
