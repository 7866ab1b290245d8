"""A class with every disease and every attack among it, graded in one run: `python -m tests.bench.sick_class`.

Of 400 notebooks one is each disease of tests/notebooks, one each attack of tests/attacks, the rest the class of the
benchmark. Run inside the attacks' cage. Says how many have the status that they should have, and names the others.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from grader import course as courses
from grader.authoring import without_docstring
from tests.attacks.table import ATTACKS
from tests.attacks.test_attacks import cells, notebook, places, run_in_cage
from tests.bench.notebooks import write_class
from tests.conftest import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SICK = ROOT / "tests" / "notebooks"
READ_AS_GRADED = {"graded", "no_exercises"}  # a file that can be read may hold no exercise


def write(folder: Path, tmp: Path, count: int) -> dict[str, dict[str, Any]]:
    """What is expected of each participant: `status`, and `wrong` or `passed` exercises where these are known."""
    expected: dict[str, dict[str, Any]] = {}
    for name, disease in tomllib.loads((SICK / "expected.toml").read_text("utf-8")).items():
        shutil.copy(SICK / name, folder / f"disease-{name}")
        status = READ_AS_GRADED if disease["status"] == "graded" else {disease["status"]}
        expected[f"disease-{Path(name).stem}"] = {"status": status}
    for name, disease in tomllib.loads((SICK / "running" / "expected.toml").read_text("utf-8")).items():
        shutil.copy(SICK / "running" / name, folder / f"running-{name}")
        expected[f"running-{Path(name).stem}"] = {"status": {"graded", "no_exercises"}, "passed": disease["passed"]}
    course = courses.load(courses.built_in())
    solutions = {
        exercise.id: without_docstring((exercise.folder / "solution.py").read_text("utf-8"))
        for exercise in course.exercises
    }
    for attack in ATTACKS:
        text = notebook(cells(attack, places(tmp, "root"), solutions))
        (folder / f"attack-{attack.name}.ipynb").write_text(text, "utf-8")
        expected[f"attack-{attack.name}"] = {"status": {"graded"}, "attack": attack.kind}
    for name, wrong in write_class(folder, count - len(expected)).items():
        expected[name] = {"status": {"graded"}, "wrong": wrong}
    return expected


def complaint(graded: dict[str, Any], expected: dict[str, Any]) -> str | None:
    """What is not as it should be, or nothing."""
    passed = {item["id"] for item in graded["exercises"] if item["status"] in ("passed", "superseded")}
    all_ids = {item["id"] for item in graded["exercises"]}
    if graded["status"] not in expected["status"]:
        return f"status {graded['status']}"
    if "wrong" in expected and passed != all_ids - expected["wrong"]:
        return f"passed {sorted(passed)}, wrong are {sorted(expected['wrong'])}"
    if "passed" in expected and passed != set(expected["passed"]):
        return f"passed {sorted(passed)}, not {expected['passed']}"
    if expected.get("attack") == "forgery" and "1a" in passed:
        return "a forgery passed"
    return "an attack escaped" if "ESCAPED" in json.dumps(graded) else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=400)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as made:
        tmp = Path(made) / "cage"
        for name in ("tmp", "home", "submissions"):
            (tmp / name).mkdir(parents=True)
        expected = write(tmp / "submissions", tmp, count)
        limits = ["--cell-timeout", "3", "--call-timeout", "2", "--total-timeout", "60", "--memory", "1024", "-j", "2"]
        out = tmp / "out.json"
        started = time.monotonic()
        ended = run_in_cage(tmp, [str(tmp / "submissions"), "--lang", "en", "--report", f"json={out}", *limits], "root")
        elapsed_s = time.monotonic() - started
        submissions = {item["participant"]: item for item in json.loads(out.read_text("utf-8"))["submissions"]}
    lost = [f"{name}: not graded" for name in expected if name not in submissions]
    found = [(name, complaint(submissions[name], expected[name])) for name in expected if name in submissions]
    bad = [*lost, *(f"{name}: {text}" for name, text in found if text)]
    print(f"{len(submissions)} graded in {elapsed_s:.0f} s, exit code {ended['code']}; {len(bad)} not as expected")
    print(*bad, sep="\n")
    return 1 if bad or ended["code"] not in (0, 1) or ended["processes"] or ended["files"] else 0


if __name__ == "__main__":
    sys.exit(main())
