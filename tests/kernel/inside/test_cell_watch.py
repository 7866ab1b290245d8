"""What the notebook's cells leave in a real kernel: versions of functions, and who bound which name."""

from __future__ import annotations

from dataclasses import replace

from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from tests.conftest import QUICK
from tests.kernel.inside.test_agent import Notebook, notebook

__all__ = ["notebook"]


def test_every_version_is_kept_with_its_cell(notebook: Notebook) -> None:
    notebook.run("def f(): return 1\ndef f(): return 2")
    notebook.run("def f(): return 3")
    first, second, third = notebook.versions("f")
    assert [version.cell for version in (first, second, third)] == [0, 0, 1]
    assert [notebook.value(version) for version in (first, second, third)] == [1, 2, 3]
    assert third.source == "def f(): return 3\n"


def test_what_is_imported_is_not_the_participants(notebook: Notebook) -> None:
    notebook.run("from math import *\nfrom json import loads\nimport os")
    assert notebook.kernel.describe().versions == []


def test_a_name_remembers_every_cell_that_bound_it(notebook: Notebook) -> None:
    notebook.run("answer = 1")
    notebook.run("other = answer")
    notebook.run("answer = 2")
    assert dict(notebook.kernel.describe().names)["answer"] == (0, 2)


def test_each_cell_may_print_as_much_as_any(warm: ForkServerClient | None) -> None:
    kernel = Kernel(replace(QUICK, output_bytes=100), SandboxSettings(), warm)
    try:
        notebook = Notebook(kernel)
        flood = "print('ż' * 1_000_000)"
        printed = [notebook.run(flood).printed, notebook.run(flood).printed]
    finally:
        kernel.close()
    assert printed[0] == printed[1]
    assert 0 < len(printed[0]) < 1000
