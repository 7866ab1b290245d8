"""Reading a file from the disk: ordinary files only, of a bounded size."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from grader.submissions import files
from grader.submissions.files import MIB
from tests.sample_files import SICK, check_invariants, read, reason, refused, write

posix = pytest.mark.skipif(os.name != "posix", reason="the file system has no such thing")


def test_the_digest_is_that_of_the_bytes() -> None:
    path = SICK / "utf16.ipynb"
    assert read(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read(SICK / "pdf.ipynb").sha256 == hashlib.sha256((SICK / "pdf.ipynb").read_bytes()).hexdigest()


def test_the_file_is_left_as_it_was(tmp_path: Path) -> None:
    path = Path(shutil.copy(SICK / "nbformat3.ipynb", tmp_path))
    before = path.read_bytes(), path.stat().st_mtime_ns
    path.chmod(0o444)
    read(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    refused(tmp_path / "none.ipynb", "no such file")


def test_a_folder_is_reported(tmp_path: Path) -> None:
    refused(tmp_path, "a folder")


@posix
@pytest.mark.timeout(10)
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    refused(tmp_path / "pipe.ipynb", "not an ordinary file")


@posix
@pytest.mark.timeout(10)
def test_a_pipe_put_in_the_files_place_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = os.lstat(SICK / "good.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    monkeypatch.setattr(files.os, "lstat", lambda path: ordinary)
    refused(tmp_path / "pipe.ipynb", "not an ordinary file")
    (tmp_path / "link.ipynb").symlink_to(SICK / "good.ipynb")
    refused(tmp_path / "link.ipynb", "a link")
    refused(tmp_path, "a folder")


@posix
def test_a_socket_and_a_device_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as endpoint:
        endpoint.bind("socket.ipynb")
        refused(Path("socket.ipynb"), "not an ordinary file")
    refused(Path(os.devnull), "not an ordinary file")


@posix
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link.ipynb").symlink_to(SICK / "good.ipynb")
    refused(tmp_path / "link.ipynb", "a link")
    (tmp_path / "loop.ipynb").symlink_to("loop.ipynb")
    refused(tmp_path / "loop.ipynb", "a link")


@posix
def test_a_file_that_may_not_be_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path)
    path.chmod(0)
    if os.geteuid() == 0:  # root may read it all the same

        def deny(*args: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(files.os, "open", deny)
    refused(path, "permissions")


@posix
def test_a_path_that_no_file_can_have_is_reported(tmp_path: Path) -> None:
    refused(tmp_path / "a\0b.ipynb", "can't be opened")
    refused(tmp_path / ("a" * 5000), "can't be opened")
    refused(write(tmp_path) / "inside.ipynb", "can't be opened")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_name_that_is_not_utf8_can_be_printed(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xb3ukasz.ipynb")
    shutil.copy(SICK / "good.ipynb", path)
    notebook = read(path)
    check_invariants(notebook)
    assert notebook.participant == "\ufffdukasz"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")
def test_a_file_that_hides_its_size_is_read() -> None:
    assert "not a notebook" in reason(read(Path("/proc/self/status")))


def test_a_file_over_the_cap_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.ipynb"
    with path.open("wb") as file:
        file.truncate(201 * MIB)
    refused(path, "201 MB; the limit is 200 MB. Clear the outputs")


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = os.lstat(SICK / "good.ipynb")
    monkeypatch.setattr(files, "MAX_FILE_MIB", 1)
    monkeypatch.setattr(files.os, "fstat", lambda descriptor: small)
    monkeypatch.setattr(files.os, "lstat", lambda path: small)
    path = tmp_path / "grown.ipynb"
    path.write_bytes(b" " * (MIB + 1))
    refused(path, "the limit is 1 MB")
