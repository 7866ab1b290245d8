"""What the walls refuse takes no more of its cell along than the statement that asked for it.

On the participant's own machine it would have worked, and what stands below it would have run.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Collection

_REFUSING = frozenset({"landlock", "seccomp", "mount", "user"})  # the walls that answer "not permitted"
_LIKELY = re.compile(r"multiprocessing|subprocess|concurrent|joblib|Pool|Process|mmap|\bos\b")


class Refusals:
    """Tells what the walls refused from a participant's own mistake."""

    def __init__(self, walls: Collection[str]) -> None:
        """`walls`: names of those that stand, perhaps each with a detail; it may still grow."""
        self._walls = walls
        self.possible = False
        self._happened = False

    def look_at(self, source: str) -> None:
        """Note whether a cell may ask for what is refused. Then so may those below it, through what it defines."""
        self.possible = self.possible or _LIKELY.search(source) is not None

    def caused(self, error: BaseException | None) -> bool:
        """Whether an exception comes of a refusal."""
        found = self._is_refusal(error) or (self._happened and _is_of_unstarted(error))
        self._happened = self._happened or found
        return found

    def _is_refusal(self, error: BaseException | None) -> bool:
        if _REFUSING.isdisjoint(wall.partition(" ")[0] for wall in self._walls):
            return False
        if isinstance(error, PermissionError):
            return error.errno == errno.EPERM or error.filename is None or _is_raised_by_starting(error)
        is_of_pool = type(error).__name__ == "BrokenProcessPool"
        return is_of_pool or (isinstance(error, EOFError | ConnectionError) and _is_raised_by_starting(error))


def _is_of_unstarted(error: BaseException | None) -> bool:
    """Whether somebody waits for a process that was not started."""
    return isinstance(error, AssertionError) and _is_raised_by_starting(error)


def _is_raised_by_starting(error: BaseException) -> bool:
    """Whether the exception comes from the modules that start processes and share memory with them."""
    trace, name = error.__traceback__, ""
    while trace is not None:
        name, trace = str(trace.tb_frame.f_globals.get("__name__", "")), trace.tb_next
    return name.partition(".")[0] in ("subprocess", "multiprocessing")
