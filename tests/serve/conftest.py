"""A workshop's server in this process, with graders that look at words instead of running anything, and browsers."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import pytest
from tornado.netutil import bind_sockets

from grader.config import Config
from grader.course.course import Course
from grader.i18n import msg
from grader.model import CheckResult, CheckStatus, ExerciseResult, ExerciseStatus, Grade, Notebook, SubmissionStatus
from grader.serve.address import Place
from grader.serve.classroom import Classroom
from grader.serve.graders import Graders, Outcome
from grader.serve.queue import Queue
from grader.serve.start import Plan, open_classroom
from grader.serve.web.base import Site
from grader.serve.web.server import make_server
from grader.submissions.submission import Submission

T = TypeVar("T")
HOST = "127.0.0.1"


def notebook(*sources: str, **metadata: object) -> bytes:
    cells = [
        {"cell_type": "code", "execution_count": 1, "metadata": {"secret": 1}, "source": one.splitlines(True),
         "outputs": [{"output_type": "stream", "name": "stdout", "text": ["PRINTED\n"]}]}
        for one in sources
    ]  # fmt: skip
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


def grade_by_words(course: Course, submission: Submission) -> Grade:
    """An exercise is right where its id stands in the code after the word "right"; a wrong one shows the code."""
    code = "\n".join(
        "".join(cell["source"])
        for file in submission.files
        for cell in json.loads(file.load())["cells"]  # type: ignore[arg-type]
    )
    right = set(re.findall(r"right (\w+)", code))
    results = tuple(_result(one, one.id in right, code) for one in course.exercises)
    return Grade(Notebook("", "", "0" * 64), SubmissionStatus.GRADED, 0.1, results, digest=code[:20])


def _result(exercise: Any, is_right: bool, code: str) -> ExerciseResult:
    status = CheckStatus.PASSED if is_right else CheckStatus.FAILED
    check = CheckResult("test_it", exercise.title, status, exercise.max_points, exercise.max_bonus,
                        None if is_right else msg("The value is not the expected one."), actual=code[:200])  # fmt: skip
    return ExerciseResult(
        exercise.id, exercise.title, ExerciseStatus.PASSED if is_right else ExerciseStatus.FAILED, exercise.function,
        check.points, exercise.max_points, check.bonus, exercise.max_bonus, checks=(check,),
    )  # fmt: skip


@dataclass
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Browser:
    """A client with cookies, that sends what a browser would."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    last: str = ""
    patience_s: float = 60.0

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, data: Mapping[str, str] | None = None, **headers: str) -> Answer:
        """A form, with the token of the page that was opened last."""
        sent = {"form": self.token, **(data or {})}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(sent).encode(), {**self._origin, **kind, **headers})

    def upload(self, data: bytes, name: str = "notebook.ipynb", path: str = "/hand-in", **headers: str) -> Answer:
        parts = [
            b'--XX\r\nContent-Disposition: form-data; name="form"\r\n\r\n' + self.token.encode(),
            b'\r\n--XX\r\nContent-Disposition: form-data; name="notebook"; filename="' + name.encode() + b'"\r\n\r\n',
            data + b"\r\n--XX--\r\n",
        ]
        kind = {"Content-Type": "multipart/form-data; boundary=XX"}
        return self._ask("POST", path, b"".join(parts), {**self._origin, **kind, **headers})

    def join(self, name: str, code: str) -> Answer:
        return self.post("/join", {"code": code, "name": name})

    @property
    def token(self) -> str:
        found = re.search(r'name="form" value="(\w+)"', self.last)
        return found[1] if found else ""

    @property
    def code(self) -> str:
        """The personal code."""
        return next((value for name, value in self.cookies.items() if name.endswith("-code")), "")

    @property
    def _origin(self) -> dict[str, str]:
        parts = urlsplit(self.url)
        return {"Origin": f"{parts.scheme}://{parts.netloc}"}

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer; where it leads elsewhere, what is there."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or HOST, parts.port, timeout=self.patience_s)
        cookies = (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        )
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(
            method, quote(parts.path + path, safe="/?=&%"), body or None, {**cookies, **self.headers, **own}
        )
        answer = connection.getresponse()
        found = Answer(answer.status, dict(answer.getheaders()), answer.read())
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            kept = rest.partition(";")[0].strip('"')
            self.cookies.pop(name, None)
            if kept:
                self.cookies[name] = kept
        connection.close()
        if found.status == 303:
            return self.get(found.headers["Location"].removeprefix(parts.path))
        if "html" in found.headers.get("Content-Type", ""):
            self.last = found.text
        return found


class Served:
    """A running server, and a way to look into it from another thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, classroom: Classroom, url: str, server: Any) -> None:
        self.loop, self.classroom, self.url, self.server = loop, classroom, url, server

    def call(self, action: Callable[[], T]) -> T:
        """What the action gives, in the server's thread."""
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(action())
            except BaseException as error:
                done.set_exception(error)

        self.loop.call_soon_threadsafe(run)
        return done.result(10)

    @property
    def join_code(self) -> str:
        return self.classroom.settings.join_code

    def browser(self) -> Browser:
        return Browser(self.url)

    def join(self, name: str) -> Browser:
        browser = self.browser()
        answer = browser.join(name, self.join_code)
        assert answer.status == 200, answer.text
        return browser

    def trainer(self) -> Browser:
        browser = self.browser()
        assert browser.get(f"/trainer/{self.classroom.settings.trainer}").status == 200
        return browser

    def settle(self) -> None:
        """Wait until nothing waits to be graded."""
        end_s = time.monotonic() + 15
        while self.call(lambda: len(self.classroom.queue)):
            assert time.monotonic() < end_s
            time.sleep(0.01)


Serve = Callable[..., Any]


@contextmanager
def serving(plan: Plan, graders: Graders, base: str = "", tls: Any = None, **site: Any) -> Iterator[Served]:
    """A server of this plan, in a thread of its own."""
    started: Future[Served] = Future()
    ended: list[Callable[[], None]] = []

    async def run() -> None:
        loop, end = asyncio.get_running_loop(), asyncio.Event()
        ended.append(lambda: loop.call_soon_threadsafe(end.set))
        with open_classroom(plan, graders) as classroom:
            classroom.open(lambda desk: Queue(graders, desk))
            sockets = bind_sockets(0, HOST)
            url = f"http://{HOST}:{sockets[0].getsockname()[1]}{base}"
            found = {"address": url, "is_reachable": False, "lang": plan.config.lang, **site}
            server = make_server(classroom, Site(**found), tls)  # type: ignore[arg-type]
            server.add_sockets(sockets)
            tasks = [asyncio.ensure_future(one) for one in (classroom.queue.run(), classroom.write_results())]
            started.set_result(Served(loop, classroom, url, server))
            await end.wait()
            for task in tasks:
                task.cancel()
            server.stop()
            await server.close_all_connections()

    def thread() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:
            if not started.done():
                started.set_exception(error)
            else:
                raise

    running = threading.Thread(target=thread)
    running.start()
    try:
        yield started.result(20)
    finally:
        for end in ended:
            end()
        running.join(20)


@pytest.fixture
def plan(course: Course, tmp_path: Path) -> Plan:
    out = tmp_path / "results"
    out.mkdir()
    return Plan(course, Config(lang="en"), out, Place(), 2)


@pytest.fixture
def by_words(course: Course) -> Graders:
    return Graders(lambda one, _: Outcome(grade_by_words(course, one)), 2, Config(lang="en"), lambda: None)


@pytest.fixture
def serve(plan: Plan, by_words: Graders) -> Callable[..., Any]:
    """Start a server: `with serve(deadline_s=...) as served`."""

    def start(
        graders: Graders = by_words, base: str = "", site: dict[str, Any] | None = None, tls: Any = None, **changes: Any
    ) -> Any:
        return serving(replace(plan, **changes), graders, base, tls, **(site or {}))

    return start


@pytest.fixture
def served(serve: Callable[..., Any]) -> Iterator[Served]:
    with serve() as started:
        yield started
