"""What a run changed: its scores compared with those of the last completed run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from grader.batch.store import Terms
from grader.i18n import Lang, Text, msg, msgs, number, render
from grader.model import Grade
from grader.output import printable, write_atomically

LAST_RUN = "last-run.json"
CHANGES = "changes.json"
MAX_SHOWN = 20
WHY: Mapping[str, Text] = {
    "notebook": msg("the notebook changed"),
    "course": msg("the course changed"),
    "limits": msg("the limits changed"),
    "seed": msg("the seed changed"),
    "exercises": msg("other exercises were chosen"),
    "sandbox": msg("the sandbox changed"),
    "python": msg("Python or numpy changed"),
    "grader": msg("the grader changed"),
    "by_hand": msg("a person graded"),
    "again": msg("it was graded again"),
}


class Score(msgspec.Struct, frozen=True):
    """What one submission earned.

    Attributes:
        participant: The participant's name.
        id: The participant's id; empty if there is none.
        digest: The digest of what was handed in.
        points: The points of each exercise by its id, bonus included; None where they are not certain.
        by_hand: What a person gave of them, where anybody did.
    """

    participant: str
    id: str
    digest: str
    points: dict[str, float | None]
    by_hand: dict[str, float] = {}


class Scores(msgspec.Struct, frozen=True):
    """What a completed run ended with.

    Attributes:
        terms: What its grades were made with, as in the store.
        submissions: What each submission earned.
    """

    terms: dict[str, str]
    submissions: list[Score]

    @property
    def totals(self) -> dict[tuple[str, str], float]:
        """The points by name and id, bonus included, without what could not be judged."""
        return {(one.participant, one.id): sum(filter(None, one.points.values())) for one in self.submissions}


class _Read(msgspec.Struct, frozen=True):
    """Scores, of which each submission is still to be decoded: that of a large class takes much memory until most have
    the same points."""

    terms: dict[str, str]
    submissions: list[msgspec.Raw]


class Change(msgspec.Struct, frozen=True):
    """An exercise for which a participant has other points than before.

    Attributes:
        participant: The participant's name.
        id: The participant's id; empty if there is none.
        exercise: The exercise's id.
        before: The points of the last run, bonus included; None if the exercise was not there or could not be judged.
        after: The points of this run; None likewise.
        why: The reasons, as keys of WHY.
    """

    participant: str
    id: str
    exercise: str
    before: float | None
    after: float | None
    why: list[str]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What is different from the last run.

    Attributes:
        schema: The version of this format.
        of: How many submissions are in both runs.
        changes: The exercises with other points.
    """

    schema: str = "grade-changes/1"
    of: int
    changes: list[Change]

    @property
    def people(self) -> int:
        return len({(change.participant, change.id) for change in self.changes})


def collect_scores(grades: Sequence[Grade], terms: Terms) -> Scores:
    """What a run ended with."""
    return Scores(dict(terms), [_score(grade) for grade in grades])


def _score(grade: Grade) -> Score:
    points = {one.id: None if one.needs or one.by_hand_points else one.points + one.bonus for one in grade.exercises}
    given = {one.id: [check.points for check in one.checks if check.is_given] for one in grade.exercises}
    by_hand = {id: sum(points) for id, points in given.items() if points}
    return _sharing(Score(grade.notebook.participant, grade.notebook.participant_id, grade.digest, points, by_hand))


def _decoded(written: msgspec.Raw) -> Score:
    return _sharing(msgspec.json.decode(written, type=Score))


def _sharing(score: Score) -> Score:
    """The same, with the points of the first who has these: most people have the same."""
    points: dict[str, float | None] = _first(_items(score.points))
    by_hand: dict[str, float] = _first(_items(score.by_hand))
    return Score(score.participant, score.id, score.digest, points, by_hand)


def _items(points: Mapping[str, float | None]) -> tuple[tuple[str, object, float | None], ...]:
    """1 and 1.0 are equal, and written differently."""
    return tuple((id, type(value), value) for id, value in points.items())


@lru_cache(maxsize=4096)
def _first(items: tuple[tuple[str, object, Any], ...]) -> dict[str, Any]:
    return {id: value for id, _, value in items}


def read_last(folder: Path) -> Scores | None:
    """What the last completed run in `folder` ended with; None if there was none."""
    try:
        found = msgspec.json.decode((folder / LAST_RUN).read_bytes(), type=_Read)
        return Scores(found.terms, [*map(_decoded, found.submissions)])
    except (OSError, msgspec.MsgspecError):
        return None


def compare(before: Scores, after: Scores) -> Changes:
    """The changes from one run to another. Participants who joined or left are ignored."""
    known = {(score.participant, score.id): score for score in before.submissions}
    both = [(known[key], score) for score in after.submissions if (key := (score.participant, score.id)) in known]
    terms = [name for name in WHY if before.terms.get(name) != after.terms.get(name)]
    found = [change for old, new in both for change in _changed(old, new, terms)]
    return Changes(of=len(both), changes=found)


def _changed(old: Score, new: Score, terms: Sequence[str]) -> Iterator[Change]:
    known = [*(["notebook"] if old.digest != new.digest else []), *terms]
    for exercise in dict.fromkeys([*old.points, *new.points]):
        was, now = old.points.get(exercise), new.points.get(exercise)
        left_out = "exercises" in terms and None in (was, now)  # by -e, which changes no score
        if was != now and not left_out:
            given = ["by_hand"] if old.by_hand.get(exercise) != new.by_hand.get(exercise) else []
            yield Change(new.participant, new.id, exercise, was, now, [*known, *given] or ["again"])


def write(folder: Path, changes: Changes | None, now: Scores) -> None:
    """Write the changes, if there are any, and then the scores: a run that is killed in between finds the changes
    again. Raise OutputError."""
    if changes is not None and changes.changes:
        write_atomically(folder / CHANGES, msgspec.json.format(msgspec.json.encode(changes), indent=2) + b"\n")
    write_atomically(folder / LAST_RUN, msgspec.json.encode(now) + b"\n")


def describe(changes: Changes, lang: Lang) -> list[str]:
    """Lines for the person who runs the grader."""
    if not changes.changes:
        return [render(msg("No score has changed."), lang)]
    head = msgs("{n} of {all} scores changed:", "{n} of {all} scores changed:", changes.people, all=changes.of)
    rows = [_row(change, lang) for change in changes.changes[:MAX_SHOWN]]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    more = len(changes.changes) - len(rows)
    return [
        render(head, lang),
        *(
            f"  {who:<{widths[0]}}  {exercise:<{widths[1]}}  {points:<{widths[2]}}  {why}"
            for who, exercise, points, why in rows
        ),
        *(
            [render(msgs("  and {n} more, in {file}", "  and {n} more, in {file}", more, file=CHANGES), lang)]
            * (more > 0)
        ),
    ]


def _row(change: Change, lang: Lang) -> tuple[str, str, str, str]:
    before, after = ("–" if value is None else number(value, lang) for value in (change.before, change.after))
    why = ", ".join(render(WHY[name], lang) for name in change.why)
    return printable(change.participant), change.exercise, f"{before} → {after}", why
