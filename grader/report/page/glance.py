"""The lists of names on the first screen of a class's page, and wherever else people are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.i18n import Lang, Text, number, render
from grader.report import attention, class_summary, wording
from grader.report.alphabet import name_key
from grader.report.page.labels import LABELS
from grader.report.page.people import Absent, Participant
from grader.report.run import Run


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in a list.

    Attributes:
        name: What the page calls them.
        home: Where a link leads if the page runs no script; empty for somebody without a report.
        to: The name in the page's addresses.
        note: What stands behind the name.
    """

    name: str
    home: str = ""
    to: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """People with something in common.

    Attributes:
        title: What they have in common.
        entries: The people.
    """

    title: Text
    entries: tuple[Entry, ...]


def entry(person: Participant, note: str = "", exercise: str = "") -> Entry:
    """A link to the participant, or to one of their exercises."""
    to = person.place(exercise) if exercise else person.key
    return Entry(person.name, person.file or f"#{to}", to, note)


def makers(mistake: class_summary.Mistake, exercise: str, people: Sequence[Participant]) -> tuple[Entry, ...]:
    """Those who made a mistake."""
    return tuple(entry(people[index], exercise=exercise) for index in _by_name(people, mistake.who))


def stuck(run: Run, people: Sequence[Participant], absent: Sequence[Absent], lang: Lang) -> list[Group]:
    """Those without a score, those with a low one, and those who handed in nothing."""
    lost = [
        entry(people[index], render(people[index].status or "", lang))
        for index in _by_name(people, class_summary.ungraded(run))
    ]
    low = [entry(people[index], wording.total(people[index].grade, lang)) for index in attention.lowest(run)]
    gone = [Entry(one.name) for one in absent if not one.is_doubtful]
    doubtful = [Entry(one.name) for one in absent if one.is_doubtful]
    return _groups(("unscored", lost), ("lowest", low), ("missing", gone), ("uncertain", doubtful))


def news(run: Run, people: Sequence[Participant], lang: Lang) -> list[Group]:
    """Whose score has changed, who is new, who was late."""
    found = attention.news(run)

    def moved(all_: Sequence[attention.Moved]) -> list[Entry]:
        return [entry(people[one.index], f"{number(one.before, lang)} → {number(one.after, lang)}") for one in all_]

    new, late = ([entry(people[index]) for index in _by_name(people, indices)] for indices in (found.new, found.late))
    return _groups(("up", moved(found.up)), ("down", moved(found.down)), ("new", new), ("late", late))


def same(run: Run, people: Sequence[Participant]) -> list[Group]:
    """Those who have the same work, all who have it in a group."""
    return [Group(one.text, tuple(entry(people[index]) for index in _by_name(people, one.who))) for one in run.same]


def _by_name(people: Sequence[Participant], indices: Sequence[int]) -> list[int]:
    return sorted(indices, key=lambda index: name_key(people[index].sorted_by))


def _groups(*listed: tuple[str, Sequence[Entry]]) -> list[Group]:
    return [Group(LABELS[label], tuple(entries)) for label, entries in listed if entries]
