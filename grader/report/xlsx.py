"""The results of a class as a workbook: the gradebook, how each exercise went, and the mistakes, a sheet each."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from grader.errors import UsageError
from grader.i18n import Message, msg, render
from grader.output import printable
from grader.report import class_summary, gradebook, same_work
from grader.report.gradebook import Cell
from grader.report.page.labels import STATES
from grader.report.run import Run
from grader.report.wording import STATUSES
from grader.report.writing import Environ, write

MAX_CELL = 32_767  # characters that a cell can hold
MAX_COLUMN, MIN_COLUMN = 60, 6  # characters of a column's width
_MADE = datetime.datetime(2000, 1, 1)  # the same results give the same file
_COLUMNS = {
    "participant": msg("participant"),
    "path": msg("file"),
    "status": msg("status"),
    "score": msg("score"),
    "max_score": msg("maximum"),
    "bonus": msg("bonus"),
    "max_bonus": msg("maximum bonus"),
    "id": msg("number"),
    "email": msg("address"),
    "ungraded": msg("ungraded"),
}
_STATUSES: dict[str, Message] = {
    **{status.value: text for status, text in STATUSES.items()},
    "missing": msg("nothing handed in"),
    "unmatched": msg("not certain whose"),
}
Row = Sequence[Cell]


def refuse_output(_: Environ) -> NoReturn:
    """Raise UsageError: a workbook is no text for a terminal or a pipe."""
    raise UsageError(msg("a workbook can't be printed. Name a file: --report xlsx=results.xlsx"))


def deliver(run: Run, file: Path | None, _: Environ) -> None:
    """Write the workbook. Raise OutputError."""
    write(file, workbook(run))


def workbook(run: Run) -> bytes:
    """The workbook as a file. Texts are texts whatever they begin with, so that none is run as a formula."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        bold = book.add_format({"bold": True})
        for name, rows in _sheets(run):
            _fill(book.add_worksheet(render(name, run.lang)), rows, bold)
    return out.getvalue()


def _sheets(run: Run) -> Iterator[tuple[Message, list[Row]]]:
    """The name and the rows of each sheet. The first row names the columns."""
    yield msg("Gradebook"), [_gradebook_header(run), *map(_with_status(run), gradebook.rows(run))]
    yield msg("Exercises"), [_exercises_header(run), *_exercises(run)]
    yield msg("Mistakes"), [_mistakes_header(run), *_mistakes(run)]
    same = list(_same(run))
    if same:
        yield msg("The same"), [_same_header(run), *same]


def _fill(sheet: Any, rows: Sequence[Row], bold: Any) -> None:
    widths = [_width(column) for column in zip(*rows, strict=True)]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, place, printable(cell)[:MAX_CELL], bold if number == 0 else None)
            elif cell is not None:
                sheet.write_number(number, place, cell)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows) - 1, len(widths) - 1)


def _width(column: Iterable[Cell]) -> int:
    longest = max(len(cell) if isinstance(cell, str) else MIN_COLUMN for cell in column)
    return max(MIN_COLUMN, min(longest + 2, MAX_COLUMN))


def _gradebook_header(run: Run) -> Row:
    ids = {exercise.id for exercise in run.exercises}
    return [name if name in ids else render(_COLUMNS[name], run.lang) for name in gradebook.header(run)]


def _with_status(run: Run) -> Any:
    def translate(row: Row) -> Row:
        name, path, status, *rest = row
        return [name, path, render(_STATUSES[str(status)], run.lang), *rest]

    return translate


def _exercises_header(run: Run) -> Row:
    names = (msg("exercise"), msg("title"), msg("points"), *(STATES[state] for state in class_summary.states(run)))
    return [render(name, run.lang) for name in names]


def _exercises(run: Run) -> Iterator[Row]:
    for topic in run.topics:
        exercise, counts = topic.exercise, dict(topic.counts)
        worth = exercise.worth + exercise.max_bonus
        yield [
            exercise.id,
            render(exercise.title, run.lang),
            worth,
            *(float(counts[state]) for state in class_summary.states(run)),
        ]


def _mistakes_header(run: Run) -> Row:
    return [render(name, run.lang) for name in (msg("exercise"), msg("mistake"), msg("people"), msg("who"))]


def _mistakes(run: Run) -> Iterator[Row]:
    """The commonest first."""
    found = [(topic.exercise.id, mistake) for topic in run.topics for mistake in topic.mistakes]
    for id, mistake in sorted(found, key=lambda pair: -len(pair[1].who)):
        names = ", ".join(run.scores[index].notebook.participant for index in mistake.who)
        yield [id, render(mistake.heading, run.lang), float(len(mistake.who)), names]


def _same_header(run: Run) -> Row:
    return [render(name, run.lang) for name in (msg("what is the same"), msg("exercises"), msg("people"), msg("who"))]


def _same(run: Run) -> Iterator[Row]:
    for same in run.same:
        who = same_work.names(same, run)
        yield [render(same_work.WORDS[same.what], run.lang), ", ".join(same.exercises), float(len(same.who)), who]
