"""Texts about what a person grades, and about a part of the points."""

from __future__ import annotations

from collections.abc import Iterator

from grader.i18n import Message, Text, Titles, msg, msgs, render
from grader.model import CheckResult, CheckStatus, ExerciseResult, Grade

TO_GRADE = msg("To be graded by hand:")
GRADED = msg("Graded by hand:")
TESTS_WELL_DONE = msg("All that is checked by tests works.")
WITHOUT_TESTS = msg("All of it is graded by hand.")


def remarks(exercise: ExerciseResult) -> Iterator[Text]:
    """What a person gave, with the comments, and what is still to come."""
    for check in exercise.checks:
        if check.is_given:
            given = msg("{title}: {points} of {max}.", title=check.title, points=check.points, max=check.max_points)
            comment = render(check.message, "en") if check.message is not None else ""  # the trainer's, as it is
            yield msg("{given} {comment}", given=given, comment=Titles(comment, comment)) if comment else given
    points = exercise.by_hand_points
    if points:
        yield msgs(
            "To be graded by hand: up to {points} point.",
            "To be graded by hand: up to {points} points.",
            1 if points == 1 else 2,
            points=points,
        )


def provisional(grade: Grade) -> Message | None:
    """ "provisional: up to 3 more points are to be graded by hand", if there are any."""
    points = grade.by_hand_points
    return msgs(
        "provisional: up to {points} more point is to be graded by hand",
        "provisional: up to {points} more points are to be graded by hand",
        1 if points == 1 else 2,
        points=points,
    ) if points else None  # fmt: skip


def failed_title(check: CheckResult) -> Text:
    """A check that did not pass, with a mark; of one that earned a part, with its points."""
    if check.status is not CheckStatus.PARTIAL:
        return msg("✗ {title}", title=check.title)
    got, most = (check.points, check.max_points) if check.max_points else (check.bonus, check.max_bonus)
    return msg("~ {title} ({points} of {max})", title=check.title, points=got, max=most)
