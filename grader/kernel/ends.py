"""The ends of kernels: waited for in a thread, so that the next notebook is graded meanwhile."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from pathlib import Path
from typing import Protocol

from grader.kernel.sandbox.supervisor import remove_tree

MAX_WAITING = 2
END_TIMEOUT_S = 5.0


class Ending(Protocol):
    """A process that has been killed."""

    def wait(self, within_s: float | None = None) -> int: ...


class Ends:
    """Waits for processes to end, one after another, and removes their folders: on some file systems that takes longer
    than the process took to start. What does not end in time is left behind.

    `process_id`: of the process whose thread this is; one that is forked from it needs another.
    """

    def __init__(self) -> None:
        self.process_id = os.getpid()
        self._left: queue.Queue[tuple[Ending, Path] | None] = queue.Queue(MAX_WAITING)
        self._thread = threading.Thread(target=self._run, name="ends of kernels", daemon=True)
        self._thread.start()

    def leave(self, process: Ending, folder: Path) -> None:
        """Leave the end to the thread. Wait where MAX_WAITING others wait already: each holds memory until its end."""
        self._left.put((process, folder))

    def close(self) -> None:
        """Wait for those that are left."""
        if self.process_id == os.getpid() and self._thread.is_alive():
            self._left.put(None)
            self._thread.join((MAX_WAITING + 1) * END_TIMEOUT_S)

    def _run(self) -> None:
        while left := self._left.get():
            process, folder = left
            with contextlib.suppress(OSError, ValueError):  # it is not to be waited for, and the next ones are
                process.wait(END_TIMEOUT_S)
            remove_tree(folder)
