"""From bytes to JSON. What is not JSON is recognised: an empty file, a PDF, a picture, a web page, a cut download."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Sequence
from typing import Any

from grader.i18n import Message, msg
from grader.submissions.nbformat_versions import has_cells

MAX_VALUES = 10_000_000  # a value takes some 100 bytes of the grader's memory

_EMPTY = msg("The file is empty. Download the notebook again. In Colab: File > Download > Download .ipynb.")
_PDF = msg("This is a PDF, not a notebook. In Colab: File > Download > Download .ipynb.")
_ARCHIVE = msg("This is an archive (such as .zip), not a notebook. Unpack it and hand in the .ipynb file from inside.")
_PICTURE = msg("This is a picture, not a notebook. In Colab: File > Download > Download .ipynb.")
_WEB_PAGE = msg("This is a web page, not a notebook. In Colab: File > Download > Download .ipynb.")
_SCRIPT = msg("This is a Python script, not a notebook. In Colab: File > Download > Download .ipynb (not .py).")
_CONFLICT = msg(
    "Git has left marks of a merge conflict (<<<<<<<) in the file. "
    "Resolve the conflict, or download the notebook again."
)
_NOT_UTF8 = msg(
    "The file isn't text in UTF-8. Don't open the notebook in other programs; download it again. "
    "In Colab: File > Download > Download .ipynb."
)
_CUT_OFF = msg(
    "The file looks cut off: its end is missing. Download the notebook again. "
    "In Colab: File > Download > Download .ipynb."
)
_NESTED = msg(
    "The file holds lists nested too deep to be read. Clear the outputs and save it again. "
    "In Colab: Edit > Clear all outputs."
)
_TOO_MUCH = msg(
    "The file holds too much data to be read. Clear the outputs and save it again. In Colab: Edit > Clear all outputs."
)
_NOT_NOTEBOOK = msg(
    "The file is JSON, but not a notebook: it has no cells. Download the notebook again. "
    "In Colab: File > Download > Download .ipynb."
)

_SIGNATURES: Sequence[tuple[bytes, Message]] = (
    (b"%PDF", _PDF),
    (b"PK\x03\x04", _ARCHIVE),
    (b"PK\x05\x06", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
)
# UTF-32 comes first, because its mark begins with that of UTF-16.
_BYTE_ORDER_MARKS: Sequence[tuple[bytes, str]] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOK_CHARACTERS = 1 << 16
_HTML = re.compile(r"<(!doctype|html|head|body|\?xml|script|!--)", re.IGNORECASE)
_PYTHON = re.compile(r"^(import \w|from [\w.]+ import |def \w+\(|class \w+[(:]|print\(|#!|# ?%%|# -\*-)", re.MULTILINE)
_MERGE = re.compile(r"^<{7} ", re.MULTILINE)
_CUT_VALUE = re.compile(r"[-\\\w]{0,12}")


def decode(data: bytes) -> str | Message:
    """The text of a file, or the reason why it is none."""
    return _recognise(data) or _decode(data)


def parse(text: str) -> dict[str, Any] | Message:
    """The notebook as JSON gives it, with a list of cells or of worksheets; or the reason why the text is none.

    Whole numbers become floats, because converting thousands of digits to an int is slow or refused.
    """
    try:
        value = json.loads(text, strict=False, parse_int=float)
    except json.JSONDecodeError as error:
        return _not_json(text, error)
    except RecursionError:
        return _NESTED
    except MemoryError:
        return _TOO_MUCH
    return value if isinstance(value, dict) and has_cells(value) else _NOT_NOTEBOOK


def _recognise(data: bytes) -> Message | None:
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return _EMPTY
    if sum(data.count(sign) for sign in (b",", b"[", b"{")) > MAX_VALUES:
        return _TOO_MUCH
    return next((reason for signature, reason in _SIGNATURES if data.startswith(signature)), None)


def _decode(data: bytes) -> str | Message:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8-sig")
    try:
        return data.decode(encoding, "surrogatepass").lstrip("\ufeff")
    except UnicodeDecodeError as error:
        at_end = error.end == len(data) and error.reason in ("unexpected end of data", "truncated data")
        return _CUT_OFF if at_end else _NOT_UTF8


def _not_json(text: str, error: json.JSONDecodeError) -> Message:
    start = text[:_LOOK_CHARACTERS].lstrip()
    if "\0" in start:
        return _NOT_UTF8
    if _HTML.match(start):
        return _WEB_PAGE
    if _MERGE.search(text):
        return _CONFLICT
    if start.startswith("{"):
        return _CUT_OFF if _is_cut_off(text, error) else _broken(error)
    if _PYTHON.search(start):
        return _SCRIPT
    return msg(
        "The file is not a notebook. Hand in the file with the .ipynb ending. "
        "In Colab: File > Download > Download .ipynb."
    )


def _is_cut_off(text: str, error: json.JSONDecodeError) -> bool:
    """Whether only the end is missing: the text is right up to a string or a value that begins at its end."""
    if error.msg.startswith("Extra data"):
        return False
    rest = text[error.pos :].rstrip()
    return error.msg.startswith("Unterminated string") or _CUT_VALUE.fullmatch(rest) is not None


def _broken(error: json.JSONDecodeError) -> Message:
    return msg(
        "The notebook is damaged in line {line} of the file. Download it again and don't edit it as text. "
        "In Colab: File > Download > Download .ipynb.",
        line=error.lineno,
    )
