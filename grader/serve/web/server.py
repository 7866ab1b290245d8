"""The routes, and the limits that every connection has."""

from __future__ import annotations

import contextlib
import logging
import re
import socket
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, HTTPServerRequest
from tornado.iostream import IOStream
from tornado.web import Application, RequestHandler

from grader.serve.classroom import Classroom
from grader.serve.notebooks import MAX_MIB
from grader.serve.roll import Participant
from grader.serve.web import base, participant, trainer
from grader.serve.web.base import Handler, Site

MAX_CONNECTIONS = 1000
MAX_OF_ADDRESS = 400
"""Of one address: a whole room may come from one."""
HEADER_S, BODY_S = 20.0, 120.0
UNREAD_MS = 30_000
"""How long a client may leave unread what it was sent."""
MAX_HEADER_BYTES = 16 << 10
MAX_FORM_BYTES = 64 << 10
MAX_UPLOAD_BYTES = (MAX_MIB << 20) + MAX_FORM_BYTES
MAX_UPLOADS = 8
"""Of one person at a time: a few that a bad connection has left behind, and a new one."""
_PAGE, _API = "/hand-in", "/api/hand-in"
_KEY = r"([A-Za-z0-9_-]{8,64})"
_log = logging.getLogger("grader.serve.access")


class App(Application):
    """The routes of one workshop. `base`: what their paths begin with."""

    def __init__(self, classroom: Classroom, site: Site) -> None:
        self._classroom, self._site = classroom, site
        self._uploads: Counter[int] = Counter()
        shared = {"classroom": classroom, "site": site}
        found = [(f"{re.escape(site.base)}{path}", handler, shared) for path, handler in _ROUTES]
        super().__init__(
            found, default_handler_class=base.Missing, default_handler_args=shared, log_function=_log_request
        )

    def find_handler(self, request: HTTPServerRequest, **rest: Any) -> Any:
        """Hears of a request before its body is read: large ones are for people who may hand in."""
        path, is_multipart = request.path.removeprefix(self._site.base), _is_multipart(request)
        if path == _API and not is_multipart:  # a whole notebook, which clients call a form: nothing takes it apart
            request.headers.pop("Content-Type", None)
        is_upload = path == _API or (path == _PAGE and is_multipart)
        person = self._whose(request) if is_upload else None
        is_one_too_many = person is not None and self._uploads[person.id] >= MAX_UPLOADS
        limit = MAX_FORM_BYTES if person is None or is_one_too_many else MAX_UPLOAD_BYTES
        if request.connection is not None:
            request.connection.set_max_body_size(limit)  # type: ignore[attr-defined]  # HTTP1Connection has it
        delegate = super().find_handler(request, **rest)
        return delegate if person is None else _Upload(delegate, self._uploads, person.id)

    def _whose(self, request: HTTPServerRequest) -> Participant | None:
        names = [cookie.value for name, cookie in request.cookies.items() if name.endswith("-code")]
        _, _, bearer = request.headers.get("Authorization", "").partition(" ")
        people = (self._classroom.roll.by_code(code) for code in (*names, bearer))
        return next((one for one in people if one is not None), None)


class _Upload(HTTPMessageDelegate):
    """Counts the uploads of a person that are under way: each is held in memory."""

    def __init__(self, delegate: HTTPMessageDelegate, counts: Counter[int], person: int) -> None:
        self._delegate, self._counts, self._person = delegate, counts, person
        self._is_under_way = True
        counts[person] += 1

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> Any:
        return self._delegate.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Any:
        return self._delegate.data_received(chunk)

    def finish(self) -> None:
        self._end()
        self._delegate.finish()

    def on_connection_close(self) -> None:
        self._end()
        self._delegate.on_connection_close()

    def _end(self) -> None:
        if self._is_under_way:
            self._is_under_way = False
            self._counts[self._person] -= 1


class Server(HTTPServer):
    """Drops whoever is slow, or too many."""

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        of_address = sum(_address_of(one) == address[0] for one in self._connections)
        is_crowd = of_address >= MAX_OF_ADDRESS and not self.xheaders  # all that a proxy passes on comes from one
        if len(self._connections) >= MAX_CONNECTIONS or is_crowd:
            stream.close()
            return
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            with contextlib.suppress(OSError):
                stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
        super().handle_stream(stream, address)


def make_server(classroom: Classroom, site: Site, tls: Any = None, is_behind_proxy: bool = False) -> Server:
    """The server, which does not listen yet."""
    return Server(
        App(classroom, site),
        ssl_options=tls,
        xheaders=is_behind_proxy,
        max_header_size=MAX_HEADER_BYTES,
        max_body_size=MAX_UPLOAD_BYTES,
        max_buffer_size=MAX_UPLOAD_BYTES + MAX_HEADER_BYTES,
        idle_connection_timeout=HEADER_S,
        body_timeout=BODY_S,
    )


_ROUTES: Sequence[tuple[str, type[Handler]]] = (
    (r"/", participant.Home),
    (r"/join/([A-Za-z0-9-]{1,40})", participant.Home),
    (r"/join", participant.Join),
    (r"/leave", participant.Leave),
    (r"/now", participant.Now),
    (r"/events", participant.Events),
    (_PAGE, participant.HandIn),
    (_API, participant.HandInByCode),
    (rf"/report/{_KEY}", participant.Report),
    (r"/help", participant.Help),
    (r"/my-data\.json", participant.MyData),
    (rf"/trainer/{_KEY}", trainer.SignIn),
    (r"/board", trainer.Board),
    (r"/board/now", trainer.BoardNow),
    (r"/board/events", trainer.BoardEvents),
    (r"/board/freeze", trainer.Freeze),
    (r"/board/gradebook\.csv", trainer.Gradebook),
    (r"/board/claim/([0-9]{1,9})", trainer.AnswerClaim),
    (rf"/board/person/{_KEY}", trainer.Person),
    (rf"/board/person/{_KEY}/data\.json", trainer.PersonsData),
    (rf"/board/person/{_KEY}/(note|rename|merge|reset|remove|help)", trainer.ChangePerson),
    (rf"/board/report/{_KEY}", trainer.PersonsReport),
    (rf"/projector/{_KEY}", trainer.Projector),
    (rf"/projector/{_KEY}/now", trainer.ProjectorNow),
    (rf"/projector/{_KEY}/events", trainer.ProjectorEvents),
    (r"/static/([a-z.]{1,20})", base.Static),
    (r"/health", base.Health),
)


def _is_multipart(request: HTTPServerRequest) -> bool:
    return request.headers.get("Content-Type", "").startswith("multipart/form-data")


def _log_request(handler: RequestHandler) -> None:
    """What was asked for without keys, codes and names."""
    took_ms = 1000 * handler.request.request_time()
    name = type(handler).__name__
    _log.info("%s %s %d %.0f ms", handler.request.method, name, handler.get_status(), took_ms)


def _address_of(connection: Any) -> str:
    found: str = connection.context.address[0] if isinstance(connection.context.address, tuple) else ""
    return found
