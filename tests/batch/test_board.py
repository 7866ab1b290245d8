"""The whole board on real terminals of the sizes that trainers have: nothing that counts is ever off the screen."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from grader.batch import dashboard
from grader.i18n import render
from grader.report.class_summary import handed_in
from tests.batch.board import made_up
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "golden"
SIZES = ((80, 24), (100, 30), (120, 50), (200, 50))


class Terminal:
    """A terminal of a known size with the board on it."""

    def __init__(self, socket: Path, width: int, height: int, options: str = "") -> None:
        self._tmux = ["tmux", "-u", "-S", str(socket), "-f", "/dev/null"]
        surroundings = f"cd {ROOT} && unset COLUMNS LINES; TZ=UTC LC_ALL=C.UTF-8"
        board = f"{surroundings} {sys.executable} -m tests.batch.board 110 {options}"
        self._run("new-session", "-d", "-x", str(width), "-y", str(height), board)

    def _run(self, *arguments: str) -> str:
        return subprocess.run(
            [*self._tmux, *arguments], check=True, capture_output=True, text=True, timeout=20, encoding="utf-8"
        ).stdout

    def resize(self, width: int, height: int) -> None:
        self._run("resize-window", "-x", str(width), "-y", str(height))

    def screen(self, ready: Callable[[str], bool]) -> str:
        """What is on it as soon as it is ready, or in the end."""
        text = ""
        for _ in range(80):
            text = "".join(f"{line.rstrip()}\n" for line in self._run("capture-pane", "-p").split("\n")[:-1])
            if ready(text):
                break
            time.sleep(0.1)
        return text

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True, timeout=20)


@pytest.fixture
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def make(*size_and_options: Any) -> Terminal:
        opened.append(Terminal(tmp_path_factory.mktemp("t") / "s", *size_and_options))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux on the PATH")
@pytest.mark.parametrize(
    ("name", "options", "sizes"), [("board", "", SIZES), ("projector", "--anonymous", (SIZES[0], SIZES[-1]))]
)
def test_the_board_fills_a_terminal_of_each_size_and_follows_it(
    name: str, options: str, sizes: Sequence[tuple[int, int]], terminal: Callable[..., Terminal], request: Any
) -> None:
    """`pytest tests/batch/test_board.py --write-golden` writes them: read the difference before you commit it."""
    opened = terminal(*sizes[0], options)
    for width, height in sizes:
        opened.resize(width, height)
        golden = GOLDEN / f"{name}-{width}x{height}.txt"
        expected = golden.read_text("utf-8") if golden.exists() else ""
        shown = opened.screen(lambda text, expected=expected: text == expected)  # type: ignore[misc]
        if request.config.getoption("--write-golden"):
            golden.write_text(shown, "utf-8")
        assert shown == golden.read_text("utf-8")


@pytest.mark.parametrize(("width", "height"), [*SIZES, (80, 10), (70, 20)])
@pytest.mark.parametrize("exercises", [1, 9, 14])
def test_the_score_and_every_exercise_are_whole_and_the_totals_stand_below(
    width: int, height: int, exercises: int
) -> None:
    run, latest = made_up(exercises=exercises)
    console = Console(width=width, height=height, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(dashboard.draw_table(run, latest, width, height))
    head, *rows, foot = captured.get().splitlines()
    assert len(rows) == min(len(latest), height - dashboard.FRAME_LINES)
    assert all(len(line) <= width for line in (head, *rows, foot))
    assert head.split()[2:] == [one.id for one in run.exercises]
    wanted = {f"{grade.score:g}/{grade.max_score:g}" for grade in run.grades}
    for row in rows:
        score = re.search(r" (\d+/\d+) ", row + " ")
        assert score is not None, row
        assert score[1] in wanted
        assert len(re.findall(r"[✓~✗·]", row)) == exercises
    assert "zaliczone" in foot
    assert len(re.findall(r"\d+", foot.partition("zaliczone")[2])) in (exercises, 2 * exercises)


def test_the_board_says_how_many_of_the_list_have_handed_in() -> None:
    run, _ = made_up()
    assert render(handed_in(run), "en").startswith("40 of 45 handed in")
