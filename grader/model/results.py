"""What grading says of a notebook: of its cells, its exercises and their checks."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.i18n import Text, Titles
from grader.model.notebook import Notebook
from grader.statuses import CellStatus, CheckStatus, ExerciseStatus, SubmissionStatus


@dataclass(frozen=True, slots=True)
class CellResult:
    """How a cell ran.

    Attributes:
        index: Counts all cells of the notebook from 0.
        status: How it ended.
        error: The exception's name and text, on one line.
        notes: What the participant should know about it.
        printed: What it printed, up to the limit.
        line, code: The line of the cell, from 1, where the exception left it, and what stands there.
        inner_code: The code that raised the exception, which may be in a function of another cell.
        callers: The lines from which that was called, the outermost first.
        place: Its number and file, if several notebooks are run as one.
        needs: What this machine lacks for it, as "Python 3.12" or "scikit-learn", where that is why it failed.
    """

    index: int
    status: CellStatus
    error: str | None = None
    notes: tuple[Text, ...] = ()
    printed: str = ""
    line: int | None = None
    code: str = ""
    inner_code: str = ""
    callers: tuple[str, ...] = ()
    place: str = ""
    needs: str = ""

    @property
    def label(self) -> int | str:
        """What people call it: its number from 1, with its file if there are several."""
        return self.place or self.index + 1


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The mistake that explains a failed check.

    Attributes:
        mistake: Its name in the course, or that of the rule that found it.
        hint: What to say about it.
        steps: If several mistakes together explain it, the hint of each.
        probable: Whether it is a guess from the source or from an exception, which the text then says.
    """

    mistake: str
    hint: Text
    steps: tuple[Text, ...] = ()
    probable: bool = False


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The verdict of one hidden test, or of something that a person grades.

    Attributes:
        id: Its name in the course.
        title: What it checks.
        status: How it went.
        max_points, max_bonus: What passing it earns, without bonus and as bonus.
        message: Why it did not pass; of a person who graded it, the comment.
        input: The call that shows it, as code to paste.
        expected: What the call should return, as text.
        actual: What it returned, as text.
        remarks: What the participant should know although it earns or costs nothing.
        diagnosis: The mistake that explains the failure, if one is recognised.
        paste: What to heed where the call is pasted; None where it may stand in any new cell.
        worked: The call worked out, a line a step: code as it is, words as a Message.
        needs: What this machine lacks for it, if it is UNGRADED. The message says so.
        duration_s: How long it took, in seconds.
        share: How much of its worth it earned, if it is PARTIAL: more than 0, less than 1.
        by_hand: Whether a person grades it.
    """

    id: str
    title: Titles
    status: CheckStatus
    max_points: float
    max_bonus: float
    message: Text | None = None
    input: str | None = None
    expected: str | None = None
    actual: str | None = None
    remarks: tuple[Text, ...] = ()
    diagnosis: Diagnosis | None = None
    paste: Text | None = None
    worked: tuple[Text, ...] = ()
    needs: str = ""
    duration_s: float = field(default=0.0, compare=False)  # no two runs have the same
    share: float = 0.0
    by_hand: bool = False

    @property
    def points(self) -> float:
        return self._earned(self.max_points)

    @property
    def bonus(self) -> float:
        return self._earned(self.max_bonus)

    @property
    def is_given(self) -> bool:
        """Whether a person has graded it."""
        return self.by_hand and self.status not in (CheckStatus.BY_HAND, CheckStatus.NOT_RUN)

    def _earned(self, worth: float) -> float:
        if self.status is CheckStatus.PARTIAL:
            return round(worth * self.share, 6)
        return worth if self.status is CheckStatus.PASSED else 0.0


@dataclass(frozen=True, slots=True)
class Curve:
    """How the values of a participant's function and of the reference change with one argument. It earns nothing.

    Attributes:
        title: What it shows.
        x_axis, y_axis: What the argument and the value are.
        places: The values of the argument; shape (n,).
        heights: The participant's value at each place, None where it is no finite number; shape (n,).
        reference: The reference's value at each place; shape (n,).
    """

    title: Titles
    x_axis: Titles
    y_axis: Titles
    places: tuple[float, ...]
    heights: tuple[float | None, ...]
    reference: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """The verdict of one exercise.

    Attributes:
        id: Its name in the course.
        title: What it is about.
        status: How it went.
        function: The function that was asked for.
        points, max_points: What it earned and what it is worth, without bonus.
        bonus, max_bonus: The bonus that it earned and that it is worth.
        cell: The index of the cell with the version of the function that was judged.
        checks: The verdict of each hidden test.
        notes: What the participant should know about it.
        curve: What a page draws for it.
        place: The cell's number and file, if several notebooks are run as one.
        begun: Whether anything was written for it.
        together: The id of the later exercise that its function was written for already; it counts with that one.
        calls: The ids of the exercises that it needs and whose functions its own calls.
        answer: The text that a person is to grade.
        pictures: The figures that its cells drew, where it is about figures: PNG in base64.
    """

    id: str
    title: Titles
    status: ExerciseStatus
    function: str
    points: float
    max_points: float
    bonus: float
    max_bonus: float
    cell: int | None = None
    checks: tuple[CheckResult, ...] = ()
    notes: tuple[Text, ...] = ()
    curves: tuple[Curve, ...] = ()
    place: str = ""
    begun: bool = True
    together: str = ""
    calls: tuple[str, ...] = ()
    answer: str = ""
    pictures: tuple[str, ...] = ()

    @property
    def label(self) -> int | str:
        """What people call its cell: the number from 1, with the file if there are several."""
        return self.place or (self.cell or 0) + 1

    @property
    def needs(self) -> tuple[str, ...]:
        """What this machine lacks to judge all of it."""
        ungraded = self._ungraded
        return tuple(dict.fromkeys(check.needs for check in ungraded)) if ungraded else ()

    @property
    def ungraded_points(self) -> float:
        """What can't be judged here: no points, and no zero."""
        ungraded = self._ungraded
        return sum(check.max_points for check in ungraded) if ungraded else 0

    @property
    def ungraded_bonus(self) -> float:
        return sum(check.max_bonus for check in self._ungraded)

    @property
    def by_hand_points(self) -> float:
        """What a person has not graded yet: no points so far, and no zero."""
        waiting = [check.max_points for check in self.checks if check.status is CheckStatus.BY_HAND]
        return sum(waiting) if waiting else 0

    @property
    def open_points(self) -> float:
        """All that has no verdict yet."""
        return self.ungraded_points + self.by_hand_points

    @property
    def _ungraded(self) -> list[CheckResult]:
        if not self.checks or self.status is ExerciseStatus.SUPERSEDED:
            return []
        return [check for check in self.checks if check.status is CheckStatus.UNGRADED]


@dataclass(frozen=True, slots=True)
class Grade:
    """All that is known of a submission after it was graded.

    Attributes:
        notebook: The notebook that counts.
        status: What came of it.
        duration_s: How long grading took, in seconds.
        exercises: The verdict of each exercise.
        cells: How each code cell ran.
        notes: What the participant should know about the submission.
        walls: The names of the walls that stood around the participant's code.
        digest: SHA-256 over all that was handed in, also what does not count.
        attempt: The place of the attempt that counts.
        incomplete: Whether the grader broke on something else that might have earned more.
        hurried: Whether the clock ended something that might have come to its end with the machine to itself.
    """

    notebook: Notebook
    status: SubmissionStatus
    duration_s: float
    exercises: tuple[ExerciseResult, ...] = ()
    cells: tuple[CellResult, ...] = ()
    notes: tuple[Text, ...] = ()
    walls: tuple[str, ...] = ()
    digest: str = ""
    attempt: int = 0
    incomplete: bool = False
    hurried: bool = False

    @property
    def score(self) -> float:
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_score(self) -> float:
        return sum(exercise.max_points for exercise in self.exercises)

    @property
    def bonus(self) -> float:
        return sum(exercise.bonus for exercise in self.exercises)

    @property
    def max_bonus(self) -> float:
        return sum(exercise.max_bonus for exercise in self.exercises)

    @property
    def needs(self) -> tuple[str, ...]:
        """What this machine lacks to judge all of it."""
        return tuple(dict.fromkeys(what for exercise in self.exercises for what in exercise.needs))

    @property
    def ungraded_points(self) -> float:
        """What can't be judged here. `score` does not hold it, and `max_score` does."""
        return sum(exercise.ungraded_points for exercise in self.exercises)

    @property
    def ungraded_bonus(self) -> float:
        return sum(exercise.ungraded_bonus for exercise in self.exercises)

    @property
    def by_hand_points(self) -> float:
        """What a person has not graded yet. `score` does not hold it, and `max_score` does."""
        return sum(exercise.by_hand_points for exercise in self.exercises)

    @property
    def open_points(self) -> float:
        """All that has no verdict yet."""
        return self.ungraded_points + self.by_hand_points

    @property
    def judged_max_score(self) -> float:
        """The points that have a verdict: what `score` is out of."""
        return self.max_score - self.open_points

    @property
    def judged_max_bonus(self) -> float:
        return self.max_bonus - self.ungraded_bonus

    def line(self, exercise: ExerciseResult) -> int | None:
        """The line of the file where the exercise's cell begins, if it is known."""
        return next((cell.line for cell in self.notebook.cells if cell.index == exercise.cell), None)

    def file(self, index: int | None) -> str:
        """What reports call the file that holds the cell with this index."""
        part = self.notebook.part(index)
        return self.notebook.path if part is None else part.path

    @property
    def share(self) -> float:
        """The score from 0 to 1: of the points, or of the bonus if there are no points to earn."""
        if self.max_score:
            return self.score / self.max_score
        return self.bonus / self.max_bonus if self.max_bonus else 0.0

    @property
    def faulted(self) -> bool:
        """Whether the grader itself broke somewhere in it, so that the score may be too low."""
        if self.status is SubmissionStatus.GRADER_FAULT:
            return True
        return any(exercise.status is ExerciseStatus.GRADER_FAULT for exercise in self.exercises)

    def reached(self, min_score_percent: float) -> bool:
        """Whether the points, without bonus, are certainly at least this percentage of what can be judged here; not
        where nothing can. What a person has not graded yet counts as not earned."""
        judged = self.max_score - self.ungraded_points if self.max_score else self.judged_max_bonus
        if self.status is not SubmissionStatus.GRADED or (self.needs and not judged):
            return False
        return self.score * 100 >= min_score_percent * (self.max_score - self.ungraded_points) - 1e-9
