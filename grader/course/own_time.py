"""Bounds the time that the course's own code computes, so that an author's endless loop ends as an error of its own."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

LOOK_EVERY_S = 0.25


class TooLong(BaseException):
    """The course's own code computed for longer than it may. No `except Exception` of it catches this."""


@dataclass(slots=True, eq=False)
class _Bound:
    """A thread, and the CPU time at which what it does is too long."""

    thread: int
    now_s: Callable[[], float]
    until_s: float
    fired: bool = False


class _Watch:
    """Raises TooLong in threads whose bound is past. Its own thread lives while there are bounds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bounds: set[_Bound] = set()
        self._thread: threading.Thread | None = None

    def begin(self, bound: _Bound) -> None:
        with self._lock:
            self._bounds.add(bound)
            if self._thread is None or not self._thread.is_alive():  # it does not outlive a fork
                self._thread = threading.Thread(target=self._look, name="own time", daemon=True)
                self._thread.start()

    def end(self, bound: _Bound) -> None:
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
                for bound in self._bounds:
                    if not bound.fired and bound.now_s() > bound.until_s:
                        bound.fired = True
                        _raise_in(bound.thread, TooLong)


_WATCH = _Watch()


@contextmanager
def within(limit_s: float) -> Iterator[None]:
    """Raise TooLong in the body when this thread has computed for `limit_s` seconds of CPU time. What it waits for,
    such as a participant's kernel, has limits of its own, and a machine under load changes nothing."""
    thread = threading.get_ident()
    now_s = _clock_of(thread)
    bound = _Bound(thread, now_s, now_s() + limit_s)
    _WATCH.begin(bound)
    try:
        yield
    except TooLong:
        raise TooLong(f"it computed for more than {limit_s:g} s") from None
    finally:
        _WATCH.end(bound)


def _clock_of(thread: int) -> Callable[[], float]:
    """What a thread has computed, in seconds; where the system can't say, what the process has."""
    if not hasattr(time, "pthread_getcpuclockid"):  # macOS
        return time.process_time
    return partial(time.clock_gettime, time.pthread_getcpuclockid(thread))


def _raise_in(thread: int, what: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(what) if what else None)
