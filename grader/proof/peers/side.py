"""What runs in the peer's own environment: nbgrader or otter grades notebooks. It imports nothing of ours.

`python side.py nbgrader|otter FOLDER NAME TIMEOUT_S` reads names of notebooks, one a line, and answers each with a line
of JSON: what became of each test, by its unit. FOLDER holds `source/NAME.ipynb` with its data, `handed-in/`, and in
`with-it/` the files that are handed in with each notebook.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Verdicts = dict[str, list[bool]]


def main() -> None:
    kind, folder, name, timeout_s = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the peer prints is no answer
    os.chdir(folder)
    grade = {"nbgrader": nbgrader, "otter": otter}[kind]
    judge = grade(name, int(timeout_s))
    for line in sys.stdin:
        answers.write(json.dumps(_answer(judge, line.strip())) + "\n")
        answers.flush()


def _answer(judge: Callable[[str], Verdicts], notebook: str) -> dict[str, object]:
    try:
        return {"notebook": notebook, "units": judge(notebook)}
    except Exception as error:  # whatever it does with the notebook, it gave no verdict
        return {"notebook": notebook, "error": f"{type(error).__name__}: {error}"[:500]}


def nbgrader(name: str, timeout_s: int) -> Callable[[str], Verdicts]:
    """A test holds where its cell was run without an error."""
    import nbformat
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(Path.cwd() / "course")
    config.CourseDirectory.db_url = "sqlite:///" + str(Path.cwd() / "gradebook.db")
    config.ExecutePreprocessor.timeout = timeout_s
    config.Execute.timeout = timeout_s
    source = Path("course/source/ps")
    source.parent.mkdir(parents=True)
    Path("source").rename(source)
    _upgrade(source / f"{name}.ipynb")
    api = NbGraderAPI(config=config)
    _require(api.generate_assignment("ps", force=True, create=True))

    def judge(notebook: str) -> Verdicts:
        person = Path(notebook).stem
        handed_in = Path("course/submitted", person, "ps")
        shutil.copytree(source, handed_in, ignore=shutil.ignore_patterns("*.ipynb"))
        Path("handed-in", notebook).rename(handed_in / f"{name}.ipynb")
        _upgrade(handed_in / f"{name}.ipynb")
        _require(api.autograde("ps", person, force=True, create=True))
        cells = nbformat.read(Path("course/autograded", person, "ps", f"{name}.ipynb"), 4).cells
        return {cell.metadata.nbgrader.grade_id: [_ran(cell)] for cell in cells if _is_test(cell)}

    return judge


def _upgrade(path: Path) -> None:
    """What `nbgrader update` does to notebooks with metadata of an older schema."""
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator

    nbformat.write(MetadataValidator().upgrade_notebook_metadata(nbformat.read(path, 4)), path)


def _require(done: dict[str, Any]) -> None:
    if not done["success"]:
        raise RuntimeError(str(done.get("log") or done.get("error"))[-400:])


def _is_test(cell: Any) -> bool:
    marks = cell.metadata.get("nbgrader") or {}
    return bool(cell.cell_type == "code" and marks.get("grade") and not marks.get("solution"))


def _ran(cell: Any) -> bool:
    return not any(output.output_type == "error" for output in cell.outputs)


def otter(name: str, _timeout_s: int) -> Callable[[str], Verdicts]:
    """Each test case has a verdict of its own. Otter has no time limit here: whoever started this process has."""
    from otter.api import grade_submission
    from otter.assign import main as assign

    assign(f"source/{name}.ipynb", "made", no_pdfs=True, no_run_tests=True)
    [archive] = Path("made/autograder").glob("*.zip")
    marks = json.loads(Path(f"made/student/{name}.ipynb").read_text("utf-8"))["metadata"].get("otter")

    def judge(notebook: str) -> Verdicts:
        graded = Path(f"{name}.ipynb")
        handed_in = json.loads(Path("handed-in", notebook).read_text("utf-8"))
        handed_in["metadata"] |= {"otter": marks} if marks else {}  # by which otter knows its own notebooks
        graded.write_text(json.dumps(handed_in), "utf-8")
        with zipfile.ZipFile("handed-in.zip", "w") as together:
            together.write(graded)
            for file in filter(Path.is_file, Path("with-it").rglob("*")):
                together.write(file, file.relative_to("with-it"))
        results = grade_submission("handed-in.zip", str(archive), quiet=True)
        found = {unit: results.get_result(unit) for unit in results.test_files}
        return {unit: [case.passed for case in file.test_case_results] for unit, file in found.items()}

    return judge


if __name__ == "__main__":
    main()
