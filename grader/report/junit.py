"""JUnit XML as pytest's xunit2 and Jenkins's junit-10.xsd define it: each submission is a suite, each check a case.

A case has a `file` too, as in xunit1: GitLab shows it, and others pass over it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from grader.i18n import Lang, Text, render
from grader.model import CheckResult, CheckStatus, ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.report import wording
from grader.report.findings import Finding, explain_finding
from grader.report.run import Run

PART = 1 << 16  # bytes
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(run: Run) -> str:
    """A check that did not pass, or did not run, is a failure or an error. One for bonus only is skipped, and so is one
    that can't be judged here or that a person has not graded yet."""
    return b"".join(parts(run)).decode()


def parts(run: Run) -> Iterator[bytes]:
    """The same, encoded, in parts. The counts of all suites come first, so the suites wait in a file."""
    counts = dict.fromkeys(("tests", "failures", "errors"), 0)
    with tempfile.TemporaryFile() as suites:
        for grade in run.grades:
            suite = _suite(grade, run.lang)
            ET.indent(suite, level=1)
            suites.write(b"\n  " + ET.tostring(suite, encoding="unicode").encode())
            for count in counts:
                counts[count] += int(suite.get(count, "0"))
        total = {count: str(number) for count, number in counts.items()}
        total_s = sum(score.duration_s for score in run.scores)
        root = ET.Element("testsuites", {"name": run.course.id, **total, "time": _seconds(total_s)})
        root.text = "\n" if run.grades else None
        start, end, rest = ET.tostring(root, encoding="unicode").partition("\n</")
        yield f'<?xml version="1.0" encoding="utf-8"?>\n{start}'.encode()
        suites.seek(0)
        while part := suites.read(PART):
            yield part
        yield f"{end}{rest}\n".encode()


def _suite(grade: Grade, lang: Lang) -> ET.Element:
    participant = wording.clean(grade.notebook.participant)
    suite = ET.Element("testsuite", name=participant, file=wording.clean(grade.notebook.path))
    _properties(suite, grade, lang)
    if grade.status is not SubmissionStatus.GRADED:
        case = ET.SubElement(suite, "testcase", name=grade.status.value, classname=participant)
        case.set("file", wording.clean(grade.notebook.path))
        case.set("time", _seconds(grade.duration_s))
        _outcome(case, "error", grade.status.value, wording.reasons(grade), lang)
    for exercise in grade.exercises:
        for check in exercise.checks:
            _case(suite, grade, exercise, check, lang)
    cases = suite.findall("testcase")
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("tests", str(len(cases)))
    suite.set("time", _seconds(grade.duration_s))
    return suite


def _properties(suite: ET.Element, grade: Grade, lang: Lang) -> None:
    properties = ET.SubElement(suite, "properties")
    exposure = wording.exposure([grade])
    values = {"status": grade.status.value}
    values |= {name: f"{getattr(grade, name):g}" for name in ("score", "max_score", "bonus", "max_bonus")}
    values |= {} if exposure is None else {"exposed": _xml(render(exposure, lang))}
    if grade.needs:
        values |= {
            "ungraded_points": f"{grade.ungraded_points:g}",
            "needs": _xml(wording.clean("; ".join(grade.needs))),
        }
    if grade.by_hand_points:
        values |= {"by_hand_points": f"{grade.by_hand_points:g}"}
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=value)


def _case(suite: ET.Element, grade: Grade, exercise: ExerciseResult, check: CheckResult, lang: Lang) -> None:
    classname = f"{wording.clean(grade.notebook.participant)}.{exercise.id}"
    case = ET.SubElement(suite, "testcase", name=_xml(render(check.title, lang)), classname=classname)
    case.set("file", wording.clean(grade.file(exercise.cell)))
    case.set("time", _seconds(check.duration_s))
    kind = _kind(grade, exercise, check)
    if kind is not None:
        finding = Finding(check)
        from_exercise = check.status in (CheckStatus.NOT_RUN, CheckStatus.BY_HAND)
        texts = wording.remarks(exercise) if from_exercise else finding.texts
        details = [*_place(grade, exercise), *explain_finding(finding, lang)]
        _outcome(case, kind, check.status.value, texts or (check.title,), lang, details)
    if exercise.notes and check is exercise.checks[0]:
        notes = "\n".join(render(note, lang) for note in exercise.notes)
        ET.SubElement(case, "system-out").text = _xml(notes)


def _kind(grade: Grade, exercise: ExerciseResult, check: CheckResult) -> str | None:
    """The name of the element for a check that did not pass; None for a check that did."""
    if check.status is CheckStatus.PASSED or exercise.status is ExerciseStatus.SUPERSEDED:
        return None
    if check.status in (CheckStatus.UNGRADED, CheckStatus.BY_HAND):
        return "skipped"
    optional = check.max_bonus > 0 and check.max_points == 0
    if optional or (check.status is CheckStatus.NOT_RUN and grade.status is not SubmissionStatus.GRADED):
        return "skipped"  # a submission that was not graded has one error for all of them
    if check.status in (CheckStatus.FAILED, CheckStatus.PARTIAL) or exercise.status is ExerciseStatus.MISSING:
        return "failure"
    return "error"


def _place(grade: Grade, exercise: ExerciseResult) -> list[str]:
    """ "notebook.ipynb:79", which many programs show as a link."""
    line = grade.line(exercise)
    return [] if line is None else [f"{wording.clean(grade.file(exercise.cell))}:{line}"]


def _outcome(
    case: ET.Element, kind: str, type: str, texts: tuple[Text, ...], lang: Lang, details: list[str] | None = None
) -> None:
    message = " ".join(render(text, lang) for text in texts)
    element = ET.SubElement(case, kind, type=type, message=_xml(wording.clean(message)))
    element.text = _xml("\n".join(details or [message]))


def _seconds(duration_s: float) -> str:
    """To a microsecond: a quick check takes less than the millisecond that pytest rounds to."""
    return f"{duration_s:.6f}"


def _xml(text: str) -> str:
    """The text with the characters replaced that XML can't hold, not even escaped."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
