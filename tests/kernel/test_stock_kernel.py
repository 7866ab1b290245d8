"""Cells show, and leave, what they do in a stock kernel that plain nbclient drives."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.timer import time_limit
from grader.model import Cell, CellStatus
from tests.conftest import QUICK

CELLS = """
x = 1
x
--- In and Out
_ + 1
---
In[1], Out[1], _i, _ii, _i1
--- nothing is shown
x;
---
a = 3; print(a); a
--- errors
1/0
---
def f():
    return [1][2]

f()
---
x = (
---
return 5
---
if 1:
print(1)
---
raise ValueError('a')
---
raise SystemExit(3)
---
try:
    1/0
except ZeroDivisionError as e:
    raise ValueError('zażółć') from e
---
class E(Exception):
    def __str__(self): raise ValueError('no')
raise E()
---
class R:
    def __repr__(self): raise ValueError('repr')
R()
---
class S(str): pass
class B(Exception):
    def __str__(self): return S('sub')
raise B()
---
await 1
--- what IPython adds to Python
%%capture c
print('c')
---
c.stdout
---
len?
---
who
---
if True:
    %reset_selective -f nothing
    y = 3
y
---
>>> 1 + 1
2
---
In [1]: 5
---
  z = 4
  z
---
s = '''a
···
b'''
s
---
'%d' % 3
--- asynchronous
import asyncio
async def g():
    print('g')
    return 3
await g()
---
task = asyncio.create_task(g())
---
task.done(), await task
---
[await g() for _ in range(2)]
---
await asyncio.sleep(0)
5
---
import contextvars
v = contextvars.ContextVar('v', default=0)
v.set(5) and None
---
v.get()
---
1/0
await g()
--- what is shown
from IPython.display import HTML, clear_output, display
display(1, 'a')
print('b')
3
---
HTML('<b>x</b>')
---
h = display(1, display_id=True)
---
class P:
    def _repr_pretty_(self, p, cycle): p.text('pretty')
    def _repr_html_(self): raise ValueError('html')
P()
---
import sys
print('out')
print('out', end='', flush=True)
---
print('err', file=sys.stderr)
---
print('x ' * 40000)
display('after')
'last'
---
sys.stdout.write('w')
---
input()
---
None
---
import threading
thread = threading.Thread(target=lambda: print('from a thread'))
thread.start(); thread.join()
--- changed by the notebook
ip = get_ipython()
ip.input_transformers_cleanup.append(lambda lines: [line.replace('ZZZ', '42') for line in lines])
---
ZZZ
---
import ast
class T(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(11), node) if node.value == 10 else node
ip.ast_transformers.append(T())
---
10
---
ip.events.register('post_run_cell', lambda result: print('after'))
---
ip.ast_node_interactivity = 'all'
---
1
2
---
ip.parent_header['msg_type'], ip.execution_count, ip.last_execution_result.result
---
ip.history_manager.input_hist_raw[-2:], ip.history_manager._i00
---
def later():
    yield ZZZ
list(later())
"""

SOURCES = [part.partition("\n")[2].strip("\n").replace("·", " ") for part in f"---{CELLS}".split("\n---")]


@pytest.fixture(scope="module")
def ours() -> list[str]:
    kernel = Kernel(QUICK, SandboxSettings())
    try:
        results = [kernel.run_cell(Cell(index, source), time_limit(10)) for index, source in enumerate(SOURCES)]
    finally:
        kernel.close()
    assert {result.status for result in results} == {CellStatus.OK, CellStatus.ERROR}
    return [shown(result.printed, result.error or "") for result in results]


@pytest.fixture(scope="module")
def stock() -> list[str]:
    notebook = new_notebook(cells=[new_code_cell(source) for source in SOURCES])
    cells = NotebookClient(notebook, allow_errors=True, timeout=20).execute().cells
    return [shown("".join(map(text_of, cell.outputs)), first_error(cell.outputs)) for cell in cells]


def text_of(output: nbformat.NotebookNode) -> str:
    return str(output.get("text", "") or output.get("data", {}).get("text/plain", ""))


def first_error(outputs: list[nbformat.NotebookNode]) -> str:
    named = {"_IncompleteInputError": "SyntaxError"}  # by Python 3.13
    errors = [one for one in outputs if one.output_type == "error"]
    return next((f"{named.get(one.ename, one.ename)}: {one.evalue}" for one in errors), "")


def shown(text: str, error: str) -> str:
    """Without colours, addresses, and names of files and lines, which no two kernels have in common."""
    text = re.sub(r"\x1b\[[\d;]*m|/\S*/|0x[0-9a-f]+|\b\w+\.py\S*", "", f"{text}|{error}")
    return re.sub(r" \(,? line \d+\)$", "", text)


@pytest.mark.parametrize("index", range(len(SOURCES)), ids=[source[:30] for source in SOURCES])
def test_a_cell_shows_what_it_does_in_a_stock_kernel(index: int, ours: list[str], stock: list[str]) -> None:
    assert ours[index] == stock[index]
