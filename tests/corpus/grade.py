"""Grades every file of the corpus and writes what the report says is wrong with it.

python -m tests.corpus.grade [slug ...]    # all files, or those whose path holds one of the words
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from grader.api import grade_all, load_course
from grader.config import Config, Limits
from grader.course.course import Course
from grader.course.sources import read_file
from grader.i18n import render
from grader.model import CheckResult, CheckStatus, ExerciseResult, Grade

HERE = Path(__file__).parent
LIMITS = Limits(cell_timeout_s=2.0, call_timeout_s=0.5, total_timeout_s=30.0)
CELL_MARK = "# %%"


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
        named: the mistakes that are named, each with its exercise.
        texts: all that is said about them, in English.
    """

    entry: Entry
    refused: bool
    named: tuple[str, ...]
    texts: tuple[str, ...]


def read_corpus(words: Sequence[str] = ()) -> list[Entry]:
    """The entries whose name holds one of the words; without words all of them."""
    entries = [_read(path) for path in sorted(HERE.glob("*/*.py"))]
    return [entry for entry in entries if not words or any(word in entry.name for word in words)]


def _read(path: Path) -> Entry:
    source = read_file(path)
    end = source.index('"""', 3) + 3  # not every file is valid Python
    notes = [line.partition(": ") for line in source[3 : end - 3].splitlines()]
    truths = tuple(text for kind, _, text in notes if kind == "truth")
    defines = next((text.strip() for kind, _, text in notes if kind == "defines"), "")
    cells = tuple(cell.strip("\n") + "\n" for cell in source[end:].split(f"{CELL_MARK}\n"))
    return Entry(path.parent.name, path.stem, truths, defines, cells)


def grade_corpus(entries: Iterable[Entry], jobs: int = 2) -> list[Said]:
    """What the reports of the entries say, each in a right notebook that ends with it."""
    course = load_course()
    entries = list(entries)
    with tempfile.TemporaryDirectory() as folder:
        paths = [_write(Path(folder), entry, course) for entry in entries]
        grades = grade_all(paths, course, Config(lang="en", limits=LIMITS), jobs)
        return [_said(entry, grade) for entry, grade in zip(entries, grades, strict=True)]


def _write(folder: Path, entry: Entry, course: Course) -> Path:
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


def _said(entry: Entry, grade: Grade) -> Said:
    results = [result for result in grade.exercises if result.id in (entry.exercise, entry.defines)]
    bad = [(result, check) for result in results for check in result.checks if check.status is not CheckStatus.PASSED]
    named = [f"{result.id}:{check.diagnosis.mistake}" for result, check in bad if check.diagnosis]
    texts = [text for result in results for text in _texts(result)]
    texts += [f"cell {cell.index}: {cell.error} {render(note, 'en')}" for cell in grade.cells for note in cell.notes]
    return Said(entry, bool(bad), tuple(dict.fromkeys(named)), tuple(dict.fromkeys(texts)))


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


def main(words: Sequence[str]) -> int:
    for said in grade_corpus(read_corpus(words)):
        print(f"== {said.entry.name}{'' if said.refused else '   ACCEPTED'}")
        for truth in said.entry.truths:
            print(f"   truth: {truth}")
        print(f"   named: {', '.join(said.named) or '-'}")
        for text in said.texts:
            print(f"   | {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
