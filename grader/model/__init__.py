"""The values that stages pass on, all of them frozen."""

from grader.model.notebook import Cell, Notebook, Part
from grader.model.results import CellResult, CheckResult, Curve, Diagnosis, ExerciseResult, Grade
from grader.statuses import CellStatus, CheckStatus, ExerciseStatus, SubmissionStatus

__all__ = ["Cell", "CellResult", "CellStatus", "CheckResult", "CheckStatus", "Curve", "Diagnosis", "ExerciseResult",
           "ExerciseStatus", "Grade", "Notebook", "Part", "SubmissionStatus"]  # fmt: skip
