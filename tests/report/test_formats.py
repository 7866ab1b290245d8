"""Reports for other programs: each as it is promised, whole; and as its reader reads it."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, Literal

import msgspec
import pytest
from lxml import etree
from markdown_it import MarkdownIt

from grader.report import junit, markdown
from grader.report.platforms import canvas, classroom50, github, gradescope, moodle, prairielearn
from grader.report.platforms.classroom50 import Identity
from tests.conftest import ROOT
from tests.sample_run import FAULT, FORMULA, GRADES, HALF_FAULT, HOSTILE_NAME, MIXED, RIGHT, UNREADABLE, run

GOLDEN = ROOT / "tests" / "golden"
IDENTITY = Identity(
    "deep-learning", "workshop", "individual", "ada", "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "https://github.example/c", "https://github.example/r", "https://github.example/v", "2026-06-01T14:32:01Z",
)  # fmt: skip
REPORTS: dict[str, Callable[[], str]] = {
    "junit.xml": lambda: junit.text(run()),
    "github.txt": lambda: github.commands(run(), lambda path: f"sub/{path}"),
    "github-one.txt": lambda: github.commands(run(MIXED)),
    "markdown.md": lambda: markdown.text(run()),
    "markdown-one.md": lambda: markdown.text(run(MIXED)),
    "markdown-one.pl.md": lambda: markdown.text(run(MIXED, lang="pl")),
    "gradescope.json": lambda: gradescope.text(run(MIXED)),
    "gradescope-fault.json": lambda: gradescope.text(run(FAULT)),
    "prairielearn.json": lambda: prairielearn.text(run(MIXED)),
    "prairielearn-unreadable.json": lambda: prairielearn.text(run(UNREADABLE)),
    "classroom50.json": lambda: classroom50.text(run(MIXED), IDENTITY),
    "moodle.csv": lambda: moodle.text(run()),
    "canvas.csv": lambda: canvas.text(run()),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_as_it_was_promised(name: str) -> None:
    """`python -m tests.report.test_formats` writes them anew: read the difference before you commit it."""
    assert REPORTS[name]() == (GOLDEN / name).read_text("utf-8")


# ---- JUnit, as Jenkins, GitLab and pytest's own tests read it


def test_junit_is_valid_by_the_schema_of_jenkins() -> None:
    schema = etree.XMLSchema(etree.parse(GOLDEN / "junit-10.xsd"))
    schema.assertValid(etree.fromstring(REPORTS["junit.xml"]().encode()))


def test_junit_counts_what_it_holds_and_fails_closed() -> None:
    root = etree.fromstring(REPORTS["junit.xml"]().encode())
    suites = root.findall("testsuite")
    assert suites[0].get("file") == "work/ada.ipynb"
    for grade, suite in zip(GRADES, suites, strict=True):
        cases = suite.findall("testcase")
        counted = {name: sum(case.find(tag) is not None for case in cases) for name, tag in KINDS}
        assert {name: int(suite.get(name)) for name, _ in KINDS} == counted
        assert int(suite.get("tests")) == len(cases)
        bad = counted["failures"] + counted["errors"]
        assert (bad == 0) == (grade.status.value == "graded" and grade.reached(100) and not grade.faulted)
    assert "work/ada.ipynb:10" in root.find("testsuite/testcase/failure").text


KINDS = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


# ---- GitHub: a line of output, as the runner (src/Runner.Common/ActionCommand.cs) takes it apart

COMMANDS = "error warning notice debug group endgroup add-mask add-matcher stop-commands set-output save-state".split()


def parsed(line: str) -> tuple[str, dict[str, str], str] | None:
    """Name, properties and data of a command, in the runner's new form or else in its old."""
    new = re.match(r"\s*::([\w-]+)(?: (.*?))?::(.*)$", line, re.DOTALL)
    old = re.search(r"##\[([\w-]+)(?: (.*?))?\](.*)$", line, re.DOTALL)
    for match, separator in ((new, ","), (old, ";")):
        if match and match[1].lower() in COMMANDS:
            pairs = [pair.split("=", 1) for pair in (match[2] or "").split(separator) if "=" in pair]
            return match[1], {name: unescaped(value) for name, value in pairs}, unescaped(match[3])
    return None


def unescaped(text: str) -> str:
    for token, replacement in (("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C"), ("%", "%25")):
        text = text.replace(replacement, token)
    return text


@pytest.mark.parametrize("name", ["github.txt", "github-one.txt"])
def test_every_line_for_github_is_one_annotation_of_ours(name: str) -> None:
    lines = REPORTS[name]().split("\n")
    assert lines.pop() == ""
    found = [parsed(line) for line in lines]
    kinds = [command[0] for command in found if command]
    assert len(kinds) == len(lines)
    assert set(kinds) == {"error", "warning", "notice"}
    assert all(kinds.count(kind) <= 10 for kind in kinds)
    for command in found:
        assert command is not None
        assert set(command[1]) <= {"file", "line", "title"}


def test_an_annotation_says_what_the_report_does_at_the_line_of_the_cell() -> None:
    commands = [parsed(line) for line in REPORTS["github-one.txt"]().splitlines()]
    kind, properties, message = commands[0] or ("", {}, "")
    assert (kind, properties["file"], properties["line"]) == ("error", "work/ada.ipynb", "10")
    assert properties["title"] == "1 Doubles *2 (1/2)"
    assert message.startswith("✗ Checks many\n  It looks like a sum")
    assert "::notice title=Autograding complete::Points 3/7\n" in REPORTS["github-one.txt"]()


def test_a_file_with_a_hostile_name_is_the_file_that_is_annotated() -> None:
    commands = [parsed(line) for line in github.commands(run(RIGHT, MIXED)).splitlines()]
    assert RIGHT.notebook.path in {command[1].get("file") for command in commands if command}


def test_what_is_over_the_limit_of_annotations_is_summed_up() -> None:
    lines = github.commands(run(*[MIXED] * 12)).splitlines()
    errors = [line for line in lines if line.startswith("::error")]
    assert len(errors) == 10
    assert errors[-1].endswith("::and 15 more: see the summary")


# ---- Markdown, as a CommonMark reader with tables reads it

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


# ---- Gradescope, by its specification, in which nothing else may stand

Visibility = Literal["hidden", "after_due_date", "after_published", "visible"]
Format = Literal["text", "html", "simple_format", "md", "ansi"]


class GradescopeTest(msgspec.Struct, forbid_unknown_fields=True):
    score: float
    max_score: float
    status: Literal["passed", "failed"]
    name: str
    number: str
    output: str
    visibility: Visibility
    extra_data: dict[str, Any]


class GradescopeResults(msgspec.Struct, forbid_unknown_fields=True):
    score: float
    output: str
    output_format: Format
    test_output_format: Format
    test_name_format: Format
    visibility: Visibility
    stdout_visibility: Visibility
    tests: list[GradescopeTest]
    execution_time: float = 0
    extra_data: dict[str, Any] = {}


@pytest.mark.parametrize("grade", GRADES, ids=lambda grade: grade.notebook.path[:12])
def test_gradescope_reads_its_results(grade: Any) -> None:
    results = msgspec.json.decode(gradescope.text(run(grade)), type=GradescopeResults)
    assert results.score == grade.score == sum(test.score for test in results.tests)
    assert "html" not in (results.output_format, results.test_output_format, results.test_name_format)
    assert all(test.score <= test.max_score for test in results.tests)


@pytest.mark.parametrize("module", [gradescope, prairielearn])
def test_unfinished_results_can_be_read_too(module: Any) -> None:
    kind: Any = GradescopeResults if module is gradescope else PrairieLearnResults
    results = msgspec.json.decode(module.unfinished("there is no .ipynb file", "en"), type=kind)
    assert (results.score, "no .ipynb" in f"{results}") == (0, True)


# ---- PrairieLearn, by its documentation and by the element that shows it


class PrairieLearnTest(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    points: float
    max_points: float
    message: str
    output: str


class PrairieLearnResults(msgspec.Struct, forbid_unknown_fields=True):
    gradable: bool
    score: float
    message: str
    tests: list[PrairieLearnTest] = []
    format_errors: list[str] = []


@pytest.mark.parametrize("grade", GRADES, ids=lambda grade: grade.notebook.path[:12])
def test_prairielearn_reads_its_results(grade: Any) -> None:
    text = prairielearn.text(run(grade))
    results = msgspec.json.decode(text, type=PrairieLearnResults)
    assert 0 <= results.score <= 1
    assert results.gradable == (grade in (MIXED, RIGHT))
    assert bool(results.format_errors) == (not results.gradable)
    if results.gradable:
        assert sum(test.points for test in results.tests) == grade.score
        assert results.score == pytest.approx(grade.score / grade.max_score)
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)  # its element turns ANSI codes into HTML


# ---- Classroom 50, by what runner.py and collect_scores.py of it refuse


def test_classroom50_takes_its_result() -> None:
    for grade in GRADES:
        result = json.loads(classroom50.text(run(grade), IDENTITY))
        assert set(result) == {
            "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release",
            "review", "datetime", "score", "max-score", "tests",
        }  # fmt: skip
        assert result["schema"] == "classroom50/result/v1"
        assert result["submission"].startswith("submit/")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", result["datetime"])
        for scored in (result, *result["tests"]):
            assert type(scored["score"]) is type(scored["max-score"]) is int
            assert 0 <= scored["score"] <= scored["max-score"]
        assert result["score"] == sum(test["score"] for test in result["tests"])
        assert all(test["test-name"] and isinstance(test["passed"], bool) for test in result["tests"])
        right = grade.status.value == "graded" and grade.reached(100) and not grade.faulted
        assert all(test["passed"] for test in result["tests"]) == right


def test_points_that_are_not_whole_are_scaled_alike_for_everybody() -> None:
    from dataclasses import replace

    first, *rest = MIXED.exercises
    checks = tuple(replace(check, max_points=0.5) for check in first.checks)
    grade = replace(MIXED, exercises=(replace(first, points=0.5, max_points=1.0, checks=checks), *rest))
    result = json.loads(classroom50.text(run(grade), IDENTITY))
    assert (result["score"], result["max-score"]) == (5, 12)  # 2.5 of 6


# ---- Moodle and Canvas, as their importers look for columns


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not attrs


def test_moodle_takes_grade_and_feedback_by_the_number_of_the_participant() -> None:
    table = rows(moodle.text(run()))
    assert {"Identifier", "Grade", "Last modified (grade)", "Feedback comments"} <= set(table[0])
    assert [row["Identifier"].removeprefix("Participant ") for row in table] == ["1234567", "78", "77", "79"]
    assert [row["Grade"] for row in table] == ["3", "0", "", ""]  # no grade where the grader broke
    assert moodle.left_out(run()) == (HOSTILE_NAME,)
    assert all(not row["Grade"] or float(row["Grade"]) <= float(row["Maximum grade"]) for row in table)
    for row in table:
        tags = Tags()
        tags.feed(row["Feedback comments"])
        assert tags.seen <= {"p", "br"}


def test_canvas_takes_points_and_bonus_with_what_is_possible() -> None:
    table = rows(canvas.text(run()))
    assert list(table[0]) == [
        "Student", "ID", "SIS User ID", "SIS Login ID", "Section", "A sample course", "A sample course (bonus)"
    ]  # fmt: skip
    assert list(table[0].values()) == ["    Points Possible", "", "", "", "", "7", "0"]
    assert [row["ID"] for row in table[1:]] == ["1234567", "", "78", "77", "79"]
    assert [row["SIS User ID"] for row in table[1:]] == ["", "'=2", "", "", ""]
    assert [row["A sample course"] for row in table[1:]] == ["3", "7", "0", "", ""]
    assert [row["A sample course (bonus)"] for row in table[1:]] == ["0", "4", "0", "", ""]


@pytest.mark.parametrize("module", [moodle, canvas])
def test_no_cell_is_a_formula(module: Any) -> None:
    for row in csv.reader(io.StringIO(module.text(run()))):
        assert not [cell for cell in row if cell.lstrip()[:1] in ("=", "+", "-", "@") and cell != "-"]
    assert "'" + FORMULA in {cell for row in csv.reader(io.StringIO(module.text(run()))) for cell in row}


def test_half_a_fault_is_no_grade_for_anybody() -> None:
    assert HALF_FAULT.score == 4
    assert not json.loads(prairielearn.text(run(HALF_FAULT)))["gradable"]
    assert "Tell your trainer" in json.loads(gradescope.text(run(HALF_FAULT)))["output"]
    assert "::error " in github.commands(run(HALF_FAULT))


if __name__ == "__main__":
    for name, made in REPORTS.items():
        (GOLDEN / name).write_text(made(), "utf-8")
        sys.stdout.write(f"{name}\n")
