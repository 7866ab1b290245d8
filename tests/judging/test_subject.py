"""What hidden tests are run on: the judged function, the others by what their names say, and the notebook."""

from __future__ import annotations

import pytest

from grader.i18n import msg
from grader.judging.stand_in import Function
from grader.judging.subject import Subject
from grader.judging.verdicts import Failed
from grader.kernel.session import Answer


def function(name: str, value: object) -> Function:
    return Function(name, lambda cases: [Answer(value)] * len(cases))


def test_each_function_is_what_its_name_says() -> None:
    others = {"pole": function("pole", 1), "moja_pole": function("moja_pole", 2)}
    subject = Subject("obwód", function("mój_obwód", 3), find=others.get)
    assert [subject.function(name)() for name in ("obwód", "pole", "pole", "moja_pole")] == [3, 1, 1, 2]
    assert subject.function("pole") is subject.function("pole")
    with pytest.raises(Failed, match="There is no"):
        subject.function("nie_ma")
    assert len(subject.calls) == 4


def test_a_remark_is_made_once_and_is_the_checks_own() -> None:
    subject = Subject("f", function("f", 1), find=lambda name: function(name, 1))
    same = [msg("It has shape {shape}.", shape="(3,)") for _ in range(2)]
    subject.function("f").remarks.append(same[0])
    subject.function("g").remarks.append(same[1])
    assert subject.remarks == (same[0],)
    subject.begin(2, 0)
    assert subject.remarks == ()
