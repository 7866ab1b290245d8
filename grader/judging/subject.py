"""What the hidden tests of an exercise are run on: the function that is judged, the others, and the whole notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from grader.i18n import Text, msg
from grader.judging.notebook_view import NotebookView
from grader.judging.stand_in import Call, Function
from grader.judging.verdicts import Failed
from grader.model import CheckStatus

Find = Callable[[str], "Function | None"]
"""The function of another exercise of the course, by the name that the course has for it; None where there is none."""


@dataclass(slots=True)
class Subject:
    """What one run of an exercise's tests looks at.

    Attributes:
        name: what the course calls the function that is judged; empty where it judges none.
        judged: that function.
        notebook: the whole notebook; None where there is only a function.
        find: gives the other functions of the course.
        reference: the same with the reference's notebook in the participant's place, in a kernel too.
        found: those that a test has asked for.
    """

    name: str
    judged: Function | None
    notebook: NotebookView | None = None
    find: Find = lambda name: None
    reference: Callable[[], AbstractContextManager[Subject]] | None = None
    found: dict[str, Function] = field(default_factory=dict)

    def function(self, name: str) -> Function:
        """The function that a test asks for by its name in the course. Raise Failed where the notebook has none."""
        if name == self.name and self.judged is not None:
            return self.judged
        if name not in self.found:
            other = self.find(name)
            if other is None:
                raise Failed(CheckStatus.FAILED, msg("There is no {name} in the notebook.", name=name))
            self.found[name] = other
        return self.found[name]

    def begin(self, check: int, seed: int) -> None:
        """Begin a check."""
        for function in self._functions:
            function.remarks.clear()
        if self.notebook is not None:
            self.notebook.begin(check, seed)

    @property
    def remarks(self) -> tuple[Text, ...]:
        """The deviations that the check accepted."""
        own = [remark for function in self._functions for remark in function.remarks]
        every = [*own, *(self.notebook.remarks if self.notebook is not None else ())]
        return tuple(remark for at, remark in enumerate(every) if remark not in every[:at])

    @property
    def calls(self) -> list[Call]:
        return [call for function in self._functions for call in function.calls]

    @property
    def deeds(self) -> int:
        """How often a test has looked at something of the participant's."""
        return len(self.calls) + (self.notebook.deeds if self.notebook is not None else 0)

    @property
    def _functions(self) -> Iterator[Function]:
        yield from filter(None, (self.judged, *self.found.values()))
