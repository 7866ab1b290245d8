"""Prints the proof for an author in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from grader.i18n import Lang, msg, msgs, render
from grader.proof.cases import WORTHLESS, Kind
from grader.proof.findings import Evidence, Flaw, names_of, survives
from grader.proof.prove import Proof

REFUSED = "✗"


def show(proof: Proof, console: Console, lang: Lang, verbose: bool = False) -> None:
    """Print a line an exercise and all that is not proved; with `verbose`, which check refuses which mistake."""
    if verbose:
        for evidence in proof.exercises:
            _matrix(evidence, console, lang)
    says = msg(
        "Right solutions pass; idle functions and wrong answers earn nothing; known mistakes and mutants are refused, "
        "mistakes named:"
    )
    console.print(render(says, lang), highlight=False)
    _summary(proof, console, lang)
    console.print()
    for flaw in proof.flaws:
        _flaw(flaw, console, lang)
    for exercise, reason in proof.by_hand:
        text = msg("{unit} ({points}): {reason}", unit=exercise.id, points=exercise.worth, reason=reason)
        console.print(escape(render(text, lang)), highlight=False)
    if proof.flaws:
        text, style = msgs("{n} thing is not proved.", "{n} things are not proved.", len(proof.flaws)), "bold red"
    else:
        text, style = msgs("Proved under {n} seed.", "Proved under {n} seeds.", proof.seeds), "bold green"
    console.print(render(text, lang), style=style, highlight=False)


def _summary(proof: Proof, console: Console, lang: Lang) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("", overflow="fold")
    for title in (msg("right"), msg("earn 0"), msg("mistakes"), msg("named"), msg("mutants"), msg("equivalent")):
        table.add_column(render(title, lang), justify="right")
    for evidence in proof.exercises:
        name = f"{evidence.exercise.id}  {render(evidence.exercise.title, lang)}"
        style = "red" if evidence.flaws else None
        table.add_row(escape(name), *_counts(evidence), style=style)
    console.print(table)


def _counts(evidence: Evidence) -> list[str]:
    right, worthless = evidence.of(Kind.REFERENCE, Kind.RIGHT), evidence.of(*WORTHLESS)
    mistakes, mutants = evidence.of(Kind.MISTAKE), evidence.mutants
    passing = sum(all(verdict.passed for verdict in trial.verdicts) for trial in right)
    earning = sum(len(evidence.refusing(trial)) < len(evidence.checks) for trial in worthless)
    refused = [sum(not survives(trial) for trial in trials) for trials in (mistakes, mutants)]
    return [
        f"{passing}/{len(right)}",
        f"{len(worthless) - earning}/{len(worthless)}",
        f"{refused[0]}/{len(mistakes)}",
        "-" if evidence.exercise.asks else f"{evidence.named_exactly}/{len(mistakes)}",
        f"{refused[1]}/{len(mutants)}",
        str(len(evidence.equivalent)),
    ]


def _matrix(evidence: Evidence, console: Console, lang: Lang) -> None:
    exercise = evidence.exercise
    console.print(f"{exercise.id}  {render(exercise.title, lang)}", style="bold", markup=False, highlight=False)
    for number, check in enumerate(evidence.checks, start=1):
        console.print(
            Padding(escape(f"{number}. {render(check.title, lang)}"), (0, 0, 0, 2), expand=False), highlight=False
        )
    table = Table(box=None, padding=(0, 1, 0, 2))
    table.add_column(render(msg("known mistake"), lang))
    for number in range(1, len(evidence.checks) + 1):
        table.add_column(str(number), justify="center")
    table.add_column(render(msg("named"), lang))
    for trial in evidence.of(Kind.MISTAKE):
        marks = [REFUSED if trial.refused_by(index) else "" for index in range(len(evidence.checks))]
        names = ", ".join(str(name) for name in sorted(names_of(trial), key=str) if name != trial.candidate.name)
        table.add_row(escape(trial.candidate.name), *marks, escape(names))
    mutants = render(msg("mutants"), lang)
    table.add_row(f"[dim]{mutants}[/]", *_numbers(evidence), "")
    console.print(table)
    console.print()


def _numbers(evidence: Evidence) -> Sequence[str]:
    return [
        f"[dim]{sum(trial.refused_by(index) for trial in evidence.mutants)}[/]" for index in range(len(evidence.checks))
    ]


def _flaw(flaw: Flaw, console: Console, lang: Lang) -> None:
    console.print(escape(f"{flaw.exercise}: {render(flaw.text, lang)}"), style="red", highlight=False)
    for detail in flaw.details:
        console.print(Padding(escape(render(detail, lang)), (0, 0, 0, 4), expand=False), highlight=False)
