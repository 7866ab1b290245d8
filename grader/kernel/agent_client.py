"""The agent in a kernel, seen from the grader: requests, replies, and limits on the time of each."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from grader.kernel.protocol import messages
from grader.kernel.protocol.channel import Channel, Closed
from grader.kernel.protocol.values import Frozen, WireError
from grader.kernel.timer import LOOK_EVERY_S, TimeLimit, Timer

INTERRUPT_GRACE_S = 1.0
SEND_TIMEOUT_S = 5.0


class KernelDied(Exception):
    """The kernel ended, or must be ended. `timed_out`: because what it runs could not be interrupted."""

    def __init__(self, reason: str, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class AgentClient:
    """Sends requests to the agent and reads its replies.

    `interrupt` stops the call that runs; the agent then replies that it timed out. `timer` measures each call.
    """

    def __init__(self, channel: Channel, timer: Timer, interrupt: Callable[[], None]) -> None:
        self._channel = channel
        self._timer = timer
        self._interrupt = interrupt
        self._has_interrupted = False  # the call whose outcome came last
        self._ahead: set[int] = set()  # numbers of requests that have been sent, and whose outcomes have not been read

    def describe(self, limit: TimeLimit) -> messages.Described:
        """Ask what the cells left. Raise KernelDied."""
        self._send(messages.Describe())
        reply = self._receive(None, limit)
        if not isinstance(reply, messages.Described) or _has_duplicates(reply.versions):
            raise KernelDied("the kernel answered another question")
        return reply

    def leave(self) -> None:
        """Let the agent stop answering. Raise KernelDied."""
        self._send(messages.Leave())

    def send_ahead(self, requests: Sequence[messages.Calls | messages.Use]) -> int:
        """Let the kernel know of these calls, which it makes one after another; `calls` then reads what comes of each
        request, in this order, before anything else is asked. It gives nothing where the calls are to be asked for
        again. Returns how many of the requests could be sent. Raise KernelDied."""
        try:
            count = self._channel.send_ahead(requests, SEND_TIMEOUT_S)
        except (Closed, TimeoutError) as error:
            raise KernelDied("the kernel stopped listening") from error
        self._ahead.update(request.number for request in requests[:count])
        return count

    def calls(
        self,
        request: messages.Calls | messages.Use,
        limit: TimeLimit,
        within_s: float,
        answer: Callable[[messages.Ask], messages.Answer] | None = None,
        within_bytes: float = math.inf,
    ) -> tuple[list[messages.Outcome | None], KernelDied | None]:
        """As `Kernel.calls`."""
        deadline_s = time.monotonic() + within_s
        outcomes: list[messages.Outcome | None] = []
        was_sent = request.number in self._ahead
        self._ahead.discard(request.number)
        try:
            if not was_sent:
                self._send(request)
            for _ in request.cases:
                outcome = self._receive(answer, limit, deadline_s)
                if not isinstance(outcome, messages.Outcome) or outcome.number != request.number:
                    raise KernelDied("the kernel answered another question")
                fits = self._channel.received_bytes <= within_bytes
                within_bytes -= self._channel.received_bytes if fits else 0
                outcomes.append(outcome if fits else None)
                if isinstance(outcome.result, messages.Timeout):
                    if was_sent and not self._has_interrupted:
                        return [], None  # it was meant for a call of the request before, which had just ended
                    break
        except KernelDied as died:
            return outcomes, died
        return outcomes, None

    def _send(self, request: Frozen) -> None:
        try:
            self._channel.send(request, SEND_TIMEOUT_S)
        except (Closed, TimeoutError) as error:
            raise KernelDied("the kernel stopped listening") from error

    def _receive(
        self,
        answer: Callable[[messages.Ask], messages.Answer] | None,
        limit: TimeLimit,
        deadline_s: float = math.inf,
    ) -> Any:
        """The next reply, after the kernel's own questions have been answered. What is over its limit is interrupted,
        and has INTERRUPT_GRACE_S to say so. Raise KernelDied."""
        self._has_interrupted = False
        try:
            reply = self._channel.at_once()
            if reply is not None and not isinstance(reply, messages.Ask):
                return reply  # which took no time that could be measured
            self._timer.start(_within(limit, deadline_s))
            try:
                return self._next_reply(answer, reply)
            except TimeoutError:
                self._has_interrupted = True
                self._interrupt()
                return self._channel.receive(INTERRUPT_GRACE_S)
        except TimeoutError as error:
            raise KernelDied("the function would not be interrupted", timed_out=True) from error
        except Closed as error:
            raise KernelDied("the kernel ended while the function ran") from error
        except WireError as error:
            raise KernelDied(f"the kernel sent something that is no answer: {error}") from error

    def _next_reply(self, answer: Callable[[messages.Ask], messages.Answer] | None, reply: Any) -> Any:
        """`reply`: what has come already, or None."""
        now_s = time.monotonic()
        look_s = now_s + LOOK_EVERY_S
        while True:
            if reply is None:
                try:
                    reply = self._channel.receive(look_s - now_s)
                except TimeoutError:
                    reply = None
            if type(reply) is messages.Ask:
                if answer is None:
                    raise WireError("a question where none is allowed")
                self._channel.send(answer(reply), max(0.001, self._timer.left_s()))
            elif reply is not None:
                return reply
            reply, now_s = None, time.monotonic()
            if now_s >= look_s:  # after questions too: each by itself may be quick
                if self._timer.is_over():
                    raise TimeoutError
                now_s = time.monotonic()
                look_s = now_s + self._timer.next_look_s()


def _within(limit: TimeLimit, deadline_s: float) -> TimeLimit:
    """The limit, by the clock no later than the deadline."""
    left_s = max(0.0, deadline_s - time.monotonic())
    return limit if limit.clock_s <= left_s else TimeLimit(limit.cpu_s, left_s)


def _has_duplicates(versions: Sequence[messages.Version]) -> bool:
    return len({version.id for version in versions}) < len(versions)
