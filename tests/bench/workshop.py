"""A live workshop through the real server: 40 people hand in eight times, all within ten seconds; it is killed once.

usage: python -m tests.bench.workshop [--people N] [--rounds N] [--within S]

Each round has one more exercise solved. Checked is that nothing is lost or mixed up; measured, how long each waits from
handing in to the report.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from grader.serve.database import FILE
from tests.serve.conftest import Browser
from tests.serve.test_simulation import everybody_joins, real_server, solution

KILLED_ROUND = 4
PATIENCE_S = 300.0
SCORES = ("Score: 2 of", "Score: 4 of", "Score: 6 of", "Score: 9 of", "Score: 11 of", "Score: 13 of", "Score: 18 of",
          "Score: 18 of")  # fmt: skip


@dataclass
class Measured:
    """What a workshop took.

    Attributes:
        waits_s: From handing in to the report, of each notebook whose server was not killed meanwhile.
        lost: Attempts that were accepted and have no right grade in the end.
        kept_mib: The size of the database.
    """

    waits_s: list[float] = field(default_factory=list)
    lost: int = 0
    kept_mib: float = 0.0

    @property
    def p95_s(self) -> float:
        return statistics.quantiles(self.waits_s, n=20)[-1]


def hand_in(browser: Browser, number: int, round: int, within_s: float) -> float | None:
    """How long it took; None where the server was away. Raise AssertionError for a report that is not the own one."""
    time.sleep(random.Random(f"{number} {round}").uniform(0, within_s))
    begun_s = time.monotonic()
    try:
        book = solution(number, round)
        begun_s = time.monotonic()
        answer = browser.upload(book, path="/api/hand-in", Authorization=f"Bearer {browser.code}")
    except (OSError, http.client.HTTPException):  # the answer was cut off
        return None
    assert answer.status == 202, answer.text
    assert SCORES[round - 1] in answer.text, answer.text[:400]
    return time.monotonic() - begun_s


def measure(people: int, rounds: int, within_s: float) -> Measured:
    """Hold a workshop."""
    measured = Measured()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "results")
        with real_server(out) as (trainer, process):
            browsers = everybody_joins(trainer, [f"Osoba {number}" for number in range(people)])
            for browser in browsers:  # on a busy machine too: who hands in again instead replaces what waits
                browser.patience_s = PATIENCE_S
            for round in range(1, min(rounds, KILLED_ROUND)):
                measured.waits_s += filter(None, _burst(browsers, round, within_s))
            if rounds >= KILLED_ROUND:
                with ThreadPoolExecutor(1) as thread:
                    thread.submit(_kill_after, process.pid, within_s / 2)
                    _burst(browsers, KILLED_ROUND, within_s)
        with real_server(out) as (trainer, _):
            for browser in browsers:
                browser.url = trainer.url
            for round in range(KILLED_ROUND, rounds + 1):
                measured.waits_s += filter(None, _burst(browsers, round, within_s))
            measured.lost = sum(_is_wrong(browser, number, rounds) for number, browser in enumerate(browsers))
            measured.kept_mib = sum(one.stat().st_size for one in out.glob(f"{FILE}*")) / 2**20
    return measured


def _burst(browsers: Sequence[Browser], round: int, within_s: float) -> list[float | None]:
    with ThreadPoolExecutor(len(browsers)) as threads:
        tasks = [threads.submit(hand_in, one, number, round, within_s) for number, one in enumerate(browsers)]
        return [task.result() for task in tasks]


def _kill_after(pid: int, after_s: float) -> None:
    time.sleep(after_s)
    os.killpg(pid, signal.SIGKILL)


def _is_wrong(browser: Browser, number: int, rounds: int) -> bool:
    """Whether a person's attempts are not what that person handed in, all graded."""
    kept = browser.get("/my-data.json").text
    owners = set(re.findall(r'"owner = (\d+)"', kept))
    scores = re.findall(r'"state": "graded",\s*"score": (\d+)', kept)
    return owners != {str(number)} or len(scores) != rounds


def text(people: int, rounds: int, within_s: float) -> str:
    """What bench.md says of it."""
    found = measure(people, rounds, within_s)
    waits = sorted(found.waits_s)
    return (
        f"A live workshop (`grade serve`): {people} people hand in {rounds} times, all of them within {within_s:g} s; in the "
        f"middle the server is killed and started again. From handing in to the report: median "
        f"{statistics.median(waits):.1f} s, 95 of 100 within {found.p95_s:.1f} s, the slowest {waits[-1]:.1f} s; lost or mixed "
        f"up: {found.lost} of {people * rounds}. The database then has {found.kept_mib:.1f} MB.\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--within", type=float, default=10.0, metavar="S")
    options = parser.parse_args()
    print(text(options.people, options.rounds, options.within))


if __name__ == "__main__":
    main()
