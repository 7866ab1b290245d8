"""What each cell sets in IPython's objects is set as before; it is only no trait any more."""

from __future__ import annotations

import pytest
from traitlets import HasTraits, Int, List, TraitError

from grader.config import Config
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.inside.plain_traits import make_plain
from grader.kernel.session import run
from grader.model import Cell, CellStatus, Notebook

NOTEBOOK = (
    "x = 'zażółć'\nx",
    "assert _ == Out[1] == 'zażółć' and In[1] == _i1 == _i, (In, Out)",
    "shell = get_ipython()\nassert shell.execution_count in (3, 4), shell.execution_count",
    "assert shell.history_manager.input_hist_raw[1] == In[1], shell.history_manager.input_hist_raw",
    "assert type(shell).__name__ == 'ZMQInteractiveShell' and isinstance(shell, type(shell).__mro__[1])",
    "from IPython.core.interactiveshell import InteractiveShell\nassert InteractiveShell.instance() is shell",
    "InteractiveShell.ast_node_interactivity = 'all'",
    "'pierwsza'\n'druga'",
    "assert shell.ast_node_interactivity == 'all' and _ii.startswith('InteractiveShell.ast')",
    "assert shell.last_execution_result.success and shell.last_execution_succeeded",
    "1 / 0",
    "assert not shell.last_execution_succeeded",
)


class Owner(HasTraits):
    count = Int(1)
    names = List()
    more = Int()


def test_a_plain_attribute_is_one_objects_own() -> None:
    one, other = Owner(count=3), Owner()
    names = one.names
    make_plain(one, "count", "names", "unknown to this version")
    one.count = "not a number"
    assert (one.count, type(one).__name__, type(one).__module__) == ("not a number", "Owner", __name__)
    assert one.names is names
    assert "count" not in one.trait_names()
    assert not hasattr(one, "unknown to this version")
    for owner, name in ((one, "more"), (other, "count")):
        with pytest.raises(TraitError):
            setattr(owner, name, "not a number")


def test_a_notebook_finds_in_ipythons_shell_what_it_always_found(warm: ForkServerClient | None) -> None:
    cells = tuple(Cell(number, source) for number, source in enumerate(NOTEBOOK))
    with run(Notebook("", "", "0" * 64, cells), Config(lang="en"), warm) as session:
        failed = {run.index: run.error for run in session.cells if run.status is not CellStatus.OK}
    assert list(failed) == [10], failed
