"""`%load_ext grader`, then `%grade 3b`: grades the notebook that is open in Jupyter, VS Code or IPython.

The command `grade` does it, in a process of its own: what a notebook did to Python does not reach the grader.
"""

from __future__ import annotations

import inspect
import json
import os
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FunctionType
from typing import Any, cast, get_args

from grader.errors import UsageError
from grader.i18n import Lang, Text, locale_language, msg, render

WIDTH = 96  # columns of a cell's output
NOTEBOOK_IN_JUPYTER = "JPY_SESSION_NAME"
NOTEBOOK_IN_VS_CODE = "__vsc_ipynb_file__"
# The working folder is where a participant's numpy.py may lie, and Python puts it first.
_GRADE = "import sys; sys.path = [path for path in sys.path if path]; from grader.cli.start import grade; grade()"
_LOOKS: Mapping[str, str] = {"COLUMNS": f"{WIDTH}", "FORCE_COLOR": "1", "TERM": "xterm", "PYTHONUTF8": "1"}


@dataclass(frozen=True, slots=True)
class Request:
    """What stands behind `%grade`.

    Attributes:
        exercises: The ids of the exercises to grade; all of them if empty.
        notebook: The file that was named, if one was.
        options: Options of the command `grade`.
    """

    exercises: tuple[str, ...]
    notebook: Path | None
    options: tuple[str, ...]

    @property
    def lang(self) -> Lang:
        chosen = [value for option, value in zip(self.options, self.options[1:], strict=False) if option == "--lang"]
        return cast(Lang, chosen[-1]) if chosen and chosen[-1] in get_args(Lang) else locale_language(os.environ)


def load_ipython_extension(shell: Any) -> None:
    """Give an IPython shell the magic `%grade`."""

    def grade(line: str) -> None:
        """%grade [EXERCISE...] [NOTEBOOK.ipynb] [OPTION...]: grade the open notebook, as it is saved.

        Options are those of the command `grade`, and come last.
        """
        try:
            _grade(read_line(line), shell.user_ns)
        except UsageError as error:
            print(error)  # noqa: T201  a traceback would help nobody

    shell.register_magic_function(grade, "line")


def read_line(line: str) -> Request:
    """The words before the first option are exercises, or a notebook."""
    words = _words(line)
    first = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    files = [word for word in words[:first] if word.endswith(".ipynb")]
    exercises = tuple(word.strip(",") for word in words[:first] if word not in files)
    return Request(exercises, Path(files[-1]) if files else None, tuple(words[first:]))


def _words(line: str) -> list[str]:
    """As a shell splits them; on Windows a backslash is part of a path. Raise UsageError for an open quote."""
    try:
        return [word.strip("'\"") for word in shlex.split(line, posix=os.name == "posix")]
    except ValueError:
        text = msg("A quotation mark in {line} has no partner.", line=f"%grade {line}")
        raise UsageError(render(text, locale_language(os.environ))) from None


def _grade(request: Request, namespace: Mapping[str, Any]) -> None:
    notebook = find_notebook(request, namespace, os.environ)
    for text in about(notebook, namespace):
        print(textwrap.fill(render(text, request.lang), WIDTH), flush=True)  # noqa: T201
    print(run_command(command(request, notebook)))  # noqa: T201


def find_notebook(request: Request, namespace: Mapping[str, Any], environ: Mapping[str, str]) -> Path:
    """The file of the open notebook. Raise UsageError where nothing says which it is, or where it is not there."""
    told = request.notebook or namespace.get(NOTEBOOK_IN_VS_CODE) or environ.get(NOTEBOOK_IN_JUPYTER)
    if not told:
        text = msg("Nothing says here which notebook is open. Name its file: %grade NAME.ipynb")
        raise UsageError(render(text, request.lang))
    path = Path(str(told))
    path = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    if not path.is_file():
        text = msg(
            "{file} is not there. If the notebook is new, save it; if it was renamed or moved, name its file: %grade "
            "NAME.ipynb",
            file=str(path),
        )
        raise UsageError(render(text, request.lang))
    return path


def about(notebook: Path, namespace: Mapping[str, Any]) -> Iterable[Text]:
    """Which file is graded, from when it is, and what of the open notebook is not in it."""
    saved = datetime.fromtimestamp(notebook.stat().st_mtime).strftime("%H:%M:%S")
    yield msg("Graded: {file}, as it was saved at {time}.", file=notebook.name, time=saved)
    names = unsaved(notebook, namespace)
    if names:
        yield msg(
            "It is stale: what you last ran as {names} is not in that file. Save the notebook (Ctrl+S), then run "
            "%grade again.",
            names=", ".join(names),
        )


def unsaved(notebook: Path, namespace: Mapping[str, Any]) -> list[str]:
    """The functions of the running notebook whose source is in no code cell of its saved file, by name."""
    saved = _code(notebook)
    if saved is None:  # the command says what is wrong with it
        return []
    own = [(name, value) for name, value in namespace.items() if _is_own(name, value)]
    return [
        name for name, function in own if (source := _source(function)) and not any(source in cell for cell in saved)
    ]


def _is_own(name: str, value: object) -> bool:
    return isinstance(value, FunctionType) and value.__module__ == "__main__" and value.__name__ == name


def _source(function: FunctionType) -> str:
    try:
        return inspect.getsource(function).strip()
    except (OSError, TypeError):  # made without a cell, by exec for example
        return ""


def _code(notebook: Path) -> list[str] | None:
    """The sources of the code cells; None where the file is no notebook."""
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def command(request: Request, notebook: Path) -> list[str]:
    """The command line that grades the notebook."""
    chosen = [part for exercise in request.exercises for part in ("--exercise", exercise)]
    return [sys.executable, "-c", _GRADE, str(notebook), "--exit-zero", *chosen, *request.options]


def run_command(arguments: Sequence[str]) -> str:
    """What the command prints, its complaints last. Whoever interrupts the cell ends it too."""
    process = subprocess.Popen(  # noqa: S603  the grader's own command
        arguments,
        env={**os.environ, **_LOOKS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    try:
        report, trouble = process.communicate()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return "\n".join(filter(None, (report.rstrip(), trouble.strip())))
