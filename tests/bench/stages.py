"""Where the time goes: CPU of the grader and of the kernel for each stage of a notebook, and the grader's memory."""

from __future__ import annotations

import pickle
import statistics
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from grader.batch.local_worker import collect_garbage
from grader.config import Config
from grader.course import loader
from grader.course.course import Course
from grader.course.places import find_course
from grader.diagnosis.by_results import name_by_results
from grader.diagnosis.diagnose import diagnose
from grader.diagnosis.illustrate import illustrate
from grader.judging.judge import judge
from grader.judging.suite import Suite
from grader.kernel import fork_client as warm
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.session import Session
from grader.model import Grade
from grader.pipeline import Grader
from grader.report.run import Run
from grader.report.terminal import text
from grader.submissions.code_digest import code_digest
from grader.submissions.submission import from_file, read_submission

STAGES = {
    "read": "the notebook is parsed and held against its schema",
    "fork and boot": "a copy of the warm process: page tables, namespaces, mounts, Landlock, seccomp; its sockets",
    "cells": "the participant's own code, in IPython; the messages there and back",
    "functions found": "the kernel lists its functions, with their sources and parameters",
    "calls and tests": "the hidden tests; the participant's functions, called; mistakes named, carried exercises",
    "end": "the kernel is killed; a thread waits for its end and removes its files, and nobody for the thread",
}
KEPT = 40
Spent = tuple[float, float, float]


def grade_in_stages(
    path: Path, course: Course, suite: Suite, config: Config, process: ForkServerClient | None
) -> tuple[Grade, list[Spent]]:
    """A grade, and for each stage the milliseconds of wall time, of the grader's CPU and of the kernel's processes'."""
    marks = [(time.perf_counter(), time.process_time(), 0.0)]

    def mark() -> None:
        marks.append((time.perf_counter(), time.process_time(), kernel_cpu_s(session)))

    (notebook,) = read_submission(from_file(path)).notebooks
    session = Session(notebook, config, process)
    mark()
    try:
        session._run.ready()
        mark()
        session._run.run_cells(lambda index: None)
        mark()
        session.versions = tuple(session._run.ready().describe().versions)
        mark()
        judged = judge(session, course, suite, config, code_digest(notebook))
        results = name_by_results(diagnose(judged, session, course), session, course, suite)
        results = illustrate(results, judged, session, course)
        grade = Grader(course, suite, config, process).score(notebook, session, results)
        mark()
    finally:
        session.close()
    marks.append((time.perf_counter(), time.process_time(), marks[-1][2]))
    spent = [tuple(1000 * (b - a) for a, b in zip(*pair, strict=True)) for pair in pairwise(marks)]
    return grade, [(wall, own, kernel) for wall, own, kernel in spent]


def kernel_cpu_s(session: Session) -> float:
    """CPU of the kernel, and of its supervisor if it has one of its own, all threads."""
    if session._run.kernel is None:
        return 0.0
    first = session._run.kernel._manager.provisioner.process.pid
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    tasks = [task for pid in [first, *children] for task in Path(f"/proc/{pid}/task").iterdir()]
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def size(grade: Grade) -> float:
    """Bytes that a grade takes in the process that got it from a worker."""
    sent = pickle.dumps(grade)
    tracemalloc.start()
    kept = pickle.loads(sent)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return taken


def resident_mib() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def table(folder: Path, floor_cpu_ms: float) -> list[str]:
    """The table for the class in `folder`, graded in one process. `floor_cpu_ms`: of a notebook of the floor's."""
    course = loader.load(find_course())
    config = replace(Config(lang="en", curves=False), hidden=(str(course.folder), str(folder)))  # as without a page
    process = warm.start(config.kernel)
    memory: list[float] = []
    measured: list[list[Spent]] = []
    grades: list[Grade] = []
    with Suite(course) as suite:
        for path in sorted(folder.glob("*.ipynb")):
            grade, spent = grade_in_stages(path, course, suite, config, process)
            if len(grades) < KEPT:  # a worker keeps none
                grades.append(grade)
            measured.append(spent)
            collect_garbage()
            memory.append(resident_mib())
    if process is not None:
        process.close()
    lines = [
        "| stage | wall ms | grader CPU ms | kernel CPU ms | of the floor | what it is |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        line(name, what, [spent[stage] for spent in measured[1:]], floor_cpu_ms)
        for stage, (name, what) in enumerate(STAGES.items())
    ]
    lines.append(line("report", "the class's table in the terminal", [report(grades, course, config)], floor_cpu_ms))
    late = f"{memory[-1] - memory[min(49, len(memory) - 1)]:+.1f} MiB from the 50th to the {len(memory)}th"
    own = f"Memory of a process that grades: {memory[0]:.0f} MiB after the first, {late}."
    each = statistics.mean(map(size, grades)) / 1024
    return [*lines, "", f"{own} A grade is {each:.0f} KiB; what writes the reports keeps an outline of each."]


def line(name: str, what: str, spent: Sequence[Spent], floor_cpu_ms: float) -> str:
    wall, own, kernel = (statistics.mean(column) for column in zip(*spent, strict=True))
    return f"| {name} | {wall:.1f} | {own:.1f} | {kernel:.1f} | {(own + kernel) / floor_cpu_ms:.2f} | {what} |"


def report(grades: Sequence[Grade], course: Course, config: Config) -> Spent:
    """Milliseconds of the class's table, for each notebook."""
    wall, cpu = time.perf_counter(), time.process_time()
    text(Run(tuple(grades), course, config))
    count = len(grades) / 1000
    return (time.perf_counter() - wall) / count, (time.process_time() - cpu) / count, 0.0
