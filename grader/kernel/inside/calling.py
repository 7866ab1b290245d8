"""Runs a piece of the participant's code on the grader's request: what comes of it, what it prints, how it fails."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # signal's functions without its enums, which take longer
import builtins
import linecache
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from grader.kernel.inside.fake_modules import TOUCHED
from grader.kernel.inside.seeding import seed_all
from grader.kernel.inside.streams import Dropped, Printed
from grader.kernel.protocol.messages import MAX_CALLERS, Raised, Timeout
from grader.kernel.protocol.values import Opaque, Value, clean

T = TypeVar("T")
Keep = Callable[[object], "Value | None"]


def call(
    capture: Capture,
    files: Mapping[str, int],
    printed: Printed,
    seed: int | None,
    action: Callable[[], tuple[Value, T]],
    keep: Keep,
) -> tuple[Value | Raised | Timeout, T | tuple[()], list[str]]:
    """What `action` gives, or how else it ends: it runs under the interrupt, with random numbers from `seed`, and
    `printed` takes what it prints; and which modules that are not installed took part. `files`: the cell of each code
    file."""
    try:
        if seed is not None:
            seed_all(seed)
        TOUCHED.titles.clear()
        with capture.into(printed), AllowInterrupt():
            value, more = action()
        return value, more, [*TOUCHED.titles]
    except KeyboardInterrupt:
        ignore_interrupt()  # it may have come where that was about to be done
        return Timeout(), (), [*TOUCHED.titles]
    except BaseException as error:  # whatever the participant's code raises is an answer, SystemExit too
        return _describe_error(error, files, keep), (), TOUCHED.part_in(error)


class AllowInterrupt:
    """A context manager that lets SIGINT end what runs in its block, and nothing else."""

    __slots__ = ()

    def __enter__(self) -> None:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)

    def __exit__(self, *_: object) -> None:
        ignore_interrupt()


def ignore_interrupt() -> None:
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)


NOT_ENOUGH = "input() was asked for more lines than there are"


@contextmanager
def answering(lines: Sequence[str]) -> Iterator[None]:
    """Let `input()` give these lines in turn; after the last one it raises EOFError, as at the end of a file."""
    left = list(lines)

    def answer(prompt: object = "") -> str:
        sys.stdout.write(f"{prompt}")
        if not left:
            raise EOFError(NOT_ENOUGH)
        sys.stdout.write(f"{left[0]}\n")
        return left.pop(0)

    before = builtins.input
    builtins.input = answer
    try:
        yield
    finally:
        builtins.input = before


@contextmanager
def patched(functions: Mapping[str, Callable[..., Any]], names: dict[str, Any]) -> Iterator[None]:
    """Let these functions stand in for those of the notebook, whose names are `names`, and for built-in ones."""
    places = {name: vars(builtins) if name in vars(builtins) and name not in names else names for name in functions}
    before = {name: place[name] for name, place in places.items() if name in place}
    for name, place in places.items():
        place[name] = functions[name]
    try:
        yield
    finally:
        for name, place in places.items():
            if place.get(name) is not functions[name]:
                continue
            if name in before:
                place[name] = before[name]
            else:
                del place[name]


class _Into:
    """A context manager: in its block `printed` is the standard output."""

    __slots__ = ("_before", "_now")

    def __init__(self, printed: Printed, errors: Printed) -> None:
        self._now = printed, errors

    def __enter__(self) -> None:
        self._before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self._now

    def __exit__(self, *_: object) -> None:
        sys.stdout, sys.stderr = self._before


class Capture:
    """Takes what calls print and show, while it is entered. Warnings go to nobody: they name files of this machine."""

    def __init__(self, shell: Any) -> None:
        self._publisher = shell.display_pub
        self._printed, self._errors = Printed(), Dropped()

    def __enter__(self) -> Capture:
        self._publisher.register_hook(self._display)
        return self

    def __exit__(self, *error: object) -> None:
        self._publisher.unregister_hook(self._display)

    def into(self, printed: Printed) -> _Into:
        """Let `printed` take it in this block."""
        self._printed = printed
        if self._errors.closed:  # by the call before
            self._errors = Dropped()
        return _Into(printed, self._errors)

    def _display(self, message: dict[str, Any]) -> None:
        self._printed.write(str(message.get("content", {}).get("data", {}).get("text/plain", "")) + "\n")


def _describe_error(error: BaseException, files: Mapping[str, int], keep: Keep) -> Raised:
    """The error, with its innermost line in the notebook. `files`: the cell of each code file."""
    places = _last_places(error, files)
    codes = [clean(linecache.getline(*place).strip()[:200]) for place in places]
    name, line = places[-1] if places else ("", 0)
    try:
        text = str(error)[:1000]
    except BaseException:  # an exception's __str__ is the participant's code too
        text = ""
    known, bases = _id(keep(error)), lineage(type(error), keep)
    cell, code = files.get(name, -1), codes[-1] if codes else ""
    return Raised(type(error).__name__[:60], clean(text), cell, line, code, known, bases, tuple(codes[:-1]))


_Place = tuple[str, int]


def _last_places(error: BaseException, files: Mapping[str, int]) -> tuple[_Place, ...]:
    """The file and line of the notebook where it happened, after those from which that was called. Of calls without an
    end, the line that called most often is the last: where they came to their limit is chance."""
    often = None
    if isinstance(error, RecursionError):
        often = max(Counter(_places(error, files)).items(), key=lambda counted: counted[1], default=(None, 0))[0]
    recent: deque[_Place] = deque(maxlen=MAX_CALLERS + 1)
    last: tuple[_Place, ...] = ()
    for place in _places(error, files):
        recent.append(place)
        if often is None or place == often:
            last = tuple(recent)
    return last


def _places(error: BaseException, files: Mapping[str, int]) -> Iterator[_Place]:
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in files:
            yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def lineage(type_: type, keep: Keep) -> tuple[tuple[str, int], ...]:
    """An exception's class and its bases, each with the id by which the grader can ask for it; 0 for Python's own."""
    found = [one for one in type.mro(type_) if one not in (object, BaseException)][:20]
    return tuple((clean(one.__name__[:60]), 0 if is_builtin(one) else _id(keep(one))) for one in found)


def is_builtin(type_: type) -> bool:
    return vars(builtins).get(type_.__name__) is type_


def _id(form: Value | None) -> int:
    return form.id if isinstance(form, Opaque) else 0
