"""What a test of otter's shows, beside what it should show."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from grader.i18n import msg
from grader.judging.verdicts import Failed
from grader.model import CheckStatus

MAX_SHOWN = 300  # characters
_NUMPY = re.compile(r"np\.(?:(?P<truth>True|False)_|\w+\((?P<value>[^()]*)\))")


class Shown:
    """Keeps what a test prints inside the block. Use it as a context manager.

    Attributes:
        value: What the last line of the test gives.
    """

    def __init__(self, expected: str, test: str = "") -> None:
        """`test`: its source, if participants have it."""
        self.value: Any = None
        self._expected, self._test = _plain(expected), test
        self._printed = StringIO()
        self._redirect = redirect_stdout(self._printed)

    def __enter__(self) -> Shown:
        self._redirect.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._redirect.__exit__(None, None, None)

    def check(self) -> None:
        """Raise what the participant reads where it is not right; of a hidden test that is nothing of the test."""
        if self.is_right:
            return
        if not self._test:
            raise AssertionError
        shown = _plain(f"{self._printed.getvalue()}{'' if self.value is None else repr(self.value)}")
        text = msg("The test should show something else.")
        raise Failed(CheckStatus.FAILED, text, self._test, self._expected[:MAX_SHOWN], shown[:MAX_SHOWN])

    @property
    def is_right(self) -> bool:
        """Whether the value is as expected, or what was printed together with it."""
        value = "" if self.value is None else _plain(repr(self.value))
        return self._expected in (value, _plain(f"{self._printed.getvalue()}{value}")) or _same_truth(
            value, self._expected
        )


def _plain(text: str) -> str:
    """A text as each version of numpy writes it, without spaces at the ends of lines."""
    plain = _NUMPY.sub(lambda found: found["truth"] or found["value"], text)
    return "\n".join(line.rstrip() for line in plain.strip().splitlines())


def _same_truth(one: str, other: str) -> bool:
    """Whether one is True and the other 1, which a session of the interpreter takes for the same."""
    return {one, other} == {"True", "1"}
