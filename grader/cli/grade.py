"""`grade`: the command line. Settings are resolved here and passed down; nothing below reads the environment."""

from __future__ import annotations

import gc
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli import settings
from grader.errors import GraderError, KernelStartError, UsageError
from grader.report import destinations
from grader.report.formats import FORMATS
from grader.report.platforms.github_runner import Runner

if TYPE_CHECKING:
    from rich.console import Console

    from grader.batch.run import Plan
    from grader.i18n import Lang
    from grader.kernel.fork_client import ForkServerClient
    from grader.model import Config, Grade
    from grader.report.run import Run
    from grader.submissions.find import Found

TABLE_WIDTH = 120
EXIT_OK, EXIT_BELOW, EXIT_USAGE, EXIT_FAULT, EXIT_INTERRUPTED = 0, 1, 2, 3, 130


@click.command(cls=settings.ConfiguredCommand, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("-e", "--exercise", "only", multiple=True, metavar="ID", help="Only this exercise (repeatable).")
@click.option("--course", "course_dir", type=click.Path(path_type=Path), help="Another course than the built-in one.")
@click.option("--lang", type=click.Choice(["pl", "en"]), help="Language of the report; by default your locale's.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"{', '.join(FORMATS)} (repeatable).",
    shell_complete=lambda context, parameter, begun: [name for name in FORMATS if name.startswith(begun)],
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder for gradebook and results.",
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A CSV file of names, ids and addresses; by default roster.csv in the folder.",
)
@click.option("-j", "--jobs", type=click.IntRange(1), help="Notebooks graded at once; by default as many as cores.")
@click.option("--dask", metavar="ADDRESS", help="Grade on the Dask cluster whose scheduler is there (tcp://HOST:PORT).")
@click.option("--watch", is_flag=True, help="Go on grading what appears or changes, until Ctrl-C (which exits with 0).")
@click.option(
    "--min-score",
    type=click.FloatRange(0, 100),
    default=100.0,
    show_default=True,
    metavar="PERCENT",
    help="What counts as passed, in percent of the points without bonus.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whenever grading ran.")
@click.option(
    "--cell-timeout",
    type=click.FloatRange(0.1),
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds that a cell may take.",
)
@click.option(
    "--call-timeout",
    type=click.FloatRange(0.1),
    default=5.0,
    show_default=True,
    metavar="S",
    help="Seconds that a call of a function may take.",
)
@click.option(
    "--total-timeout",
    type=click.FloatRange(1),
    default=120.0,
    show_default=True,
    metavar="S",
    help="Seconds that a notebook may take.",
)
@click.option(
    "--memory",
    type=click.IntRange(256),
    default=2048,
    show_default=True,
    metavar="MIB",
    help="Memory of a notebook's processes.",
)
@click.option(
    "--sandbox",
    type=click.Choice(["auto", "strict", "off"]),
    default="auto",
    show_default=True,
    help="strict refuses to run where a wall is missing.",
)
@click.option(
    "--kernel",
    type=click.Choice(["warm", "cold"]),
    default="warm",
    show_default=True,
    help="Fork kernels from a warm process where the system can, or start each anew.",
)
@click.option("--without-wall", "without_walls", multiple=True, hidden=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the inputs that are drawn.")
@click.option("-v", "--verbose", is_flag=True, help="Show every check.")
@settings.options
@click.option("--doctor", is_flag=True, help="Say what this machine can do, and what to do about each lack.")
@click.option("--version", is_flag=True, help="Show the versions of the grader and the course, and the walls.")
def grade(paths: tuple[Path, ...], **options: Any) -> int:
    """Grade notebooks: one file gives a report, a folder or several files a table.

    Exit codes: 0 every submission reached --min-score; 1 one did not; 2 bad usage, unreadable course or
    nothing to grade; 3 a fault of the grader's own; 130 interrupted.
    """
    context = click.get_current_context()
    lang = options["lang"] or locale_language()
    if options["show_config"]:
        return _show_settings(context)
    if options["version"] or options["doctor"]:
        return _show_machine(options, lang)
    if not paths:
        raise click.UsageError("Missing argument 'PATH...'.", context)
    for note in settings.of(context).notes:
        click.echo(f"grade: {note}", err=True)
    use_one_thread()
    options["jobs"] = options["jobs"] or os.cpu_count() or 1
    # The warm process first of all, so that it loads while the grader does.
    inputs = partial(_inputs, paths, options, context)
    with _warm_process(paths, options) as warm:
        places = destinations.destinations(options["reports"], os.environ)
        destinations.refuse_later_inputs(places, paths, options["out"])
        destinations.refuse_inputs(places, _results(options["out"]), os.environ, inputs)
        with destinations.placeholders(places, lang):
            from grader.batch.run import Plan, conduct
            from grader.course import course as courses
            from grader.submissions import find as submissions

            course = courses.load(options["course_dir"] or courses.built_in())
            exercises = [exercise.id for exercise in course.exercises]
            config = _config(options, lang, exercises)
            watching = options["watch"]
            look = partial(submissions.find, paths, exercises, options["roster"], options["out"], watching)
            console, settled = _console(err=True), (options["jobs"], options["out"], warm, options["dask"])
            plan = Plan(look(), course, config, console, *settled)
            run = _watch(plan, look) if watching else conduct(plan)
            code = _exit_code(run.grades, options["min_score"], options["exit_zero"] or watching)
            if destinations.is_output_free(places):
                _show(run, options["verbose"])
            destinations.deliver(run, places, os.environ, passed=_reached(run.grades, options["min_score"]))
    return code


def _results(out: Path | None) -> Iterator[Path]:
    """The files that are written into the folder of the results."""
    if out is None:
        return
    from grader.batch import changes, run, store
    from grader.submissions.tree import RESULTS_MARK

    yield from (out / name for name in (*run.FILES, changes.LAST_RUN, changes.CHANGES, RESULTS_MARK))
    yield from (out / store.FOLDER).glob("*.json")


def _inputs(paths: Sequence[Path], options: Mapping[str, Any], context: click.Context) -> Iterator[tuple[str, Path]]:
    """All that is read, each with what it is."""
    from grader.course import course
    from grader.submissions import find as submissions

    yield from (("part of what is to be graded", path) for path in submissions.inputs(paths, options["out"]))
    if options["roster"] is not None:
        yield "the list of participants", options["roster"]
    settings_file = settings.of(context).file
    if settings_file is not None:
        yield "the file of settings", settings_file
    folder = options["course_dir"] or course.built_in()
    yield from (("part of the course", path) for path in folder.rglob("*"))


def _watch(plan: Plan, look: Callable[[], Found]) -> Run:
    from grader.batch.watch import watch

    return watch(plan, look)


def use_one_thread() -> None:
    """Before numpy is loaded: the grader's arrays are small, and idle threads of the algebra only take cores."""
    from grader.kernel.inside.environment import ONE_THREAD

    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")


def _show_settings(context: click.Context) -> int:
    rows = [*settings.table(context)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for key, value, source in rows:
        click.echo(f"{key:<{widths[0]}}  {value:<{widths[1]}}  {source}")
    for note in settings.of(context).notes:
        click.echo(f"grade: {note}", err=True)
    return EXIT_OK


def _show_machine(options: dict[str, Any], lang: Lang) -> int:
    from grader.cli import doctor

    folder, config = options["course_dir"], _config({**options, "only": ()}, lang, [])
    if options["version"]:
        for line in doctor.version(folder, config):
            click.echo(line)
        return EXIT_OK
    findings = doctor.examine(folder, config, options["jobs"] or os.cpu_count() or 1, os.environ)
    for line in doctor.report(findings, config):
        click.echo(line)
    return EXIT_USAGE if any(finding.fatal for finding in findings) else EXIT_OK


def _warm_process(paths: tuple[Path, ...], options: dict[str, Any]) -> AbstractContextManager[ForkServerClient | None]:
    """The process that kernels are forked from; before anything slow is imported, so that it loads at the same time."""
    from grader.kernel import fork_client as warm

    single = len(paths) == 1 and paths[0].suffix == ".ipynb"
    process = None if options["dask"] else warm.start(options["kernel"], 1 if single else options["jobs"])
    return process or nullcontext()


def main() -> None:
    """Run the command and exit with its code."""
    gc.set_threshold(50_000, 20, 20)  # what is imported is no garbage, and looking at it takes a tenth of the start
    sys.exit(run_command(grade, "grade"))


def run_command(command: click.Command, name: str, args: Sequence[str] | None = None) -> int:
    """The exit code of a command. A user's mistake is a line that says what to do, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    runner = Runner(os.environ)
    runner.stop()
    try:
        return _run(command, name, args, runner)
    finally:
        runner.resume()


def _run(command: click.Command, name: str, args: Sequence[str] | None, runner: Runner) -> int:
    try:
        return int(command.main(args, prog_name=name, standalone_mode=False, obj=runner) or EXIT_OK)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo(f"{name}: interrupted", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except GraderError as error:
        click.echo(f"{name}: {error}", err=True)
        return EXIT_FAULT if isinstance(error, KernelStartError) else EXIT_USAGE
    except Exception:  # our own bug: whole, for whoever mends it, and never mistaken for a wrong answer
        traceback.print_exc()
        click.echo(f"{name}: this is a fault of the grader's own. Please report it with the lines above.", err=True)
        return EXIT_FAULT


def _config(options: dict[str, Any], lang: Lang, exercises: list[str]) -> Config:
    from grader.model import Config, Limits

    for id in options["only"]:
        if id not in exercises:
            raise UsageError(f"there is no exercise {id!r} in this course. There are: {', '.join(exercises)}")
    limits = Limits(options["cell_timeout"], options["call_timeout"], options["total_timeout"], options["memory"])
    return Config(
        only=tuple(options["only"]),
        lang=lang,
        seed=options["seed"],
        sandbox=options["sandbox"],
        kernel=options["kernel"],
        without_walls=tuple(options["without_walls"]),
        limits=limits,
        curves=options["out"] is not None or any(report.partition("=")[0] == "html" for report in options["reports"]),
    )


def locale_language() -> Lang:
    """The language of a report where none was asked for."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "pl" if os.environ[name].lower().startswith("pl") else "en"
    return "en"


def _console(err: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=err, highlight=False, soft_wrap=False)


def _show(run: Run, verbose: bool) -> None:
    from grader.report import terminal

    console = _console()
    if len(run.grades) > 1 and not console.is_terminal:
        console.width = max(console.width, TABLE_WIDTH)  # in a file a table need not be folded
    terminal.show(run, console, verbose)


def _exit_code(grades: Sequence[Grade], min_score: float, exit_zero: bool) -> int:
    if any(grade.faulted or grade.incomplete for grade in grades):
        return EXIT_FAULT
    return EXIT_OK if exit_zero or _reached(grades, min_score) else EXIT_BELOW


def _reached(grades: Sequence[Grade], min_score: float) -> bool:
    return all(grade.reached(min_score) and not grade.faulted for grade in grades)
