"""The site of the documents: complete, in two languages, with true pictures. `make docs` builds it strictly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from grader.i18n import LANGUAGES, Lang
from grader.report import terminal
from tests import pictures
from tests.conftest import ROOT

DOCS = ROOT / "docs"
SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
POLISH = sorted(DOCS.glob("*.pl.md"))
SVG = "{http://www.w3.org/2000/svg}"


def named_pages(nav: Any) -> Iterator[str]:
    """The pages that the site's navigation names."""
    if isinstance(nav, str):
        yield nav
    else:
        for item in nav.values() if isinstance(nav, dict) else nav:
            yield from named_pages(item)


def test_every_page_stands_in_the_navigation() -> None:
    assert {name for name in named_pages(SITE["nav"]) if "/" not in name} == {path.name for path in DOCS.glob("*.md")}


def test_who_takes_part_reads_polish_or_english() -> None:
    assert {path.name for path in POLISH} >= {
        f"{name}.pl.md" for name in ("index", "participant", "trainer", "workshop", "colab")
    }
    for polish in POLISH:
        english = polish.with_name(polish.name.replace(".pl.md", ".md"))
        assert f"({english.name})" in polish.read_text("utf-8").split("\n## ")[0]
        assert f"({polish.name})" in english.read_text("utf-8").split("\n## ")[0]


def test_the_site_takes_nothing_from_other_machines() -> None:
    assert SITE["theme"]["font"] is False
    for path in (DOCS / "pictures").glob("*.svg"):
        assert not re.search(r"url\((?!#)|<image|href", path.read_text("utf-8")), path


def letters(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_picture_of_a_report_is_what_the_program_prints(lang: Lang) -> None:
    svg = ElementTree.parse(DOCS / "pictures" / f"report{pictures.SUFFIXES[lang]}.svg")
    shown = letters("".join(text.text or "" for text in svg.iter(f"{SVG}text") if "clip-path" in text.attrib))
    printed = terminal.text(pictures.report_run(lang)).rstrip()
    without_walls = printed.rpartition("\n\n")[0]  # which differ from machine to machine
    assert shown.startswith(letters(without_walls)), "make pictures"
