"""`grade serve`: everything is opened, the server listens, and what is open is closed again at the end."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec

from grader.batch.store import open_store, terms
from grader.config import Config
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import Text, msg
from grader.output import unwritable
from grader.people import Sheet
from grader.serve import results
from grader.serve.address import Place, qr_text
from grader.serve.attempts import Attempts, Policy
from grader.serve.classroom import Classroom, Rules
from grader.serve.database import open_database
from grader.serve.graders import Graders, open_graders
from grader.serve.purge import LINK_FILE, purge
from grader.serve.queue import Queue
from grader.serve.roll import Roll
from grader.serve.settings import Settings
from grader.serve.web.base import Site
from grader.serve.web.server import make_server

LOOK_AT_DATE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What `grade serve` is asked to do.

    Attributes:
        course: The exercises.
        config: The settings of grading.
        out: The folder of the results.
        place: Where to listen.
        jobs: How many notebooks are graded at once.
        list_file: The list of participants as it was given; None if there is none.
        sheet: The list, read.
        is_open: Whether people may join under a name that is not on the list.
        policy: Which attempt counts.
        deadline_s: After when nothing that is handed in counts, in seconds since the epoch.
        keep_days: For how many days everything is kept.
        dask: The address of a cluster's scheduler, to grade there.
    """

    course: Course
    config: Config
    out: Path
    place: Place
    jobs: int
    list_file: bytes | None = None
    sheet: Sheet | None = None
    is_open: bool = True
    policy: Policy = "best"
    deadline_s: float | None = None
    keep_days: int = 30
    dask: str | None = None


Say = Callable[[Text], None]


def serve(plan: Plan, say: Say) -> None:
    """Serve until Ctrl-C or SIGTERM. Raise UsageError or OutputError where that can't be."""
    with (
        open_store(plan.out, {}),  # so that no other grader works in the folder
        open_graders(plan.course, plan.config, plan.jobs, plan.out, plan.dask) as graders,
    ):
        erase_what_is_too_old(plan.out, say)
        with open_classroom(plan, graders) as classroom:
            asyncio.run(_serve(plan, classroom, graders, say))
            results.write_results(classroom.workshop(), plan.out)
            say(msg("The results are in {folder}.", folder=str(plan.out)))


@contextmanager
def open_classroom(plan: Plan, graders: Graders) -> Iterator[Classroom]:
    """The workshop in the folder of the results: a new one, or the one that was there."""
    course, listed = plan.course, plan.sheet.people if plan.sheet is not None else ()
    known = hashlib.sha256(msgspec.json.encode(dict(terms(course, graders.config)))).hexdigest()
    with open_database(plan.out) as database:
        settings = Settings(database)
        if not settings.keep_until:
            settings.set_keep_until((date.today() + timedelta(days=plan.keep_days)).isoformat())
        settings.keep_list(plan.list_file)
        settings.set_policy(plan.policy)
        rules = Rules(course, graders.config, plan.out, plan.list_file, listed, plan.deadline_s)
        roll = Roll(database, listed, plan.is_open)
        attempts = Attempts(database, [one.id for one in course.exercises], known, plan.policy)
        yield Classroom(rules, roll, attempts, settings)


def erase_what_is_too_old(out: Path, say: Say) -> None:
    """Keep the promise that people were given when they joined."""
    with open_database(out) as database:
        until = Settings(database).keep_until
    if until and date.today().isoformat() > until:
        purge(out)
        say(msg("Everything was kept until {day} and is erased now, as people were promised.", day=until))


async def _serve(plan: Plan, classroom: Classroom, graders: Graders, say: Say) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    classroom.open(lambda desk: Queue(graders, desk))
    _listen(plan, classroom, say)
    forever = (classroom.queue.run(), classroom.write_results(), _watch_date(classroom, ended))
    tasks: list[asyncio.Task[object]] = [loop.create_task(one) for one in forever]
    stop: asyncio.Task[object] = loop.create_task(ended.wait())
    done, _ = await asyncio.wait([*tasks, stop], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    for task in done - {stop}:
        task.result()  # raises: none of them ends by itself but by an error of ours


async def _watch_date(classroom: Classroom, ended: asyncio.Event) -> None:
    """End the server once everything is to be erased: the next start does it."""
    while date.today().isoformat() <= classroom.settings.keep_until:
        await asyncio.sleep(LOOK_AT_DATE_S)
    ended.set()
    await asyncio.sleep(LOOK_AT_DATE_S)


def _listen(plan: Plan, classroom: Classroom, say: Say) -> None:
    """Listen, and say where."""
    from tornado.netutil import bind_sockets

    place = plan.place
    try:
        sockets = bind_sockets(place.port, place.host)
    except OSError as error:
        text = msg(
            "nothing can listen at {host}, port {port}: {reason}. Choose another with --port.",
            host=place.host,
            port=place.port,
            reason=error.strerror or str(error),
        )
        raise UsageError(text) from error
    port: int = sockets[0].getsockname()[1]
    site = Site(place.address(port), place.is_reachable, plan.config.lang)
    server = make_server(classroom, site, make_tls(place), place.public is not None)
    server.add_sockets(sockets)
    link = plan.out / LINK_FILE
    write_privately(link, f"{site.address}/trainer/{classroom.settings.trainer}\n")
    for line in _welcome(plan, classroom, site.address, link):
        say(line)


def _welcome(plan: Plan, classroom: Classroom, address: str, link: Path) -> Iterator[Text]:
    if plan.place.is_on_lan:
        yield msg(
            "--lan: everybody in this network can reach the page, and whoever listens in it can read names and code. "
            "Use it in a network that you trust, and never on the internet."
        )
    yield qr_text(f"{address}/join/{classroom.settings.join_code}").rstrip("\n") or msg(
        "No QR code: pip install segno draws one here."
    )
    yield msg("Address:   {address}", address=address)
    yield msg("Join code: {code}", code=classroom.settings.join_code)
    yield msg("Your own link, to the board, is in {file}. Show it to nobody.", file=str(link))
    yield msg("Ctrl-C ends it. Nothing that was handed in is lost: start it again with the same folder.")


def make_tls(place: Place) -> ssl.SSLContext | None:
    """What the server proves itself with; None for plain HTTP. Raise UsageError for a certificate that is none."""
    if place.certificate is None or place.key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(place.certificate, place.key)
    except OSError as error:  # an ssl.SSLError is one
        text = msg(
            "the TLS certificate {file} can't be used: {reason}. Name a certificate in PEM and its key.",
            file=str(place.certificate),
            reason=error.strerror or str(error),
        )
        raise UsageError(text) from error
    return context


def write_privately(path: Path, text: str) -> None:
    """Write a file that only its owner may read; a link in its place is removed first."""
    try:
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise unwritable(path, error) from error


def read_list(file: Path | None) -> tuple[bytes | None, Sheet | None]:
    """The list of participants, as it is and read. Raise UsageError."""
    from grader.submissions import roster

    if file is None:
        return None, None
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError("{path} can't be read: {reason}. Is the path right?", path=file, reason=error) from error
    return data, roster.read(data, str(file))


def parse_deadline(text: str | None) -> float | None:
    """ "2026-11-26 12:30", or "12:30" of today, in seconds since the epoch. Raise UsageError."""
    if text is None:
        return None
    today = date.today().isoformat()
    for format, given in (("%Y-%m-%d %H:%M", text), ("%Y-%m-%dT%H:%M", text), ("%Y-%m-%d %H:%M", f"{today} {text}")):
        try:
            return time.mktime(time.strptime(given, format))
        except (ValueError, OverflowError):
            continue
    raise UsageError(msg("--deadline {text}: write it as 12:30 or 2026-11-26 12:30.", text=text))
