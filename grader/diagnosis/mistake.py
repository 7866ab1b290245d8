"""A mistake as answers show it: a function that makes it, and what to say to whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.course.own_time import TooLong, within
from grader.diagnosis.observed import Observed, same
from grader.i18n import Text, msg
from grader.model import Diagnosis

CALL_LIMIT_S = 5.0  # that a function that makes a mistake may compute on one call


@dataclass(slots=True)
class Bounded:
    """A wrong function of the course. One that never ends on some call is not called again: it explains nothing, and
    `grade-course check` says that it is not named."""

    function: Callable[..., object]
    endless: bool = False

    def __call__(self, *args: object, **kwargs: object) -> object:
        if self.endless:
            raise TooLong
        try:
            with within(CALL_LIMIT_S):
                return self.function(*args, **kwargs)
        except TooLong:
            self.endless = True
            raise


@dataclass(frozen=True)
class Mistake:
    """A mistake, or a pair of them.

    Attributes:
        name: the stem of its file or the name of a clue; of a pair, two of them with a plus sign between.
        hints: what to say to the person who made it, a text for each mistake.
        function: gives the answers of somebody who makes it.
        prints: whether it prints something.
    """

    name: str
    hints: tuple[Text, ...]
    function: Callable[..., object]
    prints: bool = False

    @property
    def diagnosis(self) -> Diagnosis:
        return Diagnosis(self.name, together(self.hints), self.hints if len(self.hints) > 1 else ())


def explaining(mistakes: Iterable[Mistake], observed: Sequence[Observed]) -> Iterator[Mistake]:
    """Those that give the same answer to every call."""
    return (mistake for mistake in mistakes if _explains(mistake, observed))


def _explains(mistake: Mistake, observed: Sequence[Observed]) -> bool:
    made = mistake.function if isinstance(mistake.function, Bounded) else Bounded(mistake.function)
    return all(same(made, call, mistake.prints) for call in observed)


def together(hints: Sequence[Text]) -> Text:
    """One text of the hints of one mistake, or of two."""
    if len(hints) == 1:
        return hints[0]
    return msg(
        "Two mistakes at once; each hint speaks of one as if the other were not there. 1. {first} 2. {second}",
        first=hints[0],
        second=hints[1],
    )
