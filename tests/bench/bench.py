"""How fast: `make bench`. Medians of runs side by side, against two others.

plain   nbclient executes the same notebook in a cold kernel, nothing is graded
floor   a warm process forks, executes the same cells, makes the same calls; no Jupyter, no pytest, no walls

usage: python -m tests.bench.bench [--runs N] [--counts 1,40,400] [--staged N] [--many N] [--all]
                                   [--peer ENVIRONMENT]... [--out FILE]

--all measures too what takes five times as long: the large class, every one graded, here and on a Dask cluster of this
machine; a class with sick ones; how many notebooks a scheduler feeds.

A peer is an environment that has nbgrader or otter-grader, and numpy: tests/bench/peers.py.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat

from tests.bench import many, page, stages, workshop
from tests.bench.notebooks import write_class
from tests.bench.peers import Peer, peer_in

GRADED = 200
SICK_CLASS, SICK = 400, 0.05
MANY = (
    "A class of {count}: {graded} notebooks are graded, what came of them is given to all. `python -m tests.bench.many "
    "--really` grades every one, `--dask` does so on a cluster of this machine."
)
PLAIN = "import sys, nbformat, nbclient\nnbclient.NotebookClient(nbformat.read(sys.argv[1], 4), allow_errors=True).execute()"


@dataclass(frozen=True)
class Measured:
    """One run of a command: wall and CPU seconds of it and all that it waited for, the memory of its largest process."""

    wall_s: float
    cpu_s: float
    peak_mib: float


def run(command: Sequence[str], cwd: Path | None = None) -> Measured:
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return Measured(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def grade(folder: Path, *options: str) -> Measured:
    return run([sys.executable, "-m", "grader", str(folder), *options])


def beside(peer: Peer, environment: Path, folder: Path, count: int) -> Measured:
    """A run of another grader on the same notebooks. Only what grades is measured, not what prepares it."""
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        measured = run(peer.prepare(environment, folder, work), work)
        graded = peer.count_graded(work)
    assert graded == count, f"{peer.name} graded {graded} of {count} notebooks"
    return measured


def floor(folder: Path) -> Measured:
    return run([sys.executable, "-m", "tests.bench.bench", "--floor", str(folder)])


def be_the_floor(folder: Path) -> None:
    """Fork, execute the cells, make calls like the hidden tests'; two at once."""
    import numpy as np
    import numpy.random  # once: the first call would load it in each child

    running = 0
    for path in sorted(folder.glob("*.ipynb")):
        sources = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
        if running == 2:
            os.wait()
            running -= 1
        if os.fork() == 0:
            with redirect_stdout(io.StringIO()):
                execute(sources, np.random.default_rng(0))
            os._exit(0)
        running += 1
    for _ in range(running):
        os.wait()


def execute(sources: Sequence[str], rng: object) -> None:
    import numpy as np

    names: dict[str, Callable[..., object]] = {}
    for source in sources:
        try:
            exec(source, names)
        except Exception:  # a participant's mistake: the next cell runs
            continue
    x, y = np.arange(50.0), np.arange(50.0)
    calls = [
        ("get_linear_forward", (x, 2.0, 1.0), 10),
        ("compute_mse_loss", (x, y), 10),
        ("get_backprop", (x, y, x), 20),
        ("update_params", (1.0, 0.0, 0.1, 0.5, 0.5), 20),
        ("train", (x / 50, y, 0.5, 0.0, 0.1, 10), 20),
        ("normalize", (x,), 10),
    ]
    for name, arguments, times in calls:
        for _ in range(times):
            try:
                names[name](*arguments)
            except Exception:
                break


def medians(measured: Sequence[Measured]) -> Measured:
    return Measured(
        statistics.median(item.wall_s for item in measured),
        statistics.median(item.cpu_s for item in measured),
        max(item.peak_mib for item in measured),
    )


def row(name: str, count: int, item: Measured, against: Measured) -> str:
    return (
        f"| {name} | {count} | {item.wall_s:.2f} | {count / item.wall_s:.1f} | {item.cpu_s / count:.3f} "
        f"| {item.peak_mib:.0f} | {item.wall_s / against.wall_s:.1f} |"
    )


def side_by_side(count: int, runs: int, peers: Mapping[Path, Peer]) -> dict[str, list[Measured]]:
    """All that grades a class of so many, in turn."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_class(folder, count)
        contenders: dict[str, Callable[[], Measured]] = {
            "floor": lambda: floor(folder),
            "grade": lambda: grade(folder, "-j", "2"),
        }
        if count <= 40:
            contenders["grade --sandbox off"] = lambda: grade(folder, "-j", "2", "--sandbox", "off")
            for environment, peer in peers.items():
                contenders[peer.name] = partial(beside, peer, environment, folder, count)
        if count == 1:
            notebook = str(next(folder.glob("*.ipynb")))
            contenders["plain nbclient, cold"] = lambda: run([sys.executable, "-c", PLAIN, notebook])
        measured: dict[str, list[Measured]] = {name: [] for name in contenders}
        for _ in range(runs):
            for name, contender in contenders.items():
                measured[name].append(contender())
    return measured


def longer(people: int) -> list[str]:
    """What --all adds. `people`: of the class on a cluster, 0 for none."""
    from tests.bench import scale, sick_class  # here, for they need Dask, and the attack suite's cage

    lines: list[str] = []
    if people:
        lines += ["", f"A class of {people}, every one graded here:", ""]
        lines += many.table(people, GRADED, really=True)
        lines += ["", "The same class on a Dask cluster of this machine, two workers:", ""]
        lines += many.table(people, GRADED, dask=True)
    lines += ["", f"A class of {SICK_CLASS}, one in twenty of them sick, of every kind as many; two cores:", ""]
    lines += [f"- {line}" for line in sick_class.report(*sick_class.measure(SICK_CLASS, SICK))]
    lines += ["", "One Dask scheduler, with workers that only wait:", ""]
    return [*lines, *(f"- {line}" for line in scale.lines())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--counts", default="1,40,400")
    parser.add_argument("--staged", type=int, default=120, help="notebooks for the table of stages")
    parser.add_argument("--many", type=int, default=10_000, help="people of a large class, 0 for none")
    parser.add_argument("--all", action="store_true", help="the large class whole, a cluster, diseases and scale too")
    parser.add_argument("--peer", type=Path, action="append", default=[], help="environment of another grader")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--floor", type=Path)
    options = parser.parse_args()
    if options.floor:
        be_the_floor(options.floor)
        return
    peers = {environment: peer_in(environment) for environment in options.peer}
    lines = [
        "# How fast",
        "",
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, median of {options.runs} runs side by side; "
        "whole commands, start-up included.",
        "",
        "| what | notebooks | wall s | a second | CPU s each | peak MiB | times the floor |",
        "|---|---|---|---|---|---|---|",
    ]
    for count in map(int, options.counts.split(",")):
        measured = side_by_side(count, options.runs, peers)
        lowest = medians(measured["floor"])
        lines += [row(name, count, medians(items), lowest) for name, items in measured.items()]
    with tempfile.TemporaryDirectory() as made:
        write_class(Path(made), options.staged)
        lines += [
            "",
            f"Where the time of {options.staged} notebooks goes, one after another, walls on, without a page;",
            "`of the floor` is the CPU of both beside the floor's for one notebook:",
            "",
        ]
        lines += stages.table(Path(made), 1000 * lowest.cpu_s / count)
    lines += [
        "",
        "The class page in a headless Chromium; nodes with texts; ms of processor time to load it and for each step:",
        "",
    ]
    lines += page.table((5, 40, 400, 5_000), options.runs)
    if options.many:
        lines += ["", *textwrap.wrap(MANY.format(count=options.many, graded=GRADED), 120), ""]
        lines += many.table(options.many, GRADED)
    lines += ["", *textwrap.wrap(workshop.text(40, 8, 10.0), 120)]
    if options.all:
        lines += longer(options.many)
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if options.out:
        options.out.write_text(text)


if __name__ == "__main__":
    main()
