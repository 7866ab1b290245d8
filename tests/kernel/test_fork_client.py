"""Where kernels' folders lie, and how the fork server is lost: kernels then start without it."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from grader.kernel import fork_client
from grader.kernel.fork_client import ForkServerClient, ForkServerGone, available, new_folder, temporary_folder

warm_only = pytest.mark.skipif(not available(), reason="no fork server here")


def test_a_long_path_is_too_long_for_the_socket_in_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/" + "ż" * 50)
    if os.name == "posix":
        assert temporary_folder() == "/tmp"
    monkeypatch.setattr(tempfile, "tempdir", "/short")
    assert temporary_folder() == "/short"


@warm_only
def test_the_longest_path_has_room_for_a_socket() -> None:
    path = "x" * fork_client.MAX_TEMPORARY + "/grade-12345678/door"
    assert len(path) == 103
    with socket.socket(socket.AF_UNIX) as sock, pytest.raises(OSError, match="No such file"):
        sock.bind(path)


def test_without_a_fork_server_a_folder_is_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(fork_client, "MAX_TEMPORARY", len(str(tmp_path)))
    folder = new_folder(None)
    assert folder.parent == tmp_path
    assert os.name != "posix" or folder.stat().st_mode & 0o777 == 0o700


def test_a_cold_kernel_needs_no_fork_server() -> None:
    assert fork_client.start("cold") is None


@warm_only
def test_a_folder_goes_with_the_fork_server() -> None:
    with ForkServerClient() as server:
        folder = new_folder(server)
        (folder / "hidden").write_text("x")
        assert folder.stat().st_mode & 0o777 == 0o700
        assert not server.is_gone()
    assert not folder.exists()
    assert server.is_gone()


@warm_only
def test_its_end_is_noticed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not when somebody looks the next time, as who waits for a Popen does."""
    server = ForkServerClient()
    server.new_folder()
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail(f"slept {seconds} s"))
    server.close()
    assert server._process.returncode == 0


@warm_only
def test_a_fork_server_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork_client, "END_TIMEOUT_S", 0.1)
    server = ForkServerClient()
    folder = server.new_folder()
    server._process.send_signal(signal.SIGSTOP)
    server.close()
    assert server._process.returncode == -signal.SIGKILL
    assert not folder.exists()


@warm_only
def test_who_hangs_up_need_not_wait_for_its_end() -> None:
    with ForkServerClient() as server:
        folder = server.new_folder()
        server.hang_up()
        assert server._process.wait(10) == 0
        assert not folder.exists()


@warm_only
def test_a_fork_server_that_was_killed_is_gone() -> None:
    with ForkServerClient() as server:
        folder = server.new_folder()
        server._process.kill()
        server._process.wait()
        assert server.is_gone()
        server._count = 0
        with pytest.raises(ForkServerGone):
            server.new_folder()
    assert not folder.exists(), "close removes what it left"


def test_starting_it_loads_next_to_nothing() -> None:
    heavy = ["numpy", "msgspec", "zmq", "nbclient", "grader.model", "grader.kernel.protocol"]
    python = f"import sys, grader.kernel.fork_client; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", python], capture_output=True, text=True, timeout=30)
    assert done.stdout == "[]\n", "it is the first thing that a command does"


@warm_only
def test_nothing_is_left_where_it_can_not_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        ForkServerClient(python=str(tmp_path / "none"))
    assert [*tmp_path.iterdir()] == []


@warm_only
@pytest.mark.parametrize("python", ["", sys.executable])
def test_its_folder_goes_with_a_grader_that_is_killed_at_once(python: str, tmp_path: Path) -> None:
    code = f"import os\nfrom grader.kernel.fork_client import ForkServerClient\nForkServerClient({python!r})\nos.kill(os.getpid(), 9)"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, timeout=30, start_new_session=True)
    deadline = time.monotonic() + 20
    while [*tmp_path.iterdir()] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [*tmp_path.iterdir()] == []


@warm_only
def test_a_connection_that_is_used_after_another_has_no_answer_waiting() -> None:
    """As where one notebook is graded before workers are forked: what says that all is ready is no kernel's answer."""
    with ForkServerClient() as client:
        client.new_folder()
        other, kept = client.connect(), client._door.dup()  # the process that this one was forked from keeps its door
        with kept:
            client.use(other)
            client.new_folder()
        assert not select.select([other.sock], [], [], 0.5)[0]
