"""The course's own code finds its data files, and nobody else's working folder changes."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from grader.course import loader
from grader.course.authoring import copy_data_files
from grader.course.own_folder import run_in
from grader.judging.suite import Suite
from tests.proof.sick_course import hidden_test, write_course

linux = pytest.mark.skipif(sys.platform != "linux", reason="a thread has no folder of its own there")


@linux
def test_only_the_thread_that_runs_it_is_there(tmp_path: Path) -> None:
    before, seen, go, ready = Path.cwd(), [], threading.Event(), threading.Event()

    def other() -> None:
        ready.set()
        go.wait(5)
        seen.append(Path.cwd())

    thread = threading.Thread(target=other)
    thread.start()
    ready.wait(5)
    assert run_in(tmp_path, lambda: (go.set(), thread.join(5), os.getcwd())[2]) == str(tmp_path.resolve())
    assert [Path.cwd(), *seen] == [before, before]


def test_what_it_raises_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        run_in(tmp_path, lambda: 1 / 0)


@linux
def test_opening_cells_solutions_and_tests_read_data_files_and_notebooks_get_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solution = "n = int(open('n.txt').read())\ndef double(x): return n * x\n"
    folder, out = tmp_path / "kurs", tmp_path / "out"
    write_course(folder, {"1": {"solution.py": solution}})
    toml = folder / "course.toml"
    toml.write_text('files = "dane"\ndata = ["n"]\n' + toml.read_text("utf-8"), "utf-8")
    (folder / "imports.py").write_text("n = int(open('n.txt').read())\n")
    (folder / "dane" / "w").mkdir(parents=True)
    for name in ("n.txt", "w/ź.txt"):
        (folder / "dane" / name).write_text("2")
    (folder / "1" / "test_it.py").write_text("assert open('n.txt').read() == '2'\n" + hidden_test(), "utf-8")
    monkeypatch.chdir(tmp_path)
    course = loader.load(Path("kurs"))
    assert course.data == (2,)
    assert course.solution("1")(4) == 8
    with Suite(course) as suite:
        assert suite.checks("1")
    assert list(copy_data_files(course, out)) == [out / "n.txt", out / "w" / "ź.txt"]
    assert (out / "w" / "ź.txt").read_text() == "2"
