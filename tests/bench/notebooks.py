"""A class of notebooks to measure with: the course's solutions, some with known mistakes, the same for the same seed."""

from __future__ import annotations

import random
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from grader.course import loader
from grader.course.places import find_course
from grader.course.sources import without_docstring

SEED = 2019


def write_class(folder: Path, count: int) -> dict[str, set[str]]:
    """`count` notebooks, each with none to three mistakes. Returns the exercises that are wrong, by participant."""
    course = loader.load(find_course())
    mistakes = {exercise.id: sorted((exercise.folder / "mistakes").glob("*.py")) for exercise in course.exercises}
    rng = random.Random(SEED)
    made: dict[str, set[str]] = {}
    for number in range(count):
        wrong = rng.sample(sorted(mistakes), k=rng.choice([0, 0, 1, 1, 2, 3]))
        cells = ["import numpy as np", (course.folder / "data.py").read_text("utf-8")]
        made_of = {}
        for exercise in course.exercises:
            path = rng.choice(mistakes[exercise.id]) if exercise.id in wrong else exercise.folder / "solution.py"
            made_of[exercise.id] = path.stem
            cells.append(without_docstring(path.read_text("utf-8")))
        cells.append("train(normalize(x_train), y_train, 0.5, 0, 0.4, 10)")
        name = f"participant-{number:03}"
        nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), folder / f"{name}.ipynb")
        made[name] = _lost(set(wrong), made_of)
    return made


def _lost(wrong: set[str], made_of: dict[str, str]) -> set[str]:
    """Those that count as wrong. The mean too early in 3a is what 3b asks for, and makes 3a done on the way where no
    other 3b follows; 3b without a mean is what 3a asks for."""
    if made_of["3a"] == "mean-too-early":
        return wrong - {"3b"} if "3b" in wrong and made_of["3b"] != "no-mean" else wrong - {"3a", "3b"}
    return wrong - {"3a"} if made_of["3b"] == "no-mean" else wrong
