"""Makes sure that whoever pastes a call that the report shows gets what the report says: each failing call is as short
as it can be, made once more, and says where to paste it. Where nothing is named, it is worked out step by step."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from grader.course.course import Course, Exercise
from grader.diagnosis.observed import alike
from grader.diagnosis.worked import Step, work_out
from grader.i18n import CellRef, Text, msg
from grader.judging.attempts import Attempt
from grader.judging.compare import compare
from grader.judging.describe import MAX_LITERAL, MORE, show
from grader.judging.results import Judged
from grader.judging.stand_in import Call
from grader.judging.verdicts import Failed
from grader.kernel.session import Answer, Case, Invocation, Opaque, Session, Version
from grader.model import CheckResult, CheckStatus, ExerciseResult
from grader.submissions.bound_names import assigns, imports_numpy

WITHIN_S = 1.0  # for the calls of one message
MAX_ENDING = 3  # items at the end that are tried alone
LENGTHS = (*range(1, 17), 20, 25, 30, 40, 60)
MAX_STEPS = 14  # lines of a call that is worked out
MAX_CALL = 900  # characters of a call that fits a report
MAX_OTHER_CALL = 200  # the same, where the exercise has another to show
_SHOWN = frozenset({CheckStatus.FAILED, CheckStatus.ERROR})
_FORGETFUL = msg("Called again with the same arguments it gives something else: it depends on more than its arguments.")


def illustrate(
    results: Sequence[ExerciseResult], judged: Sequence[Judged], session: Session, course: Course
) -> tuple[ExerciseResult, ...]:
    """The results with calls to paste that hold, as far as the time reaches; points stay as they are."""
    attempts = {one.exercise.id: one.attempt for one in judged if one.attempt is not None}
    return tuple(_Illustrator(course, session, attempts).result(result) for result in results)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A check and the call that it shows, if there is one."""

    check: CheckResult
    call: Call | None = None


@dataclass(frozen=True, slots=True)
class _Illustrator:
    """Illustrates the results of one notebook.

    Attributes:
        course: the course.
        session: the notebook, whose functions can be called.
        attempts: exercise id to the attempt that counts.
    """

    course: Course
    session: Session
    attempts: Mapping[str, Attempt]

    def result(self, result: ExerciseResult) -> ExerciseResult:
        if all(check.input is None for check in result.checks):
            return result
        attempt = self.attempts.get(result.id)
        if attempt is not None and not result.needs:
            exercise = self.course.exercise(result.id)
            shown = [self._shown(exercise, attempt, check) for check in result.checks]
            result = replace(result, checks=self._with_steps(exercise, attempt, shown))
        return replace(result, checks=tuple(_without_long_calls(result.checks)))

    def _shown(self, exercise: Exercise, attempt: Attempt, check: CheckResult) -> _Shown:
        call = _call_of(check, attempt)
        if call is None:
            return _Shown(check)
        shown = _Shown(replace(check, paste=self._place(attempt, check.input or "")), call)
        whole = not call.kwargs and len(call.args) == len(exercise.parameters)
        if check.status not in _SHOWN or not whole or not self._may_ask:
            return shown
        try:
            shown = self._shortened(exercise, attempt, shown)
            if self._is_forgetful(attempt, call):
                shown = replace(shown, check=replace(shown.check, paste=_FORGETFUL))
        except Exception:  # what a participant wrote breaks it, and words must not cost points
            return shown
        return shown

    @property
    def _may_ask(self) -> bool:
        return self.session.alive and self.session.budget.may_explain

    # ---- the call, as short as it can be

    def _shortened(self, exercise: Exercise, attempt: Attempt, shown: _Shown) -> _Shown:
        """The shortest of the cases that fails as the call does."""
        for shorter in (_prefixes, _endings):
            assert shown.call is not None
            cases = list(shorter(shown.call.args))
            if cases and self._verdict(exercise, shown.call, shown.check) is not None:
                shown = self._first_failing(exercise, attempt, shown, cases)
        return shown

    def _first_failing(
        self, exercise: Exercise, attempt: Attempt, shown: _Shown, cases: list[tuple[Any, ...]]
    ) -> _Shown:
        assert shown.call is not None
        for case, answer in zip(cases, self._ask(attempt, cases), strict=False):
            call = replace(shown.call, args=case, answer=answer)
            failed = self._verdict(exercise, call, shown.check)
            if failed is not None and failed.input and len(failed.input) <= MAX_CALL:
                values = replace(shown.check, input=failed.input, expected=failed.expected, actual=failed.actual)
                return _Shown(values, call)
        return shown

    def _verdict(self, exercise: Exercise, call: Call, check: CheckResult) -> Failed | None:
        """How the call fails, if that is how the check failed: by what the reference solution gives."""
        with np.errstate(all="ignore"):
            expected = self.course.solution(exercise.id)(*_copies(call.args))
        if not _is_finite(expected):
            return None
        try:
            call.returns(expected if call.index is None else expected[call.index])
        except Failed as failed:
            same = (failed.status, failed.message) == (check.status, check.message)
            return failed if same and (check.expected or failed.actual == check.actual) else None
        return None

    def _ask(self, attempt: Attempt, cases: Sequence[Sequence[object]]) -> list[Answer]:
        if not cases:
            return []
        own = [Case(tuple(places), words) for places, words in map(attempt.binding.arrange, cases)]
        return self.session.call(Invocation(attempt.version, attempt.after_cell), own, 0, within_s=WITHIN_S)

    def _is_forgetful(self, attempt: Attempt, call: Call) -> bool:
        """Whether the same call gives something else when it is made again: first of all calls, where the source shows
        that calls may leave something behind."""
        if _may_share(attempt.version) and _leaves_something(attempt.version.source):
            self.session.close()
        answers = self._ask(attempt, [call.args])
        before = call.answer
        if not answers or isinstance(before.value, Opaque) or before.problem != answers[0].problem:
            return False
        return before.problem is None and not alike(before.value, answers[0].value)

    # ---- where to paste it

    def _place(self, attempt: Attempt, call: str) -> Text | None:
        version, cell = attempt.version, CellRef(attempt.version.cell)
        if attempt.after_cell:
            return msg(
                "Paste the call into a new cell under cell {cell}. Restart first, and run only the cells down to that "
                "one: further down, something that the function uses is given another value.",
                cell=cell,
            )
        if self._is_replaced(version):
            return msg(
                "Paste the call into a new cell under cell {cell}, and run cell {cell} first: a cell further down "
                "makes another {function}.",
                cell=cell,
                function=version.name,
            )
        unknown = not imports_numpy(self.session.sources) and "np" not in version.source
        if unknown and "np." in call:
            return msg("Run `import numpy as np` before you paste the call.")
        return None

    def _is_replaced(self, version: Version) -> bool:
        if version.owner:
            return False
        named = [one for one in self.session.versions if one.name == version.name and not one.owner]
        later = (cell for cell in self.session.sources if cell.index > version.cell)
        return named[-1].id != version.id or any(assigns(cell, version.name) for cell in later)

    # ---- step by step

    def _with_steps(self, exercise: Exercise, attempt: Attempt, shown: Sequence[_Shown]) -> tuple[CheckResult, ...]:
        """The checks, the first wrong answer worked out where nothing is named."""
        checks = tuple(one.check for one in shown)
        if any(check.diagnosis is not None for check in checks) or not self._may_ask:
            return checks
        wrong = next((one for one in shown if one.check.status is CheckStatus.FAILED and one.check.expected), None)
        try:
            lines = self._steps(exercise, attempt, wrong.call, wrong.check) if wrong and wrong.call else ()
        except Exception:  # what a participant wrote breaks it, and words must not cost points
            return checks
        return tuple(replace(check, worked=lines) if wrong and check is wrong.check else check for check in checks)

    def _steps(self, exercise: Exercise, attempt: Attempt, call: Call, check: CheckResult) -> tuple[Text, ...]:
        if self._verdict(exercise, call, check) is None:
            return ()  # the hidden test asks for something other than what the solution gives
        steps = work_out(self.course, exercise, _copies(call.args))
        lines: list[Text] = [step.text for step in steps[:MAX_STEPS]]
        if not lines:
            return ()
        if len(steps) > MAX_STEPS:
            lines.append(msg("and so on"))
        return (*lines, *self._compared(exercise, attempt, steps))

    def _compared(self, exercise: Exercise, attempt: Attempt, steps: Sequence[Step]) -> Iterator[Text]:
        """What the participant's own functions give in these steps, where the judged one calls them."""
        own = {need.function: self._live(need) for need in map(self.course.exercise, exercise.needs)}
        asked = [step for step in steps if step.function in own]
        names = list(dict.fromkeys(step.function for step in asked))
        called = [own[name] for name in names]
        if not names or any(one is None or f"{one.version.name}(" not in attempt.version.source for one in called):
            return
        given = {name: self._given(own[name], [step for step in asked if step.function == name]) for name in names}
        for step in asked:
            answer = next(given[step.function], None)
            if answer is None or answer.problem is not None:
                return
            if compare(step.value, answer.value).refusal is not None:
                yield msg(
                    "Your own function gives something else: {call} = {value}", call=step.call, value=show(answer.value)
                )
                return
        yield msg(
            "Your own {names} give the same in each of these steps: look at what {function} hands to them, and at what "
            "it does with the results.",
            names=", ".join(names),
            function=exercise.function,
        )

    def _live(self, need: Exercise) -> Attempt | None:
        """The attempt at an exercise, if its version is the one that a call finds."""
        attempt = self.attempts.get(need.id)
        return None if attempt is None or attempt.version.owner or self._is_replaced(attempt.version) else attempt

    def _given(self, own: Attempt | None, steps: Sequence[Step]) -> Iterator[Answer]:
        assert own is not None
        return iter(self._ask(own, [step.args for step in steps]))


def _may_share(version: Version) -> bool:
    """Whether it has a default, a name from outside that it changes, or a function inside: a quick look."""
    given = version.parameters is None or any(parameter.has_default for parameter in version.parameters)
    return given or version.source.count("def ") != 1 or _SHARES.search(version.source) is not None


_SHARES = re.compile(r"\b(?:global|nonlocal|lambda)\b")


@lru_cache(100)  # one function may fail several checks
def _leaves_something(source: str) -> bool:
    """Whether a function has a list or the like that all of its calls share."""
    try:
        nodes = list(ast.walk(ast.parse(textwrap.dedent(source))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    shared = [one for node in nodes if isinstance(node, ast.arguments) for one in (*node.defaults, *node.kw_defaults)]
    return any(isinstance(one, ast.List | ast.Dict | ast.Call) for one in shared) or any(
        isinstance(node, ast.Global | ast.Nonlocal) for node in nodes
    )


def _call_of(check: CheckResult, attempt: Attempt) -> Call | None:
    """The call that a check shows, with the part of its answer that counts."""
    if check.input is None:
        return None
    commas = check.input.count(",")
    for call in attempt.calls:
        if _least_commas(call) > commas:
            continue  # its text takes as long as the call itself where its arrays are large
        text = call.text
        for part, ending in ((None, ""), (0, "[0]"), (1, "[1]")):
            if check.input == text + ending:
                return replace(call, index=part)
    return None


def _least_commas(call: Call) -> int:
    """How many commas the text of a call holds at least: between the items of arrays that it shows whole."""
    sizes = (value.size for value in call.args if isinstance(value, np.ndarray))
    return sum(size - 1 for size in sizes if 0 < size <= MAX_LITERAL)


def _prefixes(args: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The arguments with fewer items, the fewest first."""
    count = _items(args)
    for length in LENGTHS:
        if length < count:
            yield _cut(args, 0, length)


def _endings(args: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The arguments with the last items alone, which may be what makes them fail."""
    count = _items(args)
    for length in range(1, min(MAX_ENDING + 1, count)):
        yield _cut(args, count - length, count)


def _items(args: tuple[Any, ...]) -> int:
    """How many items the arrays among the arguments hold; 0 where they do not agree."""
    lengths = {len(one) if one.ndim == 1 else 0 for one in args if isinstance(one, np.ndarray)}
    return lengths.pop() if len(lengths) == 1 else 0


def _cut(args: tuple[Any, ...], start: int, end: int) -> tuple[Any, ...]:
    return tuple(one[start:end] if isinstance(one, np.ndarray) else one for one in args)


def _copies(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(one.copy() if isinstance(one, np.ndarray) else one for one in args)


def _is_finite(value: Any) -> bool:
    parts = value if isinstance(value, tuple) else (value,)
    return all(bool(np.all(np.isfinite(np.asarray(part, dtype=float)))) for part in parts)


def _without_long_calls(checks: Sequence[CheckResult]) -> Iterator[CheckResult]:
    """The checks without the calls that do not fit, and where one is shown already without others that are long."""
    most = MAX_CALL
    for check in checks:
        if check.input is None:
            yield check
        elif len(check.input) <= most and MORE not in check.input:
            most = MAX_OTHER_CALL
            yield check
        else:
            yield replace(check, input=None, expected=None, actual=None, paste=None)
