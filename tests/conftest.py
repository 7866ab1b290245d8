"""What many tests share: the course, its hidden tests, and a way to grade cells without a file."""

from __future__ import annotations

import gc
import hashlib
import signal
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from grader.config import Config, Limits
from grader.course import loader
from grader.course.course import Course
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient, available
from grader.model import Cell, ExerciseResult, Grade, Notebook
from grader.pipeline import Grader
from grader.submissions.submission import from_file

ROOT = Path(__file__).parent.parent
NO_BROWSER = "there is no Chromium here"
QUICK = Limits(cell_timeout_s=3.0, call_timeout_s=1.0, total_timeout_s=90.0)
BRIEF = Limits(cell_timeout_s=0.7, call_timeout_s=0.3, total_timeout_s=90.0)  # for what never ends
GradeCells = Callable[..., Grade]
LONGEST = """
attacks/test_attacks attacks/test_attacks_as_user proof/test_fairness
report/page/test_in_browser cli/test_grade test_fail_closed batch/test_workers batch/test_run
test_action serve/test_kept judging/test_suite
course/test_authoring kernel/test_cells judging/test_attempts kernel/test_notebook_run report/test_destinations
batch/test_dask_cluster serve/test_simulation serve/test_in_browser batch/test_watch test_recipes test_pytest_plugin
test_docs kernel/inside/test_cell_names cli/test_doctor attacks/test_cell_attacks test_jupyter cli/test_settings
report/page/test_page kernel/test_pythons test_platforms test_package course/test_colab_cell report/test_notebook_copy
""".split()


@pytest.fixture(scope="session")
def course() -> Course:
    return loader.load(ROOT / "reference")


@pytest.fixture(scope="session")
def suite(course: Course) -> Iterator[Suite]:
    with Suite(course) as opened:
        yield opened


@pytest.fixture(scope="session")
def warm() -> Iterator[ForkServerClient | None]:
    with ForkServerClient() if available() else nullcontext() as process:
        yield process


@pytest.fixture(scope="session")
def grade_cells(course: Course, suite: Suite, warm: ForkServerClient | None) -> GradeCells:
    """Grade cells as if they had come in a notebook. Cell 0 imports numpy."""

    def grade(*sources: str, seed: int = 0, limits: Limits = QUICK, **config: object) -> Grade:
        cells = tuple(Cell(index, source) for index, source in enumerate(["import numpy as np", *sources]))
        sha256 = hashlib.sha256("\0".join(sources).encode()).hexdigest()
        notebook = Notebook("notebook.ipynb", "notebook", sha256, cells)
        hidden = (str(course.folder),)
        settings = Config(lang="en", seed=seed, limits=limits, hidden=hidden, **config)  # type: ignore[arg-type]
        return Grader(course, suite, settings, warm).grade_notebook(notebook)

    return grade


def grade_file(
    path: Path, course: Course, suite: Suite, config: Config, fork_server: ForkServerClient | None = None
) -> Grade:
    """Grade a notebook's file as the command does."""
    return Grader(course, suite, config, fork_server).grade(from_file(path))


@pytest.fixture(scope="session")
def solutions(course: Course) -> dict[str, str]:
    """Exercise id to the reference solution's source."""
    return {exercise.id: (exercise.folder / "solution.py").read_text("utf-8") for exercise in course.exercises}


def result(grade: Grade, exercise: str) -> ExerciseResult:
    return next(item for item in grade.exercises if item.id == exercise)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Without looks for garbage among all that is imported and found, in each worker, which took half of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long by the clock come first: others work while they wait, and none is left for the end."""
    places = {ROOT / "tests" / f"{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last line before the count says what was not run for want of a browser."""
    reports = terminalreporter.stats.get("skipped", [])
    skipped = [report for report in reports if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"Not run: {len(skipped)} tests in a real browser, for {NO_BROWSER}. README says how to get one."
        )


def pytest_configure() -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a script starts what it puts in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="Write the golden reports of test_terminal.py.")
