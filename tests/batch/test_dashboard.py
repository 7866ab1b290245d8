"""The dashboard shows the latest first, and how many passed each exercise."""

from __future__ import annotations

import io
import time

import pytest
from rich.console import Console
from rich.table import Table

from grader.batch import dashboard, progress
from grader.batch.boards import open_dashboard
from grader.batch.dashboard import Feed, Latest, Screen
from grader.i18n import msg, render
from grader.report.class_summary import handed_in
from tests import sample_run


def test_the_board_shows_the_latest_first_and_how_many_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset() if hasattr(time, "tzset") else None
    run = sample_run.run(sample_run.MIXED, sample_run.HALF_FAULT, sample_run.UNREADABLE)
    latest = [Latest(grade, at) for grade, at in zip(run.grades, (3600.0, 7200.0, 0.0), strict=True)]
    assert drawn(dashboard.draw_table(run, latest, 80, 30)) == [
        "participant                      score   1    2    3    4",
        "Half                            4/7 +1   ✓    !    ✗    ✗   02:00:00",
        "Ada Lovelace                       3/7   ~    ✓    ✗    ·   01:00:00",
        '=HYPERLINK("http://e.example"…     0/7   ·    ·    ·    ·   unreadable',
        "                                passed  1/3  1/3  0/3  0/3",
    ]
    assert drawn(dashboard.draw_table(run, latest, 80, 8)) == [
        "participant   score   1    2    3    4",
        "Half         4/7 +1   ✓    !    ✗    ✗   02:00:00",
        "and 2 more   passed  1/3  1/3  0/3  0/3",
    ]


def drawn(table: Table) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=80, color_system=None).print(table)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_the_board_takes_the_whole_terminal_and_a_pipe_gets_lines() -> None:
    terminal = Console(file=io.StringIO(), width=60, height=10, force_terminal=True, color_system=None, _environ={})
    run = sample_run.run(sample_run.MIXED, lang="pl")
    with open_dashboard(terminal, "pl", "zajęcia") as shown:
        assert isinstance(shown, Screen)
        shown.say(msg("No score has changed."))
        shown.show(run, [Latest(run.grades[0], 0.0)])
    text = terminal.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b[?1049h" in text
    assert "zajęcia" in text
    assert "Żaden wynik się nie zmienił." in text
    assert isinstance(open_dashboard(Console(file=io.StringIO()), "en", ""), Feed)


def test_the_board_shows_what_is_ungraded_and_does_not_call_it_everything_right() -> None:
    run = sample_run.run(sample_run.UNGRADED, sample_run.RIGHT)
    assert render(handed_in(run), "en") == "2 handed in, everything right: 1"
    (row,) = drawn(dashboard.draw_table(run, [Latest(sample_run.UNGRADED, 0.0)], 80, 30))[1:-1]
    assert row.split() == ["Zażółć", "Gęślą-Jaźń", "4/4", "?3", "+3", "✓", "?", "?", "✓"]
    assert progress.result_line(sample_run.UNGRADED, "en") == "Zażółć Gęślą-Jaźń  4/4 ?3 +3  0.5 s"
