"""Layouts that platforms and trainers make: whose each folder and file is, whatever odd thing stands beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from grader.i18n import render
from grader.model import SubmissionStatus
from grader.submissions import tree
from grader.submissions.find import Found, find
from grader.submissions.participants import MAX_NOTEBOOKS
from grader.submissions.submission import Submission, read_submission
from tests.sample_files import EMPTY, IDS, MOODLE, lay_out, short, zipped

ROSTER = "name,id,login,email\nAnna Kot,100234,akot,a.kot@x.pl\nJan Nowak,100235,jnowak,j@x.pl\n"
ROSTER += "Łucja Żółć-Dąbrowska,100236,lzolc,l@x.pl\nEwa Lis,100237,elis,e@x.pl\n"
TURNED = "\n".join([ROSTER.splitlines()[0], *reversed(ROSTER.splitlines()[1:])]) + "\n"
NOBODY: Sequence[str] = ()


def look(root: Path, people: str = "", **more: object) -> Found:
    if not people:
        return find([root], IDS, **more)  # type: ignore[arg-type]
    (root.parent / "list.csv").write_text(people, "utf-8")
    return find([root], IDS, root.parent / "list.csv", **more)  # type: ignore[arg-type]


def ids_of(one: Submission) -> str:
    return " ".join(f"{id.namespace.value}:{id.value}" for id in one.ids)


def names(found: Found) -> list[str]:
    return sorted(one.participant for one in found.submissions)


def missing(found: Found) -> list[str]:
    return [person.name for person in found.missing or ()]


def notes(found: Found, participant: str) -> list[str]:
    one = next(one for one in found.submissions if one.participant == participant)
    return [render(note, "en") for note in one.notes]


# ---- what each layout is

BLACKBOARD = "Warsztat_1_{}_attempt_2026-06-0{}-12-00-00{}".format
BRIGHTSPACE = "{}-67890 - {} - Jun 1, 2026 1200 PM".format
Expected = dict[str, list[list[str]]]
LAYOUTS: dict[str, tuple[Sequence[str] | Mapping[str, str | bytes], Expected]] = {
    "a folder each, with two notebooks in one": (
        ["Anna Kot/workshop.ipynb", "Anna Kot/scratch.ipynb", "Jan Nowak/workshop.ipynb"],
        {"Anna Kot": [["Anna Kot/scratch.ipynb", "Anna Kot/workshop.ipynb"], ["Anna Kot/scratch.ipynb"],
                      ["Anna Kot/workshop.ipynb"]],
         "Jan Nowak": [["Jan Nowak/workshop.ipynb"]]},
    ),
    "one with names of her own, among others": (
        ["Anna Kot/proba.ipynb", "Anna Kot/moje.ipynb", "Jan Nowak/w.ipynb", "Ewa Lis/praca.ipynb"],
        {"Anna Kot": [["Anna Kot/moje.ipynb", "Anna Kot/proba.ipynb"], ["Anna Kot/moje.ipynb"],
                      ["Anna Kot/proba.ipynb"]],
         "Ewa Lis": [["Ewa Lis/praca.ipynb"]], "Jan Nowak": [["Jan Nowak/w.ipynb"]]},
    ),
    "a folder in a person's folder": (
        ["Anna Kot/w.ipynb", "Anna Kot/old/w.ipynb", "Jan Nowak/w.ipynb"],
        {"Anna Kot": [["Anna Kot/w.ipynb"], ["Anna Kot/old/w.ipynb"]], "Jan Nowak": [["Jan Nowak/w.ipynb"]]},
    ),
    "nothing but that": (["Anna Kot/old/w.ipynb", "Anna Kot/w.ipynb"],
                         {"Anna Kot": [["Anna Kot/w.ipynb"], ["Anna Kot/old/w.ipynb"]]}),
    "an older half of somebody's notebooks": (
        ["Anna Kot/1a.ipynb", "Anna Kot/1b.ipynb", "Anna Kot/stare/1a.ipynb", "Jan Nowak/1a.ipynb"],
        {"Anna Kot": [["Anna Kot/1a.ipynb", "Anna Kot/1b.ipynb"], ["Anna Kot/stare/1a.ipynb"]],
         "Jan Nowak": [["Jan Nowak/1a.ipynb"]]},
    ),
    "people called like words of a layout": (
        ["Old/w.ipynb", "Version/w.ipynb", "Submitted/w.ipynb", "Version 2/w.ipynb"],
        {name: [[f"{name}/w.ipynb"]] for name in ("Old", "Submitted", "Version", "Version 2")},
    ),
    "a class in a folder, with an old one in it": (
        ["klasa/anna.ipynb", "klasa/jan.ipynb", "klasa/old/ola.ipynb", "klasa/old/ewa.ipynb"],
        {"anna": [["klasa/anna.ipynb"]], "ewa": [["klasa/old/ewa.ipynb"]], "jan": [["klasa/jan.ipynb"]],
         "ola": [["klasa/old/ola.ipynb"]]},
    ),
    "a handed out notebook among people's": (
        ["klasa/workshop.ipynb", "klasa/anna.ipynb", "klasa/jan.ipynb"],
        {name: [[f"klasa/{name}.ipynb"]] for name in ("anna", "jan", "workshop")},
    ),
    "a group beside people": (
        ["Anna/w.ipynb", "Jan/w.ipynb", "Zoja/w.ipynb", "grupa 2/ola.ipynb", "grupa 2/ewa.ipynb",
         "inni/Piotr Lis.ipynb", "inni/Łucja_Żak.ipynb"],
        {"Anna": [["Anna/w.ipynb"]], "Jan": [["Jan/w.ipynb"]], "Piotr Lis": [["inni/Piotr Lis.ipynb"]],
         "Zoja": [["Zoja/w.ipynb"]], "ewa": [["grupa 2/ewa.ipynb"]], "ola": [["grupa 2/ola.ipynb"]],
         "Łucja_Żak": [["inni/Łucja_Żak.ipynb"]]},
    ),
    "Teams": (
        ["Submitted files/Anna Kot/Zadanie/Version 1/w.ipynb", "Submitted files/Anna Kot/Zadanie/Version 10/w.ipynb",
         "Submitted files/Anna Kot/Zadanie/Version 9/w.ipynb", "Submitted files/Jan Nowak/Zadanie/Version 1/w.ipynb",
         "Working files/Anna Kot/Zadanie/w.ipynb", "Working files/Ewa Lis/Zadanie/w.ipynb"],
        {"Anna Kot": [["Submitted files/Anna Kot/Zadanie/Version 10/w.ipynb"]],
         "Jan Nowak": [["Submitted files/Jan Nowak/Zadanie/Version 1/w.ipynb"]]},
    ),
    "Teams, of one person": (["Submitted files/Anna Kot/Zadanie/Version 1/w.ipynb"],
                             {"Anna Kot": [["Submitted files/Anna Kot/Zadanie/Version 1/w.ipynb"]]}),
    "Teams, in Polish, with an empty newest version": (
        {"Anna Kot/Regresja/Wersja 1/w.ipynb": EMPTY, "Anna Kot/Regresja/Wersja 2/praca.pdf": "",
         "Jan Nowak/Regresja/Wersja 1/w.ipynb": EMPTY},
        {"Anna Kot": [["Anna Kot/Regresja/Wersja 1/w.ipynb"]], "Jan Nowak": [["Jan Nowak/Regresja/Wersja 1/w.ipynb"]]},
    ),
    "one person's folder from Teams": (["Version 1/w.ipynb", "Version 2/w.ipynb"], {"x": [["Version 2/w.ipynb"]]}),
    "assignments, each with a folder for each person": (
        ["Zadanie 1/Anna Kot/w.ipynb", "Zadanie 1/Jan Nowak/w.ipynb", "Zadanie 2/Ewa Lis/w.ipynb",
         "Zadanie 2/Łucja/w.ipynb", "Zadanie 2/Ola/v.ipynb"],
        {"Anna Kot": [["Zadanie 1/Anna Kot/w.ipynb"]], "Ewa Lis": [["Zadanie 2/Ewa Lis/w.ipynb"]],
         "Jan Nowak": [["Zadanie 1/Jan Nowak/w.ipynb"]], "Ola": [["Zadanie 2/Ola/v.ipynb"]],
         "Łucja": [["Zadanie 2/Łucja/w.ipynb"]]},
    ),
    "Blackboard": (
        {BLACKBOARD("j_nowak", 1, "_1a.ipynb"): EMPTY, BLACKBOARD("j_nowak", 1, "_1b.ipynb"): EMPTY,
         BLACKBOARD("j_nowak", 2, "_1a.ipynb"): EMPTY, BLACKBOARD("j_nowak", 1, ".txt"): "Name: Jan Nowak (j_nowak)\n",
         BLACKBOARD("j_nowak", 2, ".txt"): "Imię: Jan Nowak (j_nowak)\r\nAssignment: Warsztat_1\r\n",
         BLACKBOARD("j_nowak", 2, "_x.txt"): "Name: Anna Kot (akot)\n",
         BLACKBOARD("akot", 1, "_moje_attempt_2.ipynb"): EMPTY,
         BLACKBOARD("elis", 1, ".txt"): "Name: Ewa Lis (elis)\n"},
        {"Ewa Lis@elis": [], "Jan Nowak@j_nowak": [
            [BLACKBOARD("j_nowak", 1, "_1a.ipynb"), BLACKBOARD("j_nowak", 1, "_1b.ipynb")],
            [BLACKBOARD("j_nowak", 2, "_1a.ipynb")]],
         "akot@akot": [[BLACKBOARD("akot", 1, "_moje_attempt_2.ipynb")]]},
    ),
    "Brightspace, in folders": (
        [BRIGHTSPACE(12345, "Anna Kot") + "/x.ipynb", BRIGHTSPACE(12346, "Łucja Żółć-Dąbrowska") + "/a/x.ipynb",
         BRIGHTSPACE(12347, "Ewa Lis") + "/praca.pdf", "index.html"],
        {"Anna Kot@12345": [[BRIGHTSPACE(12345, "Anna Kot") + "/x.ipynb"]], "Ewa Lis@12347": [],
         "Łucja Żółć-Dąbrowska@12346": [[BRIGHTSPACE(12346, "Łucja Żółć-Dąbrowska") + "/a/x.ipynb"]]},
    ),
    "Brightspace, in one folder": (
        ["12345-67890 - Anna Kot- Jun 1, 2026 1200 PM - moje - 2026.ipynb",
         "12345-67890 - Anna Kot- Jun 2, 2026 900 AM - moje - 2026.ipynb",
         "12346-67890 - Jan Nowak - 1 cze, 2026 1200 - x.ipynb"],
        {"Anna Kot@12345": [["12345-67890 - Anna Kot- Jun 1, 2026 1200 PM - moje - 2026.ipynb"],
                            ["12345-67890 - Anna Kot- Jun 2, 2026 900 AM - moje - 2026.ipynb"]],
         "Jan Nowak@12346": [["12346-67890 - Jan Nowak - 1 cze, 2026 1200 - x.ipynb"]]},
    ),
    "Google Forms": (
        ["workshop - Anna Kot.ipynb", "moja praca - Łucja Żółć-Dąbrowska.ipynb", "1a - Jan Nowak.ipynb",
         "1b - Jan Nowak.ipynb", "Ewa.ipynb"],
        {"Anna Kot": [["workshop - Anna Kot.ipynb"]], "Ewa": [["Ewa.ipynb"]],
         "Jan Nowak": [["1a - Jan Nowak.ipynb", "1b - Jan Nowak.ipynb"]],
         "Łucja Żółć-Dąbrowska": [["moja praca - Łucja Żółć-Dąbrowska.ipynb"]]},
    ),
    "names before a dash are not Google's": (
        ["Anna Kot - Praca Domowa.ipynb", "Jan Nowak - Praca Domowa.ipynb"],
        {f"{name} - Praca Domowa": [[f"{name} - Praca Domowa.ipynb"]] for name in ("Anna Kot", "Jan Nowak")},
    ),
    "nbgrader": (
        ["submitted/jan/ps1/x.ipynb", "submitted/jan/ps2/x.ipynb", "submitted/ola/ps1/x.ipynb",
         "submitted/ewa/ps1/x.ipynb", "source/ps1/x.ipynb", "autograded/jan/ps1/x.ipynb",
         "submitted/jan/ps1/timestamp.txt"],
        {"ewa": [["submitted/ewa/ps1/x.ipynb"]],
         "jan": [["submitted/jan/ps1/x.ipynb"], ["submitted/jan/ps2/x.ipynb"]],
         "ola": [["submitted/ola/ps1/x.ipynb"]]},
    ),
    "nbgrader's folder of the course, renamed": (
        ["jan/ps1/x.ipynb", "jan/ps2/y.ipynb", "ola/ps1/x.ipynb", "ola/ps2/y.ipynb", "ewa/ps2/y.ipynb"],
        {"ewa": [["ewa/ps2/y.ipynb"]],
         **{name: [[f"{name}/ps1/x.ipynb", f"{name}/ps2/y.ipynb"], [f"{name}/ps1/x.ipynb"], [f"{name}/ps2/y.ipynb"]]
            for name in ("jan", "ola")}},
    ),
    "a classroom's repositories": (
        {"ws-anna-k/.git/config": "", "ws-anna-k/w.ipynb": EMPTY, "ws-jan99/.git/config": "", "ws-jan99/w.ipynb": EMPTY,
         "ws-jan99/README.md": "", "moj-klon/w.ipynb": EMPTY},
        {"anna-k@anna-k": [["ws-anna-k/w.ipynb"]], "jan99@jan99": [["ws-jan99/w.ipynb"]],
         "moj-klon": [["moj-klon/w.ipynb"]]},
    ),
    "a classroom's repositories, in the folder that gh makes": (
        ["ws-submissions/ws-a/w.ipynb", "ws-submissions/ws-b/w.ipynb"],
        {"a@a": [["ws-submissions/ws-a/w.ipynb"]], "b@b": [["ws-submissions/ws-b/w.ipynb"]]},
    ),
    "folders that begin alike are no repositories": (
        ["kot-anna/w.ipynb", "kot-jan/w.ipynb"], {"kot-anna": [["kot-anna/w.ipynb"]], "kot-jan": [["kot-jan/w.ipynb"]]},
    ),
    "three platforms and a folder each": (
        [f"{MOODLE('Anna Kot', 7)}", "kotjan_101_5001_Ewa_7_assignsubmission_file_x.ipynb", "lisewa_102_5002_w.ipynb",
         BRIGHTSPACE(123, "Ola Ćma") + "/x.ipynb", "Piotr/w.ipynb", "Piotr/v.ipynb", "Zoja/w.ipynb"],
        {"Anna Kot@7": [["Anna Kot_7_assignsubmission_file/x.ipynb"]],
         "Ola Ćma@123": [[BRIGHTSPACE(123, "Ola Ćma") + "/x.ipynb"]],
         "Piotr": [["Piotr/v.ipynb", "Piotr/w.ipynb"], ["Piotr/v.ipynb"], ["Piotr/w.ipynb"]],
         "Zoja": [["Zoja/w.ipynb"]],
         "kotjan@101": [["kotjan_101_5001_Ewa_7_assignsubmission_file_x.ipynb"]],
         "lisewa@102": [["lisewa_102_5002_w.ipynb"]]},
    ),
    "two platforms, a folder each": (
        [f"z moodle/{MOODLE('Anna Kot', 7)}", "z canvas/kotjan_101_5001_w.ipynb", "z canvas/lisewa_102_5002_w.ipynb",
         "Ola/w.ipynb", "Piotr/w.ipynb", "Zoja/w.ipynb"],
        {"Anna Kot@7": [["z moodle/Anna Kot_7_assignsubmission_file/x.ipynb"]], "Ola": [["Ola/w.ipynb"]],
         "Piotr": [["Piotr/w.ipynb"]], "Zoja": [["Zoja/w.ipynb"]],
         "kotjan@101": [["z canvas/kotjan_101_5001_w.ipynb"]], "lisewa@102": [["z canvas/lisewa_102_5002_w.ipynb"]]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_layout_tells_who_handed_in_what(layout: str, packed: bool, tmp_path: Path) -> None:
    files, expected = LAYOUTS[layout]
    root = tmp_path / ("x.zip" if packed else "x")
    if packed:
        root.write_bytes(zipped(files))
    else:
        lay_out(root, files)
    assert short(find([root], IDS), root) == expected


def test_what_stands_beside_is_passed_over_and_told(tmp_path: Path) -> None:
    lay_out(tmp_path / "x", ["Submitted files/A/Z/Version 1/w.ipynb", "Working files/A/Z/w.ipynb"])
    lay_out(tmp_path / "y", ["submitted/jan/ps1/x.ipynb", "source/ps1/x.ipynb", "feedback/jan/ps1/x.html"])
    assert [Path(name).relative_to(tmp_path).as_posix() for name in look(tmp_path / "x").passed_over] == [
        "x/Working files/A/Z/w.ipynb"
    ]
    assert sorted(Path(name).relative_to(tmp_path).as_posix() for name in look(tmp_path / "y").passed_over) == [
        "y/feedback/jan/ps1/x.html", "y/source/ps1/x.ipynb",
    ]  # fmt: skip


def test_the_newest_version_counts_and_the_note_says_which(tmp_path: Path) -> None:
    lay_out(tmp_path, [f"Anna Kot/Zadanie/Version {number}/w.ipynb" for number in (1, 2, 11)])
    lay_out(tmp_path, ["Jan Nowak/Zadanie/Version 1/w.ipynb"])
    found = find([tmp_path], IDS)
    told = "Version 11 counts, the newest that was handed in. These do not: Version 1, Version 2."
    assert (notes(found, "Anna Kot"), notes(found, "Jan Nowak")) == ([told], [])
    assert [render(note, "pl") for note in found.submissions[0].notes] != [told]


def test_of_several_assignments_the_one_called_like_the_course_counts(tmp_path: Path) -> None:
    lay_out(tmp_path, ["submitted/jan/Mój kurs/x.ipynb", "submitted/jan/ps2/y.ipynb", "submitted/ola/ps2/y.ipynb"])
    found = find([tmp_path], IDS, course_names=["moj-kurs-2026", "Mój Kurs"])
    assert short(found, tmp_path) == {
        "jan": [["submitted/jan/Mój kurs/x.ipynb"]], "ola": [["submitted/ola/ps2/y.ipynb"]]
    }  # fmt: skip
    assert notes(found, "jan") == ["Of several folders the one that is called like this course counts: Mój kurs."]


def test_copies_in_several_folders_are_told_apart_in_what_is_said(tmp_path: Path) -> None:
    from dataclasses import replace

    from grader.model import Grade
    from grader.pipeline import choose_best

    lay_out(tmp_path, ["anna/w.ipynb", "anna/old/w.ipynb"])
    one = find([tmp_path], IDS).submissions[0]
    grades = [
        Grade(replace(notebook, status=SubmissionStatus.GRADED), SubmissionStatus.GRADED, 0.0)
        for notebook in read_submission(one).notebooks
    ]
    said = render(choose_best(one, grades).notes[0], "en")
    assert "handed in: w.ipynb, old/w.ipynb. The one that earns most counts: w.ipynb." in said


# ---- names written in two ways


@pytest.mark.parametrize("name", ["Łucja Żółć-Dąbrowska", "Józef"])
@pytest.mark.parametrize("kind", ["{}.ipynb", "{}/w.ipynb", "g/{}/w.ipynb", "workshop - {} X.ipynb", "{}.zip"])
def test_a_name_written_as_linux_does_and_as_macos_does_is_one_person(name: str, kind: str, tmp_path: Path) -> None:
    both = {unicodedata.normalize(form, name) for form in ("NFC", "NFD")}  # type: ignore[arg-type]
    assert len(both) == 2
    contents = zipped(["w.ipynb"]) if kind.endswith("zip") else EMPTY
    lay_out(tmp_path / "x", {kind.format(one): contents for one in both})
    if len(os.listdir(tmp_path / "x")) < 2 and not kind.startswith("g/"):
        pytest.skip("this file system has one name for both")
    lay_out(tmp_path / "x", ["g/Ola/w.ipynb"] if kind.startswith("g/") else {kind.format("Ola"): contents})
    found = look(tmp_path / "x")
    own = next(one for one in found.submissions if name in one.participant)
    assert (len(found.submissions), len(own.files)) == (2, 2)


# ---- what the list says

LISTED: dict[str, tuple[Sequence[str], Mapping[str, str], Sequence[str]]] = {
    # a layout, whose each participant is by id or "-", and who is missing
    "a number at either end": (
        ["100234_workshop.ipynb", "workshop_100236.ipynb", "zadanie 2 (100235).ipynb"],
        {"Anna Kot": "100234", "Jan Nowak": "100235", "Łucja Żółć-Dąbrowska": "100236"}, ["Ewa Lis"],
    ),
    "part of a longer number, or in the middle, or short": (
        ["1002345_workshop.ipynb", "w_100236_x.ipynb", "workshop_9.ipynb", "0100234.ipynb"],
        {"1002345_workshop": "-", "w_100236_x": "-", "workshop_9": "-", "0100234": "-"},
        ["Anna Kot", "Jan Nowak", "Łucja Żółć-Dąbrowska", "Ewa Lis"],
    ),
    "folders with numbers, and several notebooks in each": (
        ["100234_a/w.ipynb", "100234_a/v.ipynb", "100235/q.ipynb", "100235/r.ipynb", "100237-x/a.ipynb"],
        {"Anna Kot": "100234", "Ewa Lis": "100237", "Jan Nowak": "100235"}, ["Łucja Żółć-Dąbrowska"],
    ),
    "one folder of many things": (
        ["Anna Kot/a.ipynb", "Anna Kot/b.ipynb", "Anna Kot/c/d.ipynb", "Anna Kot/c/Jan Nowak.ipynb"],
        {"Anna Kot": "100234"}, ["Jan Nowak", "Łucja Żółć-Dąbrowska", "Ewa Lis"],
    ),
    "an empty folder is not nothing": (
        ["Anna Kot/praca.pdf", "Jan Nowak/w.ipynb", "dane/tabela.csv"],
        {"Anna Kot": "100234", "Jan Nowak": "100235"}, ["Łucja Żółć-Dąbrowska", "Ewa Lis"],
    ),
    "somebody who is not on the list has put others' names into the own folder": (
        ["Anna Kot/w.ipynb", "zły/Ewa Lis.ipynb", "zły/Anna Kot.ipynb", "zły/x.ipynb"],
        {"Anna Kot": "100234", "zły": "-"}, ["Jan Nowak", "Łucja Żółć-Dąbrowska", "Ewa Lis"],
    ),
    "groups": (
        ["grupa 1/Anna Kot/a.ipynb", "grupa 1/Anna Kot/b.ipynb", "grupa 1/Ewa Lis/a.ipynb", "grupa 2/Jan Nowak.ipynb",
         "grupa 2/Łucja Żółć-Dąbrowska - praca.ipynb"],
        {"Anna Kot": "100234", "Ewa Lis": "100237", "Jan Nowak": "100235", "Łucja Żółć-Dąbrowska": "100236"}, [],
    ),
    "a group beside people": (
        ["Anna Kot/a.ipynb", "reszta/Jan Nowak.ipynb", "reszta/Ewa Lis.ipynb", "Łucja Żółć-Dąbrowska/b.ipynb"],
        {"Anna Kot": "100234", "Ewa Lis": "100237", "Jan Nowak": "100235", "Łucja Żółć-Dąbrowska": "100236"}, [],
    ),
    "Blackboard's user names": (
        [BLACKBOARD("akot", 1, "_x.ipynb"), BLACKBOARD("lzolc", 1, "_x.ipynb"), BLACKBOARD("jnowak", 1, "_x.ipynb"),
         BLACKBOARD("obcy", 1, "_x.ipynb")],
        {"Anna Kot": "100234", "Jan Nowak": "100235", "Łucja Żółć-Dąbrowska": "100236", "obcy": "-"}, ["Ewa Lis"],
    ),
    "GitHub's user names": (
        ["ws-akot/w.ipynb", "ws-jnowak/w.ipynb", "ws-obcy7/w.ipynb", "ws-lzolc/w.ipynb"],
        {"Anna Kot": "100234", "Jan Nowak": "100235", "Łucja Żółć-Dąbrowska": "100236", "obcy7": "-"},
        ["Ewa Lis"],
    ),
    "Brightspace": (
        [BRIGHTSPACE(100235, "Anna Kot") + "/x.ipynb", BRIGHTSPACE(12346, "Łucja Żółć-Dąbrowska") + "/x.ipynb"],
        {"Anna Kot": "100234", "Łucja Żółć-Dąbrowska": "100236"}, ["Jan Nowak", "Ewa Lis"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("people", [ROSTER, TURNED], ids=["list", "list in another order"])
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("layout", LISTED)
def test_the_list_says_whose_it_is(layout: str, packed: bool, people: str, tmp_path: Path) -> None:
    files, expected, absent = LISTED[layout]
    root = tmp_path / ("x.zip" if packed else "x")
    if packed:
        root.write_bytes(zipped(files))
    else:
        lay_out(root, files)
    found = look(root, people)
    told = {
        one.participant: [id for id in ids_of(one).split() if id.startswith("roster:")] for one in found.submissions
    }
    assert told == {name: [] if id == "-" else [f"roster:{id}"] for name, id in expected.items()}
    assert sorted(missing(found)) == sorted(absent)
    assert not found.unmatched


def test_a_user_name_may_be_an_addresss_or_a_number_where_the_list_has_no_user_names(tmp_path: Path) -> None:
    people = "name,id,email\nAnna Kot,100234,a.kot@x.pl\nJan Nowak,7,jn@x.pl\nEwa Lis,100237,\n"
    logins = ("a.kot", "7", "100237", "jn")
    found = look(lay_out(tmp_path / "x", [BLACKBOARD(login, 1, "_x.ipynb") for login in logins]), people)
    assert names(found) == ["7", "Anna Kot", "Ewa Lis", "Jan Nowak"]
    jan = next(one for one in found.submissions if one.participant == "Jan Nowak")
    assert ids_of(jan) == "login:jn roster:7"


DOUBTFUL: dict[str, tuple[str, Sequence[str], str]] = {
    "two people's numbers": (ROSTER, ["100234_100235.ipynb"], "fits several people"),
    "a name and another's number": (ROSTER, ["Anna Kot 100235.ipynb"], "fits several people"),
    "one's number and another's name, in a folder": (ROSTER, ["100235 Anna Kot/w.ipynb"], "fits several people"),
    "a user name at GitHub that is another's name": (
        ROSTER, ["ws-akot/w.ipynb", "ws-jnowak/w.ipynb", "ws-Ewa-Lis/w.ipynb", "ws-elis/w.ipynb"],
        "Ewa-Lis is called like Ewa Lis on the list, who has another login there"),
    "namesakes at Brightspace": (
        "name\nAnna Kot\n", [BRIGHTSPACE(101, "Anna Kot") + "/w.ipynb", BRIGHTSPACE(102, "Anna Kot") + "/w.ipynb"],
        "so may another submission"),
}  # fmt: skip


@pytest.mark.parametrize("case", DOUBTFUL)
def test_where_the_list_does_not_decide_nobody_has_it(case: str, tmp_path: Path) -> None:
    people, files, reason = DOUBTFUL[case]
    found = look(lay_out(tmp_path / "x", files), people)
    assert found.unmatched
    assert all(reason in render(one.reason, "en") for one in found.unmatched)


@pytest.mark.parametrize(
    ("name", "whose"),
    [("Anna Kot", "1"), ("Anna Kot Nowak", "2"), ("praca Anna Kot Nowak", "2"), ("Kot Anna praca", "1")],
)
def test_a_name_that_begins_another_is_not_taken_for_it(name: str, whose: str, tmp_path: Path) -> None:
    people = "name,id\nAnna Kot,1\nAnna Kot Nowak,2\n"
    for place in (f"{name}/w.ipynb", f"{name}.ipynb"):
        found = look(lay_out(tmp_path / place[-6] / "x", [place, "Zoja/w.ipynb"]), people)
        assert [one.id for one in found.submissions if one.participant.startswith("Anna")] == [whose]


def test_a_folder_that_is_named_itself_is_its_persons(tmp_path: Path) -> None:
    lay_out(tmp_path, ["Anna Kot/w.ipynb", "Anna Kot/v.ipynb", "Anna Kot/old/w.ipynb", "Jan Nowak/q.ipynb"])
    lay_out(tmp_path, ["Ewa Lis/Anna Kot.ipynb", "Ewa Lis/Jan Nowak.ipynb", "Ewa Lis/Łucja Żółć-Dąbrowska.ipynb"])
    (tmp_path / "list.csv").write_text(ROSTER, "utf-8")
    found = find([tmp_path / name for name in ("Jan Nowak", "Anna Kot")], IDS, tmp_path / "list.csv")
    assert [(one.participant, len(one.files)) for one in found.submissions] == [("Jan Nowak", 1), ("Anna Kot", 3)]
    assert missing(found) == ["Łucja Żółć-Dąbrowska", "Ewa Lis"]
    whole = find([tmp_path / "Ewa Lis"], IDS, tmp_path / "list.csv")
    assert names(whole) == ["Anna Kot", "Jan Nowak", "Łucja Żółć-Dąbrowska"], (
        "a class in a folder with its teacher's name"
    )


def test_a_groups_number_is_nobodys(tmp_path: Path) -> None:
    people = "name,id\nAnna Kot,1\nJan Nowak,2\nEwa Lis,3\nOla Ćma,4\n"
    files = ["1/Anna Kot.ipynb", "1/Ewa Lis.ipynb", "2/Jan Nowak/w.ipynb", "2/Ola Ćma/w.ipynb"]
    found = look(lay_out(tmp_path / "x", files), people)
    assert {one.participant: one.id for one in found.submissions} == {
        "Anna Kot": "1", "Jan Nowak": "2", "Ewa Lis": "3", "Ola Ćma": "4",
    }  # fmt: skip
    alone = look(lay_out(tmp_path / "y", ["1/w.ipynb", "3/w.ipynb", "3/v.ipynb"]), people)
    assert {one.participant: one.id for one in alone.submissions} == {"Anna Kot": "1", "Ewa Lis": "3"}


def test_a_platforms_number_is_not_the_lists(tmp_path: Path) -> None:
    lay_out(tmp_path / "x", [MOODLE("Ola Obca", 100234), BRIGHTSPACE(100235, "Zoja Obca") + "/w.ipynb"])
    found = look(tmp_path / "x", ROSTER)
    assert missing(found) == ["Anna Kot", "Jan Nowak", "Łucja Żółć-Dąbrowska", "Ewa Lis"]
    assert sorted(found.strangers) == ["Ola Obca", "Zoja Obca"]


def test_one_odd_person_changes_nothing_for_the_others(tmp_path: Path) -> None:
    usual = [f"Osoba {letter}/praca {letter}.ipynb" for letter in "ABCDEFG"]
    odd = ["Zoja/a.ipynb", "Zoja/b/c.ipynb", "Zoja/b/d.ipynb", "Zoja/Osoba A/x.ipynb", "Zoja/Version 1/y.ipynb"]
    before = short(find([lay_out(tmp_path / "one", usual)], IDS), tmp_path / "one")
    after = short(find([lay_out(tmp_path / "two", [*usual, *odd])], IDS), tmp_path / "two")
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {"Zoja"}


# ---- a fault in one person's work is that person's


def grades_of(found: Found) -> dict[str, SubmissionStatus]:
    return {one.participant: read_submission(one).notebooks[0].status for one in found.submissions}


def test_a_folder_too_deep_is_that_persons(tmp_path: Path) -> None:
    lay_out(tmp_path, ["Jan/w.ipynb", "Ola/w.ipynb"])
    deep = tmp_path / "Anna" / "/".join(["d"] * (tree.MAX_DEPTH + 5))
    deep.mkdir(parents=True)
    (deep / "w.ipynb").write_text(EMPTY)
    found = find([tmp_path], IDS)
    assert grades_of(found)["Anna"] is SubmissionStatus.UNREADABLE
    assert names(found) == ["Anna", "Jan", "Ola"]
    reason = read_submission(found.submissions[0]).notebooks[0].reason
    assert f"more than {tree.MAX_DEPTH} deep" in render(reason or "", "en")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has none of these")
def test_pipes_links_and_odd_names_stop_nobody(tmp_path: Path) -> None:
    lay_out(tmp_path, ["Jan/w.ipynb", "Ewa/w.ipynb", "Ola/w.ipynb"])
    for name in ("Pipe", "Loop"):
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / "Pipe" / "w.ipynb")
    (tmp_path / "Loop" / "w.ipynb").symlink_to("w.ipynb")
    (tmp_path / "Ewa" / "again").symlink_to(tmp_path)
    folder = os.fsencode(tmp_path) + b"/\xff\xfe\xb1"
    os.mkdir(folder)
    Path(os.fsdecode(folder), "w.ipynb").write_text(EMPTY)
    found = find([tmp_path], IDS)
    statuses = grades_of(found)
    assert len(statuses) == 6
    assert statuses["Pipe"] is statuses["Loop"] is SubmissionStatus.UNREADABLE
    assert sum(status is SubmissionStatus.NO_EXERCISES for status in statuses.values()) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_what_an_ordinary_user_may_not_read_is_that_persons() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to another user
        root = lay_out(Path(folder), ["Anna/w.ipynb", "Jan/w.ipynb", "Ola/w.ipynb", "Zoja/in/w.ipynb"])
        closed = {root: 0o755, root / "Anna": 0o000, root / "Jan" / "w.ipynb": 0o000, root / "Zoja": 0o444}
        for path, mode in closed.items():
            path.chmod(mode)
        become = "os.setgid(65534); os.setuid(65534)" if os.geteuid() == 0 else ""
        code = (
            "import os, sys\nfrom pathlib import Path\nfrom grader.submissions.find import find\n"
            f"from grader.submissions.submission import read_submission\nb'x'.decode('utf-8-sig')\n{become}\n"
            "for one in find([Path(sys.argv[1])]).submissions:\n"
            "    print(one.participant, read_submission(one).notebooks[0].status.value)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, folder], capture_output=True, text=True, timeout=60, start_new_session=True
        )
        for path in closed:
            if path.is_dir():
                path.chmod(0o755)
    assert not done.stderr
    assert done.stdout.splitlines() == ["Anna unreadable", "Jan unreadable", "Ola no_exercises", "Zoja unreadable"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_many_thousand_files_of_one_person_cost_only_that_person(packed: bool, tmp_path: Path) -> None:
    count = 15_000 if packed else 30_000
    many = [f"{number % 300}/{number}.ipynb" for number in range(count)]
    lay_out(tmp_path, ["Jan/w.ipynb", "Ola/w.ipynb"])
    if packed:
        (tmp_path / "Anna.zip").write_bytes(zipped(dict.fromkeys(many, "")))
    else:
        for number in range(300):
            (tmp_path / "Anna" / str(number)).mkdir(parents=True)
        for name in many:
            os.close(os.open(tmp_path / "Anna" / name, os.O_CREAT | os.O_WRONLY))
    found = find([tmp_path], IDS)
    assert names(found) == ["Anna", "Jan", "Ola"]
    anna = found.submissions[0]
    assert len(anna.files) == MAX_NOTEBOOKS
    assert notes(found, "Anna") == [f"There are {count} notebooks here. Only the first {MAX_NOTEBOOKS} are looked at."]


@pytest.mark.timeout(30)
def test_a_folder_of_thousands_of_people_is_read_in_seconds(tmp_path: Path) -> None:
    for number in range(4_000):
        os.close(os.open(tmp_path / f"osoba {number}.ipynb", os.O_CREAT | os.O_WRONLY))
    assert len(find([tmp_path], IDS).submissions) == 4_000
