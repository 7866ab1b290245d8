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
        for exercise in course.exercises:
            path = rng.choice(mistakes[exercise.id]) if exercise.id in wrong else exercise.folder / "solution.py"
            if path.stem == "mean-too-early":
                wrong.remove(exercise.id)  # it is what the next exercise asks for, and then counts as done on the way
            cells.append(without_docstring(path.read_text("utf-8")))
        cells.append("train(normalize(x_train), y_train, 0.5, 0, 0.4, 10)")
        name = f"participant-{number:03}"
        nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), folder / f"{name}.ipynb")
        made[name] = set(wrong)
    return made
