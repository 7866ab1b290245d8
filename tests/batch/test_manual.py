"""manual.csv: what a person wrote is never changed, counts for whom it is meant, and what makes no sense is refused."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch.manual import COLUMNS, Marks
from grader.course import loader
from grader.errors import UsageError
from grader.i18n import render
from grader.judging.by_hand import with_by_hand
from grader.model import Cell, Grade, Notebook, SubmissionStatus
from grader.people import Id, Namespace
from tests.conftest import ROOT

COURSE = loader.load(ROOT / "tests" / "courses" / "values")
LONG = "Święcka-Grzegżółkowska Żaneta Maria"


def grade(name: str, number: str = "", answer: str = "Bo tak.", path: str = "") -> Grade:
    """Somebody with a written answer."""
    ids = (Id(Namespace.MOODLE, number),) if number else ()
    texts = (Cell(1, answer, ids=("essay-answer",)),)
    notebook = Notebook(path or f"{name}.ipynb", name, "", texts=texts, ids=ids)
    return Grade(notebook, SubmissionStatus.GRADED, 0, with_by_hand([], COURSE, notebook, only=["essay"]))


def table(folder: Path) -> list[dict[str, str]]:
    data = (folder / "manual.csv").read_bytes()
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))


def marks(folder: Path) -> Marks:
    return Marks(folder / "manual.csv", COURSE).read()


def fill(folder: Path, text: str, encoding: str = "utf-8") -> Marks:
    (folder / "manual.csv").write_bytes(text.encode(encoding))
    return marks(folder)


HEAD = "participant,unit,points,comment,id\n"


def points(folder: Path, *grades: Grade) -> list[float]:
    return [grade.score for grade in marks(folder).apply(grades)]


def test_the_first_run_writes_a_row_for_each_unit(tmp_path: Path) -> None:
    marks(tmp_path).write([grade(LONG), grade("=Ola", "7"), grade("Nic", answer=" ")], "en")
    rows = table(tmp_path)
    assert list(rows[0]) == list(COLUMNS)
    assert [(row["participant"], row["unit"], row["points"], row["max_points"], row["id"]) for row in rows] == [
        (LONG, "essay/why", "", "2", f"{LONG}.ipynb"),
        (LONG, "essay/example", "", "1", f"{LONG}.ipynb"),
        ("'=Ola", "essay/why", "", "2", "7"),
        ("'=Ola", "essay/example", "", "1", "7"),
    ]
    assert rows[0]["title"] == "Explains why"


def test_it_opens_in_a_spreadsheet_of_the_reports_language(tmp_path: Path) -> None:
    marks(tmp_path).write([grade(LONG)], "pl")
    data = (tmp_path / "manual.csv").read_bytes()
    assert data.startswith("\ufeffparticipant;unit;points;comment;".encode())
    assert "Wyjaśnia, dlaczego".encode() in data


def test_nothing_is_written_where_nothing_is_graded_by_hand(tmp_path: Path) -> None:
    marks(tmp_path).write([grade("Nic", answer="")], "pl")
    other = loader.load(ROOT / "reference")
    Marks(tmp_path / "manual.csv", other).read().write([grade("Ola")], "pl")
    assert not (tmp_path / "manual.csv").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_points_count_however_a_spreadsheet_saved_them(encoding: str, delimiter: str, tmp_path: Path) -> None:
    half = '"1,5"' if delimiter == "," else "1,5"
    rows = [HEAD.strip().split(","), [LONG, "essay/why", half, "Świetnie!", ""], ["", "", "", "", ""]]
    fill(tmp_path, "\r\n".join(delimiter.join(row) for row in rows) + "\r\n", encoding)
    (given,) = marks(tmp_path).apply([grade(LONG)])
    assert (given.score, given.by_hand_points) == (1.5, 1)
    assert [check.message for check in given.exercises[0].checks] == ["Świetnie!", None]


@pytest.mark.parametrize("text", [HEAD, "", "\n", HEAD + ",,,,\n"])
def test_a_table_of_nothing_gives_nothing(text: str, tmp_path: Path) -> None:
    fill(tmp_path, text)
    assert points(tmp_path, grade("Ola")) == [0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,unit,points\n", "its first line lacks participant, comment"),
        (HEAD + "Ola,essay/why,2.5,,\n", "row 2: the points are 2.5. Write a number from 0 to 2"),
        (HEAD + "Ola,essay/why,-1,,\n", "row 2: the points are -1"),
        (HEAD + "Ola,essay/why,2,,\nOla,essay/example,dobrze,,\n", "row 3: the points are dobrze"),
        (HEAD + "Ola,essay,2,,\n", "nobody grades essay by hand in this course. There are: plot, essay/why"),
        (HEAD + "Ola,essay/why,2,,\nOla,essay/why,1,,\n", "rows 2 and 3 give Ola different points for essay/why"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_row(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        fill(tmp_path, text)
    assert says in render(refused.value.text, "en")


def test_a_row_without_points_may_name_anything(tmp_path: Path) -> None:
    fill(tmp_path, HEAD + "Ola,essay,,to ask,\nOla,essay/why,,,\nOla,essay/why,2,,\n")
    assert points(tmp_path, grade("Ola")) == [2]


def test_what_a_person_wrote_stays_and_new_people_are_added(tmp_path: Path) -> None:
    text = 'unit,participant,my notes,points,comment\nessay/why,Ola,"see\nbelow",2,"Tak, ale"\nessay/why,Jan,,,later\n'
    fill(tmp_path, text).write([grade("Ola"), grade("Jan"), grade(LONG)], "en")
    written = (tmp_path / "manual.csv").read_bytes().decode()
    assert written.startswith(text)
    assert written.removeprefix(text).splitlines() == [
        "essay/example,Ola,,,", "essay/example,Jan,,,", f"essay/why,{LONG},,,", f"essay/example,{LONG},,,",
    ]  # fmt: skip
    marks(tmp_path).write([grade("Ola"), grade("Jan"), grade(LONG)], "en")
    assert (tmp_path / "manual.csv").read_bytes().decode() == written
    assert points(tmp_path, grade("Ola"), grade("Jan")) == [2, 0]


def test_a_name_that_the_files_encoding_has_no_letters_for_is_added_whole(tmp_path: Path) -> None:
    fill(tmp_path, HEAD + "Żółć,essay/why,2,źle,\n", "cp1250").write([grade("Żółć"), grade("Олена 李")], "pl")
    assert [row["participant"] for row in table(tmp_path)] == ["Żółć", "Żółć", "Олена 李", "Олена 李"]
    assert points(tmp_path, grade("Żółć"), grade("Олена 李")) == [2, 0]


OLA_1, OLA_2 = grade("Ola", "101"), grade("Ola", "007")
PATH_1, PATH_2 = grade("Ola", path="a/Ola.ipynb"), grade("Ola", path="b/Ola.ipynb")


@pytest.mark.parametrize(
    ("id", "grades", "scores"),
    [
        ("101", (OLA_1, OLA_2), [2, 0]),
        ("007", (OLA_1, OLA_2), [0, 2]),
        ("7", (OLA_2,), [2]),  # as Excel saves it
        ("", (OLA_1, OLA_2), [0, 0]),
        ("", (OLA_1,), [2]),
        ("102", (OLA_1,), [0]),  # somebody else's
        ("b/Ola.ipynb", (PATH_1, PATH_2), [0, 2]),
        ("old/Ola.ipynb", (PATH_1,), [2]),
        ("old/Ola.ipynb", (PATH_1, PATH_2), [0, 0]),
    ],
)
def test_points_count_only_for_whom_they_certainly_are(
    id: str, grades: tuple[Grade, ...], scores: list[float], tmp_path: Path
) -> None:
    table = fill(tmp_path, f"{HEAD}Ola,essay/why,2,,{id}\n")
    assert points(tmp_path, *grades) == scores
    said = [render(text, "en") for text in table.remarks(grades)]
    lost = f"{tmp_path / 'manual.csv'}: these points count for nobody, for it is not certain whose they are: "
    assert said == ([] if 2 in scores else [f"{lost}Ola (essay/why)."])


def test_an_answer_that_changed_since_is_said_until_somebody_has_looked(tmp_path: Path) -> None:
    before, after = grade("Ola"), grade("Ola", answer="Bo nie.")
    marks(tmp_path).write([before], "en")
    text = (tmp_path / "manual.csv").read_text("utf-8-sig")
    table = fill(tmp_path, text.replace("Ola,essay/why,,", "Ola,essay/why,2,"))
    assert [*table.remarks([before])] == []
    (said,) = table.remarks([after])
    assert "these answers have changed since they were graded: Ola (essay/why)" in render(said, "en")
    assert points(tmp_path, after) == [2]
    table.write([after], "en")
    assert [*marks(tmp_path).remarks([after])], "the grader itself does not take it back"
    rows = (tmp_path / "manual.csv").read_text("utf-8-sig").splitlines()
    rows[1] = rows[1].rpartition(",")[0] + ","
    fill(tmp_path, "\n".join(rows)).write([after], "en")
    assert [*marks(tmp_path).remarks([after])] == []
    assert [*marks(tmp_path).remarks([replace(before)])], "its mark is that of the new answer"
