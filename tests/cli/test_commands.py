"""What the commands have in common: each kind of error has its exit code and its line."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest

from grader.cli import commands
from grader.errors import Interrupted, KernelStartError, OutputError, SandboxError, UsageError
from grader.i18n import msg


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (UsageError("no such thing: żółw"), 2, "tool: no such thing: żółw"),
        (OutputError("full"), 2, "tool: full"),
        (SandboxError("a wall"), 2, "tool: a wall"),
        (KernelStartError("no kernel"), 3, "tool: no kernel"),
        (KeyboardInterrupt(), 130, "tool: interrupted"),
        (click.exceptions.Abort(), 130, "tool: interrupted"),
        (ZeroDivisionError("ours"), 3, "ZeroDivisionError: ours\ntool: the grader itself failed."),
    ],
)
def test_each_error_has_its_exit_code(
    error: BaseException, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def tool() -> None:
        raise error

    assert commands.run_command(tool, "tool", []) == code
    out, err = capsys.readouterr()
    assert says in err
    assert ("Traceback" in err) == isinstance(error, ZeroDivisionError)
    assert out == ""


@pytest.mark.parametrize("error", [KeyError("grader.judging"), KernelStartError("no kernel"), OSError(28, "full")])
def test_what_breaks_on_the_way_out_of_an_interruption_is_no_fault(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def tool() -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise error

    assert commands.run_command(tool, "tool", []) == 130
    assert capsys.readouterr().err == "tool: interrupted\n"


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (OutputError(msg("the standard output can't be written: {reason}. Make room there, or name a file: --report "
                         "FORMAT=FILE", reason="pełny")), 2, "nie można pisać na standardowe wyjście: pełny."),
        (KeyboardInterrupt(), 130, "Przerwano."),
        (Interrupted(msg("Interrupted. With -o DIR each result is kept, and a second run continues from there.")), 130,
         "Przerwano. Z opcją -o"),
    ],
)  # fmt: skip
def test_errors_and_an_interruption_are_said_once_and_in_the_readers_language(
    error: BaseException, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def tool() -> None:
        with commands.speak("tool", "pl"):
            raise error

    assert commands.run_command(tool, "tool", []) == code
    (line,) = filter(None, capsys.readouterr().err.splitlines())
    assert line.startswith(f"tool: {says}")


def test_a_commands_result_is_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    @click.argument("code", type=int)
    def tool(code: int) -> int:
        return code

    assert [commands.run_command(tool, "tool", [str(code)]) for code in (0, 1)] == [0, 1]
    assert commands.run_command(tool, "tool", ["--bogus"]) == 2
    assert "No such option" in capsys.readouterr().err


def test_on_githubs_runner_what_is_printed_is_not_obeyed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    @click.command()
    def tool() -> None:
        click.echo("::add-mask::x")

    assert commands.run_command(tool, "tool", []) == 0
    lines = capsys.readouterr().err.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert lines == [f"::stop-commands::{token}", f"::{token}::"]


def test_numpy_has_one_thread_unless_the_operator_says_otherwise() -> None:
    code = (
        "import os\nfrom grader.cli.commands import use_one_thread\nuse_one_thread()\n"
        "print(os.environ['OMP_NUM_THREADS'])"
    )
    environ = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    for given, wanted in (({}, "1"), ({"OMP_NUM_THREADS": "3"}, "3")):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**environ, **given},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert done.stdout == f"{wanted}\n"
