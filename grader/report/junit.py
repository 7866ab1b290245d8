"""JUnit XML as pytest's xunit2 and Jenkins's junit-10.xsd have it: a suite a submission, a case a check."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from grader.i18n import Lang, Text, render
from grader.model import CheckResult, CheckStatus, ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.report import wording as prose
from grader.report.run import Run, language

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(run: Run) -> str:
    """A check that did not pass is a failure or an error, also when it did not run; one for a bonus only is skipped."""
    root = ET.Element("testsuites", name=run.course.id)
    for grade in run.grades:
        _suite(root, grade, language(run))
    suites = list(root)
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", f"{sum(grade.duration_s for grade in run.grades):.3f}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, grade: Grade, lang: Lang) -> None:
    participant = prose.clean(grade.notebook.participant)
    suite = ET.SubElement(root, "testsuite", name=participant, file=prose.clean(grade.notebook.path))
    _properties(suite, grade)
    if grade.status is not SubmissionStatus.GRADED:
        case = ET.SubElement(suite, "testcase", name=grade.status.value, classname=participant)
        _outcome(case, "error", grade.status.value, prose.reasons(grade), lang)
    for exercise in grade.exercises:
        for check in exercise.checks:
            _case(suite, grade, exercise, check, lang)
    cases = suite.findall("testcase")
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("tests", str(len(cases)))
    suite.set("time", f"{grade.duration_s:.3f}")


def _properties(suite: ET.Element, grade: Grade) -> None:
    properties = ET.SubElement(suite, "properties")
    values = {"status": grade.status.value}
    values |= {name: f"{getattr(grade, name):g}" for name in ("score", "max_score", "bonus", "max_bonus")}
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=value)


def _case(suite: ET.Element, grade: Grade, exercise: ExerciseResult, check: CheckResult, lang: Lang) -> None:
    classname = f"{prose.clean(grade.notebook.participant)}.{exercise.id}"
    case = ET.SubElement(suite, "testcase", name=_xml(render(check.title, lang)), classname=classname)
    kind = _kind(grade, exercise, check)
    if kind is not None:
        finding = prose.Finding(check)
        texts = finding.texts if check.status is not CheckStatus.NOT_RUN else prose.remarks(exercise)
        details = [*_place(grade, exercise), *prose.told(finding, lang)]
        _outcome(case, kind, check.status.value, texts or (check.title,), lang, details)
    if exercise.notes and check is exercise.checks[0]:
        notes = "\n".join(render(note, lang) for note in exercise.notes)
        ET.SubElement(case, "system-out").text = _xml(notes)


def _kind(grade: Grade, exercise: ExerciseResult, check: CheckResult) -> str | None:
    """The element for a check that did not pass."""
    if check.status is CheckStatus.PASSED or exercise.status is ExerciseStatus.SUPERSEDED:
        return None
    optional = check.max_bonus > 0 and check.max_points == 0
    if optional or (check.status is CheckStatus.NOT_RUN and grade.status is not SubmissionStatus.GRADED):
        return "skipped"  # of a submission that was not graded, one error stands for all
    if check.status is CheckStatus.FAILED or exercise.status is ExerciseStatus.MISSING:
        return "failure"
    return "error"


def _place(grade: Grade, exercise: ExerciseResult) -> list[str]:
    """ "notebook.ipynb:79": many programs make a link of it."""
    line = grade.line(exercise)
    return [] if line is None else [f"{prose.clean(grade.file(exercise.cell))}:{line}"]


def _outcome(
    case: ET.Element, kind: str, type: str, texts: tuple[Text, ...], lang: Lang, details: list[str] | None = None
) -> None:
    message = " ".join(render(text, lang) for text in texts)
    element = ET.SubElement(case, kind, type=type, message=_xml(prose.clean(message)))
    element.text = _xml("\n".join(details or [message]))


def _xml(text: str) -> str:
    """Without the characters that XML can't hold, even escaped."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
