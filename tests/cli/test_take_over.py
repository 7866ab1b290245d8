"""Source notebooks on the command line: built for participants, unfolded, started."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.cli.course import grade_course
from grader.course import loader
from grader.course.readers.forms import read_assignment
from tests.course.readers.otter_cells import block, code, question, raw, save, text

GRADEBOOK = Path(__file__).parents[1] / "submissions" / "gradebook.sql"
CONFIG = raw("# ASSIGNMENT CONFIG\nname: zajęcia")
TESTED = question(
    "name: q1", text("## Liczba"), block("SOLUTION", code("x = 7 # SOLUTION")), block("TESTS", code("x == 7", "True"))
)
ESSAY = question("name: q2\nmanual: true\npoints: 2", block("SOLUTION", code("tajne() # SOLUTION"), text("Tajne.")))


def run(*arguments: object, lang: str = "C.UTF-8") -> Result:
    return CliRunner().invoke(grade_course, list(map(str, arguments)), env={"LC_ALL": lang}, standalone_mode=False)


def test_a_source_is_unfolded_into_a_course_that_loads(tmp_path: Path) -> None:
    source, out = save(tmp_path / "źródła" / "lab.ipynb", CONFIG, TESTED, ESSAY), tmp_path / "kurs"
    done = run("import", source, "-o", out, "--lang", "en")
    assert done.exit_code == 0
    assert f"{source}: q2, worth 2, is not taken over. A person reads this answer" in done.output
    assert f"grade-course check --course {out}" in done.stdout
    assert [exercise.id for exercise in loader.load(out).exercises] == ["q1"]


def test_each_of_several_sources_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    for name in ("lab1", "lab2", "esej"):
        save(tmp_path / "źródła" / f"{name}.ipynb", CONFIG, ESSAY if name == "esej" else TESTED)
    out = tmp_path / "kursy"
    assert run("import", tmp_path / "źródła", "-o", out).exit_code == 0
    assert sorted(folder.name for folder in out.iterdir()) == ["lab1", "lab2"]
    again = run("import", tmp_path / "źródła", "-o", out)
    assert "already exists and is not empty" in str(again.exception)


@pytest.mark.parametrize(
    ("cells", "says"),
    [([ESSAY], "no test in it can be taken over"), ([[text("Notatki")]], "no source notebook in it")],
)
def test_a_folder_of_which_nothing_can_be_made_is_refused(
    cells: list[list[dict[str, object]]], says: str, tmp_path: Path
) -> None:
    save(tmp_path / "źródła" / "a.ipynb", *cells)
    done = run("import", tmp_path / "źródła", "-o", tmp_path / "kurs")
    assert says in str(done.exception)
    assert not (tmp_path / "kurs").exists()


def test_the_participants_version_of_a_source_is_built(tmp_path: Path) -> None:
    source = save(tmp_path / "źródła" / "lab.ipynb", CONFIG, TESTED, ESSAY)
    done = run("build", "--course", source, "--out", tmp_path / "dla uczestników")
    assert done.stdout.splitlines() == [str(tmp_path / "dla uczestników" / "lab.ipynb")]
    built = (tmp_path / "dla uczestników" / "lab.ipynb").read_text("utf-8")
    assert "Tajne" not in built
    assert "x = ..." in built
    over = run("build", "--course", source, "--out", source.parent)
    assert "holds the source itself" in str(over.exception)
    assert "Tajne" in source.read_text("utf-8")


@pytest.mark.parametrize("lang", ["pl", "en"])
def test_a_new_notebook_is_an_assignment_whose_solution_stays_with_the_author(lang: str, tmp_path: Path) -> None:
    done = run("new", "--notebook", tmp_path / "nowe", "--lang", lang)
    path = tmp_path / "nowe" / "assignment.ipynb"
    assert done.stdout.count(str(path)) == 4
    [unit] = read_assignment(path).units
    assert (unit.points, len(unit.tests), unit.by_hand) == (2, 1, None)
    run("build", "--course", path, "--out", tmp_path / "out")
    cells = json.loads((tmp_path / "out" / "assignment.ipynb").read_text("utf-8"))["cells"]
    assert not any("return max" in line or "-7" in line for cell in cells for line in cell["source"])


def test_points_that_a_person_gave_in_nbgrader_become_manual_csv(tmp_path: Path) -> None:
    gradebook, out = tmp_path / "gradebook.db", tmp_path / "wyniki" / "manual.csv"
    with closing(sqlite3.connect(gradebook)) as database:
        database.executescript(GRADEBOOK.read_text("utf-8"))
        database.execute("UPDATE grade SET manual_score = 1 WHERE auto_score = 2")
        database.commit()
    done = run("manual-scores", gradebook, "-a", "ps1", "-o", out)
    assert done.exit_code == 0
    assert [line.split(",")[:3] for line in out.read_text("utf-8").splitlines()[1:]] == [
        ["Ola Żółć", "esej", "1.5"],
        ["Ola Żółć", "rysunek", "2"],
    ]
    assert "Ola Żółć, test-x" in done.output
    assert "is there already" in str(run("manual-scores", gradebook, "-a", "ps1", "-o", out).exception)


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """A course of two assignments, whose notebooks have one name."""
    for name in ("zestaw 1", "zestaw 2"):
        save(tmp_path / "kurs" / "source" / name / "zadanie.ipynb", CONFIG, TESTED)
    return tmp_path / "kurs"


def test_each_assignment_of_a_course_is_built_and_unfolded(several: Path, tmp_path: Path) -> None:
    out = tmp_path / "dla uczestników"
    assert run("build", "--course", several, "--out", out).exit_code == 0
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*.ipynb")) == [
        "zestaw 1/zadanie.ipynb",
        "zestaw 2/zadanie.ipynb",
    ]
    assert run("import", several, "-o", tmp_path / "kursy").exit_code == 0
    unfolded = sorted(path.name for path in (tmp_path / "kursy").iterdir())
    assert unfolded == ["zestaw 1-zadanie", "zestaw 2-zadanie"]


def test_each_assignment_of_a_course_is_proved(several: Path) -> None:
    done = run("check", "--course", several, "--lang", "en")
    assert done.exit_code == 0
    assert [line for line in done.stdout.splitlines() if "zestaw" in line] == [
        str(several / "source" / "zestaw 1"),
        str(several / "source" / "zestaw 2"),
    ]
    assert done.stdout.count("Proved under") == 2
    assert "holds several assignments" in str(run("check", "--course", several, "-e", "q1").exception)
