"""A class of ten thousand: its memory, its reports, the page, a second run that finds nothing changed.

A few hundred notebooks are really graded. What came of them is given to as many people as are wanted, each with a line
of code of their own, so that nobody's work is anybody else's. --really grades all of them; --dask does so on a cluster.

usage: python -m tests.bench.many [--count 10000] [--graded 200] [--really | --dask]
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from threading import Event, Thread

import msgspec

from grader.batch.sealed import encode
from grader.batch.store import FOLDER, Record, file_name
from grader.submissions.results_folder import RESULTS_MARK
from grader.submissions.submission import File, Submission, fingerprint, from_file
from tests.bench import page
from tests.bench.notebooks import write_class

LOOK_S = 0.5
END_TIMEOUT_S = 10.0
HEAD = "| what | people | wall s | CPU s | CPU ms each | peak MiB of the main process | of the largest other |"


@dataclass(frozen=True)
class Spent:
    """A run of `grade`: CPU of it and all that it waited for; the memory of its main process, and of the largest that it
    started, which share most of theirs with it."""

    wall_s: float
    cpu_s: float
    main_mib: float
    other_mib: float


def grade(folder: Path, out: Path, *options: str) -> Spent:
    command = [sys.executable, "-m", "grader", str(folder), "-o", str(out), "--exit-zero", "--lang", "en", *options]
    begun_s = time.perf_counter()
    with (out.parent / "said.txt").open("w") as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
    largest: list[float] = [0.0]
    ended = Event()
    watcher = Thread(target=_watch, args=(process.pid, largest, ended))
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watcher.join()
    assert process.returncode == 0, (out.parent / "said.txt").read_text()[-2000:]
    main_mib = largest[0] or usage.ru_maxrss / 1024
    return Spent(
        time.perf_counter() - begun_s, usage.ru_utime + usage.ru_stime, main_mib, max(largest[1:], default=0.0)
    )


def _watch(pid: int, largest: list[float], ended: Event) -> None:
    """Note the largest memory of the process, and that of each of its children."""
    own: dict[int, float] = {}
    while not ended.wait(LOOK_S):
        for one in [pid, *_children(pid)]:
            own[one] = max(own.get(one, 0.0), _peak_mib(one))
    largest[:] = [own.pop(pid, 0.0), *own.values()]


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _peak_mib(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def multiply(graded: Path, results: Path, folder: Path, out: Path, count: int) -> None:
    """Give the results of the notebooks in `graded` to `count` people in `folder`."""
    folder.mkdir()
    (out / FOLDER).mkdir(parents=True)
    (out / RESULTS_MARK).touch()
    originals = sorted(graded.glob("*.ipynb"))
    records = [_record(results, from_file(path)) for path in originals]
    for number, (path, record) in enumerate(islice(cycle(zip(originals, records, strict=True)), count)):
        own = f"\nown_{number} = {number}"
        book = json.loads(path.read_text("utf-8"))
        cell = next(cell for cell in book["cells"] if cell["cell_type"] == "code")
        cell["source"] = "".join(cell["source"]) + own
        file = folder / f"participant-{number:05}.ipynb"
        file.write_text(json.dumps(book), "utf-8")
        one = Submission(file.stem, str(file), ((File(str(file), str(file)),),))
        (out / FOLDER / f"{file_name(one)}.json").write_bytes(encode(_of(one, record, own)))


def _record(results: Path, one: Submission) -> Record:
    return msgspec.json.decode((results / FOLDER / f"{file_name(one)}.json").read_bytes(), type=Record)


def _of(one: Submission, record: Record, own: str) -> Record:
    digest, known = fingerprint(one), record.grade.notebook
    first, *rest = known.cells
    cells = (replace(first, source=first.source + own), *rest)
    notebook = replace(known, cells=cells, sha256=digest, participant=one.participant, path=one.path)
    return Record(record.terms, replace(record.grade, notebook=notebook, digest=digest))


def row(what: str, count: int, spent: Spent) -> str:
    return (
        f"| {what} | {count} | {spent.wall_s:.1f} | {spent.cpu_s:.1f} | {1000 * spent.cpu_s / count:.2f} "
        f"| {spent.main_mib:.0f} | {spent.other_mib:.0f} |"
    )


def table(count: int, graded: int, really: bool = False, dask: bool = False) -> list[str]:
    """The lines of two Markdown tables: the runs, and the page that they wrote in a browser."""
    lines = [HEAD, "|---" * 7 + "|"]
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        folder, out = work / "class", work / "results"
        if really or dask:
            folder.mkdir()
            write_class(folder, count)
            lines += (
                _on_a_cluster(folder, out, count) if dask else [row("graded", count, grade(folder, out, "-j", "2"))]
            )
        else:
            (work / "few").mkdir()
            write_class(work / "few", graded)
            lines.append(row("graded", graded, grade(work / "few", work / "few-results", "-j", "2")))
            multiply(work / "few", work / "few-results", folder, out, count)
            lines.append(row("all reports", count, grade(folder, out, "-j", "2")))
        lines.append(row("again, nothing changed", count, grade(folder, out, "-j", "2")))
        sizes = {name: (out / name).stat().st_size / 1e6 for name in ("results.json", "report.html")}
        shown = ", ".join(f"{name} {size:.1f} MB" for name, size in sizes.items())
        lines += ["", f"{shown}. Its page, as the pages above:", "", *page.table_of([(count, out / "report.html")], 3)]
    return lines


def _on_a_cluster(folder: Path, out: Path, count: int) -> Iterator[str]:
    """The run, and the share of its client."""
    with _cluster() as (address, of_cluster_s):
        spent = grade(folder, out, "--dask", address)
    whole_s = spent.cpu_s + sum(of_cluster_s)
    yield row(f"the client of a Dask cluster: {100 * spent.cpu_s / whole_s:.1f} % of the whole", count, spent)
    yield row("the whole of it", count, replace(spent, cpu_s=whole_s))


@contextmanager
def _cluster() -> Iterator[tuple[str, list[float]]]:
    """The address of a cluster on this machine, and what its processes have spent when it has ended."""
    from distributed import LocalCluster

    spent: list[float] = []
    _adopt_orphans()
    before = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        client_before = resource.getrusage(resource.RUSAGE_CHILDREN)
        yield cluster.scheduler_address, spent
        client = _cpu_s(resource.getrusage(resource.RUSAGE_CHILDREN)) - _cpu_s(client_before)
    _wait_for_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    spent.append(sum(_cpu_s(b) - _cpu_s(a) for a, b in zip(before, after, strict=True)) - client)


def _adopt_orphans() -> None:
    """A worker of Dask ends without waiting for the processes that grade for it: this one waits instead, or nobody would
    count what they have spent."""
    set_child_subreaper = 36
    ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def _wait_for_orphans() -> None:
    deadline_s = time.monotonic() + END_TIMEOUT_S
    with suppress(ChildProcessError):  # until there is none
        while time.monotonic() < deadline_s:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)


def _cpu_s(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--graded", type=int, default=200)
    parser.add_argument("--really", action="store_true")
    parser.add_argument("--dask", action="store_true")
    options = parser.parse_args(given)
    lines = table(options.count, options.graded, options.really, options.dask)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
