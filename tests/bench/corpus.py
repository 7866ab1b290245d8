"""Grades the corpus of wrong exercises and writes what the reports say is wrong with each.

python -m tests.bench.corpus [word ...]    # all files, or those whose path holds one of the words
python -m tests.bench.corpus --check       # against verdicts.txt; 1 where something else is named
python -m tests.bench.corpus --write       # writes verdicts.txt anew: what has changed is marked as unread
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from grader.api import grade_all, load_course
from grader.config import Config, Limits
from grader.course.course import Course
from grader.course.sources import read_file
from grader.i18n import render
from grader.model import CheckResult, CheckStatus, ExerciseResult, ExerciseStatus, Grade

CORPUS = Path(__file__).parent.parent / "corpus"
VERDICTS = CORPUS / "verdicts.txt"
LIMITS = Limits(cell_timeout_s=2.0, call_timeout_s=0.5, total_timeout_s=30.0)
CELL_MARK = "# %%"
UNREAD = "unread"
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the corpus.

    Attributes:
        exercise: the exercise that it does wrong.
        slug: the name of its file, without ending.
        truths: what is wrong with it, as a teacher would say it.
        defines: the earlier exercise of which it brings its own version, or "".
        cells: its code.
    """

    exercise: str
    slug: str
    truths: tuple[str, ...]
    defines: str
    cells: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.exercise}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Said:
    """What a report says of an entry.

    Attributes:
        entry: the entry.
        refused: whether the exercise, or the earlier one that the entry defines, was refused.
        named: the mistakes that are named, each with its exercise; "-" where none is.
        texts: all that is said about them, in English.
        worked: whether a call is worked out step by step.
    """

    entry: Entry
    refused: bool
    named: str
    texts: tuple[str, ...]
    worked: bool

    def fits(self, verdict: Verdict) -> bool:
        """Whether it is still what somebody judged."""
        return self.named == verdict.named and (self.worked or verdict.judged != "worked")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody who read a report thought of it.

    Attributes:
        judged: "true", "worked", "vague", "telling", "nothing", "accepted", "false" (README.md says what they mean), or "unread".
        named: the mistakes that the report named.
    """

    judged: str
    named: str


def read_corpus(words: Sequence[str] = ()) -> list[Entry]:
    """The entries whose name holds one of the words; without words all of them."""
    entries = [_read(path) for path in sorted(CORPUS.glob("*/*.py"))]
    return [entry for entry in entries if not words or any(word in entry.name for word in words)]


def _read(path: Path) -> Entry:
    source = read_file(path)
    end = source.index('"""', 3) + 3  # not every file is valid Python
    notes = [line.partition(": ") for line in source[3 : end - 3].splitlines()]
    truths = tuple(text for kind, _, text in notes if kind == "truth")
    defines = next((text.strip() for kind, _, text in notes if kind == "defines"), "")
    cells = tuple(cell.strip("\n") + "\n" for cell in source[end:].split(f"{CELL_MARK}\n"))
    return Entry(path.parent.name, path.stem, truths, defines, cells)


def read_verdicts() -> dict[str, Verdict]:
    """By the name of the entry."""
    rows = [line.split() for line in read_file(VERDICTS).splitlines()]
    return {name: Verdict(judged, named) for judged, name, named in rows}


def shares(verdicts: Mapping[str, Verdict]) -> dict[str, float]:
    """Each judgement's share of the entries."""
    return {judged: count / len(verdicts) for judged, count in Counter(one.judged for one in verdicts.values()).items()}


# ---- graded


def grade_corpus(entries: Iterable[Entry], jobs: int = 2) -> list[Said]:
    """What the reports of the entries say, each at the end of a notebook that is right before it."""
    course = load_course()
    entries = list(entries)
    with tempfile.TemporaryDirectory() as folder:
        paths = [_write_notebook(Path(folder), entry, course) for entry in entries]
        grades = grade_all(paths, course, Config(lang="en", limits=LIMITS), jobs)
        return [_said(entry, grade, course) for entry, grade in zip(entries, grades, strict=True)]


def _write_notebook(folder: Path, entry: Entry, course: Course) -> Path:
    path = folder / f"{entry.exercise}_{entry.slug}.ipynb"
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell(source) for source in _notebook(entry, course)]
    nbformat.write(book, path)
    return path


def _notebook(entry: Entry, course: Course) -> Iterator[str]:
    """The opening cells, the right solutions of the exercises before, the entry's own cells."""
    yield from map(read_file, course.opening)
    for exercise in course.exercises:
        if exercise.id == entry.exercise:
            break
        if exercise.id != entry.defines:
            yield read_file(exercise.folder / "solution.py")
    yield from entry.cells


def _said(entry: Entry, grade: Grade, course: Course) -> Said:
    results = [result for result in grade.exercises if result.id in _spoken_of(entry, grade, course)]
    bad = [(result, check) for result in results for check in result.checks if check.status is not CheckStatus.PASSED]
    named = [f"{result.id}:{check.diagnosis.mistake}" for result, check in bad if check.diagnosis]
    texts = [text for result in results for text in _texts(result)]
    texts += [f"cell {cell.index}: {render(note, 'en')}" for cell in grade.cells for note in cell.notes]
    worked = any(check.worked for _, check in bad)
    return Said(entry, bool(bad), ",".join(dict.fromkeys(named)) or NOTHING, tuple(dict.fromkeys(texts)), worked)


def _spoken_of(entry: Entry, grade: Grade, course: Course) -> set[str | None]:
    """The exercise, the earlier one that it defines, and the later one where the report counts it together with that."""
    own = next(result for result in grade.exercises if result.id == entry.exercise)
    together = own.status is ExerciseStatus.MISSING
    return {entry.exercise, entry.defines, course.exercise(entry.exercise).superseded_by if together else None}


def _texts(result: ExerciseResult) -> Iterator[str]:
    for note in result.notes:
        yield f"{result.id} note: {render(note, 'en')}"
    for check in result.checks:
        if check.status not in (CheckStatus.PASSED, CheckStatus.NOT_RUN):
            yield from _check_texts(result.id, check)


def _check_texts(exercise: str, check: CheckResult) -> Iterator[str]:
    if check.diagnosis is not None:
        yield f"{exercise} {check.diagnosis.mistake}: {render(check.diagnosis.hint, 'en')}"
    elif check.message is not None:
        yield f"{exercise} message: {render(check.message, 'en')} {check.actual or ''}"[:200]


# ---- the command


def main(arguments: Sequence[str]) -> int:
    options = {word for word in arguments if word.startswith("--")}
    said = grade_corpus(read_corpus([word for word in arguments if word not in options]))
    if "--write" in options:
        _write_verdicts(said)
        return 0
    verdicts = read_verdicts() if "--check" in options else {}
    shown = [one for one in said if not verdicts or not one.fits(verdicts[one.entry.name])]
    sys.stdout.write("".join(_lines(one) for one in shown))
    return 1 if verdicts and shown else 0


def _lines(said: Said) -> str:
    lines = [f"== {said.entry.name}{'' if said.refused else '   accepted'}"]
    lines += [f"   truth: {truth}" for truth in said.entry.truths]
    lines += [f"   named: {said.named}", *(f"   | {text}" for text in said.texts)]
    return "".join(f"{line}\n" for line in lines)


def _write_verdicts(said: Sequence[Said]) -> None:
    before = read_verdicts() if VERDICTS.is_file() else {}
    rows = []
    for one in said:
        verdict = before.get(one.entry.name)
        judged = verdict.judged if verdict is not None and one.fits(verdict) else UNREAD
        rows.append(f"{judged:<9}{one.entry.name:<42} {one.named}\n")
    VERDICTS.write_text("".join(rows), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
