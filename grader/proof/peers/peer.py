"""Starts nbgrader or otter in an environment of its own, and asks it for verdicts."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from grader.course.assignment import Assignment
from grader.course.readers import otter
from grader.course.readers.sources import read_raw
from grader.errors import UsageError
from grader.proof.peers.variants import Variant, notebook_of

SIDE = Path(__file__).parent / "side.py"
LOG = "peer.log"
CELL_LIMIT_S = 20
NOTEBOOK_LIMIT_S = 180.0
Verdicts = Mapping[str, Sequence[bool]]


@dataclass(frozen=True, slots=True)
class Peer:
    """Another grader.

    Attributes:
        kind: "nbgrader" or "otter".
        python: The Python of the environment that has it.
    """

    kind: str
    python: str

    def judge(self, assignment: Assignment, asked: Sequence[Variant]) -> Iterator[tuple[Variant, Verdicts | str]]:
        """What it says of each notebook: the verdict of each test by its unit, or why there is none."""
        waiting = list(asked)
        while waiting:
            with tempfile.TemporaryDirectory(prefix="peer-") as folder:
                inner = self._lay_out(Path(folder), assignment, waiting)
                with self._started(inner, assignment.path.stem) as process:
                    while waiting:
                        answer = _ask(process, f"{waiting[0].name}.ipynb")
                        yield waiting.pop(0), answer if answer is not None else _why(process, inner)
                        if answer is None:
                            break

    def _lay_out(self, outer: Path, assignment: Assignment, asked: Sequence[Variant]) -> Path:
        """Copy the assignment, so that what its settings name above its own folder is there too. Return its place."""
        raw, is_otters = read_raw(assignment.path), self.kind == "otter"
        above, with_it = (otter.files_above(raw), otter.files_handed_in(raw)) if is_otters else ((), ())
        folder = outer.joinpath(*["below"] * max((name.count("..") for name in above), default=0))
        source = folder / "source"
        shutil.copytree(assignment.path.parent, source, ignore=shutil.ignore_patterns("*.ipynb", ".*", "__pycache__"))
        shutil.copyfile(assignment.path, source / assignment.path.name)
        for name in above:
            _copy(assignment.path.parent / name, Path(os.path.normpath(source / name)))
        for name in with_it:
            _copy(assignment.path.parent / name, folder / "with-it" / name)
        (folder / "handed-in").mkdir()
        for variant in asked:
            text = notebook_of(variant, assignment, checks=self.kind == "otter")
            (folder / "handed-in" / f"{variant.name}.ipynb").write_text(text, "utf-8")
        return folder

    @contextmanager
    def _started(self, folder: Path, name: str) -> Iterator[subprocess.Popen[str]]:
        command = [self.python, "-W", "ignore", str(SIDE), self.kind, str(folder), name, str(CELL_LIMIT_S)]
        environment = os.environ | {"PATH": f"{Path(self.python).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        with (folder / LOG).open("w") as log:
            process = subprocess.Popen(  # noqa: S603  the operator has named this Python
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            _end(process)


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to)


def peer_for(assignment: Assignment, python: Path) -> Peer:
    """The grader of the assignment's form. Raise UsageError where the environment does not have it.

    `python`: a Python, or the folder of its environment.
    """
    kind = "otter" if otter.is_otters(read_raw(assignment.path)) else "nbgrader"
    program = str((python / "bin" / "python" if python.is_dir() else python).absolute())
    try:
        subprocess.run([program, "-c", f"import {kind}"], capture_output=True, check=True)  # noqa: S603  the operator's
    except (OSError, subprocess.CalledProcessError):
        raise UsageError(
            "{python} has no {kind}. Name one that has it: python -m venv ENV, then ENV/bin/pip install {package} "
            "ipykernel, then --peer ENV/bin/python",
            python=python,
            kind=kind,
            package="otter-grader" if kind == "otter" else "nbgrader",
        ) from None
    return Peer(kind, program)


def _ask(process: subprocess.Popen[str], notebook: str) -> Verdicts | str | None:
    """What it says; None where it takes too long, or ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    timer = Timer(NOTEBOOK_LIMIT_S, _end, [process])
    timer.start()
    try:
        process.stdin.write(f"{notebook}\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
    except (OSError, ValueError):
        return None
    finally:
        timer.cancel()
    return str(answer["error"]) if "error" in answer else {unit: list(found) for unit, found in answer["units"].items()}


def _why(process: subprocess.Popen[str], folder: Path) -> str:
    """Why it has no verdict: it was ended here, or what it said last."""
    if process.wait() == -signal.SIGKILL:
        return "it took too long"
    said = (folder / LOG).read_text("utf-8", "replace").strip().splitlines()
    return said[-1][:300] if said else "it ended without a word"


def _end(process: subprocess.Popen[str]) -> None:
    """End it with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
