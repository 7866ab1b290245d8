"""Folders and archives as a tree: what is passed over, what can't be opened."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grader.i18n import render
from grader.model import SubmissionStatus
from grader.submissions.find import find, remarks
from grader.submissions.submission import read_submission
from tests.sample_files import (
    EMPTY,
    IDS,
    MOODLE,
    lay_out,
    relative,
    short,
    zipped,
)

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


def test_what_is_no_notebook_is_passed_over_and_reported(tmp_path: Path) -> None:
    names = [
        "a.ipynb", "B.IPYNB", "notes.txt", ".hidden.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb", "__MACOSX/a.ipynb",
        "out/submissions/x.ipynb", "older/.grade.lock", "older/results.json", "data/table.csv",
    ]  # fmt: skip
    lay_out(tmp_path, names)
    if sys.platform != "win32":
        (tmp_path / "link").symlink_to("/etc")
        (tmp_path / "dead").symlink_to("nowhere")
    found = find([tmp_path], IDS, out=tmp_path / "out")
    assert sorted(short(found, tmp_path)) == ["B", "a"]
    reported = sorted(relative(name, tmp_path) for name in found.passed_over)
    hidden = [".hidden.ipynb", ".ipynb_checkpoints", "__MACOSX", "data/table.csv"]
    assert reported == sorted([*hidden, "notes.txt", *(["dead", "link"] if sys.platform != "win32" else [])])
    assert "passed over: " in render(remarks(found)[0], "en")


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
    assert "can't be opened" in render(read_submission(found[1]).notebooks[0].reason or "", "en")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ODD)
def test_an_odd_archive_is_unreadable_and_the_rest_is_graded(kind: str, place: str, tmp_path: Path) -> None:
    (data, reason), (other, name, who) = ODD[kind], PLACES[place]
    lay_out(tmp_path, {other: EMPTY, name: data})
    found = {one.participant: read_submission(one).notebooks[0] for one in find([tmp_path], IDS).submissions}
    assert len(found) == 2
    assert found[who].status is SubmissionStatus.UNREADABLE
    assert reason in render(found[who].reason or "", "en")
    packed = tmp_path / "packed" / "class.zip"
    lay_out(tmp_path / "packed", {"class.zip": zipped({other: EMPTY, name: data})})
    inside = {one.participant: read_submission(one).notebooks[0] for one in find([packed], IDS).submissions}
    assert inside[who].status is SubmissionStatus.UNREADABLE


def test_odd_archives_named_one_by_one_do_not_stop_the_others(tmp_path: Path) -> None:
    files = {f"{number}.zip": data for number, (data, _) in enumerate(ODD.values())}
    lay_out(tmp_path, {"anna.ipynb": EMPTY, **files})
    (tmp_path / "nic").mkdir()
    found = find(sorted(tmp_path.iterdir()), IDS)
    statuses = {one.participant: read_submission(one).notebooks[0].status for one in found.submissions}
    assert statuses.pop("anna") is SubmissionStatus.NO_EXERCISES
    assert set(statuses.values()) == {SubmissionStatus.UNREADABLE}
    assert len(statuses) == len(ODD) + 1
