"""How many notebooks one Dask scheduler feeds, and what a million of them cost: with workers that only wait.

usage: python -m tests.bench.scale [--count 2000] [--workers 4] [--threads 32] [--seconds 0.1]

A scheduler and workers run as the commands of Dask start them. The workers' threads take the time that grading a
notebook takes on one core, and do nothing: so one machine stands for as many cores as there are threads. What is sent
to them and comes back is real: the notebooks of a class, and one of its grades. Printed is the processor time that the
scheduler, and the machine that asks, spend on each notebook, which does not depend on what else runs here, and what
follows from it.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from distributed import Client

from grader.api import grade_all, load_course
from grader.batch import dask_cluster
from grader.batch.dask_cluster import open_cluster
from grader.batch.sealed import Sealing, to_bytes
from grader.config import Config
from grader.kernel.sandbox.supervisor import held_bytes
from grader.kernel.timer import used_cpu_s
from grader.submissions.find import find
from tests.bench.notebooks import write_class

START_TIMEOUT_S = 60
MILLION, TERM = 1_000_000, 50_000


@dataclass(frozen=True)
class Spent:
    """What a notebook took of the scheduler's and the asking machine's processor time, and what all took of their
    memory."""

    scheduler_ms: float
    client_ms: float
    scheduler_mib: float
    client_mib: float
    took_s: float


class Waits:
    """The task that stands for grading: it takes as long on a core, and answers with a grade."""

    def __init__(self, seconds: float, answer: bytes) -> None:
        self.seconds, self.answer = seconds, answer

    def __call__(self, submission: bytes, setup: bytes, wanted: str, within_s: float) -> bytes:
        time.sleep(self.seconds)
        return self.answer


@contextmanager
def dask(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process of Dask's, which ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def cluster(workers: int, threads: int) -> Iterator[tuple[str, int]]:
    """The address of a scheduler with so many workers, of so many threads each, and its process id."""
    with ExitStack() as stack:
        scheduler = stack.enter_context(dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"))
        assert scheduler.stderr is not None
        address = next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://[\d.]+:\d+", line)))
        for _ in range(workers):
            stack.enter_context(dask("worker", address, "--nthreads", str(threads), "--no-nanny", "--no-dashboard"))
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=START_TIMEOUT_S)
        yield address, scheduler.pid


def used_s(pid: int) -> float:
    used = used_cpu_s(pid)
    assert used is not None
    return used


def measure(folder: Path, count: int, workers: int, threads: int, seconds: float) -> Spent:
    """Grade the class in `folder`, repeated up to `count`, by workers that wait."""
    course, config = load_course(), Config(lang="en", curves=False)
    own = find([folder]).submissions
    submissions = [own[place % len(own)] for place in range(count)]
    (grade,) = grade_all([own[0].files[0].path], course, config)
    with (
        cluster(workers, threads) as (address, scheduler),
        patch.object(dask_cluster, "work", Waits(seconds, to_bytes(Sealing(course).seal_replacing(grade)))),
        open_cluster(address, course, config) as (engine, _),
    ):
        for _ in engine(own):  # so that all that is needed is loaded
            pass
        cpu, held = (used_s(scheduler), time.process_time()), (held_bytes(scheduler), held_bytes(os.getpid()))
        started, most = time.monotonic(), held
        for _ in engine(submissions):
            most = max(most[0], held_bytes(scheduler)), max(most[1], held_bytes(os.getpid()))
        took_s = time.monotonic() - started
        cpu_s = used_s(scheduler) - cpu[0], time.process_time() - cpu[1]
    mib = [(after - before) / (1 << 20) for after, before in zip(most, held, strict=True)]
    return Spent(1000 * cpu_s[0] / count, 1000 * cpu_s[1] / count, *mib, took_s)


def report(spent: Spent, count: int, workers: int, threads: int, seconds: float) -> list[str]:
    each_ms = {"scheduler": spent.scheduler_ms, "machine that asks": spent.client_ms}
    mib = {"scheduler": spent.scheduler_mib, "machine that asks": spent.client_mib}
    lines = [
        f"{count} notebooks, {workers} workers of {threads} threads, each waits {seconds:g} s: {spent.took_s:.1f} s",
        *(f"{who}: {ms:.2f} ms of CPU a notebook, {mib[who]:.0f} MiB more for all" for who, ms in each_ms.items()),
    ]
    for who, ms in each_ms.items():
        rate = 1000 / ms
        lines.append(f"the {who} is the bound at {rate:.0f} notebooks a second: {rate * seconds:.0f} cores")
    lines.append(f"{MILLION:,} notebooks: {MILLION * seconds / 3600:.0f} core hours of grading")
    lines.append(f"{TERM:,} in an hour: {TERM / 3600:.1f} a second, {TERM / 3600 * seconds:.1f} cores")
    return lines


def lines(count: int = 2000, workers: int = 4, threads: int = 32, seconds: float = 0.1) -> list[str]:
    """What was measured, as sentences. `threads`: of each worker; `seconds`: for each notebook on one core."""
    with tempfile.TemporaryDirectory() as folder:
        write_class(Path(folder), 40)
        return report(measure(Path(folder), count, workers, threads, seconds), count, workers, threads, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=32, help="how many cores each worker stands for")
    parser.add_argument("--seconds", type=float, default=0.1, help="for each notebook on one core: see docs/bench.md")
    options = parser.parse_args()
    print("\n".join(lines(options.count, options.workers, options.threads, options.seconds)))


if __name__ == "__main__":
    main()
