"""Attacks on the server. The table below is the list; each row is a test, and all are held."""

from __future__ import annotations

import http.client
import re
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.serve import tokens
from grader.serve.roll import fold
from grader.serve.web import server as web_server
from tests.serve.conftest import Served, notebook
from tests.serve.test_trainer import hand_in, key_of

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>"
TRAINERS = ["/board", "/board/now", "/board/events", "/board/gradebook.csv", "/board/person/{key}",
            "/board/person/{key}/data.json", "/board/report/{attempt}"]  # fmt: skip
TRAINERS_FORMS = ["/board/freeze", "/board/claim/1", *(f"/board/person/{{key}}/{what}" for what in
                  ("note", "rename", "merge", "reset", "remove", "help"))]  # fmt: skip


def connect(served: Served) -> socket.socket:
    parts = urlsplit(served.url)
    return socket.create_connection((str(parts.hostname), parts.port or 0), timeout=10)


def is_closed(sock: socket.socket, within_s: float) -> bool:
    """Whether the server hangs up."""
    sock.settimeout(within_s)
    try:
        while sock.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def wait_until(is_so: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end_s
        time.sleep(0.02)


# ---- other people's work


def test_nobody_reads_anothers_report_not_even_with_its_address(served: Served) -> None:
    anna, jan = served.join("Anna"), served.join("Jan")
    hand_in(served, anna, "right 1a SECRET")
    key = served.call(lambda: served.classroom.attempts.everything()[1][0].key)
    assert anna.get(f"/report/{key}").status == 200
    for other in (jan, served.browser()):
        answer = other.get(f"/report/{key}")
        assert answer.status in (403, 404)
        assert "SECRET" not in answer.text
    assert "SECRET" not in jan.get("/").text + jan.get("/now").text + jan.get("/my-data.json").text


@pytest.mark.parametrize("path", TRAINERS)
def test_what_is_the_trainers_is_not_there_for_others(served: Served, path: str) -> None:
    anna = served.join("Anna")
    hand_in(served, anna, "right 1a")
    attempt = served.call(lambda: served.classroom.attempts.everything()[1][0].key)
    asked = path.format(key=key_of(served, "Anna"), attempt=attempt)
    for browser in (anna, served.browser()):
        assert browser.get(asked).status == 404


@pytest.mark.parametrize("path", TRAINERS_FORMS)
def test_participants_change_nothing_that_is_the_trainers(served: Served, path: str) -> None:
    anna, key = served.join("Anna"), key_of(served, "Anna")
    before = served.call(served.classroom.roll.everybody)
    data = {"sure": "yes", "name": "Zły", "points": "18", "frozen": "yes", "answer": "yes", "into": key}
    assert anna.post(path.format(key=key), data).status == 404
    assert served.call(served.classroom.roll.everybody) == before
    assert not served.call(lambda: served.classroom.settings.is_frozen)


def test_addresses_cannot_be_guessed(served: Served) -> None:
    keys = {tokens.new_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(len(key) >= 16 for key in keys)
    assert served.browser().get("/report/1").status == 404


# ---- tokens


@pytest.mark.parametrize("forge", ["", "x", "a" * 24, "aaaa-aaaa-aaaa-aaaa-aaaa-aaaa", "' OR 1=1 --"])
def test_a_forged_code_is_nobodys(served: Served, forge: str) -> None:
    anna = served.join("Anna")
    forged = served.browser()
    forged.cookies = dict.fromkeys(anna.cookies, forge)
    assert "Join code" in forged.get("/").text
    assert forged.get("/my-data.json").status == 403
    assert forged.get("/events").status == 403


@pytest.mark.parametrize("forge", ["", "x" * 32, "trainer"])
def test_a_forged_trainers_cookie_opens_nothing(served: Served, forge: str) -> None:
    trainer = served.trainer()
    trainer.cookies = dict.fromkeys(trainer.cookies, forge)
    assert trainer.get("/board").status == 404
    assert served.browser().get(f"/trainer/{forge or 'none-such-key'}").status == 404


def test_what_is_kept_of_codes_gives_nobody_a_code(served: Served) -> None:
    anna = served.join("Anna")
    kept = b"".join(one.read_bytes() for one in served.classroom.rules.out.glob("workshop.db*"))
    assert anna.code.encode() not in kept
    assert tokens.plain(anna.code).encode() not in kept


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(served: Served) -> None:
    answer = http_answer(served, "POST", "/join", f"code={served.join_code}&name=Anna")
    cookie = answer.getheader("Set-Cookie") or ""
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def http_answer(served: Served, method: str, path: str, body: str = "", **headers: str) -> http.client.HTTPResponse:
    parts = urlsplit(served.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request(method, path, body or None, {**kind, **headers})
    return connection.getresponse()


# ---- forms of other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/join", "/help", "/leave", "/hand-in"])
def test_forms_of_other_sites_are_refused(served: Served, path: str, headers: dict[str, str]) -> None:
    anna = served.join("Anna")
    anna.get("/")
    assert anna.post(path, {"wanted": "yes", "code": served.join_code, "name": "Zły"}, **headers).status == 403
    assert [(one.name, one.help_s) for one in served.call(served.classroom.roll.everybody)] == [("Anna", None)]


@pytest.mark.parametrize("form", ["", "0" * 64, None])
def test_a_form_without_its_token_is_refused_even_if_the_browser_does_not_say_where_it_is_from(
    served: Served, form: str | None
) -> None:
    anna, jan = served.join("Anna"), served.join("Jan")
    token = jan.token if form is None else form
    cookies = "; ".join(f"{name}={value}" for name, value in anna.cookies.items())
    assert http_answer(served, "POST", "/help", f"wanted=yes&form={token}", Cookie=cookies).status == 403
    assert all(one.help_s is None for one in served.call(served.classroom.roll.everybody))


def test_a_page_of_another_name_is_a_stranger(served: Served) -> None:
    """DNS rebinding: a browser takes the address for that of the page, and sends none of our cookies there."""
    served.join("Anna")
    there = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert http_answer(served, "GET", "/my-data.json", **there).status == 403
    assert http_answer(served, "GET", "/board", **there).status == 404
    page = http_answer(served, "GET", "/", **there).read().decode()
    assert "Anna" not in page
    assert served.join_code not in page


# ---- stored markup


def test_markup_of_participants_is_text_everywhere(served: Served) -> None:
    anna, trainer = served.join("Anna"), served.trainer()
    hand_in(served, anna, f"wrong {MARKUP}")
    key = key_of(served, "Anna")
    trainer.get(f"/board/person/{key}")
    trainer.post(f"/board/person/{key}/note", {"points": "", "comment": MARKUP})
    projector = served.call(lambda: served.classroom.settings.projector)
    for page in (
        anna.get("/").text,
        anna.get("/now").text,
        trainer.get("/board").text,
        trainer.get(f"/board/person/{key}").text,
        served.browser().get(f"/projector/{projector}").text,
        served.browser().get(f"/join/{served.join_code}").text,
    ):
        assert "<script>" not in page
        assert "<img" not in page
    refused = anna.upload(b"PK\x03\x04", name=f"{MARKUP}.ipynb")
    assert "<img" not in refused.text


def test_what_was_typed_comes_back_as_text(served: Served) -> None:
    answer = served.browser().join(f'"><script>alert(1)</script>{MARKUP}', f'"{MARKUP}')
    assert answer.status == 403
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text


def test_every_answer_has_the_headers_that_keep_scripts_out(served: Served) -> None:
    anna = served.join("Anna")
    for path in ("/", "/now", "/nothing", "/board", "/static/serve.js", "/health", "/my-data.json"):
        headers = anna.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Server" not in headers
        assert "Access-Control-Allow-Origin" not in headers
    assert anna.get("/").headers["Cache-Control"] == "no-store"


# ---- large, slow, many


def test_a_stranger_sends_nothing_large(served: Served) -> None:
    with connect(served) as sock:
        sock.sendall(b"POST /api/hand-in HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n")
        assert is_closed(sock, 5)


def test_forms_are_small_for_everybody(served: Served) -> None:
    anna = served.join("Anna")
    cookies = "; ".join(f"{name}={value}" for name, value in anna.cookies.items()).encode()
    with connect(served) as sock:
        sock.sendall(b"POST /help HTTP/1.1\r\nHost: x\r\nCookie: " + cookies + b"\r\nContent-Length: 100000\r\n\r\n")
        assert is_closed(sock, 5)


def test_a_notebook_larger_than_the_limit_is_cut_off_before_it_is_read(served: Served) -> None:
    anna = served.join("Anna")
    with connect(served) as sock:
        sock.sendall(
            b"POST /api/hand-in HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + anna.code.encode()
            + b"\r\nContent-Length: 50000000\r\n\r\n"
        )  # fmt: skip
        assert is_closed(sock, 5)


def test_chunks_without_an_end_are_cut_off(served: Served) -> None:
    with connect(served) as sock:
        sock.sendall(b"POST /join HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(40):
                sock.sendall(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        except OSError:
            return
        assert is_closed(sock, 5)


def test_headers_have_a_limit(served: Served) -> None:
    with connect(served) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\n" + b"X: " + b"x" * 40_000)
        assert is_closed(sock, 5)


def test_slow_clients_are_dropped(serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "HEADER_S", 0.3)
    monkeypatch.setattr(web_server, "BODY_S", 0.3)
    with serve() as served, connect(served) as first, connect(served) as second:
        first.sendall(b"GET / HTTP/1.1\r\nHost:")
        second.sendall(b"POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nco")
        assert is_closed(first, 5)
        assert is_closed(second, 5)


def test_connections_have_a_limit(serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "MAX_OF_ADDRESS", 5)
    with serve() as served:
        held = [connect(served) for _ in range(5)]
        wait_until(lambda: served.call(lambda: len(served.server._connections)) == 5)
        with connect(served) as sixth:
            assert is_closed(sixth, 2)
        for sock in held:
            sock.close()
        wait_until(lambda: served.call(lambda: len(served.server._connections)) == 0)
        assert served.browser().get("/health").status == 200


def test_who_hands_in_all_the_time_is_slowed_down_and_nobody_else(served: Served) -> None:
    anna, jan = served.join("Anna"), served.join("Jan")
    answers = [anna.upload(notebook(f"wrong {number}")).status for number in range(10)]
    assert answers.count(200) == 6
    assert answers[-1] == 422
    assert "too often" in anna.last
    assert jan.upload(notebook("right 1a")).status == 200


def test_windows_of_one_person_have_a_limit(served: Served) -> None:
    anna = served.join("Anna")
    cookies = "; ".join(f"{name}={value}" for name, value in anna.cookies.items())
    held = [http_answer(served, "GET", "/events", Cookie=cookies) for _ in range(5)]
    assert [one.status for one in held] == [200, 200, 200, 200, 204]
    held[0].close()
    wait_until(lambda: http_answer(served, "GET", "/events", Cookie=cookies).status == 200)


def test_many_windows_of_the_projector_leave_the_trainers_board_its_news(served: Served) -> None:
    projector, trainer = served.call(lambda: served.classroom.settings.projector), served.trainer()
    held = [http_answer(served, "GET", f"/projector/{projector}/events") for _ in range(21)]
    assert [one.status for one in held] == [200] * 20 + [204]
    cookies = "; ".join(f"{name}={value}" for name, value in trainer.cookies.items())
    assert http_answer(served, "GET", "/board/events", Cookie=cookies).status == 200


def test_uploads_of_one_person_have_a_limit_and_those_that_broke_off_do_not_count(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_server, "MAX_UPLOADS", 2)
    anna, jan = served.join("Anna"), served.join("Jan")
    head = b"POST /api/hand-in HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\nAuthorization: Bearer "

    def begin(code: str) -> socket.socket:
        sock = connect(served)
        sock.sendall(head + code.encode() + b"\r\n\r\n{")
        return sock

    held = [begin(anna.code) for _ in range(2)]
    uploads = served.server.request_callback._uploads
    wait_until(lambda: served.call(lambda: uploads.total()) == 2)
    with begin(anna.code) as third, begin(jan.code) as other:
        assert is_closed(third, 2)
        assert not is_closed(other, 0.1)
    for sock in held:
        sock.close()
    wait_until(lambda: served.call(lambda: uploads.total()) == 0)
    assert anna.upload(notebook("right 1a")).status == 200


def test_a_name_is_claimed_by_a_few_at_most(served: Served) -> None:
    served.join("Anna")
    answers = [served.browser().join("Anna", served.join_code) for _ in range(5)]
    assert [one.status for one in answers] == [200] * 3 + [422] * 2
    assert "Ask your trainer" in answers[-1].text
    assert served.browser().join("Jan", served.join_code).status == 200


# ---- paths, methods, rubbish


@pytest.mark.parametrize(
    "path",
    ["/static/../database.py", "/static/%2e%2e/database.py", "/static/..%2f..%2fpages.py", "/static/serve.py",
     "/workshop.db", "/results/workshop.db", "//etc/passwd", "/report/../board", "/trainer-link.txt", "/.git/config"],
)  # fmt: skip
def test_no_path_leads_to_a_file(served: Served, path: str) -> None:
    answer = http_answer(served, "GET", path)
    assert answer.status == 404
    assert b"import" not in answer.read()


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..\\..\\1a.ipynb", "a\x01b", "x" * 5000, "1a.ipynb/../../x"])
def test_the_name_of_a_file_leads_nowhere(served: Served, name: str) -> None:
    anna = served.join("Anna")
    anna.upload(notebook("right 1a"), name=name)
    served.settle()
    names = served.call(lambda: served.classroom.workshop().people[0].files)
    assert set(names) <= {"1a.ipynb", "notebook.ipynb"}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "BREW"])
def test_other_methods_do_nothing(served: Served, method: str) -> None:
    assert http_answer(served, method, "/board").status in (403, 404, 405)


def test_secrets_stay_out_of_the_log(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "grader.serve")  # which `grade serve` sets too
    anna, trainer = served.join("Anna Kot"), served.trainer()
    hand_in(served, anna, "right 1a MYCODE")
    served.browser().upload(notebook("x"), path="/api/hand-in", Authorization=f"Bearer {anna.code}")
    trainer.get("/board")
    served.browser().get("/trainer/wrong-secret-here")
    own = served.classroom.settings
    secrets = [anna.code, *served.call(lambda: [own.trainer, own.projector, own.join_code])]
    assert "HandIn 303" in caplog.text
    assert not [one for one in [*secrets, "Anna", "MYCODE", "wrong-secret-here"] if one in caplog.text]


PATHS = (
    "/ /join /now /hand-in /api/hand-in /help /report/aaaaaaaaaaaaaaaa /board /board/claim/1 /static/page.css "
    "/trainer/aaaaaaaaaaaaaaaa"
)
KINDS = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=XX",
    "multipart/form-data",
    "application/json",
    "text/plain; charset=utf-99",
    "",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "HEAD"]),
    path=st.sampled_from(PATHS.split()),
    query=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
    body=st.binary(max_size=300),
    kind=st.sampled_from(KINDS),
    cookie=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=";"), max_size=40),
)
def test_rubbish_is_refused_and_never_breaks_a_route(
    served: Served, method: str, path: str, query: str, body: bytes, kind: str, cookie: str
) -> None:
    name = served.call(lambda: "grade-x-code")
    answer = http_bytes(served, method, f"{path}?{query}", body, kind, f"{name}={cookie}")
    assert answer in (200, 303, 400, 401, 403, 404, 405, 422)


def http_bytes(served: Served, method: str, path: str, body: bytes, kind: str, cookie: str) -> int:
    parts = urlsplit(served.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for header, value in (("Content-Type", kind), ("Cookie", cookie), ("Content-Length", str(len(body)))):
        connection.putheader(header, value)
    connection.endheaders(body)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_form_token_is_found_on_pages(served: Served) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", served.join("Anna").token)


@pytest.mark.parametrize(
    "name", ["Anna\u034f", "Anna\ufe0f", "Anna\u200d", "An\u0316\u0317\u0318na", "क\ufe0f", "Anna\u202e"]
)
def test_nobody_takes_anothers_name_by_a_mark_that_nobody_sees(served: Served, name: str) -> None:
    served.join("Anna")
    assert served.browser().join(name, served.join_code).status == 422


def test_vowels_of_other_scripts_tell_names_apart_and_accents_do_not() -> None:
    assert fold("किरण") != fold("करण")
    assert fold("Żak") == fold("Zak")
