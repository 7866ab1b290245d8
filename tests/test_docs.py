"""What the documents say is so: every command of theirs runs, and every option stands in them."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from grader.cli.course import grade_course
from grader.cli.grade import grade
from grader.cli.serve import serve
from grader.course import authoring
from grader.i18n import Lang
from tests.cli.test_grade import command as run_command
from tests.conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND_LINE = ROOT / "docs" / "command-line.md"
COLAB: dict[Path, tuple[str, Lang]] = {  # the pages with the cell for Colab: where it takes the grader from
    ROOT / "docs" / "colab.md": ("git+https://YOUR-HOST/grader@vX.Y.Z", "en"),
    ROOT / "docs" / "colab.pl.md": ("git+https://TWOJ-SERWER/grader@vX.Y.Z", "pl"),
}
HEAD = """# The command line

What `--help` says of each command; made by `python -m tests.test_docs`, and a test holds the two together.
"""
RUN_ELSEWHERE = {  # why a command of the documents is not run here: another test does, or it needs what is not there
    "make": "test_docs would run itself; CI runs it",
    "pip": "needs a package registry",
    "git": "no repository to be had",
    "bash": "test_recipes.py",
    "curl": "needs a network",
    "pytest": "test_pytest_plugin.py",
    "eval": "cli/test_doctor.py",
    "grade-course": "tests of course/",
    "multipass": "no virtual machine here",
    "sqlite3": "serve/test_kept.py, with Python's own",
    "ssh": "needs a network",
    "sudo": "changes the machine",
    "python": "the benchmarks and tables of this repository",
}


def commands(page: Path) -> Iterator[str]:
    """The commands in the page's blocks of console, and in those that name no language."""
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            text = line.removeprefix("$ ").partition("  #")[0].strip()
            if (language in ("console", "sh", "bash") and line.startswith("$ ")) or (
                not language and re.match(r"(grade|grade-course|make|pip|pytest) ", text)
            ):
                yield text


def every_command() -> list[tuple[str, str]]:
    return [(page.name, command) for page in PAGES for command in dict.fromkeys(commands(page))]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the documents' commands speak of."""
    folder = tmp_path_factory.mktemp("desk")
    solved = ROOT / "tests" / "samples" / "solved.ipynb"
    for name in ("my_notebook", "moj_notatnik", "notebook", "ada", "jan", "submissions/ada", "submissions/jan"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(solved, folder / f"{name}.ipynb")
    source = ROOT / "tests" / "courses" / "nbgrader" / "source" / "pomiary"
    shutil.copytree(source, folder / "source" / "ps1")
    for name in ("ada", "jan"):
        shutil.copytree(source, folder / "submitted" / name / "ps1")
    worksheet = "identyfikator,Pełna nazwa,Status,Ocena,Maksymalna ocena,Ostatnia aktualizacja (ocena)\n"
    (folder / "oceny.csv").write_text(
        f'{worksheet}Uczestnik1,Ada,-,,"100,00",-\nUczestnik2,Jan,-,,"100,00",-\n', "utf-8"
    )
    (folder / "protokol.csv").write_text("os_id;imie;nazwisko;termin 1;komentarz\n1;Ada;;;\n2;Jan;;;\n", "utf-8")
    return folder


GRADING = {command: page for page, command in reversed(every_command()) if shlex.split(command)[0] == "grade"}


def test_the_documents_have_commands_and_each_is_run_somewhere() -> None:
    assert len(GRADING) >= 8
    for page, command in every_command():
        program = shlex.split(command)[0]
        assert program == "grade" or program in RUN_ELSEWHERE, f"{page}: {command}"


@pytest.mark.parametrize("command", GRADING)
def test_a_command_of_the_documents_runs(command: str, desk: Path) -> None:
    if "--dask" in command or "--watch" in command or "serve" in command.split() or " class/" in command:
        pytest.skip("another test runs it: it needs a cluster, or does not end (serve/test_simulation.py)")
    done = run_command(*shlex.split(command)[1:], cwd=desk)
    assert done.returncode in (0, 1), f"{GRADING[command]}: {done.stderr}"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def command_line() -> str:
    """The page of `--help`s."""
    contexts = [context_of(grade, "grade")]
    for group, called in ((serve, "grade serve"), (grade_course, "grade-course")):
        contexts.append(own := context_of(group, called))
        contexts += [context_of(command, name, own) for name, command in group.commands.items()]
    return HEAD + "\n" + "\n".join(map(help_in, contexts))


def context_of(command: click.Command, name: str, parent: click.Context | None = None) -> click.Context:
    """A context as the command's own `main` makes it, at a width of its own."""
    return click.Context(command, parent, name, terminal_width=100, max_content_width=100, **command.context_settings)


def help_in(context: click.Context) -> str:
    return f"## {context.command_path}\n\n```text\n{context.get_help()}\n```\n"


def test_the_page_of_the_command_line_is_what_help_says() -> None:
    assert COMMAND_LINE.read_text("utf-8") == command_line(), "python -m tests.test_docs"


def colab_page(page: Path) -> str:
    """The page with the cell at its end."""
    before = page.read_text("utf-8").partition("```python\n")[0]
    return f"{before.rstrip()}\n\n```python\n{authoring.colab_cell(*COLAB[page])}```\n"


@pytest.mark.parametrize("page", COLAB, ids=lambda page: page.name)
def test_the_pages_for_colab_show_the_cell_that_build_writes(page: Path) -> None:
    assert page.read_text("utf-8") == colab_page(page), "python -m tests.test_docs"


def test_every_option_says_what_it_does() -> None:
    for command in (grade, serve, *serve.commands.values(), *grade_course.commands.values()):
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert option.help or option.metavar, option.opts


if __name__ == "__main__":
    COMMAND_LINE.write_text(command_line(), "utf-8")
    for colab in COLAB:
        colab.write_text(colab_page(colab), "utf-8")
