"""A platform's own export comes back filled in: what its importer takes from it, and that the rest is as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from grader.config import Config
from grader.errors import UsageError
from grader.i18n import render
from grader.model import Grade
from grader.people import Person, Sheet
from grader.report import destinations, formats, marks
from grader.report.destinations import Destination
from grader.report.run import Run
from grader.submissions import roster
from tests import sample_run
from tests.report.platforms import importers
from tests.report.platforms.importers import ENGLISH, POLISH, SPANISH, Language
from tests.sample_run import COURSE, FAULT, FORMULA, MIXED, RIGHT, UNGRADED, UNREADABLE

LONG = "Konstancja Świętosława Brzęczyszczykiewicz-Grzegżółkowska z Chrząszczyżewoszyc"
TITLE, POLISH_TITLE = "A sample course", "Przykładowy kurs"


def graded(grade: Grade, person: Person) -> Grade:
    """The grade as that of somebody on the list."""
    return replace(grade, notebook=replace(grade.notebook, participant=person.name, ids=person.ids, email=person.email))


def make_run(sheet: Sheet, grades: Mapping[str, Grade], **config: object) -> Run:
    """A run of those on the list whose names are given, and of somebody who is not on it."""
    people = {person.name: person for person in sheet.people}
    found = [graded(grade, people[name]) for name, grade in grades.items()]
    stranger = replace(MIXED, notebook=replace(MIXED.notebook, participant="Obcy", ids=()))
    settings = Config(lang="en", **config)  # type: ignore[arg-type]
    return Run((*found, stranger), COURSE, settings, sheets=(sheet,))


def filled(format: str, run: Run, tmp_path: Path) -> bytes:
    """The file that the report is delivered to."""
    destinations.deliver(run, [Destination(format, tmp_path / "out")], {}, passed=True)
    return (tmp_path / "out").read_bytes()


def remarks(format: str, run: Run) -> list[str]:
    found = formats.load(format).remarks
    assert found is not None
    return [render(text, "en") for text in found(run)]


def rows_of(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


# ---- Moodle


def worksheet(language: Language, maximum: str, names: list[str], **with_: bool) -> bytes:
    """As Moodle writes it, for participants 1000001, 1000002 and so on; the second has been graded by hand."""
    words = {
        "Identifier": ["Full name", "Email address", "Status", "Maximum grade", "Grade can be changed",
                       "Last modified (submission)"],
        "identyfikator": ["Pełna nazwa", "Adres e-mail", "Status", "Maksymalna ocena", "Ocena może być zmieniona",
                          "Ostatnia modyfikacja (przesłane rozwiązanie)"],
        "Identificador": ["Nombre completo", "Dirección de correo", "Estado", "Calificación máxima",
                          "La calificación puede ser cambiada", "Última modificación (entrega)"],
    }[language.id]  # fmt: skip
    name, email, status, most, changeable, submitted = words
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    header = [language.id, name, email, status, language.grade, most, changeable, submitted, language.modified]
    writer.writerow([*header, language.comments])
    for place, person in enumerate(names):
        old = [f"1{language.decimal}50", "<p>Ręcznie</p>"] if place == 1 else ["", ""]
        row = [
            f"{language.participant}{1000001 + place}",
            person,
            f"u{place}@x.pl",
            "Przesłane do oceny",
            old[0],
            maximum,
        ]
        writer.writerow([*row, "Tak", "wtorek, 2 czerwca 2026, 10:00", "-", old[1]])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


NAMES = ["Ada Lovelace", "Jan Nowak", LONG, FORMULA, "Ewa Lis"]


@pytest.mark.parametrize("language", [ENGLISH, POLISH, SPANISH], ids=lambda language: language.id)
@pytest.mark.parametrize(("maximum", "points"), [("7", ["3", "7"]), ("100", ["42.86", "100"])])
def test_moodle_takes_its_worksheet_back(language: Language, maximum: str, points: list[str], tmp_path: Path) -> None:
    data = worksheet(language, f"{maximum}{language.decimal}00", NAMES)
    run = make_run(roster.read(data, "in.csv"), {NAMES[0]: MIXED, LONG: RIGHT, FORMULA: UNREADABLE, "Ewa Lis": FAULT})
    made = filled("moodle", run, tmp_path)
    users = range(1000001, 1000006)
    taken = importers.moodle(made, language, users, float(maximum))
    assert [grade for grade, _ in taken.values()] == [points[0], "1.5", points[1], "0", ""]
    assert "Doubles" in taken[1000001][1]
    assert taken[1000002][1] == "<p>Ręcznie</p>", "who handed in nothing keeps what stands there"
    before, after = rows_of(data), rows_of(made)
    assert made.startswith(b"\xef\xbb\xbf")
    assert [row[:4] + row[5:9] for row in after] == [row[:4] + row[5:9] for row in before]
    assert after[2] == before[2]
    assert after[5] == before[5]


def test_a_decimal_sign_is_that_of_the_file(tmp_path: Path) -> None:
    for language, grade in ((ENGLISH, "42.86"), (POLISH, "42,86")):
        sheet = roster.read(worksheet(language, f"100{language.decimal}00", NAMES), "in.csv")
        assert rows_of(filled("moodle", make_run(sheet, {NAMES[0]: MIXED}), tmp_path))[1][4] == grade


def test_who_is_left_out_of_a_filled_file_and_what_is_scaled_is_told() -> None:
    run = make_run(roster.read(worksheet(POLISH, "100,00", NAMES), "arkusz ocen.csv"), {NAMES[0]: MIXED})
    assert remarks("moodle", run) == [
        "Left out of the report for Moodle, because no row of arkusz ocen.csv is certainly theirs: Obcy.",
        "In arkusz ocen.csv the whole is worth 100, here 7: the points for Moodle are scaled.",
    ]


def test_a_grade_from_before_the_maximum_was_lowered_does_not_matter(tmp_path: Path) -> None:
    run = make_run(roster.read(worksheet(POLISH, "1,00", NAMES), "in.csv"), {NAMES[0]: MIXED, LONG: RIGHT})
    assert [row[4] for row in rows_of(filled("moodle", run, tmp_path))[1:]] == ["0,43", "1,50", "1", "", ""]


def test_a_worksheet_in_which_two_columns_may_be_the_grades_is_refused() -> None:
    data = worksheet(SPANISH, "7,00", NAMES).replace(SPANISH.grade.encode(), b"x").replace(b"Tak", b"9")
    run = make_run(roster.read(data, "in.csv"), {})
    with pytest.raises(UsageError, match="the column of the grades is not certain"):
        destinations.check(run, [Destination("moodle", None)])


def test_with_anonymous_marking_there_are_no_names_and_numbers_decide(tmp_path: Path) -> None:
    rows = [row[:1] + row[3:] for row in rows_of(worksheet(POLISH, "7,00", NAMES))]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    sheet = roster.read(out.getvalue().encode(), "in.csv")
    run = Run((graded(RIGHT, sheet.people[2]),), COURSE, Config(), sheets=(sheet,))
    taken = importers.moodle(filled("moodle", run, tmp_path), POLISH, range(1000001, 1000006), 7)
    assert [grade for grade, _ in taken.values()] == ["", "1.5", "7", "", ""]


def test_a_scale_is_refused_before_anything_is_graded() -> None:
    data = worksheet(POLISH, "2,3,4,5", NAMES).replace(b"Maksymalna ocena", b"Skala")
    run = make_run(roster.read(data, "in.csv"), {})
    with pytest.raises(UsageError, match="graded with a scale"):
        destinations.check(run, [Destination("moodle", None)])


# ---- any platform


def test_a_number_that_two_people_have_tells_nobodys_row(tmp_path: Path) -> None:
    data = worksheet(ENGLISH, "7.00", NAMES).replace(b"1000003", b"1000001")
    run = make_run(roster.read(data, "in.csv"), {NAMES[0]: MIXED, LONG: RIGHT, "Ewa Lis": RIGHT})
    rows = rows_of(filled("moodle", run, tmp_path))
    assert [row[4] for row in rows[1:]] == ["", "1.50", "", "", "7"]
    assert f"certainly theirs: Ada Lovelace, {LONG}, Obcy" in remarks("moodle", run)[0]


def test_numbers_of_one_platform_are_not_those_of_another(tmp_path: Path) -> None:
    moodle = roster.read(worksheet(ENGLISH, "7.00", NAMES), "moodle.csv")
    canvas = roster.read(b"Student,ID,SIS User ID,SIS Login ID,Section\nJan Kos,1000001,,,A\n", "canvas.csv")
    run = Run((graded(RIGHT, canvas.people[0]),), COURSE, Config(), sheets=(moodle, canvas))
    assert [row[4] for row in rows_of(filled("moodle", run, tmp_path))[1:]] == ["", "1.50", "", "", ""]
    assert importers.canvas(filled("canvas", run, tmp_path), {}, {1000001: ("", "")}).grades[TITLE, 1000001] == "7"


def test_of_several_files_of_a_platform_one_must_be_named() -> None:
    sheets = [roster.read(worksheet(ENGLISH, "7.00", NAMES), name) for name in ("a/roster.csv", "b/roster.csv")]
    run = replace(make_run(sheets[0], {}), sheets=tuple(sheets))
    with pytest.raises(UsageError, match=r"there are several: a/roster\.csv, b/roster\.csv\. Name one: --roster FILE"):
        destinations.check(run, [Destination("moodle", None)])


# ---- Canvas

CANVAS_USERS = {101: ("Lovelace, Ada", "s101"), 102: ("Nowak, Jan", "s102"), 103: (LONG, "s103"), 104: ("Lis, Ewa", ""),
                109: ("Student, Test", "")}  # fmt: skip


def gradebook(column: str, worth: str, hidden: bool = False, old: str = "2,5".replace(",", ".")) -> str:
    header = f"Student,ID,SIS User ID,SIS Login ID,Section,Notes,Quiz (55),{column}Current Score,Final Score\n"
    own = bool(column)
    posting = f",,,,,,Manual Posting,{',' * own},\n" if hidden else ""
    points = f"    Points Possible,,,,,,10.00,{worth + ',' if own else ''}(read only),(read only)\n"
    cells = [
        ("\"Lovelace, Ada\",101,s101,ada@x.pl,A and B,uwagi,5.00", "", "50.0,50.0"),
        ("\"Nowak, Jan\",102,s102,jan,A,,EX", old, ","),
        (f"{LONG},103,s103,kb,B,,", "", ","),
        ("\"Lis, Ewa\",104,,ewa,B,,", "EX", ","),
        ("\"Student, Test\",109,,c2a3,A,,", "", ","),
    ]  # fmt: skip
    rows = "".join(f"{first},{mine + ',' if own else ''}{totals}\n" for first, mine, totals in cells)
    return header + posting + points + rows


@pytest.mark.parametrize("title", [TITLE, POLISH_TITLE, f"{TITLE} (77)", f"{POLISH_TITLE} (77)"])
@pytest.mark.parametrize(("worth", "points"), [("7.00", ["3", "7"]), ("14.00", ["6", "14"])])
def test_canvas_takes_its_gradebook_back_into_the_column_that_is_there(
    title: str, worth: str, points: list[str], tmp_path: Path
) -> None:
    data = gradebook(f"{title},", worth, hidden="7" in worth)
    sheet = roster.read(data.encode(), "in.csv")
    run = make_run(sheet, {"Lovelace, Ada": MIXED, LONG: RIGHT, "Lis, Ewa": RIGHT})
    made = filled("canvas", run, tmp_path)
    own = title.removesuffix(" (77)")
    taken = importers.canvas(made, {55: "Quiz", 77: own}, CANVAS_USERS, custom=["Notes"])
    assert not taken.strangers
    assert taken.new == {f"{TITLE} (bonus)": "0"}
    assert [taken.grades[own, user] for user in CANVAS_USERS] == [points[0], "2.5", points[1], "EX", ""]
    assert [taken.grades["Quiz", user] for user in CANVAS_USERS] == ["5.00", "EX", "", "", ""]
    assert [row[:7] for row in rows_of(made)] == [row[:7] for row in rows_of(data.encode())]


def test_canvas_gets_new_columns_with_what_they_are_worth_under_the_same_titles_in_each_language(
    tmp_path: Path,
) -> None:
    sheet = roster.read(gradebook("", "").encode(), "in.csv")
    for lang in ("pl", "en"):
        run = make_run(sheet, {"Lovelace, Ada": MIXED, LONG: RIGHT})
        run = replace(run, config=replace(run.config, lang=lang))
        taken = importers.canvas(filled("canvas", run, tmp_path), {55: "Quiz"}, CANVAS_USERS, custom=["Notes"])
        assert taken.new == {TITLE: "7", f"{TITLE} (bonus)": "0"}
        assert [taken.grades[TITLE, user] for user in CANVAS_USERS] == ["3", "", "7", "", ""]
        assert [taken.grades[f"{TITLE} (bonus)", user] for user in CANVAS_USERS] == ["0", "", "4", "", ""]


def test_canvas_with_semicolons_and_commas_stays_so(tmp_path: Path) -> None:
    data = (
        f"\ufeffLastName;FirstName;ID;SIS Login ID;Section;{TITLE} (77)\r\n    Points Possible;;;;;10,00\r\n"
        "Nowak;Jan;102;jan;A;\r\n"
    )
    run = make_run(roster.read(data.encode(), "in.csv"), {"Jan Nowak": MIXED})
    made = filled("canvas", run, tmp_path).decode()
    lines = made.split("\r\n")
    assert lines[0].startswith(f"\ufeffLastName;FirstName;ID;SIS Login ID;Section;{TITLE} (77)")
    assert lines[2] == "Nowak;Jan;102;jan;A;4,29;0"


def test_canvas_test_student_is_not_missing() -> None:
    assert "Student, Test" not in [person.name for person in roster.read(gradebook("", "").encode(), "x").people]


def test_a_column_that_canvas_will_not_change_is_refused() -> None:
    run = make_run(roster.read(gradebook(f"{TITLE},", "(read only)").encode(), "in.csv"), {})
    with pytest.raises(UsageError, match=f"the column '{TITLE}' is read only in Canvas"):
        destinations.check(run, [Destination("canvas", None)])


def test_two_columns_of_one_title_are_refused() -> None:
    run = make_run(roster.read(gradebook(f"{TITLE} (1),{POLISH_TITLE} (2),", "7,7").encode(), "in.csv"), {})
    with pytest.raises(UsageError, match=r"several columns have the course's title: A sample course \(1\), "):
        destinations.check(run, [Destination("canvas", None)])


# ---- Brightspace

BRIGHTSPACE = (
    "\ufeffOrgDefinedId,Username,Last Name,First Name,Email,Quiz Points Grade <Numeric MaxPoints:10>,{item}"
    "End-of-Line Indicator\r\n"
    "#0101,#ada,Lovelace,Ada,a@x.pl,5,{old}#\r\n#0102,#jan,Nowak,Jan,j@x.pl,,{hand}#\r\n"
)


def test_brightspace_takes_its_export_back(tmp_path: Path) -> None:
    item = f"{POLISH_TITLE} Points Grade <Numeric MaxPoints:14 Weight:5 Category:Lab>,"
    sheet = roster.read(BRIGHTSPACE.format(item=item, old=",", hand="2,").encode(), "in.csv")
    made = filled("brightspace", make_run(sheet, {"Ada Lovelace": MIXED}), tmp_path)
    assert importers.brightspace(made)[POLISH_TITLE] == {"0101": "6", "0102": "2"}
    assert made.startswith(b"\xef\xbb\xbfOrgDefinedId,Username")
    assert b"\r\n#0102,#jan,Nowak,Jan,j@x.pl,,2,#\r\n" in made


def test_brightspace_gets_a_new_item_before_the_end_of_the_line(tmp_path: Path) -> None:
    sheet = roster.read(BRIGHTSPACE.format(item="", old="", hand="").encode(), "in.csv")
    made = importers.brightspace(filled("brightspace", make_run(sheet, {"Ada Lovelace": RIGHT}), tmp_path))
    assert made == {"Quiz": {"0101": "5", "0102": ""}, TITLE: {"0101": "7", "0102": ""}}


def test_brightspace_without_its_export_knows_people_by_the_institutions_number() -> None:
    text = formats.text("brightspace", make_run(roster.read(b"OrgDefinedId,name\n0101,Ada\n", "x"), {"Ada": MIXED}))
    assert importers.brightspace(text.encode())[TITLE] == {"0101": "3"}


# ---- Blackboard

BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t"{column}"\n'
    '"Lovelace"\t"Ada"\t"ada"\t"0101"\t"2026-06-01"\t"Yes"\t""\n"Żak"\t"Łucja"\t"lzak"\t"0102"\t""\t"Yes"\t"2.5"\n'
)


@pytest.mark.parametrize("kind", ["Total Pts: 14 Score", "Total Pts: up to 14 Score", "Suma punktów: 14 Wynik"])
def test_blackboard_takes_its_download_back_in_its_encoding(kind: str, tmp_path: Path) -> None:
    column = f"{TITLE} [{kind}] |4567"
    data = BLACKBOARD.format(column=column).encode("utf-16-le")
    sheet = roster.read(b"\xff\xfe" + data, "gc.xls")
    made = filled("blackboard", make_run(sheet, {"Ada Lovelace": MIXED}), tmp_path)
    assert importers.blackboard(made)[column] == {"ada": "6", "lzak": "2.5"}
    assert made == b"\xff\xfe" + data.replace('"Yes"\t""'.encode("utf-16-le"), '"Yes"\t"6"'.encode("utf-16-le"))


def test_blackboard_gets_a_new_column(tmp_path: Path) -> None:
    sheet = roster.read(BLACKBOARD.format(column="Quiz [Total Pts: 3 Score] |1").encode(), "gc.csv")
    made = importers.blackboard(filled("blackboard", make_run(sheet, {"Łucja Żak": RIGHT}), tmp_path))
    assert made[TITLE] == {"ada": "", "lzak": "7"}


# ---- USOSweb

PROTOCOL = (
    "os_id;imie;nazwisko;zerówka;komentarz;komentarz dla studenta;pierwszy termin;kolejny komentarz\n"
    "901;Ada;Lovelace;2;;;;\n902;Łucja;Żak;;;;;\n903;Jan;Nowak;;;;;\n"
)
MARKS = marks.parse("2=0 3=40 3,5=60 5!=100")


def test_a_protocol_gets_marks_in_the_first_term_that_has_none(tmp_path: Path) -> None:
    sheet = roster.read(PROTOCOL.encode("cp1250"), "protokół.csv")
    made = filled("usosweb", make_run(sheet, {"Ada Lovelace": MIXED, "Łucja Żak": RIGHT}, marks=MARKS), tmp_path)
    assert made.decode("cp1250").splitlines()[1:] == [
        "901;Ada;Lovelace;2;;;3;3/7", "902;Łucja;Żak;;;;5!;7/7", "903;Jan;Nowak;;;;;",
    ]  # fmt: skip


def test_a_list_of_students_gets_a_column_of_marks(tmp_path: Path) -> None:
    sheet = roster.read(b"os_id;indeks;imie2;imie;nazwisko\n901;310101;;Ada;Lovelace\n", "x.csv")
    made = filled("usosweb", make_run(sheet, {"Ada Lovelace": UNREADABLE}, marks=MARKS), tmp_path)
    assert rows_of(made, ";") == [
        ["os_id", "indeks", "imie2", "imie", "nazwisko", "ocena", "komentarz"],
        ["901", "310101", "", "Ada", "Lovelace", "2", "0/7"],
    ]


@pytest.mark.parametrize(
    ("data", "config", "says"),
    [
        (PROTOCOL, {}, "takes marks, not points. Say from how many percent each is given"),
        (b"name,id\nAda,1\n".decode(), {"marks": MARKS}, "fills in the protocol's own CSV file"),
        (PROTOCOL.replace("Żak;;;;", "Żak;2;;;4"), {"marks": MARKS},
         "each of its terms has marks already: zerówka, pierwszy termin"),
    ],
)  # fmt: skip
def test_a_protocol_that_can_not_be_filled_is_refused(data: str, config: dict[str, object], says: str) -> None:
    run = make_run(roster.read(data.encode(), "in.csv"), {}, **config)
    with pytest.raises(UsageError, match=says):
        destinations.check(run, [Destination("usosweb", None)])


@pytest.mark.parametrize("text", ["5", "3=50", "2=0 3", "2=0 3=0", "2=0 3=101", "=0", "2=zero"])
def test_marks_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="the lowest from 0: --marks"):
        marks.parse(text)


def test_marks_are_read_in_any_order_and_with_either_decimal_sign() -> None:
    assert marks.parse("3,5=62,5% NZAL=0") == (("3,5", 62.5), ("NZAL", 0.0))
    assert marks.parse("") == ()
    assert sample_run.run().config.marks == ()


# ---- what can't be judged here


@pytest.mark.parametrize(
    ("format", "data", "name"),
    [
        ("canvas", gradebook(f"{TITLE} (77),", "7.00"), "Nowak, Jan"),
        ("brightspace", BRIGHTSPACE.format(item="", old="", hand=""), "Ada Lovelace"),
        ("blackboard", BLACKBOARD.format(column="Quiz [Total Pts: 3 Score] |1"), "Ada Lovelace"),
        ("usosweb", PROTOCOL, "Ada Lovelace"),
    ],
)
def test_a_platform_s_own_file_keeps_what_stands_there_where_points_are_ungraded(
    format: str, data: str, name: str, tmp_path: Path
) -> None:
    sheet = roster.read(data.encode(), "in.csv")
    made, faulted, right = (
        filled(format, make_run(sheet, {name: grade}, marks=MARKS), tmp_path) for grade in (UNGRADED, FAULT, RIGHT)
    )
    assert made == faulted
    assert made != right


def test_moodle_s_own_file_keeps_the_grade_and_says_why_where_points_are_ungraded(tmp_path: Path) -> None:
    data = worksheet(POLISH, "7,00", NAMES)
    made = filled("moodle", make_run(roster.read(data, "in.csv"), {"Jan Nowak": UNGRADED}), tmp_path)
    before, after = rows_of(data), rows_of(made)
    assert after[2][:-1] == before[2][:-1]
    assert "3 + 1 bonus ungraded: needs scikit-learn" in after[2][-1]
