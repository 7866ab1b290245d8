"""Compares verdicts: nbgrader's or otter's and this grader's, on the same notebooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial

from grader.batch import local_worker
from grader.config import Config
from grader.course.assignment import Assignment
from grader.course.course import Course
from grader.i18n import Message, Text, msg
from grader.model import CheckResult, CheckStatus
from grader.proof.peers.peer import Peer, Verdicts
from grader.proof.peers.variants import Variant, notebook_of, variants
from grader.ready import ready_for
from grader.submissions.notebook import read_notebook

_OPEN = frozenset({CheckStatus.BY_HAND, CheckStatus.UNGRADED})


@dataclass(frozen=True, slots=True)
class Difference:
    """A test that both graders judge, and judge otherwise.

    Attributes:
        unit: Its unit.
        number: Which of its tests, from 1.
        about: What stands in the notebook.
        ours, peers: Whether it passes.
    """

    unit: str
    number: int
    about: str
    ours: bool
    peers: bool


@dataclass(frozen=True, slots=True)
class Own:
    """This grader's verdicts on a notebook.

    Attributes:
        verdicts: Of each test, by its unit.
        open: Units without a verdict, each with the reason.
    """

    verdicts: Verdicts
    open: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out.

    Attributes:
        kind: "nbgrader" or "otter".
        notebooks: How many both have judged.
        units: Those that the peer judges by itself.
        by_hand: Those of them that this grader leaves to a person or can't judge here, each with the reason.
        differences: In the order of the notebooks.
        silent: Notebooks of which one of the graders has no verdict, each with the reason.
    """

    kind: str
    notebooks: int
    units: tuple[str, ...]
    by_hand: Mapping[str, Text]
    differences: tuple[Difference, ...]
    silent: Mapping[str, str]

    @property
    def alike(self) -> tuple[str, ...]:
        """The units that have the same verdicts on all notebooks."""
        differ = {*self.by_hand, *(one.unit for one in self.differences)}
        return tuple(unit for unit in self.units if unit not in differ)


def compare(
    course: Course,
    peer: Peer,
    jobs: int,
    most: int | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
    python: str = "",
) -> Comparison:
    """Let both grade the solution, the stub and the mutants. `most`: of the mutants of each cell; `progress` gets how
    many were just done, and of how many; `python`: that of this grader's kernels."""
    assignment = course.assignment
    assert assignment is not None
    asked = list(variants(assignment, most))
    ours = _ours(course, asked, jobs, peer.kind, python)
    theirs: dict[str, Verdicts | str] = {}
    with ThreadPoolExecutor(jobs) as pool:
        shares = [pool.submit(_share, peer, assignment, asked[at::jobs], progress, len(asked)) for at in range(jobs)]
        for share in as_completed(shares):
            theirs |= share.result()
    return _compared(peer.kind, assignment, asked, ours, theirs)


def _share(
    peer: Peer, assignment: Assignment, asked: Sequence[Variant], progress: Callable[[int, int], None], of: int
) -> dict[str, Verdicts | str]:
    found: dict[str, Verdicts | str] = {}
    for variant, verdicts in peer.judge(assignment, asked):
        found[variant.name] = verdicts
        progress(1, of)
    return found


def _compared(
    kind: str,
    assignment: Assignment,
    asked: Sequence[Variant],
    ours: Mapping[str, Own | str],
    theirs: Mapping[str, Verdicts | str],
) -> Comparison:
    by_hand = {unit.id: unit.by_hand for unit in assignment.units if unit.by_hand is not None}
    units: dict[str, None] = {}
    differences: list[Difference] = []
    silent: dict[str, str] = {}
    for variant in asked:
        own, their = ours[variant.name], theirs[variant.name]
        if isinstance(own, str) or isinstance(their, str):
            silent[variant.about] = own if isinstance(own, str) else str(their)
            continue
        units |= dict.fromkeys(their)
        by_hand = {**own.open, **by_hand}
        differences += _differences(
            variant, own.verdicts, {unit: of for unit, of in their.items() if unit not in by_hand}
        )
    judged = len(asked) - len(silent)
    left = {unit: reason for unit, reason in by_hand.items() if unit in units}
    return Comparison(kind, judged, tuple(units), left, tuple(differences), silent)


def _differences(variant: Variant, ours: Verdicts, theirs: Verdicts) -> Iterator[Difference]:
    for unit, their in theirs.items():
        own = ours.get(unit)
        if own:
            for number, (one, other) in enumerate(zip(own, their, strict=True), 1):
                if one != other:
                    yield Difference(unit, number, variant.about, one, other)


# ---- this grader


def _ours(course: Course, asked: Sequence[Variant], jobs: int, kind: str, python: str) -> dict[str, Own | str]:
    config = ready_for(course, Config(lang="en", python=python, hidden=(str(course.folder.resolve()),), own=True))
    pool = local_worker.process_pool(jobs, course.named, config)
    assert course.assignment is not None
    try:
        return _judged_by(pool, course.assignment, asked, kind)
    except BaseException:
        local_worker.end_processes()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _judged_by(
    pool: ProcessPoolExecutor, assignment: Assignment, asked: Sequence[Variant], kind: str
) -> dict[str, Own | str]:
    text = partial(notebook_of, assignment=assignment, checks=kind == "otter")
    futures: dict[str, Future[Own | str]] = {one.name: pool.submit(_judge, text(one)) for one in asked}
    return {name: future.result() for name, future in futures.items()}


def _judge(text: str) -> Own | str:
    """In a worker: the verdict of each test by its unit."""
    grade = local_worker.own_grader().grade_notebook(read_notebook(text.encode(), "notebook.ipynb", "somebody"))
    faults = [check for one in grade.exercises for check in one.checks if check.status is CheckStatus.GRADER_FAULT]
    if grade.faulted or faults:
        return "this grader broke on it"
    verdicts = {one.id: [check.status is CheckStatus.PASSED for check in one.checks] for one in grade.exercises}
    left = {one.id: _reason(check) for one in grade.exercises for check in one.checks if check.status in _OPEN}
    return Own(verdicts, left)


def _reason(check: CheckResult) -> Text:
    """Why there is no verdict; for the author, with what the test raised."""
    reason = check.message or ""
    error = reason.values.get("test_error") if isinstance(reason, Message) else None
    return msg("{reason} {error}", reason=reason, error=str(error).splitlines()[0]) if error else reason
