"""A run of the grader: what every report is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from grader.i18n import Lang

if TYPE_CHECKING:
    from grader.config import Config
    from grader.course.course import Course, Exercise
    from grader.model import Grade
    from grader.people import Person, Sheet, Unmatched
    from grader.report.class_summary import Topic
    from grader.report.outline import Outline, Work
    from grader.report.same_work import Same


@dataclass(frozen=True)
class Run:
    """All that a report may show.

    Attributes:
        grades: The grades, in the order in which reports list them. Those of a large class are read anew each time.
        course: The course that the notebooks were graded by.
        config: The settings that they were graded with.
        missing: People on the list of participants who handed in nothing; None where there is no list.
        unmatched: Submissions that the list of participants does not tell whose they are.
        sheets: The lists of participants, cell by cell.
        before: The points with bonus in the last completed run, by name and id; None if there was none.
        is_live: Whether the run goes on, so that a page looks for news.
        waiting: How many have handed in what is not graded yet.
    """

    grades: Sequence[Grade]
    course: Course
    config: Config
    missing: tuple[Person, ...] | None = None
    unmatched: tuple[Unmatched, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    before: Mapping[tuple[str, str], float] | None = None
    is_live: bool = False
    waiting: int = 0

    @property
    def lang(self) -> Lang:
        """The language that reports are written in."""
        return self.config.lang

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises that were to be graded."""
        only = self.config.only
        return tuple(exercise for exercise in self.course.exercises if not only or exercise.id in only)

    @property
    def max_score(self) -> float:
        """What can be earned without bonus, whoever handed in what."""
        return sum(exercise.worth for exercise in self.exercises)

    @property
    def max_bonus(self) -> float:
        return sum(exercise.max_bonus for exercise in self.exercises)

    @cached_property
    def outlines(self) -> Sequence[Outline]:
        """The grades without texts, all of them in memory."""
        from grader.report.outline import KeptGrades, outline

        return self.grades.outlines if isinstance(self.grades, KeptGrades) else tuple(map(outline, self.grades))

    @cached_property
    def scores(self) -> Sequence[Grade]:
        """The numbers and names of each grade: all that tables need."""
        return tuple(one.score for one in self.outlines)

    @cached_property
    def works(self) -> Sequence[Work]:
        """What each has that others may have too."""
        from grader.report.outline import KeptGrades
        from grader.report.same_work import lines_handed_out, work_of

        if isinstance(self.grades, KeptGrades):
            return self.grades.works
        handed_out = lines_handed_out(self.course)
        return tuple(work_of(grade, handed_out) for grade in self.grades)

    @cached_property
    def same(self) -> Sequence[Same]:
        """Work that is the same, beyond what right answers have in common."""
        from grader.report.same_work import same_work

        return same_work(self)

    @cached_property
    def topics(self) -> tuple[Topic, ...]:
        """The exercises that were graded, each across the class."""
        from grader.report.class_summary import topics

        return topics(self)

    @cached_property
    def own_files(self) -> Sequence[str]:
        """The name of each participant's own page."""
        from grader.report.people_files import file_names

        return file_names(self.scores)

    @property
    def walls(self) -> tuple[str, ...]:
        """The names of the walls that stood around every submission that ran."""
        ran = [one.score.walls for one in self.outlines if one.has_run]
        return tuple(wall for wall in ran[0] if all(wall in walls for walls in ran)) if ran else ()

    @property
    def doubtful(self) -> tuple[Person, ...]:
        """People on the list whose only submission may be someone else's, each once."""
        return tuple(dict.fromkeys(person for one in self.unmatched for person in one.people))

    @property
    def best(self) -> Grade:
        """The grade that counts where one submission is expected: the best one, and of equals the first."""
        scores = self.scores
        return self.grades[max(range(len(scores)), key=lambda place: (scores[place].score, scores[place].bonus))]
