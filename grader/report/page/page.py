"""The report as one web page, which loads nothing else. It can be read on a screen, on paper, or aloud.

Whatever a participant wrote reaches the page as text only. The templates escape everything, and the page's content
security policy allows no script and no style but its own two, which it names by digest, and no request to anybody.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib import resources
from itertools import islice, product
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from grader.i18n import Lang, Message, Text, Titles, number, render
from grader.model import CheckStatus, ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.report import class_summary, findings, next_steps, wording
from grader.report.class_summary import State
from grader.report.next_steps import Step
from grader.report.outline import Article
from grader.report.page import charts, glance, labels
from grader.report.page.beside import MAX_PEOPLE, Beside
from grader.report.page.people import Absent, Participant, absent, fill, participants, worst_first
from grader.report.run import Run

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_VALUE = 400  # characters
MAX_NAMES = 8  # of a list at once; the others are folded
MAX_SAME = 10  # groups of people with the same work at once; the others are folded
MAX_ROWS = 500  # of the table at once; the others are folded
MAX_PICTURES_BYTES = 4_000_000  # of all figures of a class together
MAX_CODE_BYTES = 1_500_000  # of all cells together
MAX_SIGN_BYTES = 5  # of a character in HTML: "&amp;"
MAX_TEXTS = 2000  # that everybody's page may have, in memory as HTML
_ARTICLE = Markup("<article>")  # stands for that of a person, which has attributes, in what is around it
PIECES = 100  # of a page's text that are written together
# How many characters of a cell's code are shown: the first limit that keeps all cells within MAX_CODE_BYTES.
CELL_LIMITS = (6_000, 4_000, 3_000, 2_000, 1_500, 1_000, 700, 400, 200, 100)


def text(run: Run, files: Mapping[str, str] | None = None) -> str:
    """The page. The same grades give the same bytes.

    `files`: the address of each participant's own report, by the submission's path, for whoever runs no script.
    """
    return "".join(_pieces(run, _contents(run, files), _has_pictures(run)))


def parts(run: Run, files: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """The same, encoded, in parts: of a large class it is long."""
    pieces = iter(_pieces(run, _contents(run, files), _has_pictures(run)))
    while some := [*islice(pieces, PIECES)]:
        yield "".join(some).encode()


def said_of_one(run: Run) -> Article:
    """What the page of a run of one notebook says of that."""
    return Article(str(article(run)), _has_pictures(run))


def of_one(said: Article, run: Run) -> str:
    """The page of one person of a run. `said`: what it says of them."""
    before, after = _around_article(run.course.title, run.lang, said.has_pictures)
    return f"{before}{said.html}{after}"


def large(run: Run, files: Mapping[str, str], folder: str) -> tuple[str, Iterator[bytes]]:
    """The page of a large class, and in parts the file with its table and lists that lies in `folder`, an address from
    the page. The grades themselves are in everybody's own file."""
    found, gone = participants(run, files, run.scores), absent(run)
    ordered = worst_first(found)
    beside = Beside(folder, ordered, gone)
    contents = {**_of_class(run, found, gone), "ordered": ordered, "beside": beside}
    return "".join(_pieces(run, contents, shows_pictures=True)), beside.script(run)


def is_large(run: Run) -> bool:
    """Whether one page would be too much, for a browser and for whoever makes it."""
    return len(run.grades) + len(run.missing or ()) + len(run.doubtful) > MAX_PEOPLE


@lru_cache
def _around_article(title: Titles, lang: Lang, shows_pictures: bool) -> tuple[str, str]:
    """What stands before and after the report of one notebook on a page of its own: the same on everybody's."""
    contents = {"lang": lang, "many": False, "article": _ARTICLE, "walls": None, "exposure": None}
    before, _, after = "".join(_fill_in(title, lang, contents, shows_pictures)).partition(_ARTICLE)
    return before, after


def _pieces(run: Run, contents: Mapping[str, object], shows_pictures: bool) -> Iterable[str]:
    of_class = {
        "walls": wording.walls(run) if len(run.grades) > 1 else None,
        "exposure": wording.exposure(run.scores) if len(run.grades) > 1 else None,
    }
    return _fill_in(run.course.title, run.lang, {**contents, **of_class}, shows_pictures, run.is_live)


def _fill_in(
    title: Titles, lang: Lang, contents: Mapping[str, object], shows_pictures: bool, is_live: bool = False
) -> Iterable[str]:
    style, script = asset("page.css"), asset("page.js")
    return (
        environment(lang)
        .get_template("page.html")
        .generate(
            {"beside": None, "article": None, **contents},
            title=title,
            is_live=is_live,
            style=Markup(style),  # noqa: S704  these two files are ours
            script=Markup(script),  # noqa: S704
            policy=policy(style, script, shows_pictures, loads="beside" in contents),
        )
    )


def article(run: Run) -> Markup:
    """The report of a run of one notebook as a part of another page: no script, and the style of `page.css`."""
    contents = {**_about(run), **_of_people(run, participants(run, grades=run.scores)), "many": False}
    return Markup(environment(run.lang).get_template("article.html").render(contents))  # noqa: S704  a template's


def _contents(run: Run, files: Mapping[str, str] | None = None) -> dict[str, object]:
    found, gone = participants(run, files, run.scores), absent(run)
    return {
        **_of_class(run, found, gone),
        **_of_people(run, found),
        "many": len(found) + len(gone) > 1,
    }


def _of_people(run: Run, found: Sequence[Participant]) -> dict[str, object]:
    """What is said of each person. Their whole grades are read one by one."""
    ordered, places = worst_first(found), {person.key: place for place, person in enumerate(found)}
    return {
        "ordered": ordered,
        "whole": (replace(person, grade=run.grades[places[person.key]]) for person in ordered),
        "shows_pictures": _has_pictures(run),
        "code": _Code(run),
        "unfinished_needs": next_steps.unfinished_needs,
    }


def _of_class(run: Run, found: Sequence[Participant], gone: Sequence[Absent]) -> dict[str, object]:
    """What the class's view shows, of a class of any size."""
    return {
        **_about(run),
        "many": True,
        "people": found,
        "absent": gone,
        "topics": run.topics,
        "stuck": partial(glance.stuck, run, found, gone, run.lang),
        "news": partial(glance.news, run, found, run.lang),
        "same": glance.same(run, found),
        "makers": partial(glance.makers, people=found),
        "MAX_NAMES": MAX_NAMES,
        "MAX_SAME": MAX_SAME,
        "MAX_ROWS": MAX_ROWS,
    }


def _about(run: Run) -> dict[str, object]:
    return {"run": run, "lang": run.lang}


def policy(style: str, script: str, has_pictures: bool = False, loads: bool = False) -> str:
    """Nothing may be loaded, sent or run but the page's own style and script, and pictures that stand in it. `loads`:
    but for the files that this script itself loads."""
    trusted = " 'strict-dynamic'" if loads else ""
    rules = ["default-src 'none'", f"style-src '{_digest(style)}'", f"script-src '{_digest(script)}'{trusted}"]
    pictures = ["img-src data:"] if has_pictures else []
    return "; ".join([*rules, *pictures, "base-uri 'none'", "form-action 'none'"])


def _has_pictures(run: Run) -> bool:
    """Whether there are figures, and room for all of them; else those of a class are in the people's own reports."""
    sizes = [len(one) for grade in run.grades for exercise in grade.exercises for one in exercise.pictures]
    return 0 < sum(sizes) <= (MAX_PICTURES_BYTES if len(run.grades) > 1 else math.inf)


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@lru_cache
def asset(name: str) -> str:
    """A style or a script of ours."""
    return (resources.files("grader.report") / "page" / name).read_text("utf-8").strip()


@lru_cache
def environment(lang: Lang) -> Environment:
    """What the templates of pages are filled in by."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("grader.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "say": partial(_say, lang=lang),
        "clean": wording.clean,
        "value": partial(wording.clean, limit=MAX_VALUE),
        "number": partial(number, lang=lang),
        "figure": partial(charts.figure, lang=lang),
        "points": partial(wording.points, lang=lang),
        "total": partial(wording.total, lang=lang),
        "plain": partial(render, lang=lang),
    }
    made.globals |= {
        "label": {name: render(text, lang) for name, text in labels.LABELS.items()},
        "states": labels.STATES,
        "statuses": labels.STATUSES,
        "State": State,
        "CheckStatus": CheckStatus,
        "ExerciseStatus": ExerciseStatus,
        "SubmissionStatus": SubmissionStatus,
        "bars": partial(charts.bars, lang=lang),
        "lines": partial(charts.lines, lang=lang),
        "grid": charts.grid,
        "beside_y": charts.beside_y,
        "below_x": charts.below_x,
        "rows": partial(charts.rows, lang=lang),
        "findings": findings,
        "wording": wording,
        "marks": labels.MARKS,
        "next_steps": next_steps,
        "summary": class_summary,
        "fill": fill,
        "labels": labels,
        "step_of": _step_of,
    }
    return made


def _say(text: Text, lang: Lang) -> Markup:
    """The text as HTML: our words as they are, everything else as code."""
    if isinstance(text, Message) and not text.values and text.plural is None:
        return _fixed(text.text, lang)
    return _fixed(text, lang) if isinstance(text, Titles) else _spans(text, lang)


@lru_cache(maxsize=MAX_TEXTS)
def _fixed(text: str | Titles, lang: Lang) -> Markup:
    """A text of ours or of the course's author."""
    return _spans(Message(text) if isinstance(text, str) else text, lang)


def _spans(text: Text, lang: Lang) -> Markup:
    parts = []
    for span, is_code in wording.spans(text, lang):
        shown = escape(wording.clean(span, MAX_VALUE))
        parts.append(Markup("<code>{}</code>").format(shown) if is_code and shown else shown)
    return Markup("").join(parts)


def _step_of(plan: Sequence[Step], exercise: ExerciseResult) -> Step | None:
    """The step that an exercise is part of; its main exercise may be another one, with the same cause."""
    return next((step for step in plan if exercise in (step.exercise, *step.same)), None)


@dataclass(frozen=True, slots=True)
class Source:
    """The code of a cell.

    Attributes:
        lines: The numbers of its lines, one on each line.
        text: The code.
        cut: The number of characters that are not shown.
        same_as: The id of the exercise that shows the code already, where one cell holds several exercises.
    """

    lines: str = ""
    text: str = ""
    cut: int = 0
    same_as: str = ""


class _Code:
    """The code of graded cells, cut so that a whole class fits on the page."""

    def __init__(self, run: Run) -> None:
        totals = dict.fromkeys(CELL_LIMITS, 0)
        for grade in run.grades if len(run.grades) > 1 or _most_bytes(run) > MAX_CODE_BYTES else ():
            for source, limit in product(_sources(grade), CELL_LIMITS):
                totals[limit] += len(escape(source[:limit]).encode("utf-8", "replace"))
        fitting = (limit for limit, total in totals.items() if total <= MAX_CODE_BYTES)
        self._limit = next(fitting, CELL_LIMITS[-1])

    def of(self, grade: Grade) -> dict[str, Source]:
        """The code by exercise id, without exercises that have no cell or whose cell is not known."""
        sources = _graded(grade)
        found: dict[str, Source] = {}
        shown: dict[int, str] = {}
        for exercise in grade.exercises:
            if exercise.cell is None or exercise.cell not in sources:
                continue
            if exercise.cell in shown:
                found[exercise.id] = Source(same_as=shown[exercise.cell])
            else:
                found[exercise.id] = self._source(sources[exercise.cell].rstrip())
                shown[exercise.cell] = exercise.id
        return found

    def answer(self, exercise: ExerciseResult) -> Source:
        """The written answer to an exercise."""
        return self._source(exercise.answer)

    def _source(self, source: str) -> Source:
        text = _visible(source[: self._limit])
        lines = "\n".join(str(line + 1) for line in range(text.count("\n") + 1))
        return Source(lines, text, max(0, len(source) - self._limit))


def _graded(grade: Grade) -> dict[int, str]:
    """The sources of the judged cells, by the index of the cell, as far as they are known."""
    judged = {exercise.cell for exercise in grade.exercises}
    return {cell.index: cell.source for cell in grade.notebook.cells if cell.index in judged}


def _sources(grade: Grade) -> list[str]:
    """All that is shown of what a person wrote."""
    return [*_graded(grade).values(), *(exercise.answer for exercise in grade.exercises if exercise.answer)]


def _most_bytes(run: Run) -> int:
    """How many bytes the code on a page of one person has at most."""
    return sum(MAX_SIGN_BYTES * min(len(source), CELL_LIMITS[0]) for grade in run.grades for source in _sources(grade))


def _visible(source: str) -> str:
    """The code with invisible characters replaced, and those that change the direction of writing."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    return "\n".join(wording.clean(line, len(line)) for line in lines)
