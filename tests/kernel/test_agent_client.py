"""The grader asks; whatever the other side answers or fails to answer, the grader has a result in time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from grader.kernel.agent_client import INTERRUPT_GRACE_S, AgentClient, KernelDied
from grader.kernel.processor import Delay
from grader.kernel.protocol.channel import Channel
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.messages import (
    Answer,
    Ask,
    Calls,
    Case,
    Describe,
    Described,
    Hello,
    Outcome,
    Reply,
    Request,
    Timeout,
    Version,
)
from grader.kernel.protocol.values import Frozen, Scalar
from grader.kernel.timer import TimeLimit, Timer, time_limit

Script = Callable[[Channel, threading.Event], None]
VERSION = Version("0", "f", 0, "", None, "", False)
LIMIT = TimeLimit(0.1, 0.3)


def calls(count: int = 1, number: int = 7) -> Calls:
    return Calls(number, "0", [Case([], [])] * count, False, [], 0)


def outcome(value: object = 1, number: int = 7) -> Outcome:
    return Outcome(number, encode(value), "", False)


@contextmanager
def agent(script: Script) -> Iterator[AgentClient]:
    """A client whose agent follows the script: it has its end of the channel, and an event that an interrupt sets."""
    ours, theirs = socket.socketpair()
    interrupted = threading.Event()
    channel = Channel(theirs, Request)

    def follow() -> None:
        with theirs:
            script(channel, interrupted)

    thread = threading.Thread(target=follow)
    with ours:
        thread.start()
        try:
            yield AgentClient(Channel(ours, Reply), Timer(lambda: None, Delay(lambda: ())), interrupted.set)
        finally:
            interrupted.set()
            thread.join(10)


def answers(*replies: Frozen) -> Script:
    """Sends these after the first request, and then waits."""

    def script(channel: Channel, interrupted: threading.Event) -> None:
        channel.receive(5)
        for reply in replies:
            channel.send(reply, 5)
        interrupted.wait(5)

    return script


def test_what_the_cells_left_is_described() -> None:
    described = Described([VERSION], [], [], [], (3, 11), [(0, "torch")])

    def script(channel: Channel, interrupted: threading.Event) -> None:
        assert isinstance(channel.receive(5), Describe)
        channel.send(described)

    with agent(script) as client:
        assert client.describe(LIMIT) == described


TWICE = Described([VERSION, VERSION], [], [], [], (3, 11), [])


@pytest.mark.parametrize("reply", [outcome(), Hello("", [], []), TWICE], ids=str)
def test_another_answer_than_the_description_ends_the_kernel(reply: Frozen) -> None:
    with agent(answers(reply)) as client, pytest.raises(KernelDied, match="another question"):
        client.describe(LIMIT)


def test_outcomes_come_in_order() -> None:
    with agent(answers(outcome(1), outcome(2))) as client:
        outcomes, died = client.calls(calls(2), LIMIT, 60)
    assert ([one.result for one in outcomes], died) == ([encode(1), encode(2)], None)


@pytest.mark.parametrize("ahead", [False, True], ids=["asked for", "sent ahead"])
def test_a_call_that_takes_too_long_is_interrupted_and_says_so(ahead: bool) -> None:
    def script(channel: Channel, interrupted: threading.Event) -> None:
        channel.receive(5)
        assert interrupted.wait(5)
        channel.send(Outcome(7, Timeout(), "so far", False))

    with agent(script) as client:
        if ahead:
            client.send_ahead([calls(3)])
        outcomes, died = client.calls(calls(3), LIMIT, 60)
    assert [type(one.result) for one in outcomes] == [Timeout], "the others are not waited for"
    assert died is None


def test_the_limit_of_all_calls_together_counts_too() -> None:
    def script(channel: Channel, interrupted: threading.Event) -> None:
        channel.receive(5)
        channel.send(outcome())
        assert interrupted.wait(30)
        channel.send(Outcome(7, Timeout(), "", False))

    started = time.monotonic()
    with agent(script) as client:
        outcomes, died = client.calls(calls(2), time_limit(60), 0.2)
    assert time.monotonic() - started < 10
    assert [type(one.result) for one in outcomes] == [Scalar, Timeout]
    assert died is None


def test_what_will_not_be_interrupted_ends_the_kernel() -> None:
    started = time.monotonic()
    with agent(lambda channel, _: time.sleep(LIMIT.clock_s + INTERRUPT_GRACE_S + 1)) as client:
        outcomes, died = client.calls(calls(), LIMIT, 60)
    assert outcomes == []
    assert died is not None
    assert died.timed_out
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    ("replies", "reason"),
    [
        ((outcome(number=8),), "another question"),
        ((Described([], [], [], [], (3, 11), []),), "another question"),
        ((Ask("g", [], []),), "a question where none is allowed"),
    ],
    ids=["number", "kind", "question"],
)
def test_an_answer_to_nothing_is_no_answer(replies: tuple[Frozen, ...], reason: str) -> None:
    with agent(answers(*replies)) as client:
        outcomes, died = client.calls(calls(), LIMIT, 60)
    assert outcomes == []
    assert died is not None
    assert reason in str(died)
    assert not died.timed_out


def test_a_kernel_that_hangs_up_keeps_the_answers_before() -> None:
    def script(channel: Channel, interrupted: threading.Event) -> None:
        channel.receive(5)
        channel.send(outcome())

    with agent(script) as client:
        outcomes, died = client.calls(calls(2), LIMIT, 60)
    assert [one.result for one in outcomes] == [encode(1)]
    assert died is not None


def test_questions_are_answered_on_the_way() -> None:
    def script(channel: Channel, interrupted: threading.Event) -> None:
        channel.receive(5)
        channel.send(Ask("g", [encode(2)], []))
        answer = channel.receive(5)
        channel.send(Outcome(7, answer.value, answer.error, False))

    with agent(script) as client:
        outcomes, died = client.calls(calls(), LIMIT, 60, lambda ask: Answer(encode([ask.name]), "no"))
    assert died is None
    assert (outcomes[0].result, outcomes[0].printed) == (encode(["g"]), "no")


def test_outcomes_that_are_too_much_to_keep_are_read_and_left_out() -> None:
    def script(channel: Channel, _: threading.Event) -> None:
        channel.receive()
        for size in (1000, 100_000, 1000, 150_000, 1000):
            channel.send(outcome("x" * 10) if size == 1000 else outcome(np.zeros(size // 8)))

    with agent(script) as client:
        outcomes, died = client.calls(calls(5), time_limit(5), 5, within_bytes=150_000)
    assert died is None
    assert [one is None for one in outcomes] == [False, False, False, True, False]


def test_what_was_sent_ahead_is_not_sent_again_and_its_outcomes_come_in_order() -> None:
    asked: list[int] = []

    def script(channel: Channel, interrupted: threading.Event) -> None:
        for _ in range(3):
            request = channel.receive(5)
            asked.append(request.number)
            for place in range(len(request.cases)):
                channel.send(outcome(10 * request.number + place, request.number))

    with agent(script) as client:
        assert client.send_ahead([calls(2), calls(1, 8)]) == 2
        found = [client.calls(request, LIMIT, 60)[0] for request in (calls(2), calls(1, 8), calls(1))]
    assert [[one.result for one in each if one] for each in found] == [
        [encode(70), encode(71)],
        [encode(80)],
        [encode(70)],
    ]
    assert asked == [7, 8, 7]


def test_an_interrupt_that_came_too_late_says_nothing_of_the_calls_that_were_sent_ahead() -> None:
    """The slow call ends just as it is to be interrupted: what is interrupted is the next one."""

    def script(channel: Channel, interrupted: threading.Event) -> None:
        channel.receive(5), channel.receive(5)
        assert interrupted.wait(5)
        channel.send(outcome("slow"))
        channel.send(Outcome(8, Timeout(), "", False))
        channel.receive(5)
        channel.send(outcome("quick", 9))

    with agent(script) as client:
        client.send_ahead([calls(1), calls(2, 8)])
        slow, _ = client.calls(calls(1), LIMIT, 60)
        assert [one.result for one in slow if one] == [encode("slow")]
        assert client.calls(calls(2, 8), LIMIT, 60) == ([], None), "to be asked for again"
        again, died = client.calls(calls(1, 9), LIMIT, 60)
    assert ([one.result for one in again if one], died) == ([encode("quick")], None)
