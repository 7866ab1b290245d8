"""The options of `grade`: how the command line takes them, and the record that the rest of the command works with."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli import settings
from grader.cli.course_option import course_option
from grader.cli.help_texts import help_text
from grader.config import under_ci
from grader.i18n import locale_language, msg
from grader.kernel.pythons import find_python
from grader.report.formats import FORMATS

if TYPE_CHECKING:
    from grader.config import Config, Kernels, Sandbox
    from grader.course.course import Course
    from grader.i18n import Lang


@dataclass(frozen=True, slots=True)
class Options:
    """What `grade` is asked to do, from the command line, the environment and the settings file together.

    Attributes:
        paths: The files, folders and archives to grade.
        only: The ids of the exercises to grade; empty for all.
        course_dir: The folder of the course; None for the built-in one.
        lang: The language of reports and messages.
        reports: What `--report` was given: FORMAT or FORMAT=FILE.
        out: The folder of the results, if they are to be kept.
        roster: The list of participants; None for a roster.csv in the folder.
        marks: Each mark with the percentage that it is given from, as text; None for none.
        late: What handing in late costs, as text; None for nothing.
        jobs: How many submissions are graded at once.
        dask: The address of a Dask scheduler, to grade on its cluster.
        watch: Whether to go on grading until Ctrl-C.
        anonymous: Whether the board is one for a projector, without names.
        min_score: The share of the points without bonus that counts as passed, in percent.
        exit_zero: Whether the exit code is 0 whatever the score.
        cell_timeout_s: The time for each cell, in seconds.
        call_timeout_s: The time for each call of a function, in seconds.
        total_timeout_s: The time for each notebook, in seconds.
        memory_mib: The memory of each notebook's processes, in MiB.
        sandbox: What to do about missing walls.
        kernel: Whether kernels are forked from a running process ("warm") or each starts by itself ("cold").
        python: The path of the Python that they run in; empty for the grader's own.
        without_walls: Walls to leave out, for tests.
        seed: The seed of the inputs that are drawn.
        verbose: Whether the report in the terminal shows every check.
        show_config: Whether to print the settings instead of grading.
        doctor: Whether to examine this machine instead of grading.
        version: Whether to print versions and walls instead of grading.
    """

    paths: tuple[Path, ...]
    only: tuple[str, ...]
    course_dir: Path | None
    lang: Lang
    reports: tuple[str, ...]
    out: Path | None
    roster: Path | None
    marks: str | None
    late: str | None
    jobs: int
    dask: str | None
    watch: bool
    anonymous: bool
    min_score: float
    exit_zero: bool
    cell_timeout_s: float
    call_timeout_s: float
    total_timeout_s: float
    memory_mib: int
    sandbox: Sandbox
    kernel: Kernels
    python: str
    without_walls: tuple[str, ...]
    seed: int
    verbose: bool
    show_config: bool
    doctor: bool
    version: bool

    @classmethod
    def from_click(cls, parameters: Mapping[str, Any], environ: Mapping[str, str]) -> Options:
        """The record of the parameters that click gives, with the defaults that depend on the machine."""
        found = dict(parameters)
        found["lang"] = found["lang"] or locale_language(environ)
        found["jobs"] = found["jobs"] or os.cpu_count() or 1
        found["python"] = find_python(found["python"]) if found["python"] else ""
        return cls(**found)

    def is_own(self, environ: Mapping[str, str]) -> bool:
        """Whether it is one notebook, as somebody grades their own."""
        return self.is_single and not (self.watch or self.dask or under_ci(environ))

    @property
    def is_single(self) -> bool:
        """Whether one notebook is named, and nothing else."""
        return len(self.paths) == 1 and self.paths[0].suffix.lower() == ".ipynb" and self.paths[0].is_file()

    @property
    def wants_page(self) -> bool:
        """Whether a page is among the reports."""
        return self.out is not None or any(report.partition("=")[0] == "html" for report in self.reports)

    def make_config(self, course: Course | None = None) -> Config:
        """The settings of a run. Raise UsageError if the course lacks an exercise that is to be graded."""
        from grader.config import Config, Limits
        from grader.report import late, marks

        if course is not None:
            course.require(self.only)
        return Config(
            only=self.only if course is not None else (),
            lang=self.lang,
            seed=self.seed,
            sandbox=self.sandbox,
            kernel=self.kernel,
            python=self.python,
            without_walls=self.without_walls,
            limits=Limits(self.cell_timeout_s, self.call_timeout_s, self.total_timeout_s, self.memory_mib),
            curves=self.wants_page,
            marks=marks.parse(self.marks or ""),
            late=late.parse(self.late or ""),
        )


def add_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument and the options that Options is made from."""
    for decorate in reversed(_DECORATORS):
        command = decorate(command)
    return command


PYTHON = click.option(
    "--python",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help=help_text(
        msg(
            "Python that notebooks run in, with its packages: an executable or the folder of an environment. "
            "[default: the grader's own]"
        )
    ),
)
JOBS = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    help=help_text(msg("Notebooks graded at once. [default: the number of cores]")),
)
CELL_TIMEOUT = click.option(
    "--cell-timeout",
    "cell_timeout_s",
    type=click.FloatRange(0.1),
    default=30.0,
    show_default=True,
    metavar="S",
    help=help_text(msg("Time limit of a cell, in seconds of processor time; by the clock three times as much.")),
)
CALL_TIMEOUT = click.option(
    "--call-timeout",
    "call_timeout_s",
    type=click.FloatRange(0.1),
    default=5.0,
    show_default=True,
    metavar="S",
    help=help_text(msg("Time limit of a function call, counted in the same way.")),
)
TOTAL_TIMEOUT = click.option(
    "--total-timeout",
    "total_timeout_s",
    type=click.FloatRange(1),
    default=120.0,
    show_default=True,
    metavar="S",
    help=help_text(msg("Time limit of a notebook, in seconds by the clock.")),
)
MEMORY = click.option(
    "--memory",
    "memory_mib",
    type=click.IntRange(256),
    default=2048,
    show_default=True,
    metavar="MIB",
    help=help_text(msg("Memory limit of a notebook's processes.")),
)
SEED = click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help=help_text(msg("Seed of the inputs."))
)
_DECORATORS = (
    click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH..."),
    click.option(
        "-e", "--exercise", "only", multiple=True, metavar="ID", help=help_text(msg("Only this exercise (repeatable)."))
    ),
    course_option,
    click.option(
        "--lang",
        type=click.Choice(["pl", "en"]),
        help=help_text(msg("Language of the report. [default: that of your locale]")),
    ),
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help=help_text(msg("{formats} (repeatable).", formats=", ".join(FORMATS))),
        shell_complete=lambda context, parameter, begun: [name for name in FORMATS if name.startswith(begun)],
    ),
    click.option(
        "-o",
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        help=help_text(msg("Keep the results in this folder, with a gradebook and a page.")),
    ),
    click.option(
        "--roster",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help=help_text(
            msg("CSV file with names, ids and addresses of the participants. [default: roster.csv in the folder]")
        ),
    ),
    click.option(
        "--marks",
        metavar="TEXT",
        help=help_text(
            msg('Marks with the percentage that each is given from, for --report usosweb: "2=0 3=50 4=70 5=90".')
        ),
    ),
    JOBS,
    click.option(
        "--dask",
        metavar="ADDRESS",
        help=help_text(msg("Grade on the Dask cluster with this scheduler (tcp://HOST:PORT).")),
    ),
    click.option(
        "--late",
        metavar='"PERCENT TIME"',
        help=help_text(
            msg(
                "What each day begun costs after TIME (2026-11-30T23:59; NAME=TIME for one of several assignments), "
                "where nbgrader's folders say when a notebook was handed in. In --report nbgrader, and the gradebook "
                "of all."
            )
        ),
    ),
    click.option(
        "--watch",
        is_flag=True,
        help=help_text(msg("Go on grading whatever appears or changes, until Ctrl-C (exit code 0).")),
    ),
    click.option(
        "--anonymous",
        is_flag=True,
        help=help_text(msg("With --watch: a board for a projector, without names; with -o also as projector.html.")),
    ),
    click.option(
        "--min-score",
        type=click.FloatRange(0, 100),
        default=100.0,
        show_default=True,
        metavar="PERCENT",
        help=help_text(msg("Score that counts as passed, in percent of the points without bonus.")),
    ),
    click.option("--exit-zero", is_flag=True, help=help_text(msg("Exit with 0 whenever grading ran."))),
    CELL_TIMEOUT,
    CALL_TIMEOUT,
    TOTAL_TIMEOUT,
    MEMORY,
    click.option(
        "--sandbox",
        type=click.Choice(["auto", "strict", "off"]),
        default="auto",
        show_default=True,
        help=help_text(
            msg(
                "auto: the walls that there are; where none hides the hidden tests, one notebook only, your own. "
                "strict: refuse to run if a wall is missing. off: no walls."
            )
        ),
    ),
    click.option(
        "--kernel",
        type=click.Choice(["warm", "cold"]),
        default="warm",
        show_default=True,
        help=help_text(
            msg("Fork kernels from a running process where the system can (warm), or start each by itself (cold).")
        ),
    ),
    PYTHON,
    click.option("--without-wall", "without_walls", multiple=True, hidden=True),
    SEED,
    click.option("-v", "--verbose", is_flag=True, help=help_text(msg("Show every check."))),
    settings.options,
    click.option(
        "--doctor", is_flag=True, help=help_text(msg("Examine this machine and advise on whatever it lacks."))
    ),
    click.option(
        "--version", is_flag=True, help=help_text(msg("Show the versions of the grader and the course, and the walls."))
    ),
)
