"""The JSON report `grade/1`, for one submission or many. Its shape is that of schema.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

import msgspec
from msgspec import UNSET, UnsetType

from grader import __version__
from grader.i18n import Lang, Text, Titles, render
from grader.kernel.pythons import versions
from grader.model import CellResult, CheckResult, CheckStatus, ExerciseResult, Grade, Notebook
from grader.people import Person, Unmatched
from grader.report import schema, wording
from grader.report.run import Run
from grader.report.same_work import Same

_NOTHING = (None,) * 6
_NONE = b'\n  "submissions": []'


def text(run: Run) -> str:
    """The report, indented, with a newline at its end. Same inputs, same bytes but for `duration_s`."""
    return b"".join(parts(run)).decode()


def parts(run: Run) -> Iterator[bytes]:
    """The report in parts: what stands before the submissions, each of them, the rest."""
    before, after = _indented(envelope(run, [])).split(_NONE, 1)  # no text of anybody's has a line's end in it
    yield before
    if not run.grades:
        yield _NONE
    for index, grade in enumerate(run.grades):
        yield (b"," if index else _NONE[:-1]) + b"\n    "
        yield _indented(_submission(grade, run.lang)).replace(b"\n", b"\n    ")
    yield (b"\n  ]" if run.grades else b"") + after + b"\n"


def _indented(report: schema.Envelope | schema.Submission) -> bytes:
    try:
        encoded = msgspec.json.encode(report)
    except UnicodeEncodeError:  # half a character, which only text from a participant's process can hold
        encoded = json.dumps(msgspec.to_builtins(report), ensure_ascii=False).encode("utf-8", "replace")
    return msgspec.json.format(encoded, indent=2)


def envelope(run: Run, submissions: list[schema.Submission] | None = None) -> schema.Envelope:
    """The report before it is encoded, with these submissions instead of the run's."""
    missing, unmatched, same = run.missing, run.unmatched, run.same
    there = versions(run.config.python)
    return schema.Envelope(
        schema="grade/1",
        grader=__version__,
        course=schema.Course(id=run.course.id, digest=run.course.digest),
        seed=run.config.seed,
        sandbox=schema.Sandbox(level=run.config.sandbox, walls=list(run.walls), hides_tests=_hides_tests(run)),
        kernel=schema.Kernel(python=there.python, numpy=there.numpy),
        submissions=[_submission(grade, run.lang) for grade in run.grades] if submissions is None else submissions,
        missing=UNSET if missing is None else [_person(person) for person in missing],
        unmatched=[_unmatched(one, run.lang) for one in unmatched] if unmatched else UNSET,
        same=[_same(one, run) for one in same] or UNSET,
    )


def _hides_tests(run: Run) -> bool:
    return wording.exposure(run.scores) is None


def _person(person: Person) -> schema.Person:
    return schema.Person(participant=person.name, id=person.id or UNSET, email=person.email or UNSET)


def _unmatched(one: Unmatched, lang: Lang) -> schema.Unmatched:
    return schema.Unmatched(participant=one.participant, path=one.path, reason=render(one.reason, lang))


def _same(one: Same, run: Run) -> schema.Same:
    notebooks = [run.scores[index].notebook for index in one.who]
    return schema.Same(
        what=one.what,
        participants=[notebook.participant for notebook in notebooks],
        paths=[notebook.path for notebook in notebooks],
        exercises=list(one.exercises),
    )


def _submission(grade: Grade, lang: Lang) -> schema.Submission:
    notebook, needs = grade.notebook, list(grade.needs)
    return schema.Submission(
        participant=notebook.participant,
        id=notebook.participant_id or UNSET,
        email=notebook.email or UNSET,
        path=notebook.path,
        sha256=notebook.sha256,
        status=grade.status,
        score=grade.score,
        max_score=grade.max_score,
        bonus=grade.bonus,
        max_bonus=grade.max_bonus,
        ungraded_points=grade.ungraded_points if needs else UNSET,
        ungraded_bonus=grade.ungraded_bonus if needs else UNSET,
        needs=needs or UNSET,
        by_hand_points=grade.by_hand_points or UNSET,
        duration_s=round(grade.duration_s, 3),
        notes=_texts(grade.notes, lang),
        cells=[_cell(cell, notebook, lang) for cell in grade.cells],
        exercises=[_exercise(exercise, notebook, lang) for exercise in grade.exercises],
    )


def _cell(cell: CellResult, notebook: Notebook, lang: Lang) -> schema.Cell:
    index, file = _place(cell.index, notebook)
    return schema.Cell(
        index=index,
        file=file,
        status=cell.status,
        error=cell.error,
        notes=_texts(cell.notes, lang) if cell.notes else UNSET,
        needs=cell.needs or UNSET,
    )


def _exercise(exercise: ExerciseResult, notebook: Notebook, lang: Lang) -> schema.Exercise:
    cell, file = (None, UNSET) if exercise.cell is None else _place(exercise.cell, notebook)
    needs = list(exercise.needs)
    return schema.Exercise(
        id=exercise.id,
        title=render(exercise.title, lang),
        status=exercise.status,
        points=exercise.points,
        max_points=exercise.max_points,
        bonus=exercise.bonus,
        max_bonus=exercise.max_bonus,
        ungraded_points=exercise.ungraded_points if needs else UNSET,
        ungraded_bonus=exercise.ungraded_bonus if needs else UNSET,
        needs=needs or UNSET,
        by_hand_points=exercise.by_hand_points or UNSET,
        answer=exercise.answer or UNSET,
        function=exercise.function,
        cell=cell,
        file=file,
        notes=_texts(exercise.notes, lang),
        checks=[_check(check, lang) for check in exercise.checks],
    )


def _place(index: int, notebook: Notebook) -> tuple[int, str | UnsetType]:
    """A cell's index in its file, and the file's name where several files are one submission."""
    part = notebook.part(index)
    return (index, UNSET) if part is None else (index - part.first, part.name)


def _check(check: CheckResult, lang: Lang) -> schema.Check:
    said = (check.message, check.input, check.expected, check.actual, check.diagnosis, check.paste)
    if check.worked or said != _NOTHING:
        return _whole_check(check, lang)
    worth = (check.max_points, check.max_bonus, check.share)
    return _bare_check(check.id, check.title, check.status, worth, check.needs, check.by_hand, lang)


@lru_cache(maxsize=1024)
def _bare_check(
    id: str,
    title: Titles,
    status: CheckStatus,
    worth: tuple[float, float, float],
    needs: str,
    by_hand: bool,
    lang: Lang,
) -> schema.Check:
    """A check of which there is nothing to say: most are, and the same for most people."""
    points, bonus, share = worth
    return _whole_check(CheckResult(id, title, status, points, bonus, needs=needs, share=share, by_hand=by_hand), lang)


def _whole_check(check: CheckResult, lang: Lang) -> schema.Check:
    found = check.diagnosis
    return schema.Check(
        id=check.id,
        title=render(check.title, lang),
        status=check.status,
        points=check.points,
        max_points=check.max_points,
        bonus=check.bonus,
        max_bonus=check.max_bonus,
        message=None if check.message is None else render(check.message, lang),
        input=check.input,
        expected=check.expected,
        actual=check.actual,
        diagnosis=schema.Diagnosis(mistake=found.mistake, hint=render(found.hint, lang)) if found else None,
        paste=UNSET if check.paste is None or check.input is None else render(check.paste, lang),
        worked=_texts(check.worked, lang) or UNSET,
        needs=check.needs or UNSET,
        by_hand=check.by_hand or UNSET,
    )


def _texts(texts: tuple[Text, ...], lang: Lang) -> list[str]:
    return [render(text, lang) for text in texts]
