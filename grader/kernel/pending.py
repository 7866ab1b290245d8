"""What a kernel is asked for, and the calls that it makes while the answers to those before are still looked at."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from grader.kernel.calls import Answer
from grader.kernel.kernel import Kernel
from grader.kernel.protocol import messages
from grader.kernel.sending import Sending


@dataclass(slots=True, eq=False)
class Pending:
    """What a kernel is asked for, until its answers have been read.

    Attributes:
        request: what is sent.
        sending: its values.
        arguments: those of each call, as the test has them.
        within_bytes: what is kept of the answers.
        answers: of what `Queue` sent, as `Session.call` gives them; None as long as they have not been read, or if they
            are not to be used.
    """

    request: messages.Calls | messages.Use
    sending: Sending
    arguments: Sequence[Sequence[object]]
    within_bytes: float = math.inf
    answers: list[Answer] | None = None


class Queue:
    """What one kernel has been sent, in order. `read` gives the answers to the first of it, if they are to be used."""

    def __init__(self, read: Callable[[Pending], list[Answer] | None]) -> None:
        self._read = read
        self._waiting: deque[Pending] = deque()
        self._is_reading = False

    def send(self, kernel: Kernel, made: Sequence[Pending]) -> list[Callable[[], list[Answer] | None]]:
        """Send these, as many as there is room for. Returns what gives the answers to each. Raise KernelDied."""
        count = kernel.send_ahead([one.request for one in made])
        self._waiting.extend(made[:count])
        return [partial(self.answers, one) for one in made[:count]]

    def answers(self, pending: Pending) -> list[Answer] | None:
        """Its answers; None where the kernel has ended before it made the calls, or there are none to use."""
        while pending in self._waiting:
            self._read_first()
        return pending.answers

    def read_all(self) -> None:
        """Read what the kernel sends before it comes to anything else. Nothing while the first is read."""
        while self._waiting and not self._is_reading:
            self._read_first()

    def drop(self) -> None:
        """The kernel has ended."""
        self._waiting.clear()

    def _read_first(self) -> None:
        first = self._waiting.popleft()
        self._is_reading = True
        try:
            first.answers = self._read(first)
        finally:
            self._is_reading = False
