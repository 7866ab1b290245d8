"""Judges candidates as participants' functions are judged: in kernels behind walls, by the same judge, many seeds."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from grader.batch import local_worker
from grader.batch.local_worker import own_grader
from grader.config import CellInput, Config, Limits
from grader.course.course import Course
from grader.diagnosis.diagnose import name_known_mistake
from grader.i18n import Message, Text, msg
from grader.judging.cell_input import cell_input
from grader.judging.judge import Judge
from grader.judging.stand_in import Check
from grader.judging.suite import Suite
from grader.kernel.budget import Budget
from grader.kernel.session import Answer, Calls, Case, Deed, Find, Invocation, Session, StandInAnswer, Version, run
from grader.model import Cell, CellResult, CellStatus, CheckResult, CheckStatus, ExerciseResult, Notebook
from grader.pipeline import Grader
from grader.proof.cases import Candidate, Kind, visible_asserts
from grader.ready import ready_for

TOGETHER = 40  # plain candidates that share a kernel
PLAIN_CALL_TIMEOUT_S = 2.0  # a mutant may never end; it computes no more than its solution does
TOTAL_TIMEOUT_S = 3600.0
_STOPPED = frozenset({CheckStatus.TIMED_OUT, CheckStatus.CRASHED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a candidate was judged under one seed.

    Attributes:
        seed: the seed of the inputs.
        statuses: the verdict of each check.
        named: the known mistake that it was taken for.
        why: what a check that broke says, or else the first one that did not pass.
    """

    seed: int
    statuses: tuple[CheckStatus, ...]
    named: str | None = None
    why: tuple[Text, ...] = ()

    @property
    def passed(self) -> bool:
        return all(status is CheckStatus.PASSED for status in self.statuses)


@dataclass(frozen=True, slots=True)
class Trial:
    """A candidate and how it was judged.

    Attributes:
        candidate: the answer.
        verdicts: one for each seed; fewer where it had to be stopped.
        error: how the visible asserts failed on the reference, if they did.
    """

    candidate: Candidate
    verdicts: tuple[Verdict, ...]
    error: str | None = None

    def passes(self, check: int) -> set[bool]:
        """Whether the check of this index passed, over all seeds: both where it is flaky."""
        return {verdict.statuses[check] is CheckStatus.PASSED for verdict in self.verdicts}

    def refused_by(self, check: int) -> bool:
        return True not in self.passes(check)

    def broke(self, check: int) -> bool:
        """Whether the check itself went wrong on it."""
        return any(verdict.statuses[check] is CheckStatus.GRADER_FAULT for verdict in self.verdicts)


Progress = Callable[[int], None]


def judge_all(
    course: Course, asked: Sequence[Candidate], seeds: int, jobs: int, progress: Progress, python: str = ""
) -> tuple[dict[str, tuple[Check, ...]], list[Trial]]:
    """The checks of each exercise, and the trials in the order of `asked`. `progress` gets how many were just done."""
    ids = list(dict.fromkeys(candidate.exercise for candidate in asked))
    hidden, limits = (str(course.folder.resolve()),), Limits(total_timeout_s=TOTAL_TIMEOUT_S)
    config = Config(lang="en", python=python, hidden=hidden, own=True, limits=limits)  # nobody else's code runs
    config = ready_for(course, config)
    pool = local_worker.process_pool(jobs, course.folder, config)
    try:
        checks = {id: future.result() for id, future in [(id, pool.submit(_checks, id)) for id in ids]}
        trials = _collect(pool, list(_batches(asked)), seeds, progress)
    except BaseException:
        local_worker.end_processes()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return checks, [trials[candidate] for candidate in asked]


def _collect(
    pool: ProcessPoolExecutor, batches: list[list[Candidate]], seeds: int, progress: Progress
) -> dict[Candidate, Trial]:
    futures: list[Future[list[Trial]]] = [pool.submit(_judge, together, seeds) for together in batches]
    found: dict[Candidate, Trial] = {}
    for future in as_completed(futures):
        trials = future.result()
        found |= {trial.candidate: trial for trial in trials}
        progress(len(trials))
    return found


def _batches(asked: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Candidates that are judged in one kernel. The plain ones of an exercise come first: they take longest."""
    for id in dict.fromkeys(candidate.exercise for candidate in asked):
        plain = [candidate for candidate in asked if candidate.exercise == id and candidate.plain]
        yield from (plain[at : at + TOGETHER] for at in range(0, len(plain), TOGETHER))
    yield from ([candidate] for candidate in asked if not candidate.plain)


# ---- in a worker


def _checks(exercise: str) -> tuple[Check, ...]:
    return own_grader().suite.checks(exercise)


def _judge(together: list[Candidate], seeds: int) -> list[Trial]:
    if together[0].plain:
        return _judge_together(together, seeds, own_grader())
    return [_judge_alone(candidate, seeds, own_grader()) for candidate in together]


def _judge_alone(candidate: Candidate, seeds: int, own: Grader) -> Trial:
    exercise = own.course.exercise(candidate.exercise)
    cells = [*own.course.cells_before(exercise), candidate.source]
    if candidate.kind is Kind.REFERENCE:
        cells.append(visible_asserts(exercise))
    config = _impatient(own.config) if candidate.kind is Kind.MUTANT else own.config
    notebook = _submission(cells)
    with run(notebook, _with_input(config, notebook, own), own.fork_server) as session:
        last = session.cells[-1]
        error = last.error if candidate.kind is Kind.REFERENCE and last.status is not CellStatus.OK else None
        return Trial(candidate, _verdicts(candidate, session, seeds, own), error)


def _judge_together(together: list[Candidate], seeds: int, own: Grader) -> list[Trial]:
    """Each in a cell and in a namespace of its own, after the cells that they share."""
    exercise = own.course.exercise(together[0].exercise)
    before = own.course.cells_before(exercise)
    notebook = _submission([*before, *(_in_own_namespace(exercise.function, item.source) for item in together)])
    with run(notebook, _with_input(_impatient(own.config), notebook, own), own.fork_server) as session:
        cells = range(len(before), len(notebook.cells))
        return [
            Trial(candidate, _verdicts(candidate, _OneCell(session, cell), seeds, own))
            for candidate, cell in zip(together, cells, strict=True)
        ]


def _impatient(config: Config) -> Config:
    return replace(config, limits=replace(config.limits, call_timeout_s=PLAIN_CALL_TIMEOUT_S))


def _with_input(config: Config, notebook: Notebook, own: Grader) -> Config:
    """With what the course answers in the notebook's cells, as for a participant."""
    return replace(config, cell_input=cell_input(own.course, notebook))


def _in_own_namespace(function: str, source: str) -> str:
    return f"_space = dict(globals())\nexec({source!r}, _space)\n{function} = _space[{function!r}]\n"


def _submission(cells: Sequence[str]) -> Notebook:
    return Notebook("proof.ipynb", "proof", "", tuple(Cell(index, text) for index, text in enumerate(cells)))


@dataclass(frozen=True, slots=True)
class _OneCell:
    """A session of which only one cell's functions are judged."""

    session: Session
    cell: int

    @property
    def versions(self) -> tuple[Version, ...]:
        return tuple(version for version in self.session.versions if version.cell == self.cell)

    @property
    def sources(self) -> tuple[Cell, ...]:
        return self.session.sources

    @property
    def cells(self) -> tuple[CellResult, ...]:
        return tuple(result for result in self.session.cells if result.index == self.cell)

    @property
    def alive(self) -> bool:
        return self.session.alive

    @property
    def hurried(self) -> bool:
        return self.session.hurried

    @property
    def budget(self) -> Budget:
        return self.session.budget

    @property
    def walls(self) -> tuple[str, ...]:
        return self.session.walls

    def call(
        self,
        invocation: Invocation,
        cases: Sequence[Case],
        seed: int,
        answer: StandInAnswer | None = None,
        within_s: float = math.inf,
        within_bytes: float = math.inf,
    ) -> list[Answer]:
        return self.session.call(invocation, cases, seed, answer, within_s, within_bytes)

    def begin(
        self, asked: Iterable[tuple[Invocation, Sequence[Case]]], seed: int, within_bytes: float = math.inf
    ) -> list[Callable[[], list[Answer] | None]]:
        return self.session.begin(asked, seed, within_bytes)

    @property
    def names(self) -> Mapping[str, tuple[int, ...]]:
        return self.session.names

    @property
    def kernels(self) -> int:
        return self.session.kernels

    def use(self, deed: Deed, find: Find) -> Answer:
        return self.session.use(deed, find)

    def beside(
        self, notebook: Notebook, cell_input: tuple[CellInput, ...] = (), within_s: float = math.inf
    ) -> AbstractContextManager[Calls]:
        return self.session.beside(notebook, cell_input, within_s)


def _verdicts(candidate: Candidate, session: Calls, seeds: int, own: Grader) -> tuple[Verdict, ...]:
    exercise = own.course.exercise(candidate.exercise)
    assert isinstance(own.suite, Suite)
    digest = hashlib.sha256(candidate.source.encode()).hexdigest()  # its own, so that company changes nothing
    verdicts: list[Verdict] = []
    for seed in range(seeds):
        judge = Judge(session, own.course, own.suite, replace(own.config, seed=seed), digest)
        verdicts.append(_verdict(name_known_mistake(judge.as_handed_in(exercise), own.course), seed))
        if _STOPPED.intersection(verdicts[-1].statuses):
            break  # other seeds would only wait as long again
    return tuple(verdicts)


def _verdict(result: ExerciseResult, seed: int) -> Verdict:
    checks = [_as_author_sees(check) for check in result.checks]
    statuses = tuple(check.status for check in checks)
    broken = [check for check in checks if check.status is CheckStatus.GRADER_FAULT]
    failed = [check for check in checks if check.status is not CheckStatus.PASSED]
    bad = next(iter([*broken, *failed]), None)
    named = next((check.diagnosis.mistake for check in result.checks if check.diagnosis), None)
    said = (bad.message, bad.input, bad.actual) if bad else ()
    return Verdict(seed, statuses, named, tuple(filter(None, (*said, *result.notes))))


def _as_author_sees(check: CheckResult) -> CheckResult:
    """A test that breaks on an answer is that answer's failure for a participant, and a fault of the test here."""
    error = check.message.values.get("test_error") if isinstance(check.message, Message) else None
    if error is None:
        return check
    text = msg("The hidden test itself broke: {error}", error=error)
    return replace(check, status=CheckStatus.GRADER_FAULT, message=text, actual=None)
