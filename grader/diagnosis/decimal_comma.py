"""The decimal comma of Polish: `alpha = 0,1` gives two numbers in Python, and no one tenth."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from grader.i18n import CellRef, Text, msg
from grader.model import Cell

MAX_LINES = 5_000  # of all cells, that are looked at
_COMMA = re.compile(r"(?<![\w.,])-?\d{1,6},\d+(?![\w.,])")
_ASSIGNED = re.compile(r"^[ \t]*([^\W\d]\w*)[ \t]*=[ \t]*(-?\d{1,6},[ \t]?\d+)[ \t]*(?:[#;].*)?$")


def decimal_comma_hint(code: str, cell: int | None = None) -> Text:
    """What to say about a line with such a comma, of this function or of the cell with this index."""
    if cell is None:
        return msg("Probably `{code}` has a decimal comma: Python writes a point, 0.1 and not 0,1.", code=code)
    return msg(
        "Probably `{code}` in cell {cell} has a decimal comma: Python writes a point, 0.1 and not 0,1.",
        code=code,
        cell=CellRef(cell),
    )


def find_decimal_comma(code: str) -> str | None:
    """The first number of a line that is written with a comma and without a space, as nobody writes two arguments who
    writes spaces elsewhere."""
    found = _COMMA.search(code)
    spaced = re.search(r",[ \t]", code)
    return found[0] if found and (spaced or found[0].lstrip("-").startswith("0,")) else None


def decimal_commas(cells: Iterable[Cell]) -> dict[str, tuple[int, str]]:
    """The names that get a number with a comma, each with its cell and the code."""
    found: dict[str, tuple[int, str]] = {}
    left = MAX_LINES
    for cell in cells:
        for line in cell.source.splitlines()[:left]:
            matched = _ASSIGNED.match(line)
            if matched:
                found[matched[1]] = (cell.index, f"{matched[1]} = {matched[2]}")
        left -= cell.source.count("\n") + 1
        if left <= 0:
            break
    return found


def is_decimal_comma(statement: ast.stmt, source: str) -> bool:
    """Whether a statement gives a name, or returns, a number with a decimal comma: two numbers without brackets and
    without a space, of which the second is not 0, as nobody writes two values who begins with 0,0."""
    value = statement.value if isinstance(statement, ast.Assign | ast.Return) else None
    if not isinstance(value, ast.Tuple) or len(value.elts) != 2:
        return False
    if isinstance(statement, ast.Assign) and not all(isinstance(target, ast.Name) for target in statement.targets):
        return False
    code = ast.get_source_segment(source, value) or ""
    return bool(re.match(r"0,0*[1-9]" if isinstance(statement, ast.Return) else r"-?\d{1,6},0*[1-9]", code))
