"""What the reports of the corpus of wrong exercises name, as somebody read and judged it (tests/corpus/README.md)."""

from __future__ import annotations

from collections import Counter

from tests.bench.corpus import grade_corpus, read_corpus, read_verdicts, shares

EVERY = 9  # of the corpus's files one is graded here; `make corpus` grades all
ENOUGH = 150
JUDGED = {"true", "worked", "vague", "telling", "nothing", "accepted"}  # not "false", and not "unread"


def test_every_file_has_been_read_and_nothing_false_is_said() -> None:
    entries, verdicts = read_corpus(), read_verdicts()
    assert len(entries) >= ENOUGH
    assert [entry.name for entry in entries] == [*verdicts]
    assert all(entry.truths for entry in entries)
    assert {verdict.judged for verdict in verdicts.values()} <= JUDGED
    assert shares(verdicts)["true"] >= 0.9
    assert shares(verdicts)["true"] + shares(verdicts)["worked"] >= 0.95


def test_the_reports_name_what_was_judged() -> None:
    verdicts = read_verdicts()
    worked = [name for name, verdict in verdicts.items() if verdict.judged == "worked"]
    said = grade_corpus([*read_corpus()[::EVERY], *read_corpus(worked[:2])], jobs=1)
    assert {one.entry.name: one.named for one in said} == {
        one.entry.name: verdicts[one.entry.name].named for one in said
    }
    assert all(one.worked for one in said if verdicts[one.entry.name].judged == "worked")
    accepted = [one.entry.name for one in said if not one.refused]
    assert accepted == [one.entry.name for one in said if verdicts[one.entry.name].judged == "accepted"]


def test_the_corpus_holds_each_exercise() -> None:
    counted = Counter(entry.exercise for entry in read_corpus())
    assert min(counted.values()) >= 15
