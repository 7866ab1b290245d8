"""No verdict depends on the installed versions of Python, numpy and the other packages.

usage: python -m tests.bench.versions --old PYTHON --new PYTHON [--seeds 2] [--count 40] [--every N] [--keep DIR]

The grader is installed twice: under the old Python with the oldest version of each package that pyproject.toml allows,
and under the new one with the newest. Each proves the course, and grades the same notebooks: ordinary ones, wrong
exercises of the corpus, notebooks with a disease, and what numpy's versions disagree on. Then this grader runs the
notebooks in both (`--python`). All must give the same points, checks and ends of cells as this grader by itself.
What came otherwise is printed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from grader.course import loader
from grader.course.sources import without_docstring
from tests.bench.notebooks import write_class
from tests.conftest import ROOT
from tests.kernel.inside.test_numpy_versions import NAMES, NUMBERS, REFUSED, RIGHT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Verdicts = Mapping[str, Mapping[str, Any]]
"""What each notebook earned and how its cells ended, by its name."""
LIMITS = "--cell-timeout 4 --call-timeout 2 --total-timeout 60 --exit-zero --lang en".split()


# ---- environments


def install(folder: Path, python: str, oldest: bool) -> Path:
    """An environment with this grader and the oldest or the newest packages that it allows. Returns its Python."""
    executable = folder / "bin" / "python"
    if not executable.exists():
        shutil.rmtree(folder, ignore_errors=True)
        run([python, "-m", "venv", str(folder)])
        run([str(executable), "-m", "pip", "install", "--quiet", "--upgrade", "pip"])
    wanted = [*(floors() if oldest else []), str(ROOT)]
    upgrade = [] if oldest else ["--upgrade"]
    run([str(executable), "-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps", str(ROOT)])
    run([str(executable), "-m", "pip", "install", "--quiet", *upgrade, *wanted])
    return executable


def floors() -> list[str]:
    """The oldest version of each dependency."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [re.sub(r">=([\w.]+)", r"==\1", one) for one in project["dependencies"]]


def run(command: Sequence[str], codes: Sequence[int] = (0,)) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", start_new_session=True)
    if done.returncode not in codes:
        raise SystemExit(
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        )
    return done.stdout


# ---- notebooks


def write_notebooks(folder: Path, count: int) -> None:
    folder.mkdir()
    write_class(folder, count)
    solutions = {one.id: (one.folder / "solution.py").read_text("utf-8") for one in course().exercises}
    for path in sorted((ROOT / "tests" / "corpus").glob("*/*.py")):
        id, text = path.parent.name, path.read_text("utf-8")
        own = dict(solutions)
        own[id] = text
        write(folder / f"corpus-{id}-{path.stem}.ipynb", split(own.values()))
    for path in sorted((ROOT / "reference").glob("*/right/*.py")):
        own = dict(solutions)
        own[path.parents[1].name] = without_docstring(path.read_text("utf-8"))
        write(folder / f"right-{path.parents[1].name}-{path.stem}.ipynb", split(own.values()))
    for path in (ROOT / "tests" / "notebooks").glob("*.ipynb"):
        shutil.copy(path, folder / f"file-{path.name}")
    write(folder / "numpy-names.ipynb", [*solutions.values(), *asserts(NAMES)])
    write(
        folder / "numpy-numbers.ipynb",
        [*solutions.values(), "import math as m\nfrom math import exp", *asserts(NUMBERS)],
    )
    write(folder / "numpy-refused.ipynb", [*solutions.values(), *REFUSED])
    for name, (_, body) in RIGHT.items():
        code = f"def compute_mse_loss(y_hat, y):\n    y_hat, y = np.array(y_hat), np.array(y)\n    {body}"
        write(folder / f"numpy-{name}.ipynb", [*{**solutions, "1b": code}.values()])


def course() -> Any:
    return loader.load(ROOT / "reference")


def split(sources: Iterator[str] | Sequence[str] | Any) -> list[str]:
    return [cell for source in sources for cell in source.split("# %%\n")]


def asserts(cases: Mapping[str, str]) -> list[str]:
    return [
        f"import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as out:\n    print({expression})\n"
        f"assert out.getvalue().strip() == {expected!r}, out.getvalue()"
        for expression, expected in cases.items()
    ]


def write(path: Path, cells: Sequence[str]) -> None:
    opening = ["import math\nimport numpy as np", (ROOT / "reference" / "data.py").read_text("utf-8")]
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in [*opening, *cells]]), path)


# ---- verdicts


def verdicts(grader: Path, folder: Path, *options: str) -> Verdicts:
    with tempfile.TemporaryDirectory() as out:
        file = Path(out, "out.json")
        run([str(grader), "-m", "grader", str(folder), "--report", f"json={file}", *LIMITS, *options])
        report = json.loads(file.read_text("utf-8"))
    print(f"  {report['kernel']}: {len(report['submissions'])} notebooks", flush=True)
    return {Path(one["path"]).name: essence(one) for one in report["submissions"]}


def essence(graded: Mapping[str, Any]) -> dict[str, Any]:
    """What must not depend on versions. Words may: Python's own messages do."""
    checks = {
        f"{exercise['id']} {check['id']}": (check["status"], check["points"], check["bonus"])
        for exercise in graded["exercises"]
        for check in exercise["checks"]
    }
    exercises = {one["id"]: (one["status"], one["points"], one["bonus"]) for one in graded["exercises"]}
    cells = {f"cell {cell['index']}": cell["status"] for cell in graded["cells"]}
    return {"status": graded["status"], **exercises, **checks, **cells}


def differences(expected: Verdicts, found: Verdicts) -> Iterator[str]:
    for name in sorted(expected.keys() | found.keys()):
        one, other = expected.get(name, {}), found.get(name, {})
        for key in [key for key in {**one, **other} if one.get(key) != other.get(key)]:
            yield f"    {name}: {key} is {other.get(key)}, not {one.get(key)}"


def proven(grader: Path, seeds: int, out: Path) -> str:
    """The page of the proof, or what is not proved."""
    said = run(
        [str(grader), "-c", "from grader.cli.course import main; main()", "check", "--seeds", str(seeds), "--lang", "en",
         "--out", str(out)],
        codes=(0, 1),
    )  # fmt: skip
    return out.read_text("utf-8") if out.exists() else said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", required=True, help="the oldest Python that is supported")
    parser.add_argument("--new", required=True, help="the newest")
    parser.add_argument("--seeds", type=int, default=2, help="of the proof; 0 for none")
    parser.add_argument("--count", type=int, default=40, help="ordinary notebooks")
    parser.add_argument("--every", type=int, default=1, help="take only every Nth of the notebooks")
    parser.add_argument("--keep", type=Path, help="folder for the environments, to be used again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="versions-") as folder:
        sys.exit(compare(options, Path(folder)))


def compare(options: argparse.Namespace, tmp: Path) -> bool:
    """Returns whether anything differs."""
    folder = options.keep or tmp / "environments"
    pythons = {
        "old": install(folder / "old", options.old, oldest=True),
        "new": install(folder / "new", options.new, oldest=False),
    }
    write_notebooks(tmp / "notebooks", options.count)
    for number, path in enumerate(sorted((tmp / "notebooks").glob("[!n]*.ipynb"))):  # all of numpy-*.ipynb stay
        if number % options.every:
            path.unlink()
    own = Path(sys.executable)
    return compare_verdicts(own, pythons, tmp / "notebooks") | compare_proofs(own, pythons, options.seeds, tmp)


def compare_verdicts(own: Path, pythons: Mapping[str, Path], folder: Path) -> bool:
    wrong = False
    expected = verdicts(own, folder)
    for name, python in pythons.items():
        for title, grader, more in ((f"--python {name}", own, ["--python", str(python)]), (name, python, [])):
            found = [*differences(expected, verdicts(grader, folder, *more))]
            print("\n".join([f"{title}: {len(found)} differences", *found]), flush=True)
            wrong |= bool(found)
    return wrong


def compare_proofs(own: Path, pythons: Mapping[str, Path], seeds: int, tmp: Path) -> bool:
    if not seeds:
        return False
    wrong = False
    page = proven(own, seeds, tmp / "own.md")
    for name, python in pythons.items():
        same = proven(python, seeds, tmp / f"{name}.md") == page
        print(f"{name}: the proof of the course is {'the same' if same else 'another'}", flush=True)
        wrong |= not same
    return wrong


if __name__ == "__main__":
    main()
