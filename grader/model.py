"""What the stages hand over: frozen values, and the statuses that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from grader.i18n import Text, Titles


class SubmissionStatus(str, Enum):
    GRADED = "graded"
    UNREADABLE = "unreadable"
    NO_EXERCISES = "no_exercises"
    GRADER_FAULT = "grader_fault"


class ExerciseStatus(str, Enum):
    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    MISSING = "missing"
    SUPERSEDED = "superseded"
    NOT_RUN = "not_run"
    GRADER_FAULT = "grader_fault"

    @property
    def done(self) -> bool:
        """Nothing is left to do for it: it passed, or a later exercise that did took its place."""
        return self in (ExerciseStatus.PASSED, ExerciseStatus.SUPERSEDED)


class CheckStatus(str, Enum):
    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    NOT_RUN = "not_run"
    GRADER_FAULT = "grader_fault"


class CellStatus(str, Enum):
    OK = "ok"
    ERROR = "error"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell. `index` counts all cells of the notebook from 0; `line` is where its source begins in the file, from
    1, where that is known."""

    index: int
    source: str
    line: int | None = field(default=None, compare=False)


class Namespace(str, Enum):
    """Who gave somebody a number. A number means nothing in another namespace than its own.

    `SIS`: an institution's number as Canvas keeps it. `ROSTER`: the one on the list of participants.
    """

    MOODLE = "moodle"
    CANVAS = "canvas"
    SIS = "sis"
    OTHER = "other"
    ROSTER = "roster"


@dataclass(frozen=True, slots=True)
class Id:
    """A number (or a word) that somebody is known by, and where."""

    namespace: Namespace
    value: str


def id_in(ids: Sequence[Id], *namespaces: Namespace) -> str:
    """The id in the first of the namespaces that has one; without any, an empty text."""
    return next((id.value for namespace in namespaces for id in ids if id.namespace is namespace), "")


def main_id(ids: Sequence[Id]) -> str:
    """The one that tells namesakes apart: a learning platform's, else the list's."""
    return id_in(ids, Namespace.MOODLE, Namespace.CANVAS, Namespace.OTHER, Namespace.ROSTER)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on the list of participants. Where the list is a learning platform's export, its numbers stand in `ids`
    twice, as the platform's and as the list's."""

    name: str
    ids: tuple[Id, ...] = ()
    login: str = ""
    email: str = ""

    @property
    def id(self) -> str:
        """What the list calls them by beside the name."""
        return id_in(self.ids, Namespace.ROSTER) or self.login


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Something handed in of which the list does not tell whose it is, and why. `people`: those it may be from
    and who handed in nothing else; `is_contradicted`: the list and the learning platform disagree about its number."""

    participant: str
    path: str
    reason: Text
    people: tuple[Person, ...] = ()
    is_contradicted: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One of several notebooks that are run as one: the file's name, the index of its first cell, its path."""

    name: str
    first: int
    path: str


@dataclass(frozen=True, slots=True)
class Notebook:
    """A participant's notebook, read. `reason` is there exactly when it can't be graded. `ids` are the participant's,
    from the download's layout and from the list. `parts` are there when several notebooks are run as one; the cells are
    then counted through."""

    path: str
    participant: str
    sha256: str
    cells: tuple[Cell, ...] = ()
    status: SubmissionStatus = SubmissionStatus.GRADED
    reason: Text | None = None
    notes: tuple[Text, ...] = ()
    ids: tuple[Id, ...] = ()
    email: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def participant_id(self) -> str:
        """The number that a learning platform knows the participant by, else the one on the list."""
        return main_id(self.ids)

    def part(self, index: int | None) -> Part | None:
        """The one of several notebooks that holds the cell."""
        return next((part for part in reversed(self.parts) if index is not None and part.first <= index), None)

    def cell_label(self, index: int) -> int | str:
        """What people call a cell: its number from 1, with its file where there are several."""
        part = self.part(index)
        return index + 1 if part is None else f"{index - part.first + 1} ({part.name})"


@dataclass(frozen=True, slots=True)
class CellResult:
    """How a cell ran. `error` is one line: the exception's name and text. `printed` is cut to the cap. `label` is what
    people call the cell: its number from 1, with its file where there are several.

    `line` of the cell, from 1, and `code`, what stands there, are where the error came out of it; `inner_code` is where
    it began, which may be a function in another cell.
    """

    index: int
    status: CellStatus
    error: str | None = None
    notes: tuple[Text, ...] = ()
    printed: str = ""
    line: int | None = None
    code: str = ""
    inner_code: str = ""
    place: str = ""

    @property
    def label(self) -> int | str:
        return self.place or self.index + 1


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The mistake that a failed check's answers look like. `steps`: the hints one by one where it takes several.

    `probable`: a guess from the source or from an exception, whose text says so.
    """

    mistake: str
    hint: Text
    steps: tuple[Text, ...] = ()
    probable: bool = False


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A verdict of one hidden test. `input` is a call that can be pasted; `expected`, `actual` are texts."""

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

    @property
    def points(self) -> float:
        return self.max_points if self.status is CheckStatus.PASSED else 0.0

    @property
    def bonus(self) -> float:
        return self.max_bonus if self.status is CheckStatus.PASSED else 0.0


@dataclass(frozen=True, slots=True)
class Curve:
    """What a participant's function gives as one of its arguments grows, beside the reference's. It earns nothing.

    `heights` and `reference` stand above `places`; a height is None where the function gave no finite number.
    """

    title: Titles
    x_axis: Titles
    y_axis: Titles
    places: tuple[float, ...]
    heights: tuple[float | None, ...]
    reference: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """A verdict of one exercise. `points` and `max_points` never hold bonus. `cell` is the judged version's cell, and
    `label` what people call it."""

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
    curve: Curve | None = None
    place: str = ""

    @property
    def label(self) -> int | str:
        return self.place or (self.cell or 0) + 1


@dataclass(frozen=True, slots=True)
class Grade:
    """All that is known of one submission once it has been graded. `digest` is over all that the participant handed
    in, also what does not count in the end; `attempt` is the one of it that counts. `incomplete`: the grader broke on
    something else that might have earned more, and the score is the one that there is without it. `hurried`: the clock
    ended something that might have come to its end on a machine with nothing else to do."""

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

    def line(self, exercise: ExerciseResult) -> int | None:
        """Where in the notebook's file the judged version's cell begins, if that is known."""
        return next((cell.line for cell in self.notebook.cells if cell.index == exercise.cell), None)

    def file(self, index: int | None) -> str:
        """The path of the notebook that holds the cell."""
        part = self.notebook.part(index)
        return self.notebook.path if part is None else part.path

    @property
    def share(self) -> float:
        """The score from 0 to 1: of the points, or of the bonus where nothing else can be had."""
        if self.max_score:
            return self.score / self.max_score
        return self.bonus / self.max_bonus if self.max_bonus else 0.0

    @property
    def faulted(self) -> bool:
        """Whether the grader itself broke somewhere in it, so that the score says less than it should."""
        if self.status is SubmissionStatus.GRADER_FAULT:
            return True
        return any(exercise.status is ExerciseStatus.GRADER_FAULT for exercise in self.exercises)

    def reached(self, min_score_percent: float) -> bool:
        """Whether the points without bonus are at least this share of what can be had."""
        if self.status is not SubmissionStatus.GRADED:
            return False
        return self.score * 100 >= min_score_percent * self.max_score - 1e-9
