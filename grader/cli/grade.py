"""`grade`: the command line. Settings are resolved here and passed down; no module below reads the environment."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli import many, settings, streams
from grader.cli.commands import EXIT_BELOW, EXIT_FAULT, EXIT_OK, EXIT_USAGE, run_command, speak, use_one_thread
from grader.cli.help_texts import help_text
from grader.cli.options import Options, add_options
from grader.errors import UsageError
from grader.i18n import Text, locale_language, msg, render
from grader.loading import loading
from grader.report import destinations

if TYPE_CHECKING:
    from rich.console import Console

    from grader.config import Config
    from grader.i18n import Text
    from grader.kernel.fork_client import ForkServerClient
    from grader.model import Grade
    from grader.report.run import Run

TABLE_WIDTH = 120
MIN_WIDTH, USUAL_WIDTH = 20, 80  # of a terminal; one that states less does not know


@click.command(
    cls=settings.ConfiguredCommand,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=help_text(
        msg(
            "Grade notebooks. One file gives a report; a folder or several files give a table.\n\n"
            "Exit codes: 0 every submission reached --min-score; 1 one did not; 2 bad usage, unreadable course or "
            "nothing to grade; 3 the grader itself failed; 130 interrupted."
        )
    ),
)
@add_options
def grade(**parameters: Any) -> int:
    """Do what the options ask for. Returns the exit code."""
    context = click.get_current_context()
    options, found = Options.from_click(parameters, os.environ), settings.of(context)
    if options.show_config:
        return _show_settings(context)
    if options.version or options.doctor:
        return _show_machine(options)
    if not options.paths:
        raise click.UsageError("Missing argument 'PATH...'.", context)
    for note in found.notes:
        click.echo(f"grade: {render(note, options.lang)}", err=True)
    with speak("grade", options.lang):
        return _grade_all(options, found.file)


def main() -> None:
    """Run the command and exit with its code."""
    streams.prepare()
    gc.set_threshold(50_000, 20, 20)  # a few large looks for garbage instead of many
    if sys.argv[1:2] == ["serve"]:
        from grader.cli.serve import serve

        sys.exit(run_command(serve, "grade serve", sys.argv[2:]))
    sys.exit(run_command(grade, "grade"))


def _grade_all(options: Options, settings_file: Path | None) -> int:
    """The course's one assignment, or each of them."""
    folders = _assignment_folders(options)
    grade_one = partial(_grade_and_report, settings_file=settings_file)
    runs = many.grade_each(options, folders, grade_one) if folders else [grade_one(options)]
    codes = [_exit_code(run.scores, options.min_score, options.exit_zero or options.watch) for run in runs]
    return max(codes, key=(EXIT_OK, EXIT_BELOW, EXIT_FAULT).index)


def _assignment_folders(options: Options) -> Sequence[Path]:
    if options.course_dir is None:
        return ()
    from grader.course.loader import assignment_folders  # here, for the fork server starts before it is loaded

    return assignment_folders(options.course_dir)


def _grade_and_report(options: Options, other_names: Collection[str] = (), *, settings_file: Path | None = None) -> Run:
    """`other_names`: of folders and notebooks of other assignments, which are ignored."""
    if options.anonymous and not options.watch:
        raise UsageError(msg("--anonymous is for the board, and there is one with --watch only. Add --watch."))
    places = destinations.destinations(options.reports, os.environ)
    if options.dask and options.python:
        raise UsageError(
            msg("--python is a Python of this machine, and the workers of --dask are others. Leave out one.")
        )
    use_one_thread()
    # The fork server starts first, so that it loads while the grader does.
    with _start_fork_server(options) as fork_server:
        destinations.refuse_later_inputs(places, options.paths, options.out)
        destinations.refuse_inputs(places, _outputs(options), os.environ, partial(_inputs, options, settings_file))
        with destinations.placeholders(places, options.lang):
            run = _grade(options, fork_server, places, other_names)
            _say_exposure(run)
            try:
                if options.anonymous:
                    _show_progress(run)
                elif destinations.is_output_free(places):
                    _show(run, options.verbose)
                else:
                    _say_what_is_lacking(run)
            finally:  # what can't be printed is no reason to lose the reports in files
                destinations.deliver(run, places, os.environ, passed=_reached(run.scores, options.min_score))
    _say_where_the_page_is(options)
    return run


def _start_fork_server(options: Options) -> AbstractContextManager[ForkServerClient | None]:
    """The process that kernels are forked from."""
    from grader.kernel import fork_client

    if options.dask:
        return nullcontext()
    return fork_client.start(options.kernel, options.python) or nullcontext()


def _grade(
    options: Options,
    fork_server: ForkServerClient | None,
    places: Sequence[destinations.Destination],
    others: Collection[str],
) -> Run:
    with loading():
        from grader.batch.run import Plan, run_batch
        from grader.course import loader
        from grader.course.places import find_course
        from grader.report.run import Run
        from grader.submissions.find import find

    course = loader.load(find_course(options.course_dir))
    config = replace(options.make_config(course), own=options.is_own(os.environ))
    exercises = [exercise.id for exercise in course.exercises]
    may_be_empty = options.watch or bool(others)
    look = partial(find, options.paths, exercises, options.roster, options.out, may_be_empty, course.called, others)
    console = _console(err=True)
    found = look()
    destinations.check(Run((), course, config, found.missing, found.unmatched, found.sheets), places)
    plan = Plan(found, course, config, console, options.jobs, options.out, fork_server, options.dask, options.anonymous)
    if not options.watch:
        return run_batch(plan)
    from grader.batch.watch import watch

    if not options.dask:
        _refuse_missing_walls(config, fork_server)
    return watch(plan, look)


def _refuse_missing_walls(config: Config, fork_server: ForkServerClient | None) -> None:
    """Raise SandboxError where walls are missing, before anybody hands in anything."""
    from grader.kernel.session import run
    from grader.model import Cell, Notebook

    with run(Notebook("", "", "0" * 64, (Cell(0, "pass"),)), config, fork_server):
        pass


def _outputs(options: Options) -> Iterable[Path]:
    """The files in the folder of the results, which are written over."""
    if options.out is None:
        return ()
    from grader.batch.run import output_files

    return output_files(options.out)


def _inputs(options: Options, settings_file: Path | None) -> Iterator[tuple[Text, Path]]:
    """All files that are read, each with what it is."""
    from grader.course.places import find_course
    from grader.submissions import find

    yield from ((msg("part of what is to be graded"), path) for path in find.inputs(options.paths, options.out))
    if options.roster is not None:
        yield msg("the list of participants"), options.roster
    if settings_file is not None:
        yield msg("the settings file"), settings_file
    folder = find_course(options.course_dir)
    yield from ((msg("part of the course"), path) for path in folder.rglob("*"))


def _show_settings(context: click.Context) -> int:
    rows = [*settings.table(context)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for key, value, source in rows:
        click.echo(f"{key:<{widths[0]}}  {value:<{widths[1]}}  {source}")
    lang = context.params["lang"] or locale_language(os.environ)
    for note in settings.of(context).notes:
        click.echo(f"grade: {render(note, lang)}", err=True)
    return EXIT_OK


def _show_machine(options: Options) -> int:
    from grader.cli import doctor

    config = replace(options.make_config(), own=True)
    if options.version:
        for line in doctor.version(options.course_dir, config):
            click.echo(line)
        return EXIT_OK
    findings = doctor.examine(options.course_dir, config, options.jobs, os.environ)
    for line in doctor.report(findings, config):
        click.echo(line)
    return EXIT_USAGE if any(finding.fatal for finding in findings) else EXIT_OK


def _say_exposure(run: Run) -> None:
    """For the reports that are tables of numbers, and have no place for it."""
    from grader.report import wording

    if (exposure := wording.exposure(run.scores)) is not None:
        click.echo(f"grade: {render(exposure, run.lang)}", err=True)


def _say_where_the_page_is(options: Options) -> None:
    if options.out is not None:
        text = msg("The whole report: {file}", file=str(options.out / "report.html"))
        click.echo(f"grade: {render(text, options.lang)}", err=True)


def _show(run: Run, verbose: bool) -> None:
    from grader.report import terminal

    console = _console()
    if len(run.grades) > 1 and not console.is_terminal:
        console.width = max(console.width, TABLE_WIDTH)  # in a file a table need not be folded
    terminal.show(run, console, verbose)


def _show_progress(run: Run) -> None:
    """For a terminal that everybody sees."""
    from grader.report import class_summary

    click.echo(render(class_summary.handed_in(run), run.lang), err=True)


def _say_what_is_lacking(run: Run) -> None:
    """For the person who runs the grader; the table of a class says it itself."""
    from grader.report import class_summary

    for text in class_summary.open_texts(run):
        click.echo(f"grade: {render(text, run.lang)}", err=True)


def _console(err: bool = False) -> Console:
    from rich.console import Console

    console = Console(stderr=err, highlight=False, soft_wrap=False)
    if console.width < MIN_WIDTH:
        console.width = USUAL_WIDTH
    return console


def _exit_code(grades: Sequence[Grade], min_score: float, exit_zero: bool) -> int:
    if any(grade.faulted or grade.incomplete for grade in grades):
        return EXIT_FAULT
    return EXIT_OK if exit_zero or _reached(grades, min_score) else EXIT_BELOW


def _reached(grades: Sequence[Grade], min_score: float) -> bool:
    return all(grade.reached(min_score) and not grade.faulted for grade in grades)
