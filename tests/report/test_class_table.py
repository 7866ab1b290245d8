"""The class in a terminal has the bytes that Rich's own table has, for any name and any width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.report import class_table
from grader.report.class_table import _Row, _table

NAMES = (
    "Jan",
    "Łucja Ćwierć-Źdźbłowska " * 3,
    "日本語" * 9,
    "[red]x[/] :smile:",
    "Brzęczyszczykiewicz-" * 4,
    "\U0001f600 e\u0301",
)
HEAD = _Row("uczestnik", "wynik", ("1a", "1b", "10"), ("",) * 3)


def drawn(table: object, width: int) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, highlight=False)
    for part in table.parts(console) if isinstance(table, class_table._ClassTable) else [table]:
        console.print(part)
    return out.getvalue()


@pytest.mark.parametrize("width", [20, 33, 60, 100, 160])
@pytest.mark.parametrize("some", [NAMES, NAMES[:1], NAMES[1:2], NAMES[2:4]], ids=len)
def test_it_is_richs_table(some: tuple[str, ...], width: int) -> None:
    rows = [
        _Row(name, "12/16 ?2 +1", ("1/2", "", "?/2 +0/1"), ("green", "", "red"), "awaria sprawdzarki" * (place == 1))
        for place, name in enumerate(some)
    ]
    made = class_table._ClassTable(HEAD, rows)
    assert drawn(made, width) == drawn(_table(HEAD, rows, made._has_room(width)), width)


def test_rich_is_not_asked_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes half a millisecond for a row: six seconds for a class of ten thousand."""
    rows = [_Row(f"Ćma {number}", "12/16", ("1/2",) * 3, ("",) * 3) for number in range(300)]
    asked: list[int] = []

    def note(head, rows, *rest):
        asked.append(len(rows))
        return _table(head, rows, *rest)

    monkeypatch.setattr(class_table, "_table", note)
    assert drawn(class_table._ClassTable(HEAD, rows), 100).count("Ćma") == 300
    assert sum(asked) < 20
