"""Finds what is probably wrong with a function by its source, where its answers look like no known mistake.

A hint from the source is a guess, and its text says so.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from grader.course.course import Exercise
from grader.course.own_time import TooLong, within
from grader.course.sources import parse, read_hints, run_source
from grader.diagnosis.function_source import FunctionSource, called_name
from grader.diagnosis.no_answer_rules import ENDLESS_RULES, NONE_RULES
from grader.diagnosis.number_rules import SHARP_NUMBER_RULES, VAGUE_NUMBER_RULES
from grader.diagnosis.source_rules import SHARP_RULES, VAGUE_RULES, Rule
from grader.diagnosis.value_rules import NONE_VALUE_RULES, SHARP_VALUE_RULES, unused_value
from grader.i18n import Titles, msg
from grader.model import Diagnosis

HINTS_FILE = "source_hints.py"
_SHARP = {**SHARP_RULES, **SHARP_VALUE_RULES, **SHARP_NUMBER_RULES}
_VAGUE = {**VAGUE_RULES, **VAGUE_NUMBER_RULES}
RULE_LIMIT_S = 5.0  # that a rule of the course may compute on one function


def find_source_hint(exercise: Exercise, function: FunctionSource) -> Diagnosis | None:
    """What is probably wrong with a function that gives a wrong answer. Sharp rules come before the course's own, and
    vague ones after."""
    return find_sharp_hint(function) or _of_course(exercise, function) or _first(_VAGUE, function)


def find_sharp_hint(function: FunctionSource) -> Diagnosis | None:
    """What is probably wrong with it: what is hardly ever meant."""
    return _first(_SHARP, function)


def find_unused_value(exercise: Exercise, function: FunctionSource) -> Diagnosis | None:
    """What is computed and then read nowhere, though the answer should need it."""
    text = unused_value(exercise, function)
    return Diagnosis("value-never-used", text, probable=True) if text is not None else None


def find_none_hint(function: FunctionSource) -> Diagnosis | None:
    """Why a function probably returns None."""
    return _first(NONE_VALUE_RULES, function) or _first(NONE_RULES, function)


def find_endless_hint(function: FunctionSource) -> Diagnosis | None:
    """Why a call of a function probably never ends."""
    return _first(ENDLESS_RULES, function)


def _first(rules: Mapping[str, Rule], function: FunctionSource) -> Diagnosis | None:
    texts = ((name, rule(function)) for name, rule in rules.items())
    return next((Diagnosis(name, text, probable=True) for name, text in texts if text is not None), None)


# ---- the course's own


@dataclass(frozen=True)
class _CourseRule:
    """A public function of an exercise's source_hints.py.

    Attributes:
        name: the function's, with hyphens.
        hint: its docstring.
        applies: the function itself: a true result means that the hint applies.
    """

    name: str
    hint: Titles
    applies: Callable[[FunctionSource], object]


def _of_course(exercise: Exercise, function: FunctionSource) -> Diagnosis | None:
    for rule in _course_rules(exercise.folder, exercise.languages):
        if _applies(rule, function):
            return Diagnosis(rule.name, msg("The probable cause: {hint}", hint=rule.hint), probable=True)
    return None


@lru_cache(64)
def _course_rules(folder: Path, languages: tuple[str, ...]) -> tuple[_CourseRule, ...]:
    path = folder / HINTS_FILE
    if not path.is_file():
        return ()
    namespace = run_source(path, {"ast": ast, "called_name": called_name})
    functions = [node for node in parse(path).body if isinstance(node, ast.FunctionDef)]
    public = [node.name for node in functions if not node.name.startswith("_")]
    return tuple(
        _CourseRule(name.replace("_", "-"), read_hints(path, namespace[name].__doc__, languages), namespace[name])
        for name in public
    )


def _applies(rule: _CourseRule, function: FunctionSource) -> bool:
    try:
        with within(RULE_LIMIT_S):
            return bool(rule.applies(function))
    except (Exception, TooLong):  # an author's rule that fails on an unexpected source must not cost anybody a grade
        return False
