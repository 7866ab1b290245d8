"""A class with every disease and every attack in it, graded in one run, each with its right status.

usage: python -m tests.bench.sick_class [--count 400] [--sick 0.05] [--user]

Half of 400 notebooks are ordinary ones, right and wrong; the others are each file disease (tests/notebooks), each
disease of a running notebook (tests/notebooks/running) and each attack (tests/attacks/table.py), once. A smaller count
takes some of each kind. The run is inside of the attack suite's cage. What came otherwise than expected is printed.

With --sick, only that part of the class is so: of every kind as many, and as many that wait for a time limit. Then a
class of ordinary ones alone is graded too, and the rates at which the ordinary ones go through are held against each
other: by the clock, which tells something on a quiet machine only, and by the processor time of all that the command did
between the first grade of an ordinary one and the last.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from grader.batch.store import FOLDER
from grader.kernel.sandbox.supervisor import family
from tests.attacks.table import ATTACKS, Attack
from tests.attacks.test_attacks import CANARY, RIGHT, cells, places, run_in_cage
from tests.bench.notebooks import write_class
from tests.conftest import ROOT
from tests.sample_files import notebook

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILES, RUNNING = ROOT / "tests" / "notebooks", ROOT / "tests" / "notebooks" / "running"
WORKERS, TIMEOUT_S = 2, 1800
MEMORY_MIB = 1024
LIMITS = f"--cell-timeout 4 --call-timeout 2 --total-timeout 60 --memory {MEMORY_MIB} -j {WORKERS} --lang en".split()
LOOK_S = 0.5
Graded = Mapping[str, Any]
Expect = Callable[[Graded], str]


@dataclass(frozen=True)
class Member:
    """A notebook of the class: what kind it is, how it gets into a folder, and what is wrong with its grade."""

    kind: str
    name: str
    write: Callable[[Path], object]
    wrong: Expect


def members(count: int, tmp: Path, user: str, solutions: Mapping[str, str], sick: float | None) -> list[Member]:
    """All that is not ordinary once, if `count` has room for it, and ordinary ones beside them. `sick`: how much of the
    class is not."""
    special = [*diseases(), *running(), *attacks(tmp, user, solutions)]
    kinds = sorted({member.kind for member in special})
    rng = random.Random(count)
    if sick is not None:
        special = [*islice(in_turn(rng, special), round(sick * count))]
    elif len(special) > 0.6 * count:
        share = max(1, count // (2 * len(kinds)))
        special = [
            one for kind in kinds for one in rng.sample([m for m in special if m.kind == kind and quick(m)], share)
        ]
    found = [*special, *ordinary(count - len(special), tmp)]
    rng.shuffle(found)  # else the ordinary ones come after one another
    return found


def in_turn(rng: random.Random, members: Sequence[Member]) -> Iterator[Member]:
    """One of each kind, then another one of each; those that wait are a kind of their own."""
    kinds: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        kinds["waits" if waits(member) else member.kind].append(member)
    mixed = [rng.sample(kinds[kind], len(kinds[kind])) for kind in sorted(kinds)]
    return (one for row in zip_longest(*mixed) for one in row if one is not None)


def waits(member: Member) -> bool:
    """Whether it waits for a time limit, and does nothing meanwhile."""
    return member.name.endswith("sleep") or member.name.startswith(("stop-", "almost-too-slow"))


def quick(member: Member) -> bool:
    """Not one that waits for time limits, of which a small class can have no more than a few."""
    slow = ("loop", "endless", "ignores", "recursion", "memory", "fork", "sleep", "flood", "hang", "fills", "many")
    return not any(word in member.name for word in slow)


def diseases() -> list[Member]:
    expected = tomllib.loads((FILES / "expected.toml").read_text("utf-8"))
    return [
        Member("file", Path(name).stem, partial(shutil.copy, FILES / name), partial(_status, case["status"]))
        for name, case in expected.items()
    ]


def _status(expected: str, graded: Graded) -> str:
    status = graded["status"]
    if expected == "graded" and status == "no_exercises":  # read and run; what it holds is no exercise of the course
        return ""
    return "" if status == expected else f"is {status}, not {expected}"


def running() -> list[Member]:
    expected = tomllib.loads((RUNNING / "expected.toml").read_text("utf-8"))
    return [
        Member("running", Path(name).stem, partial(shutil.copy, RUNNING / name), partial(_ran, case))
        for name, case in expected.items()
    ]


def _ran(case: Mapping[str, Any], graded: Graded) -> str:
    passed = [item["id"] for item in graded["exercises"] if item["status"] == "passed"]
    ended = [cell["status"] for cell in graded["cells"]]
    if graded["status"] != "graded" or passed != case["passed"] or ended != case["cells"]:
        return f"is {graded['status']}, passed {passed}, cells {ended}"
    return ""


def attacks(tmp: Path, user: str, solutions: Mapping[str, str]) -> list[Member]:
    known = places(tmp, user)
    made = []
    for attack in ATTACKS:
        if attack.kind == "hand-in" or attack.memory_mib < MEMORY_MIB:  # which has room for it
            continue
        text = notebook(*cells(attack, known, dict(solutions)))
        made.append(
            Member(attack.kind, attack.name, lambda path, text=text: path.write_text(text), partial(_held, attack))
        )
    return made


def _held(attack: Attack, graded: Graded) -> str:
    text = json.dumps(graded)
    if graded["status"] != "graded" or "ESCAPED" in text or CANARY in text:
        return f"is {graded['status']}: {graded['notes']}"
    if attack.kind == "forgery" and graded["exercises"][0]["status"] == "passed":
        return "earns 1a"
    if attack.kind == "attempt" and graded["cells"][-1]["error"] != "RuntimeError: HELD":
        return f"ended with {graded['cells'][-1]['error']}"
    lost = 1 if attack.kind == "forgery" else 0  # 2 and 5 stand on 1a
    forged = ["1a"] if attack.kind == "forgery" else []
    rest = [item for item in graded["exercises"] if item["id"] not in (*forged, *attack.without)]
    bad = [item["id"] for item in rest if item["points"] < item["max_points"] - lost]
    return f"costs {bad}" if bad and not attack.spoils else ""


def ordinary(count: int, tmp: Path) -> list[Member]:
    folder = tmp / "ordinary"
    folder.mkdir()
    wrong = write_class(folder, count)
    return [
        Member("ordinary", name, partial(shutil.copy, folder / f"{name}.ipynb"), partial(_scored, mistaken))
        for name, mistaken in wrong.items()
    ]


def _scored(mistaken: Set[str], graded: Graded) -> str:
    bad = []
    for item in graded["exercises"]:
        lost = item["max_points"] + item["max_bonus"] - item["points"] - item["bonus"]
        if item["id"] in mistaken and not lost:
            bad.append(f"{item['id']} is wrong and loses nothing")
        if item["id"] not in mistaken and lost > 1:  # one for an earlier exercise that it stands on
            bad.append(f"{item['id']} is right and loses {lost:g}")
    return ", ".join(bad) if graded["status"] == "graded" else f"is {graded['status']}"


@dataclass(frozen=True)
class Outcome:
    """How the run went: what came otherwise than expected, how many of each kind, how long it took, how long workers
    were busy with each kind, how many ordinary ones went through in a second, and the processor time for each."""

    wrong: list[str]
    kinds: Counter[str]
    took_s: float
    spent_s: Counter[str]
    rate: float
    cpu_s: float
    ended: Mapping[str, Any]


def run(count: int, tmp: Path, user: str, timeout_s: int, sick: float | None = None) -> Outcome:
    """Make the class in `tmp`, grade it inside of the cage, compare."""
    for name in ("tmp", "home", "submissions"):
        (tmp / name).mkdir(parents=True)
    (tmp / "home" / "secret.txt").write_text(CANARY)
    solutions = {id: (ROOT / "reference" / id / "solution.py").read_text("utf-8") for id in RIGHT}
    found = members(count, tmp, user, solutions, sick)
    known = {f"{number:04}-{one.kind}-{one.name}": one for number, one in enumerate(found)}
    for name, member in known.items():
        member.write(tmp / "submissions" / f"{name}.ipynb")
    started = time.monotonic()
    arguments = [str(tmp / "submissions"), "-o", str(tmp / "out"), *LIMITS]
    with Meter() as meter:
        ended = run_in_cage(tmp, arguments, user, "--timeout", str(timeout_s), timeout_s=timeout_s + 60)
    took_s = time.monotonic() - started
    results = tmp / "out" / "results.json"
    if not results.exists():
        raise RuntimeError(f"no results: {ended}")
    submissions = {one["participant"]: one for one in json.loads(results.read_text("utf-8"))["submissions"]}
    wrong = [f"{name} is not there" for name in known.keys() - submissions.keys()]
    wrong += [f"{name} {said}" for name in submissions if (said := known[name].wrong(submissions[name]))]
    wrong += [f"left behind: {ended[what]}" for what in ("processes", "files", "reached") if ended[what]]
    with (tmp / "out" / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["participant"]: float(row["score"]) for row in csv.DictReader(file)}
    wrong += [
        f"{name} has another score in the gradebook" for name in known if rows.get(name) != submissions[name]["score"]
    ]
    spent_s: Counter[str] = Counter()
    for name, graded in submissions.items():
        spent_s[known[name].kind] += graded["duration_s"]
    kinds = Counter(one.kind for one in known.values())
    times_s = sorted(path.stat().st_mtime for path in (tmp / "out" / FOLDER).glob("*-ordinary-*"))
    others, first_s, last_s = len(times_s) - 1, times_s[0], times_s[-1]
    cpu_s = (meter.at(last_s) - meter.at(first_s)) / others
    return Outcome(wrong, kinds, took_s, spent_s, others / (last_s - first_s), cpu_s, ended)


class Meter:
    """Notes the processor time of all that this process has started."""

    def __enter__(self) -> Meter:
        self._seen: list[tuple[float, float]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def at(self, when_s: float) -> float:
        """Up to this time of the day."""
        return max((cpu_s for seen_s, cpu_s in self._seen if seen_s <= when_s), default=0.0)

    def _look(self) -> None:
        while not self._ended.wait(LOOK_S):
            self._seen.append((time.time(), sum(map(_used_s, family(os.getpid())))))


def _used_s(pid: int) -> float:
    """By a process, and by those that it has seen end; by this one itself nothing."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[13 if pid == os.getpid() else 11 : 15])) / os.sysconf("SC_CLK_TCK")


def report(outcome: Outcome, alone: Outcome | None) -> list[str]:
    """`alone`: of a class of ordinary ones."""
    total = sum(outcome.kinds.values())
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(outcome.kinds.items()))
    took = f"{outcome.took_s:.1f} s, {total / outcome.took_s:.1f} a second"
    lines = [
        f"{total} notebooks ({kinds})",
        f"graded in {took}, exit code {outcome.ended['code']}",
        "seconds for each kind: " + ", ".join(f"{kind} {s:.1f}" for kind, s in sorted(outcome.spent_s.items())),
        f"the ordinary ones went through at {outcome.rate:.1f} a second",
    ]
    if alone is not None:
        lines.append(f"alone at {alone.rate:.1f}: {outcome.rate / alone.rate:.0%}")
        each = f"{alone.cpu_s * 1000:.0f} ms of processor time for each, with the others {outcome.cpu_s * 1000:.0f}"
        lines.append(f"alone {each}: {alone.cpu_s / outcome.cpu_s:.0%}")
    return [*lines, *(["otherwise than expected:", *outcome.wrong] if outcome.wrong else ["each as expected"])]


def measure(count: int, sick: float | None, user: str = "root") -> tuple[Outcome, Outcome | None]:
    """A class with sick ones; where it is said how many, also one without any."""
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        alone = None if sick is None else run(count, Path(folder, "alone"), user, TIMEOUT_S, 0.0)
        return run(count, Path(folder, "cage"), user, TIMEOUT_S, sick), alone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--sick", type=float, help="how much of the class is not ordinary")
    parser.add_argument("--user", action="store_true", help="as an unprivileged user, not as whoever runs it")
    options = parser.parse_args()
    outcome, alone = measure(options.count, options.sick, "user" if options.user else "root")
    print("\n".join(report(outcome, alone)))
    sys.exit(bool(outcome.wrong))


if __name__ == "__main__":
    main()
