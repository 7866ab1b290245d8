"""The board for a projector says how far the class is and what to talk about, and never who."""

from __future__ import annotations

import io
import time
from dataclasses import replace

import html5lib
import pytest
from rich.console import Console, Group

from grader.batch import projector as board
from grader.batch.boards import open_dashboard
from grader.batch.dashboard import Latest
from grader.batch.projector import Counter, Projector
from grader.i18n import Message, Text, render
from grader.model import Diagnosis, Grade
from grader.people import Person
from grader.report import projector
from grader.report.page import projector as page
from tests.batch.board import made_up
from tests.sample_run import HALF_FAULT, MIXED, UNREADABLE, run


def with_hint(grade: Grade, hint: Text) -> Grade:
    """The grade with its first mistake explained by this hint."""
    first, *others = grade.exercises
    checks = tuple(replace(check, diagnosis=Diagnosis("known", hint)) for check in first.checks)
    return replace(grade, exercises=(replace(first, checks=checks), *others))


def named(name: str, hint: Text = "hint") -> Grade:
    grade = with_hint(MIXED, hint)
    return replace(grade, notebook=replace(grade.notebook, participant=name, path=f"prace/{name}.ipynb"))


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 50), (60, 12), (40, 8)])
@pytest.mark.parametrize("exercises", [1, 9, 30])
def test_the_lines_fill_the_terminal_and_no_more(width: int, height: int, exercises: int) -> None:
    made, _ = made_up(exercises=exercises)
    console = Console(width=width, height=height, color_system=None)
    with console.capture() as captured:
        console.print(Group(*board.draw(projector.view(made, ()), "", "pl", width, height)))
    text = captured.get()
    lines = text.splitlines()
    assert len(lines) == height
    assert lines[0].startswith("oddano 40 z 45")
    assert lines[-1].startswith("Czekam na kolejne prace.")
    assert max(map(len, lines)) <= width
    shown = [line.split()[0] for line in lines if line.rstrip().endswith("/45")]
    assert shown == [f"{number + 1}a" for number in range(len(shown))]
    more = f"i jeszcze {exercises - len(shown)}"
    assert len(shown) == exercises or more in text


def test_the_mistake_of_the_last_minute_comes_before_that_of_all() -> None:
    new, old = with_hint(MIXED, "new"), with_hint(MIXED, "old")
    made = run(*[named(f"A{n}", Message("Every day.")) for n in range(5)])
    so_far = projector.view(made, ()).mistake
    assert so_far is not None
    assert render(so_far.title, "en") == "The most frequent mistake so far (5 people)"
    assert render(so_far.text, "en") == "Every day."
    recent = [named(f"B{n}", Message("Just now.")) for n in range(2)]
    found = projector.view(made, recent).mistake
    assert found is not None
    assert (render(found.title, "pl"), render(found.text, "en")) == (
        "Najczęstszy błąd ostatniej minuty (2 osoby)",
        "Just now.",
    )
    assert projector.view(made, recent[:1]).mistake == so_far, "what one person did is theirs"
    now = time.time()
    times = [Latest(old, 0.0), Latest(old, now - 61), Latest(new, now - 5)]
    assert board.recent(times) == [new]


def test_what_waits_to_be_graded_is_handed_in_and_is_in_no_bar() -> None:
    view = projector.view(replace(run(MIXED), waiting=3, missing=(Person("Ola"),)), ())
    assert render(view.summary, "en") == "4 of 5 handed in, everything right: 0"
    assert view.everybody == 5
    assert all(sum(count for _, count in topic.counts) == 1 for topic in view.topics)


def test_no_word_of_a_participants_gets_onto_the_wall() -> None:
    hint = Message("{name} has no value before this line.", {"name": "anna_kowalska"})
    view = projector.view(run(*[named(f"Anna Kowalska {n}", hint) for n in range(3)]), ())
    shown = "\n".join(line.plain for line in board.draw(view, "", "en", 120, 40)) + page.text(run(MIXED), view)
    assert "anna" not in shown.casefold()
    assert "It fails at: " in shown


def test_the_page_shows_a_bar_an_exercise_out_of_everybody() -> None:
    made = run(MIXED, HALF_FAULT, UNREADABLE)
    text = page.text(replace(made, is_live=True), projector.view(made, ()))
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    rows = tree.findall(".//ul[@class='progress']/li")
    assert [row.find("span[@class='id']").text for row in rows] == ["1", "2", "3", "4"]
    assert [row.find("span[@class='rate']").text for row in rows] == ["1/3", "1/3", "0/3", "0/3"]
    assert "3 handed in" in "".join(tree.find(".//h1").itertext())
    assert "data-live" in tree.attrib
    assert not {"img", "link", "iframe"} & {element.tag for element in tree.iter()}
    for grade in made.grades:
        assert grade.notebook.participant not in text


def test_a_terminal_gets_the_board_and_a_pipe_counts_without_names() -> None:
    pipe = Console(file=io.StringIO(), width=80)
    terminal = Console(file=io.StringIO(), width=80, height=24, force_terminal=True, color_system=None, _environ={})
    for console, kind in ((pipe, Counter), (terminal, Projector)):
        with open_dashboard(console, "en", "given/Anna Kowalska", anonymous=True) as shown:
            assert isinstance(shown, kind)
            made = run(*[named(f"Anna Kowalska {n}") for n in range(2)])
            shown.announce(made.grades[0])
            shown.show(made, [Latest(made.grades[0], 0.0)])
            shown.show(made, [Latest(made.grades[0], 0.0)])
            shown.say("Anna Kowalska fits several people on the list.")
        said = console.file.getvalue()  # type: ignore[attr-defined]
        assert "2 handed in, everything right: 0" in said
        assert "Anna" not in said
    lines = pipe.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert [line.partition("  ")[2] for line in lines[:1]] == ["2 handed in, everything right: 0"]
    assert lines[1:] == ["grade: There is a message that may hold names: without --anonymous it is shown."]
