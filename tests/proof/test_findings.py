"""What `grade-course check` finds in a course: one sick exercise for each disease."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.loader import load
from grader.i18n import msg, render
from grader.model import CheckStatus
from grader.proof.cases import WORTHLESS, Candidate, Kind
from grader.proof.exemptions import Exemptions
from grader.proof.findings import Evidence
from grader.proof.prove import Proof, prove
from grader.proof.trials import Trial, Verdict
from tests.proof.sick_course import double, hidden_test, write_course

pytestmark = pytest.mark.xdist_group("proof")
SEEDS = 3
IDLE = ["None", "0", "1", "(0, 0)", 'float("nan")', 'float("inf")', "x"]


# Exercise to the files that make it sick, and what is told of it, whole.
DISEASES: dict[str, tuple[dict[str, str], list[list[str]]]] = {
    "healthy": (
        {
            "mistakes/half.py": double("x / 2"),
            "right/sum.py": double("x + x"),
            "wrong/plus.py": double("x + 3"),
        },
        [],
    ),
    "reference-wrong": (
        {
            "solution.py": "def double(x):\n    raise ValueError('no')\n",
            "test_it.py": hidden_test(body="call.returns(7)"),
        },
        [
            [
                "The reference solution is refused under seed 0:",
                "The call ended with an error in cell 2, line 2: raise ValueError('no')",
                "double(np.array([1]))",
                "ValueError: no",
            ],
            ["The visible asserts do not hold for the reference solution:", "ValueError: no"],
        ],
    ),
    "asserts-wrong": (
        {"visible.py": "assert double(1) == 3, 'three'\n"},
        [["The visible asserts do not hold for the reference solution:", "AssertionError: three"]],
    ),
    "right-refused": (
        {
            "right/column.py": double("(2 * x).reshape(-1, 1)"),
            "right/float.py": double("[2 * float(v) + 1e-3 for v in x]"),
        },
        [
            [
                "The right solution float is refused under seed 0:",
                "The value is not the expected one.",
                "double(np.array([1]))",
                "[2.001]",
            ]
        ],
    ),
    "idle-earns": (
        {
            "test_it.py": hidden_test(body="call.returns(solution(*call.args) - call.args[0])"),
            "solution.py": double("x + x"),
        },
        [
            [
                "The reference solution is refused under seed 0:",
                "The value is not the expected one.",
                "double(np.array([1]))",
                "array([2])",
            ],
            ["A function that only returns x passes test_it."],
            ["The solution passes every check also with this change:", "- return x + x", "+ return x"],
        ],
    ),
    "wrong-earns": (
        {
            "wrong/żółw-bez-uczenia.py": double("2 * np.abs(x)"),
            "wrong/minus.py": double("-2 * x"),
            "test_it.py": hidden_test("[(np.array([1]),), (np.array([3, 5]),), (np.array([7, 2]),)]"),
        },
        [["The wrong answer żółw-bez-uczenia passes test_it."]],
    ),
    "wrong-uncalled": (
        {
            "wrong/misspelt.py": "def duble(x):\n    return x\n",
            "wrong/broken.py": "raise ValueError('no')\n",
        },
        [
            ["No check calls the wrong answer broken. Does it define double?"],
            [
                "No check calls the wrong answer misspelt. Does it define double?",
                "There is no double, but there is duble in cell 2. Is it the name?",
            ],
        ],
    ),
    "mistake-passes": (
        {"mistakes/none.py": double("x + x")},
        [["The known mistake none passes every check."]],
    ),
    "mistake-unnamed": (
        {"mistakes/half.py": double("x / 2"), "test_it.py": hidden_test("[(np.array([3]),), (np.array([-7]),)]")},
        [
            [
                "The known mistake half is not named.",
                "The value is not the expected one.",
                "double(np.array([3]))",
                "array([1.5])",
            ]
        ],
    ),
    "mistake-misnamed": (
        {"mistakes/half.py": double("x / 2"), "mistakes/times-half.py": double("0.5 * x")},
        [["The known mistake times-half is called half."]],
    ),
    "survivor": (
        {"test_it.py": hidden_test("[(np.array([2]),)] * 3")},
        [
            ["The solution passes every check also with this change:", "- return 2 * x", "+ return 2 + x"],
        ],
    ),
    "test-breaks": (
        {
            "test_it.py": hidden_test(
                body="assert call.value.shape == call.args[0].shape; call.returns(solution(*call.args))"
            )
        },
        [
            [
                "test_it itself breaks on these answers:",
                "The hidden test itself broke: AttributeError: 'NoneType' object has no attribute 'shape'",
                "return None",
                "return 0",
                "return 1",
                "and 5 more",
            ]
        ],
    ),
    "marks": (
        {
            "solution.py": double("x * 2 + 0"),
            "mistakes/half.py": double("x / 2"),
            "proof.toml": (
                "[[equivalent]]\nline = 'return x * 2 + 0'\nreason = 'Nothing is added.'\n"
                "becomes = ['return x * 2', 'return (x * 2) - 0', 'return x * 2 + 1', 'return x * 3']\n"
                "[[twin]]\nmistake = 'half'\nnamed = 'other'\nreason = 'None.'\n"
            ),
        },
        [
            [
                "The solution passes every check also with this change:",
                "- return x * 2 + 0",
                "+ return x * (2 + 0)",
            ],
            [
                "proof.toml: a check refuses this change, so it is not equivalent:",
                "- return x * 2 + 0",
                "+ return x * 2 + 1",
            ],
            [
                "proof.toml: no mutant makes this change any more. Remove the exemption:",
                "- return x * 2 + 0",
                "+ return x * 3",
            ],
            ["proof.toml: half needs no twin. Remove the exemption."],
        ],
    ),
}


FLAKY = {
    "mistakes/half.py": double("x / 2"),
    "test_it.py": hidden_test(body="lucky or call.returns(solution(*call.args))"),
}


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    files = {id: files for id, (files, _) in DISEASES.items()}
    return prove(write_course(tmp_path_factory.mktemp("sick"), files | {"flaky": FLAKY}), SEEDS, jobs=2)


def report(proof: Proof, id: str) -> list[list[str]]:
    """What is said of an exercise, in words."""
    flaws = [flaw for flaw in proof.flaws if flaw.exercise == id]
    return [[render(text, "en") for text in (flaw.text, *flaw.details)] for flaw in flaws]


@pytest.mark.parametrize("id", DISEASES)
def test_a_disease_is_reported_and_nothing_else(id: str, proof: Proof) -> None:
    assert report(proof, id) == DISEASES[id][1]


def test_a_check_whose_verdict_depends_on_the_seed_is_flaky(proof: Proof) -> None:
    *others, (says, *answers, more) = report(proof, "flaky")
    assert says == "test_it is flaky: it passes these answers under some seeds and not under others:"
    assert set(answers) < {f"return {value}" for value in IDLE}
    assert more.startswith("and ")
    assert ["The known mistake half passes every check."] in others


def test_no_right_answer_is_too_odd_and_no_wrong_one_is_missed(proof: Proof) -> None:
    evidence = proof.exercises[0]
    assert evidence.exercise.id == "healthy"
    assert len(evidence.of(Kind.REFERENCE, Kind.RIGHT)) == 2
    assert all(len(trial.verdicts) == SEEDS and trial.passes(0) == {True} for trial in evidence.of(Kind.RIGHT))
    assert all(trial.passes(0) == {False} for trial in evidence.of(*WORTHLESS, Kind.MISTAKE, Kind.MUTANT))
    assert evidence.named_exactly == 1
    assert [trial.candidate.name for trial in evidence.of(Kind.IDLE)] == IDLE


def test_a_solution_that_needs_what_is_not_installed_here_is_not_called_refused() -> None:
    exercise = load(Path(__file__).parents[2] / "reference").exercises[0]
    why = (msg("needs {what}, which is not installed here", what="pandas"),)
    verdict = Verdict(0, (CheckStatus.PASSED, CheckStatus.UNGRADED), None, why)
    trial = Trial(Candidate(Kind.REFERENCE, exercise.id, "solution", ""), (verdict,))
    [flaw] = Evidence(exercise, (), (trial,), Exemptions()).flaws
    assert flaw.details == why
    assert render(flaw.text, "en") == "This can't be proved here:"
