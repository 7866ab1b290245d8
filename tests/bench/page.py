"""How large and how quick the class page is in a headless Chromium. Times are of the page's own thread on a processor,
so that whatever else the machine does leaves them as they are.

usage: python -m tests.bench.page [--counts 5,40,400,5000] [--runs 3]
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from playwright import sync_api

from grader.config import Config
from grader.model import Cell
from grader.report import people_files
from grader.report.alphabet import name_key
from grader.report.page import beside
from grader.report.page import page as web_page
from grader.report.page.people import participants
from grader.report.run import Run
from tests.sample_class import COURSE, GRADES

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIRST = ("Łucja", "Żaneta", "Świętosława", "Jan", "Zofia", "Ćwirek", "Ewa")
LAST = ("Żak", "Śliwa", "Brzęczyszczykiewicz-Kowalska", "Nowak", "Łoś")
SOURCE = "def f(x, w, b):\n" + "    x = x + 1  # żółw\n" * 8 + "    return x\n"
# Each is done and then waited for until the browser has laid out what it changes.
STEPS = {
    "sort": "document.querySelector('#heat th button').click()",
    "filter": "fill('state', 'partial')",
    "no filter": "fill('state', '')",
    "find": "fill('find', 'zak')",
    "everybody again": "fill('find', '')",
    "a person": "location.hash = document.querySelector('#heat tbody a').dataset.to",
    "back": "location.hash = 'class'",
}
_TIMED = """() => new Promise(done => {
    const fill = (id, value) => {
        const field = document.getElementById(id);
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    %s;
    const settled = () => location.hash.startsWith("#p-") === document.documentElement.classList.contains("one");
    const end = () => (settled() ? (document.body.offsetHeight, done()) : setTimeout(end, 0));
    setTimeout(end, 0);
})"""
_NODES = """() => {
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
    let count = 0;
    while (walker.nextNode()) count += 1;
    return count;
}"""


@dataclass(frozen=True)
class Measured:
    """A page in a browser: all its nodes, texts too; the time to load it, and that of each step until it is laid out."""

    nodes: int
    load_ms: float
    steps_ms: dict[str, float]


def large_class(count: int) -> Run:
    """A class with all that goes wrong in the sample class, again and again."""
    cells = tuple(Cell(index, SOURCE) for index in range(1, 9))
    grades = []
    for number in range(count):
        name = f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]} {number}"
        grade = GRADES[number % len(GRADES)]
        notebook = replace(grade.notebook, path=f"work/{name}.ipynb", participant=name, cells=cells)
        grades.append(replace(grade, notebook=notebook))
    return Run(tuple(grades), COURSE, Config(lang="pl"))


@contextmanager
def browser_page(chromium: Any, address: str) -> Iterator[Any]:
    """The page at an address in a window of its own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def measure(chromium: Any, file: Path) -> Measured:
    """What a page weighs, and what a click costs."""
    with browser_page(chromium, "about:blank") as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

        def spend_ms(action: Callable[[], object]) -> float:
            before = _spent_ms(devtools)
            action()
            return _spent_ms(devtools) - before

        load_ms = spend_ms(lambda: page.goto(file.as_uri()))
        nodes = page.evaluate(_NODES)
        return Measured(
            nodes, load_ms, {name: spend_ms(partial(page.evaluate, _TIMED % step)) for name, step in STEPS.items()}
        )


def _spent_ms(devtools: Any) -> float:
    """The time that the page's thread has had a processor."""
    found = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
    return 1_000 * float(found["TaskDuration"])


def write_page(run: Run, folder: Path) -> Path:
    """A class's page. Beside that of a large one lies the file of whoever is first by name, for the step there."""
    (folder / people_files.FOLDER).mkdir(parents=True)
    file = folder / people_files.PAGE
    if not web_page.is_large(run):
        file.write_text(web_page.text(run), "utf-8")
        return file
    names = run.own_files
    addresses = {grade.notebook.path: quote(name) for grade, name in zip(run.grades, names, strict=True)}
    whole, table = web_page.large(run, addresses, f"{people_files.FOLDER}/")
    file.write_text(whole, "utf-8")
    (folder / people_files.FOLDER / beside.CLASS).write_bytes(b"".join(table))
    people = participants(run, addresses, run.scores)
    first = min(people, key=lambda one: name_key(one.sorted_by or one.name))
    article = web_page.article(replace(run, grades=(first.grade,)))
    (folder / people_files.FOLDER / unquote(first.file)).with_suffix(beside.SUFFIX).write_bytes(
        beside.article_file(article)
    )
    return file


def _row(count: int, size: int, found: Sequence[Measured]) -> str:
    steps = [statistics.median(one.steps_ms[name] for one in found) for name in STEPS]
    load = statistics.median(one.load_ms for one in found)
    return (
        f"| {count} | {size / 1e6:.1f} | {found[0].nodes} | {load:.0f} | "
        + " | ".join(f"{ms:.0f}" for ms in steps)
        + " |"
    )


def table(counts: Sequence[int], runs: int) -> list[str]:
    """The lines of a Markdown table: the median of the runs."""
    with tempfile.TemporaryDirectory() as made:
        files = [(count, write_page(large_class(count), Path(made) / str(count))) for count in counts]
        return table_of(files, runs)


def table_of(files: Sequence[tuple[int, Path]], runs: int) -> list[str]:
    """The same of pages that are there, each with the number of its people."""
    lines = ["| people | MB | nodes | load | " + " | ".join(STEPS) + " |", "|---" * (4 + len(STEPS)) + "|"]
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable)
        for count, file in files:
            found = [measure(chromium, file) for _ in range(runs)]
            lines.append(_row(count, _size(file), found))
        chromium.close()
    return lines


def _size(file: Path) -> int:
    """Bytes that a browser reads before anybody is opened."""
    table_file = file.parent / people_files.FOLDER / beside.CLASS
    return file.stat().st_size + (table_file.stat().st_size if table_file.is_file() else 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", default="5,40,400,5000")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    sys.stdout.write("\n".join(table([int(one) for one in options.counts.split(",")], options.runs)) + "\n")


if __name__ == "__main__":
    main()
