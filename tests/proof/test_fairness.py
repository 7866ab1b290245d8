"""The proof of the course that comes with the grader: a right solution never fails, a wrong one never passes.

`make prove` tries the same under 20 seeds. It all goes through kernels, walls and judge, as participants' notebooks do.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.course import Course
from grader.i18n import render
from grader.model import CheckStatus
from grader.proof.cases import Kind
from grader.proof.findings import Evidence, names_of, survives
from grader.proof.page import page
from grader.proof.prove import Proof, prove
from grader.proof.trials import Trial
from tests.conftest import ROOT

pytestmark = [pytest.mark.xdist_group("course-proof"), pytest.mark.timeout(300)]
SEEDS = 2
RIGHT = sorted((ROOT / "reference").glob("*/right/*.py"))
MISTAKES = sorted((ROOT / "reference").glob("*/mistakes/*.py"))
WRONG = sorted((ROOT / "reference").glob("*/wrong/*.py"))


@pytest.fixture(scope="module")
def proof(course: Course) -> Proof:
    return prove(course, SEEDS, jobs=2)


def evidence(proof: Proof, exercise: str) -> Evidence:
    return next(item for item in proof.exercises if item.exercise.id == exercise)


def trial(proof: Proof, path: Path, kind: Kind) -> Trial:
    return next(
        trial for trial in evidence(proof, path.parent.parent.name).of(kind) if trial.candidate.name == path.stem
    )


def name(path: Path) -> str:
    return f"{path.parent.parent.name}-{path.stem}"


@pytest.mark.parametrize("path", RIGHT, ids=name)
def test_a_right_solution_earns_all_points_whatever_its_style(path: Path, proof: Proof) -> None:
    verdicts = trial(proof, path, Kind.RIGHT).verdicts
    assert len(verdicts) == SEEDS
    assert all(verdict.passed for verdict in verdicts), verdicts


@pytest.mark.parametrize("path", WRONG, ids=name)
def test_a_wrong_answer_is_called_and_earns_nothing(path: Path, proof: Proof) -> None:
    tried = trial(proof, path, Kind.WRONG)
    assert len(tried.verdicts) == SEEDS
    checks = evidence(proof, path.parent.parent.name).checks
    for each in tried.verdicts:
        for check, status in zip(checks, each.statuses, strict=True):
            assert status is not CheckStatus.PASSED
            assert status is not CheckStatus.NOT_RUN or not check.max_points, (
                "nothing is said of a bonus before the points"
            )


@pytest.mark.parametrize("path", MISTAKES, ids=name)
def test_a_known_mistake_never_passes_and_is_named(path: Path, proof: Proof) -> None:
    tried = trial(proof, path, Kind.MISTAKE)
    assert not survives(tried)
    twin = evidence(proof, path.parent.parent.name).exemptions.twin_of(path.stem)
    assert names_of(tried) == {twin or path.stem}


def test_nothing_of_the_course_is_left_unproved(proof: Proof) -> None:
    flaws = [[flaw.exercise, *(render(text, "en") for text in (flaw.text, *flaw.details))] for flaw in proof.flaws]
    assert flaws == []


def test_nearly_every_known_mistake_is_named_exactly(proof: Proof) -> None:
    exactly = sum(item.named_exactly for item in proof.exercises)
    assert len(MISTAKES) == sum(len(item.of(Kind.MISTAKE)) for item in proof.exercises)
    assert exactly >= 0.95 * len(MISTAKES)


def test_every_exercise_has_eight_right_styles_and_is_mutated(proof: Proof) -> None:
    for item in proof.exercises:
        assert len(item.of(Kind.RIGHT)) >= 8
        assert len(item.mutants) >= 10


def test_the_kill_matrix_in_the_docs_is_what_the_proof_says(proof: Proof) -> None:
    written = (ROOT / "docs" / "kill-matrix.md").read_text("utf-8")
    assert page(proof) == written, "run `make prove`"


def test_the_numbers_in_readme_are_those_of_the_proof(proof: Proof) -> None:
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    right = sum(len(item.of(Kind.REFERENCE, Kind.RIGHT)) for item in proof.exercises)
    exactly, mutants = (
        sum(item.named_exactly for item in proof.exercises),
        sum(len(item.mutants) for item in proof.exercises),
    )
    assert f"{right} right solutions pass, {len(WRONG)} wrong answers earn nothing, " in readme
    assert f"{len(MISTAKES)} known mistakes are refused ({exactly} named exactly" in readme
    assert f"and so are {mutants} mutants" in readme
