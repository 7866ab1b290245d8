"""Whether anybody's grade or time depends on neighbours: a class graded alone, then with all faults and sieges among it.

usage: python -m tests.bench.neighbours [--ordinary 40] [--rounds 3] [--user]

Among the ordinary notebooks lie the hand-ins of tests/faults, odd archives, and what the attack table has against the
grader's time, memory and other people. Both
classes are graded in turn, inside of the attack suite's cage. Printed is what is not as it should be: an ordinary
notebook whose grade is another than alone, one tenth more time for all of them, or a class that takes longer than the
budgets of those that lie among it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.config import Limits
from grader.pipeline import submission_time_s
from grader.submissions.find import find
from tests.attacks.table import ATTACKS, HURRIED, Attack
from tests.attacks.test_attacks import CANARY, RIGHT, files, make_places, places, run_in_cage
from tests.bench.notebooks import write_class
from tests.conftest import ROOT
from tests.sample_files import EMPTY, lay_out, zipped

FAULTS = ROOT / "tests" / "faults"
WORKERS = 2
MORE_TIME = 1.1  # than alone, for the ordinary ones together
LIMITS = Limits(cell_timeout_s=4.0, call_timeout_s=2.0, total_timeout_s=30.0, memory_mib=1024)
ODD = {
    "Pusty.zip": zipped([]),
    "Sam Folder.zip": zipped({"praca/": b""}),
    "Mac.zip": zipped(["__MACOSX/._w.ipynb"]),
    "Ucięty.zip": zipped([EMPTY[:20]])[:60],
    "Zły.zip": zipped(["participant-000.ipynb", "participant-001.ipynb", "roster.csv"]),
    "Żółw/.grade.lock": "",
    "Żółw/w.ipynb": EMPTY,
}


@dataclass(frozen=True)
class Outcome:
    """How a class was graded.

    Attributes:
        ordinary: What is said of each of the ordinary notebooks, by participant.
        others: The others' participants.
        ordinary_s: How long the workers took for the ordinary ones, together.
        took_s: How long the whole command took.
        budgets_s: What those among it may take together.
        ended: How the command ended.
    """

    ordinary: Mapping[str, Mapping[str, Any]]
    others: tuple[str, ...]
    ordinary_s: float
    took_s: float
    budgets_s: float
    ended: Mapping[str, Any]


def write_others(folder: Path) -> None:
    """Lay out the faults and the odd archives."""
    for path in sorted(FAULTS.glob("*.ipynb")):
        shutil.copy(path, folder / path.name)
    shutil.copytree(FAULTS / "02_canvas_with_empty_zip", folder, dirs_exist_ok=True)
    for name in ("Anna Kot", "Jan Nowak"):
        shutil.copytree(FAULTS / "24_two_notebooks_person_told_missing" / name, folder / name)
        shutil.copytree(FAULTS / "25_teams_versions" / name, folder / f"{name} z Teams")
    lay_out(folder, ODD)


def grade(tmp: Path, count: int, user: str, limits: Limits, attacks: Sequence[Attack] | None) -> Outcome:
    """Grade a class of `count` ordinary notebooks in `tmp`, alone if `attacks` is None, else with the others among it."""
    folder = make_places(tmp)
    (tmp / "home" / "secret.txt").write_text(CANARY)
    ordinary = write_class(folder, count)
    if attacks is not None:
        write_others(folder)
        solutions = {id: (ROOT / "reference" / id / "solution.py").read_text("utf-8") for id in RIGHT}
        for attack in attacks:
            lay_out(folder, files(attack, places(tmp, user), solutions))
    attempts = {one.participant: len(one.attempts) for one in find([folder], RIGHT).submissions}
    others = tuple(name for name in attempts if name not in ordinary)
    budgets_s = sum(submission_time_s(attempts[name], limits) for name in others)
    started = time.monotonic()
    ended = run_in_cage(tmp, arguments(tmp, limits), user, "--timeout", "1700", timeout_s=1800)
    took_s = time.monotonic() - started
    report = tmp / "out.json"
    if not report.exists():
        raise RuntimeError(f"no results: {ended}")
    graded = {one["participant"]: one for one in json.loads(report.read_text("utf-8"))["submissions"]}
    kept = {name: without_time(graded[name]) for name in ordinary}
    ordinary_s = sum(graded[name]["duration_s"] for name in ordinary)
    return Outcome(kept, tuple(name for name in graded if name not in ordinary), ordinary_s, took_s, budgets_s, ended)


def arguments(tmp: Path, limits: Limits) -> list[str]:
    options = {
        "--cell-timeout": limits.cell_timeout_s,
        "--call-timeout": limits.call_timeout_s,
        "--total-timeout": limits.total_timeout_s,
        "--memory": limits.memory_mib,
        "-j": WORKERS,
        "--report": f"json={tmp / 'out.json'}",
        "--lang": "en",
    }
    return [str(tmp / "submissions"), *(str(part) for option in options.items() for part in option)]


def without_time(graded: Mapping[str, Any]) -> dict[str, Any]:
    """What is the same whenever and wherever the same work is graded."""
    return {key: value for key, value in graded.items() if key not in ("duration_s", "path", "sha256")}


def differences(alone: Outcome, among: Outcome) -> list[str]:
    """What neighbours have changed, but for the time of the ordinary notebooks."""
    wrong = [
        f"{name} has another grade than alone"
        for name in alone.ordinary
        if among.ordinary[name] != alone.ordinary[name]
    ]
    if among.took_s > alone.took_s + among.budgets_s:
        wrong.append(f"took {among.took_s:.0f} s, more than {alone.took_s:.0f} + {among.budgets_s:.0f} s")
    wrong += [f"left behind: {among.ended[what]}" for what in ("processes", "files", "reached") if among.ended[what]]
    return wrong + ([] if among.ended["code"] in (0, 1) else [f"exit code {among.ended['code']}"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ordinary", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3, help="of both classes in turn; the median time counts")
    parser.add_argument("--user", action="store_true", help="as an unprivileged user, not as whoever runs it")
    options = parser.parse_args()
    user = "user" if options.user else "root"
    attacks = [attack for attack in ATTACKS if attack.kind in ("siege", "hand-in") or attack.pace == HURRIED]
    rounds = []
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        for number in range(options.rounds):
            alone, among = (
                grade(Path(folder, f"{what}-{number}"), options.ordinary, user, LIMITS, wanted)
                for what, wanted in (("alone", None), ("among", attacks))
            )
            rounds.append((alone, among))
            print(
                f"{options.ordinary} alone: {alone.took_s:.1f} s, {alone.ordinary_s:.2f} s of workers; with "
                f"{len(among.others)} others: {among.took_s:.1f} s of at most {alone.took_s + among.budgets_s:.0f}, "
                f"{among.ordinary_s:.2f} s of workers for the same {options.ordinary}",
                flush=True,
            )
    wrong = list(dict.fromkeys(text for alone, among in rounds for text in differences(alone, among)))
    usual, then = (statistics.median(pair[at].ordinary_s for pair in rounds) for at in (0, 1))
    if then > MORE_TIME * usual:
        wrong.append(f"the ordinary ones took {then / usual - 1:+.0%} time")
    print(f"time of the ordinary ones: {then / usual - 1:+.0%}")
    print("nobody's grade depends on anybody else" if not wrong else "\n".join(["otherwise than expected:", *wrong]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
