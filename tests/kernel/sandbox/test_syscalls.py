"""System calls that fail say which one it was; a fork into namespaces is a fork."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from grader.kernel.sandbox.syscalls import PR_SET_DUMPABLE, call, prctl

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's calls")
FORK = """
import os, sys, threading
from grader.kernel.sandbox.syscalls import fork_into
pid = fork_into(0)
if pid == 0:
    os._exit(7 if threading.get_native_id() == os.getpid() else 8)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


def test_a_failure_names_the_call_and_its_reason() -> None:
    with pytest.raises(OSError, match="umount2: ") as failed:
        call("umount2", b"/no/such/folder", 0)
    assert failed.value.errno in (1, 2)


def test_what_succeeds_returns_its_number() -> None:
    assert call("getpid") == os.getpid()
    prctl(PR_SET_DUMPABLE, 1)


def test_the_child_of_a_fork_knows_its_own_thread() -> None:
    done = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("7\n", "")
