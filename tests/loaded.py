"""The command in a process that has loaded its modules already, which is half of what a short run takes.

All else is as with `python -m grader`. What depends on how the interpreter starts is tested with one that does.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing import forkserver
from pathlib import Path
from unittest import mock

from grader.kernel.inside.environment import ONE_THREAD
from grader.kernel.sandbox.syscalls import PR_SET_PDEATHSIG, prctl

TIMEOUT_S = 100
_MODULES = ["grader.cli.grade", "grader.batch.run", "grader.batch.dashboard"]


def run_grade(
    arguments: Sequence[str], environ: Mapping[str, str], cwd: Path, killed_after_s: float | None = None
) -> subprocess.CompletedProcess[str]:
    """What came of `grade` with these arguments, in a session of its own. Its streams are in UTF-8. `killed_after_s`:
    when its process is killed, and not those that it has started."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_MODULES)
    with mock.patch.dict(os.environ, dict.fromkeys(ONE_THREAD, "1")):
        forkserver.ensure_running()
    with tempfile.TemporaryDirectory() as folder:
        out, errors = Path(folder, "out"), Path(folder, "errors")
        process = context.Process(target=_be_grade, args=(list(arguments), dict(environ), cwd, out, errors))
        process.start()
        process.join(TIMEOUT_S if killed_after_s is None else killed_after_s)
        assert process.pid is not None
        if killed_after_s is not None:
            process.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # all of it, or what it has left behind
        process.join()
        return subprocess.CompletedProcess(
            arguments, process.exitcode or 0, out.read_text("utf-8"), errors.read_text("utf-8")
        )


def _be_grade(arguments: list[str], environ: Mapping[str, str], cwd: Path, out: Path, errors: Path) -> None:
    os.setsid()
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # it ends with the tests, however those end
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    tempfile.tempdir = None
    sys.path[:] = [folder for folder in sys.path if folder]  # not the working folder
    sys.argv[:] = ["grade", *arguments]
    for number, path in enumerate((Path(os.devnull), out, errors)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), number)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    from grader.cli.grade import main

    main()
