"""How far a run is: a bar in a terminal, a line a submission in a pipe, all of it beside the report."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from grader.batch.progress import Bar, Lines, Silent, choose_progress
from tests.batch.test_run import OPTIONS
from tests.sample_files import lay_out, notebook
from tests.sample_run import FAULT, MIXED, RIGHT, UNREADABLE

NAMES = ["Ada Lovelace", "\x1b[31mred", "cut", "fault"]
GRADES = [MIXED, replace(RIGHT, notebook=replace(RIGHT.notebook, participant=NAMES[1])), UNREADABLE, FAULT]


def test_in_a_pipe_each_result_is_a_line() -> None:
    out = io.StringIO()
    with choose_progress(Console(file=out, width=20), "en", NAMES, [1, 2, 3], 2) as progress:
        assert isinstance(progress, Lines)
        for place in (2, 1, 3):
            progress.show(place, GRADES[place])
    assert out.getvalue() == (
        '2/4  =HYPERLINK("http://e.example","18")  0/7  0 s  unreadable\n'
        "3/4  \N{REPLACEMENT CHARACTER}[31mred  7/7 +4  0.5 s\n"
        "4/4  -Fault  0/7  0 s  fault of the grader\n"
    )


def test_in_a_terminal_a_bar_tells_how_many_how_fast_and_who_is_next() -> None:
    console = Console(file=io.StringIO(), width=60, force_terminal=True, color_system=None, _environ={})
    with choose_progress(console, "pl", NAMES, [0, 1, 2, 3], 2) as progress:
        assert isinstance(progress, Bar)
        progress.show(1, GRADES[1])
        console = Console(file=io.StringIO(), width=60, color_system=None)
        console.print(progress.draw())
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert lines[0].strip() == "\N{REPLACEMENT CHARACTER}[31mred  7/7 +4  0,5 s"
    assert " 1/4  25% " in lines[1]
    assert "/s" in lines[1]
    assert lines[2].strip() == "czekamy na: Ada Lovelace, cut", (
        "they may have made way: nothing says that they are being graded"
    )


def test_for_one_submission_there_is_nothing_to_tell() -> None:
    console = Console(file=io.StringIO(), force_terminal=True)
    assert isinstance(choose_progress(console, "en", NAMES[:1], [0], 1), Silent)
    assert isinstance(choose_progress(console, "en", NAMES, [], 1), Silent)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_a_class_within_two_seconds_and_keeps_what_is_done(tmp_path: Path) -> None:
    endless = notebook("while True: pass")
    lay_out(tmp_path / "in", {"a.ipynb": notebook("x = 1"), "b.ipynb": endless, "c.ipynb": endless, "d.ipynb": endless})
    with subprocess.Popen(
        [sys.executable, "-m", "grader", tmp_path / "in", "-o", tmp_path / "out", "--cell-timeout", "60", *OPTIONS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("1/4  a  0/18")
        time.sleep(0.5)
        sent = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: to all of them
        out, errors = process.communicate(timeout=30)
        took_s = time.monotonic() - sent
    assert process.returncode == 130
    assert took_s < 2 * (1 + os.getloadavg()[0] / (os.cpu_count() or 1))
    assert out == ""
    assert "Interrupted: 1 of 4 is graded and kept in" in errors
    assert "Traceback" not in errors
    kept = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))["submissions"]
    assert [notebook["participant"] for notebook in kept] == ["a"]
    assert len((tmp_path / "out" / "gradebook.csv").read_text("utf-8").splitlines()) == 2


def test_progress_stays_out_of_the_report(tmp_path: Path) -> None:
    lay_out(tmp_path, {"a.ipynb": notebook("x = 1"), "b.ipynb": "{"})
    done = subprocess.run(
        [sys.executable, "-m", "grader", str(tmp_path), "--lang", "en", "--report", "json"],
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
    )
    assert [item["participant"] for item in json.loads(done.stdout)["submissions"]] == ["a", "b"]
    assert len([line for line in done.stderr.splitlines() if line.startswith(("1/2  ", "2/2  "))]) == 2
