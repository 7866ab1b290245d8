"""The routes of participants: joining, handing in, the own report. Nobody reaches what is another's."""

from __future__ import annotations

import logging
import time
from typing import Any

from tornado.web import HTTPError

from grader.i18n import Text, render
from grader.report import terminal
from grader.serve import cell, labels, news, pages, tokens
from grader.serve.attempts import Attempt, State
from grader.serve.personal import personal_data
from grader.serve.roll import Entry, Participant, Refused
from grader.serve.web.base import Handler

_log = logging.getLogger("grader.serve")
GRADED_WITHIN_S = 600.0  # for how long a cell waits under which the report is shown


class Home(Handler):
    """The own page; without a code, joining."""

    def get(self, join_code: str = "") -> None:
        code = self.read_cookie("code")
        person, claim = self.person, self.classroom.roll.claimed_by(code) if code else None
        if person is not None:
            show_me(self, person)
        elif claim is not None:
            self.show("wait", claim=claim)
        else:
            _show_joining(self, code=join_code)


class Now(Handler):
    """The live piece of the own page."""

    def get(self) -> None:
        code = self.read_cookie("code")
        claim = self.classroom.roll.claimed_by(code) if code else None
        if self.person is not None:
            self.show("me-now", **_now(self, self.person))
        elif claim is not None:
            self.show("wait-now", claim=claim)
        else:
            raise HTTPError(403)


class Events(Handler):
    """Tells the own page when it is out of date."""

    async def get(self) -> None:
        code = self.read_cookie("code")
        claim = self.classroom.roll.claimed_by(code) if code else None
        person = self.person or (claim.person if claim else None)
        if person is None:
            raise HTTPError(403)
        await self.follow(news.of_person(person.key))


class Join(Handler):
    """Joining with the code and a name."""

    def post(self) -> None:
        given, name = self.get_body_argument("code", ""), self.get_body_argument("name", "")
        if not tokens.are_same(tokens.plain(given), tokens.plain(self.classroom.settings.join_code)):
            return _show_joining(self, given, name, labels.WRONG_CODE, 403)
        code = tokens.new_code()
        try:
            entry = self.classroom.roll.join(name, code, time.time())
        except Refused as refused:
            return _show_joining(self, given, name, refused.text, 422)
        self.give_cookie("code", code)
        self.classroom.news.publish(news.BOARD)
        if entry is Entry.JOINED and (person := self.classroom.roll.by_code(code)) is not None:
            self.classroom.say_changed(person)
        self.go("/")
        return None


class Leave(Handler):
    """Signing out."""

    def post(self) -> None:
        self.take_cookie("code")
        self.go("/")


class HandIn(Handler):
    """Handing in on the page."""

    async def post(self) -> None:
        person = _require(self)
        files = self.request.files.get("notebook", [])
        if not files:
            return show_me(self, person, labels.NO_FILE, 422)
        try:
            await self.classroom.hand_in(person, files[0].body, files[0].filename)
        except Refused as refused:
            return show_me(self, person, refused.text, 422)
        self.go("/")
        return None


class HandInByCode(Handler):
    """Handing in from a notebook or a terminal, with the personal code instead of a cookie. The answer begins as soon
    as the notebook is kept, and ends with the report."""

    def is_own_request(self) -> bool:
        """No other site's page can send the header with the code."""
        return True

    async def post(self) -> None:
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        person = self.classroom.roll.by_code(bearer(self))
        if person is None:
            return self._refuse(401, labels.unknown_code(self.site.address))
        uploads = [file for files in self.request.files.values() for file in files]
        data = uploads[0].body if uploads else self.request.body
        name = uploads[0].filename if uploads else self.get_query_argument("name", "")
        del uploads
        self.request.body, self.request.files = b"", {}  # nothing of it stays in memory while the report is awaited
        try:
            attempt = await self.classroom.hand_in(person, data, name)
        except Refused as refused:
            return self._refuse(422, refused.text)
        del data
        self.set_status(202)
        self.set_header("X-Accel-Buffering", "no")
        try:
            await self._report(person, attempt)
        except Exception:  # too late for another status: what was handed in is kept all the same
            _log.exception("a report can't be shown")
            self.finish(render(labels.BROKEN, self.lang) + "\n")
        return None

    async def _report(self, person: Participant, attempt: Attempt) -> None:
        if not await self.send(render(labels.kept(self.site.address), self.lang) + "\n"):
            return
        done = await self.classroom.wait_for(attempt, person, GRADED_WITHIN_S)
        run = None if done is None else self.classroom.report(person, done, self.lang)
        if run is not None:
            self.finish(terminal.text(run))
        else:
            is_replaced = done is not None and done.state is State.REPLACED
            self.finish(render(labels.REPLACED, self.lang) + "\n" if is_replaced else "")

    def _refuse(self, status: int, text: Text) -> None:
        self.set_status(status)
        self.finish(render(text, self.lang) + "\n")

    def write_error(self, status_code: int, **details: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(render(labels.BROKEN, getattr(self, "lang", self.site.lang)) + "\n")


class Report(Handler):
    """The report of one of the own attempts."""

    def get(self, key: str) -> None:
        person = _require(self)
        attempt = self.classroom.attempts.by_key(key)
        if attempt is None or attempt.person != person.id:
            raise HTTPError(404)
        report = self.article(person, attempt)
        if report is None:
            raise HTTPError(404)
        self.show("report", person=person, attempt=attempt, report=report, back=f"{self.site.base}/")


class Help(Handler):
    """Asking the trainer to come, or not any more."""

    def post(self) -> None:
        person = _require(self)
        is_wanted = self.get_body_argument("wanted", "") == "yes"
        since_s = person.help_s or time.time()
        self.classroom.roll.ask_for_help(person, since_s if is_wanted else None)
        self.classroom.say_changed(person)
        self.go("/")


class MyData(Handler):
    """All that is kept about the person who asks."""

    def get(self) -> None:
        person = _require(self)
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("Content-Disposition", 'attachment; filename="my-data.json"')
        self.finish(personal_data(self.classroom.attempts, person))


def bearer(handler: Handler) -> str:
    """The personal code that a request carries in its header."""
    kind, _, code = handler.request.headers.get("Authorization", "").partition(" ")
    return code.strip() if kind.lower() == "bearer" else ""


def show_me(handler: Handler, person: Participant, problem: Text | None = None, status: int = 200) -> None:
    """The own page."""
    handler.set_status(status)
    code = handler.read_cookie("code")
    values = _now(handler, person) | {"problem": problem}
    handler.show(
        "me",
        **values,
        code=code,
        cell=cell.hand_in_cell(handler.site.address),
        curl=cell.curl_command(handler.site.address),
        is_reachable=handler.site.is_reachable,
        notice=labels.notice(handler.classroom.settings.keep_until),
    )


def _show_joining(
    handler: Handler, code: str = "", name: str = "", problem: Text | None = None, status: int = 200
) -> None:
    handler.set_status(status)
    rules, settings = handler.classroom.rules, handler.classroom.settings
    notice = labels.notice(settings.keep_until)
    listed = bool(rules.listed) and not handler.classroom.roll.is_open
    handler.show("join", code=code, name=name, problem=problem, is_listed=listed, notice=notice)


def _now(handler: Handler, person: Participant) -> dict[str, Any]:
    """What the live piece of the own page shows: where the last attempt is, and the newest report."""
    classroom = handler.classroom
    attempts = classroom.attempts.of(person)
    graded = [one for one in attempts if one.graded_s is not None]
    ahead = classroom.queue.place(attempts[-1]) if attempts else None
    deadline_s = classroom.rules.deadline_s
    return {
        "person": person,
        "attempts": attempts,
        "counts": classroom.attempts.counting(attempts),
        "waits": ahead is not None,
        "state": _state(attempts, ahead),
        "report": handler.article(person, graded[-1] if graded else None),
        "reports": f"{handler.site.base}/report",
        "is_frozen": classroom.settings.is_frozen,
        "deadline": None if deadline_s is None else labels.deadline(pages.day_and_clock(deadline_s)),
    }


def _state(attempts: list[Attempt], ahead: int | None) -> Text:
    if not attempts:
        return labels.NOTHING
    if ahead is not None:
        return labels.place(ahead)
    return labels.graded(pages.clock(attempts[-1].at_s)) if attempts[-1].graded_s else labels.GRADING


def _require(handler: Handler) -> Participant:
    person = handler.person
    if person is None:
        raise HTTPError(403)
    return person
