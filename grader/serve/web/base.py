"""What all routes have in common: languages, sessions, forms that only our pages send, headers, errors."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler

from grader.i18n import LANGUAGES, Lang, Text
from grader.report.page import page
from grader.serve import labels, pages, tokens
from grader.serve.attempts import Attempt
from grader.serve.classroom import Classroom
from grader.serve.roll import Participant

WRITE_S = 10.0
"""How long a browser may take to read a piece of what it asked for."""
STILL_HERE_S = 15.0
COOKIE_DAYS = 60
MAX_ARTICLES = 300  # reports that are held ready for pages
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # with none, forms would not say where they come from
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_log = logging.getLogger("grader.serve")


@dataclass(frozen=True, slots=True)
class Site:
    """Where people find the server.

    Attributes:
        address: What they type, without a slash at its end.
        is_reachable: Whether other networks reach it, as a notebook in Colab does.
        lang: The language for who asks for none of ours.
    """

    address: str
    is_reachable: bool
    lang: Lang

    @property
    def base(self) -> str:
        """What all paths begin with; empty for a server of its own."""
        return urlsplit(self.address).path.rstrip("/")

    @property
    def origin(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_secure(self) -> bool:
        return self.address.startswith("https:")


class Handler(RequestHandler):
    """A route. `classroom` and `site` are what it serves."""

    classroom: Classroom
    site: Site
    lang: Lang
    is_closed = False
    woken: asyncio.Event | None = None

    def initialize(self, classroom: Classroom, site: Site) -> None:
        self.classroom, self.site = classroom, site

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        self.lang = self._choose_language()
        if self.site.is_secure:
            self.set_header("Strict-Transport-Security", "max-age=31536000")
        if self.request.method == "POST" and not self.is_own_request():
            raise HTTPError(403, reason="foreign")

    def is_own_request(self) -> bool:
        """Whether a form was sent by a page of ours, to somebody who then sends it back. Everybody's browser says where
        it comes from; the token is for those that don't."""
        origin, site = self.request.headers.get("Origin"), self.request.headers.get("Sec-Fetch-Site")
        if origin is not None and origin not in (self.site.origin, f"{self.request.protocol}://{self.request.host}"):
            return False
        if site is not None and site not in ("same-origin", "none"):
            return False
        sent = self.get_body_argument("form", "")
        return any(tokens.are_same(sent, self._form_token(one)) for one in self.sessions()) or not self.sessions()

    def sessions(self) -> list[str]:
        """What the browser is signed in with."""
        return [value for name in ("code", "trainer") if (value := self.read_cookie(name))]

    # ---- sessions

    def read_cookie(self, name: str) -> str:
        return self.get_cookie(self._cookie_name(name), "") or ""

    def give_cookie(self, name: str, value: str) -> None:
        self.set_cookie(
            self._cookie_name(name),
            value,
            expires_days=COOKIE_DAYS,
            path=self.site.base or "/",
            httponly=True,
            secure=self.site.is_secure,
            samesite="Lax",
        )

    def take_cookie(self, name: str) -> None:
        self.clear_cookie(self._cookie_name(name), path=self.site.base or "/")

    def _cookie_name(self, name: str) -> str:
        """Ports share cookies, so that each workshop has its own."""
        own = hashlib.sha256(self.classroom.settings.forms.encode()).hexdigest()[:8]
        return f"grade-{own}-{name}"

    def _form_token(self, session: str) -> str:
        return tokens.form_token(self.classroom.settings.forms, session)

    @property
    def person(self) -> Participant | None:
        """Whose browser it is."""
        return self.classroom.roll.by_code(self.read_cookie("code"))

    @property
    def is_trainer(self) -> bool:
        return tokens.are_same(self.read_cookie("trainer"), self.classroom.settings.trainer)

    # ---- answers

    def show(self, template: str, /, **values: Any) -> None:
        """Answer with a page. Its forms hold the token of what the browser is signed in with."""
        session = next(iter(self.sessions()), "")
        token = Markup('<input type="hidden" name="form" value="{}">').format(self._form_token(session))
        shared = {"base": self.site.base, "course": self.classroom.rules.course, "csrf": token, "problem": None}
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("X-Piece", template)
        self.finish(pages.render(template, self.lang, {**shared, **values}))

    def go(self, path: str) -> None:
        """Answer with another page of ours."""
        self.redirect(f"{self.site.base}{path}", status=303)

    def article(self, person: Participant, attempt: Attempt | None) -> Markup | None:
        """The report of an attempt as a part of a page; None before it is graded. It is made once: while many wait,
        each page asks for its live piece again and again."""
        key = (attempt.id, attempt.graded_s, person.name, self.lang) if attempt is not None else None
        if attempt is None or key is None or attempt.graded_s is None:
            return None
        articles = self.classroom.articles
        if key not in articles and (run := self.classroom.report(person, attempt, self.lang)) is not None:
            if len(articles) >= MAX_ARTICLES:
                articles.clear()
            articles[key] = page.article(run)
        return articles.get(key)

    def write_error(self, status_code: int, **details: Any) -> None:
        text: Text = labels.BROKEN
        if status_code in (403, 404, 405):
            text = labels.FOREIGN if status_code == 403 and self.request.method == "POST" else labels.GONE
        elif status_code in (400, 413):
            text = labels.FOREIGN
        self.lang = getattr(self, "lang", self.site.lang)
        self.show("message", heading=text, text=None)

    def log_exception(self, *error: Any) -> None:
        """Our own bugs are shown whole; what a browser asked for wrongly is not, for it may hold a secret."""
        if not isinstance(error[1], HTTPError | StreamClosedError):
            _log.error("a route failed", exc_info=(error[0], error[1], error[2]))

    def on_connection_close(self) -> None:
        self.is_closed = True
        if self.woken is not None:
            self.woken.set()

    def _choose_language(self) -> Lang:
        asked = self.get_query_argument("lang", "")
        for lang in LANGUAGES:
            if lang == asked:
                self.give_cookie("lang", lang)
                return lang
        kept = self.read_cookie("lang")
        wanted = [
            part.split(";")[0].strip()[:2].lower()
            for part in self.request.headers.get("Accept-Language", "").split(",")
        ]
        return next((lang for one in (kept, *wanted) for lang in LANGUAGES if lang == one), self.site.lang)

    # ---- a stream of news

    async def follow(self, topic: str, gap_s: float = 0.5, most: int = 4) -> None:
        """Tell the browser whenever there is news, until it goes. Where `most` listen here already, nothing more
        is told: so many windows nobody needs."""
        kind = type(self).__name__  # whoever floods the projector's address leaves the board its news
        if self.classroom.news.count(topic, kind) >= most:
            self.set_status(204)  # after which a browser does not ask again
            return
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("X-Accel-Buffering", "no")
        with self.classroom.news.listen(topic, kind) as self.woken:
            while not self.is_closed:
                self.woken.clear()
                if not await self.send("data: news\n\n"):
                    return
                await asyncio.sleep(gap_s)
                while not self.is_closed and not await _is_set(self.woken, STILL_HERE_S):
                    if not await self.send(": still here\n\n"):
                        return

    async def send(self, text: str) -> bool:
        """Send a part of the answer. False where nobody reads it any more."""
        try:
            self.write(text)
            await asyncio.wait_for(self.flush(), WRITE_S)
        except (StreamClosedError, asyncio.TimeoutError):
            self.is_closed = True
            self.request.connection.close()  # type: ignore[union-attr]  # an HTTP1Connection
            return False
        return True


class Missing(Handler):
    """What is no route."""

    def prepare(self) -> None:
        self.lang = self._choose_language()
        raise HTTPError(404)


class Static(Handler):
    """The style and the script."""

    def get(self, name: str) -> None:
        if name not in pages.STATIC:
            raise HTTPError(404)
        self.set_header("Content-Type", f"{pages.STATIC[name]}; charset=UTF-8")
        self.set_header("Cache-Control", "no-cache")  # asked for each time, and sent only where it is another
        self.finish(pages.static(name))


class Health(Handler):
    """Whether the server lives and can write: for whoever watches over it."""

    def get(self) -> None:
        self.classroom.try_writing()
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(f"ok, {len(self.classroom.queue)} waiting\n")


async def _is_set(event: asyncio.Event, within_s: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), within_s)
    except asyncio.TimeoutError:
        return False
    return True
