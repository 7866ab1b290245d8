"""A workshop through the real server and the real grader: people hand in at once, the server is killed and starts
again, and nothing is lost or mixed up."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.course import loader
from grader.serve.purge import LINK_FILE
from tests.conftest import ROOT
from tests.serve.conftest import Answer, Browser, notebook

# Two of the same name, somebody who does not come, Polish letters.
LIST = """id;name;email
1000;Łucja Żak-Ćma;lucja@example.org
1001;Anna Kot;
1002;Jan Nowak;
1003;Jan Nowak;jan@example.org
1004;Wawrzyniec Świętosławski-Grzegrzółkowski;
1005;Kot Anna Maria;
1006;Ola Lis;
1007;Igor Mak;
1008;Nikt Ważny;
"""
NUMBERS = [str(number) for number in range(1000, 1008)]
START_S = 60.0


@contextmanager
def real_server(out: Path, *options: str) -> Iterator[tuple[Browser, subprocess.Popen[str]]]:
    """`grade serve` as a command, and the trainer's browser."""
    (out / LINK_FILE).unlink(missing_ok=True)
    command = [sys.executable, "-m", "grader", "serve", "-o", str(out), "--port", "0", "--lang", "en", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        trainer = Browser(_address(out / LINK_FILE, process))
        assert trainer.get((out / LINK_FILE).read_text().strip().removeprefix(trainer.url)).status == 200
        yield trainer, process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=30)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _address(link: Path, process: subprocess.Popen[str]) -> str:
    end_s = time.monotonic() + START_S
    while not (link.is_file() and link.read_text().endswith("\n")):
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        assert time.monotonic() < end_s
        time.sleep(0.05)
    return link.read_text().partition("/trainer/")[0]


def everybody_joins(trainer: Browser, names: Sequence[str]) -> list[Browser]:
    code = re.search(r"<dd><code>(\w{4}-\w{4})</code></dd>", trainer.get("/board").text)
    assert code is not None
    browsers = [Browser(trainer.url) for _ in names]
    for name, browser in zip(names, browsers, strict=True):
        assert browser.join(name, code[1]).status == 200
    return browsers


def solution(number: int, solved: int) -> bytes:
    """A notebook with the first so many exercises solved, that says whose it is."""
    course = loader.load(ROOT / "reference")
    cells = [(one.folder / "solution.py").read_text("utf-8") for one in course.exercises[:solved]]
    return notebook("import numpy as np", f"owner = {number}", *cells)


def hand_in_at_once(browsers: Sequence[Browser], books: Sequence[bytes]) -> list[Answer | None]:
    """All at the same time, each waiting for the report; None for who lost the server meanwhile."""

    def hand_in(pair: tuple[Browser, bytes]) -> Answer | None:
        browser, book = pair
        try:
            return browser.upload(book, path="/api/hand-in", Authorization=f"Bearer {browser.code}")
        except (OSError, http.client.HTTPException):
            return None

    with ThreadPoolExecutor(len(browsers)) as threads:
        return [*threads.map(hand_in, zip(browsers, books, strict=True))]


@pytest.mark.timeout(240)
def test_a_workshop_loses_and_mixes_up_nothing_even_if_the_server_is_killed(tmp_path: Path) -> None:
    out, roster = tmp_path / "results", tmp_path / "list.csv"
    roster.write_text(LIST, "utf-8")
    with real_server(out, "--roster", str(roster)) as (trainer, process):
        browsers = everybody_joins(trainer, NUMBERS)
        answers = hand_in_at_once(browsers, [solution(number, 1 + number % 2) for number in range(len(NUMBERS))])
        for number, answer in enumerate(answers):
            assert answer is not None
            assert answer.status == 202
            assert f"Score: {2 + 2 * (number % 2)} of 18 points" in answer.text, answer.text
        for number, browser in enumerate(browsers):  # accepted, and not waited for
            assert browser.upload(solution(number, 2 + number % 2)).status == 200
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    with real_server(out, "--roster", str(roster)) as (trainer, process):
        end_s = time.monotonic() + 60
        while "0 wait to be graded" not in trainer.get("/board/now").text:
            assert time.monotonic() < end_s
            time.sleep(0.1)
        for number, browser in enumerate(browsers):
            browser.url = trainer.url
            kept = json.loads(browser.get("/my-data.json").body)
            assert kept["on_the_list"][1] == NUMBERS[number]
            assert [one["state"] for one in kept["handed_in"]] == ["graded", "graded"]
            sources = [cell["source"] for cell in kept["handed_in"][-1]["notebooks"]["notebook.ipynb"]["cells"]]
            assert sources[1] == f"owner = {number}"
            assert kept["handed_in"][-1]["score"] == kept["handed_in"][0]["score"] + 2
        part = notebook("import numpy as np", (ROOT / "reference" / "3a" / "solution.py").read_text("utf-8"))
        for name, book in (("1a.ipynb", solution(1, 8)), ("3a.ipynb", part)):  # an exercise each: they count together
            assert (
                browsers[1].upload(book, name, "/api/hand-in", Authorization=f"Bearer {browsers[1].code}").status == 202
            )
    _grade_serve("export", str(out), "class", cwd=tmp_path)
    command = [sys.executable, "-m", "grader", "class", "-o", "again", "--lang", "en", "--exit-zero"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=100)
    assert (tmp_path / "again" / "gradebook.csv").read_bytes() == (out / "gradebook.csv").read_bytes()
    rows = (out / "gradebook.csv").read_text("utf-8")
    assert rows.count(",graded,") == len(NUMBERS)
    assert rows.count(",missing,") == 1


def _grade_serve(*arguments: str, cwd: Path) -> str:
    command = [sys.executable, "-m", "grader", "serve", *arguments, "--lang", "en"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout
