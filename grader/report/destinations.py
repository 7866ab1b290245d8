"""Where each report goes: to the file that was named, to where its reader looks, or to the standard output.

This is part of the command line: it reads the environment and knows the places of other systems, the reports do not.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.errors import OutputError, UsageError
from grader.i18n import Lang, Text, msg, render

if TYPE_CHECKING:
    from grader.report.platforms.classroom50 import Identity
    from grader.report.run import Run

FORMATS = tuple(
    "terminal json html csv junit markdown github gradescope prairielearn classroom50 moodle canvas notebook".split()
)
PLACES: Mapping[str, Path] = {
    "gradescope": Path("/autograder/results/results.json"),
    "prairielearn": Path("/grade/results/results.json"),
    "classroom50": Path("result.json"),  # Classroom 50 runs a grader in the checkout and looks there
}
ROOTS: Mapping[str, Path] = {"gradescope": Path("/autograder"), "prairielearn": Path("/grade")}
MAX_SUMMARY_BYTES = 1 << 20  # a step's, says GitHub
_SHARED = frozenset({"terminal", "github"})  # these share the standard output
_UNFINISHED = msg("The grader did not finish, and that is not your fault. Tell your trainer.")


@dataclass(frozen=True, slots=True)
class Place:
    """A report and the file that it goes to; None is the standard output."""

    format: str
    file: Path | None


def places(given: Sequence[str], environ: Mapping[str, str]) -> list[Place]:
    """The places of `FORMAT[=FILE]`s. Raise UsageError where there is no such format, or nobody looks for it here."""
    found = []
    for item in given:
        name, _, file = item.partition("=")
        if name not in FORMATS:
            raise UsageError(f"there is no report {name!r}. There are: {', '.join(FORMATS)}")
        found.append(Place(name, Path(file) if file else _usual(name, environ)))
    if any(place.format == "classroom50" for place in found):
        _identity(environ)
    return found


def _usual(name: str, environ: Mapping[str, str]) -> Path | None:
    root = ROOTS.get(name)
    if root is not None and not root.is_dir():
        raise UsageError(f"this machine has no {root}, where {name} looks. Say where: --report {name}=FILE")
    if name == "github" and not environ.get("GITHUB_STEP_SUMMARY"):
        raise UsageError("GITHUB_STEP_SUMMARY is not set: this is no step of GitHub Actions. Use --report github=FILE")
    return Path(environ["GITHUB_STEP_SUMMARY"]) if name == "github" else PLACES.get(name)


def refuse_inputs(
    found: Sequence[Place],
    out: Path | None,
    environ: Mapping[str, str],
    inputs: Callable[[], Iterable[tuple[str, Path]]],
) -> None:
    """Raise UsageError where something that is read, each with what it is, would be written over, whatever it is called
    there: files are compared, not names."""
    written = {id: path for path in _written(found, out, environ) for id in _identities(path)}
    for what, path in inputs() if written else ():
        for id in _identities(path) & written.keys():
            text = (
                f"{written[id]} is {what}, and a report would be written over it. Choose another place for the report."
            )
            raise UsageError(text)


def refuse_what_would_be_found(found: Sequence[Place], paths: Sequence[Path], out: Path | None) -> None:
    """Raise UsageError where a report would be taken for a submission by the next look into a folder. `out` is never
    looked into."""
    folders = {path.resolve() for path in paths if path.is_dir()}
    for place in found:
        if place.file is None or not (place.format == "notebook" or place.file.suffix.lower() in (".ipynb", ".zip")):
            continue
        file = place.file.resolve()
        above = {file, *file.parents}
        if not above.isdisjoint(folders) and (out is None or out.resolve() not in above):
            text = "lies in a folder that is graded, and would be taken for a submission the next time."
            raise UsageError(f"{place.file} {text} Choose a place for the report outside of it.")


def _written(found: Sequence[Place], out: Path | None, environ: Mapping[str, str]) -> Iterator[Path]:
    """Files and folders of copies that are there already and would be written to."""
    for place in found:
        if place.file is not None:
            yield place.file
            if place.format == "notebook" and place.file.is_dir():
                yield from place.file.glob("*.[iI][pP][yY][nN][bB]")
    if environ.get("GITHUB_OUTPUT") and any(place.format == "github" for place in found):
        yield Path(environ["GITHUB_OUTPUT"])
    if out is not None:
        from grader.batch import changes, store
        from grader.batch import run as conduct
        from grader.submissions.tree import RESULTS_MARK

        names = (*conduct.FILES, changes.LAST_RUN, changes.CHANGES, RESULTS_MARK)
        yield from (*(out / name for name in names), *(out / store.FOLDER).glob("*.json"))


def _identities(path: Path) -> set[tuple[int, int]]:
    """Of a file, and of the link that leads to it; none where there is nothing."""
    found = set()
    for look in (os.stat, os.lstat):
        with suppress(OSError, ValueError):
            state = look(path)
            found.add((state.st_dev, state.st_ino))
    return found


def is_free(found: Sequence[Place]) -> bool:
    """Whether the standard output is not taken by a report for a program."""
    return all(place.file is not None or place.format in _SHARED for place in found)


@contextmanager
def placeholders(found: Sequence[Place], lang: Lang) -> Iterator[None]:
    """Until there are results, those who wait for a file find one that says so, whatever becomes of this process."""
    _stand_in(found, _UNFINISHED, lang)
    try:
        yield
    except UsageError as error:
        _stand_in(found, str(error), lang)
        raise


def _stand_in(found: Sequence[Place], reason: Text, lang: Lang) -> None:
    from grader.report.platforms import gradescope, prairielearn

    for place in found:
        if place.file is not None and place.format in ("gradescope", "prairielearn"):
            module = gradescope if place.format == "gradescope" else prairielearn
            _write_file(place.file, module.unfinished(reason, lang))


def deliver(run: Run, found: Sequence[Place], environ: Mapping[str, str], passed: bool) -> None:
    """Write every report but the terminal's. What is for GitHub's runner to read comes last."""
    from grader.report.run import formats

    makers: dict[str, Callable[[Run], str]] = {**formats(), "classroom50": partial(_classroom50, environ)}
    for place in found:
        if place.format == "github":
            _write_summary(run, place, environ)
        elif place.format == "notebook":
            _write_copies(run, place)
        elif place.format != "terminal" or place.file is not None:
            _write(place, makers[place.format](run))
            _say_who_is_left_out(run, place)
    if any(place.format == "github" for place in found):
        _tell_github(run, environ, passed)


def _write(place: Place, text: str) -> None:
    if place.file is None:
        click.echo(text, nl=False)
    else:
        _write_file(place.file, text)


def _say_who_is_left_out(run: Run, place: Place) -> None:
    from grader.report.platforms import canvas, moodle
    from grader.report.run import language
    from grader.submissions.find import shortened

    platforms = {"moodle": ("Moodle", moodle.left_out), "canvas": ("Canvas", canvas.left_out)}
    if place.format in platforms:
        name, left_out = platforms[place.format]
        names = left_out(run)
        text = msg(
            "Left out of the report for {platform}, which knows people by its numbers: {names}. Numbers are in its "
            "download, and in its own export as the list (--roster).",
            platform=name,
            names=shortened(names),
        )
        if names:
            click.echo(f"grade: {render(text, language(run))}", err=True)


def _write_file(file: Path, text: str) -> None:
    from grader.output import write_atomically

    write_atomically(file, text)


# ---- copies of notebooks


def _write_copies(run: Run, place: Place) -> None:
    """A copy of the only notebook in the file that was named; of several, one each in a folder of that name."""
    from grader.report import notebook_copy as feedback

    single = len(run.grades) == 1
    if place.file is None and not single:
        raise UsageError(f"there are {len(run.grades)} notebooks. Say where copies go: --report notebook=FOLDER")
    taken: set[str] = set()
    for grade in run.grades:
        name = _file_name(grade.notebook.participant, taken)
        if grade.notebook.parts or not Path(grade.notebook.path).is_file():
            what = "several notebooks" if grade.notebook.parts else "in an archive"
            click.echo(f"grade: {grade.notebook.path} is {what}: no copy of it is made", err=True)
        elif not grade.notebook.cells:
            click.echo(f"grade: {grade.notebook.path} can't be read as a notebook: no copy of it is made", err=True)
        elif single or place.file is None:
            _write(place, feedback.text(run, grade))
        else:
            _write_file(place.file / name, feedback.text(run, grade))


def _file_name(participant: str, taken: set[str]) -> str:
    """A name that is a file's on any system, and nobody else's."""
    stem = "".join(letter if letter.isalnum() or letter in "-_ " else "_" for letter in participant)[:100] or "_"
    name, number = f"{stem}.ipynb", 2
    while name.lower() in taken:
        name, number = f"{stem}-{number}.ipynb", number + 1
    taken.add(name.lower())
    return name


# ---- Classroom 50


def _classroom50(environ: Mapping[str, str], run: Run) -> str:
    from grader.report.platforms import classroom50

    return classroom50.text(run, _identity(environ))


def _identity(environ: Mapping[str, str]) -> Identity:
    """From the variables that Classroom 50's runner gives a grader."""
    from datetime import datetime, timezone

    from grader.report.platforms.classroom50 import Identity

    wanted = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
    missing = [name for name in wanted if not environ.get(name)]
    if missing:
        raise UsageError(
            f"--report classroom50 needs {', '.join(missing)} from the environment. Classroom 50's runner sets them."
        )
    return Identity(
        classroom=environ["CLASSROOM"],
        assignment=environ["ASSIGNMENT"],
        assignment_type=environ.get("ASSIGNMENT_TYPE") or "individual",
        owner=environ.get("OWNER") or environ.get("USERNAME") or environ.get("GITHUB_ACTOR") or "unknown",
        submission=environ["SUBMISSION_TAG"],
        commit=environ["COMMIT_URL"],
        release=environ["RELEASE_URL"],
        review=environ.get("REVIEW_URL") or environ["COMMIT_URL"],
        datetime=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


# ---- GitHub Actions


class Runner:
    """GitHub's runner obeys lines such as `::add-mask::...` in whatever a step prints, and a report holds participants'
    texts. So it is told to stop that, with a word that nobody can guess, before anything is printed."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._token = secrets.token_hex(16) if environ.get("GITHUB_ACTIONS") == "true" else ""

    def stop(self) -> None:
        if self._token:
            click.echo(f"::stop-commands::{self._token}", err=True)

    def resume(self, err: bool = True) -> None:
        if self._token:
            click.echo(f"::{self._token}::", err=err)
        self._token = ""


def _write_summary(run: Run, place: Place, environ: Mapping[str, str]) -> None:
    """Added to what the step's summary holds, within its limit; any other file is written anew."""
    from grader.report import markdown

    assert place.file is not None
    if str(place.file) != environ.get("GITHUB_STEP_SUMMARY"):
        _write_file(place.file, markdown.text(run, MAX_SUMMARY_BYTES))
        return
    taken = place.file.stat().st_size if place.file.exists() else 0
    _append(place.file, markdown.text(run, MAX_SUMMARY_BYTES - taken))


def _tell_github(run: Run, environ: Mapping[str, str], passed: bool) -> None:
    from grader.report.platforms import github

    if environ.get("GITHUB_OUTPUT"):
        outputs = {"score": f"{run.best.score:g}", "max-score": f"{run.best.max_score:g}"}
        outputs["passed"] = "true" if passed else "false"
        _append(Path(environ["GITHUB_OUTPUT"]), "".join(f"{name}={value}\n" for name, value in outputs.items()))
    context = click.get_current_context(silent=True)
    if context is not None and isinstance(context.obj, Runner):
        context.obj.resume(err=False)
    click.echo(github.commands(run, _located(environ)), nl=False)


def _located(environ: Mapping[str, str]) -> Callable[[str], str]:
    """From a path to one from the repository's root, where annotations look."""
    root = Path(environ.get("GITHUB_WORKSPACE") or Path.cwd())

    def located(path: str) -> str:
        absolute = Path(os.path.abspath(path))  # noqa: PTH100  a link stays what it is called
        return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else path

    return located


def _append(file: Path, text: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise OutputError(f"{file} can't be written: {error.strerror}.") from error
