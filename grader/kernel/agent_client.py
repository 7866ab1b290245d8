"""The agent in a kernel, seen from the grader: requests, replies, and limits on the time of each."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from grader.kernel.protocol import messages
from grader.kernel.protocol.channel import Channel, Closed
from grader.kernel.protocol.values import Frozen, WireError

INTERRUPT_GRACE_S = 1.0


class KernelDied(Exception):
    """The kernel ended, or must be ended. `timed_out`: because what it runs could not be interrupted."""

    def __init__(self, reason: str, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class AgentClient:
    """Sends requests to the agent and reads its replies.

    `interrupt` stops the call that runs; the agent then replies that it timed out. `call_timeout_s` bounds each call.
    """

    def __init__(self, channel: Channel, call_timeout_s: float, interrupt: Callable[[], None]) -> None:
        self._channel = channel
        self._call_timeout_s = call_timeout_s
        self._interrupt = interrupt

    def describe(self) -> messages.Described:
        """Ask what the cells left. Raise KernelDied."""
        self._send(messages.Describe())
        reply = self._receive(None, self._call_timeout_s)
        if not isinstance(reply, messages.Described) or _has_duplicates(reply.versions):
            raise KernelDied("the kernel answered another question")
        return reply

    def calls(
        self,
        request: messages.Calls,
        answer: Callable[[messages.Ask], messages.Answer] | None = None,
        within_s: float = math.inf,
    ) -> tuple[list[messages.Outcome], KernelDied | None]:
        """As `Kernel.calls`."""
        deadline = time.monotonic() + within_s
        outcomes: list[messages.Outcome] = []
        try:
            self._send(request)
            for _ in request.cases:
                left_s = max(0.0, deadline - time.monotonic())
                outcome = self._receive(answer, min(self._call_timeout_s, left_s))
                if not isinstance(outcome, messages.Outcome) or outcome.number != request.number:
                    raise KernelDied("the kernel answered another question")
                outcomes.append(outcome)
                if isinstance(outcome.result, messages.Timeout):
                    break
        except KernelDied as died:
            return outcomes, died
        return outcomes, None

    def _send(self, request: Frozen) -> None:
        try:
            self._channel.send(request, self._call_timeout_s)
        except (Closed, TimeoutError) as error:
            raise KernelDied("the kernel stopped listening") from error

    def _receive(self, answer: Callable[[messages.Ask], messages.Answer] | None, timeout_s: float) -> Any:
        """The next reply, after the kernel's own questions have been answered. What is still running after `timeout_s`
        is interrupted, and has INTERRUPT_GRACE_S to say so. Raise KernelDied."""
        try:
            try:
                return self._next_reply(timeout_s, answer)
            except TimeoutError:
                self._interrupt()
                return self._next_reply(INTERRUPT_GRACE_S, None)
        except TimeoutError as error:
            raise KernelDied("the function would not be interrupted", timed_out=True) from error
        except Closed as error:
            raise KernelDied("the kernel ended while the function ran") from error
        except WireError as error:
            raise KernelDied(f"the kernel sent something that is no answer: {error}") from error

    def _next_reply(self, timeout_s: float, answer: Callable[[messages.Ask], messages.Answer] | None) -> Any:
        deadline = time.monotonic() + timeout_s
        while True:
            reply = self._channel.receive(max(0.0, deadline - time.monotonic()))
            if not isinstance(reply, messages.Ask):
                return reply
            if answer is None:
                raise WireError("a question where none is allowed")
            self._channel.send(answer(reply), max(0.001, deadline - time.monotonic()))


def _has_duplicates(versions: Sequence[messages.Version]) -> bool:
    return len({version.id for version in versions}) < len(versions)
