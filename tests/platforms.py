"""The solved notebook in every surrounding: who grades, what the system forbids, where Python is, how kernels start.

`python -m tests.platforms` grades it in all of them and prints a table of the walls that stood (`make platforms`);
`python -m tests.platforms NAME...` in those surroundings. With `--half`, each case has one kind of kernel, so that each
surrounding still meets any two of who, where and kernel together. Exit code 1 if a point was lost anywhere, or it took
too long.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.container import SKIPPED
from tests.each_run import END_S

ROOT = Path(__file__).resolve().parents[1]
SOLVED = ROOT / "tests" / "samples" / "solved.ipynb"
LIMIT_S = 3.0  # of processor time, and from the command's start to its end
ATTEMPTS = 3
KERNELS = ("warm", "cold")
WALLS = ("pid", "net", "ipc", "memory", "mount", "user", "rlimits", "landlock", "seccomp")


@dataclass(frozen=True)
class Surrounding:
    """Where a notebook is graded.

    `name`: what is special there. `container`: the options of tests.container. `grade`: those of `grade`. `missing`:
    walls that can't stand there, and `missing_for_user` more of them.
    """

    name: str
    container: tuple[str, ...] = ()
    grade: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    missing_for_user: frozenset[str] = frozenset()


def _without(*walls: str) -> Surrounding:
    options = tuple(option for wall in walls for option in ("--without-wall", wall))
    return Surrounding(f"without {' and '.join(walls)}", (), options, frozenset(walls))


_NAMESPACES = frozenset({"pid", "net", "ipc", "mount"})
SURROUNDINGS = (
    Surrounding("nothing special"),
    *map(_without, WALLS),
    *(_without("mount", wall) for wall in WALLS if wall not in ("mount", "net", "memory")),
    Surrounding("Docker", ("--profile", "docker"), (), _NAMESPACES),
    Surrounding("Docker before Landlock", ("--profile", "docker-before-landlock"), (), _NAMESPACES | {"landlock"}),
    Surrounding("no Landlock", ("--profile", "no-landlock"), (), frozenset({"landlock"})),
    Surrounding("no namespaces", ("--profile", "no-namespaces"), (), _NAMESPACES),
    Surrounding("AppArmor's rule of Ubuntu", ("--profile", "apparmor", "--proc", "read-only"), (), _NAMESPACES),
    Surrounding("/proc covered in part", ("--proc", "masked")),
    Surrounding("/proc hidden", ("--proc", "hidden"), (), frozenset(), frozenset({"memory"})),
    Surrounding("no /proc", ("--proc", "none"), (), frozenset({"memory", "mount"}), _NAMESPACES),
)


@dataclass(frozen=True)
class Case:
    surrounding: Surrounding
    user: bool
    closed: bool

    def __str__(self) -> str:
        who, where = "user" if self.user else "root", "closed" if self.closed else "open"
        return f"{self.surrounding.name}, {who}, {where}"

    @property
    def kernel(self) -> str:
        """The kind of kernel of half the cases: of the two users, and of the two places of Python, each has one."""
        number = SURROUNDINGS.index(self.surrounding)
        return KERNELS[(number + self.user + self.closed) % 2]

    @property
    def place(self) -> tuple[object, ...]:
        """Cases of one place differ in the options of `grade` only."""
        return self.surrounding.container, self.user, self.closed

    @property
    def missing(self) -> frozenset[str]:
        """The walls that can't stand."""
        walls = self.surrounding.missing | (self.surrounding.missing_for_user if self.user else frozenset())
        others_can_enter = self.user or not self.closed or "mount" not in walls
        return walls if others_can_enter else walls | {"user"}


@dataclass(frozen=True)
class Outcome:
    """What came of a case with a kind of kernel: `report` is the JSON, empty where the case can't be had here, and
    `said` what was printed. `took_s` is by the clock, and `cpu_s` of the processor, for the whole command."""

    code: int
    took_s: float
    cpu_s: float
    said: str
    report: dict[str, Any]
    limit_s: float = LIMIT_S

    @property
    def walls(self) -> list[str]:
        return [wall.split()[0] for wall in self.report["sandbox"]["walls"]]

    @property
    def faults(self) -> list[str]:
        """Why it is not as it should be."""
        if self.code:
            return [f"exit code {self.code}: {self.said[-2000:]}"]
        graded = self.report["submissions"][0]
        found = [] if (graded["score"], graded["bonus"]) == (18, 4) else [f"{graded['score']} of 18: {graded['notes']}"]
        found += [f"cell {cell['index']}: {cell['status']}" for cell in graded["cells"] if cell["status"] != "ok"]
        if self.cpu_s >= LIMIT_S or self.took_s >= self.limit_s:
            found.append(f"it took {self.took_s:.1f} s, and {self.cpu_s:.1f} s of the processor")
        return found


def cases(named: Sequence[str] = ()) -> Iterator[Case]:
    """All of them, or those in the surroundings that are named."""
    users = (False, True) if os.geteuid() == 0 else (True,)
    chosen = [one for one in SURROUNDINGS if not named or one.name in named]
    for surrounding, user, closed in itertools.product(chosen, users, (False, True)):
        yield Case(surrounding, user, closed)


Outcomes = dict[str, Outcome]  # by kind of kernel


def run(case: Case, kernels: Sequence[str] = KERNELS) -> Outcomes:
    """Grade the notebook there with each kind of kernel."""
    return run_in_place({case: kernels})[0]


def run_in_place(of_a_place: Mapping[Case, Sequence[str]]) -> list[Outcomes]:
    """The same for cases of one place, which load the grader once for all; those that took too long again, alone."""
    found = _run(of_a_place)
    return [_settled(case, outcomes) for case, outcomes in zip(of_a_place, found, strict=True)]


def _settled(case: Case, outcomes: Outcomes) -> Outcomes:
    """Graded again where it took longer than this machine, busy as it is, explains."""
    for attempt in range(ATTEMPTS):
        if attempt:
            (outcomes,) = _run({case: [*outcomes]})
        took_s = max(outcome.took_s for outcome in outcomes.values())
        if any(outcome.code for outcome in outcomes.values()) or took_s < LIMIT_S:
            break
        limit_s = LIMIT_S * _slowness()
        outcomes = {kernel: replace(outcome, limit_s=limit_s) for kernel, outcome in outcomes.items()}
        if took_s < limit_s:
            break
    return outcomes


def _slowness() -> float:
    """How many times as long as on an idle machine a computation takes just now."""
    busy = _measure([sys.executable, "-c", "sum(range(5_000_000))"])
    return max(1.0, busy.took_s / busy.cpu_s)


def _run(of_a_place: Mapping[Case, Sequence[str]]) -> list[Outcomes]:
    place = next(iter(of_a_place))
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder, "own")
        own.mkdir()
        options = [*place.surrounding.container, *(["--closed"] if place.closed else [])]
        options += ["--user", str(own)] if place.user else ["--reach", str(own)]
        runs = {
            f"{number}-{kernel}": [str(SOLVED), "--lang", "en", "--kernel", kernel, *case.surrounding.grade]
            for number, (case, kernels) in enumerate(of_a_place.items())
            for kernel in kernels
        }
        each = [sys.executable, "-m", "tests.each_run", str(own), json.dumps(runs)]
        whole = _measure([sys.executable, "-m", "tests.container", *options, *each], END_S * (len(runs) + 1))
        return [
            {kernel: _outcome(own / f"{number}-{kernel}", whole) for kernel in kernels}
            for number, kernels in enumerate(of_a_place.values())
        ]


def _outcome(path: Path, whole: Outcome) -> Outcome:
    """What tests/each_run.py has written of a run; that of the whole command where it has come to nothing."""
    ended, report = path.with_suffix(".ended"), path.with_suffix(".json")
    if not ended.exists():
        return whole if whole.code else replace(whole, code=1)
    made = json.loads(report.read_text("utf-8")) if report.exists() else {}
    return Outcome(*json.loads(ended.read_text()), path.with_suffix(".said").read_text("utf-8", "replace"), made)


def _measure(command: Sequence[str], end_s: float = END_S) -> Outcome:
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    started = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=ROOT, env=environment,
            start_new_session=True,
        )  # fmt: skip
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            if time.monotonic() > started + end_s:
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.01)
        took_s, used = time.monotonic() - started, ended[2]
        process.returncode = os.waitstatus_to_exitcode(ended[1])
        said.seek(0)
        printed = said.read().decode(errors="replace")
    return Outcome(process.returncode, took_s, used.ru_utime + used.ru_stime, printed, {})


def main() -> None:
    columns = ("surrounding", "who", "Python", "kernel", "s", "s of the processor", "walls that stood", "")
    _write_row(columns)
    _write_row(["---"] * len(columns))
    half, *named = sys.argv[1:] if "--half" in sys.argv[1:2] else ["", *sys.argv[1:]]
    by_place: dict[object, dict[Case, Sequence[str]]] = {}
    for case in cases(named):
        by_place.setdefault(case.place, {})[case] = [case.kernel] if half else KERNELS
    bad = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for of_a_place, found in zip(by_place.values(), pool.map(run_in_place, by_place.values()), strict=True):
            for case, outcomes in zip(of_a_place, found, strict=True):
                bad += sum(_write(case, kernel, outcome) for kernel, outcome in outcomes.items())
    sys.exit(1 if bad else 0)


def _write(case: Case, kernel: str, outcome: Outcome) -> bool:
    """A row. Returns whether it is bad."""
    can_be_had = outcome.code != SKIPPED
    faults = outcome.faults if can_be_had else []
    walls = ", ".join(outcome.walls) if outcome.report else ""
    verdict = "; ".join(faults) or "✓" if can_be_had else "can't be had here"
    _write_row([*str(case).split(", "), kernel, f"{outcome.took_s:.1f}", f"{outcome.cpu_s:.1f}", walls, verdict])
    return bool(faults)


def _write_row(columns: Iterable[str]) -> None:
    sys.stdout.write(f"| {' | '.join(columns)} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
