"""The report in GitHub's Markdown.

Whatever a participant may have written stands in a code span or block, where nothing is markup: no HTML, no link, no
picture, no mention of anybody.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from grader.i18n import Lang, Text, msg
from grader.model import ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.report import by_hand, class_summary, next_steps, wording
from grader.report.findings import findings
from grader.report.run import Run

MAX_BYTES = 1 << 20
_MARKUP = re.compile(r"([\\`*_\[\]<>|~#&$])")
_SHORTENED = msg("The report is longer than fits here: the rest was cut off.")


def text(run: Run, max_bytes: int = MAX_BYTES) -> str:
    """The report. Where it would be longer than `max_bytes`, it is cut between two blocks, and says so at its end."""
    lang = run.lang
    ending = f"\n*{inline(_SHORTENED, lang)}*\n"
    room = max_bytes - len(ending.encode())
    kept: list[str] = []
    for block in _blocks(run, lang):
        room -= len(block.encode())
        if room < 0:
            return "".join(kept) + ending if max_bytes >= len(ending.encode()) else ""
        kept.append(block)
    return "".join(kept)


def _blocks(run: Run, lang: Lang) -> Iterator[str]:
    """Pieces that are whole by themselves, each with its newlines."""
    yield f"## {inline(run.course.title, lang)}\n"
    if len(run.grades) == 1:
        yield from _report(run.grades[0], lang)
        return
    yield from _class(run, lang)
    yield _paragraphs(filter(None, [wording.walls(run), wording.exposure(run.scores)]), lang)
    for grade in run.grades:
        name = html.escape(wording.clean(grade.notebook.participant))
        inside = "".join(_report(grade, lang))
        yield f"\n<details><summary><code>{name}</code></summary>\n{inside}\n</details>\n"


def _class(run: Run, lang: Lang) -> Iterator[str]:
    ids = [exercise.id for exercise in run.course.exercises]
    head = [inline(msg("participant"), lang), inline(msg("score"), lang), *ids, ""]
    yield _row(head, "\n") + _row(["---", "---:", *("---:" for _ in ids), "---"])
    for grade in run.scores:
        by_id = {exercise.id: exercise for exercise in grade.exercises}
        cells = [_cell(by_id[id], lang) if id in by_id else "" for id in ids]
        status = "" if grade.status is SubmissionStatus.GRADED else inline(wording.STATUSES[grade.status], lang)
        name = code(grade.notebook.participant).replace("|", "∣")  # no escape of it is sure to work in a table
        yield _row([name, wording.total(grade, lang), *cells, status])
    yield _paragraphs(class_summary.open_texts(run), lang)


def _row(cells: list[str], before: str = "") -> str:
    return f"{before}| {' | '.join(cells)} |\n"


def _cell(exercise: ExerciseResult, lang: Lang) -> str:
    return f"{_mark(exercise)} {wording.points(exercise, lang)}"


def _mark(exercise: ExerciseResult) -> str:
    return wording.MARKS[exercise.status].replace("~", r"\~")


def _report(grade: Grade, lang: Lang) -> Iterator[str]:
    """One submission."""
    yield f"\n{code(grade.notebook.path)}\n"
    if grade.status is not SubmissionStatus.GRADED:
        status = msg("Status: {status}", status=wording.STATUSES[grade.status])
        yield f"\n**{inline(status, lang)}**\n"
        yield _paragraphs(wording.reasons(grade), lang)
        return
    yield f"\n**{inline(wording.score(grade), lang)}**\n"
    yield _paragraphs(wording.reasons(grade), lang)
    yield _row(["", inline(msg("exercise"), lang), inline(msg("points"), lang)], "\n") + _row(["---", "---", "---:"])
    for exercise in grade.exercises:
        title = f"{exercise.id} {inline(exercise.title, lang)}"
        yield _row([_mark(exercise), title, wording.points(exercise, lang)])
    later = next_steps.not_begun(grade)
    for exercise in grade.exercises:
        if exercise not in later:
            yield from _exercise(exercise, lang)
    yield _paragraphs((next_steps.not_begun_text(later),) if later else (), lang)
    yield from _cells(grade, lang)
    yield _paragraphs(grade.notes, lang)


def _exercise(exercise: ExerciseResult, lang: Lang) -> Iterator[str]:
    """What there is to say about an exercise; nothing where it is simply right."""
    found, remarks = list(findings(exercise)), wording.remarks(exercise)
    if not found and not remarks:
        return
    yield f"\n### {_mark(exercise)} {exercise.id} {inline(exercise.title, lang)}\n"
    yield _paragraphs(remarks, lang)
    for finding in found:
        titles = [f"- {inline(by_hand.failed_title(check), lang)}\n" for check in (finding.check, *finding.same)]
        yield "\n" + "".join(titles) + _paragraphs(finding.texts, lang)
        if finding.check.input:
            yield f"\n{block(finding.check.input)}\n"
        values = [f"{inline(label, lang)}: {code(value)}" for label, value in finding.values]
        yield f"\n{'<br>'.join(values)}\n" if values else ""
        yield _paragraphs(finding.paste, lang)
        if finding.worked:
            yield f"\n{inline(wording.WORKED, lang)}\n\n{block(*finding.worked)}\n"
        yield _paragraphs(finding.compared, lang)
    if exercise.cell is not None and exercise.status in (ExerciseStatus.PARTIAL, ExerciseStatus.FAILED):
        yield _paragraphs((msg("It is in cell {cell} of the notebook.", cell=exercise.label),), lang)


def _cells(grade: Grade, lang: Lang) -> Iterator[str]:
    broken = wording.broken(grade)
    if broken:
        title = msg("Cells that did not finish (the others did):")
        yield f"\n### {inline(title, lang)}\n\n"
    for cell in broken:
        yield f"- {inline(wording.cell_text(cell), lang)}\n"


def _paragraphs(texts: Iterable[Text], lang: Lang) -> str:
    return "".join(f"\n{inline(text, lang)}\n" for text in texts)


def inline(text: Text, lang: Lang) -> str:
    """The text as Markdown on one line: our words escaped, everything else as code."""
    return "".join(code(span) if is_code else _escape(span) for span, is_code in wording.spans(text, lang))


def _escape(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def code(text: str) -> str:
    """A code span of one line. Its fence is longer than any run of backticks in it."""
    text = wording.clean(text)
    fence = "`" * (_longest_run(text) + 1)
    padding = " " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else ""
    return f"{fence}{padding}{text}{padding}{fence}" if text else ""


def block(*lines: str) -> str:
    """A code block of lines of Python."""
    text = "\n".join(map(wording.clean, lines))
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}python\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
