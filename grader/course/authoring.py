"""Makes a new course for an author, and from a course the participants' notebooks and samples for the demo."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from string import Template

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.course.course import Course, Exercise
from grader.course.loader import COURSE_FILE
from grader.course.sources import read_file, without_docstring
from grader.i18n import Lang, Titles

WORKSHOP = "workshop.ipynb"
SOLVED = "solved.ipynb"
TYPICAL = "typical_mistakes.ipynb"
_NEEDS = Titles(
    "To zadanie korzysta z wcześniejszych funkcji: {names}. Wklej je do komórki poniżej.",
    "This exercise uses your earlier functions: {names}. Paste them into the cell below.",
)
_LANGUAGES: Mapping[Lang, str] = {"pl": "Polski", "en": "English"}
Code = Callable[[Exercise], str]
STARTER = Path(__file__).parent / "starter"
_CHECK_IN_COLAB = Path(__file__).parent / "cells" / "check_in_colab.py"


def new_course(name: str) -> dict[str, str]:
    """Name to text of the files of a course with one exercise to learn from."""
    id = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "course"
    paths = sorted(path for path in STARTER.rglob("*") if path.is_file() and path.suffix in (".toml", ".py", ".md"))
    texts = {path.relative_to(STARTER).as_posix(): read_file(path) for path in paths}
    return {**texts, COURSE_FILE: Template(texts[COURSE_FILE]).substitute(id=id)}


def stub_notebooks(course: Course, ending: str | None = None) -> dict[str, str]:
    """Name to text of what participants start from: one notebook an exercise, and all in one.

    `ending` is the source of a cell to end each of them with.
    """
    notebooks = {WORKSHOP: _workshop(course, lambda exercise: exercise.stub)}
    notebooks |= {f"{exercise.id}.ipynb": _single(course, exercise) for exercise in course.exercises}
    if ending is not None:
        for notebook in notebooks.values():
            notebook.cells.append(_code("check", ending))
    return {name: _text(notebook) for name, notebook in notebooks.items()}


def colab_cell(grader: str, lang: Lang) -> str:
    """The source of a cell that grades the notebook around it in Colab. `grader` is what `uvx --from` takes."""
    cell = read_file(_CHECK_IN_COLAB).replace('check_language = "pl"', f'check_language = "{lang}"')
    return cell.replace('"GRADER_SOURCE"', json.dumps(grader, ensure_ascii=False))


def sample_notebooks(course: Course) -> dict[str, str]:
    """Name to text of a solved notebook and a typically wrong one. They hold solutions: not for participants."""
    return {
        SOLVED: _text(_workshop(course, lambda exercise: read_file(exercise.folder / "solution.py"))),
        TYPICAL: _text(_workshop(course, lambda exercise: _typical(course, exercise))),
    }


def solved_sources(course: Course) -> Iterator[str]:
    """The code cells of a solved notebook."""
    yield from map(read_file, course.opening)
    for exercise in course.exercises:
        yield read_file(exercise.folder / "solution.py")
        yield read_file(exercise.folder / "visible.py")


def _typical(course: Course, exercise: Exercise) -> str:
    mistake = course.typical.get(exercise.id)
    if mistake is None:
        return read_file(exercise.folder / "solution.py")
    if mistake == "stub":
        return exercise.stub
    return without_docstring(read_file(exercise.folder / "mistakes" / f"{mistake}.py"))


def _workshop(course: Course, code: Code) -> NotebookNode:
    cells = _opening(course)
    for exercise in course.exercises:
        cells += _exercise_cells(course, exercise, code)
    return _notebook(cells)


def _single(course: Course, exercise: Exercise) -> NotebookNode:
    cells = _opening(course)
    visible = read_file(exercise.folder / "visible.py")
    used = [
        other.function
        for other in course.exercises
        if other.function != exercise.function and (other.id in exercise.needs or f"{other.function}(" in visible)
    ]
    if used:
        cells += [_markdown("earlier-text", _needs(course, list(dict.fromkeys(used)))), _code("earlier", "# ...")]
    return _notebook([*cells, *_exercise_cells(course, exercise, lambda exercise: exercise.stub)])


def _needs(course: Course, names: list[str]) -> str:
    """Which earlier functions to paste, in the course's languages; all but the first in italics."""
    text = {"pl": _NEEDS.pl, "en": _NEEDS.en}
    shown = ", ".join(f"`{name}`" for name in names)
    first, *others = (text[lang].format(names=shown) for lang in course.languages)
    return "\n\n".join([first, *(f"*{other}*" for other in others)])


def _opening(course: Course) -> list[NotebookNode]:
    """The title and the code cells that every notebook of the course begins with."""
    title = course.title.pl if course.languages[0] == "pl" else course.title.en
    return [_markdown("title", f"# {title}"), *(_code(path.stem, read_file(path)) for path in course.opening)]


def _exercise_cells(course: Course, exercise: Exercise, code: Code) -> list[NotebookNode]:
    return [
        _markdown(f"{exercise.id}-statement", _statement(course, exercise)),
        _code(f"{exercise.id}-solution", code(exercise)),
        _code(f"{exercise.id}-asserts", read_file(exercise.folder / "visible.py")),
    ]


def _statement(course: Course, exercise: Exercise) -> str:
    """The statement in the course's languages; all but the first folded away."""
    texts = {lang: read_file(exercise.folder / f"statement.{lang}.md").strip() for lang in course.languages}
    first, *others = course.languages
    folded = (f"<details><summary>{_LANGUAGES[lang]}</summary>\n\n{texts[lang]}\n\n</details>" for lang in others)
    return "\n\n".join([texts[first], *folded])


def _markdown(id: str, text: str) -> NotebookNode:
    return new_markdown_cell(text, id=id)


def _code(id: str, text: str) -> NotebookNode:
    return new_code_cell(text.rstrip("\n"), id=id)


def _notebook(cells: list[NotebookNode]) -> NotebookNode:
    metadata = {
        "colab": {"provenance": [], "toc_visible": True},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return new_notebook(cells=cells, metadata=metadata)


def _text(notebook: NotebookNode) -> str:
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"
