"""The routes of the trainer, who is whoever has the secret link, and of the projector, which shows no names."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from tornado.web import HTTPError

from grader.i18n import Text
from grader.report import gradebook, projector
from grader.serve import board, labels, news, tokens
from grader.serve.address import qr_picture
from grader.serve.personal import personal_data
from grader.serve.roll import Participant, Refused
from grader.serve.web.base import Handler

GAP_S = 1.0  # between two looks of a board at the class
MAX_POINTS = 1e6


class SignIn(Handler):
    """The trainer's link: whoever opens it is the trainer in this browser."""

    def get(self, secret: str) -> None:
        if not tokens.are_same(secret, self.classroom.settings.trainer):
            raise HTTPError(404)
        self.give_cookie("trainer", secret)
        self.go("/board")


class TrainersHandler(Handler):
    """A route for the trainer only. To others it is not there."""

    def prepare(self) -> None:
        super().prepare()
        if not self.is_trainer:
            raise HTTPError(404)

    def require(self, key: str) -> Participant:
        person = self.classroom.roll.by_key(key)
        if person is None:
            raise HTTPError(404)
        return person


class Board(TrainersHandler):
    def get(self) -> None:
        settings, site = self.classroom.settings, self.site
        self.show(
            "board",
            address=site.address,
            join_code=settings.join_code,
            projector=f"{site.base}/projector/{settings.projector}",
            is_frozen=settings.is_frozen,
            out=str(self.classroom.rules.out),
            **_board(self),
        )


class BoardNow(TrainersHandler):
    def get(self) -> None:
        self.show("board-now", **_board(self))


class BoardEvents(TrainersHandler):
    async def get(self) -> None:
        await self.follow(news.BOARD, GAP_S, most=10)


class Freeze(TrainersHandler):
    """Whether anything can be handed in."""

    def post(self) -> None:
        self.classroom.settings.freeze(self.get_body_argument("frozen", "") == "yes")
        for person in self.classroom.roll.everybody():
            self.classroom.say_changed(person)
        self.go("/board")


class AnswerClaim(TrainersHandler):
    """Whether somebody who claimed a taken name is that person."""

    def post(self, id: str) -> None:
        roll = self.classroom.roll
        if self.get_body_argument("answer", "") == "yes":
            person = roll.accept(int(id))
        else:
            person = next((one.person for one in roll.claims() if one.id == int(id)), None)
            roll.refuse(int(id))
        if person is not None:
            self.classroom.say_changed(person)
        self.go("/board")


class Person(TrainersHandler):
    """One person, for the trainer."""

    def get(self, key: str) -> None:
        show_person(self, self.require(key))


class ChangePerson(TrainersHandler):
    """What the trainer does to one person."""

    def post(self, key: str, what: str) -> None:
        person = self.require(key)
        self.classroom.say_changed(person)
        try:
            target = _CHANGES[what](self, person)
        except Refused as refused:
            return show_person(self, person, refused.text, 422)
        self.classroom.news.publish(news.of_person(key), news.BOARD)
        self.go(target)
        return None


class PersonsData(TrainersHandler):
    """All that is kept about one person."""

    def get(self, key: str) -> None:
        person = self.require(key)
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("Content-Disposition", 'attachment; filename="data.json"')
        self.finish(personal_data(self.classroom.attempts, person))


class PersonsReport(TrainersHandler):
    """The report of any attempt."""

    def get(self, key: str) -> None:
        attempt = self.classroom.attempts.by_key(key)
        person = None if attempt is None else self.classroom.roll.by_id(attempt.person)
        if attempt is None or person is None:
            raise HTTPError(404)
        report = self.article(person, attempt)
        if report is None:
            raise HTTPError(404)
        back = f"{self.site.base}/board/person/{person.key}"
        self.show("report", person=person, attempt=attempt, report=report, back=back)


class Gradebook(TrainersHandler):
    """The gradebook as it is now."""

    async def get(self) -> None:
        run = await self.classroom.write()
        if run is None or not run.grades:
            raise HTTPError(404)
        self.set_header("Content-Type", "text/csv; charset=UTF-8")
        self.set_header("Content-Disposition", 'attachment; filename="gradebook.csv"')
        self.finish(gradebook.spreadsheet_text(run))


# ---- the projector


class Projector(Handler):
    """The class without a name. Its address holds a key of its own, and gives no right to anything else."""

    def get(self, key: str) -> None:
        self._require(key)
        settings = self.classroom.settings
        join = f"{self.site.address}/join/{settings.join_code}"
        self.show(
            "projector",
            address=self.site.address,
            join_code=settings.join_code,
            qr=Markup(qr_picture(join)),  # noqa: S704  a picture of our own address
            here=f"{self.site.base}/projector/{key}",
            **self._look(),
        )

    def _require(self, key: str) -> None:
        if not tokens.are_same(key, self.classroom.settings.projector):
            raise HTTPError(404)

    def _look(self) -> dict[str, Any]:
        now = board.look(self.classroom, self.lang)
        found = [(topic, projector.public_heading(one, self.lang), len(one.who)) for topic, one in now.mistakes[:3]]
        return {"board": now, "mistakes": found}


class ProjectorNow(Projector):
    def get(self, key: str) -> None:
        self._require(key)
        self.show("projector-now", **self._look())


class ProjectorEvents(Projector):
    async def get(self, key: str) -> None:  # type: ignore[override]  # tornado awaits what a route gives
        self._require(key)
        await self.follow(news.BOARD, GAP_S, most=20)


# ---- changes of one person: each does one thing and says where to go on


def _note(handler: Handler, person: Participant) -> str:
    given = handler.get_body_argument("points", "").strip().replace(",", ".")
    try:
        points = float(given) if given else None
    except ValueError:
        raise Refused(labels.NOT_A_NUMBER) from None
    if points is not None and not abs(points) <= MAX_POINTS:
        raise Refused(labels.NOT_A_NUMBER)
    handler.classroom.roll.note(person, points, handler.get_body_argument("comment", "").replace("\r\n", "\n"))
    return f"/board/person/{person.key}"


def _rename(handler: Handler, person: Participant) -> str:
    handler.classroom.roll.rename(person, handler.get_body_argument("name", ""))
    return f"/board/person/{person.key}"


def _merge(handler: Handler, person: Participant) -> str:
    into = handler.classroom.roll.by_key(handler.get_body_argument("into", ""))
    if into is None:
        raise Refused(labels.GONE)
    handler.classroom.roll.merge(person, into)
    handler.classroom.say_changed(into)
    return f"/board/person/{into.key}"


def _reset(handler: Handler, person: Participant) -> str:
    handler.classroom.roll.reset(person)
    return f"/board/person/{person.key}"


def _remove(handler: Handler, person: Participant) -> str:
    if handler.get_body_argument("sure", "") != "yes":
        raise Refused(labels.NOT_SURE)
    handler.classroom.roll.remove(person)
    return "/board"


def _help(handler: Handler, person: Participant) -> str:
    handler.classroom.roll.ask_for_help(person, None)
    return "/board"


_CHANGES: dict[str, Callable[[Handler, Participant], str]] = {
    "note": _note,
    "rename": _rename,
    "merge": _merge,
    "reset": _reset,
    "remove": _remove,
    "help": _help,
}


def show_person(handler: Handler, person: Participant, problem: Text | None = None, status: int = 200) -> None:
    """The page of one person, for the trainer."""
    handler.set_status(status)
    classroom = handler.classroom
    attempts = classroom.attempts.of(person)
    counts = classroom.attempts.counting(attempts)
    handler.show(
        "person",
        problem=problem,
        person=person,
        here=f"{handler.site.base}/board/person/{person.key}",
        attempts=attempts,
        counts=counts,
        reports=f"{handler.site.base}/board/report",
        report=handler.article(person, counts),
        others=[one for one in classroom.roll.everybody() if one.id != person.id],
    )


def _board(handler: Handler) -> dict[str, Any]:
    classroom = handler.classroom
    return {"board": board.look(classroom, handler.lang), "claims": classroom.roll.claims(), "now_s": time.time()}
