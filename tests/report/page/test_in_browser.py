"""The page as people use it, in a real Chromium: mouse, keyboard, back button, phone, paper, and without a script."""

from __future__ import annotations

import io
import os
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright import sync_api

from grader.people import Person, Sheet
from grader.report import projector
from grader.report.page import page as web_page
from grader.report.page import projector as projector_page
from tests import sample_run
from tests.bench.page import browser_page, large_class, measure
from tests.conftest import NO_BROWSER
from tests.sample_class import GRADES, run

pytestmark = pytest.mark.xdist_group("chromium")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
WORST_FIRST = (
    "Ola Pas, Wit Zet, Maria Lis, Igor Mak, Piotr Sum, Zofia Róg, Bartek Kos, Jan Nowak, Adam Ćwik, Ewa Bąk, "
    "Anna Duda, Łucja Żak"
)
ALL = WORST_FIRST.split(", ")
ABSENT = (Person("Zofia Szu", surname="Szu"), Person("Łucja Ćma", surname="Ćma"), Person("Żaneta Lis", surname="Lis"))
Open = Callable[..., Any]


def refuse_or_skip(environ: Mapping[str, str]) -> NoReturn:
    """CI has a browser, or these tests would be skipped there for ever without anybody's noticing."""
    text = f"{NO_BROWSER}: none of {', '.join(NAMES)} is on the PATH"
    if environ.get("CI") == "true":
        pytest.fail(text, pytrace=False)
    pytest.skip(text)


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_browser_is_an_error_only_in_ci(ci: str, outcome: type[BaseException]) -> None:
    with pytest.raises(outcome, match="no Chromium"):
        refuse_or_skip({"CI": ci})


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        refuse_or_skip(os.environ)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    pages = {
        "en": web_page.text(run()),
        "pl": web_page.text(run(lang="pl")),
        "one": web_page.text(run(GRADES[3])),
        "hostile": web_page.text(sample_run.run()),
        "roster": web_page.text(replace(run(), missing=ABSENT, sheets=(Sheet("list", ((),), ABSENT),))),
        "live": web_page.text(replace(run(), is_live=True)),
        "projector": projector_page.text(run(lang="pl"), projector.view(run(lang="pl"), GRADES)),
    }
    paths = {name: folder / f"{name}.html" for name in pages}
    for name, page in pages.items():
        paths[name].write_text(page, "utf-8")
    return paths


@pytest.fixture(scope="module")
def ordinary(chromium: Any, files: dict[str, Path]) -> Iterator[Any]:
    """A context whose windows share a process, kept by one that stays: to start another takes most of a test's time."""
    context = chromium.new_context()
    context.new_page().goto(files["en"].as_uri())
    yield context
    context.close()


@pytest.fixture(scope="module")
def table(chromium: Any, ordinary: Any, files: dict[str, Path]) -> Iterator[Any]:
    """One window with the class in it, for tests that only use its table."""
    with _windows(chromium, ordinary, files) as opener:
        yield opener()


@pytest.fixture
def open_page(chromium: Any, ordinary: Any, files: dict[str, Path]) -> Iterator[Open]:
    """Open a page in a window of its own. Whatever happens in it, it must ask nobody for anything, and not complain."""
    with _windows(chromium, ordinary, files) as opener:
        yield opener


@contextmanager
def _windows(chromium: Any, ordinary: Any, files: dict[str, Path]) -> Iterator[Open]:
    opened: list[Any] = []
    asked: set[str] = set()
    complaints: list[str] = []

    def open_page(name: str = "en", at: str = "", viewport: Any = None, has_script: bool = True, **media: Any) -> Any:
        context = ordinary if has_script else chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        opened.append(page if has_script else context)
        page.set_viewport_size(viewport or DESKTOP)
        page.emulate_media(**media)
        page.set_default_timeout(5_000)
        page.on("request", lambda request: asked.add(request.url.partition("#")[0]))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(files[name].as_uri() + at)
        return page

    try:
        yield open_page
        assert asked <= {path.as_uri() for path in files.values()}
        assert not complaints
    finally:
        for one in opened:
            one.close()


def shown(page: Any) -> list[str]:
    """Who stands in the table, from the top."""
    return [row.locator("bdi").inner_text() for row in page.locator("#heat tbody tr:visible").all()]


def expect_view(page: Any, headings: list[str]) -> None:
    """These headings of the second level are seen and no others: now, or as soon as the browser has followed a link."""
    sync_api.expect(page.locator("h2:visible")).to_have_text(headings)


CLASS = ["What to explain again", "Who is stuck", "Scores", "Participants", "Exercise by exercise"]
CLASS_PL = ["Co wyjaśnić jeszcze raz", "Kto utknął", "Wyniki", "Uczestnicy", "Takie same prace", "Zadanie po zadaniu"]


# ---- the table


def test_a_click_on_a_header_sorts_and_another_turns_it_round(open_page: Open) -> None:
    page = open_page()
    assert shown(page) == ALL
    score = page.get_by_role("button", name="Score", exact=True)
    assert page.locator("th[aria-sort]").inner_text() == "Score"
    score.click()
    assert shown(page)[:2] == ["Anna Duda", "Łucja Żak"]  # equals stay as they were
    assert shown(page)[-2:] == ["Ola Pas", "Wit Zet"]
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    score.click()
    assert shown(page)[:3] == ALL[:3]
    page.get_by_role("button", name="1b", exact=True).click()
    assert shown(page)[:3] == ["Ola Pas", "Wit Zet", "Maria Lis"]
    assert page.locator("th[aria-sort]").count() == 1


def test_the_keyboard_sorts_names_as_the_language_does(open_page: Open) -> None:
    page = open_page("pl")
    page.get_by_role("button", name="Uczestnik", exact=True).focus()
    page.keyboard.press("Enter")
    assert shown(page) == sorted(ALL, key=lambda name: name.replace("Ł", "Lz"))
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert shown(page) == ALL


def test_polish_letters_have_their_places_and_surnames_count_where_they_are_known(open_page: Open) -> None:
    page = open_page("roster")
    assert shown(page)[-3:] == ["Łucja Ćma", "Żaneta Lis", "Zofia Szu"]  # handed in nothing
    page.get_by_role("button", name="Participant", exact=True).click()
    absent = ["Żaneta Lis", "Łucja Ćma", "Zofia Szu"]
    by_surname = ["Łucja Ćma", "Żaneta Lis", "Zofia Szu"]
    assert [name for name in shown(page) if name in absent] == by_surname
    page.get_by_role("button", name="Score", exact=True).click()
    page.get_by_role("button", name="Score", exact=True).click()
    assert {*shown(page)[-3:]} == {*absent}
    assert page.locator(".facts").inner_text().split("\n")[:2] == ["Handed in", "12 / 15"]
    assert "Handed in nothing 3" in page.locator(".groups").first.inner_text()


def test_the_address_keeps_how_the_table_is_arranged(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("State").select_option("failed")
    page.get_by_role("button", name="Participant", exact=True).click()
    page.get_by_role("button", name="Participant", exact=True).click()
    found = ["Zofia Róg", "Piotr Sum", "Maria Lis"]
    assert shown(page) == found
    page.locator("#heat").get_by_role("link", name="Zofia Róg").click()
    expect_view(page, ["Zofia Róg"])
    page.get_by_role("link", name="Next").click()  # as the table has them
    expect_view(page, ["Piotr Sum"])
    page.reload()
    expect_view(page, ["Piotr Sum"])
    page.get_by_role("link", name="Back to the class").click()
    expect_view(page, CLASS)
    assert shown(page) == found
    assert shown(open_page(at="#" + page.url.partition("#")[2])) == found
    assert shown(open_page(at="#participants?sort=99&which=nobody&state=x&find=%E0%A4")) == []
    assert shown(open_page(at="#?sort=0&state=x")) == sorted(ALL, key=lambda name: name.replace("Ł", "Lz"))


def test_the_page_of_a_run_that_goes_on_looks_for_news_and_stays_where_it_was(open_page: Open) -> None:
    page = open_page("live", viewport={"width": 1280, "height": 500})
    loads: list[int] = []
    page.on("load", lambda: loads.append(1))
    page.locator(".mistakes details").nth(3).locator("summary").first.click()
    page.get_by_label("State").select_option("missing")
    page.evaluate("scrollTo(0, 700)")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_event("load", timeout=15_000)
    assert loads
    page.wait_for_timeout(50)
    assert page.evaluate("scrollY") == 700
    assert page.locator(".mistakes details").nth(3).get_attribute("open") is not None
    assert shown(page) == ["Maria Lis", "Igor Mak"]


def test_a_class_of_400_is_small_and_quick(chromium: Any, tmp_path: Path) -> None:
    file = tmp_path / "many.html"
    file.write_text(web_page.text(large_class(400)), "utf-8")
    found = measure(chromium, file)
    assert found.nodes <= 7_000
    assert found.load_ms < 600
    assert max(found.steps_ms.values()) < 100, found.steps_ms


def test_rows_are_drawn_as_somebody_scrolls_and_their_place_is_kept(chromium: Any, tmp_path: Path) -> None:
    file = tmp_path / "many.html"
    file.write_text(web_page.text(large_class(240)), "utf-8")
    with browser_page(chromium, file.as_uri()) as page:
        rows, region = page.locator("#heat tbody tr"), page.locator("#heat").locator("..")
        assert rows.count() == 100
        for count in (200, 240):
            region.evaluate("region => { region.scrollTop = region.scrollHeight; }")
            sync_api.expect(rows).to_have_count(count)
        everybody = sorted(rows.locator("bdi").all_inner_texts())
        assert len(set(everybody)) == 240
        rows.last.scroll_into_view_if_needed()
        at = region.evaluate("region => region.scrollTop")
        rows.last.get_by_role("link").click()
        expect_view(page, [rows.last.locator("bdi").text_content()])
        page.go_back()
        expect_view(page, CLASS_PL)
        assert (rows.count(), region.evaluate("region => region.scrollTop")) == (240, at)
        page.reload()
        assert (rows.count(), region.evaluate("region => region.scrollTop")) == (240, at)
        page.locator("#heat thead button").first.click()
        assert (rows.count(), region.evaluate("region => region.scrollTop")) == (100, 0)
        page.locator("#all").click()
        assert sorted(rows.locator("bdi").all_inner_texts()) == everybody


@pytest.mark.parametrize(
    ("text", "exercise", "state", "names"),
    [
        ("zak", "", "", ["Łucja Żak"]),
        ("LUCJA", "", "", ["Łucja Żak"]),
        ("ćwik adam", "", "", ["Adam Ćwik"]),
        ("", "", "missing", ["Maria Lis", "Igor Mak"]),
        ("", "1b", "partial", ["Jan Nowak", "Adam Ćwik", "Ewa Bąk"]),
        ("", "4", "failed", ["Piotr Sum", "Zofia Róg"]),
        ("ola", "1a", "unknown", ["Ola Pas"]),
        ("nobody", "", "", []),
    ],
)
def test_the_table_is_filtered_by_name_exercise_and_state(
    text: str, exercise: str, state: str, names: list[str], table: Any
) -> None:
    options = table.locator("#which option").all_inner_texts()
    table.get_by_label("Find a participant").fill(text)
    table.get_by_label("Exercise", exact=True).select_option(
        next(one for one in options if one.startswith(exercise or "any exercise"))
    )
    table.get_by_label("State").select_option(state)
    assert shown(table) == names
    assert table.get_by_role("status").inner_text() == f"{len(names)} of 12 shown"
    assert table.get_by_text("Nobody matches.").is_visible() == (not names)


def test_the_head_and_the_first_column_stay_when_the_table_scrolls(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    region = page.get_by_role("region", name="Table of participants and exercises")
    heads, name = page.locator("#heat thead th"), page.locator("#heat tbody th").first
    region.evaluate("region => { region.style.maxHeight = '200px'; }")
    region.focus()
    before = heads.first.bounding_box(), heads.nth(1).bounding_box(), name.bounding_box()
    region.evaluate("region => region.scrollTo(150, 150)")
    assert region.evaluate("region => [region.scrollLeft, region.scrollTop]") == [150, 150]
    assert heads.first.bounding_box() == before[0]
    assert heads.nth(1).bounding_box()["y"] == before[1]["y"]
    assert name.bounding_box()["x"] == before[2]["x"]


# ---- one view at a time


def test_a_participant_opens_and_the_back_button_leads_back_to_the_same_place(open_page: Open) -> None:
    page = open_page()
    expect_view(page, CLASS)
    link = page.locator("#heat").get_by_role("link", name="Jan Nowak")
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 300
    link.click()
    expect_view(page, ["Jan Nowak"])
    assert page.title() == "Jan Nowak · Deep Learning from the Inside: Class report"
    assert page.evaluate("[document.activeElement.textContent, scrollY]") == ["Jan Nowak", 0]
    page.go_back()
    expect_view(page, CLASS)
    assert page.title() == "Deep Learning from the Inside: Class report"
    assert page.evaluate("scrollY") == before
    assert page.evaluate("document.activeElement.textContent") == "Jan Nowak"
    page.go_forward()
    expect_view(page, ["Jan Nowak"])
    page.get_by_role("link", name="Back to the class").click()
    expect_view(page, CLASS)
    assert page.evaluate("scrollY") == before


def test_one_participant_leads_to_the_next(open_page: Open) -> None:
    page = open_page()
    page.locator("#heat").get_by_role("link", name=ALL[0]).press("Enter")
    for name in ALL[1:]:
        page.get_by_role("link", name="Next").click()
        expect_view(page, [name])
    assert page.get_by_role("link", name="Next").count() == 0
    page.get_by_role("link", name="Previous").click()
    expect_view(page, [ALL[-2]])


def test_an_address_leads_to_a_participant_to_an_exercise_and_to_a_part_of_the_class(open_page: Open) -> None:
    page = open_page(at="#%E0%A4%A", viewport={"width": 1280, "height": 400})
    expect_view(page, CLASS)
    key = page.locator("#heat").get_by_role("link", name="Jan Nowak").get_attribute("href")
    expect_view(open_page(at=key), ["Jan Nowak"])
    page.evaluate("at => { location.hash = at; }", f"{key}-7")
    expect_view(page, ["Jan Nowak"])
    assert page.locator(f"{key}-7").get_by_text("Training").is_visible()
    assert 0 <= page.locator(f"{key}-7").bounding_box()["y"] < 100
    page.evaluate("location.hash = 'participants'")
    expect_view(page, CLASS)
    assert page.locator("#participants").bounding_box()["y"] < 100
    for nowhere in ("p-0000000000", "%", "<script>", ""):
        page.evaluate("at => { location.hash = at; }", key)
        expect_view(page, ["Jan Nowak"])
        page.evaluate("at => { location.hash = at; }", nowhere)
        expect_view(page, CLASS)


def test_a_mistake_leads_to_the_exercise_of_who_made_it(open_page: Open) -> None:
    page = open_page()
    page.locator(".mistakes").get_by_role("link", name="Ewa Bąk").click()
    expect_view(page, ["Ewa Bąk"])
    assert page.evaluate("document.activeElement.querySelector('.title').textContent") == "Mean squared error"


def test_the_first_key_leads_past_the_head_in_every_view(open_page: Open) -> None:
    page = open_page()
    for heading in ("What to explain again", "Jan Nowak"):
        page.keyboard.press("Tab")
        page.get_by_role("link", name="Skip to the content").press("Enter")
        assert page.evaluate("document.activeElement.textContent") == heading
        page.locator("#heat").get_by_text("Jan Nowak").evaluate("name => name.closest('a').click()")
        expect_view(page, ["Jan Nowak"])
        page.evaluate("document.activeElement.blur()")


def test_the_report_of_one_is_there_at_once(open_page: Open) -> None:
    page = open_page("one")
    expect_view(page, ["Jan Nowak"])
    assert page.locator("#heat, nav").count() == 0
    page.get_by_text("Code of cell 2").click()
    assert page.get_by_text("def get_linear_forward(x, w, b):").is_visible()
    page.locator("figure").get_by_text("The numbers").click()
    assert page.get_by_role("cell", name="10,876").first.is_visible()


def test_hostile_names_and_code_do_nothing(open_page: Open) -> None:
    page = open_page("hostile")
    for link in page.locator("#heat a").all():
        link.click()
        sync_api.expect(page.locator("h2:visible")).to_have_count(1)
        page.locator("details:visible").evaluate_all("all => all.forEach(one => { one.open = true; })")
        page.go_back()
    page.get_by_label("Find a participant").fill("<script>")
    assert len(shown(page)) == 1


def test_the_pages_own_policy_stops_whatever_would_get_into_it(chromium: Any, files: dict[str, Path]) -> None:
    page = chromium.new_context().new_page()
    page.goto(files["en"].as_uri())
    with socket.create_server(("127.0.0.1", 0)) as server:
        page.evaluate(
            """(address) => {
                const script = document.createElement("script");
                script.textContent = "window.ran = true";
                document.body.append(script);
                document.body.insertAdjacentHTML("beforeend", `<img src='${address}'>
                    <link rel=stylesheet href='${address}'>
                    <b id='trap' onclick='window.ran = true' style='color: rgb(255, 0, 0)'>x</b>`);
                document.getElementById("trap").click();
                fetch(address).catch(() => {});
            }""",
            f"http://127.0.0.1:{server.getsockname()[1]}/",
        )
        assert page.evaluate("window.ran") is None
        assert page.locator("#trap").evaluate("trap => getComputedStyle(trap).color") != "rgb(255, 0, 0)"
        server.settimeout(0.3)
        with pytest.raises(TimeoutError):
            server.accept()
    page.context.close()


# ---- without script, on paper, on a phone


def test_without_script_all_is_there_to_read(open_page: Open) -> None:
    page = open_page(has_script=False)
    expect_view(page, [*CLASS, *ALL])
    assert not page.locator("#controls").is_visible()
    assert page.locator("#heat thead button").count() == 0
    page.locator("#heat").get_by_role("link", name="Jan Nowak").click()
    assert 0 <= page.get_by_role("heading", name="Jan Nowak").bounding_box()["y"] < 300


def test_on_paper_everything_that_is_folded_is_open_and_nothing_is_to_click(open_page: Open) -> None:
    page = open_page("one")
    assert not page.get_by_text("def train(x, y, w, b):").is_visible()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text("def train(x, y, w, b):").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0
    assert page.pdf().startswith(b"%PDF")
    whole = open_page()
    whole.emulate_media(media="print")
    assert not whole.locator("#controls").is_visible()
    expect_view(whole, CLASS)


def test_a_printed_table_has_its_head_on_every_page(chromium: Any, tmp_path: Path) -> None:
    file = tmp_path / "many.html"
    file.write_text(web_page.text(large_class(150)), "utf-8")
    with browser_page(chromium, file.as_uri()) as page:
        paper = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4")))
    texts = [page.extract_text() for page in paper.pages]
    printed = [text for text in texts if text.count("2/2 2/2 3/3") > 10]
    assert len(printed) >= 3
    assert [text.count("Uczestnik Wynik 1a 1b 2 3a 3b 4 5 6") for text in printed] == [1] * len(printed)


@pytest.mark.parametrize("name", ["pl", "hostile"])
def test_a_phone_scrolls_one_way_only(name: str, open_page: Open) -> None:
    page = open_page(name, viewport=PHONE)
    for link in [None, *page.locator("#heat a").all()]:
        if link is not None:
            link.evaluate("link => link.click()")
            sync_api.expect(page.locator("#one .person")).to_have_id(link.get_attribute("data-to"))
        page.locator("details:visible").evaluate_all("all => all.forEach(one => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


# ---- for everybody


@pytest.mark.parametrize(
    ("name", "scheme", "people"),
    [("en", "light", [3, 7, 10]), ("en", "dark", [3]), ("pl", "light", []), ("pl", "dark", [3])],
)
def test_axe_finds_nothing_wrong(name: str, scheme: str, people: list[int], open_page: Open) -> None:
    """https://github.com/dequelabs/axe-core: names, roles, contrast, landmarks, headings, tables."""
    page = open_page(name, color_scheme=scheme)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    for at in (None, *people):
        if at is not None:
            page.evaluate("at => { location.hash = document.querySelectorAll('noscript.person')[at].dataset.key; }", at)
            expect_view(page, [ALL[at]])
        found = Axe().run(page).response["violations"]
        assert not [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in found]


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1920, 1080), (360, 740)])
def test_the_page_for_a_projector_is_all_on_the_screen(width: int, height: int, open_page: Open) -> None:
    page = open_page("projector", viewport={"width": width, "height": height}, color_scheme="dark")
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        width,
        height,
    ]
    assert page.locator(".progress li").count() == 8
    assert page.locator(".mistake p").inner_text() == "1b To dokładnie połowa błędu."
    found = Axe().run(page).response["violations"]
    assert not [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in found]


def test_dark_is_dark_and_light_is_light(open_page: Open) -> None:
    colours = [
        open_page(color_scheme=scheme).evaluate("getComputedStyle(document.documentElement).backgroundColor")
        for scheme in ("light", "dark")
    ]
    lightness = [sum(map(int, colour.strip("rgb()").split(","))) / 3 for colour in colours]
    assert lightness[0] > 230
    assert lightness[1] < 40


def test_nothing_moves_for_whoever_wants_no_motion(open_page: Open) -> None:
    moving = (
        "[...document.querySelectorAll('*')].filter(one => getComputedStyle(one).transitionDuration !== '0s').length"
    )
    assert open_page(reduced_motion="reduce").evaluate(moving) == 0
