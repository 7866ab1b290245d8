"""The functions of a notebook that an exercise's function calls, so that a mistake in them is found too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from grader.diagnosis.function_source import FunctionSource, read_function
from grader.i18n import msg
from grader.kernel.session import Version
from grader.model import Diagnosis

MAX_HELPERS = 5


def read_helpers(function: FunctionSource, versions: Sequence[Version]) -> list[FunctionSource]:
    """The notebook's own functions that it reads, and those that these read, without the course's."""
    course = function.around.course
    known = {name for exercise in course.exercises for name in exercise.names}
    latest = {version.name: version for version in versions if version.name not in known}
    found: dict[str, FunctionSource] = {}
    todo = [function]
    while todo and len(found) < MAX_HELPERS:
        for name in todo.pop(0).free:
            helper = read_function(latest[name], {}, function.around) if name in latest and name not in found else None
            if helper is not None:
                found[name] = helper
                todo.append(helper)
    return list(found.values())[:MAX_HELPERS]


def find_in_helpers(
    helpers: Sequence[FunctionSource], find: Callable[[FunctionSource], Diagnosis | None]
) -> Diagnosis | None:
    """The first mistake in one of them, with the name of the function that it is in."""
    for helper in helpers:
        found = find(helper)
        if found is not None:
            return replace(found, hint=msg("In {name}: {hint}", name=helper.node.name[:40], hint=found.hint))
    return None
