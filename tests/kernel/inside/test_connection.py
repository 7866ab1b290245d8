"""What a kernel sends arrives whole and in order, whatever interrupts it, and only from its own process."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from grader.kernel.inside.connection import Connection
from grader.kernel.protocol.cell_messages import Execute, Reply, Serve, Settled, Shown, Text
from grader.kernel.protocol.channel import Channel, Closed

posix = pytest.mark.skipif(os.name != "posix", reason="signals, forks")


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    """The grader's, and the kernel's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours, Reply), theirs


def test_all_requests_that_have_come_are_taken(ends: tuple[Channel, socket.socket]) -> None:
    grader, sock = ends
    connection = Connection(sock)
    assert [*connection.requests()] == []
    large = Execute("1", 0, "x" * 1000)
    for request in (large, Serve()):
        grader.send(request)
    assert [*connection.requests()] == [large, Serve()]
    grader.close()
    with pytest.raises(Closed):
        [*connection.requests()]


def test_what_threads_send_at_once_is_not_mixed_up(ends: tuple[Channel, socket.socket]) -> None:
    grader, sock = ends
    connection = Connection(sock)
    texts = [Text(letter * 300_000) for letter in "abc"]  # more than a socket holds
    threads = [threading.Thread(target=connection.send, args=(Shown("1", text),)) for text in texts]
    for thread in threads:
        thread.start()
    received = [grader.receive(20).output for _ in texts]
    for thread in threads:
        thread.join()
    assert sorted(received, key=lambda text: text.text) == texts


class Interrupted(Exception):
    pass


@posix
def test_a_message_that_was_interrupted_is_finished_before_the_next(ends: tuple[Channel, socket.socket]) -> None:
    """Interrupts come at any moment, most of them in the midst of a message."""
    grader, sock = ends
    connection = Connection(sock)
    read: list[Reply] = []

    def listen() -> None:
        try:
            while not read or not isinstance(read[-1], Settled):
                read.append(grader.receive(20))
        finally:
            grader.close()  # so that nobody waits for what can't be read to be read

    def interrupt(*_: object) -> None:
        raise Interrupted

    listener = threading.Thread(target=listen)
    before = signal.signal(signal.SIGALRM, interrupt)
    interrupts = 0
    try:
        listener.start()
        end = time.monotonic() + 20  # on a machine that is very busy
        while interrupts < 300 and time.monotonic() < end:
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.0005)
                while True:
                    connection.send(Shown("1", Text("x" * 70_000)))
            except Interrupted:
                interrupts += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        connection.send(Settled("end"))
        listener.join(20)
    assert read[-1] == Settled("end")
    assert interrupts == 300


@posix
def test_a_fork_sends_nothing(ends: tuple[Channel, socket.socket]) -> None:
    grader, sock = ends
    connection = Connection(sock)
    if (child := os.fork()) == 0:
        try:
            connection.send(Settled("fork"))
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    connection.send(Settled("own"))
    assert grader.receive(5) == Settled("own")
