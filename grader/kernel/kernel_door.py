"""Where a new kernel connects to the grader."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from grader.kernel.cells import START_TIMEOUT_S
from grader.kernel.protocol.messages import CONNECTIONS


class KernelDoor:
    """A listening socket: a file of the kernel's folder, or a port of the loopback where there are no such sockets.

    Attributes:
        path: the file, or "".
        port: the port, or 0.
    """

    def __init__(self, path: Path) -> None:
        """Raise OSError."""
        self.path, self.port = str(path) if os.name == "posix" else "", 0
        self._socket = socket.socket(socket.AF_UNIX) if self.path else socket.socket()
        try:
            self._socket.bind(self.path or ("127.0.0.1", 0))
            self._socket.listen(CONNECTIONS)
        except BaseException:
            self.close()
            raise
        if not self.path:
            self.port = self._socket.getsockname()[1]
        self._socket.settimeout(0.2)

    def accept(self, is_starting: Callable[[], bool]) -> socket.socket:
        """The next connection. Raise RuntimeError when there is none in time, or `is_starting` says that the kernel is
        gone."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            with suppress(TimeoutError):
                return self._socket.accept()[0]
            if time.monotonic() > deadline or not is_starting():
                raise RuntimeError("it ended before it connected")

    def accept_all(self, is_starting: Callable[[], bool]) -> list[socket.socket]:
        """The kernel's connections: to its agent, for cells, to its supervisor. Nobody is let in after them."""
        accepted = [self.accept(is_starting) for _ in range(CONNECTIONS)]
        self.close()
        return accepted

    def close(self) -> None:
        self._socket.close()
