"""Work that is the same, beyond what right answers have in common. It says who has the same, never why."""

from __future__ import annotations

import hashlib
import sys
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import TYPE_CHECKING

from grader.course.course import Course
from grader.course.sources import read_file
from grader.i18n import Text, msg
from grader.model import CheckResult, ExerciseResult, ExerciseStatus, Grade
from grader.report.outline import Work, same

if TYPE_CHECKING:
    from grader.report.run import Run

MIN_OWN = 200  # characters of own code that nobody writes twice by chance, right or wrong
MIN_WRONG = 60  # characters of wrong code, where only a few have it
FEW = 3  # people: what more of them have is a common mistake
RARE_OF = 10  # people who wrote an exercise, before a mistake in it can be called rare
MIN_RARE = 2  # rare mistakes that two people share
MAX_CELL = 5_000  # characters of a cell that are compared line by line
_WRONG = frozenset({ExerciseStatus.PARTIAL, ExerciseStatus.FAILED})


class Common(Enum):
    """A kind of thing that people have in common. The values are names for machines."""

    NOTEBOOK = "notebook"
    WRONG_CODE = "wrong_code"
    RARE_MISTAKES = "rare_mistakes"


WORDS: Mapping[Common, Text] = {
    Common.NOTEBOOK: msg("the same notebook"),
    Common.WRONG_CODE: msg("the same wrong code"),
    Common.RARE_MISTAKES: msg("the same rare mistakes"),
}


@dataclass(frozen=True, slots=True)
class Same:
    """What some people have in common.

    Attributes:
        who: Indices of the people in the run's grades.
        what: What is the same.
        exercises: The exercises that it is about; none where it is the whole notebook.
    """

    who: tuple[int, ...]
    what: Common
    exercises: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """What is the same, and in which exercises."""
        if not self.exercises:
            return WORDS[self.what]
        return msg("{what} (exercises: {exercises})", what=WORDS[self.what], exercises=", ".join(self.exercises))


def same_work(run: Run) -> list[Same]:
    """All that is the same. Who has the same notebook is named for that alone."""
    whole = _groups((index, work.notebook) for index, work in enumerate(run.works))
    found = [Same(who, Common.NOTEBOOK) for who in whole]
    groups = _Groups(whole)
    others = (
        (Common.WRONG_CODE, _wrong_code(run.works)),
        (Common.RARE_MISTAKES, _rare_mistakes(run.works)),
    )
    for what, ids in others:
        for who, exercises in sorted(ids.items()):
            if not groups.hold(who):
                found.append(Same(who, what, tuple(exercises)))
    return found


class _Groups:
    """Groups of people, each of whom is in one at most."""

    def __init__(self, groups: Iterable[Sequence[int]]) -> None:
        self._own = {index: number for number, who in enumerate(groups) for index in who}

    def hold(self, who: Sequence[int]) -> bool:
        """Whether all of them are in the same group."""
        numbers = {self._own.get(index) for index in who}
        return len(numbers) == 1 and None not in numbers


def names(same: Same, run: Run) -> str:
    """The people, by name."""
    return ", ".join(run.outlines[index].score.notebook.participant for index in same.who)


def _wrong_code(works: Sequence[Work]) -> dict[tuple[int, ...], list[str]]:
    """The exercises in which the same people have the same wrong code."""
    answers: dict[str, dict[int, tuple[bytes, int]]] = defaultdict(dict)
    for index, work in enumerate(works):
        for id, digest, length in work.wrong:
            answers[id][index] = digest, length
    found: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for id in _in_order(works):
        for who in _groups((index, digest) for index, (digest, _) in answers[id].items()):
            _, length = answers[id][who[0]]
            if length >= MIN_OWN or (length >= MIN_WRONG and len(who) <= FEW):
                found[who].append(id)
    return found


def _rare_mistakes(works: Sequence[Work]) -> dict[tuple[int, ...], list[str]]:
    """The exercises in which two people share a mistake that hardly anybody else made, where there are several."""
    named: dict[str, dict[int, str]] = defaultdict(dict)
    for index, work in enumerate(works):
        for id, mistake in work.named:
            named[id][index] = mistake
    found: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for id in _in_order(works):
        for who in _groups(named[id].items()) if len(named[id]) >= RARE_OF else ():
            for pair in combinations(who, 2) if len(who) <= FEW else ():
                found[pair].append(id)
    return {pair: ids for pair, ids in found.items() if len(ids) >= MIN_RARE}


def _in_order(works: Iterable[Work]) -> Iterable[str]:
    """The ids of the exercises, in the order in which people have them."""
    return dict.fromkeys(id for work in works for id in work.exercises)


def _groups(keys: Iterable[tuple[int, Hashable]]) -> list[tuple[int, ...]]:
    """The people who have the same, where several do. Nothing is the same as nothing."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in keys:
        if key:
            found[key].append(index)
    return [tuple(who) for who in found.values() if len(who) > 1]


# ---- what one person wrote


def work_of(grade: Grade, handed_out: frozenset[str]) -> Work:
    """What of a grade may be the same as somebody else's."""
    lines = {cell.index: own_lines(cell.source, handed_out) for cell in grade.notebook.cells}
    answers = [(one, lines.get(one.cell, []) if one.cell is not None else []) for one in grade.exercises]
    return Work(
        same(tuple(one.id for one in grade.exercises)),
        _notebook(grade, handed_out, lines, answers),
        tuple((one.id, _digest(answer), _length(answer)) for one, answer in answers if one.status in _WRONG),
        same(tuple((one.id, _mistake(one.checks)) for one in grade.exercises if one.cell is not None)),
    )


def _notebook(
    grade: Grade,
    handed_out: frozenset[str],
    lines: Mapping[int, Sequence[str]],
    answers: Iterable[tuple[ExerciseResult, Sequence[str]]],
) -> bytes:
    """Of the own lines of a whole notebook, comments too; nothing where all of it is short right answers."""
    short = {one.cell for one, answer in answers if one.status not in _WRONG and _length(answer) < MIN_OWN}
    if sum(_length(own) for index, own in lines.items() if index not in short) < MIN_OWN:
        return b""
    whole = (
        own_lines(cell.source, handed_out, comments=True) if "#" in cell.source else lines[cell.index]
        for cell in grade.notebook.cells
    )
    return _digest([line for own in whole for line in own])


def _digest(lines: Sequence[str]) -> bytes:
    """Nothing for no lines."""
    return hashlib.blake2b("\n".join(lines).encode("utf-8", "surrogatepass"), digest_size=16).digest() if lines else b""


def _mistake(checks: Sequence[CheckResult]) -> str:
    return sys.intern(next((check.diagnosis.mistake for check in checks if check.diagnosis), ""))


def own_lines(source: str, handed_out: frozenset[str], comments: bool = False) -> list[str]:
    """The lines of a cell that were not handed out, without blanks, and without comments unless they are asked for.
    What is beyond MAX_CELL is one line as it stands."""
    lines = (_bare(line, comments) for line in source[:MAX_CELL].splitlines())
    rest = source[MAX_CELL:]
    return [line for line in (*lines, rest) if line and line not in handed_out]


def lines_handed_out(course: Course) -> frozenset[str]:
    """The lines of what every notebook of the course holds from the start, as `own_lines` writes them."""
    folders = (exercise.folder for exercise in course.exercises)
    files = [*(folder / name for folder in folders for name in ("stub.py", "visible.py")), *course.opening]
    lines = [line for file in files if file.is_file() for line in read_file(file).splitlines()]
    return frozenset(_bare(line, comments) for line in lines for comments in (False, True))


def _bare(line: str, comments: bool) -> str:
    return "".join((line if comments else line.partition("#")[0]).split())


def _length(lines: Iterable[str]) -> int:
    return sum(map(len, lines))
