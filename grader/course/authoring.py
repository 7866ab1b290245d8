"""What is made for authors: a new course, and from a course the stubs for participants and samples for the demo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Template

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.course.course import COURSE_FILE, Course, Exercise, read_file
from grader.i18n import Titles

WORKSHOP = "workshop.ipynb"
SOLVED = "solved.ipynb"
TYPICAL = "typical_mistakes.ipynb"
_NEEDS = Titles(
    "To zadanie korzysta z wcześniejszych funkcji: {names}. Wklej je do komórki poniżej.",
    "This exercise uses your earlier functions: {names}. Paste them into the cell below.",
)
Code = Callable[[Exercise], str]
STARTER = Path(__file__).parent / "starter"


def new_course(name: str) -> dict[str, str]:
    """Name to text of the files of a course with one exercise to learn from."""
    id = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "course"
    paths = sorted(path for path in STARTER.rglob("*") if path.is_file() and path.suffix in (".toml", ".py", ".md"))
    texts = {path.relative_to(STARTER).as_posix(): read_file(path) for path in paths}
    return {**texts, COURSE_FILE: Template(texts[COURSE_FILE]).substitute(id=id)}


def stub_notebooks(course: Course) -> dict[str, str]:
    """Name to text of what participants start from: one notebook an exercise, and all in one."""
    texts = {WORKSHOP: _text(_workshop(course, lambda exercise: exercise.stub))}
    for exercise in course.exercises:
        texts[f"{exercise.id}.ipynb"] = _text(_single(course, exercise))
    return texts


def sample_notebooks(course: Course) -> dict[str, str]:
    """Name to text of a solved notebook and a typically wrong one. They hold solutions: not for participants."""
    return {
        SOLVED: _text(_workshop(course, lambda exercise: read_file(exercise.folder / "solution.py"))),
        TYPICAL: _text(_workshop(course, lambda exercise: _typical(course, exercise))),
    }


def _typical(course: Course, exercise: Exercise) -> str:
    mistake = course.typical.get(exercise.id)
    if mistake is None:
        return read_file(exercise.folder / "solution.py")
    if mistake == "stub":
        return exercise.stub
    return without_docstring(read_file(exercise.folder / "mistakes" / f"{mistake}.py"))


def without_docstring(source: str) -> str:
    """A file of the course without its module docstring, which holds hints."""
    import ast

    tree = ast.parse(source)
    if ast.get_docstring(tree) is None:
        return source
    lines = source.splitlines()
    return "\n".join(lines[tree.body[0].end_lineno or 0 :]).strip() + "\n"


def _workshop(course: Course, code: Code) -> NotebookNode:
    cells = list(_opening(course))
    for exercise in course.exercises:
        cells += _exercise_cells(exercise, code)
    return _notebook(cells)


def _single(course: Course, exercise: Exercise) -> NotebookNode:
    cells = list(_opening(course))
    visible = read_file(exercise.folder / "visible.py")
    used = [
        other.function
        for other in course.exercises
        if other.function != exercise.function and (other.id in exercise.needs or f"{other.function}(" in visible)
    ]
    if used:
        names = ", ".join(f"`{name}`" for name in dict.fromkeys(used))
        text = f"{_NEEDS.pl.format(names=names)}\n\n*{_NEEDS.en.format(names=names)}*"
        cells += [_markdown("earlier-text", text), _code("earlier", "# ...")]
    return _notebook([*cells, *_exercise_cells(exercise, lambda exercise: exercise.stub)])


def _opening(course: Course) -> Iterator[NotebookNode]:
    yield _markdown("title", f"# {course.title.pl}")
    yield _code("imports", "import numpy as np")
    if course.data_file.is_file():
        yield _code("data", read_file(course.data_file))


def _exercise_cells(exercise: Exercise, code: Code) -> list[NotebookNode]:
    polish, english = (read_file(exercise.folder / f"statement.{lang}.md").strip() for lang in ("pl", "en"))
    statement = f"{polish}\n\n<details><summary>English</summary>\n\n{english}\n\n</details>"
    return [
        _markdown(f"{exercise.id}-statement", statement),
        _code(f"{exercise.id}-solution", code(exercise)),
        _code(f"{exercise.id}-asserts", read_file(exercise.folder / "visible.py")),
    ]


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
