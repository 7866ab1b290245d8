"""Runs `grade` several times, each in a process of its own that has loaded the grader already.

usage: each_run.py FOLDER RUNS

RUNS is JSON: the arguments of each run, by its name. What the run NAME prints goes to FOLDER/NAME.said, its report to
FOLDER/NAME.json, and how it ended to FOLDER/NAME.ended, as JSON: its exit code, and the seconds that it took, by the
clock and of the processor, each with those of loading the grader.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

from grader.cli import grade
from grader.cli.commands import use_one_thread

END_S = 100


def main() -> None:
    folder, runs = Path(sys.argv[1]), json.loads(sys.argv[2])
    use_one_thread()
    import grader.batch.run

    assert grader.batch.run
    loaded_s = time.process_time()
    for name, arguments in runs.items():
        started = time.monotonic()
        if (pid := os.fork()) == 0:
            _grade(folder / f"{name}.said", [*arguments, "--report", f"json={folder / name}.json"])
        _, status, used = os.wait4(pid, 0)
        took_s = loaded_s + time.monotonic() - started
        ended = (os.waitstatus_to_exitcode(status), took_s, loaded_s + used.ru_utime + used.ru_stime)
        (folder / f"{name}.ended").write_text(json.dumps(ended))


def _grade(said: Path, arguments: list[str]) -> None:
    signal.alarm(END_S)
    output = os.open(said, os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.argv[:] = ["grade", *arguments]
    grade.main()


if __name__ == "__main__":
    main()
