"""Writes the proof as a page of the docs, the kill matrix: the same bytes for the same course, whatever the seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from grader.i18n import render
from grader.proof.cases import Kind
from grader.proof.findings import Evidence, mutant_of, names_of
from grader.proof.prove import Proof

OPENING = """\
# Kill matrix: {title}

Made by `grade-course check --out FILE`. Every answer counted here was run in a kernel behind walls and judged as a
participant's is, under many seeds. Right solutions of many styles pass every check. Idle functions, which return a
constant or their arguments, pass none, and neither do wrong answers that look right to a weak check. Known mistakes are
refused and called by their name. So are mutants refused: the solution with one small change (another operator,
constant, name or function, a step or a call left out, arguments swapped, brackets moved, one too many or too few), made
automatically.
"""


def page(proof: Proof) -> str:
    """Markdown, in English as the docs are."""
    parts = [OPENING.format(title=render(proof.course.title, "en")), "\n".join(_summary(proof))]
    parts += ["\n".join(_flaws(proof))] if proof.flaws else []
    parts += ["\n".join(_exercise(evidence)) for evidence in proof.exercises]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _summary(proof: Proof) -> Iterator[str]:
    titles = ("right solutions", "idle functions", "wrong answers", "known mistakes", "named exactly", "mutants")
    yield f"| exercise | {' | '.join(titles)} | equivalent |"
    yield f"|---|{'--:|' * len(titles)}--:|"
    for evidence in proof.exercises:
        counts = [
            len(evidence.of(Kind.REFERENCE, Kind.RIGHT)),
            len(evidence.of(Kind.STUB, Kind.IDLE)),
            len(evidence.of(Kind.WRONG)),
            len(evidence.of(Kind.MISTAKE)),
            evidence.named_exactly,
            len(evidence.mutants),
            len(evidence.equivalent),
        ]
        title = f"{evidence.exercise.id}. {render(evidence.exercise.title, 'en')}"
        yield f"| {_cell(title)} | {' | '.join(map(str, counts))} |"
    kinds = Counter(mutant_of(trial.candidate).kind for evidence in proof.exercises for trial in evidence.mutants)
    yield ""
    yield "Mutants by what was changed: " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())) + "."


def _flaws(proof: Proof) -> Iterator[str]:
    yield "## Not proved"
    yield ""
    for flaw in proof.flaws:
        yield f"- {flaw.exercise}: {render(flaw.text, 'en')}"
        yield from (f"  `{render(detail, 'en')}`" for detail in flaw.details)


def _exercise(evidence: Evidence) -> Iterator[str]:
    exercise, numbers = evidence.exercise, range(len(evidence.checks))
    yield f"## {exercise.id}. {render(exercise.title, 'en')}"
    yield ""
    for number, check in enumerate(evidence.checks, start=1):
        yield f"{number}. `{check.id}`: {render(check.title, 'en')}"
    yield ""
    yield f"| refused by | {' | '.join(str(number + 1) for number in numbers)} | named |"
    yield f"|---|{':-:|' * len(numbers)}---|"
    for trial in evidence.of(Kind.MISTAKE):
        marks = " | ".join("✗" if trial.refused_by(number) else " " for number in numbers)
        names = ", ".join(sorted(name or "*not named*" for name in names_of(trial)))
        yield f"| {trial.candidate.name} | {marks} | {'✓' if names == trial.candidate.name else names} |"
    refusing = [evidence.refusing(trial) for trial in evidence.mutants]
    yield _counted(f"{len(refusing)} mutants", [sum(number in found for found in refusing) for number in numbers])
    yield _counted("mutants by this check alone", [refusing.count([number]) for number in numbers])
    yield from _wrong_answers(evidence)
    yield from _exemptions(evidence)


def _counted(title: str, counts: list[int]) -> str:
    return f"| *{title}* | {' | '.join(map(str, counts))} | |"


def _wrong_answers(evidence: Evidence) -> Iterator[str]:
    names = ", ".join(f"`{trial.candidate.name}`" for trial in evidence.of(Kind.WRONG))
    if names:
        yield ""
        yield f"Wrong answers that must earn nothing: {names}."


def _exemptions(evidence: Evidence) -> Iterator[str]:
    for twin in evidence.exemptions.twin:
        yield ""
        yield f"`{twin.mistake}` is called `{twin.named}`: {twin.reason}"
    if evidence.exemptions.equivalent:
        yield ""
        yield "Changes that are no mistakes, marked by hand:"
        yield ""
    for exemption in evidence.exemptions.equivalent:
        yield f"- `{exemption.line}` {exemption.reason}"
        yield from (f"  - `{becomes}`" for becomes in exemption.becomes)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
