"""What the readers of all forms share: the notebook's cells as they lie in the file, headings, marked regions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.course.sources import read_file
from grader.errors import CourseError
from grader.i18n import Text, msg

_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_TITLE = re.compile(r"^#\s+.+$", re.MULTILINE)
_POINTS = re.compile(r"\s*[(\[]\s*[\d.,]+\s*(?:points?|pts?|marks?|pkt|punkt\w*)\.?\s*[)\]]\s*$", re.IGNORECASE)
MAX_TITLE = 80


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as the file has it. `number`: what people count, from 1; `shown`: the text of its saved outputs."""

    number: int
    kind: str
    source: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    shown: str = ""


@dataclass(frozen=True, slots=True)
class RawNotebook:
    """A notebook as the file has it."""

    path: Path
    cells: tuple[RawCell, ...]
    metadata: Mapping[str, Any]

    @property
    def language(self) -> str:
        """Of its kernel, in lower case."""
        kernel, info = self.metadata.get("kernelspec"), self.metadata.get("language_info")
        named = (kernel or {}).get("language") or (info or {}).get("name") or "python"
        return str(named).lower()

    def fault(self, cell: RawCell, text: Text) -> CourseError:
        """The author's fault in a cell. `text`: what is wrong, and what to do."""
        return CourseError("{path}, cell {number}: {text}", path=self.path, number=cell.number, text=text)


def read_raw(path: Path) -> RawNotebook:
    """The cells of a notebook of the author's. Raise CourseError where it is none."""
    try:
        parsed = json.loads(read_file(path))
        sheets = parsed.get("worksheets") or [parsed]
        cells = [cell for sheet in sheets for cell in sheet["cells"]]
        return RawNotebook(path, tuple(_cells(cells)), parsed.get("metadata") or {})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(
            "{path}: it can't be read as a notebook ({error}). Open it in Jupyter and save it again",
            path=path,
            error=f"{type(error).__name__}: {error}",
        ) from error


def _cells(cells: Sequence[Mapping[str, Any]]) -> Iterator[RawCell]:
    for number, cell in enumerate(cells, 1):
        source = cell["source"] if "source" in cell else cell.get("input", "")
        text = source if isinstance(source, str) else "".join(source)
        metadata, shown = cell.get("metadata") or {}, _shown(cell.get("outputs") or ())
        yield RawCell(number, str(cell["cell_type"]), text.replace("\r\n", "\n"), metadata, shown)


def _shown(outputs: Sequence[Mapping[str, Any]]) -> str:
    found = [output.get("text") or output.get("data", {}).get("text/plain") or "" for output in outputs]
    return "".join(text if isinstance(text, str) else "".join(text) for text in found)


def heading_in(text: str) -> str:
    """The last heading of a text cell, without what it says of points; "" where there is none."""
    found = _HEADING.findall(text)
    return _POINTS.sub("", found[-1]).strip(" *_`")[:MAX_TITLE] if found else ""


def named_files(notebook: RawNotebook, files: Sequence[Path]) -> tuple[Path, ...]:
    """Those of the files that the notebook's code names, by their names or those of their folders; a module by its."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.kind == "code")
    return tuple(path for path in files if _is_named(path, code))


def _is_named(path: Path, code: str) -> bool:
    words = [path.name, *(f"{part}/" for part in path.parts[:-1])]
    is_imported = path.suffix == ".py" and re.search(rf"\b{re.escape(path.stem)}\b", code) is not None
    return is_imported or any(word in code for word in words)


def title_in(text: str) -> str:
    """The first heading of the first level of a text cell; "" where there is none."""
    found = _TITLE.search(text)
    return heading_in(found[0]) if found else ""


@dataclass(frozen=True, slots=True)
class Regions:
    """A source with its marked regions.

    Attributes:
        source: without the lines that are marks.
        inside: the lines of `source` in regions, from 1.
        stub: without the regions, each with its replacement.
        marked: whether there is any region.
    """

    source: str
    inside: frozenset[int]
    stub: str
    marked: bool


class UnevenRegions(ValueError):
    """A region that begins in another, or never ends. `text` says which, and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def cut_regions(source: str, begin: str, end: str, replacement: Sequence[str] = ()) -> Regions:
    """The regions between lines that hold `begin` and `end`. `replacement`: the lines in the place of each, which get
    the indentation of its first mark. Raise UnevenRegions."""
    kept: list[str] = []
    stub: list[str] = []
    inside: set[int] = set()
    is_in, marked = False, False
    for line in source.split("\n"):
        if begin in line:
            if is_in:
                raise UnevenRegions(
                    msg("there is a {begin} inside of another. Write {end} before it", begin=begin, end=end)
                )
            is_in = marked = True
            stub += [line[: len(line) - len(line.lstrip())] + text for text in replacement]
        elif end in line:
            is_in = False
        else:
            kept.append(line)
            if is_in:
                inside.add(len(kept))
            else:
                stub.append(line)
    if is_in:
        raise UnevenRegions(msg("there is a {begin} without {end}. Write {end} where it ends", begin=begin, end=end))
    return Regions("\n".join(kept), frozenset(inside), "\n".join(stub), marked)
