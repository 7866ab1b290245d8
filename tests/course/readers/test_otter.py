"""Sources of otter assignments are read as `otter assign` reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.course.assignment import Assignment, Role, Seed
from grader.course.readers import otter
from grader.course.readers.forms import read_assignment
from grader.errors import CourseError
from grader.i18n import render

from .otter_cells import block, code, notebook, question, raw, save, text

CONFIG = raw("# ASSIGNMENT CONFIG\nname: zajęcia 3")
WORTH_TWO = code('""" # BEGIN TEST CONFIG\npoints: 2\n""" # END TEST CONFIG\nx == 2', "True")


def read(folder: Path, *cells: Any, language: str = "python") -> Assignment:
    return otter.read(notebook(folder / "lab03.ipynb", CONFIG, *cells, language=language))


def asked(*tests: Any, settings: str = "name: q1") -> list[dict[str, Any]]:
    return question(settings, text("## Liczba"), block("SOLUTION", code("x = 2 # SOLUTION")), block("TESTS", *tests))


def test_a_question_is_a_unit_with_a_test_case_for_each_test(tmp_path: Path) -> None:
    found = read(tmp_path, text("# Zajęcia"), code("import math"), asked(code("x == 2", "True"), code("x", "2")))
    [unit] = found.units
    assert (found.name, found.title, found.points) == ("zajęcia 3", "Zajęcia", 1)
    assert (unit.id, unit.title, unit.points, unit.answer) == ("q1", "Liczba", 1, 3)
    assert [(test.title, test.points, found.cells[test.cell].role) for test in unit.tests] == [
        ("q1 - 1", 0.5, Role.TESTS),
        ("q1 - 2", 0.5, Role.TESTS),
    ]
    assert [cell.role for cell in found.cells[:4]] == [Role.TEXT, Role.GIVEN, Role.TEXT, Role.SOLUTION]


@pytest.mark.parametrize(
    ("settings", "own", "points"),
    [
        ("", (None, None), (0.5, 0.5)),
        ("points: 3", (None, None), (1.5, 1.5)),
        ("points: [2, 5]", (None, None), (2, 5)),
        ("points:\n  each: 4", (None, None), (4, 4)),
        ("points: 10", (4, None), (4, 6)),
        ("", (4, None), (4, 0)),
        ("", (0, None), (0, 1)),
        ("", (2, 2), (2, 2)),
    ],
)
def test_points_are_shared_out_by_otters_rules(tmp_path: Path, settings: str, own: Any, points: Any) -> None:
    tests = [code(f'""" # BEGIN TEST CONFIG\npoints: {one}\n""" # END TEST CONFIG\nx == 2', "True") for one in own]
    tests = [code("x == 2", "True") if one is None else test for one, test in zip(own, tests, strict=True)]
    [unit] = read(tmp_path, asked(*tests, settings=f"name: q1\n{settings}")).units
    assert tuple(test.points for test in unit.tests) == points
    assert unit.points == sum(points)


def test_settings_of_a_test_say_what_the_participant_reads_and_what_is_hidden(tmp_path: Path) -> None:
    config = '""" # BEGIN TEST CONFIG\nhidden: true\nsuccess_message: Brawo!\nfailure_message: Policz jeszcze raz.\n'
    tests = [
        code("x > 0", "True"),
        code(f'{config}""" # END TEST CONFIG\nx == 2', "True"),
        code("# HIDDEN\nx < 9", "True"),
    ]
    found = read(tmp_path, asked(*tests, settings="name: q1\nall_or_nothing: true"))
    [unit] = found.units
    assert unit.all_or_nothing
    assert [(test.on_pass, test.on_fail) for test in unit.tests][1] == ("Brawo!", "Policz jeszcze raz.")
    cells = [found.cells[test.cell] for test in unit.tests]
    assert [bool(cell.hidden_lines) for cell in cells] == [False, True, True]
    assert [cell.stub for cell in cells] == ["assert x > 0", None, None]


@pytest.mark.parametrize(
    ("source", "stub", "own"),
    [
        ("x = 2 # SOLUTION", "x = ...", "x = 2"),
        ("a, b['k'], c.d = f(1) #SOLUTION", "a, b['k'], c.d = ...", "a, b['k'], c.d = f(1)"),
        ("if x == 2: y() # SOLUTION", "...", "if x == 2: y()"),
        ("def f(x):\n    return x # SOLUTION", "def f(x):\n    ...", "def f(x):\n    return x"),
        ("f(1) # SOLUTION NO PROMPT\ng()", "g()", "f(1)\ng()"),
        ("np.random.seed(1) # SEED\ng()", "g()", "np.random.seed(1)\ng()"),
        ("if a:\n    # BEGIN SOLUTION\n    b()\n    # END SOLUTION", "if a:\n    ...", "if a:\n    b()"),
        ("# BEGIN SOLUTION NO PROMPT\na = 1\n# END SOLUTION\nb = 2", "b = 2", "a = 1\nb = 2"),
        ('f() # SOLUTION NO PROMPT\n""" # BEGIN PROMPT\nf(...)\n""" # END PROMPT', "f(...)", "f()"),
        ("a = 1 # IGNORE\n# BEGIN IGNORE\nb = 1\n# END IGNORE\nc = 1 # SOLUTION", "c = ...", "c = 1"),
    ],
)  # fmt: skip
def test_participants_get_a_solution_without_what_is_marked(tmp_path: Path, source: str, stub: str, own: str) -> None:
    cells = question("name: q1", block("SOLUTION", code(source)), block("TESTS", code("1 == 1", "True")))
    cell = read(tmp_path, cells).cells[0]
    assert (cell.role, cell.stub, cell.source) == (Role.SOLUTION, stub, own)


def test_answers_that_a_person_reads_are_units_without_tests(tmp_path: Path) -> None:
    essay = question("name: q2\nmanual: true\npoints: 1.5", text("## Opis"), block("SOLUTION", text("Wzorcowa.")))
    prompted = question(
        "name: q3\nmanual: true", block("PROMPT", text("_Pisz tutaj._")), block("SOLUTION", text("Wzorcowa."))
    )
    found = read(tmp_path, essay, prompted)
    assert [(unit.id, unit.points, unit.tests, unit.by_hand is not None) for unit in found.units] == [
        ("q2", 1.5, (), True),
        ("q3", 0, (), True),
    ]
    assert [cell.stub for cell in found.cells] == ["## Opis", otter.ANSWER, "_Pisz tutaj._", None]
    assert [unit.answer for unit in found.units] == [1, 2]


def test_questions_that_a_person_grades_may_share_a_name(tmp_path: Path) -> None:
    essay = question("name: q2\nmanual: true\npoints: 1", block("SOLUTION", text("Wzorcowa.")))
    assert [unit.id for unit in read(tmp_path, essay, essay, essay).units] == ["q2", "q2-2", "q2-3"]


def test_an_unprompted_text_in_a_solution_stays_if_it_is_tagged(tmp_path: Path) -> None:
    cells = question(
        "name: q1",
        block("SOLUTION", code("x = 1"), text("Zostaje.", "otter_include"), text("Znika.")),
        block("TESTS", code("x == 1", "True")),
    )
    assert [cell.stub for cell in read(tmp_path, cells).cells[1:3]] == ["Zostaje.", None]


def test_fenced_blocks_stand_for_raw_cells(tmp_path: Path) -> None:
    cells = [
        text("Tekst\n```otter\n# BEGIN QUESTION\nname: q1\n```\n## Nagłówek"),
        text("```otter\n# BEGIN TESTS\n```"),
        code("x == 2", "True"),
        text("```otter\n# END TESTS\n```\n\n```otter\n# END QUESTION\n```"),
    ]
    found = otter.read(notebook(tmp_path / "a.ipynb", text("```otter\n# ASSIGNMENT CONFIG\nname: hw\n```"), *cells))
    assert [(unit.id, unit.title) for unit in found.units] == [("q1", "Nagłówek")]
    assert [cell.source for cell in found.cells[:2]] == ["Tekst", "## Nagłówek"]


def test_ignored_cells_are_in_no_version(tmp_path: Path) -> None:
    found = read(tmp_path, code("# IGNORE\nsekret = 1"), text("## Ignore ##\nsekret"), asked(code("x == 2", "True")))
    assert not any("sekret" in cell.source for cell in found.cells)


def test_only_the_files_that_are_named_go_to_participants(tmp_path: Path) -> None:
    for name in ("dane/żółw.csv", "plan.txt", "rozwiązania.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("", "utf-8")
    path = save(
        tmp_path / "hw.ipynb", raw("# ASSIGNMENT CONFIG\nfiles:\n  - dane\n  - plan.txt"), asked(code("x == 2", "True"))
    )
    assert set(read_assignment(path).files) == {Path("dane/żółw.csv"), Path("plan.txt")}


def test_settings_may_stand_in_a_file_that_several_notebooks_share(tmp_path: Path) -> None:
    (tmp_path / "wspólne.yml").write_text("name: hw\ntests:\n  ok_format: false\n", "utf-8")
    tests = code("def test_it(env, x):\n    assert x == 2")
    path = save(tmp_path / "a.ipynb", raw("# ASSIGNMENT CONFIG\nconfig_file: wspólne.yml"), asked(tests))
    found = read_assignment(path)
    assert found.cells[found.units[0].tests[0].cell].source.endswith("test_it(env=globals(), x=x)\n")


def test_a_test_saved_without_its_output_leaves_the_question_to_a_person(tmp_path: Path) -> None:
    [unit] = read(tmp_path, asked(code("x == 2"), code("x > 0", "True"))).units
    assert (unit.points, unit.tests) == (1, ())
    assert unit.by_hand is not None
    assert "saved without what the test shows" in render(unit.by_hand, "en")


def test_another_language_leaves_every_question_to_a_person(tmp_path: Path) -> None:
    [unit] = read(tmp_path, asked(code("x <- 2\nx")), language="R").units
    assert unit.by_hand is not None
    assert "written in r" in render(unit.by_hand, "en")


@pytest.mark.parametrize(
    ("settings", "seed"),
    [
        ("", None),
        ("generate: true", None),
        ("generate:\n  seed: 42", Seed(42)),
        ("generate:\n  seed: 42\n  seed_variable: s", Seed(42, "s")),
        ("seed:\n  variable: ziarno\n  autograder_value: 7\n  student_value: 1", Seed(7, "ziarno")),
    ],
)
def test_the_seed_is_that_of_grading(tmp_path: Path, settings: str, seed: Seed | None) -> None:
    path = save(tmp_path / "a.ipynb", raw(f"# ASSIGNMENT CONFIG\n{settings}"), asked(code("x == 2", "True")))
    assert read_assignment(path).seed == seed


def test_a_seed_that_is_no_whole_number_is_refused(tmp_path: Path) -> None:
    config = raw("# ASSIGNMENT CONFIG\ngenerate:\n  seed: dużo")
    with pytest.raises(CourseError, match="the seed must be a whole number, and it is 'dużo'"):
        read_assignment(save(tmp_path / "a.ipynb", config, asked(code("x == 2", "True"))))


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([raw("# BEGIN QUESTION\nname: q1")], "end: before it there should be a raw cell '# END QUESTION'"),
        ([raw("# END TESTS")], "cell 2: before it there should be a raw cell '# BEGIN TESTS'"),
        ([raw("# BEGIN TESTS")], "cell 2: before it there should be a raw cell '# BEGIN QUESTION'"),
        ([raw("# BEGIN QUESTION\nname: a"), raw("# BEGIN SOLUTION"), raw("# END QUESTION")], "'# END SOLUTION'"),
        ([raw("# BEGIN QUESTION\npoints: 1")], "the question has no name. Add a line such as `name: q1`"),
        ([raw("# BEGIN QUESTION\nname: [q1")], "cell 2: its settings can't be read"),
        ([raw("# BEGIN QUESTION\nq1")], "its settings must be lines such as `name: q1`"),
        (asked(text("Tekst")), "among tests there may be code cells only"),
        (asked(code("x ==", "True")), "cell 8: the test is no Python: invalid syntax (line 1)"),
        (asked(code('""" # BEGIN TEST CONFIG\npoints: 1\nx == 2', "True")), "has no # END TEST CONFIG"),
        (asked(code("x == 2", "True"), settings="name: q1\npoints: wiele"), "points must be a number"),
        (asked(code("x == 2", "True"), settings="name: q1\npoints: [1, 2]"), "names points for 2 tests and has 1"),
        (asked(WORTH_TWO, settings="name: q1\npoints: 1"), "more points together than the question"),
        ([*asked(code("x == 2", "True")), *asked(code("x == 2", "True"))], "there are two questions 'q1'"),
        (question("name: q1", block("SOLUTION", code("# BEGIN SOLUTION\nx = 1"))), "without '# END SOLUTION'"),
        (question("name: q1", block("SOLUTION", code("x = 1\n# END SOLUTION"))), "without '# BEGIN SOLUTION'"),
    ],
)  # fmt: skip
def test_what_the_author_did_wrong_is_said_with_its_cell(tmp_path: Path, cells: Any, says: str) -> None:
    with pytest.raises(CourseError) as raised:
        read(tmp_path, *cells)
    assert says in str(raised.value)
    assert "lab03.ipynb" in str(raised.value)


def test_other_lines_in_a_function_based_test_are_refused(tmp_path: Path) -> None:
    config = raw("# ASSIGNMENT CONFIG\ntests:\n  ok_format: false")
    path = save(tmp_path / "a.ipynb", config, asked(code("import math\ndef test():\n    pass\ntest()")))
    with pytest.raises(CourseError, match="a test is one function, and perhaps a call of it"):
        read_assignment(path)
