"""Work that is the same, beyond what right answers have in common. It says who has the same, never why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations

from grader.course.course import Course
from grader.course.sources import read_file
from grader.i18n import Text, msg
from grader.model import Cell, CheckResult, ExerciseResult, ExerciseStatus, Grade
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
    handed_out = _handed_out(run.course)
    whole = _groups((index, _notebook(grade, handed_out)) for index, grade in enumerate(run.grades))
    found = [Same(who, Common.NOTEBOOK) for who in whole]
    known = [set(who) for who in whole]
    others = (
        (Common.WRONG_CODE, _wrong_code(run, handed_out)),
        (Common.RARE_MISTAKES, _rare_mistakes(run)),
    )
    for what, ids in others:
        for who, exercises in sorted(ids.items()):
            if not any(set(who) <= one for one in known):
                found.append(Same(who, what, tuple(exercises)))
    return found


def names(same: Same, run: Run) -> str:
    """The people, by name."""
    return ", ".join(run.grades[index].notebook.participant for index in same.who)


def _notebook(grade: Grade, handed_out: frozenset[str]) -> Hashable:
    """The own lines of a whole notebook, comments too; nothing where all of it is short right answers."""
    short = {one.cell for one in grade.exercises if _is_short(grade, one, handed_out)}
    telling = [cell for cell in grade.notebook.cells if cell.index not in short]
    if _length(line for cell in telling for line in own_lines(cell.source, handed_out)) < MIN_OWN:
        return ()
    return tuple(line for cell in grade.notebook.cells for line in own_lines(cell.source, handed_out, comments=True))


def _is_short(grade: Grade, exercise: ExerciseResult, handed_out: frozenset[str]) -> bool:
    return exercise.status not in _WRONG and _length(_answer(grade, exercise, handed_out)) < MIN_OWN


def _wrong_code(run: Run, handed_out: frozenset[str]) -> dict[tuple[int, ...], list[str]]:
    """The exercises in which the same people have the same wrong code."""
    found: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for id, results in _by_exercise(run).items():
        answers = {
            index: _answer(run.grades[index], result, handed_out)
            for index, result in results.items()
            if result.status in _WRONG
        }
        for who in _groups(answers.items()):
            length = _length(answers[who[0]])
            if length >= MIN_OWN or (length >= MIN_WRONG and len(who) <= FEW):
                found[who].append(id)
    return found


def _rare_mistakes(run: Run) -> dict[tuple[int, ...], list[str]]:
    """The exercises in which two people share a mistake that hardly anybody else made, where there are several."""
    found: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for id, results in _by_exercise(run).items():
        written = {index: result for index, result in results.items() if result.cell is not None}
        if len(written) < RARE_OF:
            continue
        for who in _groups((index, _mistake(result.checks)) for index, result in written.items()):
            for pair in combinations(who, 2) if len(who) <= FEW else ():
                found[pair].append(id)
    return {pair: ids for pair, ids in found.items() if len(ids) >= MIN_RARE}


def _by_exercise(run: Run) -> Mapping[str, Mapping[int, ExerciseResult]]:
    found: dict[str, dict[int, ExerciseResult]] = defaultdict(dict)
    for index, grade in enumerate(run.grades):
        for result in grade.exercises:
            found[result.id][index] = result
    return found


def _groups(keys: Iterable[tuple[int, Hashable]]) -> list[tuple[int, ...]]:
    """The people who have the same, where several do. Nothing is the same as nothing."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in keys:
        if key:
            found[key].append(index)
    return [tuple(who) for who in found.values() if len(who) > 1]


def _mistake(checks: Sequence[CheckResult]) -> str:
    return next((check.diagnosis.mistake for check in checks if check.diagnosis), "")


def _answer(grade: Grade, exercise: ExerciseResult, handed_out: frozenset[str]) -> tuple[str, ...]:
    """The own lines of the cell that was judged."""
    cells: Iterator[Cell] = (cell for cell in grade.notebook.cells if cell.index == exercise.cell)
    return tuple(line for cell in cells for line in own_lines(cell.source, handed_out))


def own_lines(source: str, handed_out: frozenset[str], comments: bool = False) -> list[str]:
    """The lines of a cell that were not handed out, without blanks, and without comments unless they are asked for.
    What is beyond MAX_CELL is one line as it stands."""
    lines = (_bare(line, comments) for line in source[:MAX_CELL].splitlines())
    rest = source[MAX_CELL:]
    return [line for line in (*lines, rest) if line and line not in handed_out]


def _handed_out(course: Course) -> frozenset[str]:
    """The lines of what every notebook of the course holds from the start, as `own_lines` writes them."""
    folders = (exercise.folder for exercise in course.exercises)
    files = [*(folder / name for folder in folders for name in ("stub.py", "visible.py")), *course.opening]
    lines = [line for file in files if file.is_file() for line in read_file(file).splitlines()]
    return frozenset(_bare(line, comments) for line in lines for comments in (False, True))


def _bare(line: str, comments: bool) -> str:
    return "".join((line if comments else line.partition("#")[0]).split())


def _length(lines: Iterable[str]) -> int:
    return sum(map(len, lines))
