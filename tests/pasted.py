"""Pastes every call that the reports of wrong notebooks show into those notebooks, where the report says.

python -m tests.pasted [word ...]    # all notebooks, or those whose name holds one of the words; 1 where one is off
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from grader.api import grade_all, load_course
from grader.config import Config, Limits
from grader.course.course import Course
from grader.course.sources import read_file
from grader.i18n import Message, render
from grader.model import Grade
from tests import wrong_notebooks

_LOSS = "def compute_mse_loss(y_hat, y):\n    return np.mean(np.power(y_hat - y, 2))"
_FORWARD = "def get_linear_forward(x, w, b):\n    return "
ODD: Mapping[str, Sequence[str]] = {
    "wrong-from-the-sixth-on": ["import numpy as np", f"{_FORWARD}np.append(w * x[:5] + b, 0 * x[5:])"],
    "wrong-where-a-number-is-large": ["import numpy as np", f"{_FORWARD}np.where(x > 9, 0, w * x + b)"],
    "written-twice": [
        "import numpy as np",
        f"{_FORWARD}w * x + b",
        _LOSS,
        "def train(x, y, init_w, init_b):\n    return compute_mse_loss(init_w * x - init_b, y)",
        "def train(x, y, init_w, init_b, alpha, epochs):\n    return init_w + alpha, init_b",
    ],
    "name-taken": [
        "import numpy as np",
        "def compute_mse_loss(y_hat, y):\n    return np.sum(np.abs(y_hat - y))",
        "compute_mse_loss = compute_mse_loss(np.array([1, 2]), np.array([2, 4]))",
    ],
    "helper-rebound": [
        "import numpy as np",
        "def square(x):\n    return x * x * 1.5",
        "def compute_mse_loss(y_hat, y):\n    return np.mean(square(y_hat - y))",
        "def square(x):\n    return x",
    ],
    "method": [
        "import numpy",
        "class Neuron:\n    def get_linear_forward(self, x, w, b):\n        return w * x - b + 1",
        "class Loss:\n    @staticmethod\n    def compute_mse_loss(y_hat, y):\n        return numpy.sum(y_hat - y)",
    ],
    "object": ["import numpy as num", "class N:\n    def normalize(self, x):\n        return x * 3\n\nn = N()"],
    "star": [
        "from numpy import *",
        f"{_FORWARD}w * x - b",
        "def compute_mse_loss(y_hat, y):\n    return sum(y_hat - y)",
    ],
    "no-numpy": ["x = 1", f"{_FORWARD}w * x - 3"],
    "remembers": [
        "import numpy as np",
        "seen = []\n" + _FORWARD.replace("return ", "seen.append(b)\n    return sum(seen) + w * x"),
    ],
    "one-list-for-all-calls": [
        "import numpy as np",
        "def compute_mse_loss(y_hat, y, all=[]):\n    all.append(np.mean((y_hat - y) ** 2))\n    return all[0]",
    ],
    "changes-its-input": ["import numpy as np", "def normalize(x):\n    x -= x.mean()\n    return x"],
    "own-order": ["import numpy as np", "def update_params(*, b_gradient, w_gradient, alpha, b, w):\n    return w, b"],
    "raises": ["import numpy as np", f"{_FORWARD}w * x[3] + b", "def normalize(x):\n    return x.scale()"],
}
HERE = Path(__file__).parent
LIMITS = Limits(cell_timeout_s=2.0, call_timeout_s=0.5, total_timeout_s=60.0)
WITHIN_S = 300


@dataclass(frozen=True, slots=True)
class Shown:
    """A call that a report shows.

    Attributes:
        notebook, exercise: where it was found.
        call: what there is to paste.
        actual: what the report says that it gives.
        paste: what the report says about pasting it, in English.
        cell: the cell that this mentions, from 0.
    """

    notebook: str
    exercise: str
    call: str
    actual: str
    paste: str = ""
    cell: int = -1


def notebooks(course: Course, words: Sequence[str] = ()) -> dict[str, list[str]]:
    """The cells of each wrong notebook whose name holds one of the words; without words of all."""
    found = {f"odd/{name}": [*cells] for name, cells in ODD.items()}
    found |= {f"wrong/{name}": wrong_notebooks.cells(course, name) for name in wrong_notebooks.WRONG}
    for exercise in course.exercises:
        for path in sorted(exercise.folder.glob("mistakes/*.py")):
            found[f"mistakes/{exercise.id}/{path.stem}"] = _with(course, exercise.id, [_code(path)])
    for path in sorted(HERE.glob("corpus/*/*.py")):
        found[f"corpus/{path.parent.name}/{path.stem}"] = _with(course, path.parent.name, _code(path).split("# %%\n"))
    for path in (HERE / "samples").glob("*.ipynb"):
        cells = nbformat.read(path, 4).cells
        found[f"samples/{path.stem}"] = [cell.source for cell in cells if cell.cell_type == "code"]
    return {name: cells for name, cells in found.items() if not words or any(word in name for word in words)}


def _with(course: Course, id: str, cells: Sequence[str]) -> list[str]:
    """A right notebook, up to this exercise, and then these cells."""
    before = course.exercises[: [one.id for one in course.exercises].index(id)]
    solved = [read_file(one.folder / "solution.py") for one in before]
    return [*map(read_file, course.opening), *solved, *cells]


def _code(path: Path) -> str:
    """A file without its docstring; not every one is valid Python."""
    source = read_file(path)
    return source[source.index('"""', 3) + 3 :] if source.startswith('"""') else source


def shown_calls(books: Mapping[str, Sequence[str]], course: Course, jobs: int = 2) -> list[Shown]:
    """All calls that the reports of these notebooks show."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [_write(Path(folder, f"{place}.ipynb"), cells) for place, cells in enumerate(books.values())]
        grades = grade_all(paths, course, Config(lang="en", limits=LIMITS), jobs)
    return [call for name, grade in zip(books, grades, strict=True) for call in _calls(name, grade)]


def _write(path: Path, cells: Iterable[str]) -> Path:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    nbformat.write(book, path)
    return path


def _calls(name: str, grade: Grade) -> Iterator[Shown]:
    for exercise in grade.exercises:
        for check in exercise.checks:
            if check.input is not None and check.actual is not None:
                paste, cell = "" if check.paste is None else render(check.paste, "en"), -1
                if isinstance(check.paste, Message) and "cell" in check.paste.values:
                    cell = check.paste.values["cell"].index  # type: ignore[union-attr]
                yield Shown(name, exercise.id, check.input, check.actual, paste, cell)


# ---- pasted


def off(calls: Sequence[Shown], books: Mapping[str, Sequence[str]]) -> list[str]:
    """Those calls that do not give what the report says, each with what it gives."""
    asked = [
        [books[one.notebook], [[one.call, one.paste, one.cell, one.actual] for one in calls if one.notebook == name]]
        for name in dict.fromkeys(one.notebook for one in calls)
        for one in [next(one for one in calls if one.notebook == name)]
    ]
    run = subprocess.run(
        [sys.executable, "-m", "tests.pasted", "--paste"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=True,
        cwd=HERE.parent,
        start_new_session=True,
    )
    ordered = [one for name in dict.fromkeys(one.notebook for one in calls) for one in calls if one.notebook == name]
    given = json.loads(run.stdout.splitlines()[-1])
    return [
        f"{one.notebook} {one.exercise}: {one.call} [{one.paste}]\n    said {one.actual}\n    gave {texts}"
        for one, texts in zip(ordered, given, strict=True)
        if (one.actual in texts) == one.paste.startswith("Called again")
    ]


def main(words: Sequence[str]) -> int:
    course = load_course()
    books = notebooks(course, words)
    calls = shown_calls(books, course)
    wrong = off(calls, books)
    sys.stdout.write("".join(f"{one}\n" for one in wrong))
    sys.stdout.write(f"{len(books)} notebooks, {len(calls)} calls, {len(wrong)} do not give what the report says\n")
    return 1 if wrong or not calls else 0


# ---- in a process of its own: runs the notebooks and pastes


def paste_all() -> None:
    """Read notebooks and calls, write what each call gives, in every way in which a report may write it."""
    given = []
    for cells, calls in json.load(sys.stdin):
        for call, paste, cell, _ in calls:
            names = _run(cells if not paste.startswith("Paste") or "Restart" not in paste else cells[: cell + 1])
            if "run cell" in paste:
                _run([cells[cell]], names)
            given.append(_paste(call, _run(["import numpy as np"], names) if "import numpy" in paste else names))
    sys.stdout.write("\n" + json.dumps(given) + "\n")


def _run(cells: Iterable[str], names: dict[str, object] | None = None) -> dict[str, object]:
    names = {"__name__": "__main__"} if names is None else names
    for source in cells:
        _guarded(source, "exec", names)
    return names


def _paste(call: str, names: dict[str, object]) -> list[str]:
    import numpy as np

    from grader.judging.describe import cut

    value, printed, error = _guarded(call, "eval", names)
    if error is not None:
        return [cut(f"{type(error).__name__}: {error}")]
    if isinstance(value, float | int | str | list | tuple | dict | np.generic | np.ndarray) or value is None:
        return [*_texts(value), " ".join(printed.split())[:200]]
    return [f"<{type(value).__name__}>"]


def _texts(value: object) -> list[str]:
    import numpy as np

    from grader.judging.describe import show

    shown = [show(value, digits) for digits in (6, 9, 12, 17)]
    if isinstance(value, np.generic | np.ndarray) and value.ndim == 0:
        shown += [show(value.item(), digits) for digits in (6, 9, 12, 17)]
    return shown


def _guarded(source: str, mode: str, names: dict[str, object]) -> tuple[object, str, BaseException | None]:
    """What code gives, what it prints and what it raises; two seconds at most."""
    import contextlib
    import io

    printed = io.StringIO()
    signal.setitimer(signal.ITIMER_REAL, 2.0)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            return eval(compile(source, "<cell>", mode), names), printed.getvalue(), None
    except BaseException as error:
        return None, printed.getvalue(), error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _too_long(*_: object) -> None:
    raise TimeoutError


if __name__ == "__main__":
    if "--paste" in sys.argv:
        signal.signal(signal.SIGALRM, _too_long)
        paste_all()
    else:
        sys.exit(main(sys.argv[1:]))
