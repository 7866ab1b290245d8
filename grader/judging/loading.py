"""How the hidden tests of a course are loaded: alone, from their own files, whatever the user's settings of pytest."""

from __future__ import annotations

import os
import sys
import threading
import types
from collections.abc import Mapping
from pathlib import Path

from grader.course.course import Course
from grader.judging.muted import muted

TURN_TIMEOUT_S = 10.0  # how long hidden tests that load slowly hold up those of another course
_READ_BY_PYTEST = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
_LOADING = threading.Lock()
_NOT_NEEDED = """terminal cacheprovider capture logging warnings faulthandler threadexception unraisableexception tmpdir
    junitxml unittest doctest pastebin stepwise setuponly setupplan debugging recwarn subtests""".split()


def pytest_options(folder: Path) -> list[str]:
    """For the hidden tests in a course's folder: no file of settings counts, and only what is needed is loaded."""
    places = ["-c", os.devnull, f"--rootdir={folder}", f"--confcutdir={folder}", "--import-mode=importlib"]
    plain = "--assert=plain"  # rewriting every assert takes longer than most runs
    return [*places, plain, *(f"-pno:{name}" for name in _NOT_NEEDED)]


class Turn:
    """One suite after another loads its tests: names of modules are the process's own, and who loads at the same time
    as another is given its tests. But none waits for ever for one whose import never ends."""

    def __init__(self) -> None:
        self._held = False

    def begin(self) -> None:
        self._held = _LOADING.acquire(timeout=TURN_TIMEOUT_S)

    def end(self) -> None:
        """It may be called more than once."""
        if self._held:
            self._held = False
            _LOADING.release()


def forget_modules(course: Course) -> None:
    """Make the next import of a hidden test read its file: pytest names a module by its place in the course, and takes
    what has that name already, which may be another course's or an older one."""
    for path in course.files:
        if path.suffix == ".py" and path.name.startswith(("test_", "conftest.")):
            sys.modules.pop(".".join(path.relative_to(course.folder).with_suffix("").parts), None)


class QuietEnvironment:
    """A context manager under which no setting of the user's and no installed plugin changes how hidden tests run, and
    pytest prints nothing of a conftest.py that breaks.

    Environment variables belong to the whole process, so they are restored as soon as pytest has read them: by the last
    where several begin at once.
    """

    _lock = threading.Lock()
    _inside = 0
    _before: Mapping[str, str | None] = types.MappingProxyType({})

    def __enter__(self) -> QuietEnvironment:
        self._is_open = True
        self._muted = muted()
        self._muted.__enter__()
        kind = type(self)
        with self._lock:
            if kind._inside == 0:
                kind._before = {name: os.environ.get(name) for name in _READ_BY_PYTEST}
            kind._inside += 1
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
            for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
                os.environ.pop(name, None)
        return self

    def restore(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        self._muted.__exit__(None, None, None)
        kind = type(self)
        with self._lock:
            kind._inside -= 1
            if kind._inside == 0:
                _set_environment(kind._before)

    def __exit__(self, *error: object) -> None:
        self.restore()


def _set_environment(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
