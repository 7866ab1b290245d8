"""The tests of an assignment, as the pipeline uses them: run beside a notebook, then judged, unit by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType

from grader.course.assignment import Assignment, TestCase, Unit
from grader.course.course import Course
from grader.course.from_assignment import solution_cells
from grader.i18n import Titles
from grader.judging.cells.placing import Placed
from grader.judging.cells.running import Ended, Prepared, TestRun
from grader.judging.stand_in import Check
from grader.kernel.session import Session
from grader.model import Cell, Notebook


class CellTests:
    """The tests of one assignment, ready for any number of notebooks."""

    def __init__(self, course: Course, assignment: Assignment) -> None:
        self.course, self.assignment = course, assignment
        self._prepared: Prepared | None = None
        self._right: dict[int, Ended] | None = None

    def __enter__(self) -> CellTests:
        return self

    def __exit__(
        self, type_: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def prepared(self) -> Prepared:
        if self._prepared is None:
            self._prepared = Prepared.of(self.assignment)
        return self._prepared

    def unit(self, id: str) -> Unit:
        return next(unit for unit in self.assignment.units if unit.id == id)

    def checks(self, exercise: str) -> tuple[Check, ...]:
        """The checks of a unit, in order."""
        return tuple(map(check_of, self.unit(exercise).tests))

    def beside(self, placed: Placed) -> Bench:
        """What runs the tests beside this notebook."""
        return Bench(self.prepared, placed.tests)

    def with_solution(self, session: Session) -> dict[int, Ended]:
        """How each test cell ends with the course's own solution, in a kernel as that of `session`. A test that
        does not pass then fails nobody."""
        if self._right is None:
            notebook, tests = solved(self.assignment)
            bench = Bench(self.prepared, tests)
            with session.beside(notebook, after=bench.after):
                self._right = bench.ended
        return self._right


class Bench:
    """Runs tests beside a notebook. `tests`: as `Placed.tests`."""

    def __init__(self, prepared: Prepared, tests: Mapping[int | None, Sequence[int]]) -> None:
        self._prepared, self._tests = prepared, tests
        self._run: TestRun | None = None

    @property
    def ended(self) -> dict[int, Ended]:
        """How each test cell ended that was run, by its place in the source."""
        return self._run.ended if self._run is not None else {}

    def after(self, session: Session, index: int | None) -> None:
        """What `Session.run` calls after each cell."""
        places, is_seeded = self._tests.get(index, ()), self._prepared.assignment.seed is not None
        if not places and not is_seeded:
            return
        if self._run is None:
            self._run = TestRun(self._prepared, session)
        self._run.run(places)
        self._run.set_seed()


def check_of(test: TestCase) -> Check:
    return Check(test.id, Titles(test.title, test.title), test.points, 0.0)


def solved(assignment: Assignment) -> tuple[Notebook, dict[int | None, list[int]]]:
    """The course's own solution as a notebook, and the test cells that come after each of its cells."""
    cells = [Cell(at, source) for at, source in solution_cells(assignment)]
    tests: dict[int | None, list[int]] = {}
    places = {test.cell for unit in assignment.units for test in unit.tests}
    for at in sorted(places):
        before = [cell.index for cell in cells if cell.index < at]
        tests.setdefault(before[-1] if before else None, []).append(at)
    return Notebook("reference.ipynb", "reference", "", tuple(cells)), tests
