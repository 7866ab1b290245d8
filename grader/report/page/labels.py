"""The texts of the page. The templates hold none, so that all texts are extracted and translated."""

from __future__ import annotations

from collections.abc import Mapping

from grader.i18n import Text, msg, msgs
from grader.model import CheckResult, ExerciseResult, ExerciseStatus, Grade
from grader.report import by_hand, wording
from grader.report.class_summary import State

LABELS: Mapping[str, Text] = {
    "all_rows": msg("Show everybody"),
    "any_exercise": msg("any exercise"),
    "any_state": msg("any state"),
    "back": msg("Back to the class"),
    "bonus": msg("Bonus"),
    "cells": wording.BROKEN_CELLS,
    "class": msg("Class report"),
    "count": msg("participants"),
    "down": msg("Lower score"),
    "example": msg("Example"),
    "exercise": msg("Exercise"),
    "exercises": msg("Exercise by exercise"),
    "explain": msg("What to explain again"),
    "find": msg("Find a participant"),
    "full": msg("All points"),
    "handed_in": msg("Handed in"),
    "jumps": msg("On this page"),
    "late": msg("Late"),
    "lowest": msg("Below half of the points"),
    "median": msg("Median"),
    "missing": msg("Handed in nothing"),
    "new": msg("New"),
    "next": msg("Next"),
    "nobody": msg("Nobody matches."),
    "nobody_stuck": msg("Nobody: all could be graded, and all have at least half of the points."),
    "notes": msg("Notes"),
    "numbers": msg("The numbers"),
    "own": msg("this notebook"),
    "participant": msg("Participant"),
    "participants": msg("Participants"),
    "paste": wording.PASTE,
    "people": msg("Who"),
    "previous": msg("Previous"),
    "reference": msg("reference solution"),
    "report": msg("Report"),
    "same": msg("The same work"),
    "same_note": msg("What these people have in common beyond what right answers have. The grader can't tell why."),
    "score": msg("Score"),
    "scores": msg("Scores"),
    "shown": msg("{shown} of {all} shown", shown="{shown}", all="{all}"),  # the page's script fills them in
    "since": msg("Since the last run"),
    "skip": msg("Skip to the content"),
    "state": msg("State"),
    "stuck": msg("Who is stuck"),
    "table": msg("Table of participants and exercises"),
    "todo": msg("What to do next"),
    "turn": msg("Other participants"),
    "uncertain": msg("It is not certain what is theirs"),
    "unchanged": msg("No score has changed, and nobody is new."),
    "unscored": msg("Not graded"),
    "up": msg("Higher score"),
    "various": msg("No mistake was made by two people."),
}
STATES: Mapping[State, Text] = {
    State.PASSED: msg("passed"),
    State.PARTIAL: msg("partly right"),
    State.FAILED: msg("wrong"),
    State.MISSING: msg("not written"),
    State.UNGRADED: msg("can't be judged here"),
    State.BY_HAND: msg("to be graded by hand"),
    State.UNKNOWN: msg("not checked"),
}
MARKS: Mapping[State, str] = {
    State.PASSED: "✓",
    State.PARTIAL: "~",
    State.FAILED: "✗",
    State.MISSING: "·",
    State.UNGRADED: "?",
    State.BY_HAND: "?",
    State.UNKNOWN: "!",
}
STATUSES: Mapping[ExerciseStatus, Text] = {
    ExerciseStatus.PASSED: msg("passed"),
    ExerciseStatus.SUPERSEDED: msg("passed"),
    ExerciseStatus.PARTIAL: msg("partly right"),
    ExerciseStatus.FAILED: msg("wrong"),
    ExerciseStatus.MISSING: msg("not written"),
    ExerciseStatus.NOT_RUN: msg("not checked"),
    ExerciseStatus.UNGRADED: msg("can't be judged here"),
    ExerciseStatus.BY_HAND: msg("to be graded by hand"),
    ExerciseStatus.GRADER_FAULT: msg("fault of the grader"),
}


def people(n: int) -> Text:
    return msgs("{n} person", "{n} people", n)


def passed(n: int, of: int) -> Text:
    return msg("{n} of {of} passed", n=n, of=of)


def passed_of(people: int) -> Text:
    """The head of the row with how many passed each exercise: of the whole class, even if the table is filtered."""
    return msg("passed, of {of}", of=people)


def points(most: float) -> Text:
    """The text after the number of earned points."""
    return msg("of {max} points", max=most)


def score(got: float, most: float) -> Text:
    return msg("{score} of {max} points", score=got, max=most)


def bonus(got: float, most: float) -> Text:
    return msg("bonus {bonus} of {max}", bonus=got, max=most)


def same_cause(first: ExerciseResult) -> Text:
    return msg("The same mistake as in exercise {id} stops it. Fix that first.", id=first.id)


def last_value(value: str) -> Text:
    return msg("in the end {value}", value=value)


def cell(label: int | str) -> Text:
    return msg("Code of cell {cell}", cell=label)


def drawn(number: int) -> Text:
    return msg("Figure {number} that the notebook draws", number=number)


def drawn_elsewhere() -> Text:
    return msg("Its figures are in this person's own report, in the folder `reports`.")


def part(check: CheckResult) -> Text:
    """How much a check earned that is only partly right."""
    got, most = (check.points, check.max_points) if check.max_points else (check.bonus, check.max_bonus)
    return msg("{points} of {max}", points=got, max=most)


def provisional(grade: Grade) -> Text:
    return msg("The score is {provisional}.", provisional=by_hand.provisional(grade) or "")


def answer(cut: bool) -> Text:
    return msg("The answer, cut short") if cut else msg("The answer")


def same_cell(label: int | str, exercise: str) -> Text:
    return msg("Its code is in cell {cell}, shown at {id}.", cell=label, id=exercise)


def cut_characters(n: int) -> Text:
    return msgs("{n} more character is not shown.", "{n} more characters are not shown.", n)


def first_rows(n: int) -> Text:
    """For whoever runs no script."""
    return msg(
        "Here are the {n} lowest scores, for this browser runs no script. All of them are in gradebook.csv.", n=n
    )


def lost(folder: str) -> Text:
    return msg(
        "Something is missing here: the folder {folder}, which belongs beside this page. Copy both of them.",
        folder=folder.rstrip("/"),
    )


def more(n: int) -> Text:
    return msgs("and {n} more", "and {n} more", n)
