"""The workshop itself: what happens when somebody hands in, and what everybody sees of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from markupsafe import Markup

from grader.config import Config
from grader.course.course import Course
from grader.errors import GraderError
from grader.i18n import Lang, msg
from grader.model import Grade
from grader.people import Person
from grader.report import class_summary
from grader.report.run import Run
from grader.serve import news, results
from grader.serve.attempts import Attempt, Attempts, State
from grader.serve.notebooks import Arrived, receive
from grader.serve.queue import Desk, Queue
from grader.serve.rates import Rate
from grader.serve.results import Counting, Workshop
from grader.serve.roll import Participant, Refused, Roll
from grader.serve.settings import Settings
from grader.submissions.submission import File, Submission

WRITE_EVERY_S = 5.0
MAX_STORED_MIB = 64
"""What one person's notebooks may take on the disk."""
FROZEN = msg("Nothing can be handed in now: the trainer has closed it.")
_TOO_OFTEN = msg("You hand in too often. Wait a few seconds, then do it again.")
_TOO_MUCH = msg("You have handed in more than can be kept. Ask your trainer.")
_REMOVED = msg("Your trainer has taken you off the list. Ask them.")
_log = logging.getLogger("grader.serve")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a workshop goes by.

    Attributes:
        course: The exercises.
        config: The settings of grading.
        out: The folder of the results.
        list_file: The list of participants as it was given; None if there is none.
        listed: Who is on it.
        deadline_s: After when nothing that is handed in counts, in seconds since the epoch; None for never.
    """

    course: Course
    config: Config
    out: Path
    list_file: bytes | None = None
    listed: tuple[Person, ...] = ()
    deadline_s: float | None = None


class Classroom:
    """Everything that pages show and forms change. Only the event loop may use it.

    Attributes:
        rules: What the workshop goes by.
        roll: The people.
        attempts: What they handed in.
        settings: Secrets and switches.
        queue: What waits to be graded.
        news: Who waits to hear of changes.
        articles: Reports as parts of pages, made already.
    """

    def __init__(self, rules: Rules, roll: Roll, attempts: Attempts, settings: Settings) -> None:
        self.rules, self.roll, self.attempts, self.settings = rules, roll, attempts, settings
        self.news = news.News()
        self.articles: dict[Hashable, Markup] = {}
        self.queue: Queue
        self._rate, self._trials = Rate(burst=6, every_s=5.0), Rate(burst=1, every_s=5.0)
        self._is_dirty, self._writing = True, asyncio.Lock()
        self._written: dict[str, object] = {}

    def open(self, make_queue: Callable[[Desk], Queue]) -> None:
        """Go on with what was not graded when the server last ended."""
        self.attempts.grade_again_what_is_outdated()
        self.queue = make_queue(Desk(self._submission, self._keep, self._say_places_changed))
        self.queue.add(self.attempts.waiting())

    # ---- handing in

    async def hand_in(self, person: Participant, data: bytes, name: str) -> Attempt:
        """Take a notebook. Once this returns, it is kept, whatever happens. Raise Refused."""
        now_s = time.time()  # before it is looked at: that may take a while where many hand in at the last moment
        if self.settings.is_frozen:
            raise Refused(FROZEN)
        if not self._rate.take(person.id):
            raise Refused(_TOO_OFTEN)
        exercises = [one.id for one in self.rules.course.exercises]
        arrived = await asyncio.get_running_loop().run_in_executor(None, receive, data, name, exercises)
        if not isinstance(arrived, Arrived):
            raise Refused(arrived)
        if self.roll.by_id(person.id) is None:  # the trainer has removed the person meanwhile
            raise Refused(_REMOVED)
        if self.attempts.stored_bytes(person) + len(arrived.data) > MAX_STORED_MIB << 20:
            raise Refused(_TOO_MUCH)
        attempt = self.attempts.hand_in(person, arrived, now_s, self.is_late(now_s))
        self.roll.see(person, now_s)
        if attempt.state is State.WAITING:
            self.queue.add([attempt])
        self.say_changed(person)
        return attempt

    def is_late(self, now_s: float) -> bool:
        deadline_s = self.rules.deadline_s
        return deadline_s is not None and now_s > deadline_s

    async def wait_for(self, attempt: Attempt, person: Participant, most_s: float) -> Attempt | None:
        """The attempt once it is graded, replaced or gone (None), or as it is after this time."""
        end_s = time.monotonic() + most_s
        with self.news.listen(news.of_person(person.key)) as event:
            while (now := self.attempts.by_key(attempt.key)) is not None and now.state is State.WAITING:
                left_s = end_s - time.monotonic()
                if left_s <= 0:
                    break
                event.clear()
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(event.wait(), left_s)
        return now

    # ---- what there is to see

    def report(self, person: Participant, attempt: Attempt, lang: Lang) -> Run | None:
        """A run of this attempt alone; None before it is graded."""
        grade = self.attempts.grade(attempt)
        if grade is None:
            return None
        files = self.attempts.files(attempt)
        path = next(iter(files)) if len(files) == 1 else person.name
        notebook = replace(grade.notebook, participant=person.name, path=path)
        grade = replace(grade, notebook=notebook)
        return Run((grade,), self.rules.course, replace(self.rules.config, lang=lang))

    def counting(self, person: Participant, attempts: list[Attempt]) -> Counting:
        """What counts of a person's attempts."""
        attempt = self.attempts.counting(attempts)
        files = {} if attempt is None else self.attempts.files(attempt)
        grade = None if attempt is None else self.attempts.grade(attempt)
        number = person.listed[1] if person.listed is not None else ""
        name = person.listed[0] if person.listed is not None else person.name
        return Counting(name, number, files, grade, person.points, person.comment)

    def workshop(self) -> Workshop:
        """What counts of everybody's attempts."""
        attempts = self.attempts.everything()
        people = tuple(self.counting(person, attempts.get(person.id, [])) for person in self.roll.everybody())
        rules = self.rules
        return Workshop(people, rules.list_file, rules.listed, rules.course, rules.config)

    # ---- changes

    def try_writing(self) -> None:
        """Raise sqlite3.Error where nothing can be kept any more. It is tried at most every few seconds."""
        if self._trials.take("health"):
            self.settings.freeze(self.settings.is_frozen)

    def say_changed(self, person: Participant) -> None:
        """Something of this person's is new."""
        self._is_dirty = True
        self.news.publish(news.of_person(person.key), news.BOARD)

    async def write_results(self) -> None:
        """Keep the folder of the results up to date until it is cancelled."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            if self._is_dirty:
                self._is_dirty = False
                await self.write()

    async def write(self) -> Run | None:
        """Write the results as they are now, and return them; None where they can't be written."""
        async with self._writing:
            workshop, out = self.workshop(), self.rules.out
            loop = asyncio.get_running_loop()
            try:
                return await loop.run_in_executor(
                    None, partial(results.write_results, workshop, out, known=self._written)
                )
            except (GraderError, OSError) as error:  # a full disk, say: what was handed in is in the database
                _log.warning("the results can't be written: %s", error)
            except Exception:  # our own bug: people go on handing in
                _log.exception("the results can't be written")
            self._is_dirty = True
            return None

    def _submission(self, attempt: Attempt) -> Submission | None:
        now = self.attempts.by_id(attempt.id)
        if now is None or now.state is not State.WAITING:
            return None
        files = self.attempts.files(attempt)
        return Submission("", "", (tuple(File(name, name, data=data) for name, data in files.items()),))

    def _keep(self, attempt: Attempt, grade: Grade) -> None:
        is_scored = class_summary.is_scored(grade) and not grade.faulted
        self.attempts.keep(attempt, grade, grade.score + grade.bonus if is_scored else None, time.time())
        now = self.attempts.by_id(attempt.id)  # of somebody else, where the trainer has merged two
        person = None if now is None else self.roll.by_id(now.person)
        if person is not None:
            self.say_changed(person)

    def _say_places_changed(self) -> None:
        people = {one.id: one for one in self.roll.everybody()} if len(self.queue) else {}
        waiting = {attempt.person for attempt in self.queue.waiting}
        self.news.publish(*(news.of_person(people[id].key) for id in waiting if id in people), news.BOARD)
