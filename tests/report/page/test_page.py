"""The page: what it says, that it is sound, and that nothing of a participant's is more than text in it."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
import pytest

from grader.config import Config
from grader.i18n import LANGUAGES
from grader.model import Cell, CellResult, CellStatus, ExerciseStatus, Grade
from grader.report.page import charts
from grader.report.page import page as web_page
from grader.report.page.page import CELL_LIMITS
from grader.report.run import Run
from tests import sample_run
from tests.conftest import ROOT, GradeCells
from tests.sample_class import COURSE, GRADES, grade, half, result, run

GOLDEN = ROOT / "tests" / "golden"
PAGES: dict[str, Callable[[], str]] = {
    "class in English": lambda: web_page.text(run()),
    "class in Polish": lambda: web_page.text(run(lang="pl")),
    "one participant": lambda: web_page.text(run(GRADES[3])),
    "an unreadable notebook": lambda: web_page.text(run(GRADES[10])),
    "hostile class": lambda: web_page.text(sample_run.run()),
    "hostile participant": lambda: web_page.text(sample_run.run(sample_run.MIXED)),
    "one exercise only": lambda: web_page.text(run(*(replace(one, exercises=one.exercises[:1]) for one in GRADES))),
    "nobody graded": lambda: web_page.text(run(*GRADES[10:])),
}


def parse(page: str) -> Element:
    """The page as the standard reads it. Raises at the first thing that is no sound HTML."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def all_text(element: Element) -> str:
    return "".join(element.itertext())


# ---- read aloud


def aloud(page: str) -> str:
    """What a screen reader would read of it, a line a block."""
    lines = "".join(_spoken(parse(page).find("body"))).split("\n")
    return "\n".join(line for line in (re.sub(r"\s+", " ", line).strip() for line in lines) if line) + "\n"


def _spoken(element: Element | None) -> Iterator[str]:
    assert element is not None
    if element.get("aria-hidden") == "true" or "hidden" in element.attrib or element.tag in ("script", "style"):
        return
    before = {"h1": "\n# ", "h2": "\n## ", "h3": "\n### ", "li": "\n- ", "summary": "\n> ", "td": " | ", "th": " | "}
    blocks = ("p", "div", "pre", "tr", "dt", "ul", "ol", "section", "article", "figure", "details", "table", "dl")
    yield before.get(element.tag) or ("\n" if element.tag in blocks else ": " if element.tag == "dd" else "")
    if element.get("role") == "img":
        yield f"\n[{element.get('aria-label')}]\n"
        return
    yield (element.text or "") if element.tag != "code" else f"`{element.text or ''}`"
    for child in element:
        yield from _spoken(child)
        yield child.tail or ""


READ: dict[str, Callable[[], str]] = {
    "page-class.txt": lambda: aloud(web_page.text(run())).partition("Back to the class")[0],
    "page-one.txt": lambda: aloud(web_page.text(run(GRADES[3]))),
    "page-one.pl.txt": lambda: aloud(web_page.text(run(GRADES[3], lang="pl"))),
    "page-hostile.txt": lambda: aloud(web_page.text(sample_run.run(sample_run.MIXED))),
}


@pytest.mark.parametrize("name", READ)
def test_the_page_reads_aloud_as_it_was_promised(name: str) -> None:
    """`python -m tests.report.page.test_page` writes them: read the difference before you commit it."""
    assert READ[name]() == (GOLDEN / name).read_text("utf-8")


# ---- sound


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_sound(name: str) -> None:
    page = parse(PAGES[name]())
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert not [id for id in ids if not re.fullmatch(r"[a-z][\w-]*", id)]
    for element in page.iter():
        for attribute in ("aria-labelledby", "for"):
            assert element.get(attribute) is None or element.get(attribute) in ids
        if element.tag == "a":
            assert element.get("href", "").startswith("#")
            assert element.get("href", "")[1:] in ids
            assert all_text(element).strip()
    assert page.get("lang") in LANGUAGES
    assert all_text(page.find("head/title")).strip()  # type: ignore[arg-type]


def test_what_is_folded_holds_nothing_folded() -> None:
    """A browser that runs scripts ends <noscript> at the first end tag, and would take the rest for the page's."""
    for text in (PAGES["hostile class"](), web_page.text(many("x = 1", 60))):
        tags = re.findall("</?noscript", text)
        assert tags == ["<noscript", "</noscript"] * (len(tags) // 2)


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_a_level_at_a_time(name: str) -> None:
    levels = [
        int(element.tag[1]) for element in parse(PAGES[name]()).iter() if re.fullmatch("h[1-6]", str(element.tag))
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_every_field_picture_and_table_has_a_name(name: str) -> None:
    page = parse(PAGES[name]())
    labelled = {element.get("for") for element in page.iter("label")}
    for element in page.iter():
        if element.tag in ("input", "select"):
            assert element.get("id") in labelled
        if element.tag == "svg" and element.get("role") == "img":
            assert element.get("aria-label")
        if element.get("role") in ("region", "group"):
            assert element.get("aria-label")
        if element.tag == "th":
            assert element.get("scope") in ("col", "row")


@pytest.mark.parametrize("name", PAGES)
def test_the_page_asks_nobody_and_runs_nothing_but_its_own(name: str) -> None:
    text = PAGES[name]()
    page = parse(text)
    tags = [element.tag for element in page.iter()]
    assert (tags.count("script"), tags.count("style")) == (1, 1)
    assert not {"img", "link", "iframe", "object", "embed", "base", "audio", "video", "image", "use"} & set(tags)
    for element in page.iter():
        assert not [
            key for key in element.attrib if key in ("src", "style", "action", "srcset") or key.startswith("on")
        ]
    policy = next(one.get("content") for one in page.iter("meta") if one.get("http-equiv") == "Content-Security-Policy")
    style, script = (digest(all_text(next(page.iter(tag)))) for tag in ("style", "script"))
    assert policy == (
        f"default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
    )


def digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_same_grades_give_the_same_bytes() -> None:
    slower = tuple(replace(one, duration_s=one.duration_s + 1) for one in GRADES)
    assert web_page.text(run()).encode() == web_page.text(run(*slower)).encode()


# ---- inert

TRAPS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "<!-- ", "--> ]]> <![CDATA[ <?x ?>",
    "{{ 7 * 7 }} {% raw %} {# #} ${7}",
    "&lt;b&gt; &#60;i&#62; &amp;",
    "[link](javascript:alert(1)) [b]bold[/b] **bold** `code`",
    "</code></pre></bdi></article></main>",
    "\x1b[31mred\x1b[0m \x1b]8;;http://e.example\x07 \x00 \x7f \x9b",
    "\u202eevil\u2066 \u200fgnp.\u200b\ufeff\u2028\u2029\u00ad",
    "\ud800 \udfff \ufffe",
    "a" * 5_000,
    "z\u0351\u0357\u0308" * 500,
    "\r\n\t\v\f\x85",
    "%s %(x)s {0} {x} \\u003cscript\\u003e",
]  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS, ids=[ascii(trap)[:30] for trap in TRAPS])
def test_whatever_a_participant_writes_is_only_text(trap: str) -> None:
    plain, trapped = (hostile(word) for word in ("trap", trap))
    for lang in LANGUAGES:
        first, second = (parse(web_page.text(run(one, GRADES[0], lang=lang))) for one in (plain, trapped))
        assert shape(first) == shape(second)
        shown = all_text(second)
        assert not {one for one in shown if not one.isprintable()} - {"\n", charts.NO_BREAK}
        web_page.text(run(trapped, lang=lang)).encode("utf-8")


def shape(page: Element) -> list[tuple[object, ...]]:
    """The elements and their attributes, without what a text is."""
    attributes = ("id", "href", "class", "role", "type", "content")
    return [
        (element.tag, sorted(element.attrib), *(element.get(name) for name in attributes)) for element in page.iter()
    ]


def hostile(word: str) -> Grade:
    """Says `word` wherever a participant has a say."""
    made = grade("name", half(word))
    wrong = made.exercises[1]
    check = replace(wrong.checks[0], message=word, input=word, expected=word, actual=word, diagnosis=None)
    error = replace(check, id="other", status=sample_run.E, actual=f"{word}: {word}")
    exercises = (made.exercises[0], replace(wrong, checks=(check, error), notes=(word,)), *made.exercises[2:])
    cells = tuple(Cell(index, word) for index in range(1, 9))
    ran = (CellResult(1, CellStatus.ERROR, word, (word,)),)
    notebook = replace(made.notebook, participant=word, cells=cells)
    return replace(made, notebook=notebook, exercises=exercises, cells=ran, notes=(word,))


def test_code_is_shown_as_it_stands() -> None:
    source = 'def f(x):\n\n\t# "a" < b & c\n    return x  # żółw\r\n\n\n'
    one = grade("A")
    one = replace(one, notebook=replace(one.notebook, cells=(Cell(1, source),)))
    page = parse(web_page.text(run(one)))
    numbers, code = page.findall(".//details[@class='code']//pre")
    assert all_text(code) == 'def f(x):\n\n    # "a" < b & c\n    return x  # żółw'
    assert all_text(numbers) == "1\n2\n3\n4"


def test_a_cell_that_holds_two_exercises_is_shown_once() -> None:
    page = web_page.text(run(grade("A", result("1a", cell=1), result("1b", cell=1))))
    assert page.count("def get_linear_forward") == 1
    assert "Its code is in cell <code>2" not in page
    assert "Its code is in cell 2, shown at <code>1a</code>." in page


def test_a_report_without_the_cells_still_has_everything_else() -> None:
    one = grade("A")
    page = web_page.text(run(replace(one, notebook=replace(one.notebook, cells=()))))
    assert "Code of cell" not in page
    assert page.count('class="exercise"') == 8


def test_exercises_that_are_not_begun_are_one_line_and_can_still_be_found() -> None:
    later = [result(id, ExerciseStatus.MISSING, begun=False) for id in ("1b", "2", "4")]
    page = web_page.text(run(grade("A", *later)))
    assert page.count('class="exercise"') == 8 - 2
    assert "\nNot started yet: `2, 4`.\n" in aloud(page)
    named = {element.get("id", "")[-2:] for element in parse(page).iter()}
    assert {f"-{place}" for place in range(1, 9)} <= named


# ---- not too large


def many(source: str, count: int = 400) -> Run:
    """A class whose every graded cell holds `source`, with as many mistakes as people make."""
    cells = tuple(Cell(index, source) for index in range(1, 9))
    submissions = (
        replace(GRADES[0].notebook, path=f"{number}", participant=f"P {number}", cells=cells) for number in range(count)
    )
    made = (replace(GRADES[number % 10], notebook=one) for number, one in enumerate(submissions))
    return Run(tuple(made), COURSE, Config(lang="pl"))


@pytest.mark.parametrize("source", ["x = 1  # żółw\n" * 30, "x = 1  # żółw\n" * 5_000, '"<&>' * 5_000])
def test_the_page_of_400_participants_is_below_6_megabytes(source: str) -> None:
    assert len(web_page.text(many(source)).encode()) < 6_000_000


def test_code_that_is_cut_says_how_much_is_missing() -> None:
    source = "y" * (CELL_LIMITS[0] + 7)
    one = grade("A")
    one = replace(one, notebook=replace(one.notebook, cells=(Cell(1, source),)))
    page = web_page.text(run(one))
    assert "y" * CELL_LIMITS[0] in page
    assert "y" * (CELL_LIMITS[0] + 1) not in page
    assert "7 more characters are not shown." in page
    assert "y" * CELL_LIMITS[-1] in web_page.text(many(source))


# ---- the real thing


def test_a_graded_notebook_has_its_report_its_code_and_its_curve(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    sources = {**solutions, "1b": "def compute_mse_loss(y_hat, y):\n    return np.sum((y_hat - y) ** 2)"}
    graded = grade_cells(*sources.values())
    assert graded.exercises[1].status is ExerciseStatus.PARTIAL
    page = aloud(web_page.text(Run((graded,), COURSE, Config(lang="en"))))
    assert "### 1b Mean squared error partly right 1/2" in page
    assert "It looks like the sum of the squares" in page
    assert "compute_mse_loss(np.array([" in page
    assert "return np.sum((y_hat - y) ** 2)" in page
    for data in ("0.1, generated_data", "0.0001, generated_data", "0.4, (x - mean(x)) / std(x)"):
        assert f"[The loss: alpha = {data}" in page
    assert "this notebook in the end 164.8" in page


def test_one_cause_is_told_once_and_a_mistake_of_its_own_beside_those_it_stands_on(grade_cells: GradeCells) -> None:
    graded = grade_cells(
        "def get_linear_forward(x, w, b):\n    return W * x + b",
        "def compute_mse_loss(y_hat, y):\n    return W + np.mean((y_hat - y) ** 2)",
        "def train(x, y, w, b, alpha, epochs):\n    if epochs < 0:\n"
        "        return compute_mse_loss(get_linear_forward(x, w, b), y)\n    return b, w",
    )
    page = aloud(web_page.text(Run((graded,), COURSE, Config(lang="en"))))
    assert page.count("`W` has no value before this line") == 1
    assert "### 1b Mean squared error wrong 0/2\nThe same mistake as in exercise `1a` stops it. Fix that first." in page
    own = "But it has a mistake of its own too."
    assert "It calls functions that do not work yet: `get_linear_forward (1a), compute_mse_loss (1b)`. " + own in page
    assert page.count(own) == 1


if __name__ == "__main__":
    for file, read in READ.items():
        (GOLDEN / file).write_text(read(), "utf-8")
        sys.stdout.write(f"{file}\n")
