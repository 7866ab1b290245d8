"""The workshop in a real Chromium: joining, handing in, the report, help, board and projector; axe finds nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright import sync_api

from tests.report.page.test_in_browser import DESKTOP, PHONE, chromium  # noqa: F401  a fixture
from tests.serve.conftest import Served, notebook
from tests.serve.test_trainer import hand_in, key_of

pytestmark = pytest.mark.xdist_group("chromium")
LONG = "Wawrzyniec Świętosławski-Grzegrzółkowski"
PICTURES = os.environ.get("SERVE_PICTURES", "")
"""A folder for pictures of all pages, for whoever wants to look at them."""
Open = Callable[..., Any]
expect = sync_api.expect
expect.set_options(timeout=15_000)


@pytest.fixture
def open_window(served: Served, chromium: Any) -> Iterator[Open]:  # noqa: F811
    """Open windows that ask nobody but the server for anything, and in which nothing complains."""
    contexts: list[Any] = []
    asked: set[str] = set()
    complaints: list[str] = []

    def open_window(path: str = "/", viewport: Any = None, **options: Any) -> Any:
        context = chromium.new_context(viewport=viewport or DESKTOP, locale="en-GB", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("request", lambda request: asked.add(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(served.url + path)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert {url for url in asked if not url.startswith((served.url, "data:"))} == set()
    assert complaints == []


def join(page: Any, served: Served, name: str) -> None:
    page.goto(f"{served.url}/join/{served.join_code}")
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Hand in", exact=True)).to_be_visible()
    page.wait_for_load_state("load")  # the script has run


def choose(page: Any, code: str, name: str = "workshop.ipynb") -> None:
    page.get_by_label("Your notebook (.ipynb)").set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": notebook(code)}
    )
    page.get_by_role("button", name="Hand in").click()


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES, f"{name}.png")), full_page=True)


def test_somebody_joins_hands_in_reads_the_report_and_asks_for_help(served: Served, open_window: Open) -> None:
    page = open_window()
    join(page, served, LONG)
    choose(page, "right 1a")
    expect(page.locator(".state-line")).to_contain_text("Graded. Handed in at")
    expect(page.locator("article .total b")).to_have_text("2")
    page.get_by_role("button", name="I need help").click()
    expect(page.get_by_text("Your trainer knows that you need help")).to_be_visible()


def test_the_report_comes_by_itself_and_what_was_opened_stays_open(served: Served, open_window: Open) -> None:
    page = open_window()
    join(page, served, "Anna")
    page.get_by_text("Your personal code", exact=True).click()
    served.browser().upload(notebook("right 1a"), path="/api/hand-in", Authorization=f"Bearer {code_on(page)}")
    expect(page.locator("article .total b")).to_have_text("2")
    expect(page.locator("#personal")).to_be_visible()
    assert "Graded" in page.locator("#spoken").inner_text(), "who listens to the page hears it"


def code_on(page: Any) -> str:
    found: str = page.locator("#personal").inner_text()
    return found


def test_a_file_that_is_dropped_on_the_page_is_handed_in(served: Served, open_window: Open) -> None:
    page = open_window()
    join(page, served, "Anna")
    page.evaluate(
        """text => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], "workshop.ipynb", {type: "application/json"}));
            const way = {dataTransfer: transfer, bubbles: true, cancelable: true};
            document.body.dispatchEvent(new DragEvent("drop", way));
        }""",
        notebook("right 1a").decode(),
    )
    expect(page.locator("article .total b")).to_have_text("2")


def test_the_cell_is_copied_with_one_press(served: Served, open_window: Open) -> None:
    page = open_window(permissions=["clipboard-read", "clipboard-write"])
    join(page, served, "Anna")
    page.get_by_role("button", name="Copy", exact=True).first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert f'hand_in("{served.url}")' in page.evaluate("navigator.clipboard.readText()")


def test_without_a_script_everything_works(served: Served, open_window: Open) -> None:
    page = open_window(java_script_enabled=False)
    join(page, served, "Anna")
    choose(page, "right 1a")
    expect(page.locator("article .total b")).to_have_text("2")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)


def test_the_board_shows_what_happens_without_being_asked(served: Served, open_window: Open) -> None:
    board = open_window(f"/trainer/{served.call(lambda: served.classroom.settings.trainer)}")
    expect(board.get_by_text("Nobody has joined yet")).to_be_visible()
    anna = served.join("Anna")
    expect(board.get_by_role("link", name="Anna")).to_be_visible()
    hand_in(served, anna, "right 1a")
    expect(board.locator("tbody .m-passed")).to_have_count(1)
    anna.post("/help", {"wanted": "yes"})
    board.get_by_role("button", name="Answered Anna").click()
    expect(board.get_by_text("Nobody asks for help")).to_be_visible()
    assert "I need help" in anna.get("/").text


def test_who_claims_a_taken_name_is_let_in_by_the_trainer(served: Served, open_window: Open) -> None:
    served.join("Anna")
    page = open_window(f"/join/{served.join_code}")
    page.get_by_label("Your name").fill("Anna")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="This name is somebody")).to_be_visible()
    board = open_window(f"/trainer/{served.call(lambda: served.classroom.settings.trainer)}")
    board.get_by_role("button", name="Yes, let them in").click()
    expect(page.get_by_role("heading", name="Hand in", exact=True)).to_be_visible()


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_any_page_and_nothing_is_too_wide(
    served: Served, open_window: Open, viewport: Any, scheme: str
) -> None:
    anna, jan = served.join(LONG), served.join("Jan")
    hand_in(served, anna, "right 1a " + "x" * 300, "wrong")
    hand_in(served, jan, "right 1a right 1b", "wrong 2", "wrong 3", "wrong 4")
    anna.post("/help", {"wanted": "yes"})
    served.join("Jan")
    key = key_of(served, LONG)
    served.call(
        lambda: served.classroom.roll.note(served.classroom.roll.everybody()[0], 1.5, "Dobrze, " + "bardzo " * 9)
    )
    projector = f"/projector/{served.call(lambda: served.classroom.settings.projector)}"
    window = open_window(viewport=viewport, color_scheme=scheme)
    look(window, "join", viewport, scheme)
    for name, value in anna.cookies.items():
        window.context.add_cookies([{"name": name, "value": value, "url": served.url}])
    for path, name in (("/?lang=pl", "me"), (projector, "projector")):
        window.goto(served.url + path)
        look(window, name, viewport, scheme)
    window.goto(f"{served.url}/trainer/{served.call(lambda: served.classroom.settings.trainer)}")
    look(window, "board", viewport, scheme)
    window.goto(f"{served.url}/board/person/{key}")
    look(window, "person", viewport, scheme)


def look(page: Any, name: str, viewport: Any, scheme: str) -> None:
    for details in page.locator("details").all():
        details.evaluate("one => one.open = true")
    picture(page, f"{name}-{'desktop' if viewport == DESKTOP else 'phone'}-{scheme}")
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport["width"], f"{name} is {width} wide"
