"""A folder with a page for each participant, and the list for mailing them."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from grader.errors import UsageError
from grader.model import Grade
from grader.people import Id, Namespace, Person, Sheet
from grader.report import destinations, people_files
from tests import sample_run
from tests.sample_class import GRADES, run


def person(grade: Grade, name: str, path: str, *ids: Id, email: str = "") -> Grade:
    return replace(grade, notebook=replace(grade.notebook, participant=name, path=path, ids=ids, email=email))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_participant_has_a_page_that_says_nothing_of_the_others(tmp_path: Path) -> None:
    given = replace(run(*GRADES[3:5], GRADES[10]), missing=(Person("Zofia Szu"),), before={})
    people_files.deliver(given, tmp_path)
    pages = {file.name: file.read_text("utf-8") for file in (tmp_path / "reports").iterdir()}
    assert sorted(pages) == sorted(given.own_files)
    for name, text in pages.items():
        own = [one for one in ("Jan Nowak", "Maria Lis", "Ola Pas", "Zofia Szu") if one in text]
        assert own == [name.partition("-")[0].replace("_", " ")]
        assert "<noscript" not in text
    assert "can't be read" in "".join(pages.values()) or "This is a folder" in "".join(pages.values())


def test_the_page_leads_to_them_for_whoever_runs_no_script(tmp_path: Path) -> None:
    people_files.deliver(run(), tmp_path)
    text = (tmp_path / "report.html").read_text("utf-8")
    for name in run().own_files:
        assert (tmp_path / "reports" / name).is_file()
        assert f'href="reports/{name}"' in unquote(text)


def test_a_files_name_depends_on_nobody_else_and_any_system_takes_it() -> None:
    grades = [
        person(GRADES[0], "Łucja Żak", "a", Id(Namespace.MOODLE, "12")),
        person(GRADES[0], "ŁUCJA ŻAK", "b", Id(Namespace.MOODLE, "12")),
        person(GRADES[0], "Jan", "c"),
        person(GRADES[0], "Jan", "d"),
        person(GRADES[0], '../..\\CON: <x>?*|"', "e", Id(Namespace.OTHER, "a/b")),
        person(GRADES[0], "ż" * 5_000, "f"),
        person(GRADES[0], "", "g"),
    ]
    names = run(*grades).own_files
    assert names[:2] == ["Łucja_Żak-12.html", "ŁUCJA_ŻAK-12-2.html"]
    assert len({name.casefold() for name in names}) == len(names)
    assert [run(one).own_files[0] for one in grades[2:]] == names[2:]
    for name in names:
        assert len(name.encode()) <= 255
        assert not set(name) & set('/\\:<>?*|" ')


def test_the_list_for_a_mail_merge_is_read_back_with_polish_names() -> None:
    ada = person(GRADES[4], "Świętosława Ćwik", "x", Id(Namespace.ROSTER, "7"), email="s@x.example")
    eve = person(GRADES[0], "=cmd", "y", Id(Namespace.ROSTER, "8"))
    sheet = Sheet("list", ((),), (Person("Świętosława Ćwik", surname="Ćwik"), Person("Łucja Ab", surname="Ab")))
    lost = person(GRADES[10], "Łucja Ab", "z", Id(Namespace.ROSTER, "9"))
    given = replace(run(ada, eve, lost, lang="pl"), sheets=(sheet,))
    found = rows(people_files.mail(given))
    assert [one["name"] for one in found] == ["Łucja Ab", "'=cmd", "Świętosława Ćwik"]
    assert found[2] == {
        "name": "Świętosława Ćwik",
        "address": "s@x.example",
        "score": "14 z 18 punktów",
        "file": "reports/Świętosława_Ćwik-7.html",
    }
    assert found[0]["score"] == "nie da się odczytać"


def test_excel_and_python_read_the_same_letters(tmp_path: Path) -> None:
    people_files.deliver(run(), tmp_path)
    data = (tmp_path / "mail.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert "Łucja Żak" in [one["name"] for one in rows(data.decode("utf-8-sig"))]


def test_hostile_names_get_files_too(tmp_path: Path) -> None:
    given = sample_run.run()
    people_files.deliver(given, tmp_path)
    assert len(list((tmp_path / "reports").iterdir())) == len(given.grades)


def test_only_what_has_changed_is_written_again(tmp_path: Path) -> None:
    known: dict[str, Grade] = {}
    people_files.deliver(run(*GRADES[:2]), tmp_path, known)
    files = sorted((tmp_path / "reports").iterdir())
    for file in files:
        file.write_text("seen")
    better = replace(GRADES[3], notebook=GRADES[1].notebook)
    people_files.deliver(run(GRADES[0], better), tmp_path, known)
    assert sorted(file.read_text() == "seen" for file in files) == [False, True]


@pytest.mark.parametrize("name", ["new/", "there"])
def test_the_page_goes_into_a_folder_that_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    found = destinations.destinations([f"html={tmp_path}/{name}"], {})
    destinations.deliver(run(*GRADES[:2]), found, {}, passed=True)
    assert (tmp_path / name / "report.html").is_file()
    assert (tmp_path / name / "mail.csv").is_file()
    assert len(list((tmp_path / name / "reports").iterdir())) == 2


def test_no_page_in_a_folder_is_written_over_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "mail.csv").write_text("name\n")
    found = destinations.destinations([f"html={tmp_path}"], {})
    with pytest.raises(UsageError, match=r"mail\.csv is the list"):
        destinations.refuse_inputs(found, (), {}, lambda: [("the list", tmp_path / "mail.csv")])


def test_a_file_without_a_suffix_is_still_a_file(tmp_path: Path) -> None:
    destinations.deliver(run(), destinations.destinations([f"html={tmp_path}/page"], {}), {}, passed=True)
    assert (tmp_path / "page").is_file()


def test_nobodys_page_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten thousand people that would be minutes; what is lost with the power is made again by the next run."""
    waited: list[int] = []
    monkeypatch.setattr(os, "fsync", waited.append)
    people_files.deliver(run(), tmp_path)
    assert len(waited) == 2, "the page of the class, and the list for mailing"
    assert len([*(tmp_path / "reports").iterdir()]) == len(run().grades) > 2
