"""The JSON envelope `grade/1`, for one submission or many."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from grader import __version__
from grader.i18n import Lang, Text, render
from grader.model import CellResult, CheckResult, ExerciseResult, Grade, Notebook, Person, Unmatched
from grader.report.run import Run

SCHEMA = "grade/1"


def text(run: Run) -> str:
    """The envelope, indented, with a newline at its end. Same inputs, same bytes but for `duration_s`."""
    made = envelope(run)
    try:
        encoded = msgspec.json.encode(made)
    except UnicodeEncodeError:  # half a character, which only what a participant's process sends can hold
        encoded = json.dumps(made, ensure_ascii=False).encode("utf-8", "replace")
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def envelope(run: Run) -> dict[str, Any]:
    lang: Lang = "pl" if run.config.lang == "pl" else "en"
    missing = {} if run.missing is None else {"missing": [_person(person) for person in run.missing]}
    return {
        "schema": SCHEMA,
        "grader": __version__,
        "course": {"id": run.course.id, "digest": run.course.digest},
        "seed": run.config.seed,
        "sandbox": {"level": run.config.sandbox, "walls": list(run.walls)},
        "submissions": [_submission(grade, lang) for grade in run.grades],
        **missing,
        **({"unmatched": [_unmatched(one, lang) for one in run.unmatched]} if run.unmatched else {}),
    }


def _person(person: Person) -> dict[str, str]:
    return {"participant": person.name, **_known(person.id, person.email)}


def _unmatched(one: Unmatched, lang: Lang) -> dict[str, str]:
    return {"participant": one.participant, "path": one.path, "reason": render(one.reason, lang)}


def _known(id: str, email: str) -> dict[str, str]:
    return {name: value for name, value in (("id", id), ("email", email)) if value}


def _submission(grade: Grade, lang: Lang) -> dict[str, Any]:
    return {
        "participant": grade.notebook.participant,
        **_known(grade.notebook.participant_id, grade.notebook.email),
        "path": grade.notebook.path,
        "sha256": grade.notebook.sha256,
        "status": grade.status.value,
        "score": grade.score,
        "max_score": grade.max_score,
        "bonus": grade.bonus,
        "max_bonus": grade.max_bonus,
        "duration_s": round(grade.duration_s, 3),
        "notes": [render(note, lang) for note in grade.notes],
        "cells": [_cell(cell, grade.notebook, lang) for cell in grade.cells],
        "exercises": [_exercise(exercise, grade.notebook, lang) for exercise in grade.exercises],
    }


def _place(index: int | None, notebook: Notebook, name: str) -> dict[str, Any]:
    """A cell's index, and its file where several were run as one."""
    part = notebook.part(index)
    return {name: index} if part is None or index is None else {name: index - part.first, "file": part.name}


def _cell(cell: CellResult, notebook: Notebook, lang: Lang) -> dict[str, Any]:
    result = {**_place(cell.index, notebook, "index"), "status": cell.status.value, "error": cell.error}
    if cell.notes:
        result["notes"] = [render(note, lang) for note in cell.notes]
    return result


def _exercise(exercise: ExerciseResult, notebook: Notebook, lang: Lang) -> dict[str, Any]:
    return {
        "id": exercise.id,
        "title": render(exercise.title, lang),
        "status": exercise.status.value,
        "points": exercise.points,
        "max_points": exercise.max_points,
        "bonus": exercise.bonus,
        "max_bonus": exercise.max_bonus,
        "function": exercise.function,
        **_place(exercise.cell, notebook, "cell"),
        "notes": [render(note, lang) for note in exercise.notes],
        "checks": [_check(check, lang) for check in exercise.checks],
    }


def _check(check: CheckResult, lang: Lang) -> dict[str, Any]:
    diagnosis = check.diagnosis
    return {
        "id": check.id,
        "title": render(check.title, lang),
        "status": check.status.value,
        "points": check.points,
        "max_points": check.max_points,
        "bonus": check.bonus,
        "max_bonus": check.max_bonus,
        "message": _text(check.message, lang),
        "input": check.input,
        "expected": check.expected,
        "actual": check.actual,
        "diagnosis": {"mistake": diagnosis.mistake, "hint": render(diagnosis.hint, lang)} if diagnosis else None,
    }


def _text(text: Text | None, lang: Lang) -> str | None:
    return None if text is None else render(text, lang)
