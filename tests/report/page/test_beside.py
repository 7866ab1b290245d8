"""The page of a large class, whose people lie in files beside it: in a real Chromium, from the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright import sync_api

from grader.people import Person
from grader.report import people_files
from grader.report.page import beside, page
from grader.report.run import Run
from tests.bench.page import browser_page, large_class, measure, write_page
from tests.report.page.test_in_browser import CHROMIUM, chromium  # noqa: F401  a fixture
from tests.sample_class import GRADES, run

pytestmark = pytest.mark.xdist_group("chromium")
HOSTILE = "</script><img src=x onerror=alert(1)>\u2028'\"\\ \ud800 Żółć"


def class_of(*names: str) -> Run:
    grades = [
        replace(grade, notebook=replace(grade.notebook, participant=f"{names[turn]} {number}", path=f"{turn}/{number}"))
        for turn in range(len(names))
        for number, grade in enumerate(GRADES)
    ]
    return replace(run(*grades, lang="pl"), missing=(Person("Zofia Ćma"),))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(page, "MAX_PEOPLE", 20)
    people_files.deliver(class_of("Ada", HOSTILE, "Łucja"), tmp_path)
    return tmp_path


@pytest.fixture
def opened(chromium: Any, folder: Path) -> Iterator[Any]:  # noqa: F811
    """The page. Whatever happens, it must not complain, and nothing of a participant's may run."""
    complaints: list[str] = []
    with browser_page(chromium, "about:blank") as window:
        window.set_default_timeout(10_000)
        for event in ("console", "pageerror", "dialog"):
            window.on(event, lambda said: complaints.append(str(getattr(said, "text", said))))
        window.goto((folder / people_files.PAGE).as_uri())
        yield window
    assert not complaints


def test_everybody_is_there_and_opens(opened: Any) -> None:
    rows = opened.locator("#heat tbody tr")
    sync_api.expect(rows).to_have_count(3 * len(GRADES) + 1)
    assert rows.last.inner_text().split("\t")[0].startswith("Zofia Ćma")
    for name in ("Łucja 3", "</script><img"):
        opened.get_by_role("searchbox").fill(name)
        opened.locator("#heat tbody a").first.click()
        sync_api.expect(opened.locator("#one h2")).to_contain_text(name)
        assert opened.locator("#one article").inner_text().count("\n") > 3
        opened.locator("#one .back").click()
        sync_api.expect(opened.locator("#one")).to_be_empty()


def test_one_turns_to_the_neighbours_in_the_table_and_the_address_opens_them(opened: Any) -> None:
    opened.locator("#heat tbody a").nth(1).click()
    second = opened.locator("#one h2").inner_text()
    opened.locator("#one [rel=next]").click()
    sync_api.expect(opened.locator("#one h2")).not_to_have_text(second)
    opened.locator("#one [rel=prev]").click()
    sync_api.expect(opened.locator("#one h2")).to_have_text(second)
    opened.reload()
    sync_api.expect(opened.locator("#one h2")).to_have_text(second)


def test_names_that_are_folded_come_when_somebody_unfolds_them(opened: Any) -> None:
    opened.locator("details.rest[data-list] summary").first.click()
    links = opened.locator("details.rest[open] a")
    sync_api.expect(links).not_to_have_count(0)
    name = links.first.inner_text()
    links.first.click()
    sync_api.expect(opened.locator("#one h2")).to_contain_text(name)


def test_on_paper_the_whole_table_and_all_folded_names_are_there(opened: Any) -> None:
    rows, unfolded = opened.locator("#heat tbody tr"), opened.locator("details[open]")
    before = unfolded.count()
    for words, count in (("", 3 * len(GRADES) + 1), ("Łucja", len(GRADES))):
        opened.get_by_role("searchbox").fill(words)
        opened.evaluate("dispatchEvent(new Event('beforeprint'))")
        sync_api.expect(rows).to_have_count(count)
        assert opened.locator("details:not([open]), details[data-list]").count() == 0
        opened.evaluate("dispatchEvent(new Event('afterprint'))")
        assert unfolded.count() == before


def test_names_that_are_unfolded_before_they_are_there_come_then(chromium: Any, folder: Path) -> None:  # noqa: F811
    held: list[Any] = []
    with browser_page(chromium, "about:blank") as window:
        window.route(f"**/{beside.CLASS}", lambda route: held.append(route))
        window.goto((folder / people_files.PAGE).as_uri(), wait_until="domcontentloaded")
        window.locator("details.rest[data-list] summary").first.click()
        sync_api.expect(window.locator("details.rest[open]")).to_have_count(1)
        held[0].continue_()
        sync_api.expect(window.locator("details.rest[open] a")).not_to_have_count(0)


def test_the_table_sorts_by_the_polish_alphabet_and_finds_states(opened: Any) -> None:
    opened.locator("#heat thead button").first.click()
    names = opened.locator("#heat tbody tr th").all_inner_texts()
    assert [name[:1] for name in names if name[:1] in "AŁZ"] == ["A"] * len(GRADES) + ["Ł"] * len(GRADES) + ["Z"]
    opened.locator("#state").select_option("missing")
    assert 0 < opened.locator("#heat tbody tr").count() < len(GRADES) * 3


def test_without_a_script_the_lowest_scores_lead_to_peoples_own_pages(chromium: Any, folder: Path) -> None:  # noqa: F811
    context = chromium.new_context(java_script_enabled=False)
    window = context.new_page()
    window.goto((folder / people_files.PAGE).as_uri())
    window.locator("noscript table a").first.click()
    assert "/reports/" in window.url
    assert window.locator("article h2").count() == 1
    context.close()


def test_a_page_that_was_copied_alone_says_what_it_lacks(chromium: Any, folder: Path) -> None:  # noqa: F811
    shutil.rmtree(folder / people_files.FOLDER)
    complaints: list[str] = []
    with browser_page(chromium, (folder / people_files.PAGE).as_uri()) as window:
        window.on("pageerror", lambda error: complaints.append(str(error)))
        sync_api.expect(window.locator("#lost")).to_be_visible()
        assert "reports" in window.locator("#lost").inner_text()
        window.evaluate("dispatchEvent(new Event('beforeprint'))")
        sync_api.expect(window.locator("details:not([open])")).to_have_count(0)
    assert not complaints


def test_the_files_are_scripts_of_one_call_in_which_no_tag_is(folder: Path) -> None:
    scripts = [*(folder / people_files.FOLDER).glob("*.js")]
    assert len(scripts) == 3 * len(GRADES) + 1
    for script in scripts:
        text = script.read_bytes().decode("ascii")
        assert text.startswith("graded(")
        assert text.count("\n") == 1
        assert not set("<>&\u2028") & set(text)


def test_nothing_is_trusted_but_the_pages_own_script_and_what_that_loads(folder: Path) -> None:
    class Policies(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if dict(attrs).get("http-equiv") == "Content-Security-Policy":
                found.append(dict(attrs)["content"])

    found: list[str] = []
    Policies().feed((folder / people_files.PAGE).read_text("utf-8"))
    (policy,) = found
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    trusted = rules["script-src"].split()
    assert trusted[0].startswith("'sha256-")
    assert trusted[1:] == ["'strict-dynamic'"]


def test_a_small_class_is_one_file(tmp_path: Path) -> None:
    people_files.deliver(class_of("Ada"), tmp_path)
    assert not [*tmp_path.rglob(f"*{beside.SUFFIX}")]


def test_ten_thousand_are_small_and_quick(chromium: Any, tmp_path: Path) -> None:  # noqa: F811
    file = write_page(large_class(10_000), tmp_path / "large")
    assert file.stat().st_size < 1_000_000
    found = measure(chromium, file)
    assert found.nodes <= 10_000
    assert found.load_ms < 600
    assert max(found.steps_ms.values()) < 100, found.steps_ms
