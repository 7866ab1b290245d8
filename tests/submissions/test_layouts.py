"""Who handed in what follows from the names that learning platforms and people give to files and folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.submissions.find import find
from tests.sample_files import (
    IDS,
    lay_out,
    short,
    zipped,
)

SIX = [f"grupa/uczen-{number}.ipynb" for number in range(1, 7)]
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
