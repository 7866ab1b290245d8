"""Grades with one kind of kernel after another, each time in a process of its own that has loaded the grader already.

usage: each_kernel.py FOLDER KERNELS ARGUMENT ...

What the process for the kernel `warm` prints goes to FOLDER/warm.said, its report to FOLDER/warm.json, and how it ended
to FOLDER/warm.ended, as JSON: its exit code, and the seconds that it took, by the clock and of the processor, each with
those of loading the grader.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from grader.cli import grade
from grader.cli.commands import use_one_thread


def main() -> None:
    folder, kernels, *arguments = sys.argv[1:]
    use_one_thread()
    import grader.batch.run

    assert grader.batch.run
    loaded_s = time.process_time()
    for kernel in kernels.split(","):
        started = time.monotonic()
        if (pid := os.fork()) == 0:
            report = f"json={Path(folder, f'{kernel}.json')}"
            _grade(Path(folder, f"{kernel}.said"), [*arguments, "--kernel", kernel, "--report", report])
        _, status, used = os.wait4(pid, 0)
        took_s = loaded_s + time.monotonic() - started
        ended = (os.waitstatus_to_exitcode(status), took_s, loaded_s + used.ru_utime + used.ru_stime)
        Path(folder, f"{kernel}.ended").write_text(json.dumps(ended))


def _grade(said: Path, arguments: list[str]) -> None:
    output = os.open(said, os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.argv[:] = ["grade", *arguments]
    grade.main()


if __name__ == "__main__":
    main()
