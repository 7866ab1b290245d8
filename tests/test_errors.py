"""What the system says of an error is said in the reader's language."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from grader import output
from grader.cli import streams
from grader.errors import UsageError, reason_of
from grader.i18n import Message, render
from grader.submissions import files

KNOWN = [*streams._ADVICE, errno.EBUSY, errno.EEXIST, errno.EFBIG, errno.EINVAL, errno.EISDIR, errno.ENOENT]


@pytest.mark.parametrize("number", KNOWN, ids=lambda number: errno.errorcode[number])
def test_whatever_the_system_refuses_is_said_in_both_languages(number: int) -> None:
    error = OSError(number, os.strerror(number))
    reason = reason_of(error)
    assert isinstance(reason, Message)
    polish = render(reason, "pl")
    assert polish != render(reason, "en")
    if sys.platform == "linux":
        assert render(reason, "en") == os.strerror(number)
    for text in (
        output.unwritable(Path("wyniki"), error).text,
        UsageError("{file} can't be read: {error}", file="lista.csv", error=error).text,
        files._cannot_open(reason),
    ):
        assert polish in render(text, "pl")


def test_an_error_that_is_not_known_is_said_as_the_system_says_it() -> None:
    assert reason_of(OSError(9999, "Odd")) == "Odd"
    assert reason_of(OSError("odd")) == "odd"
