"""`grade serve`: a live workshop in the browser, and what is left to do with it afterwards."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import options
from grader.cli.commands import EXIT_OK, speak, use_one_thread
from grader.cli.course_option import course_option
from grader.cli.help_texts import Group, help_text
from grader.i18n import Text, locale_language, msg, render

if TYPE_CHECKING:
    from grader.config import Config
    from grader.i18n import Lang
    from grader.serve.attempts import Policy

NAME = "serve"
DEFAULT_PORT = 8600
LANG = click.option(
    "--lang",
    type=click.Choice(["pl", "en"]),
    help=help_text(msg("Language of messages, and of pages for who asks for neither. [default: that of your locale]")),
)
RESULTS = click.argument("results", type=click.Path(path_type=Path, file_okay=False))
FILE = click.Path(path_type=Path, dir_okay=False)


_HELP = msg(
    "Run a workshop in the browser: people join with a code and hand in notebooks, each reads the own report, and the "
    "trainer has a live board.\n\nIt goes on until Ctrl-C, and where it was with the same folder. A folder that is "
    "called serve: grade ./serve"
)


@click.group(
    cls=Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="[COMMAND]",
    help=help_text(_HELP),
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help=help_text(msg("Folder of the workshop's results.")),
)
@course_option
@click.option(
    "--roster",
    type=FILE,
    metavar="FILE",
    help=help_text(msg("CSV file with names, ids and addresses of the participants.")),
)
@click.option(
    "--nicknames",
    is_flag=True,
    help=help_text(msg("With a roster: people may also join under a name that is not on it.")),
)
@click.option("--lan", is_flag=True, help=help_text(msg("Serve the local network, unencrypted.")))
@click.option(
    "--host",
    metavar="HOST",
    help=help_text(msg("Listen at this address of the machine; needs TLS. [default: 127.0.0.1]")),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help=help_text(msg("Port; 0 for any.")),
)
@click.option("--tls-cert", type=FILE, metavar="FILE", help=help_text(msg("TLS certificate (PEM).")))
@click.option("--tls-key", type=FILE, metavar="FILE", help=help_text(msg("Key of the certificate.")))
@click.option(
    "--behind-proxy",
    "public",
    metavar="URL",
    help=help_text(msg("What people type, where a proxy with TLS stands in front.")),
)
@click.option(
    "--policy",
    type=click.Choice(["best", "last"]),
    default="best",
    show_default=True,
    help=help_text(msg("Which of a person's attempts counts.")),
)
@click.option(
    "--deadline", metavar="TIME", help=help_text(msg("What comes later does not count: 12:30, or 2026-11-26 12:30."))
)
@click.option(
    "--keep-days",
    type=click.IntRange(1, 3650),
    default=30,
    show_default=True,
    help=help_text(msg("After so many days everything is erased, as people are told when they join.")),
)
@click.option(
    "--dask", metavar="ADDRESS", help=help_text(msg("Grade on the Dask cluster with this scheduler (tcp://HOST:PORT)."))
)
@options.JOBS
@options.PYTHON
@options.CELL_TIMEOUT
@options.CALL_TIMEOUT
@options.TOTAL_TIMEOUT
@options.MEMORY
@options.SEED
@LANG
@click.option("-v", "--verbose", is_flag=True, help=help_text(msg("Log each request, without names and codes.")))
@click.pass_context
def serve(
    context: click.Context,
    out: Path | None,
    course_dir: Path | None,
    roster: Path | None,
    nicknames: bool,
    lan: bool,
    host: str | None,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    public: str | None,
    policy: Policy,
    deadline: str | None,
    keep_days: int,
    dask: str | None,
    jobs: int | None,
    python: Path | None,
    cell_timeout_s: float,
    call_timeout_s: float,
    total_timeout_s: float,
    memory_mib: int,
    seed: int,
    lang: Lang | None,
    verbose: bool,
) -> int:
    """Serve, or leave it to the command that was named."""
    if context.invoked_subcommand is not None:
        return EXIT_OK
    if out is None:
        raise click.UsageError("Missing option '-o' / '--out'.", context)
    from grader.config import Config, Limits
    from grader.course import loader
    from grader.course.places import find_course
    from grader.kernel.pythons import find_python
    from grader.serve import start
    from grader.serve.address import choose_place

    spoken = lang or locale_language(os.environ)
    with speak("grade", spoken):
        use_one_thread()
        _log(verbose)
        place = choose_place(host, port, lan, tls_cert, tls_key, public)
        list_file, sheet = start.read_list(roster)
        config = Config(
            lang=spoken,
            seed=seed,
            python=find_python(python) if python else "",
            limits=Limits(cell_timeout_s, call_timeout_s, total_timeout_s, memory_mib),
        )
        plan = start.Plan(
            loader.load(find_course(course_dir)),
            config,
            out,
            place,
            jobs or os.cpu_count() or 1,
            list_file,
            sheet,
            sheet is None or nicknames,
            policy,
            start.parse_deadline(deadline),
            keep_days,
            dask,
        )
        start.serve(plan, lambda text: _say(text, spoken))
    return EXIT_OK


@serve.command(
    help=help_text(
        msg("Write the notebooks that count, the roster and the trainer's points to FOLDER, for `grade FOLDER`.")
    )
)
@RESULTS
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@course_option
@LANG
def export(results: Path, folder: Path, course_dir: Path | None, lang: Lang | None) -> int:
    """Write them, and say where."""
    from grader.serve import afterwards

    spoken = lang or locale_language(os.environ)
    with speak("grade", spoken):
        for line in afterwards.export(results, folder, course_dir, _config(spoken)):
            _say(line, spoken)
    return EXIT_OK


@serve.command(help=help_text(msg("Print all that is kept about the person NAME, as JSON.")))
@RESULTS
@click.argument("name")
@LANG
def data(results: Path, name: str, lang: Lang | None) -> int:
    """Print it."""
    from grader.serve import afterwards

    with speak("grade", lang or locale_language(os.environ)):
        click.echo(afterwards.data_of(results, name))
    return EXIT_OK


@serve.command(help=help_text(msg("Erase the person NAME and all that they handed in, from the reports too.")))
@RESULTS
@click.argument("name")
@course_option
@LANG
def erase(results: Path, name: str, course_dir: Path | None, lang: Lang | None) -> int:
    """Erase them, and say so."""
    from grader.serve import afterwards

    spoken = lang or locale_language(os.environ)
    with speak("grade", spoken):
        _say(afterwards.erase(results, name, course_dir, _config(spoken)), spoken)
    return EXIT_OK


@serve.command(help=help_text(msg("Erase the whole workshop: people, notebooks, reports.")))
@RESULTS
@click.option("--yes", is_flag=True, help=help_text(msg("Don't ask whether that is meant.")))
@LANG
def purge(results: Path, yes: bool, lang: Lang | None) -> int:
    """Ask, erase, and say so."""
    from grader.serve import afterwards

    spoken = lang or locale_language(os.environ)
    with speak("grade", spoken):
        question = msg("Erase the whole workshop in {folder}, with all notebooks and reports?", folder=str(results))
        if not yes:
            click.confirm(render(question, spoken), abort=True)
        _say(afterwards.purge_all(results), spoken)
    return EXIT_OK


def _config(lang: Lang) -> Config:
    from grader.config import Config

    return Config(lang=lang)


def _say(text: Text, lang: Lang) -> None:
    click.echo(render(text, lang))


def _log(verbose: bool) -> None:
    """What goes wrong goes to the standard error; with -v each request too, which holds no secret."""
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S", level=logging.WARNING)
    logging.getLogger("grader.serve").setLevel(logging.INFO if verbose else logging.WARNING)
    logging.getLogger("tornado.general").setLevel(logging.ERROR)  # broken requests of strangers
