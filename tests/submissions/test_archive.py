"""Archives that strangers made."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.i18n import render
from grader.model import SubmissionStatus
from grader.submissions import archive
from grader.submissions.find import find
from grader.submissions.submission import read_submission
from tests.sample_files import (
    zipped,
)

HOSTILE = {
    "/etc/passwd.ipynb": None, "../../up.ipynb": None, "a/../../up.ipynb": None, "C:\\win.ipynb": None,
    "\\\\server\\share\\x.ipynb": None, "/".join(["deep"] * 30) + "/x.ipynb": None, "n" * 300 + ".ipynb": None,
    "fine\\slash.ipynb": ("fine", "slash.ipynb"), "./dot.ipynb": ("dot.ipynb",),
}  # fmt: skip


def test_no_name_in_an_archive_leads_out_of_it(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(list(HOSTILE)))
    parts = {member.name: member.parts for member in archive.list_members(path)}
    assert list(parts.values()) == list(HOSTILE.values())
    link = zipfile.ZipInfo("link.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(link, "/etc/passwd")
    assert [member.parts for member in archive.list_members(path)] == [None]
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
def test_a_damaged_archive_is_reported_and_never_crashes(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(damage(zipped(["a.ipynb"])))
    with pytest.raises(UsageError, match="The archive is damaged"):
        find([path])


def test_a_damaged_file_in_an_archive_is_an_unreadable_submission(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(["a.ipynb"]).replace(b'"cells"', b'"cellz"'))
    notebook = read_submission(find([path]).submissions[0]).notebooks[0]
    assert notebook.status is SubmissionStatus.UNREADABLE
    assert "The archive is damaged" in render(notebook.reason or "", "en")


def test_an_archive_with_a_password_is_reported(tmp_path: Path) -> None:
    data = bytearray(zipped(["a.ipynb"]))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + place] |= 1
    (tmp_path / "x.zip").write_bytes(data)
    read_back = read_submission(find([tmp_path / "x.zip"]).submissions[0]).notebooks[0]
    assert "password" in render(read_back.reason or "", "en")


def test_names_in_an_archive_are_read_as_windows_and_macos_write_them(tmp_path: Path) -> None:
    for encoding in ("utf-8", "cp852"):
        name = "żółć".encode(encoding)
        data = zipped(["x" * len(name) + ".ipynb"]).replace(b"x" * len(name) + b".ipynb", name + b".ipynb")
        path = tmp_path / f"{encoding}.zip"
        path.write_bytes(data)
        assert [one.participant for one in find([path]).submissions] == ["żółć"]
        assert read_submission(find([path]).submissions[0]).notebooks[0].status is SubmissionStatus.NO_EXERCISES
