"""JUnit XML as Jenkins, GitLab and pytest's own tests read it."""

from __future__ import annotations

from lxml import etree

from tests.report.test_formats import GOLDEN, REPORTS
from tests.sample_run import GRADES

KINDS = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


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
