"""Read a participant's notebook. Whatever is wrong with the file is a status with a reason, never an exception."""

from __future__ import annotations

import codecs
import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.i18n import Message, msg
from grader.model import Cell, Notebook, SubmissionStatus
from grader.submissions.line_numbers import source_lines

MAX_FILE_MIB = 200
LARGE_OUTPUTS_MIB = 20
MAX_CELLS = 10_000
MAX_VALUES = 10_000_000  # of JSON: at some 100 bytes each, what one file may cost the grader
MIB = 1 << 20


def read(path: Path, participant: str | None = None) -> Notebook:
    """The notebook's code cells, or the reason why there are none. Never raises for the file's sake, never writes."""
    return parse(load(path), encodable(str(path)), encodable(path.stem) if participant is None else participant)


def parse(data: bytes | Message, path: str, participant: str) -> Notebook:
    """The same of a file's contents, or of the reason why there are none. `path` is what reports call it."""
    notebook = Notebook(path, participant, digest(data))
    contents = _contents(data) if isinstance(data, bytes) else data
    if isinstance(contents, Message):
        return replace(notebook, status=SubmissionStatus.UNREADABLE, reason=contents)
    notebook = replace(notebook, cells=contents.cells, notes=contents.notes)
    if contents.cells:
        return notebook
    return replace(notebook, status=SubmissionStatus.NO_EXERCISES, reason=_NO_CODE)


def reread(path: Path, sha256: str) -> str | None:
    """The text of a notebook that `read` has accepted; None where the file is no longer what was read."""
    data = load(path)
    if not isinstance(data, bytes) or digest(data) != sha256:
        return None
    text = _signed(data) or _decoded(data)
    return text if isinstance(text, str) else None


def digest(data: bytes | Message) -> str:
    """SHA-256 of a file's contents; where there are none, of nothing."""
    return hashlib.sha256(data if isinstance(data, bytes) else b"").hexdigest()


@dataclass(frozen=True, slots=True)
class _Contents:
    cells: tuple[Cell, ...]
    notes: tuple[Message, ...]


def _contents(data: bytes) -> _Contents | Message:
    text = _signed(data) or _decoded(data)
    if isinstance(text, Message):
        return text
    notebook = _parsed(text)
    if isinstance(notebook, Message):
        return notebook
    refusal = _newer(notebook) or _crowded(notebook) or _foreign(notebook)
    if refusal is not None:
        return refusal
    cells_as_4 = entries(notebook)
    sources = {index: _source(entry) for index, entry in enumerate(cells_as_4) if _kind(entry) == "code"}
    texts = {index: _clean(source or "") for index, source in sources.items()}
    lines = _lines(text, notebook)
    cells = tuple(Cell(index, source, lines.get(index)) for index, source in texts.items() if source.strip())
    notes = [
        *_cell_notes(cells_as_4, sources, texts),
        *_kernel_notes(notebook),
        *_size_notes(len(data) - sum(len(text) for text in texts.values())),
    ]
    return _Contents(cells, tuple(notes))


# ---- from a path to bytes

_NO_FILE = msg("There is no such file. Check its name and its folder.")
_NO_PERMISSION = msg("The file may not be opened: its permissions forbid reading. Give yourself the right to read it.")
_FOLDER = msg("This is a folder, not a notebook. Hand in the .ipynb file that is inside it.")
_LINK = msg("This is a link to another file. Hand in a copy of the notebook itself.")
_SPECIAL = msg("This is not an ordinary file (it is a pipe, a socket or a device). Hand in the .ipynb file itself.")

# No link is followed and no pipe waited for, even one that took the file's place after lstat. Windows lacks most.
_FLAG_NAMES = ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_NOCTTY", "O_BINARY")
_OPEN_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in _FLAG_NAMES)


def load(path: Path) -> bytes | Message:
    """The bytes of a file, or the reason why there are none."""
    try:
        # Before opening: to open a pipe or a device can already have an effect.
        return _not_ordinary(os.lstat(path)) or _ordinary(path)
    except FileNotFoundError:
        return _NO_FILE
    except PermissionError:
        return _NO_PERMISSION
    except OSError as error:
        return _LINK if error.errno == errno.ELOOP else _cannot_open(error.strerror)
    except ValueError as error:  # a path with a NUL character in it
        return _cannot_open(str(error))


def _not_ordinary(info: os.stat_result) -> Message | None:
    if stat.S_ISDIR(info.st_mode):
        return _FOLDER
    if stat.S_ISLNK(info.st_mode):
        return _LINK
    if not stat.S_ISREG(info.st_mode):
        return _SPECIAL
    return _too_large(info.st_size) if info.st_size > MAX_FILE_MIB * MIB else None


def _ordinary(path: Path) -> bytes | Message:
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        return _not_ordinary(os.fstat(descriptor)) or _all(descriptor)
    finally:
        os.close(descriptor)


def _all(descriptor: int) -> bytes | Message:
    """Up to the cap, however large the file has become, or if (as in /proc) its size is told as 0."""
    with open(descriptor, "rb", closefd=False) as file:
        data = file.read(MAX_FILE_MIB * MIB + 1)
    return data if len(data) <= MAX_FILE_MIB * MIB else _too_large(len(data))


def _cannot_open(error: str | None) -> Message:
    return msg("The file can't be opened ({error}). Copy it somewhere else and try again.", error=error or "?")


def _too_large(size_bytes: int) -> Message:
    return msg(
        "The file is too large: {size} MB; the limit is {limit} MB. Clear the outputs and save it again. "
        "In Colab: Edit > Clear all outputs.",
        size=-(-size_bytes // MIB),  # rounded up, so that it is never told as the limit itself
        limit=MAX_FILE_MIB,
    )


# ---- from bytes to a notebook as JSON gives it

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
# UTF-32 first: its mark begins with the one of UTF-16.
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


def _parsed(text: str) -> dict[str, Any] | Message:
    """A dict that has a list of cells or of worksheets. Whole numbers are floats: no digits are too many for these."""
    try:
        value = json.loads(text, strict=False, parse_int=float)
    except json.JSONDecodeError as error:
        return _not_json(text, error)
    except RecursionError:
        return _NESTED
    except MemoryError:
        return _TOO_MUCH
    if isinstance(value, dict) and (_is_list(value, "cells") or _is_list(value, "worksheets")):
        return value
    return _NOT_NOTEBOOK


def _signed(data: bytes) -> Message | None:
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return _EMPTY
    if sum(data.count(sign) for sign in (b",", b"[", b"{")) > MAX_VALUES:
        return _TOO_MUCH
    return next((reason for signature, reason in _SIGNATURES if data.startswith(signature)), None)


def _decoded(data: bytes) -> str | Message:
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
    """Whether the text was fine up to its end, but for a string or a value begun there."""
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


def _is_list(value: Mapping[str, Any], key: str) -> bool:
    return isinstance(value.get(key), list)


# ---- what kind of notebook it is

# Kernels whose name tells the language even where the metadata doesn't. Any other name may be a Python environment.
_LANGUAGES: Mapping[str, str] = {
    "ir": "R",
    "xr": "R",
    "julia": "Julia",
    "javascript": "JavaScript",
    "jslab": "JavaScript",
    "deno": "TypeScript",
    "bash": "Bash",
    "octave": "Octave",
    "xoctave": "Octave",
    "matlab": "MATLAB",
    "scala": "Scala",
    "almond": "Scala",
    "java": "Java",
    "kotlin": "Kotlin",
    "ruby": "Ruby",
    "rust": "Rust",
    "gophernotes": "Go",
    "xcpp": "C++",
    "ihaskell": "Haskell",
    ".net": ".NET",
    "wolframlanguage": "Wolfram Language",
}
_PYTHON_NAME = re.compile(r"(x|i|micro|circuit)?python|pyodide|sage|pyspark|ipykernel")
_NAME_CHARACTERS = 40


def _newer(notebook: Mapping[str, Any]) -> Message | None:
    version = notebook.get("nbformat")
    if not isinstance(version, float) or not version >= 5:
        return None
    return msg(
        "The notebook was made by a newer program (notebook format {version}) than can be read here. "
        "Open it in Colab and choose File > Download > Download .ipynb.",
        version=version,
    )


def _crowded(notebook: Mapping[str, Any]) -> Message | None:
    count = sum(len(cells) for cells, _ in _layout(notebook))
    if count <= MAX_CELLS:
        return None
    return msg(
        "The notebook has {count} cells; the limit is {limit}. Delete those you don't need.",
        count=count,
        limit=MAX_CELLS,
    )


def _foreign(notebook: Mapping[str, Any]) -> Message | None:
    """Another language's notebook. The first place that tells a language decides; where none does, it is Python."""
    language = next(_languages(_dict(notebook, "metadata")), "python")
    if _PYTHON_NAME.match(language.strip().lower()):
        return None
    return msg(
        "The notebook is written in {language}, not in Python. Choose Python and write the functions in it. "
        "In Colab: Runtime > Change runtime type > Python 3.",
        language=_clean(language.strip())[:_NAME_CHARACTERS],
    )


def _languages(metadata: Mapping[str, Any]) -> Iterator[str]:
    kernel = _dict(metadata, "kernelspec")
    stated = (
        kernel.get("language"),
        _kernel_language(kernel.get("name")),
        _dict(metadata, "language_info").get("name"),
        metadata.get("language"),  # nbformat 3 and lower
    )
    yield from (name for name in stated if isinstance(name, str) and name.strip())


def _kernel_language(kernel: object) -> str | None:
    if not isinstance(kernel, str):
        return None
    name = kernel.strip().lower()
    if _PYTHON_NAME.match(name):
        return "python"
    stem = re.match(r"\.?[a-z]*", name)
    return _LANGUAGES.get(stem[0]) if stem else None


def _dict(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


# ---- its cells

_NO_CODE = msg(
    "There is no code in the notebook. If you have written some, save the notebook and download it again. "
    "In Colab: File > Download > Download .ipynb."
)
_KINDS = ("code", "markdown", "raw")
_OLD_KINDS = ("markdown", "raw", "heading", "html", "text")
_SHOWN_NUMBERS = 10


def entries(notebook: Mapping[str, Any]) -> Sequence[Any]:
    """All cells as nbformat 4 has them, in order."""
    if _major(notebook) == 4:
        cells: Sequence[Any] = notebook["cells"]
        return cells
    return _upgraded(notebook)


def _major(notebook: Mapping[str, Any]) -> int:
    """1, 3 (2 is alike) or 4. What the notebook has counts for more than what it says it is."""
    stated = notebook.get("nbformat")
    if stated == 1.0 and _is_list(notebook, "cells"):
        return 1
    if _is_list(notebook, "worksheets") and (stated in (2.0, 3.0) or not _is_list(notebook, "cells")):
        return 3
    return 4


def _layout(notebook: Mapping[str, Any]) -> Iterator[tuple[list[Any], str]]:
    """Each list of cells, and the key under which a code cell of it has its source."""
    major = _major(notebook)
    if major == 3:
        sheets = (sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict))
        yield from ((sheet["cells"], "input") for sheet in sheets if _is_list(sheet, "cells"))
    else:
        yield notebook["cells"], "code" if major == 1 else "source"


def _upgraded(notebook: Mapping[str, Any]) -> Sequence[Any]:
    """By nbformat.convert, which trips over what is malformed: it sees no more than kinds and sources."""
    from nbformat import convert, from_dict

    old = [_old_cell(entry, key) for cells, key in _layout(notebook) for entry in cells]
    if _major(notebook) == 1:
        upgraded = convert(from_dict({"nbformat": 1, "cells": old}), 4)
    else:
        sheets = [{"metadata": {}, "cells": old}]
        trimmed = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": sheets}
        upgraded = convert(from_dict(trimmed), 4)
    entries: Sequence[Any] = upgraded.cells
    return entries


def _old_cell(entry: object, key: str) -> dict[str, Any]:
    kind = _kind(entry)
    if kind == "code" and isinstance(entry, dict):
        source = joined(entry.get(key), key)
        return {"cell_type": "code", "language": "python", "metadata": {}, "outputs": [], key: source}
    known = kind in _OLD_KINDS or key == "code"  # an unknown kind would break the upgrade from nbformat 1
    text_kind = "text" if key == "code" else "markdown"
    return {"cell_type": text_kind if known else "unknown", "metadata": {}, "source": ""}


def _kind(entry: object) -> object:
    return entry.get("cell_type") if isinstance(entry, dict) else None


def _source(entry: Mapping[str, Any]) -> str | None:
    return joined(entry.get("source"), "source")


def joined(source: object, key: str) -> str | None:
    """A source as one string, None if it is neither a string nor a list of strings."""
    if isinstance(source, str):
        return source
    if not isinstance(source, list) or not all(isinstance(line, str) for line in source):
        return None
    # Before nbformat 4 the lines of a list may have lost their ends.
    bare = key != "source" and source and not source[0].endswith(("\n", "\r"))
    return ("\n" if bare else "").join(source)


def _lines(text: str, notebook: Mapping[str, Any]) -> dict[int, int | None]:
    """Where each cell's source begins in the file. Not looked for where outputs make that slow."""
    if len(text) > LARGE_OUTPUTS_MIB * MIB:
        return {}
    key = next((key for _, key in _layout(notebook)), "source")
    return dict(enumerate(source_lines(text, key)))


def _clean(text: str) -> str:
    """Without what breaks later: lone surrogates (no encoding has them) and NUL (Python refuses it in code)."""
    if "\0" not in text and _is_encodable(text):
        return text
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def encodable(path: str) -> str:
    """A file's name may hold bytes that are not UTF-8, which Python keeps as lone surrogates."""
    return path if _is_encodable(path) else os.fsencode(path).decode("utf-8", "replace")


# ---- what was put up with


def _cell_notes(
    entries: Sequence[Any], sources: Mapping[int, str | None], texts: Mapping[int, str]
) -> Iterator[Message]:
    unknown = [index for index, entry in enumerate(entries) if _kind(entry) not in _KINDS]
    if unknown:
        yield msg("Cells of an unknown kind were passed over: {cells}.", cells=_numbers(unknown))
    unread = [index for index, source in sources.items() if source is None]
    if unread:
        yield msg("Cells whose code can't be read were taken as empty: {cells}.", cells=_numbers(unread))
    replaced = [index for index, source in sources.items() if source is not None and source != texts[index]]
    if replaced:
        yield msg("Cells hold characters that no text can hold; they were replaced: {cells}.", cells=_numbers(replaced))


def _kernel_notes(notebook: Mapping[str, Any]) -> Iterator[Message]:
    kernel = _dict(_dict(notebook, "metadata"), "kernelspec").get("name")
    if kernel == "python2":
        yield msg("The notebook was made for Python 2; it is run with Python 3.")


def _size_notes(rest_bytes: int) -> Iterator[Message]:
    if rest_bytes > LARGE_OUTPUTS_MIB * MIB:
        yield msg(
            "Outputs and pictures take up {size} MB of the notebook; they were passed over. "
            "Cleared outputs make it load faster.",
            size=rest_bytes // MIB,
        )


def _numbers(indices: Sequence[int]) -> str:
    """Cells as people count them, from 1."""
    shown = ", ".join(str(index + 1) for index in indices[:_SHOWN_NUMBERS])
    return shown + (", …" if len(indices) > _SHOWN_NUMBERS else "")
