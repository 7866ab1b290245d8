"""The order of names."""

from __future__ import annotations

from grader.report.alphabet import name_key


def test_names_stand_as_in_a_polish_list_whoever_reads_it() -> None:
    wanted = [
        "Adam",
        "Ąga",
        "ćma",
        "Ćwik",
        "Émile",
        "Ewa",
        "Lis",
        "Łoś",
        "Mak",
        "Óla",
        "Sum",
        "Śliwa",
        "Żaneta Ż",
        "Żyła",
    ]
    assert sorted(wanted, key=name_key) == wanted
    assert sorted(["Zofia", "Żaneta", "Łucja", "Lis", "Źdźbło"], key=name_key) == [
        "Lis", "Łucja", "Zofia", "Źdźbło", "Żaneta"
    ]  # fmt: skip
    assert min(["Anna B", "Anna-Maria", "Ann"], key=name_key) == "Ann"
