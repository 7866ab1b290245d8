"""The pictures of the documents, made by the program itself: `make pictures`.

They are drawn from graded notebooks: the terminal's report by rich, the pages by the Chromium on the PATH.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from grader.api import grade, load_course
from grader.config import Config
from grader.i18n import LANGUAGES, Lang
from grader.model import Grade
from grader.report import terminal
from grader.report.run import Run
from tests.bench.notebooks import write_class
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "pictures"
SAMPLE = ROOT / "tests" / "samples" / "typical_mistakes.ipynb"
NAMES: dict[Lang, str] = {"en": "my_notebook.ipynb", "pl": "moj_notatnik.ipynb"}
SUFFIXES: dict[Lang, str] = {"en": "", "pl": ".pl"}
WIDTH = 100  # characters
DESKTOP = {"width": 1280, "height": 860}
PEOPLE = ("Ada Nowak", "Bartek Wójcik", "Celina Zając", "Damian Lis", "Ewa Król", "Filip Mazur", "Gosia Dudek")
PEOPLE += ("Hubert Pawlak", "Iga Sikora", "Jan Kowalski", "Kasia Żak", "Leon Górski")
# Rich's own picture takes its font from another machine; a picture asks nobody for anything.
SVG = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


@cache
def sample() -> Grade:
    return grade(SAMPLE)


def report_run(lang: Lang) -> Run:
    """The sample, graded, under the name that the documents give it."""
    notebook = replace(sample().notebook, path=NAMES[lang])
    return Run((replace(sample(), notebook=notebook),), load_course(), Config(lang=lang))


def report_picture(run: Run) -> str:
    """What the command prints in a terminal, as SVG."""
    console = Console(file=io.StringIO(), record=True, width=WIDTH, force_terminal=True, color_system="truecolor")
    terminal.show(run, console)
    svg = console.export_svg(title=f"grade {NAMES[run.lang]}", code_format=SVG, unique_id="report")
    return "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"


def write_pages(folder: Path, lang: Lang) -> dict[str, Path]:
    """The page of a class and that of a participant, as files."""
    people, results = folder / "submissions", folder / "results"
    people.mkdir()
    write_class(people, len(PEOPLE))
    for path, name in zip(sorted(people.glob("*.ipynb")), PEOPLE, strict=True):
        path.rename(people / f"{name}.ipynb")
    shutil.copy(SAMPLE, folder / NAMES[lang])
    _grade(folder, people.name, "-o", results.name, "--lang", lang)
    _grade(folder, NAMES[lang], "--report", "html=one.html", "--lang", lang)
    return {"class": results / "report.html", "participant": folder / "one.html"}


def _grade(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "grader", *arguments, "--exit-zero"]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)


def photograph(browser: Any, page: Path, target: Path) -> None:
    """What a window shows of a page."""
    window = browser.new_page(viewport=DESKTOP, color_scheme="light")
    window.goto(page.as_uri())
    window.screenshot(path=target)
    window.close()


def main() -> None:
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    for lang in LANGUAGES:
        (FOLDER / f"report{SUFFIXES[lang]}.svg").write_text(report_picture(report_run(lang)), "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for lang in LANGUAGES:
            with tempfile.TemporaryDirectory() as folder:
                for name, page in write_pages(Path(folder), lang).items():
                    photograph(browser, page, FOLDER / f"{name}{SUFFIXES[lang]}.png")
        browser.close()


if __name__ == "__main__":
    main()
