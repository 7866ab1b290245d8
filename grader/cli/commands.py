"""What the commands have in common: exit codes, and errors that a person can act on."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from grader.cli import click_texts, streams
from grader.errors import GraderError, Interrupted, KernelStartError
from grader.i18n import Lang, msg, render
from grader.report.platforms.github_runner import Runner

EXIT_OK, EXIT_BELOW, EXIT_USAGE, EXIT_FAULT, EXIT_INTERRUPTED = 0, 1, 2, 3, 130


def run_command(command: click.Command, name: str, args: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. A user's mistake gives a line that says what to do, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    runner = Runner(os.environ)
    runner.stop()
    try:
        return _run(command, name, args, runner)
    finally:
        runner.resume()


@contextmanager
def speak(name: str, lang: Lang) -> Iterator[None]:
    """Put errors into the reader's language, and say what an interruption leaves. The block runs in a command."""
    try:
        yield
    except KeyboardInterrupt as error:
        text = error.text if isinstance(error, Interrupted) else msg("Interrupted.")
        click.echo(f"\n{name}: {render(text, lang)}", err=True)
        raise click.exceptions.Exit(EXIT_INTERRUPTED) from error
    except GraderError as error:
        error.lang = error.lang or lang
        raise


def use_one_thread() -> None:
    """Limit numpy to one thread, before it is loaded: the arrays are small, and idle threads of its algebra only take
    up cores."""
    from grader.kernel.inside.environment import ONE_THREAD

    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")


def _run(command: click.Command, name: str, args: Sequence[str] | None, runner: Runner) -> int:
    lang = click_texts.language(args, os.environ)
    try:
        streams.require_working_folder()
        code = int(command.main(args, prog_name=name, standalone_mode=False, obj=runner) or EXIT_OK)
        sys.stdout.flush()
        return code
    except (Exception, KeyboardInterrupt) as error:
        return _say_interrupted(name, lang) if _was_interrupted(error) else _say(error, name, lang)


def _was_interrupted(error: BaseException | None) -> bool:
    """Whether it is an interruption, or what broke on the way out of one."""
    while error is not None and not isinstance(error, click.exceptions.Abort | KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _say_interrupted(name: str, lang: Lang) -> int:
    interrupted = msg("interrupted")
    click.echo(f"{name}: {render(interrupted, lang)}", err=True)
    return EXIT_INTERRUPTED


def _say(error: BaseException, name: str, lang: Lang) -> int:
    """Say what went wrong. Returns the exit code. Runs where the error is handled."""
    if isinstance(error, click.ClickException):
        click_texts.show(error, lang)
        return EXIT_USAGE
    if isinstance(error, GraderError):
        click.echo(f"{name}: {render(error.text, error.lang or lang)}", err=True)
        return EXIT_FAULT if isinstance(error, KernelStartError) else EXIT_USAGE
    if (refused := streams.refusal(error)) is not None:
        click.echo(f"{name}: {render(refused, lang)}", err=True)
        return EXIT_USAGE
    # Our own bug is shown whole to whoever fixes it, and never mistaken for a wrong answer.
    traceback.print_exc()
    text = msg("the grader itself failed. Please report this with the lines above.")
    click.echo(f"{name}: {render(text, lang)}", err=True)
    return EXIT_FAULT
