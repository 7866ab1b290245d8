"""What the fork server has of its clients, and what it hands to a kernel and to the client that asked for it."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator

from grader.kernel.protocol.channel import Channel
from grader.kernel.protocol.messages import Fork


class Client:
    """A process of the grader that asks for kernels.

    Other processes may hold copies of its socket, so that its end does not close the connection. It is seen by its
    pidfd, `handle`, which is -1 before its first request.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.handle = sock, -1
        self._channel, self._pid = Channel(sock, Fork), 0

    def requests(self) -> Iterator[Fork]:
        """The requests that have come, without waiting. Raise Closed, WireError, or OSError where it has ended."""
        with contextlib.suppress(TimeoutError):
            while True:
                request = self._channel.receive(0)
                self._watch(request.pid)
                yield request

    def _watch(self, pid: int) -> None:
        if pid != self._pid:
            handle = os.pidfd_open(pid)
            self.close_handle()
            self._pid, self.handle = pid, handle

    def close_handle(self) -> None:
        if self.handle >= 0:
            os.close(self.handle)
        self._pid, self.handle = 0, -1

    def close(self) -> None:
        self.close_handle()
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)  # closing alone would leave copies of it open
        self.sock.close()


class Handed:
    """What a new kernel and its grader are given: a file in memory for what it prints before it is behind its walls,
    and connections between the two: to its agent, for cells, and to its supervisor if it has one."""

    def __init__(self) -> None:
        self.log = -1
        self._pairs: list[tuple[socket.socket, socket.socket]] = []

    def open(self) -> None:
        """Raise OSError."""
        self.log = os.memfd_create("log")
        for _ in ("agent", "cells"):
            self.connect()

    def connect(self) -> None:
        """Make one more connection. Raise OSError."""
        self._pairs.append(socket.socketpair())

    def graders(self) -> list[int]:
        return [self.log, *(ours.fileno() for ours, _ in self._pairs)]

    def kernels_ends(self) -> list[socket.socket]:
        """In the kernel: the other ends."""
        for ours, _ in self._pairs:
            ours.close()
        return [theirs for _, theirs in self._pairs]

    def close(self) -> None:
        if self.log >= 0:
            os.close(self.log)
        for ours, theirs in self._pairs:
            ours.close()
            theirs.close()
