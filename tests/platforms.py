"""The solved notebook in every surrounding: who grades, what the system forbids, where Python is, how kernels start.

`python -m tests.platforms` grades it in all of them and prints a table of the walls that stood (`make platforms`);
`python -m tests.platforms NAME...` in those surroundings. Exit code 1 if a point was lost anywhere, or it took too
long.
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
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.container import SKIPPED

ROOT = Path(__file__).resolve().parents[1]
SOLVED = ROOT / "tests" / "samples" / "solved.ipynb"
LIMIT_S = 3.0  # of processor time, and from the command's start to its end
END_S = 100.0
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


def run(case: Case, kernels: Sequence[str] = KERNELS) -> dict[str, Outcome]:
    """Grade the notebook there with each kind of kernel, and again where it took longer than this machine, busy as it
    is, explains."""
    for _ in range(ATTEMPTS):
        outcomes = _run(case, kernels)
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
    busy = _measure([sys.executable, "-c", "sum(range(20_000_000))"])
    return max(1.0, busy.took_s / busy.cpu_s)


def _run(case: Case, kernels: Sequence[str]) -> dict[str, Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder, "own")
        own.mkdir()
        options = [*case.surrounding.container, *(["--closed"] if case.closed else [])]
        options += ["--user", str(own)] if case.user else ["--reach", str(own)]
        grade = [sys.executable, "-m", "tests.each_kernel", str(own), ",".join(kernels), str(SOLVED), "--lang", "en"]
        whole = _measure([sys.executable, "-m", "tests.container", *options, *grade, *case.surrounding.grade])
        return {kernel: _outcome(own / kernel, whole) for kernel in kernels}


def _outcome(path: Path, whole: Outcome) -> Outcome:
    """What tests/each_kernel.py has written of a kernel; that of the whole command where it has come to nothing."""
    ended, report = path.with_suffix(".ended"), path.with_suffix(".json")
    if not ended.exists():
        return whole if whole.code else replace(whole, code=1)
    made = json.loads(report.read_text("utf-8")) if report.exists() else {}
    return Outcome(*json.loads(ended.read_text()), path.with_suffix(".said").read_text("utf-8", "replace"), made)


def _measure(command: Sequence[str]) -> Outcome:
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    started = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=ROOT, env=environment,
            start_new_session=True,
        )  # fmt: skip
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            if time.monotonic() > started + END_S:
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
    bad = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, outcomes in pool.map(lambda case: (case, run(case)), cases(sys.argv[1:])):
            for kernel, outcome in outcomes.items():
                can_be_had = outcome.code != SKIPPED
                faults = outcome.faults if can_be_had else []
                walls = ", ".join(outcome.walls) if outcome.report else ""
                verdict = "; ".join(faults) or "✓" if can_be_had else "can't be had here"
                times = (f"{outcome.took_s:.1f}", f"{outcome.cpu_s:.1f}")
                _write_row([*str(case).split(", "), kernel, *times, walls, verdict])
                bad += bool(faults)
    sys.exit(1 if bad else 0)


def _write_row(columns: Iterable[str]) -> None:
    sys.stdout.write(f"| {' | '.join(columns)} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
