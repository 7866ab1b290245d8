"""Markdown as a CommonMark reader with tables reads it."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from grader.report import markdown
from tests.report.test_formats import REPORTS
from tests.sample_run import GRADES, run

OWN_HTML = re.compile(r"</?details>|</?summary>|<br>|<code>[^<>]*</code>|\s+")


@pytest.mark.parametrize("name", ["markdown.md", "markdown-one.md", "markdown-one.pl.md"])
def test_markdown_has_no_markup_of_a_participants(name: str) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(REPORTS[name]())
    inner = [child for token in tokens for child in (token.children or [token])]
    kinds = {token.type for token in inner}
    assert not kinds & {"image", "link_open", "s_open", "em_open"}
    assert not [token for token in inner if token.type.startswith("html") and OWN_HTML.sub("", token.content)]
    plain = "".join(token.content for token in inner if token.type == "text")
    for sign in ("e.example", "@all", "#1", "alert", "stop-commands", "$m$", "*i*"):
        assert sign not in plain, sign


def test_markdown_keeps_its_table_whatever_a_participant_is_called() -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(REPORTS["markdown.md"]())
    rows = [index for index, token in enumerate(tokens) if token.type == "tr_open"]
    assert len(rows) >= 1 + len(GRADES)
    cells = sum(token.type in ("th_open", "td_open") for token in tokens[rows[0] : rows[1 + len(GRADES)]])
    assert cells == (1 + len(GRADES)) * (2 + 4 + 1)


def test_markdown_is_cut_between_blocks_and_says_so() -> None:
    whole = markdown.text(run())
    for limit in (len(whole.encode()) - 1, 2_000, 300):
        cut = markdown.text(run(), limit)
        assert len(cut.encode()) <= limit
        assert cut.endswith("\n*The report is longer than fits here: the rest was cut off.*\n")
        assert cut.count("<details>") == cut.count("</details>")
    assert markdown.text(run(), -5) == ""
