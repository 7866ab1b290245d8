"""A folder with the page, a page of their own for each participant, and the list for mailing these."""

from __future__ import annotations

import csv
import gc
import hashlib
import io
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from grader.i18n import msg, render
from grader.model import Grade, SubmissionStatus
from grader.report import by_hand, class_summary, wording
from grader.report.alphabet import name_key
from grader.report.gradebook import escape_formula
from grader.report.outline import KeptGrades
from grader.report.page import beside, labels, page
from grader.report.run import Run
from grader.report.writing import write

FOLDER, PAGE, MAIL = "reports", "report.html", "mail.csv"
MAX_BYTES = 120  # of the name in a file's name; systems allow 255 in all
COLLECT_EVERY = 10  # pages: what templates leave behind waits for a collector that comes seldom
_COLUMNS = ("name", "address", "score", "file")


def deliver(run: Run, folder: Path, known: MutableMapping[str, object] | None = None) -> None:
    """Write it all. Raise OutputError.

    `known`: the versions of the grades that the files in the folder show already, by the files' names. Those written
    are added.
    """
    known = {} if known is None else known
    names, is_large = run.own_files, page.is_large(run)
    for index, name in enumerate(names):
        shown = run.outlines[index].version, is_large
        if known.get(name) != shown:
            _write_own(folder / FOLDER / name, run, index, is_large)
            known[name] = shown
            if index % COLLECT_EVERY == 0:
                gc.collect(1)
    write(folder / MAIL, mail(run).encode("utf-8-sig"))  # without the mark, Excel takes ł for Å‚
    addresses = {grade.notebook.path: quote(f"{FOLDER}/{name}") for grade, name in zip(run.scores, names, strict=True)}
    if is_large:
        whole, beside_it = page.large(run, addresses, f"{FOLDER}/")
        write(folder / FOLDER / beside.CLASS, beside_it)
        write(folder / PAGE, whole)
    else:
        write(folder / PAGE, page.parts(run, addresses))


def existing(folder: Path) -> Iterator[Path]:
    """The files in the folder that are written over, as far as they are there."""
    yield from (folder / PAGE, folder / MAIL)
    yield from (path for path in (folder / FOLDER).glob("*.*") if path.suffix in (".html", beside.SUFFIX))


def written(run: Run) -> list[str]:
    """The names of the files that a run writes in `FOLDER`."""
    names = run.own_files
    return [*names, *map(beside.own_file, names), beside.CLASS] if page.is_large(run) else [*names]


def _write_own(file: Path, run: Run, index: int, is_large: bool) -> None:
    """Somebody's own page; beside it what the page of a large class loads."""
    made = run.grades.article(index) if isinstance(run.grades, KeptGrades) else None
    said = made or page.said_of_one(_alone(run, run.grades[index]))
    if is_large:
        _write_changed(file.with_name(beside.own_file(file.name)), beside.article_file(said.html))
    _write_changed(file, page.of_one(said, run).encode())


def mail(run: Run) -> str:
    """For a mail merge: name, address, score and file, a row for each participant. The file is relative to the list."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    surnames = class_summary.surnames(run)
    rows = [
        (grade.notebook.participant, grade.notebook.email, _score(run, grade), f"{FOLDER}/{name}")
        for grade, name in zip(run.scores, run.own_files, strict=True)
    ]
    for row in sorted(rows, key=lambda row: name_key(f"{surnames.get(row[0], '')} {row[0]}".strip())):
        writer.writerow(map(escape_formula, row))
    return out.getvalue()


def file_names(grades: Sequence[Grade]) -> list[str]:
    """The name of each grade's file: the participant's name, and their number or a digest of the path. It is the same
    in every run, whoever else is there."""
    taken: set[str] = set()
    return [_file_name(grade, taken) for grade in grades]


def _file_name(grade: Grade, taken: set[str]) -> str:
    notebook = grade.notebook
    id = notebook.participant_id or hashlib.sha256(notebook.path.encode("utf-8", "replace")).hexdigest()[:8]
    stem, turn = f"{_plain(notebook.participant)}-{_plain(id)}", 2
    name = f"{stem}.html"
    while name.casefold() in taken:
        name, turn = f"{stem}-{turn}.html", turn + 1
    taken.add(name.casefold())
    return name


def _plain(text: str) -> str:
    """The text as any file system and any mail program takes it."""
    kept = "".join(letter if letter.isalnum() else "_" for letter in text)
    return kept.encode()[:MAX_BYTES].decode("utf-8", "ignore") or "_"


def _score(run: Run, grade: Grade) -> str:
    """ "12 of 18 points", which no spreadsheet takes for a date, or why there is no score."""
    if grade.status is not SubmissionStatus.GRADED:
        return render(wording.STATUSES[grade.status], run.lang)
    score = labels.score(grade.score, grade.judged_max_score)
    provisional = by_hand.provisional(grade)
    text = msg("{score}, {provisional}", score=score, provisional=provisional) if provisional else score
    return render(text, run.lang)


def _alone(run: Run, grade: Grade) -> Run:
    """A run of this grade only: its page says nothing of anybody else."""
    return replace(run, grades=(grade,), missing=None, unmatched=(), sheets=(), before=None, is_live=False)


def _write_changed(file: Path, data: bytes) -> None:
    """What a power cut leaves unfinished, the next run makes again: see `shown_pages`."""
    if not file.is_file() or file.read_bytes() != data:
        write(file, data, waits=False)
