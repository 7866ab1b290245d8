"""What a class may see of itself on a wall: how far it has come, and a mistake to talk about. Nobody's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.i18n import Lang, Text, msg, msgs, pieces
from grader.model import Grade
from grader.report import class_summary
from grader.report.class_summary import Mistake, State, Topic
from grader.report.run import Run


@dataclass(frozen=True, slots=True)
class Shared:
    """A mistake that several people made.

    Attributes:
        exercise: The id of the exercise.
        text: The mistake in a sentence without a word of any participant's.
        title: How many made it, and when.
    """

    exercise: str
    text: Text
    title: Text


@dataclass(frozen=True, slots=True)
class View:
    """All that is shown.

    Attributes:
        summary: How many have handed in, and how many of them have all points.
        topics: Each exercise, with the number of people in each state.
        everybody: The number of people: those on the list, or else those who handed in.
        mistake: The most frequent mistake of the last minute, or else of all; None if no two people made the same.
    """

    summary: Text
    topics: tuple[Topic, ...]
    everybody: int
    mistake: Shared | None

    @property
    def states(self) -> tuple[State, ...]:
        """The states that there are."""
        return tuple(state for state in State if any(dict(topic.counts).get(state) for topic in self.topics))


def view(run: Run, recent: Sequence[Grade]) -> View:
    """`recent`: the grades of the last minute."""
    everybody = len(run.grades) + run.waiting + len(run.missing or ())
    topics = tuple(class_summary.topic(exercise, run) for exercise in run.exercises)
    return View(class_summary.handed_in(run), topics, everybody, _mistake(run, recent))


def public_heading(mistake: Mistake, lang: Lang) -> Text:
    """The heading if all of its words are ours: names of variables and exceptions may be anything, somebody's too."""
    if mistake.example is None or all(is_ours for _, is_ours in pieces(mistake.heading, lang)):
        return mistake.heading
    return msg("It fails at: {check}", check=mistake.example.title)


def _mistake(run: Run, recent: Sequence[Grade]) -> Shared | None:
    for grades, is_recent in ((tuple(recent), True), (run.grades, False)):
        for topic, mistake in class_summary.hardest(class_summary.topics(replace(run, grades=grades)), most=1):
            n = len(mistake.who)
            return Shared(topic.exercise.id, public_heading(mistake, run.lang), _recent(n) if is_recent else _so_far(n))
    return None


def _recent(n: int) -> Text:
    return msgs(
        "The most frequent mistake of the last minute ({n} person)",
        "The most frequent mistake of the last minute ({n} people)",
        n,
    )


def _so_far(n: int) -> Text:
    return msgs("The most frequent mistake so far ({n} person)", "The most frequent mistake so far ({n} people)", n)
