"""JUnit XML as Jenkins, GitLab and pytest's own tests read it."""

from __future__ import annotations

from lxml import etree

from grader.config import Config
from grader.course.course import Course
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.report import junit
from grader.report.run import Run
from tests.cli.test_grade import SOLVED
from tests.conftest import QUICK, grade_file
from tests.report.test_formats import GOLDEN, REPORTS
from tests.sample_run import GRADES

KINDS = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


def test_junit_is_valid_by_the_schema_of_jenkins() -> None:
    schema = etree.XMLSchema(etree.parse(GOLDEN / "junit-10.xsd"))
    root = etree.fromstring(REPORTS["junit.xml"]().encode())
    for case in root.iter("testcase"):
        assert case.attrib.pop("file"), "xunit1's, which GitLab shows; the schema has it for suites only"
    schema.assertValid(root)


def test_each_case_says_in_which_file_and_how_long() -> None:
    root = etree.fromstring(REPORTS["junit.xml"]().encode())
    first, *rest = root.iter("testcase")
    assert (first.get("file"), first.get("time")) == ("work/ada.ipynb", "0.000250")
    assert all(case.get("file", "").endswith(".ipynb") and float(case.get("time", "")) >= 0 for case in rest)


def test_the_time_of_a_case_is_that_of_its_check(course: Course, suite: Suite, warm: ForkServerClient | None) -> None:
    grade = grade_file(SOLVED, course, suite, Config(only=("1a", "1b"), limits=QUICK), warm)
    root = etree.fromstring(junit.text(Run((grade,), course, Config())).encode())
    times = [float(case.get("time")) for case in root.iter("testcase")]
    assert 0 < sum(times) < grade.duration_s
    assert len({check.duration_s for exercise in grade.exercises for check in exercise.checks}) > 1


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
