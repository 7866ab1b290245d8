"""What comes of comparing an answer with what is expected."""

from __future__ import annotations

from dataclasses import dataclass

from grader.i18n import Text, msg

WRONG_VALUE = msg("The value is not the expected one.")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether an answer is right.

    Attributes:
        refusal: why it is wrong; None where it is right.
        remarks: deviations of form that were accepted.
    """

    refusal: Text | None = None
    remarks: tuple[Text, ...] = ()
