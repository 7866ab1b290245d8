"""The packages that a course needs: checked before anything is graded, and loaded before a notebook imports them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.config import Config
from grader.errors import CourseError
from grader.kernel import fork_client
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.timer import time_limit
from grader.model import Cell
from grader.ready import ready_for
from tests.conftest import QUICK
from tests.proof.sick_course import write_course


def test_a_package_that_is_lacking_is_named_with_the_python_that_lacks_it(tmp_path: Path) -> None:
    course = replace(write_course(tmp_path, {"1": {}}), packages=("numpy", "lacking_package"))
    with pytest.raises(CourseError) as raised:
        ready_for(course, Config())
    assert "course.toml: notebooks of this course import lacking_package, which " in str(raised.value)
    assert sys.executable in str(raised.value)
    ready = ready_for(replace(course, packages=("numpy",), data_files=tmp_path / "1"), Config())
    assert (ready.packages, ready.files) == (("numpy",), str((tmp_path / "1").resolve()))


def test_packages_are_loaded_before_a_notebook_imports_them_and_a_broken_one_keeps_nothing_from_running() -> None:
    server = fork_client.start("warm", packages=["this", "antigravity.nothing", "wave"])
    if server is None:
        pytest.skip("no fork server here")
    with server:
        kernel = Kernel(QUICK, SandboxSettings(), server)
        try:
            loaded = kernel.run_cell(Cell(0, "import sys\nprint('wave' in sys.modules)"), time_limit(10))
        finally:
            kernel.close()
    assert loaded.printed == "True\n"
