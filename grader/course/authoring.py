"""Makes a new course for an author, and from a course the participants' notebooks and samples for the demo."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from string import Template

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.course.course import EXPERIMENT, Course, Exercise
from grader.course.from_assignment import solution_cells
from grader.course.places import COURSE_FILE
from grader.course.sources import read_file, without_docstring
from grader.i18n import Titles

WORKSHOP = "workshop.ipynb"
SOLVED = "solved.ipynb"
TYPICAL = "typical_mistakes.ipynb"
_NEEDS = Titles(
    "To zadanie korzysta z wcześniejszych funkcji: {names}. Wklej je do komórki poniżej.",
    "This exercise uses your earlier functions: {names}. Paste them into the cell below.",
)
_LANGUAGES: Mapping[str, str] = {
    "cs": "Čeština",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "pl": "Polski",
    "uk": "Українська",
}
Code = Callable[[Exercise], str]
STARTER = Path(__file__).parent / "starter"
WELCOME = "welcome.{lang}.md"
_PICTURE = re.compile(r"\]\(([\w.-]+\.svg)\)")
_FOLDED_CODE = {"cellView": "form", "jupyter": {"source_hidden": True}}  # in Colab, in Jupyter
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


def colab_cell(grader: str, lang: str) -> str:
    """The source of a cell that grades the notebook around it in Colab. `grader` is what `uvx --from` takes."""
    cell = read_file(_CHECK_IN_COLAB).replace(
        'check_language = "pl"', f'check_language = "{"pl" if lang == "pl" else "en"}"'
    )
    return cell.replace('"GRADER_SOURCE"', json.dumps(grader, ensure_ascii=False))


def copy_data_files(course: Course, out: Path) -> Iterator[Path]:
    """Put the course's data files beside the notebooks that read them. Gives each when it is there."""
    folder = course.data_files
    for path in sorted(folder.rglob("*")) if folder is not None else ():
        if folder is not None and path.is_file():
            target = out / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            yield target


def sample_notebooks(course: Course) -> dict[str, str]:
    """Name to text of a solved notebook and a typically wrong one. They hold solutions: not for participants."""
    return {
        SOLVED: _text(_workshop(course, lambda exercise: read_file(exercise.folder / "solution.py"))),
        TYPICAL: _text(_workshop(course, lambda exercise: _typical(course, exercise))),
    }


def solved_sources(course: Course) -> Iterator[str]:
    """The code cells of a solved notebook."""
    if course.assignment is not None:
        yield from (source for _, source in solution_cells(course.assignment))
        return
    yield from map(read_file, course.opening)
    for exercise in course.tested:
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
    return _notebook(_with_tools(course, cells))


def _single(course: Course, exercise: Exercise) -> NotebookNode:
    cells = _opening(course)
    used = _used(course, exercise) if exercise.tested else []
    if used:
        cells += [_markdown("earlier-text", _needs(course, used)), _code("earlier", "# ...")]
    cells += _exercise_cells(course, exercise, lambda exercise: exercise.stub)
    return _notebook(_with_tools(course, cells))


def _used(course: Course, exercise: Exercise) -> list[str]:
    """The other exercises' functions that its cells call, and those that these call, in the course's order."""
    calls = _calls(course, exercise)
    for other in reversed(course.exercises):
        if other.function in calls and other.function != exercise.function:
            calls |= _needed(course, other)
    functions = dict.fromkeys(other.function for other in course.tested)
    return [name for name in functions if name in calls and name != exercise.function]


def _needed(course: Course, exercise: Exercise) -> set[str]:
    return {course.exercise(id).function for id in exercise.needs}


def _calls(course: Course, exercise: Exercise) -> set[str]:
    """The functions of exercises that the solution, the asserts and the experiment need."""
    texts = [read_file(exercise.folder / "visible.py")]
    if (exercise.folder / EXPERIMENT).is_file():
        texts += [read_file(exercise.folder / EXPERIMENT), read_file(course.folder / EXPERIMENT)]
    words = set(re.findall(r"\w+", "\n".join(texts)))
    return _needed(course, exercise) | {other.function for other in course.tested if other.function in words}


def _needs(course: Course, names: list[str]) -> str:
    """Which earlier functions to paste, in the course's languages; all but the first in italics."""
    shown = ", ".join(f"`{name}`" for name in names)
    texts = [_NEEDS.pl if lang == "pl" else _NEEDS.en for lang in course.languages]
    first, *others = (text.format(names=shown) for text in dict.fromkeys(texts))
    return "\n\n".join([first, *(f"*{other}*" for other in others)])


def _opening(course: Course) -> list[NotebookNode]:
    """The title and the code cells that every notebook of the course begins with."""
    title = course.title.pl if course.languages[0] == "pl" else course.title.en
    cells = [_markdown("title", f"# {title}")]
    if (course.folder / WELCOME.format(lang=course.languages[0])).is_file():
        cells.append(_markdown("welcome", _in_languages(course, course.folder, WELCOME)))
    return [*cells, *(_code(path.stem, read_file(path)) for path in course.opening)]


def _exercise_cells(course: Course, exercise: Exercise, code: Code) -> list[NotebookNode]:
    statement = _markdown(f"{exercise.id}-statement", _in_languages(course, exercise.folder, "statement.{lang}.md"))
    if not exercise.tested:
        return [statement, _markdown(exercise.answer_cell, exercise.placeholder)]
    cells = [
        statement,
        _code(f"{exercise.id}-solution", code(exercise)),
        _code(f"{exercise.id}-asserts", read_file(exercise.folder / "visible.py")),
    ]
    if (exercise.folder / EXPERIMENT).is_file():
        cells.append(_code(f"{exercise.id}-experiment", read_file(exercise.folder / EXPERIMENT)))
    return cells


def _with_tools(course: Course, cells: list[NotebookNode]) -> list[NotebookNode]:
    """What the course's experiments share stands before the first of them, folded away."""
    at = next((at for at, cell in enumerate(cells) if cell.id.endswith("-experiment")), None)
    if at is None or not (course.folder / EXPERIMENT).is_file():
        return cells
    tools = _code("tools", read_file(course.folder / EXPERIMENT))
    tools.metadata.update(_FOLDED_CODE)
    return [*cells[:at], tools, *cells[at:]]


def _in_languages(course: Course, folder: Path, name: str) -> str:
    """A text in the course's languages; all but the first folded away. `name` has {lang} for the language."""
    texts = {lang: _with_pictures(folder, name.format(lang=lang)) for lang in course.languages}
    first, *others = course.languages
    folded = (
        f"<details><summary>{_LANGUAGES.get(lang, lang)}</summary>\n\n{texts[lang]}\n\n</details>" for lang in others
    )
    return "\n\n".join([texts[first], *folded])


def _with_pictures(folder: Path, name: str) -> str:
    """A text with the SVG pictures beside it in the place of their names, so that the notebook needs no other file."""

    def inside(link: re.Match[str]) -> str:
        picture = base64.b64encode(read_file(folder / link[1]).encode()).decode()
        return f"](data:image/svg+xml;base64,{picture})"

    return _PICTURE.sub(inside, read_file(folder / name).strip())


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
