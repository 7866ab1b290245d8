"""What otter takes out of a solution cell to make the participant's version of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from grader.errors import CourseError

PROMPT = "..."
_TARGET = r"[\w.]+(?:\[[^\]=]*\])*"
_ASSIGNMENT = re.compile(rf"(\s*{_TARGET}(?:\s*,\s*{_TARGET})*\s*=)(?!=).*# ?SOLUTION")
_LINE = re.compile(r"(\s*).*# ?SOLUTION")
_BEGIN = re.compile(r"(\s*)# BEGIN SOLUTION( NO PROMPT)?")
_MARK = re.compile(r"\s*# ?(?:SOLUTION(?: NO PROMPT)?|SEED)\s*$")
_END = "# END SOLUTION"
_LEFT_OUT = ("# SOLUTION NO PROMPT", "# BEGIN PROMPT", "# END PROMPT", "# SEED")
_BEGIN_IGNORED = re.compile(r"\s*#\s*BEGIN\s*IGNORE\b", re.IGNORECASE)


def without_solution(source: str, place: str) -> str:
    """A solution cell as participants get it. Raise CourseError where marks don't match; `place` says which cell."""
    return "\n".join(_without_solution(source.split("\n"), place))


def without_marks(source: str) -> str:
    """A solution cell as its author would write it without otter: the solution, and no prompt."""
    lines: list[str] = []
    prompt = False
    for line in source.split("\n"):
        text = line.rstrip()
        if text.endswith("# END PROMPT"):
            prompt = False
        elif prompt or text.endswith("# BEGIN PROMPT"):
            prompt = True
        elif not _BEGIN.match(line) and not text.endswith(_END):
            lines.append(_MARK.sub("", line))
    return "\n".join(lines)


def without_ignored(source: str, place: str) -> str:
    """A cell without the lines that are in no version of the notebook."""
    kept = []
    ignored = False
    for line in source.split("\n"):
        if line.rstrip().endswith("# END IGNORE"):
            _require(ignored, place, "# END IGNORE", "# BEGIN IGNORE")
            ignored = False
        elif _BEGIN_IGNORED.match(line):
            ignored = True
        elif not ignored and not line.rstrip().endswith("# IGNORE"):
            kept.append(line)
    _require(not ignored, place, "# BEGIN IGNORE", "# END IGNORE")
    return "\n".join(kept)


def _without_solution(lines: Iterable[str], place: str) -> Iterator[str]:
    inside = False
    for line in lines:
        text = line.rstrip()
        begin = _BEGIN.match(line)
        if text.endswith(_LEFT_OUT):
            continue
        if text.endswith(_END):
            _require(inside, place, _END, "# BEGIN SOLUTION")
            inside = False
        elif begin and not inside:
            inside = True
            if not begin[2]:
                yield begin[1] + PROMPT
        elif not inside:
            yield _prompted(line)
    _require(not inside, place, "# BEGIN SOLUTION", _END)


def _prompted(line: str) -> str:
    """A line with the prompt in the place of what it gives away."""
    assigned, whole = _ASSIGNMENT.match(line), _LINE.match(line)
    if assigned:
        return f"{assigned[1]} {PROMPT}"
    return f"{whole[1]}{PROMPT}" if whole else line


def _require(matches: bool, place: str, mark: str, other: str) -> None:
    if not matches:
        raise CourseError(
            "{place}: there is {mark} without {other}. Add the other, or take it out",
            place=place,
            mark=repr(mark),
            other=repr(other),
        )


def resolve_points(total: float | Sequence[float | None] | None, own: Sequence[float | None]) -> list[float] | None:
    """The points of each test of a question, by otter's rules. None where the tests have more than the question.

    `total`: what the question has, together or for each test; `own`: what stands in the tests themselves.
    """
    if isinstance(total, Sequence):
        own, total = list(total), None
    given = sum(points for points in own if points is not None)
    unset = sum(points is None for points in own)
    if total is None:
        total = given or 1.0
    if given > total + 1e-9:
        return None
    rest = (total - given) / unset if unset else 0.0
    return [rest if points is None else float(points) for points in own]
