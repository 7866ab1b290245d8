"""An assignment in one notebook becomes a course in a folder that loads, with everything in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader.course import loader
from grader.course.readers.forms import read_assignment
from grader.course.sources import read_file
from grader.course.unfolding.unfold import Unfolded, unfold
from grader.i18n import render
from grader.judging.suite import Suite
from tests.course.readers.otter_cells import block, code, question, raw, save, text


def unfolded(folder: Path, *cells: Any) -> Unfolded:
    return unfold(read_assignment(save(folder / "źródło" / "lab 3.ipynb", *cells)), "pl")


def written(made: Unfolded, folder: Path) -> Path:
    for name, content in made.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_the_course_loads_with_its_checks_and_their_points(tmp_path: Path) -> None:
    (tmp_path / "źródło").mkdir()
    (tmp_path / "źródło" / "żółwie.csv").write_text("a\n1\n", "utf-8")
    made = unfolded(
        tmp_path,
        raw("# ASSIGNMENT CONFIG\nname: Zajęcia\nfiles: [żółwie.csv]"),
        text("# Kurs"),
        code("import math\n\ndef near(a, b):\n    return math.isclose(a, b)"),
        question(
            "name: os\npoints: 3",
            text("## Pole koła"),
            block("SOLUTION", code("def area(r):\n    return math.pi * r**2 # SOLUTION")),
            block("TESTS", code("near(area(1), 3.141592653589793)", "True"), code("# HIDDEN\narea(0)", "0.0"),
                  code("near(area(2), 4 * area(1))", "True")),
        ),
        code("print(area(3))"),
        question(
            "name: q2",
            text("## Objętość"),
            block("SOLUTION", code("volume = area(2) * 5 # SOLUTION")),
            block("TESTS", code("volume > 60", "True")),
        ),
        question("name: opis\nmanual: true\npoints: 2", text("## Opis"), block("SOLUTION", text("Wzorcowy."))),
    )  # fmt: skip
    assert made.left_out == ()
    course = loader.load(written(made, tmp_path / "kurs"))
    assert [(one.id, one.title.pl, one.max_points, one.asks, one.needs) for one in course.exercises] == [
        ("os-2", "Pole koła", 3, ("area",), ()),
        ("q2", "Objętość", 1, ("volume",), ("os-2",)),
        ("opis", "Opis", 0, (), ()),
    ]
    assert course.exercise("opis").worth == 2
    assert course.data_files is not None
    assert [path.name for path in course.data_files.iterdir()] == ["żółwie.csv"]
    assert "def near" in read_file(course.opening[0])
    assert course.exercise("os-2").stub == "def area(r):\n    ...\n"
    visible = read_file(course.folder / "os-2" / "visible.py")
    assert "assert near(area(1), 3.141592653589793)" not in read_file(course.folder / "q2" / "visible.py")
    assert "near(area(1), 3.141592653589793)" in visible
    assert "print(area(3))" in visible
    assert "area(0)" not in visible
    with Suite(course) as suite:
        assert [check.max_points for check in suite.checks("os-2")] == [1, 1, 1]
        assert [check.title.pl for check in suite.checks("q2")] == ["q2"]


def test_more_tests_of_the_same_answer_belong_to_its_exercise(tmp_path: Path) -> None:
    made = unfolded(
        tmp_path,
        question("name: a", block("SOLUTION", code("x = 1")), block("TESTS", code("x == 1", "True"))),
        question("name: b", text("## Jeszcze raz"), block("TESTS", code("x > 0", "True"))),
    )
    course = loader.load(written(made, tmp_path / "kurs"))
    assert [(one.id, one.max_points) for one in course.exercises] == [("a", 2)]


def test_tests_that_are_no_plain_python_are_left_out_and_said(tmp_path: Path) -> None:
    magic = code("%matplotlib inline\nassert x") | {"metadata": _marks("grade", "b", 2)}
    plain = code("assert x") | {"metadata": _marks("grade", "c", 1)}
    solution = code("### BEGIN SOLUTION\nx = 1\n### END SOLUTION") | {"metadata": _marks("solution", "a")}
    made = unfolded(tmp_path, solution, magic, plain)
    assert [(one.unit, one.points) for one in made.left_out] == [("b", 2)]
    assert [one.max_points for one in loader.load(written(made, tmp_path / "kurs")).exercises] == [1]


def test_an_assignment_without_any_test_makes_no_course(tmp_path: Path) -> None:
    made = unfolded(tmp_path, question("name: a\nmanual: true\npoints: 2", block("SOLUTION", code("plt.plot(x)"))))
    assert made.files == {}
    assert [(one.unit, one.points, render(one.reason, "en")) for one in made.left_out] == [
        ("a", 2, "A person reads this answer and gives its points.")
    ]


def _marks(role: str, id: str, points: float = 0) -> dict[str, Any]:
    own = {"grade": role == "grade", "solution": role == "solution", "locked": role == "grade", "task": False}
    return {"nbgrader": {**own, "grade_id": id, "points": points, "schema_version": 3}}
