"""Figures stand in the page itself; a class with too many of them has them in people's own reports."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.report import people_files
from grader.report.page import page
from grader.report.run import Run
from tests.judging.test_pictures import png
from tests.report.test_by_hand import OPEN, run

PICTURE = base64.b64encode(png(300, 200)).decode()
PLOT = replace(OPEN.exercises[0], pictures=(PICTURE, PICTURE))
DRAWN = replace(OPEN, exercises=(PLOT, *OPEN.exercises[1:]))
OTHER = replace(DRAWN, notebook=replace(DRAWN.notebook, path="inna.ipynb", participant="Inna Ćma"))


def policy(text: str) -> str:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert found is not None
    return found[1]


def images(text: str) -> int:
    return text.count('<img alt="Figure')


def test_a_figure_stands_in_the_page_and_nothing_else_may_be_loaded() -> None:
    text = page.text(run(DRAWN))
    assert images(text) == 2
    assert f'src="data:image/png;base64,{PICTURE}"' in text
    assert "img-src data:;" in policy(text)
    assert "default-src" in policy(text)
    assert not re.search(r"https?://", policy(text))


def test_a_page_without_figures_allows_no_pictures() -> None:
    assert "img-src" not in policy(page.text(run(OPEN)))


def test_a_class_with_too_many_has_them_in_the_own_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert images(page.text(run(DRAWN, OTHER))) == 4
    monkeypatch.setattr(page, "MAX_PICTURES_BYTES", 3 * len(PICTURE))
    of_class: Run = run(DRAWN, OTHER)
    text = page.text(of_class)
    assert (images(text), "img-src" in policy(text)) == (0, False)
    assert text.count("own report, in the folder <code>reports</code>") == 2
    people_files.deliver(of_class, tmp_path)
    own = [file.read_text("utf-8") for file in sorted((tmp_path / people_files.FOLDER).glob("*.html"))]
    assert [images(one) for one in own] == [2, 2]
