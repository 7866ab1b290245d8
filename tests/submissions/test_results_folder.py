"""Results of an earlier run are passed over; what somebody handed in counts, whatever lies beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.submissions.find import find
from grader.submissions.results_folder import COPY_MARK, RESULTS_MARK, holds_only_results
from tests.sample_files import EMPTY, IDS, lay_out, notebook, on_list, short, zipped

LONG = "Żaneta Wiśniewska-Brzęczyszczykiewicz"
OWN = {RESULTS_MARK: "", "results.json": "{}", "gradebook.csv": "", "submissions/Anna-1.json": "{}"}
COPY = notebook(COPY_MARK + "\n\n18/18", "x = 1")
WORK: dict[str, Mapping[str, str | bytes]] = {
    "beside her results": {"w.ipynb": EMPTY, **OWN},
    "in a folder beside her results": {"praca/w.ipynb": EMPTY, **OWN},
    "the mark alone": {"w.ipynb": EMPTY, RESULTS_MARK: ""},
    "an archive": {"w.zip": zipped(["w.ipynb"]), **OWN},
    "beside a copy with results": {"w.ipynb": EMPTY, "copies/w.ipynb": COPY, **OWN},
    "the mark further down": {"w.ipynb": EMPTY, "wyniki/.grade.lock": "", "wyniki/results.json": ""},
    "quoting the mark": {"w.ipynb": notebook("x = 1", "#" * 5000, COPY_MARK), **OWN},
}


@pytest.mark.parametrize("name", ["Anna Kot", LONG])
@pytest.mark.parametrize("what", WORK)
def test_a_persons_own_folder_counts_whatever_results_are_in_it(what: str, name: str, tmp_path: Path) -> None:
    files = {f"{name}/{file}": contents for file, contents in WORK[what].items()}
    found = on_list(tmp_path, f"name,id\n{name},7\nJan Nowak,8\n", {**files, "Jan Nowak/w.ipynb": EMPTY})
    assert [one.participant for one in found.submissions] == sorted([name, "Jan Nowak"])
    assert found.missing == ()
    assert list(short(find([tmp_path / "in"], IDS), tmp_path / "in")) == sorted([name, "Jan Nowak"])


RESULTS: dict[str, Mapping[str, str | bytes]] = {
    "no notebook": OWN,
    "copies": {"copies/anna.ipynb": COPY, "copies/jan.ipynb": COPY, **OWN},
    "copies right in it": {"anna.ipynb": COPY, **OWN},
    "another report": {"moodle.csv": "x", **OWN},
    "what an editor leaves": {".ipynb_checkpoints/anna-checkpoint.ipynb": EMPTY, **OWN},
}


@pytest.mark.parametrize("what", RESULTS)
def test_results_of_an_earlier_run_are_nobodys_work(what: str, tmp_path: Path) -> None:
    lay_out(tmp_path, {f"wyniki/{file}": contents for file, contents in RESULTS[what].items()})
    lay_out(tmp_path, {"anna.ipynb": EMPTY})
    found = find([tmp_path], IDS)
    assert short(found, tmp_path) == {"anna": [["anna.ipynb"]]}
    assert found.passed_over == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has none of these")
@pytest.mark.timeout(20)
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    lay_out(tmp_path, OWN)
    os.mkfifo(tmp_path / "w.ipynb")
    assert not holds_only_results(tmp_path)
