"""Who handed in what: every layout that trainers have, and what strangers put into folders and archives."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from grader.batch.store import file_name
from grader.batch.workers import grade_all
from grader.config import Config
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import render
from grader.model import ExerciseResult, ExerciseStatus, Grade, Notebook, SubmissionStatus
from grader.report import gradebook, json_report, terminal
from grader.report.platforms import canvas, moodle
from grader.report.run import Run
from grader.submissions import archive
from grader.submissions.find import Found, find, remarks
from grader.submissions.roster import read
from grader.submissions.submission import File, Submission, best, read_submission
from tests import sample_run
from tests.conftest import QUICK, ROOT

IDS = ["1a", "1b", "2", "3a", "3b", "4", "5", "6"]
EMPTY = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
SIX = [f"grupa/uczen-{number}.ipynb" for number in range(1, 7)]


def notebook(*sources: str) -> str:
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def lay_out(folder: Path, names: Sequence[str] | Mapping[str, str | bytes]) -> Path:
    files = names if isinstance(names, Mapping) else dict.fromkeys(names, EMPTY)
    for name, contents in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents.encode() if isinstance(contents, str) else contents)
    return folder


def zipped(names: Sequence[str] | Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        for name, contents in (names if isinstance(names, Mapping) else dict.fromkeys(names, EMPTY)).items():
            made.writestr(name, contents)
    return data.getvalue()


def short(found: Found, root: Path) -> dict[str, list[list[str]]]:
    """Participant, with the id after an @: the attempts, each a list of files."""
    return {
        one.participant + (f"@{one.id}" if one.id else ""): [
            [relative(file.shown, root) for file in attempt] for attempt in one.attempts
        ]
        for one in found.submissions
    }


def relative(shown: str, root: Path) -> str:
    return Path(shown).relative_to(root).as_posix()


LAYOUTS: dict[str, tuple[Sequence[str], dict[str, list[list[str]]]]] = {
    "a file a participant": (["b.ipynb", "a.ipynb"], {"a": [["a.ipynb"]], "b": [["b.ipynb"]]}),
    "a folder a participant, with one notebook": (
        ["ola/workshop.ipynb", "anna/moje zadania.ipynb"],
        {"anna": [["anna/moje zadania.ipynb"]], "ola": [["ola/workshop.ipynb"]]},
    ),
    "a folder a participant, with one an exercise": (
        ["anna/6.ipynb", "anna/1a.ipynb", "anna/zadanie 3b.ipynb", "ola/ola_1a.ipynb", "ola/ola_2.ipynb"],
        {
            "anna": [["anna/1a.ipynb", "anna/zadanie 3b.ipynb", "anna/6.ipynb"]],
            "ola": [["ola/ola_1a.ipynb", "ola/ola_2.ipynb"]],
        },
    ),
    "a participant's own folder": (["1b.ipynb", "1a.ipynb", "2.ipynb"], {"x": [["1a.ipynb", "1b.ipynb", "2.ipynb"]]}),
    "a folder within a participant's": (["anna/nb/1a.ipynb", "anna/nb/1b.ipynb"], {"anna": [
        ["anna/nb/1a.ipynb", "anna/nb/1b.ipynb"]
    ]}),
    "groups of files": (
        ["g1/anna.ipynb", "g1/ola.ipynb", "g2/jan.ipynb", "g2/ewa.ipynb"],
        {name: [[f"{group}/{name}.ipynb"]] for group, name in
         (("g1", "anna"), ("g1", "ola"), ("g2", "ewa"), ("g2", "jan"))},
    ),
    "groups of numbered people": (SIX, {f"uczen-{number}": [[name]] for number, name in enumerate(SIX, 1)}),
    "groups of folders": (
        ["g1/anna/1a.ipynb", "g1/anna/1b.ipynb", "g1/ola/1a.ipynb", "g1/ola/1b.ipynb"],
        {"anna": [["g1/anna/1a.ipynb", "g1/anna/1b.ipynb"]], "ola": [["g1/ola/1a.ipynb", "g1/ola/1b.ipynb"]]},
    ),
    "copies": (
        ["anna.ipynb", "anna-1.ipynb", "anna (2).ipynb", "ewa-1.ipynb", "ewa-2.ipynb", "Kopia notatnika ola.ipynb",
         "ola.ipynb"],
        {"anna": [["anna.ipynb"], ["anna (2).ipynb"], ["anna-1.ipynb"]],
         "ewa-1": [["ewa-1.ipynb"]], "ewa-2": [["ewa-2.ipynb"]],
         "ola": [["ola.ipynb"], ["Kopia notatnika ola.ipynb"]]},
    ),
    "the same name from everybody is nobody's": (
        ["workshop.ipynb", "workshop (1).ipynb", "workshop (2).ipynb"],
        {name: [[f"{name}.ipynb"]] for name in ("workshop (1)", "workshop (2)", "workshop")},
    ),
    "one name numbered on and on is nobody's": (
        ["kurs.ipynb", *(f"kurs-{number}.ipynb" for number in range(1, 7))],
        {"kurs": [["kurs.ipynb"]], **{f"kurs-{number}": [[f"kurs-{number}.ipynb"]] for number in range(1, 7)}},
    ),
    "Moodle, in folders": (
        ["Anna Łęcka_1234567_assignsubmission_file/moje.ipynb",
         "Anna Łęcka_1234567_assignsubmission_onlinetext/onlinetext.html",
         "Jan Nowak_1234568_assignsubmission_file_/1a.ipynb", "Jan Nowak_1234568_assignsubmission_file_/in/1b.ipynb",
         "Ewa Lis_1234569_assignsubmission_file/praca.pdf",
         "Participant_77_assignsubmission_file/x.ipynb"],
        {"Anna Łęcka@1234567": [["Anna Łęcka_1234567_assignsubmission_file/moje.ipynb"]],
         "Ewa Lis@1234569": [],
         "Jan Nowak@1234568": [["Jan Nowak_1234568_assignsubmission_file_/1a.ipynb",
                                "Jan Nowak_1234568_assignsubmission_file_/in/1b.ipynb"]],
         "Participant@77": [["Participant_77_assignsubmission_file/x.ipynb"]]},
    ),
    "Moodle, in one folder": (
        ["Anna Kot_12_assignsubmission_file_a_b.ipynb", "Jan Nowak_13_assignsubmission_file_z.ipynb",
         "Jan Nowak_13_assignsubmission_file_a.ipynb", "Ewa Lis_14_assignsubmission_file_x.docx"],
        {"Anna Kot@12": [["Anna Kot_12_assignsubmission_file_a_b.ipynb"]], "Ewa Lis@14": [],
         "Jan Nowak@13": [["Jan Nowak_13_assignsubmission_file_a.ipynb",
                           "Jan Nowak_13_assignsubmission_file_z.ipynb"],
                          ["Jan Nowak_13_assignsubmission_file_a.ipynb"],
                          ["Jan Nowak_13_assignsubmission_file_z.ipynb"]]},
    ),
    "Canvas": (
        ["kotanna_101_5001_workshop.ipynb", "nowakjan_LATE_102_5002_workshop-1.ipynb", "lisewa_103_5003_praca.pdf",
         "anon_a1B2c_5004_workshop.ipynb", "łęckaola_105_5005_1a.ipynb", "łęckaola_105_5006_1b.ipynb",
         "zając_106_5007_w.ipynb", "zając_106_5008_w-1.ipynb"],
        {"anon_a1B2c@anon_a1B2c": [["anon_a1B2c_5004_workshop.ipynb"]],
         "kotanna@101": [["kotanna_101_5001_workshop.ipynb"]], "lisewa@103": [],
         "nowakjan@102": [["nowakjan_LATE_102_5002_workshop-1.ipynb"]],
         "zając@106": [["zając_106_5007_w.ipynb"], ["zając_106_5008_w-1.ipynb"]],
         "łęckaola@105": [["łęckaola_105_5005_1a.ipynb", "łęckaola_105_5006_1b.ipynb"]]},
    ),
    "numbers in names are not Canvas's": (
        ["anna_2024_05_zadania.ipynb", "ola_2024_05_zadania.ipynb"],
        {"anna_2024_05_zadania": [["anna_2024_05_zadania.ipynb"]],
         "ola_2024_05_zadania": [["ola_2024_05_zadania.ipynb"]]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_layout_tells_who_handed_in_what(layout: str, packed: bool, tmp_path: Path) -> None:
    names, expected = LAYOUTS[layout]
    root = tmp_path / "x"
    if packed:
        root = tmp_path / "x.zip"
        root.write_bytes(zipped(names))
    else:
        lay_out(root, names)
    assert short(find([root], IDS), root) == expected


def test_a_participants_archive_in_a_folder_is_a_folder(tmp_path: Path) -> None:
    lay_out(
        tmp_path,
        {
            "anna.zip": zipped(["praca/1a.ipynb", "praca/1b.ipynb", "__MACOSX/praca/._1a.ipynb"]),
            "ola.ZIP": zipped(["w.ipynb"]),
            "broken.zip": b"PK\x03\x04nonsense",
        },
    )
    found = find([tmp_path], IDS)
    assert short(found, tmp_path) == {
        "anna": [["anna.zip/praca/1a.ipynb", "anna.zip/praca/1b.ipynb"]],
        "broken": [["broken.zip"]],
        "ola": [["ola.ZIP/w.ipynb"]],
    }
    assert [relative(name, tmp_path) for name in found.passed_over] == ["anna.zip/__MACOSX/praca/._1a.ipynb"]
    lay_out(tmp_path / "canvas", {"kot_12_345_x.zip": zipped(["1a.ipynb"]), "lis_13_346_y.ipynb": EMPTY})
    assert short(find([tmp_path / "canvas"], IDS), tmp_path / "canvas") == {
        "kot@12": [["kot_12_345_x.zip/1a.ipynb"]],
        "lis@13": [["lis_13_346_y.ipynb"]],
    }


def test_what_is_no_notebook_is_passed_over_and_told(tmp_path: Path) -> None:
    names = [
        "a.ipynb", "B.IPYNB", "notes.txt", ".hidden.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb", "__MACOSX/a.ipynb",
        "out/submissions/x.ipynb", "older/.grade.lock", "older/y.ipynb", "data/table.csv",
    ]  # fmt: skip
    lay_out(tmp_path, names)
    if sys.platform != "win32":
        (tmp_path / "link").symlink_to("/etc")
        (tmp_path / "dead").symlink_to("nowhere")
    found = find([tmp_path], IDS, out=tmp_path / "out")
    assert sorted(short(found, tmp_path)) == ["B", "a"]
    told = sorted(relative(name, tmp_path) for name in found.passed_over)
    hidden = [".hidden.ipynb", ".ipynb_checkpoints", "__MACOSX", "data/table.csv"]
    assert told == sorted([*hidden, "notes.txt", *(["dead", "link"] if sys.platform != "win32" else [])])
    assert "passed over: " in render(remarks(found)[0], "en")


def test_files_on_the_command_line_stay_in_their_order_and_are_told_apart(tmp_path: Path) -> None:
    names = ["z.ipynb", "anna/workshop.ipynb", "ola/workshop.ipynb", "g/a.ipynb", "g/b.ipynb"]
    lay_out(tmp_path, names)
    paths = [tmp_path / name for name in (*names[:3], "g", "z.ipynb")]
    assert list(short(find(paths, IDS), tmp_path)) == ["z", "anna", "ola", "a", "b"]
    with pytest.raises(UsageError, match="no such file"):
        find([tmp_path / "none.ipynb"])
    with pytest.raises(UsageError, match=r"no \.ipynb file in this folder"):
        find([lay_out(tmp_path / "empty", ["a.txt"])])


# ---- archives from strangers

HOSTILE = {
    "/etc/passwd.ipynb": None, "../../up.ipynb": None, "a/../../up.ipynb": None, "C:\\win.ipynb": None,
    "\\\\server\\share\\x.ipynb": None, "/".join(["deep"] * 30) + "/x.ipynb": None, "n" * 300 + ".ipynb": None,
    "fine\\slash.ipynb": ("fine", "slash.ipynb"), "./dot.ipynb": ("dot.ipynb",),
}  # fmt: skip


def test_no_name_in_an_archive_leads_out_of_it(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(list(HOSTILE)))
    parts = {member.name: member.parts for member in archive.members(path)}
    assert list(parts.values()) == list(HOSTILE.values())
    link = zipfile.ZipInfo("link.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(link, "/etc/passwd")
    assert [member.parts for member in archive.members(path)] == [None]
    with pytest.raises(UsageError, match="file in this archive"):
        find([path])


def test_an_archive_takes_no_more_memory_than_a_notebook_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBER_MIB", 1)
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("bomb.ipynb", b"0" * (8 << 20))
        made.writestr("fine.ipynb", b"0" * (1 << 20))
    bomb, fine = (archive.load(path, [name]) for name in ("bomb.ipynb", "fine.ipynb"))
    assert not isinstance(bomb, bytes)
    assert "larger than 1 MB" in render(bomb, "en")
    assert fine == b"0" * (1 << 20)
    lying = bytearray(path.read_bytes())
    at = lying.rindex(b"PK\x01\x02", 0, lying.rindex(b"PK\x01\x02"))
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")  # "uncompressed size"
    path.write_bytes(lying)
    assert not isinstance(archive.load(path, ["bomb.ipynb"]), bytes)


def test_an_archive_with_too_many_files_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped([f"{number}.ipynb" for number in range(300)]))
    for name, value in (("MAX_MEMBERS", 200), ("MIB", 1 << 10)):
        with monkeypatch.context() as patch:
            patch.setattr(archive, name, value)
            with pytest.raises(UsageError, match="too many files in the archive"):
                find([path])


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: data[:-30]])
def test_a_damaged_archive_is_told_and_never_crashes(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(damage(zipped(["a.ipynb"])))
    with pytest.raises(UsageError, match="The archive is damaged"):
        find([path])


def test_a_damaged_file_in_an_archive_is_an_unreadable_submission(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(["a.ipynb"]).replace(b'"cells"', b'"cellz"'))
    notebook = read_submission(find([path]).submissions[0]).submissions[0]
    assert notebook.status is SubmissionStatus.UNREADABLE
    assert "The archive is damaged" in render(notebook.reason or "", "en")


def test_an_archive_with_a_password_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped(["a.ipynb"]))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + place] |= 1
    (tmp_path / "x.zip").write_bytes(data)
    read_back = read_submission(find([tmp_path / "x.zip"]).submissions[0]).submissions[0]
    assert "password" in render(read_back.reason or "", "en")


def test_names_in_an_archive_are_read_as_windows_and_macos_write_them(tmp_path: Path) -> None:
    for encoding in ("utf-8", "cp852"):
        name = "żółć".encode(encoding)
        data = zipped(["x" * len(name) + ".ipynb"]).replace(b"x" * len(name) + b".ipynb", name + b".ipynb")
        path = tmp_path / f"{encoding}.zip"
        path.write_bytes(data)
        assert [one.participant for one in find([path]).submissions] == ["żółć"]
        assert read_submission(find([path]).submissions[0]).submissions[0].status is SubmissionStatus.NO_EXERCISES


# ---- the list of participants

ROSTERS: dict[str, tuple[bytes, list[tuple[str, str, str]]]] = {
    "plain": (b"name,id,email\nAnna Kot,7,a@x.pl\n", [("Anna Kot", "7", "a@x.pl")]),
    "other order, semicolons, Polish Windows": (
        "Adres e-mail;Nr albumu;Imię i nazwisko\r\nl@x.pl;s8;Łucja Żak\r\n;;\r\n".encode("cp1250"),
        [("Łucja Żak", "s8", "l@x.pl")],
    ),
    "tabs, a mark of the byte order": ("\ufeffNazwisko\tImię\nKot\tAnna\n".encode(), [("Anna Kot", "", "")]),
    "UTF-16, as a spreadsheet's Unicode text": ("name\temail\nŻak\tz@x.pl\n".encode("utf-16"), [("Żak", "", "z@x.pl")]),
    "Canvas's gradebook": (
        b'Student,ID,SIS User ID,SIS Login ID,Section\n"    Points Possible",,,,\n"Kot, Anna",101,s1,akot,A\n',
        [("Kot, Anna", "101", "")],
    ),
    "Moodle's worksheet": (
        b'Identifier,"Full name","Email address",Status\n"Participant 1234567","Anna Kot",a@x.pl,-\n',
        [("Anna Kot", "1234567", "a@x.pl")],
    ),
    "twice the same": (b"name\nAnna\nAnna\n", [("Anna", "", "")]),
}


@pytest.mark.parametrize("kind", ROSTERS)
def test_a_list_of_participants_is_read(kind: str) -> None:
    data, expected = ROSTERS[kind]
    assert [(person.name, person.id, person.email) for person in read(data, "roster.csv")] == expected


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b'name\n"never ends' + b"x" * 200_000])
def test_a_list_that_is_none_is_a_users_mistake(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"roster\.csv"):
        read(data, "roster.csv")


def test_the_list_names_participants_and_tells_who_is_missing(tmp_path: Path) -> None:
    lay_out(
        tmp_path,
        {
            **dict.fromkeys(
                ["kot_anna.ipynb", "Jan_Nowak_final.ipynb", "s3.ipynb", "ewa.lis@x.pl.ipynb", "kto to.ipynb",
                 "Nowak Piotr/1a.ipynb", "nowak-piotr-1b.ipynb"], EMPTY),
            "roster.csv": "name,id,email\nAnna Kot,s1,\nJan Nowak,s2,\nŁucja Żak,s3,lu@x.pl\nEwa Lis,s4,ewa.lis@x.pl\n"
            "Piotr Nowak,s5,\nAdam Brak,s6,a@x.pl\n",
        },
    )  # fmt: skip
    found = find([tmp_path], IDS)
    assert short(found, tmp_path) == {
        "Jan Nowak@s2": [["Jan_Nowak_final.ipynb"]],
        "Piotr Nowak@s5": [["Nowak Piotr/1a.ipynb", "nowak-piotr-1b.ipynb"]],
        "Ewa Lis@s4": [["ewa.lis@x.pl.ipynb"]],
        "kto to": [["kto to.ipynb"]],
        "Anna Kot@s1": [["kot_anna.ipynb"]],
        "Łucja Żak@s3": [["s3.ipynb"]],
    }
    assert [person.name for person in found.missing or ()] == ["Adam Brak"]
    assert found.strangers == ("kto to",)
    assert [render(text, "en") for text in remarks(found)] == [
        "On the list, and nothing handed in: Adam Brak.",
        "Handed in, and not on the list: kto to.",
    ]


def test_the_list_fits_canvas_and_moodle_and_never_guesses(tmp_path: Path) -> None:
    names = ["kotanna_101_5001_w.ipynb", "nowakjan_102_5002_w.ipynb", "nowak_103_5003_w.ipynb"]
    lay_out(tmp_path / "in", names)
    people = tmp_path / "list.csv"
    people.write_text('Student,ID\n"Kot, Anna",101\n"Nowak, Jan",9\n"Nowak, Ewa",8\n')
    found = find([tmp_path / "in"], IDS, people)
    assert list(short(found, tmp_path / "in")) == ["Kot, Anna@101", "nowak@103", "Nowak, Jan@102"]
    assert [person.name for person in found.missing or ()] == ["Nowak, Ewa"]
    with pytest.raises(UsageError, match="can't be read"):
        find([tmp_path / "in"], IDS, tmp_path / "none.csv")


# ---- several notebooks, graded

MSE = "def compute_mse_loss(y_hat, y):\n    return {}"
RIGHT_MSE, WRONG_MSE = MSE.format("np.mean((y_hat - y) ** 2)"), MSE.format("np.mean(y_hat - y) + undefined")


@pytest.fixture(scope="module")
def graded(course: Course, solutions: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    one_an_exercise = {f"anna_kot/{id}.ipynb": notebook("import numpy as np", code) for id, code in solutions.items()}
    files = {
        **one_an_exercise,
        "anna_kot/1b.ipynb": notebook("import numpy as np", "!pip install x", WRONG_MSE, "1 / 0"),
        "ola_lis.ipynb": notebook("import numpy as np", WRONG_MSE, "import os; os._exit(3)"),
        "ola_lis-1.ipynb": notebook("import numpy as np", RIGHT_MSE),
        "jan/1a.ipynb": notebook("import numpy as np", solutions["1a"]),
        "jan/1b.ipynb": "",
        "roster.csv": "name;id\nAnna Kot;7\nJan;8\n=Nobody;9\nOla Lis;10\n",
    }
    folder = lay_out(tmp_path_factory.mktemp("class"), files)
    found = find([folder], IDS)
    config = Config(lang="en", limits=QUICK)
    return Run(tuple(grade_all(found.submissions, course, config, 2)), course, config, found.missing)


def test_one_notebook_an_exercise_is_one_submission_in_one_kernel(graded: Run) -> None:
    anna = json.loads(json_report.text(graded))["submissions"][0]
    assert anna["participant"] == "Anna Kot"
    assert [item["points"] for item in anna["exercises"]] == [2, 0, 1, 3, 2, 2, 4, 0]
    assert [(item["cell"], item.get("file")) for item in anna["exercises"]] == [
        (1, "1a.ipynb"), (2, "1b.ipynb"), (1, "2.ipynb"), (1, "3a.ipynb"), (1, "3b.ipynb"), (1, "4.ipynb"),
        (1, "5.ipynb"), (1, "6.ipynb"),
    ]  # fmt: skip
    failed = [cell for cell in anna["cells"] if cell["status"] != "ok"]
    assert [(cell["index"], cell["file"], cell["error"]) for cell in failed] == [
        (3, "1b.ipynb", "ZeroDivisionError: division by zero")
    ]
    assert anna["notes"] == [
        "Run as one notebook, in this order: "
        "1a.ipynb, 1b.ipynb, 2.ipynb, 3a.ipynb, 3b.ipynb, 4.ipynb, 5.ipynb, 6.ipynb.",
        "Cell 2 (1b.ipynb): `!pip install x` was not run; the grader runs no such commands.",
    ]


def test_what_is_said_of_several_notebooks_fits_the_published_schema(graded: Run) -> None:
    schema = json.loads((ROOT / "docs" / "grade-1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(json_report.text(graded)))


def test_the_report_tells_cell_and_file(graded: Run) -> None:
    text = terminal.text(Run(graded.grades[:1], graded.course, graded.config))
    text = " ".join(text.split())
    assert "The call ended with an error in cell 3 (1b.ipynb), line 2: return np.mean(y_hat - y) + undefined" in text
    assert "1. Fix compute_mse_loss (exercise 1b, cell 3 (1b.ipynb))" in text
    assert "Cell 4 (1b.ipynb), line 1 (`1 / 0`): ZeroDivisionError: division by zero" in text


def test_of_two_notebooks_the_better_counts_and_the_report_says_so(graded: Run) -> None:
    ola = graded.grades[2]
    assert (ola.score, Path(ola.notebook.path).name) == (2, "ola_lis-1.ipynb")
    assert [render(note, "en") for note in ola.notes] == [
        "Several notebooks were handed in: ola_lis.ipynb, ola_lis-1.ipynb. "
        "The one that earns most counts: ola_lis-1.ipynb."
    ]


def test_an_unreadable_notebook_does_not_cost_the_others(graded: Run) -> None:
    jan = graded.grades[1]
    assert (jan.status, jan.score) == (SubmissionStatus.GRADED, 2)
    assert "1b.ipynb: The file is empty." in render(jan.notes[1], "en")


def test_the_gradebook_has_a_row_for_each_on_the_list(graded: Run) -> None:
    rows = list(csv.reader(gradebook.text(graded).splitlines()))
    assert rows[0] == [
        "participant", "path", "status", "score", "max_score", "bonus", "max_bonus", *IDS, "id", "email",
    ]  # fmt: skip
    assert [row[0] for row in rows[1:]] == ["Anna Kot", "Jan", "Ola Lis", "'=Nobody"]
    assert rows[4] == ["'=Nobody", "", "missing", "0", "18", "0", "4", *"00000000", "9", ""]
    assert json.loads(json_report.text(graded))["missing"] == [{"participant": "=Nobody", "id": "9"}]
    assert "handed in nothing" in terminal.text(graded)


# ---- nobody has another's score

MOODLE = "{}_{}_assignsubmission_file/x.ipynb".format
WORKSHEET = "Identifier,Full name,Email address\nParticipant 1,Anna Kot,a@x.pl\nParticipant 2,Łucja Żak,l@x.pl\n"
GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
    '"Kot, Anna",101,s1,akot,A\n"Żak, Łucja",102,s2,lzak,A\n'
)
SWAPPED: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "a roster's ids are not Moodle's": (
        "id,name\n1,Anna Kot\n2,Łucja Żak\n",
        [MOODLE("Anna Kot", 2), MOODLE("Łucja Żak", 1)],
        {"Anna Kot": "moodle:2 roster:1", "Łucja Żak": "moodle:1 roster:2"},
    ),
    "nor Canvas's": (
        "id;name\n101;Łucja Żak\n102;Anna Kot\n",
        ["kotanna_101_5001_w.ipynb", "żakłucja_102_5002_w.ipynb"],
        {"Anna Kot": "canvas:101 roster:102", "Łucja Żak": "canvas:102 roster:101"},
    ),
    "Moodle's worksheet has Moodle's numbers": (
        WORKSHEET,
        [MOODLE("Anna Kot", 1), MOODLE("Uczestnik", 2)],
        {"Anna Kot": "moodle:1 roster:1", "Łucja Żak": "moodle:2 roster:2"},
    ),
    "Canvas's gradebook has Canvas's": (
        GRADEBOOK,
        ["kotanna_101_5001_w.ipynb", "zaklucja_LATE_102_5002_w.ipynb"],
        {"Kot, Anna": "canvas:101 roster:101 sis:s1", "Żak, Łucja": "canvas:102 roster:102 sis:s2"},
    ),
    "but not Moodle's": (
        GRADEBOOK,
        [MOODLE("Anna Kot", 102), MOODLE("Łucja Żak", 101)],
        {"Kot, Anna": "moodle:102 roster:101 canvas:101 sis:s1",
         "Żak, Łucja": "moodle:101 roster:102 canvas:102 sis:s2"},
    ),
}  # fmt: skip


def on_list(tmp_path: Path, list_text: str, names: Sequence[str] | Mapping[str, str | bytes]) -> Found:
    lay_out(tmp_path / "in", names)
    (tmp_path / "list.csv").write_text(list_text, "utf-8")
    return find([tmp_path / "in"], IDS, tmp_path / "list.csv")


def ids_of(one: Submission) -> str:
    return " ".join(f"{id.namespace.value}:{id.value}" for id in one.ids)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("case", SWAPPED)
def test_a_number_counts_only_where_it_comes_from(case: str, form: str, tmp_path: Path) -> None:
    people, names, expected = SWAPPED[case]
    found = on_list(tmp_path, people, [unicodedata.normalize(form, name) for name in names])  # type: ignore[arg-type]
    assert {one.participant: ids_of(one) for one in found.submissions} == expected
    assert (found.missing, found.strangers, found.unmatched) == ((), (), ())


DOUBTFUL: dict[str, tuple[str, list[str], list[str]]] = {
    "the number is another's on the list": (
        WORKSHEET,
        [MOODLE("Anna Kot", 2)],
        ["Anna Kot (2) has a number that is Łucja Żak's on the list. "
         "Correct the list, or the name of the file or folder."],
    ),
    "the number is that of somebody with quite another name": (
        WORKSHEET,
        [MOODLE("Ewa Obca", 2)],
        ["Ewa Obca (2) has a number that is Łucja Żak's on the list. "
         "Correct the list, or the name of the file or folder."],
    ),
    "in Canvas too": (
        GRADEBOOK,
        ["obcaewa_101_5001_w.ipynb"],
        ["obcaewa (101) has a number that is Kot, Anna's on the list. "
         "Correct the list, or the name of the file or folder."],
    ),
    "the name has another number on the list": (
        WORKSHEET,
        [MOODLE("Anna Kot", 77)],
        ["Anna Kot (77) has another number on the list. "
         "Correct one of them; or is the list that of another assignment?"],
    ),
    "namesakes on the list": (
        "name,id,email\nAnna Kot,7,\nAnna Kot,,b@x.pl\n",
        ["anna_kot.ipynb"],
        ["anna_kot fits several people on the list: Anna Kot (7), Anna Kot (b@x.pl). "
         "Tell them apart by an id or an address."],
    ),
    "namesakes at the platform, one of them on the list": (
        "name,email\nAnna Kot,a@x.pl\n",
        [MOODLE("Anna Kot", 1), MOODLE("Anna Kot", 2)],
        [f"Anna Kot ({number}) may be Anna Kot on the list, but so may another submission. "
         "Tell them apart by an id or an address." for number in (1, 2)],
    ),
    "a name and another's address": (
        "name,email\nAnna Kot,a@x.pl\nŁucja Żak,l@x.pl\n",
        ["Anna Kot l@x.pl.ipynb"],
        ["Anna Kot l@x.pl fits several people on the list: Łucja Żak (l@x.pl), Anna Kot (a@x.pl). "
         "Tell them apart by an id or an address."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DOUBTFUL)
def test_where_names_and_numbers_do_not_decide_nobody_has_the_score(case: str, tmp_path: Path, course: Course) -> None:
    people, names, reasons = DOUBTFUL[case]
    found = on_list(tmp_path, people, names)
    assert [render(one.reason, "en") for one in found.unmatched] == reasons
    assert all(not one.email and "roster" not in ids_of(one) for one in found.submissions)
    assert set(reasons) < {render(text, "en") for text in remarks(found)}
    grades = tuple(grade_all(found.submissions, course, Config(lang="en")))
    run = Run(grades, course, Config(lang="en"), found.missing, found.unmatched)
    rows = list(csv.DictReader(gradebook.text(run).splitlines()))
    doubtful = [row for row in rows if row["status"] == "unmatched"]
    assert doubtful
    assert {(row["score"], row["1a"]) for row in doubtful} == {("", "")}
    assert not {row["participant"] for row in doubtful} & {person.name for person in found.missing or ()}
    assert [row["id"] for row in rows if row["path"]] == [""] * len(grades), "the number is no one's on the list"
    assert [one["reason"] for one in json.loads(json_report.text(run))["unmatched"]] == reasons
    jsonschema.validate(
        json.loads(json_report.text(run)), json.loads((ROOT / "docs" / "grade-1.schema.json").read_text("utf-8"))
    )
    assert "not certain what is theirs" in terminal.text(run)


def test_an_address_tells_namesakes_apart_and_their_keys_differ(tmp_path: Path) -> None:
    people = "name,email\nAnna Kot,a@x.pl\nAnna Kot,b@x.pl\n"
    found = on_list(tmp_path, people, ["a@x.pl.ipynb", "Anna Kot b@x.pl.ipynb", "Anna Kot.ipynb", "anna-kot/x.ipynb"])
    assert sorted((one.email, Path(one.path).name) for one in found.submissions) == [
        ("", "Anna Kot.ipynb"), ("", "x.ipynb"), ("a@x.pl", "a@x.pl.ipynb"), ("b@x.pl", "Anna Kot b@x.pl.ipynb"),
    ]  # fmt: skip
    assert len({one.key for one in found.submissions}) == 4
    assert len({file_name(one) for one in found.submissions}) == 4


def test_moodle_and_canvas_get_their_own_numbers_only(tmp_path: Path) -> None:
    names = [MOODLE("Anna Kot", 9), MOODLE("Ewa Obca", 8), "late/Łucja Żak.ipynb"]
    found = on_list(tmp_path, GRADEBOOK, names)
    submissions = [read_submission(one).submissions[0] for one in found.submissions]
    grades = tuple(Grade(one, SubmissionStatus.GRADED, 0.0) for one in submissions)
    run = Run(grades, course_of_none(), Config(), found.missing)
    assert [line.split(",")[0] for line in moodle.text(run).splitlines()[1:]] == ["Participant 9", "Participant 8"]
    assert moodle.left_out(run) == ("Żak, Łucja",)
    rows = list(csv.reader(canvas.text(run).splitlines()))[2:]
    assert [row[:3] for row in rows] == [["Kot, Anna", "101", "s1"], ["Żak, Łucja", "102", "s2"]]
    assert canvas.left_out(run) == ("Ewa Obca",)
    rows = list(csv.reader(gradebook.text(run).splitlines()))[1:]
    assert [row[-2] for row in rows] == ["101", "", "102"]


# ---- what is in somebody's archive is theirs

EVIL = ["Anna Nowak.ipynb", "Anna Nowak_7_assignsubmission_file_x.ipynb", "kot_12_345_x.ipynb", "Ewa/1a.ipynb",
        "roster.csv", "Anna Nowak.zip"]  # fmt: skip


@pytest.mark.parametrize("people", ["", "name,id\nAnna Nowak,7\nEwa Lis,12\nJan Zły,3\n", "name,id\nAnna Nowak,7\n"])
@pytest.mark.parametrize("count", range(1, len(EVIL) + 1))
def test_an_archive_in_a_folder_is_its_owners_whatever_is_in_it(count: int, people: str, tmp_path: Path) -> None:
    evil = {name: zipped(["Anna Nowak.ipynb"]) if name.endswith(".zip") else EMPTY for name in EVIL[:count]}
    lay_out(tmp_path, {"Jan Zły.zip": zipped(evil), "Anna Nowak.ipynb": EMPTY})
    lay_out(tmp_path, {"roster.csv": people} if people else {})
    found = find([tmp_path], IDS)
    assert [one.participant for one in found.submissions] == ["Anna Nowak", "Jan Zły"]
    assert short(found, tmp_path)["Anna Nowak@7" if people else "Anna Nowak"] == [["Anna Nowak.ipynb"]]
    outer = lay_out(tmp_path / "outer", {"class.zip": zipped({"Jan Zły.zip": zipped(evil), "Anna Nowak.ipynb": EMPTY})})
    assert [one.participant for one in find([outer / "class.zip"], IDS).submissions] == ["Anna Nowak", "Jan Zły"]


def test_a_name_inside_a_folder_takes_nobodys_place(tmp_path: Path) -> None:
    found = on_list(tmp_path, "name\nAnna Nowak\n", ["jz/Anna Nowak.ipynb", "anna_nowak/x.ipynb"])
    assert short(found, tmp_path / "in")["Anna Nowak"] == [["anna_nowak/x.ipynb"]]
    assert [one.participant for one in found.unmatched] == ["jz"]


def test_a_list_in_one_of_several_archives_is_not_the_classs(tmp_path: Path) -> None:
    evil = {"x.ipynb": EMPTY, "roster.csv": "name,login\nJan Zły,anna\n"}
    lay_out(tmp_path, {"jan.zip": zipped(evil), "anna.ipynb": EMPTY})
    found = find([tmp_path / "jan.zip", tmp_path / "anna.ipynb"], IDS)
    assert found.missing is None
    assert find([tmp_path / "jan.zip"], IDS).missing is not None


# ---- an odd archive is its owner's fault, and the rest is graded

EMPTY_ZIP, LISTED = zipped([]), b"PK\x01\x02\x14\x03\x14\0"
ODD: dict[str, tuple[bytes, str]] = {
    "empty": (EMPTY_ZIP, "There is no notebook in what was handed in"),
    "a folder": (zipped({"praca/": b""}), "There is no notebook in what was handed in"),
    "macOS's own": (zipped(["__MACOSX/._a.ipynb"]), "There is no notebook in what was handed in"),
    "truncated": (zipped(["a.ipynb"])[:60], "The archive is damaged"),
    "no bytes": (b"", "The archive is damaged"),
    "noise": (bytes(range(256)) * 9, "The archive is damaged"),
    "a broken archive in it": (zipped({"inner.zip": b"PK"}), "The archive is damaged"),
    "a method nobody has": (zipped(["a.ipynb"]).replace(LISTED + b"\0\0\0\0", LISTED + b"\0\0\x61\0"),
                            "packed in a way that can't be read here"),
    "locked": (zipped(["a.ipynb"]).replace(LISTED + b"\0\0", LISTED + b"\1\0"), "password"),
}  # fmt: skip
PLACES = {
    "Canvas": ("kotanna_12345_67890_w.ipynb", "okonjan_12348_67893_x.zip", "okonjan"),
    "Moodle, flat": ("Anna Kot_1_assignsubmission_file_w.ipynb", "Jan Okoń_2_assignsubmission_file_x.zip", "Jan Okoń"),
    "Moodle, folders": (MOODLE("Anna Kot", 1), "Jan Okoń_2_assignsubmission_file_/x.zip", "Jan Okoń"),
    "a zip each": ("Anna Kot.ipynb", "Jan Okoń.zip", "Jan Okoń"),
    "a folder each": ("Anna Kot/w.ipynb", "Jan Okoń/x.zip", "Jan Okoń"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ODD)
def test_an_odd_archive_is_unreadable_and_the_rest_is_graded(kind: str, place: str, tmp_path: Path) -> None:
    (data, reason), (other, name, who) = ODD[kind], PLACES[place]
    lay_out(tmp_path, {other: EMPTY, name: data})
    found = {one.participant: read_submission(one).submissions[0] for one in find([tmp_path], IDS).submissions}
    assert len(found) == 2
    assert found[who].status is SubmissionStatus.UNREADABLE
    assert reason in render(found[who].reason or "", "en")
    packed = tmp_path / "packed" / "class.zip"
    lay_out(tmp_path / "packed", {"class.zip": zipped({other: EMPTY, name: data})})
    inside = {one.participant: read_submission(one).submissions[0] for one in find([packed], IDS).submissions}
    assert inside[who].status is SubmissionStatus.UNREADABLE


def test_odd_archives_named_one_by_one_do_not_stop_the_others(tmp_path: Path) -> None:
    files = {f"{number}.zip": data for number, (data, _) in enumerate(ODD.values())}
    lay_out(tmp_path, {"anna.ipynb": EMPTY, **files})
    (tmp_path / "nic").mkdir()
    found = find(sorted(tmp_path.iterdir()), IDS)
    statuses = {one.participant: read_submission(one).submissions[0].status for one in found.submissions}
    assert statuses.pop("anna") is SubmissionStatus.NO_EXERCISES
    assert set(statuses.values()) == {SubmissionStatus.UNREADABLE}
    assert len(statuses) == len(ODD) + 1


def test_a_damaged_archive_beside_a_notebook_is_told_and_does_not_count(tmp_path: Path) -> None:
    lay_out(
        tmp_path, {"Anna Kot_1_assignsubmission_file/w.ipynb": EMPTY, "Anna Kot_1_assignsubmission_file/x.zip": b""}
    )
    one = find([tmp_path], IDS).submissions[0]
    assert [[file.name for file in attempt] for attempt in one.attempts] == [["w.ipynb"]]
    assert "x.zip: The archive is damaged" in render(read_submission(one).submissions[0].notes[0], "en")


def test_what_holds_no_hand_in_is_nobody(tmp_path: Path) -> None:
    lay_out(tmp_path, {"anna.ipynb": EMPTY, "dane.zip": zipped(["dane.csv"]), "dane/dane.csv": "1"})
    assert list(short(find([tmp_path], IDS), tmp_path)) == ["anna"]


def test_a_folder_that_cant_be_opened_is_that_persons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(tmp_path, {"anna/w.ipynb": EMPTY, "jan/w.ipynb": EMPTY})
    opened = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "jan":
            raise PermissionError(13, "Permission denied")
        return opened(path)

    monkeypatch.setattr(os, "scandir", scandir)  # root may open everything
    found = find([tmp_path], IDS).submissions
    assert [one.participant for one in found] == ["anna", "jan"]
    assert "can't be opened" in render(read_submission(found[1]).submissions[0].reason or "", "en")


# ---- a fault of the grader's in one of several attempts

SCORES = {"clean": 2.0, "low": 1.0, "zero": 0.0, "fault": 0.0}


@pytest.mark.parametrize(
    ("attempts", "chosen", "incomplete"),
    [
        (["low", "fault"], "low", True),
        (["fault", "low"], "low", True),
        (["clean", "fault"], "clean", False),
        (["low", "clean"], "clean", False),
        (["zero", "fault"], "fault", False),
        (["fault", "fault"], "fault", False),
    ],
)
def test_a_fault_in_one_attempt_takes_no_score_away(attempts: list[str], chosen: str, incomplete: bool) -> None:
    files = [File(Path(f"{place}.ipynb"), f"{place}.ipynb") for place in range(len(attempts))]
    submission = Submission("anna", "anna", tuple((file,) for file in files))
    grades = [graded_as(name, file.shown) for name, file in zip(attempts, files, strict=True)]
    counted = best(submission, grades)
    assert (counted.faulted, counted.score, counted.incomplete) == (chosen == "fault", SCORES[chosen], incomplete)
    assert any("broke on another" in render(note, "en") for note in counted.notes) == incomplete


def graded_as(name: str, path: str) -> Grade:
    status = SubmissionStatus.GRADER_FAULT if name == "fault" else SubmissionStatus.GRADED
    result = ExerciseResult("1a", "", ExerciseStatus.PARTIAL, "f", SCORES[name], 2.0, 0.0, 0.0)
    return Grade(Notebook(path, "anna", ""), status, 0.0, (result,))


def course_of_none() -> Course:
    return replace(sample_run.COURSE, exercises=())
