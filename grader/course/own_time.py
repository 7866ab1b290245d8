"""Bounds the time that the course's own code computes, so that an author's endless loop ends as an error of its own."""

from __future__ import annotations

import ctypes
import threading
import time

LOOK_EVERY_S = 0.25


class TooLong(BaseException):
    """The course's own code computed for longer than it may. No `except Exception` of it catches this."""


class within:  # noqa: N801  it reads as what it says: `with within(5):`
    """Raise TooLong in the body when this thread has computed for `limit_s` seconds of CPU time: in the body, or in all
    bodies where one is entered again. What it waits for, such as a participant's kernel, has limits of its own, and a
    machine under load changes nothing.

    It counts from the first time that somebody looks, LOOK_EVERY_S later at most: a body that ends before costs no look
    at a clock.
    """

    __slots__ = ("_left_s", "_limit_s", "_since_s", "fired", "thread")

    def __init__(self, limit_s: float) -> None:
        self._limit_s = self._left_s = limit_s

    def __enter__(self) -> None:
        self._since_s: float | None = None
        self.fired = False
        self.thread = threading.get_ident()
        _WATCH.begin(self)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        _WATCH.end(self)
        if self._since_s is not None:
            self._left_s -= _computed_s(self.thread) - self._since_s
        if kind is TooLong:
            raise TooLong(f"it computed for more than {self._limit_s:g} s") from None

    def look(self) -> bool:
        """Whether it has computed for too long, as another thread sees it."""
        now_s = _computed_s(self.thread)
        if self._since_s is None:
            self._since_s = now_s
        self.fired = now_s - self._since_s > self._left_s
        return self.fired


class _Watch:
    """Raises TooLong in threads whose bound is past. Its own thread lives while there are bounds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bounds: set[within] = set()
        self._thread: threading.Thread | None = None

    def begin(self, bound: within) -> None:
        with self._lock:
            self._bounds.add(bound)
            if self._thread is None or not self._thread.is_alive():  # it does not outlive a fork
                self._thread = threading.Thread(target=self._look, name="own time", daemon=True)
                self._thread.start()

    def end(self, bound: within) -> None:
        with self._lock:
            self._bounds.discard(bound)
            if bound.fired:  # what has not been raised yet is not raised after the end
                _raise_in(bound.thread, None)

    def _look(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_S)
            with self._lock:
                if not self._bounds:
                    self._thread = None
                    return
                over = [bound for bound in self._bounds if bound.look()]
                for bound in over:
                    self._bounds.discard(bound)
                    _raise_in(bound.thread, TooLong)


_WATCH = _Watch()


def _computed_s(thread: int) -> float:
    """What a thread has computed; where the system can't say, what the process has."""
    if not hasattr(time, "pthread_getcpuclockid"):  # macOS
        return time.process_time()
    return time.clock_gettime(time.pthread_getcpuclockid(thread))


def _raise_in(thread: int, what: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(what) if what else None)
