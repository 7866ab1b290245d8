"""The labels of cells in a grade. Where several notebooks are run as one, a cell is named with its file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from grader import i18n
from grader.i18n import Text
from grader.model import CellResult, CheckResult, Diagnosis, ExerciseResult, Grade, Notebook


def label_cells(grade: Grade) -> Grade:
    """The grade with the file named wherever a cell is mentioned, if there are several files."""
    if not grade.notebook.parts:
        return grade
    labels = _Labels(grade.notebook)
    return replace(
        grade,
        exercises=tuple(map(labels.exercise, grade.exercises)),
        cells=tuple(map(labels.cell, grade.cells)),
        notes=labels.texts(grade.notes),
    )


@dataclass(frozen=True, slots=True)
class _Labels:
    """Labels what the grade of one notebook is made of."""

    notebook: Notebook

    def exercise(self, exercise: ExerciseResult) -> ExerciseResult:
        place = "" if exercise.cell is None else str(self.notebook.cell_label(exercise.cell))
        checks = tuple(map(self.check, exercise.checks))
        return replace(exercise, checks=checks, notes=self.texts(exercise.notes), place=place)

    def check(self, check: CheckResult) -> CheckResult:
        message = None if check.message is None else self.text(check.message)
        diagnosis = None if check.diagnosis is None else self.diagnosis(check.diagnosis)
        paste = None if check.paste is None else self.text(check.paste)
        worked = self.texts(check.worked)
        remarks = self.texts(check.remarks)
        return replace(check, message=message, remarks=remarks, diagnosis=diagnosis, paste=paste, worked=worked)

    def diagnosis(self, diagnosis: Diagnosis) -> Diagnosis:
        return replace(diagnosis, hint=self.text(diagnosis.hint), steps=self.texts(diagnosis.steps))

    def cell(self, cell: CellResult) -> CellResult:
        return replace(cell, notes=self.texts(cell.notes), place=str(self.notebook.cell_label(cell.index)))

    def texts(self, texts: Iterable[Text]) -> tuple[Text, ...]:
        return tuple(map(self.text, texts))

    def text(self, text: Text) -> Text:
        return i18n.label_cells(text, self.notebook.cell_label)
