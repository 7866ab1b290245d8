"""A mistake as answers show it: a function that makes it, and what to say to whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.diagnosis.observed import Observed, same
from grader.i18n import Text, msg
from grader.model import Diagnosis


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
    return (mistake for mistake in mistakes if all(same(mistake.function, call, mistake.prints) for call in observed))


def together(hints: Sequence[Text]) -> Text:
    """One text of the hints of one mistake, or of two."""
    if len(hints) == 1:
        return hints[0]
    return msg(
        "Two mistakes at once; each hint speaks of one as if the other were not there. 1. {first} 2. {second}",
        first=hints[0],
        second=hints[1],
    )
