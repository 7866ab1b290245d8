"""What this machine can do for the grader, and advice on what it lacks: `grade --doctor`, `grade --version`."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from grader import __version__
from grader.batch import memory
from grader.config import Config
from grader.course import loader
from grader.course.authoring import solved_sources
from grader.course.course import Course
from grader.course.places import find_course
from grader.errors import CourseError, GraderError
from grader.i18n import Text, msg, render
from grader.kernel import fork_client
from grader.kernel.exposure import is_exposed
from grader.kernel.inside.fake_modules import COLAB_MODULES
from grader.kernel.pythons import installed, versions
from grader.kernel.session import run
from grader.model import Cell, Grade, Notebook
from grader.pipeline import open_grader
from grader.ready import hidden_folders
from grader.report import wording

SHA = "0" * 64
_NAMESPACES = msg(
    "Run the grader as root, or allow user namespaces: sysctl user.max_user_namespaces=10000, and on Ubuntu "
    "kernel.apparmor_restrict_unprivileged_userns=0. In Docker: --cap-add SYS_ADMIN --security-opt seccomp=unconfined "
    "--security-opt apparmor=unconfined."
)
ADVICE: Mapping[str, Text] = {
    "walls": msg(
        "Only Linux has these walls. Grade notebooks of people you don't know on Linux; a virtual machine or WSL 2 "
        "is enough."
    ),
    **dict.fromkeys(("pid", "net", "ipc", "mount"), _NAMESPACES),
    "user": msg(
        "If the grader runs as root, install it and its Python where every user can read them: not in a home folder, "
        "and not under umask 077. TMPDIR must be a folder that every user can enter."
    ),
    "landlock": msg(
        "It needs Linux 5.13 or newer with landlock among the names in /sys/kernel/security/lsm: add it to the boot "
        "option lsm=."
    ),
    "seccomp": msg("It needs a Linux kernel with seccomp filters (CONFIG_SECCOMP_FILTER), on x86-64 or ARM64."),
    "rlimits": msg("Raise the limits of this session (ulimit -a)."),
    "memory": msg(
        "The grader must see a notebook's processes in /proc. Mount it, without the option hidepid or with your group "
        "in its option gid, or run the grader as root."
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact about this machine.

    Attributes:
        text: The fact.
        advice: What to do about it, if something is missing.
        fatal: Whether nothing can be graded because of it.
    """

    text: Text
    advice: Text | None = None
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Kernels:
    """How kernels start on this machine.

    Attributes:
        walls: The names of the walls around them.
        missing: The walls that are missing, each as "name: reason".
        forked: Whether they are forked from a running process.
        start_ms: How long it takes to start one, in milliseconds.
    """

    walls: tuple[str, ...]
    missing: tuple[str, ...]
    forked: bool
    start_ms: int


def version(folder: Path | None, config: Config) -> Iterator[str]:
    """Lines about the grader, the course and the walls."""
    found = versions(config.python)
    yield f"grade, version {__version__} (Python {found.python}, numpy {found.numpy}, {platform.system()})"
    course = loader.load(find_course(folder))
    yield render(msg("course: {id}, digest {digest}", id=course.id, digest=course.digest[:12]), config.lang)
    kernels = try_kernels(config)
    yield render(msg("walls: {walls}", walls=", ".join(kernels.walls) or "-"), config.lang)
    for wall in kernels.missing:
        yield render(msg("missing: {wall}", wall=wall), config.lang)


def report(findings: list[Finding], config: Config) -> Iterator[str]:
    """Lines: each finding with a mark, followed by its advice."""
    for finding in findings:
        yield f"{'!' if finding.advice else '✓'} {render(finding.text, config.lang)}"
        if finding.advice:
            yield f"  {render(finding.advice, config.lang)}"


def examine(folder: Path | None, config: Config, jobs: int, environ: Mapping[str, str]) -> list[Finding]:
    return [
        Finding(wording.versions(config)),
        *_course(folder),
        *_kernels(config),
        *_solved(folder, config),
        *_modules(config),
        *_memory(config, jobs),
        *_locale(environ, config),
    ]


def _course(folder: Path | None) -> Iterator[Finding]:
    try:
        course = loader.load(find_course(folder))
        count = len(course.exercises)
        yield Finding(msg("The course is {id}; its exercises: {count}.", id=course.id, count=count))
    except CourseError as error:
        advice = msg("Install the grader again, or give a course: --course DIR.")
        yield Finding(msg("The course can't be read: {error}", error=str(error)), advice, fatal=True)


def _kernels(config: Config) -> Iterator[Finding]:
    try:
        kernels = try_kernels(config)
    except (GraderError, OSError) as error:
        advice = msg(
            "Check that the folder for temporary files has room and can be written to; the variable TMPDIR names "
            "another one. If that does not help, install the grader in a virtual environment of its own."
        )
        yield Finding(msg("No kernel starts: {error}", error=str(error)), advice, fatal=True)
        return
    if kernels.walls:
        yield Finding(msg("Walls in place: {walls}.", walls=", ".join(kernels.walls)))
    for missing in kernels.missing:
        name, _, reason = missing.partition(": ")
        text = msg("The wall {name} is missing: {reason}.", name=name, reason=reason)
        yield Finding(text, ADVICE.get(name, _NAMESPACES))
    if is_exposed(kernels.walls):
        yield Finding(
            msg("Nothing here hides the hidden tests and the solutions from a notebook's code."),
            msg(
                "So only a notebook of your own is graded here, one at a time. Landlock or the mount wall would change "
                "that; where you trust all authors, --sandbox off goes on without walls."
            ),
        )
    if kernels.forked:
        yield Finding(msg("Kernels are forked from a running process: each starts in {ms} ms.", ms=kernels.start_ms))
    else:
        text = msg("Kernels can't be forked here: each starts by itself, in {ms} ms.", ms=kernels.start_ms)
        yield Finding(text, msg("Grading works, but more slowly. On Linux it is faster."))


def try_kernels(config: Config) -> Kernels:
    """Start a kernel twice, the second time to measure how long it takes. Raise GraderError if none starts."""
    fork_server = fork_client.start(config.kernel, python=config.python)
    notebook = Notebook("", "", SHA, (Cell(0, "x = 1"),))
    try:
        for _ in range(2):
            started = time.monotonic()
            with run(notebook, config, fork_server) as session:
                took_ms = round((time.monotonic() - started) * 1000)
        return Kernels(session.walls, session.missing_walls, fork_server is not None, took_ms)
    finally:
        if fork_server is not None:
            fork_server.close()


def _solved(folder: Path | None, config: Config) -> Iterator[Finding]:
    """How the course's own solutions are graded here; nothing where another finding says why they can't be."""
    try:
        course = loader.load(find_course(folder))
        grade, took_s = grade_solved(course, config)
    except (GraderError, OSError):
        return
    most = grade.max_score - sum(line.max_points for exercise in course.exercises for line in exercise.by_hand)
    points = msg("{score} of {max}", score=grade.score, max=most)
    if (grade.score, grade.bonus) == (most, grade.max_bonus):
        yield Finding(
            msg("A solved notebook has all its points ({points}), in {s} s.", points=points, s=round(took_s, 1))
        )
        return
    reasons = " ".join(render(reason, config.lang) for reason in wording.reasons(grade))
    yield Finding(
        msg("A solved notebook has not all its points here, but {points}. {reasons}", points=points, reasons=reasons),
        msg(
            "Nobody's notebook is judged rightly here. Look at the walls above, and whether the course proves itself: "
            "grade-course check."
        ),
        fatal=True,
    )


def grade_solved(course: Course, config: Config) -> tuple[Grade, float]:
    """The grade of the course's own solutions, and the seconds that it took. Raise GraderError."""
    cells = tuple(Cell(index, source) for index, source in enumerate(solved_sources(course)))
    config = replace(config, hidden=hidden_folders([], course))
    with (
        fork_client.start(config.kernel, config.python) or nullcontext() as fork_server,
        open_grader(course, config, fork_server) as grader,
    ):
        started = time.monotonic()
        return grader.grade_notebook(Notebook("", "", SHA, cells)), time.monotonic() - started


def _modules(config: Config) -> Iterator[Finding]:
    missing = sorted(COLAB_MODULES - installed(sorted(COLAB_MODULES), config.python))
    if not missing:
        yield Finding(msg("All modules that Colab has and notebooks often import are installed."))
        return
    names = ", ".join(missing)
    yield Finding(
        msg("Not installed, so replaced by modules that do nothing: {names}.", names=names),
        msg(
            "That is fine for plots and imports. If a solution needs one of them, install it in the Python that "
            "notebooks run in."
        ),
    )


def _memory(config: Config, jobs: int) -> Iterator[Finding]:
    free_mib = memory.free_mib()
    if free_mib is None:
        return
    needed_mib = jobs * config.limits.memory_mib
    text = msg(
        "{jobs} notebooks at once, {each} MiB for each at most; {free} MiB are free.",
        jobs=jobs,
        each=config.limits.memory_mib,
        free=free_mib,
    )
    fewer = max(1, free_mib // config.limits.memory_mib)
    advice = msg(
        "If all of them used that much, memory would run out. Use -j {jobs}, or a smaller --memory.", jobs=fewer
    )
    yield Finding(text, advice if needed_mib > free_mib else None)


def _locale(environ: Mapping[str, str], config: Config) -> Iterator[Finding]:
    named = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "-")
    language = {"pl": msg("Polish"), "en": msg("English")}[config.lang]
    yield Finding(msg("Reports are in {language}; the locale is {locale}.", language=language, locale=named))
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        text = msg("The output is in {encoding}, which lacks characters that reports use.", encoding=encoding or "-")
        yield Finding(text, msg("Set the variable PYTHONUTF8=1."))
