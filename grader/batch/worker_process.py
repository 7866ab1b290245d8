"""Grading in a process of its own, over a pipe: what a worker of a cluster runs, whatever else it has in its process.

A frame is eight bytes of length and that many of contents. The first one sets the process up, each later one is an
entry with its notebooks' bytes, and the answer to it a grade. Only data crosses: the course travels as an archive.
"""

from __future__ import annotations

import contextlib
import io
import os
import queue
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import msgspec

from grader.batch.store import encoded
from grader.course.course import Course
from grader.kernel.inside.environment import ONE_THREAD
from grader.model import Config, Grade
from grader.submissions.submission import Submission

LENGTH_BYTES = 8
END_TIMEOUT_S = 5.0


class Overran(Exception):
    """The process had its time for an entry, and was ended."""


class WorkerDied(Exception):
    """The process has ended before it answered, as one does that was ended from outside or has no memory left."""


class Setup(msgspec.Struct, frozen=True):
    """`course`: an archive of its folder."""

    course: bytes
    config: Config


class Process:
    """A grading process, seen from the one that uses it. One thread at a time."""

    def __init__(self, setup: bytes) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "grader.batch.worker_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
            cwd=os.sep,  # Python looks there for modules first of all
        )
        with contextlib.suppress(OSError):  # the first answer tells it
            self._send(setup)

    def grade(self, encode_submission: bytes, within_s: float) -> bytes:
        """The answer to a parcel. Raise Overran where there is none after so long, Gone where it ended before."""
        assert self._process.stdout is not None
        overran = threading.Event()
        watchdog = threading.Timer(within_s, self._end, [overran])
        watchdog.start()
        try:
            self._send(encode_submission)
            answer = _receive(self._process.stdout)
        except (OSError, ValueError):  # a pipe that is closed, by it or here
            answer = None
        finally:
            watchdog.cancel()
        if answer is None:
            self.close()
            raise Overran if overran.is_set() else WorkerDied
        return answer

    def _end(self, overran: threading.Event) -> None:
        overran.set()
        self._process.kill()

    def close(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, contents: bytes) -> None:
        assert self._process.stdin is not None
        _send(self._process.stdin, contents)


def setup(course: Course, config: Config) -> bytes:
    """What a process needs to know. Folders that are to be hidden here mean nothing there."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in course.files:
            archive.writestr(zipfile.ZipInfo(path.relative_to(course.folder).as_posix()), path.read_bytes())
    return msgspec.msgpack.encode(Setup(packed.getvalue(), replace(config, hidden=())))


def encode_submission(submission: Submission) -> bytes:
    """An entry with the contents of its files."""
    attempts = tuple(tuple(replace(file, data=file.load()) for file in attempt) for attempt in submission.attempts)
    return msgspec.msgpack.encode(replace(submission, attempts=attempts), enc_hook=str)


def grade_of(answer: bytes) -> Grade:
    return msgspec.json.decode(answer, type=Grade)


def _send(file: IO[bytes], contents: bytes) -> None:
    file.write(len(contents).to_bytes(LENGTH_BYTES, "big") + contents)
    file.flush()


def _receive(file: IO[bytes]) -> bytes | None:
    """None when the other side has hung up."""
    length = file.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    contents = file.read(int.from_bytes(length, "big"))
    return contents if len(contents) == int.from_bytes(length, "big") else None


# ---- the process itself


def main() -> None:
    """Grade until the other side hangs up; then end at once, also in the middle of a notebook."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get between the answers
    frames: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    folders: list[Path] = []
    threading.Thread(target=_listen, args=(frames.put, folders), daemon=True).start()
    _serve(frames.get, answers, folders)


def _listen(put: Callable[[bytes], None], folders: list[Path]) -> None:
    while (frame := _receive(sys.stdin.buffer)) is not None:
        put(frame)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)  # kernels end with it: whoever is above them sees its end


def _serve(get: Callable[[], bytes], answers: IO[bytes], folders: list[Path]) -> None:
    from grader.course import loader
    from grader.judging.suite import Suite
    from grader.kernel import fork_client as warm
    from grader.pipeline import grade

    known = msgspec.msgpack.decode(get(), type=Setup)
    process = warm.start(known.config.kernel)
    folder = warm.new_folder(process)  # goes with us, also when we are killed: hidden tests must not be left there
    folders.append(folder)
    with zipfile.ZipFile(io.BytesIO(known.course)) as archive:  # the operator's own, from the machine that asks
        archive.extractall(folder)
    course = loader.load(folder)
    config = replace(known.config, hidden=(str(folder),))
    submissions = msgspec.msgpack.Decoder(Submission, dec_hook=_path)
    with Suite(course) as suite:
        while True:
            result = grade(submissions.decode(get()), course, suite, config, process)
            _send(answers, encoded(result))


def _path(kind: type[Any], value: Any) -> Any:
    return kind(value)


if __name__ == "__main__":
    main()
