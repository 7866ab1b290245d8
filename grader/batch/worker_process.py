"""A grading process of its own, for a worker of a cluster or a server, whatever else runs in that one's process.

Only data crosses the connection to it. The first message sets the process up, with the course as an archive. Each later
one is a submission with the contents of its files, and the answer to it is a grade, sealed.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection as Connection
else:
    from multiprocessing.connection import Connection

from grader.batch.memory import LOOK_S, is_overgrown, is_worn
from grader.batch.sealed import Sealed, Sealing, from_bytes, to_bytes
from grader.config import Config
from grader.course.course import Course
from grader.errors import SandboxError
from grader.kernel.inside.environment import ONE_THREAD
from grader.pipeline import Grader
from grader.submissions.submission import Submission

END_TIMEOUT_S = 5.0
_REFUSED = b"refused: "  # how no sealed grade begins


class Limit(Enum):
    """Why a process was ended while it graded."""

    TIME = "time"
    MEMORY = "memory"


class LimitReached(Exception):
    """The process used up its time for a submission, or took too much memory for it, and was ended."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.value)
        self.limit = limit


class WorkerDied(Exception):
    """The process died before it answered, as one does that is ended from outside or has no memory left."""


class Setup(msgspec.Struct, frozen=True):
    """What a grading process needs to know.

    Attributes:
        course: A zip archive of the course's folder.
        config: The settings of the run.
    """

    course: bytes
    config: Config


def encode_setup(course: Course, config: Config, hidden: Sequence[str] = ()) -> bytes:
    """The first message. `hidden`: folders that no notebook's code may see. For another machine there are none: this
    one's mean nothing there."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in course.files:
            archive.writestr(zipfile.ZipInfo(path.relative_to(course.folder).as_posix()), path.read_bytes())
    return msgspec.msgpack.encode(Setup(packed.getvalue(), replace(config, hidden=tuple(hidden))))


def encode_submission(submission: Submission) -> bytes:
    """A submission with the contents of its files."""
    attempts = tuple(tuple(replace(file, data=file.load()) for file in attempt) for attempt in submission.attempts)
    return msgspec.msgpack.encode(replace(submission, attempts=attempts))


def decode_answer(answer: bytes) -> Sealed:
    """The grade in an answer. Raise SandboxError where that process lacks walls without which it grades nothing."""
    if answer.startswith(_REFUSED):
        raise SandboxError("on a worker of the cluster: {value}", value=answer.removeprefix(_REFUSED).decode())
    return from_bytes(answer)


class GradingProcess:
    """A grading process, seen from the one that uses it. One thread at a time."""

    def __init__(self, setup: bytes) -> None:
        """`setup` comes from `encode_setup`."""
        self._connection, theirs = multiprocessing.Pipe()
        self._process = subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-m", "grader.batch.worker_process", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
            cwd=os.sep,  # Python looks there for modules first of all
            start_new_session=True,  # Ctrl-C in the terminal is for the one that uses it
            **_inherit(theirs.fileno()),
        )
        theirs.close()
        with contextlib.suppress(OSError):  # if it has died, the first answer says so
            self._connection.send_bytes(setup)

    def grade(self, submission: bytes, within_s: float) -> bytes:
        """The answer to a submission from `encode_submission`. Raise LimitReached if there is none after this time or
        within its memory, WorkerDied if the process has died before."""
        answered, reached = threading.Event(), list[Limit]()
        watchdog = threading.Thread(target=self._watch, args=(time.monotonic() + within_s, answered, reached))
        watchdog.start()
        try:
            self._connection.send_bytes(submission)
            return self._connection.recv_bytes()
        except (EOFError, OSError) as error:  # the connection is closed, at either end
            self.close()
            raise (LimitReached(reached[0]) if reached else WorkerDied) from error
        finally:
            answered.set()
            watchdog.join()

    @property
    def is_fit(self) -> bool:
        """Whether it lives and has room for the next notebook."""
        return self._process.poll() is None and not is_worn(self._process.pid)

    def end(self) -> None:
        """End the process, also in the middle of its work: from any thread."""
        self._process.kill()

    def close(self) -> None:
        """Let the process end, or end it."""
        self._connection.close()
        try:
            self._process.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _watch(self, deadline: float, answered: threading.Event, reached: list[Limit]) -> None:
        """End the process at the first limit that it reaches before it has answered."""
        while not answered.wait(min(LOOK_S, max(0.0, deadline - time.monotonic()))):
            if time.monotonic() >= deadline:
                reached.append(Limit.TIME)
            elif is_overgrown(self._process.pid):
                reached.append(Limit.MEMORY)
            if reached:
                self._process.kill()
                return


def _inherit(handle: int) -> dict[str, Any]:
    """Arguments by which a process inherits one end of a connection and nothing else."""
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)
        return {"startupinfo": subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})}
    return {"pass_fds": [handle]}


# ---- the process itself


def main() -> None:
    """Grade until the connection is closed; then end at once, even in the middle of a notebook."""
    connection = Connection(int(sys.argv[1]))
    messages: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    folders: list[Path] = []
    threading.Thread(target=_listen, args=(connection, messages.put, folders), daemon=True).start()
    _serve(messages.get, connection.send_bytes, folders)


def _listen(connection: Connection, put: Callable[[bytes], None], folders: list[Path]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            put(connection.recv_bytes())
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)  # kernels end with it: the process above them sees its end


def _serve(get: Callable[[], bytes], answer: Callable[[bytes], None], folders: list[Path]) -> None:
    from grader.course.loader import load
    from grader.kernel import fork_client
    from grader.pipeline import open_grader
    from grader.ready import hidden_folders

    setup = msgspec.msgpack.decode(get(), type=Setup)
    own = setup.config
    fork_server = fork_client.start(own.kernel, python=own.python, packages=own.packages)
    # This folder goes with the process, also when that is killed: hidden tests must not be left behind.
    folder = fork_client.new_folder(fork_server)
    folders.append(folder)
    with zipfile.ZipFile(io.BytesIO(setup.course)) as archive:  # the operator's own, from the machine that asks
        archive.extractall(folder)
    course = load(folder)
    config = replace(own, hidden=hidden_folders(map(Path, own.hidden), course))
    submissions, sealing = msgspec.msgpack.Decoder(Submission), Sealing(course, config)
    with open_grader(course, config, fork_server) as grader:
        while True:
            answer(_grade(grader, submissions.decode(get()), sealing))


def _grade(grader: Grader, submission: Submission, sealing: Sealing) -> bytes:
    try:
        return to_bytes(sealing.seal_replacing(grader.grade(submission)))
    except SandboxError as error:
        return _REFUSED + str(error).encode()


if __name__ == "__main__":
    main()
