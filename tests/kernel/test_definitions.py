"""Of a cell that there is no time to run, what it defines and imports is run, in the lines in which it stands."""

from __future__ import annotations

import pytest

from grader.kernel.definitions import MAX_SOURCE, holds_more, only_definitions

CELL = """%matplotlib inline
import numpy as np, time
from math import *
rate = 0.1; time.sleep(40)
alpha, beta = 1, 2
EPOKI = 10

@np.vectorize
def funkcja_żółwia(x):
    return \"\"\"
    x + 1\"\"\" + x
class Neuron:
    w = time.sleep(1)
if True:
    def hidden(): pass
for i in range(10**9): pass
async def g(): await x
"""


def test_definitions_imports_and_constants_stay_in_their_lines() -> None:
    kept = only_definitions(CELL).splitlines()
    lines = CELL.splitlines()
    assert [number for number, line in enumerate(kept) if line] == [1, 2, 5, 7, 8, 9, 10, 11, 12, 16]
    assert all(line in ("", lines[number]) for number, line in enumerate(kept))


@pytest.mark.parametrize("source", ["", "x = (", "x\0", "(" * 10_000, "x = 1\n" * MAX_SOURCE, "%%time\nx()", "f()"])
def test_of_what_does_not_parse_or_defines_nothing_there_is_nothing(source: str) -> None:
    assert only_definitions(source) == ""
    assert holds_more(source) == bool(source)


def test_a_cell_of_definitions_alone_is_whole() -> None:
    assert not holds_more("import numpy as np\ndef f(): pass\nA = 'ż'")
    assert holds_more("def f(): pass\nf()")
