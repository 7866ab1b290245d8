"""The trainer's view during the workshop: what appears or changes is graded, half-written files are waited for."""

from __future__ import annotations

import csv
import io
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from grader.batch import watch
from grader.batch.run import Plan
from grader.config import Config
from grader.course.course import Course
from grader.i18n import render
from grader.submissions.find import find
from tests.batch.conftest import FakeEngine
from tests.launch import ends_with_test
from tests.sample_files import lay_out, notebook

pytestmark = pytest.mark.timeout(200)
LINEAR = "def get_linear_forward(x, w, b):\n    return {}"
RIGHT, WRONG = notebook(LINEAR.format("w * x + b")), notebook(LINEAR.format("w * x"))


class Watching:
    """`grade --watch` as a process; its lines, without the time of day."""

    def __init__(self, folder: Path, *options: object) -> None:
        command = ends_with_test(["-m", "grader", folder, "--watch", "-e", "1a", "--lang", "en", *options])
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line.rstrip("\n"))

    def next(self) -> str:
        words = self._lines.get(timeout=60).split()
        return " ".join(words[1:3]) if words[0].count(":") == 2 else " ".join(words)

    def quiet(self) -> bool:
        return self._lines.empty()

    def stop(self) -> tuple[int, str]:
        os.killpg(self.process.pid, signal.SIGINT)
        assert self.process.stdout is not None
        table = self.process.stdout.read()
        return self.process.wait(30), table


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    lay_out(tmp_path / "in", {"anna.ipynb": WRONG})
    watching = Watching(tmp_path / "in", "-o", tmp_path / "in" / "out")
    yield watching
    watching.process.kill()
    watching.process.wait()


def gradebook(folder: Path) -> dict[str, str]:
    path = folder / "in" / "out" / "gradebook.csv"
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig") if path.exists() else ""))
    return {row["participant"]: row["score"] for row in rows}


def wait_for(folder: Path, scores: dict[str, str]) -> None:
    until = time.monotonic() + 30
    while gradebook(folder) != scores and time.monotonic() < until:
        time.sleep(0.1)
    assert gradebook(folder) == scores


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_what_appears_changes_or_goes_is_seen(watching: Watching, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    assert watching.next() == "anna 1/2"
    lay_out(folder, {"jan.ipynb": RIGHT[: len(RIGHT) // 2]})
    time.sleep(1.2)
    assert watching.quiet(), "a file that is half there is waited for"
    lay_out(folder, {"jan.ipynb": RIGHT})
    assert watching.next() == "jan 2/2"
    lay_out(folder, {"anna.ipynb": RIGHT, "ola/1a.ipynb": RIGHT})
    assert sorted([watching.next(), watching.next()]) == ["anna 2/2", "ola 2/2"]
    wait_for(tmp_path, {"anna": "2", "jan": "2", "ola": "2"})
    (folder / "jan.ipynb").unlink()
    wait_for(tmp_path, {"anna": "2", "ola": "2"})
    lay_out(folder, {"roster.csv": "nonsense"})
    assert "roster.csv: none of its columns is known" in watching.next()
    lay_out(folder, {"roster.csv": "name\nAnna Kot\n", "broken.ipynb": "{"})
    assert watching.next() == "broken 0/2", "what stays broken is told in the end"
    lay_out(folder, {"zoe.ipynb": RIGHT})
    assert watching.next() == "zoe 2/2"
    wait_for(tmp_path, {"anna": "2", "broken": "0", "ola": "2", "zoe": "2", "Anna Kot": "0"})
    code, table = watching.stop()
    assert code == 0
    assert [line.split()[0] for line in table.splitlines()[1:5]] == ["anna", "broken", "ola", "zoe"]
    again = Watching(folder, "-o", folder / "out")
    lay_out(folder, {"new.ipynb": RIGHT})
    assert again.next() == "new 2/2", "what was graded before is taken over, what can't be read too"
    assert again.stop()[0] == 0


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_the_watching_in_the_middle_of_a_notebook(tmp_path: Path) -> None:
    lay_out(tmp_path, {"a.ipynb": RIGHT, "b.ipynb": notebook("while True: pass")})
    watching = Watching(tmp_path, "--cell-timeout", 60, "-j", 2)
    assert watching.next() == "a 2/2"
    sent = time.monotonic()
    code, table = watching.stop()
    assert code == 0
    assert "a" in table
    assert time.monotonic() - sent < 15


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_nobodys_name_is_shown_to_a_projector(tmp_path: Path) -> None:
    lay_out(tmp_path / "in", {"anna_kowalska.ipynb": WRONG, "roster.csv": "name\nAnna Kowalska\nOla Kot\n"})
    out = tmp_path / "in" / "out"
    watching = Watching(tmp_path / "in", "-o", out, "--anonymous")
    assert watching.next() == "1 of", "what waits to be graded is handed in"
    wait_for(tmp_path, {"Anna Kowalska": "1", "Ola Kot": "0"})
    live = wait_for_text(out / "projector.html", "1 of 2 handed in")
    lay_out(tmp_path / "in", {"roster.csv": "name\nAnna Kowalska\nOla Kot\nJan Lis\n"})
    wait_for_text(out / "projector.html", "1 of 3 handed in")
    code, table = watching.stop()
    assert code == 0
    said = table
    while not watching.quiet():
        said += watching.next()
    page = (out / "projector.html").read_text("utf-8")
    for text in (said, live, page):
        assert "anna" not in text.casefold()
    assert "data-live" in live
    assert "data-live" not in page
    assert "Anna Kowalska" in (out / "report.html").read_text("utf-8"), "the trainer's page has the names"


def wait_for_text(file: Path, text: str) -> str:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if file.exists() and text in (found := file.read_text("utf-8")):
            return found
        time.sleep(0.1)
    pytest.fail(f"{file} has no {text!r}")


@pytest.mark.parametrize("keeps", [False, True], ids=["no results", "results"])
def test_a_fault_of_the_graders_takes_no_score_from_the_board(
    keeps: bool, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = FakeEngine(course)
    lay_out(tmp_path / "in", {"anna.ipynb": notebook("x = 1"), "jan.ipynb": notebook("y = 22")})

    @contextmanager
    def open_engine(*settings: object) -> Iterator[tuple[object, int]]:
        with engine() as graded:
            yield graded, 1

    def changes(plan: Plan) -> Iterator[bool]:
        yield from (True, True, True)
        engine.breaks_on = "jan"
        lay_out(tmp_path / "in", {"jan.ipynb": notebook("y = 22", "z = 1")})
        yield from (True, True, True)

    monkeypatch.setattr(watch, "open_engine", open_engine)
    monkeypatch.setattr(watch, "_wait_for_changes", changes)
    console = Console(file=io.StringIO(), width=200)
    out = tmp_path / "in" / "out" if keeps else None
    look = partial(find, [tmp_path / "in"], out=out)
    run = watch.watch(Plan(look(), course, Config(lang="en"), console, out=out), look)
    assert engine.graded == ["anna", "jan", "jan"]
    assert [(grade.status.value, grade.score, grade.incomplete) for grade in run.grades] == [
        ("graded", 5, False),
        ("graded", 6, True),
    ]
    assert "on a newer version, so the score of the earlier version counts" in render(run.grades[1].notes[0], "en")
    if keeps:
        assert gradebook(tmp_path) == {"anna": "5", "jan": "6"}


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_namesakes_that_appear_have_rows_of_their_own_and_are_told(tmp_path: Path) -> None:
    lay_out(tmp_path / "in", {"Anna Kot.ipynb": WRONG, "roster.csv": "name,email\nAnna Kot,a@x.pl\nAnna Kot,b@x.pl\n"})
    watching = Watching(tmp_path / "in", "-o", tmp_path / "in" / "out")
    try:
        assert "Anna Kot fits several people on the list" in watching.next()
        assert watching.next() == "Anna Kot"
        lay_out(tmp_path / "in", {"a@x.pl.ipynb": RIGHT, "b@x.pl.ipynb": RIGHT})
        path = tmp_path / "in" / "Anna Kot.ipynb"
        wait_for(tmp_path, {"Anna Kot (a@x.pl)": "2", "Anna Kot (b@x.pl)": "2", f"Anna Kot ({path})": "1"})
    finally:
        watching.stop()
