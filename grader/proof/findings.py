"""Evaluates the trials of an exercise: what they prove, and which flaws they show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.course.course import Exercise
from grader.i18n import Text, msg, msgs
from grader.judging.stand_in import Check
from grader.model import CheckStatus
from grader.proof.cases import FOLDERS, WORTHLESS, Candidate, Kind
from grader.proof.exemptions import EXEMPTIONS_FILE, Exemptions
from grader.proof.mutants import Mutant
from grader.proof.trials import Trial

SHOWN = 3  # of several answers with the same flaw


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not proved.

    Attributes:
        exercise: the exercise's id.
        text: what is not proved.
        details: the lines that show it.
    """

    exercise: str
    text: Text
    details: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """All that is known of an exercise once its candidates have been tried.

    Attributes:
        exercise: the exercise.
        checks: its hidden tests, in the order of the file.
        trials: one for each candidate.
        exemptions: what the author has written by hand.
    """

    exercise: Exercise
    checks: tuple[Check, ...]
    trials: tuple[Trial, ...]
    exemptions: Exemptions

    def of(self, *kinds: Kind) -> list[Trial]:
        return [trial for trial in self.trials if trial.candidate.kind in kinds]

    @cached_property
    def mutants(self) -> list[Trial]:
        """The mutants that are not exempt: all of them must be refused."""
        return [trial for trial in self.of(Kind.MUTANT) if self._reason(trial) is None]

    @cached_property
    def equivalent(self) -> list[Trial]:
        return [trial for trial in self.of(Kind.MUTANT) if self._reason(trial) is not None]

    @cached_property
    def flaws(self) -> tuple[Flaw, ...]:
        return tuple(_flaws(self))

    @property
    def named_exactly(self) -> int:
        return sum(names_of(trial) == {trial.candidate.name} for trial in self.of(Kind.MISTAKE))

    def refusing(self, trial: Trial) -> list[int]:
        """The indices of the checks that refuse it under every seed."""
        return [index for index in range(len(self.checks)) if trial.refused_by(index)]

    def _reason(self, trial: Trial) -> str | None:
        return self.exemptions.reason(mutant_of(trial.candidate))


def names_of(trial: Trial) -> set[str | None]:
    """The known mistakes that the candidate was taken for, over all seeds; None where it was taken for none."""
    return {verdict.named for verdict in trial.verdicts}


def survives(trial: Trial) -> bool:
    """Whether a wrong candidate earned everything under some seed."""
    return any(verdict.passed for verdict in trial.verdicts)


# ---- what is not proved


def _flaws(evidence: Evidence) -> Iterator[Flaw]:
    for trial in evidence.of(Kind.REFERENCE, Kind.RIGHT):
        yield from _refused(evidence, trial)
    for trial in evidence.of(*WORTHLESS):
        yield from _earning(evidence, trial)
    for trial in evidence.of(Kind.WRONG):
        yield from _never_called(evidence, trial)
    for trial in evidence.of(Kind.MISTAKE):
        yield from _misjudged(evidence, trial)
    for trial in evidence.mutants:
        if survives(trial):
            text = msg("The solution passes every check also with this change:")
            yield Flaw(evidence.exercise.id, text, tuple(_difference(mutant_of(trial.candidate))))
    yield from _unsettled(evidence)
    yield from _idle_exemptions(evidence)


def _difference(mutant: Mutant) -> Iterator[str]:
    yield from (f"- {line}" for line in mutant.before.splitlines())
    yield from (f"+ {line}" for line in mutant.after.splitlines())


def _refused(evidence: Evidence, trial: Trial) -> Iterator[Flaw]:
    id, name = evidence.exercise.id, trial.candidate.name
    verdict = next((verdict for verdict in trial.verdicts if not verdict.passed), None)
    if verdict is not None:
        text = msg("The right solution {name} is refused under seed {seed}:", name=name, seed=verdict.seed)
        if trial.candidate.kind is Kind.REFERENCE:
            text = msg("The reference solution is refused under seed {seed}:", seed=verdict.seed)
        if {*verdict.statuses} <= {CheckStatus.PASSED, CheckStatus.UNGRADED}:
            text = msg("This can't be proved here:")
        yield Flaw(id, text, verdict.why)
    if trial.error is not None:
        yield Flaw(id, msg("The visible asserts do not hold for the reference solution:"), (trial.error,))


def _earning(evidence: Evidence, trial: Trial) -> Iterator[Flaw]:
    for index, check in enumerate(evidence.checks):
        if True in trial.passes(index):
            yield Flaw(evidence.exercise.id, _says_earning(trial.candidate, check))


def _says_earning(candidate: Candidate, check: Check) -> Text:
    if candidate.kind is Kind.WRONG:
        return msg("The wrong answer {name} passes {check}.", name=candidate.name, check=check.id)
    if candidate.kind is Kind.IDLE:
        return msg("A function that only returns {value} passes {check}.", value=candidate.name, check=check.id)
    return msg("The stub passes {check}.", check=check.id)


def _never_called(evidence: Evidence, trial: Trial) -> Iterator[Flaw]:
    """A wrong answer that no check called earned nothing and proves nothing."""
    if any({*verdict.statuses} == {CheckStatus.NOT_RUN} for verdict in trial.verdicts):
        function, name = evidence.exercise.function, trial.candidate.name
        text = msg("No check calls the wrong answer {name}. Does it define {function}?", name=name, function=function)
        yield Flaw(evidence.exercise.id, text, trial.verdicts[0].why)


def _misjudged(evidence: Evidence, trial: Trial) -> Iterator[Flaw]:
    id, name = evidence.exercise.id, trial.candidate.name
    if evidence.exercise.asks and not survives(trial):
        return  # what an object answers is not compared with what a mistake would
    wanted = evidence.exemptions.twin_of(name) or name
    if survives(trial):
        yield Flaw(id, msg("The known mistake {name} passes every check.", name=name))
        return
    for other in sorted(names_of(trial) - {wanted, name}, key=str):
        if other is None:
            yield Flaw(id, msg("The known mistake {name} is not named.", name=name), trial.verdicts[0].why)
        else:
            yield Flaw(id, msg("The known mistake {name} is called {other}.", name=name, other=other))


def _unsettled(evidence: Evidence) -> Iterator[Flaw]:
    """Checks that break, and checks whose verdict depends on the seed."""
    for index, check in enumerate(evidence.checks):
        broken = [trial for trial in evidence.trials if trial.broke(index)]
        flaky = [trial for trial in evidence.trials if len(trial.passes(index)) > 1 and trial not in broken]
        if broken:
            why = next(verdict.why for verdict in broken[0].verdicts if verdict.why)
            text = msg("{check} itself breaks on these answers:", check=check.id)
            yield Flaw(evidence.exercise.id, text, (*why[:1], *_some(broken)))
        if flaky:
            text = msg(
                "{check} is flaky: it passes these answers under some seeds and not under others:", check=check.id
            )
            yield Flaw(evidence.exercise.id, text, tuple(_some(flaky)))


def _some(trials: Sequence[Trial]) -> Iterator[Text]:
    yield from (label(trial.candidate) for trial in trials[:SHOWN])
    if len(trials) > SHOWN:
        yield msgs("and {n} more", "and {n} more", len(trials) - SHOWN)


def _idle_exemptions(evidence: Evidence) -> Iterator[Flaw]:
    """Exemptions that nothing needs any more."""
    id = evidence.exercise.id
    trials = {trial.candidate: trial for trial in evidence.equivalent}
    for exemption in evidence.exemptions.equivalent:
        for becomes in exemption.becomes:
            covered = [trial for candidate, trial in trials.items() if exemption.covers(mutant_of(candidate), becomes)]
            if not covered:
                text = msg("{file}: no mutant makes this change any more. Remove the exemption:", file=EXEMPTIONS_FILE)
                yield Flaw(id, text, (f"- {exemption.line}", f"+ {becomes}"))
            elif not (all if exemption.covers_one(becomes) else any)(survives(trial) for trial in covered):
                text = msg("{file}: a check refuses this change, so it is not equivalent:", file=EXEMPTIONS_FILE)
                yield Flaw(id, text, (f"- {exemption.line}", f"+ {becomes}"))
    known = {trial.candidate.name: names_of(trial) for trial in evidence.of(Kind.MISTAKE)}
    for twin in evidence.exemptions.twin:
        if known.get(twin.mistake) in (None, {twin.mistake}):
            text = msg("{file}: {name} needs no twin. Remove the exemption.", file=EXEMPTIONS_FILE, name=twin.mistake)
            yield Flaw(id, text)


def label(candidate: Candidate) -> str:
    """A candidate in a few words: its file or its change."""
    if candidate.mutant is not None:
        return " ".join(f"{candidate.mutant.before} -> {candidate.mutant.after}".split())
    if candidate.kind is Kind.IDLE:
        return f"return {candidate.name}"
    folder = FOLDERS.get(candidate.kind)
    return f"{folder}/{candidate.name}.py" if folder else f"{candidate.name}.py"


def mutant_of(candidate: Candidate) -> Mutant:
    """What a mutant changes."""
    assert candidate.mutant is not None
    return candidate.mutant
