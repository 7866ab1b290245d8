"""Where the server listens, what it refuses, what people type."""

from __future__ import annotations

import http.client
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from grader.errors import UsageError
from grader.i18n import render
from grader.serve.address import Place, choose_place, qr_picture, qr_text
from grader.serve.graders import Graders
from grader.serve.purge import LINK_FILE
from grader.serve.start import Plan, _welcome, make_tls, open_classroom, parse_deadline
from tests.serve.conftest import notebook

CERT = Path("cert.pem")
FORM = "application/x-www-form-urlencoded"


def test_by_default_nobody_else_reaches_it() -> None:
    place = choose_place(None, 8600, False, None, None, None)
    assert place == Place("127.0.0.1", 8600)
    assert place.address(8600) == "http://127.0.0.1:8600"
    assert not place.is_reachable


def test_on_the_local_network_it_is_reached_by_this_machines_address() -> None:
    place = choose_place(None, 0, True, None, None, None)
    assert place.host == "0.0.0.0"
    assert place.address(8600).endswith(":8600")
    assert "0.0.0.0" not in place.address(8600)
    assert not place.is_reachable, "a notebook in Colab can't reach it"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("192.0.2.5", 0, False, None, None, None), "unencrypted"),
        (("192.0.2.5", 0, False, CERT, None, None), "belong together"),
        (("192.0.2.5", 0, True, None, None, None), "Leave out one"),
        ((None, 0, False, None, None, "grade.example.org"), "what people type"),
        ((None, 0, False, None, None, "https://grade.example.org/?x=1"), "what people type"),
    ],
)
def test_what_would_carry_names_in_the_open_or_contradicts_itself_is_refused(arguments: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        choose_place(*arguments)


def test_behind_a_proxy_people_type_its_address() -> None:
    place = choose_place("0.0.0.0", 8600, False, None, None, "https://grade.example.org/ml/")
    assert place.address(8600) == "https://grade.example.org/ml"
    assert place.is_reachable


def test_with_tls_it_may_listen_anywhere() -> None:
    assert choose_place("192.0.2.5", 443, False, CERT, CERT, None).address(443) == "https://192.0.2.5:443"


def test_the_address_is_drawn_for_phones() -> None:
    assert len(qr_text("http://192.0.2.5:8600/join/abcd-efgh").splitlines()) > 10
    assert qr_picture("http://192.0.2.5:8600").startswith("<svg")


@pytest.mark.parametrize("text", ["2026-11-26 12:30", "2026-11-26T12:30"])
def test_a_deadline_is_a_day_and_a_time(text: str) -> None:
    assert time.strftime("%Y-%m-%d %H:%M", time.localtime(parse_deadline(text))) == "2026-11-26 12:30"


def test_a_deadline_without_a_day_is_today() -> None:
    assert time.strftime("%Y-%m-%d %H:%M", time.localtime(parse_deadline("23:59"))) == time.strftime("%Y-%m-%d 23:59")


@pytest.mark.parametrize("text", ["", "noon", "25:00", "26.11.2026"])
def test_a_deadline_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="write it as"):
        parse_deadline(text)


def test_everything_works_under_a_prefix(serve: Callable[..., Any]) -> None:
    with serve(base="/courses/ml") as served:
        anna = served.join("Anna")
        assert 'href="/courses/ml/static/page.css"' in anna.last
        anna.upload(notebook("right 1a"))
        served.settle()
        assert '<article class="person"' in anna.get("/").text
        trainer = served.trainer()
        assert "1 joined" in trainer.get("/board").text
        outside = served.browser()
        outside.url = served.url.removesuffix("/courses/ml")
        assert outside.get("/").status == 404


def test_behind_a_proxy_with_tls_cookies_are_for_tls_only_and_forms_come_from_there(serve: Callable[..., Any]) -> None:
    with serve(site={"address": "https://grade.example.org"}) as served:
        browser = served.browser()
        answer = browser.get("/")
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        form = {"code": served.join_code, "name": "Anna"}
        assert browser.post("/join", form, Origin="https://grade.example.org.evil.example").status == 403
        assert browser.post("/join", form, Origin="https://grade.example.org").status == 200
        parts = urlsplit(served.url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
        connection.request("POST", "/join", f"code={served.join_code}&name=Jan", {"Content-Type": FORM})
        assert "Secure" in (connection.getresponse().getheader("Set-Cookie") or "")


def test_what_the_terminal_says_may_stand_on_the_projector(plan: Plan, by_words: Graders) -> None:
    plan = replace(plan, place=Place(is_on_lan=True))
    with open_classroom(plan, by_words) as classroom:
        said = [render(text, "en") for text in _welcome(plan, classroom, "http://192.0.2.5:8600", plan.out / LINK_FILE)]
        secrets = (classroom.settings.trainer, classroom.settings.forms, classroom.settings.projector)
    assert "can read names and code" in said[0]
    assert any(classroom.settings.join_code in one for one in said)
    assert not [one for one in secrets for line in said if one in line]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl makes a certificate here")
def test_it_speaks_tls_with_a_certificate_of_its_own(serve: Callable[..., Any], tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    ask = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    command = [*ask.split(), "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    with serve(tls=make_tls(Place(certificate=cert, key=key))) as served:
        parts = urlsplit(served.url)
        trust = ssl.create_default_context(cafile=str(cert))
        connection = http.client.HTTPSConnection(str(parts.hostname), parts.port, timeout=10, context=trust)
        connection.request("GET", "/health")
        assert connection.getresponse().read().startswith(b"ok")
        connection.close()
    key.write_text("no key")
    with pytest.raises(UsageError, match="TLS certificate"):
        make_tls(Place(certificate=cert, key=key))
