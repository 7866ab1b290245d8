"""Two graders on the same notebooks: what they judge otherwise is listed, and what one can't judge."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.course.loader import load
from grader.course.readers.forms import read_assignment
from grader.errors import UsageError
from grader.i18n import msg, render
from grader.proof.peers import peer as peers
from grader.proof.peers.compare import Difference, Own, _compared, compare
from grader.proof.peers.peer import Peer, peer_for
from grader.proof.peers.variants import Variant, notebook_of, variants
from tests.course.readers import otter_cells
from tests.source_notebooks import graded, solution, write

FAKE = Path(__file__).parent / "fake"


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An environment that has a stand-in for nbgrader."""
    path = tmp_path / "środowisko" / "bin" / "python"
    path.parent.mkdir(parents=True)
    path.write_text(f'#!/bin/sh\nPYTHONPATH="{FAKE}" exec "{sys.executable}" "$@"\n')
    path.chmod(0o755)
    return path


def source(folder: Path, answer: str, *tests: tuple[str, str]) -> Path:
    cells = [graded(id, code) for id, code in tests]
    return write(
        folder / "źródła" / "zad 1.ipynb", solution("x", f"### BEGIN SOLUTION\n{answer}\n### END SOLUTION"), *cells
    )


def test_a_unit_that_the_other_judges_otherwise_is_listed(tmp_path: Path, python: Path) -> None:
    path = source(tmp_path, "x = 5", ("same", "assert x == 5"), ("lenient", "assert x == 5"))
    course = load(path)
    assert course.assignment is not None
    done: list[int] = []
    found = compare(course, peer_for(course.assignment, python), 2, 2, lambda step, of: done.append(step))
    assert found.units == ("same", "lenient")
    assert found.alike == ("same",)
    assert found.notebooks == sum(done) == 4
    assert {(one.unit, one.ours, one.peers) for one in found.differences} == {("lenient", False, True)}
    assert found.silent == {}


def test_the_folder_of_an_environment_stands_for_its_python(tmp_path: Path, python: Path) -> None:
    assignment = read_assignment(source(tmp_path, "x = 5", ("a", "assert x")))
    assert peer_for(assignment, python.parent.parent) == Peer("nbgrader", str(python))
    with pytest.raises(UsageError, match=r"has no nbgrader\. Name one that has it"):
        peer_for(assignment, tmp_path / "nowhere")


def verdicts(assignment_at: Path, python: Path, *sources: str) -> Sequence[object]:
    assignment = read_assignment(assignment_at)
    asked = [Variant(f"v{at}", code, {0: code}) for at, code in enumerate(sources)]
    return [found for _, found in peer_for(assignment, python).judge(assignment, asked)]


def test_a_notebook_that_the_other_refuses_or_never_ends_costs_only_itself(
    tmp_path: Path, python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "NOTEBOOK_LIMIT_S", 8.0)
    path = source(tmp_path, "x = 5", ("a", "assert x == 5"))
    assert verdicts(path, python, "x = 5", "refused = x = 5", "sleep = 1", "x = 6") == [
        {"a": [True]},
        "RuntimeError: it refuses this",
        "it took too long",
        {"a": [False]},
    ]


def test_what_only_one_of_them_judges_is_no_difference() -> None:
    class Assignment:
        units = ()

    asked = [Variant("a", "solution", {}), Variant("b", "stub", {})]
    ours = {"a": Own({"q1": [True, False]}, {}), "b": "this grader broke on it"}
    theirs = {"a": {"q1": [True, True], "q2": [True]}, "b": {"q1": [False, False]}}
    found = _compared("otter", Assignment(), asked, ours, theirs)  # type: ignore[arg-type]
    assert found.differences == (Difference("q1", 2, "solution", False, True),)
    assert found.silent == {"stub": "this grader broke on it"}
    assert found.notebooks == 1


def test_variants_are_the_solution_the_stub_and_mutants_from_all_over_it(tmp_path: Path) -> None:
    path = source(tmp_path, "x = [1, 2, 3]\ny = x[0] + 4", ("a", "assert x"))
    assignment = read_assignment(path)
    every, some = list(variants(assignment)), list(variants(assignment, 3))
    assert [one.name for one in some] == ["solution", "stub", "mutant-1-1", "mutant-1-2", "mutant-1-3"]
    assert len(every) > len(some)
    assert "y = " in some[-1].about
    assert "raise NotImplementedError()" in notebook_of(every[1], assignment, checks=False)


def test_otter_gets_its_own_cells(tmp_path: Path) -> None:
    tests = otter_cells.block("TESTS", otter_cells.code("x == 1", "True"))
    cells = otter_cells.question("name: q1", otter_cells.block("SOLUTION", otter_cells.code("x = 1 # SOLUTION")), tests)
    assignment = read_assignment(otter_cells.save(tmp_path / "a.ipynb", cells))
    text = notebook_of(next(variants(assignment)), assignment, checks=True)
    assert 'grader.check(\\"q1\\")' in text
    assert "assert" not in text


def test_otter_finds_shared_settings_and_what_participants_hand_in_beside_the_notebook(
    tmp_path: Path, python: Path
) -> None:
    (tmp_path / "wspólne.yml").write_text("student_files: pomocnicy.py\n", "utf-8")
    settings = otter_cells.raw("# ASSIGNMENT CONFIG\nconfig_file: ../../wspólne.yml")
    tests = otter_cells.block("TESTS", otter_cells.code("x == 1", "True"))
    answer = otter_cells.block("SOLUTION", otter_cells.code("from pomocnicy import jeden\nx = jeden # SOLUTION"))
    path = tmp_path / "ćwiczenia" / "lab 1" / "lab 1.ipynb"
    assignment = read_assignment(otter_cells.save(path, [settings], otter_cells.question("name: q1", answer, tests)))
    path.with_name("pomocnicy.py").write_text("jeden = 1\n", "utf-8")
    found = peer_for(assignment, python).judge(assignment, list(variants(assignment, 0)))
    assert {one.name: verdicts for one, verdicts in found} == {"solution": {"q1": [True]}, "stub": {"q1": [False]}}


def test_a_unit_whose_test_cannot_judge_here_is_no_difference_but_is_named_with_the_reason(
    tmp_path: Path, python: Path
) -> None:
    path = source(tmp_path, "x = 5", ("lenient", "import nie_ma_takiego\nassert x == 5"), ("b", "assert x == 5"))
    course = load(path)
    assert course.assignment is not None
    found = compare(course, peer_for(course.assignment, python), 2, 0)
    assert (found.differences, found.alike) == ((), ("b",))
    assert "No module named 'nie_ma_takiego'" in render(found.by_hand["lenient"], "en")


def test_units_that_a_person_grades_here_are_named_with_the_reason() -> None:
    class Unit:
        id, by_hand = "q1", msg("A person reads this answer and gives its points.")

    class Assignment:
        units = (Unit,)

    found = _compared("otter", Assignment(), [Variant("a", "s", {})], {"a": Own({}, {})}, {"a": {"q1": [True]}})  # type: ignore[arg-type]
    assert found.by_hand == {"q1": Unit.by_hand}
    assert found.alike == ()
