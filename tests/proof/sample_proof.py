"""A small proof, of a course that nothing has run."""

from __future__ import annotations

from pathlib import Path

from grader.i18n import Titles
from grader.judging.stand_in import Check
from grader.model import CheckStatus
from grader.proof.cases import Candidate, Kind
from grader.proof.exemptions import Equivalent, Exemptions, Twin
from grader.proof.findings import Evidence
from grader.proof.mutants import Mutant
from grader.proof.prove import Proof
from grader.proof.trials import Trial, Verdict
from tests.proof.sick_course import write_course

CHECKS = (Check("test_small", Titles("Małe", "Small"), 1, 0), Check("test_large", Titles("Duże", "Large"), 1, 0))


PASSED, FAILED = CheckStatus.PASSED, CheckStatus.FAILED


def trial(kind: Kind, name: str, *statuses: CheckStatus, named: str | None = None, after: str = "") -> Trial:
    mutant = Mutant("operator", "", "return 2 * x", after) if kind is Kind.MUTANT else None
    candidate = Candidate(kind, "1", name, "", mutant)
    return Trial(candidate, (Verdict(0, statuses, named, ("The value is not the expected one.",)),))


def small_proof(folder: Path) -> Proof:
    """A right solution, an idle function, a wrong answer, two known mistakes and three mutants, of which one passes."""
    course = write_course(folder, {"1": {}})
    trials = (
        trial(Kind.REFERENCE, "solution", PASSED, PASSED),
        trial(Kind.IDLE, "None", FAILED, FAILED),
        trial(Kind.WRONG, "printed", FAILED, FAILED),
        trial(Kind.MISTAKE, "half", FAILED, FAILED, named="half"),
        trial(Kind.MISTAKE, "twin", PASSED, FAILED, named="half"),
        trial(Kind.MUTANT, "operator", FAILED, FAILED, after="return 2 / x"),
        trial(Kind.MUTANT, "operator", PASSED, PASSED, after="return 2 ** x"),
        trial(Kind.MUTANT, "operator", PASSED, PASSED, after="return x * 2"),
    )
    exemptions = Exemptions(
        [Equivalent("return 2 * x", ["return x * 2"], "It commutes.")], [Twin("twin", "half", "The same answers.")]
    )
    return Proof(course, 3, (Evidence(course.exercises[0], CHECKS, trials, exemptions),))
